"""Key presses where the plan is approved, the workspace is busy, or a colleague is at it, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from gestures import decided, first_two, reason
from plan_rig import opened, running

from bookshift.planner import Planner
from bookshift.screens.picker import Picker
from bookshift_io.workspace import BusyError, Workspace
from bookshift_io.workspace.engine import connect
from bookshift_model.decisions import Lock, Pin


async def test_an_approved_plan_takes_no_change_and_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.lock([planner.portfolio.accounts[0].id])
        approve(planner)
        async with running(planner) as rig:
            before = planner.state
            owned = next(one for one in planner.portfolio.accounts[1:] if one.owner is not None)
            for key in ("m", "p", "x", "t", "t unlock", "R"):
                rig.screen.say("")
                locked = key in {"t unlock", "R"}
                rig.screen.accounts.body.jump_to(planner.portfolio.accounts[0].id if locked else owned.id)
                await rig.press(key[0])
                await rig.until(lambda: "approved" in rig.message, about=key)
                await rig.dialog()
                await rig.press("n")
                await rig.until(lambda: not rig.app.over_home)
                assert planner.state == before
            await rig.press("S")
            await rig.until(lambda: "copy" in rig.message)


async def test_a_draft_made_for_a_gesture_gets_that_gesture(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        approve(planner)
        async with running(planner) as rig:
            await rig.press("p")
            await rig.until(lambda: "approved" in rig.message)
            await rig.dialog()
            await rig.press("y")
            await rig.until(lambda: planner.scenario.status == "draft" and isinstance(rig.app.screen, Picker))
            await rig.type("ada kel")
            await rig.press("enter")
            await reason(rig)
            await rig.until(lambda: decided(planner, Pin))


def approve(planner: Planner) -> None:
    planner.workspace.approve(planner.scenario.id, "good for all", {})
    planner.open(planner.scenario.id)


async def test_somebody_elses_change_is_shown_and_not_overwritten(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first, _ = first_two(rig)
            with Workspace.open(tmp_path / "workspace") as other:
                theirs = Planner(other, "Plan 1")
                theirs.lock([first], "theirs")
                await rig.until(lambda: decided(planner, Lock))
                portfolio = planner.portfolio
                who, name = other.person.name, portfolio.accounts[portfolio.account_index[first]].name
                await rig.until(lambda: f"in another session {who} locked {name}" in rig.message)
                assert rig.screen.accounts.body.rows.cells(0)[1][0] == "L"
                theirs.undo()
                await rig.until(lambda: not decided(planner, Lock))
                await rig.until(lambda: f"in another session {who} undid: locked {name}" in rig.message)


async def test_what_went_wrong_with_an_undo_is_said_and_not_that_there_was_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise BusyError("the workspace is busy; try again")

    with opened(tmp_path) as planner:
        planner.lock([planner.portfolio.accounts[0].id])
        async with running(planner) as rig:
            monkeypatch.setattr(planner, "undo", busy)
            await rig.press("u")
            await rig.until(lambda: rig.message)
            assert rig.message == "× The workspace is busy; try again."
            monkeypatch.setattr(planner, "reject", busy)
            rig.screen.proposal = {"moves": {}, "gap": None}
            rig.screen.say("")
            await rig.press("r")
            await rig.until(lambda: rig.message)
            assert rig.message == "× The workspace is busy; try again."


async def test_a_busy_workspace_ends_no_background_task_and_with_it_the_application(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise BusyError("the workspace is busy; try again")

    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            monkeypatch.setattr(planner.workspace, "journal", busy)
            await rig.press("g", "s")
            await rig.until(lambda: "The workspace is busy" in rig.text)
            await rig.press("escape")
            await rig.until(lambda: rig.ready)


async def test_a_switch_waits_for_the_change_before_it(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        other = planner.workspace.clone_scenario(planner.scenario.id, "Other").scenario
        first = planner.scenario.id
        async with running(planner) as rig:
            await rig.press("t")
            await rig.dialog()
            await rig.press("enter", "greater_than_sign")
            await rig.until(lambda: planner.scenario.id == other.id)
            await rig.until(lambda: "this is Other" in rig.message)
            assert not planner.state.decisions
            assert len(planner.workspace.state(first).decisions) == 1


async def test_waiting_for_a_colleague_is_said_and_then_what_was_done(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            colleague = connect(planner.workspace.database.path)
            colleague.execute("BEGIN IMMEDIATE")
            await rig.press("t")
            await rig.dialog()
            await rig.press("enter")
            await rig.until(lambda: "waiting for another session" in rig.message)
            assert not planner.session.history.done, "nothing is shown before it is durable"
            await rig.press("j")
            colleague.execute("ROLLBACK")
            colleague.close()
            await rig.until(lambda: rig.message.startswith("locked"))


async def test_a_change_that_came_too_late_is_first_of_all_said_not_to_be_made(tmp_path: Path) -> None:
    with opened(tmp_path) as planner, Workspace.open(tmp_path / "workspace") as other:
        async with running(planner, size=(80, 24)) as rig:
            first, _ = first_two(rig)
            theirs = Planner(other, "Plan 1")
            csms = planner.portfolio.csms
            await rig.press("m")
            await rig.dialog()
            # While a question is open nobody else's change is brought into sight.
            theirs.move([first], csms[3].id)
            await rig.type(csms[4].name.lower())
            await rig.press("enter")
            await rig.until(lambda: "changed" in rig.message)
            shown = rig.text.splitlines()[-2]
            assert shown.startswith(f" ! Nothing was changed: meanwhile {other.person.name} moved "), shown
            assert planner.state.moves == {first: csms[3].id}


async def test_what_an_export_wrote_takes_the_place_of_what_was_said_before(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.lock([planner.portfolio.accounts[0].id])
        approve(planner)
        async with running(planner, size=(80, 24)) as rig:
            await rig.press("t")
            await rig.dialog()
            await rig.press("n")
            await rig.until(lambda: "is approved and takes no changes" in rig.message)
            await rig.press("e")
            await rig.until(lambda: "For a system" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: "Into which folder?" in rig.text)
            await rig.fill(str(tmp_path / "out"))
            await rig.until(lambda: "Enter writes these files" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: "✓ Written" in rig.text)
            await rig.press("enter")
            files = len(list((tmp_path / "out").iterdir()))
            await rig.until(lambda: rig.message == f"exported Plan 1: {files} files into {tmp_path / 'out'}")
