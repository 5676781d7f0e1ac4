"""The screen of findings in front of tests that press keys."""

from __future__ import annotations

from dataclasses import replace

from grids import texts
from plan_rig import SAMPLE, Rig

from bookshift.quality import Item, Quality
from bookshift.screens.findings import FindingsScreen
from bookshift.widgets.statusline import MessageLine

DIRTY = replace(
    SAMPLE,
    accounts=(
        replace(SAMPLE.accounts[0], health=None, extra={"bookshift:health": "870"}),
        replace(SAMPLE.accounts[1], arr=0.0),
        *SAMPLE.accounts[2:],
    ),
)
"""The sample with an unreadable health and an ARR of 0."""


def rows_of(found: Quality, id_: str) -> list[Item]:
    """The rows of a finding that there is."""
    entry = found.entry(id_)
    assert entry is not None
    return found.items(entry)


def screen(rig: Rig) -> FindingsScreen:
    found = rig.app.screen
    assert isinstance(found, FindingsScreen)
    return found


def shown(rig: Rig) -> list[list[str]]:
    return texts(screen(rig).grid.rows)


def said(rig: Rig) -> str:
    return screen(rig).query_one(MessageLine).message


async def open_findings(rig: Rig, at: str = "") -> None:
    """Open the findings, with the cursor on one where it is named."""
    await rig.press("g", "f")
    await rig.until(lambda: isinstance(rig.app.screen, FindingsScreen) and shown(rig), about="the findings")
    if at:
        await go_to(rig, at)


async def go_to(rig: Rig, id_: str) -> None:
    assert screen(rig).grid.jump_to(id_)
    await rig.settled()


async def back_here(rig: Rig) -> None:
    await rig.until(lambda: isinstance(rig.app.screen, FindingsScreen), about="the dialog closes")
