"""The application as it starts for the first time, for tests that press keys."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from plan_rig import Rig

from bookshift.app import BookshiftApp
from bookshift.planner import Planner
from bookshift.screens.first_run import FirstRunScreen
from bookshift.screens.plan import PlanScreen


@asynccontextmanager
async def first_start(size: tuple[int, int] = (120, 40), *, empty: Path | None = None) -> AsyncIterator[Rig]:
    app = BookshiftApp(None, empty=empty)
    async with app.run_test(size=size) as pilot:
        rig = Rig(app, pilot, cast("Planner", None))
        await rig.until(lambda: isinstance(app.screen, FirstRunScreen) and "Try the sample" in rig.text)
        yield rig
        if app.planner is not None:
            app.planner.workspace.close()


async def path(rig: Rig, question: str, where: Path) -> None:
    await rig.until(lambda: question in rig.text)
    await rig.fill(str(where))


def asked(rig: Rig) -> str:
    """What a dialog says, its lines joined, however long the paths are that it names."""
    return " ".join(" ".join(re.findall(r"│ (.*) │", rig.text)).split())


async def no_tour(rig: Rig) -> None:
    await rig.until(lambda: "A short tour?" in rig.text)
    await rig.press("escape")
    await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
