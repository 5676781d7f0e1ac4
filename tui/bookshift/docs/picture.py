"""The picture of the Plan screen: the application on the sample, solved, the plan accepted, Diff open."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from bookshift.opening import open_planner

SIZE: Final = (120, 40)
NAME: Final = "plan-screen.svg"
_PATIENCE: Final = 60.0

# A reader's picture fetches no fonts from elsewhere; what is left of the style names `monospace`.
_FONTS: Final = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_ORIGIN: Final = re.compile(r"\s*<!-- Generated with .*? -->")


def draw(folder: Path) -> Path:
    """Run the application without a terminal, press S, a and 4, and save what it shows."""
    with tempfile.TemporaryDirectory() as home:
        # Neither this person's demonstration nor their keys.
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ[name] = home
        # The colours of a good terminal, whatever this one is; Textual reads it when it is imported.
        os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
        svg = asyncio.run(_shown())
    path = folder / NAME
    path.write_text(_ORIGIN.sub("", _FONTS.sub("", svg)) + "\n", "utf-8")
    return path


async def _shown() -> str:
    from bookshift.app import BookshiftApp  # noqa: PLC0415  (imports Textual)

    planner = open_planner(None, demo=True)
    app = BookshiftApp(planner)
    async with app.run_test(size=SIZE) as pilot, asyncio.timeout(_PATIENCE):
        await pilot.press("S")
        while app.solving.running:
            await pilot.pause(0.05)
        await app.solving.kept()
        await pilot.press("a", "4")
        await pilot.pause()
        svg = app.export_screenshot(title="bookshift")
    app.solving.close()
    if planner is not None:
        planner.workspace.close()
    return svg
