"""The picture of the Plan screen: the application on the sample, solved, the plan accepted, Diff open."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from dataclasses import dataclass
from typing import Final

from bookshift.demo import open_demo
from bookshift.docs.figures import figures
from bookshift.planner import Planner

SIZE: Final = (120, 40)
_PATIENCE: Final = 60.0

# A reader's picture fetches no fonts from elsewhere; what is left of the style names `monospace`.
_FONTS: Final = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)
_ORIGIN: Final = re.compile(r"\s*<!-- Generated with .*? -->")


@dataclass(frozen=True)
class Shown:
    """What the application showed, and the figures behind it."""

    svg: str
    figures: str


def show() -> Shown:
    """Run the application without a terminal, press S, a and 4, and return what it shows."""
    with tempfile.TemporaryDirectory() as home:
        # Neither this person's demonstration nor their keys.
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            os.environ[name] = home
        # The colours of a good terminal, whatever this one is; Textual reads it when it is imported.
        os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
        return asyncio.run(_shown())


async def _shown() -> Shown:
    from bookshift.app import BookshiftApp  # noqa: PLC0415  (imports Textual)

    workspace = open_demo()
    planner = Planner(workspace, workspace.scenarios()[0].id)
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
    table = figures(planner.baseline_card, planner.card)
    planner.workspace.close()
    return Shown(_ORIGIN.sub("", _FONTS.sub("", svg)) + "\n", table)
