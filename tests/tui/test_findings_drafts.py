"""Findings of an approved plan, or of data imported anew: what was typed on old data changes nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from findings_rig import DIRTY, back_here, go_to, open_findings, said, shown
from plan_rig import Rig, opened, running
from test_older_screen import import_meanwhile

from bookshift.planner import Planner

OTHERWISE = replace(DIRTY, accounts=(DIRTY.accounts[0], replace(DIRTY.accounts[1], arr=77_000.0),
                                     *DIRTY.accounts[2:]))  # fmt: skip


def approved(planner: Planner) -> None:
    planner.workspace.approve(planner.scenario.id, "right", {})
    planner.open(planner.scenario.id)


async def asked_for_a_draft(rig: Rig) -> None:
    """Take the proposed correction of an approved plan, up to the question about a draft."""
    await open_findings(rig, "unreadable:health")
    await rig.press("p")
    await rig.until(lambda: "Why take" in rig.text)
    await rig.fill("a zero too many")
    await rig.until(lambda: "Go on in a new draft?" in rig.text)


async def type_an_arr(rig: Rig) -> None:
    """Type a value for an account without ARR, up to the question for a reason."""
    await open_findings(rig, "arr_zero")
    await rig.press("enter", "c")
    await rig.dialog()
    await rig.fill("50000")
    await rig.until(lambda: "Why correct ARR" in rig.text)


async def test_what_was_typed_on_old_data_corrects_nothing_in_the_newest(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        approved(planner)
        planner.workspace.import_portfolio(OTHERWISE)
        async with running(planner) as rig:
            await type_an_arr(rig)
            await rig.fill("the old file had none")
            await rig.until(lambda: "Go on in a new draft?" in rig.text)
            await rig.press("y")
            await back_here(rig)
            await rig.until(lambda: "goes on with data set 2, the newest: look again" in said(rig))
            assert planner.scenario.name == "Plan 1 (draft 2)"
            assert not planner.state.decisions
            assert planner.portfolio.accounts[1].arr == 77_000
            assert not shown(rig), "the newest data has no account of that finding"
            await rig.press("escape")
            assert "ARR of 0" not in [row[2] for row in shown(rig)]
            await go_to(rig, "unreadable:health")
            await rig.press("p")
            await rig.until(lambda: "Why take" in rig.text)
            await rig.fill("looked again")
            await rig.until(lambda: planner.portfolio.accounts[0].health == 87)


async def test_a_correction_of_an_approved_plan_goes_on_in_a_draft_on_the_same_data(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        approved(planner)
        async with running(planner) as rig:
            await asked_for_a_draft(rig)
            await rig.press("y")
            await rig.until(lambda: planner.portfolio.accounts[0].health == 87)
            assert planner.scenario.name == "Plan 1 (draft 2)"


async def test_an_import_while_a_value_is_typed_is_looked_at_first(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner) as rig:
            await type_an_arr(rig)
            made = planner.workspace.import_portfolio(OTHERWISE)
            planner.workspace.rebase_scenario(planner.scenario.id, made.id)
            await rig.fill("the old file had none")
            await back_here(rig)
            await rig.until(lambda: not shown(rig), about="the newest data is shown")
            assert "nothing was changed: meanwhile" in said(rig).lower()
            assert not planner.state.decisions
            assert planner.portfolio.accounts[1].arr == 77_000


async def test_a_draft_that_cannot_be_made_is_said_and_the_findings_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        approved(planner)
        async with running(planner) as rig:
            await asked_for_a_draft(rig)
            import_meanwhile(planner, monkeypatch)
            await rig.press("y")
            await back_here(rig)
            await rig.until(lambda: "omebody else has imported data meanwhile" in said(rig))
            assert planner.scenario.name == "Plan 1"
            assert [one.name for one in planner.workspace.scenarios()] == ["Plan 1"]
