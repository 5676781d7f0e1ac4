"""Leaving the import screen while a long file is read ends the reading, and nothing else."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, cast

import pytest
from plan_rig import Rig

from bookshift.app import BookshiftApp
from bookshift.imports import Files
from bookshift.planner import Planner
from bookshift.screens.first_run import FirstRunScreen
from bookshift.screens.importing import ImportScreen


async def test_escape_ends_a_long_reading(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = threading.Event()

    def endless(_: Files, *__: Any, memo: Any, progress: Any, **___: Any) -> None:
        try:
            while True:
                memo.look()
                progress("a.xlsx", 12_000)
                time.sleep(0.01)
        finally:
            ended.set()

    monkeypatch.setattr(Files, "read", endless)
    app = BookshiftApp(None)
    async with app.run_test(size=(80, 24)) as pilot:
        rig = Rig(app, pilot, cast("Planner", None))
        await rig.until(lambda: isinstance(app.screen, FirstRunScreen))
        app.push_screen(ImportScreen(Files(tmp_path / "a.xlsx", tmp_path / "a.xlsx"), tmp_path / "w"))
        await rig.until(lambda: "reading a.xlsx: 12,000 rows" in rig.text)
        await rig.press("escape")
        await rig.until(lambda: isinstance(app.screen, FirstRunScreen) and ended.is_set())
        assert app.return_code in (None, 0)
    assert not (tmp_path / "w").exists()
