"""A plan that sends accounts to somebody on leave says so wherever it is read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from plan_rig import SAMPLE, SIZES, opened, running

from bookshift.cli.printed import noted, notes
from bookshift.exports import prepare
from bookshift.panes.books import COLUMNS
from bookshift.screens.approve import ApproveDialog

FIRST = SAMPLE.accounts[0]
HERE = SAMPLE.csm_index[FIRST.owner or ""]
GONE = (HERE + 1) % len(SAMPLE.csms)
LEAVE = ((SAMPLE.as_of - timedelta(days=9), SAMPLE.as_of + timedelta(days=60)),)
TEAM = replace(
    SAMPLE, csms=tuple(replace(one, leave=LEAVE if j == GONE else ()) for j, one in enumerate(SAMPLE.csms))
)
NAME = TEAM.csms[GONE].name
UNTIL = f"{LEAVE[0][1].day} {LEAVE[0][1]:%b}"
SAID = f"1 account goes to somebody who is away: {NAME} (1, until {UNTIL})."


@pytest.mark.parametrize("size", SIZES)
async def test_books_detail_and_approval_name_who_is_away(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path, TEAM) as planner:
        planner.move([FIRST.id], TEAM.csms[GONE].id)
        async with running(planner, size) as rig:
            await rig.press("1")
            await rig.until(lambda: f"to {UNTIL}" in rig.text, about="the mark in Books")
            books = rig.screen.books.body
            marked = [books.rows.key(i) for i in range(len(books.rows)) if books.rows.cells(i)[1]]
            assert marked == [TEAM.csms[GONE].id]
            rig.screen.detail.tell_of("book", "")
            await rig.press("3")
            await rig.until(lambda: SAID in " ".join(rig.text.split()), about="the note on all books")
            rig.screen.detail.tell_of("account", FIRST.id)
            await rig.until(lambda: f"! {NAME} is away until {UNTIL}" in rig.text, about="Detail")
            await rig.press("A")
            await rig.until(lambda: isinstance(rig.app.screen, ApproveDialog))
            await rig.until(lambda: "1 to somebody away" in rig.text, about="the approval")
            await rig.press("pagedown")
            await rig.until(lambda: "! 1 account goes to somebody who is away" in rig.text)


async def test_without_leave_the_books_have_no_column_for_it(tmp_path: Path) -> None:
    team = replace(SAMPLE, csms=tuple(replace(one, leave=()) for one in SAMPLE.csms))
    with opened(tmp_path, team) as planner:
        planner.move([FIRST.id], team.csms[GONE].id)
        assert noted(planner.problem, planner.card) == ""
        async with running(planner) as rig:
            shown = [one.key for one in rig.screen.books.body.columns]
            assert shown == [one.key for one in COLUMNS]


async def test_a_leave_to_come_is_shown_from_when_to_when(tmp_path: Path) -> None:
    first, last = SAMPLE.as_of + timedelta(days=20), SAMPLE.as_of + timedelta(days=200)
    team = replace(
        SAMPLE,
        csms=tuple(
            replace(one, leave=((first, last),) if j == GONE else ()) for j, one in enumerate(SAMPLE.csms)
        ),
    )
    with opened(tmp_path, team) as planner:
        async with running(planner, (120, 40)) as rig:
            said = f"{first.day} {first:%b} – {last.day} {last:%b}"
            await rig.until(lambda: said in rig.text, about=said)


def test_the_command_line_and_the_report_say_it_too(tmp_path: Path) -> None:
    with opened(tmp_path, TEAM) as planner:
        planner.move([FIRST.id], TEAM.csms[GONE].id)
        assert SAID in notes(planner.problem, planner.card)
        report = prepare(planner, ["report"]).files["report-draft.md"].decode()
        assert SAID in report
