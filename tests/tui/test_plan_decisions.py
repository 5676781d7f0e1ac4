"""Key presses on the running application, and what the planner then holds, durably."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from plan_rig import Rig, opened, running

from bookshift.planner import Planner
from bookshift.points import change, points_of, rules_compared
from bookshift.screens.picker import Picker
from bookshift_io.workspace import BusyError, Workspace
from bookshift_io.workspace.engine import connect
from bookshift_model.decisions import Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.session import Change


def first_two(rig: Rig) -> tuple[str, str]:
    rows = rig.screen.accounts.body.rows
    return rows.key(0), rows.key(1)


def decided(planner: Planner, kind: type) -> list[object]:
    return [one for one in planner.state.decisions if isinstance(one, kind)]


async def pick(rig: Rig, key: str, name: str) -> None:
    """Press a key that asks for a CSM, and pick the one with this name."""
    await rig.press(key)
    await rig.dialog()
    await rig.type(name)
    await rig.press("enter")
    await rig.pilot.pause()


async def reason(rig: Rig, text: str = "") -> None:
    """Answer the question for a reason."""
    await rig.dialog()
    await rig.type(text)
    await rig.press("enter")


async def test_pin_takes_a_csm_and_a_reason_and_is_durable(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first, _ = first_two(rig)
            await pick(rig, "p", "ada kel")
            await reason(rig, "knows them")
            await rig.until(lambda: planner.state.decisions)
            await rig.until(lambda: "pinned" in rig.message)
            assert rig.screen.accounts.body.rows.cells(0)[1][0] == "P"
        (pin,) = decided(planner, Pin)
        ada = next(csm.id for csm in planner.portfolio.csms if csm.name == "Ada Keller")
        assert (pin.account, pin.csm, pin.reason) == (first, ada, "knows them")  # type: ignore[attr-defined]
        with Workspace.open(tmp_path / "workspace") as again:
            assert Planner(again, "Plan 1").state == planner.state


async def test_escape_in_the_picker_or_at_the_reason_decides_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("p")
            await rig.dialog()
            await rig.press("escape")
            await rig.until(lambda: not rig.app.over_home)
            await pick(rig, "p", "ada")
            await rig.dialog()
            await rig.press("escape")
            await rig.until(lambda: not rig.app.over_home)
            assert not planner.session.history.done


async def test_lock_locks_and_unlocks(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("t")
            await reason(rig)
            await rig.until(lambda: decided(planner, Lock))
            await rig.until(lambda: "locked" in rig.message)
            await rig.press("t")
            await rig.until(lambda: not decided(planner, Lock))


async def test_forbid(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await pick(rig, "x", "liam")
            await reason(rig, "conflict")
            await rig.until(lambda: decided(planner, Forbid))


async def test_move_by_hand_shows_every_figure_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first, _ = first_two(rig)
            before = planner.card
            await pick(rig, "m", "liam")
            await rig.until(lambda: first in planner.state.moves)
            await rig.until(lambda: "Liam Grant" in rig.message and "points" in rig.message)
            assert f"{change(points_of(planner.card) - points_of(before))} points" in rig.message
            assert rules_compared(before, planner.card) in rig.message
            assert "1 move" in rig.text.splitlines()[0]
            assert "→ Liam Grant" in rig.text


@pytest.mark.parametrize(("key", "kind"), [("o", KeepTogether), ("O", KeepApart)])
async def test_groups_of_marked_accounts(tmp_path: Path, key: str, kind: type) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            two = first_two(rig)
            await rig.press(key)
            await rig.until(lambda: "Mark at least two" in rig.message)
            await rig.press("space", "space", key)
            await reason(rig)
            await rig.until(lambda: decided(planner, kind))
            (made,) = decided(planner, kind)
            assert set(made.accounts) == set(two)  # type: ignore[attr-defined]


async def test_a_decision_is_about_all_marked_accounts_and_one_undo_takes_it_back(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("v", "j", "j", "j", "v", "t")
            await reason(rig)
            await rig.until(lambda: len(decided(planner, Lock)) == 4)
            await rig.until(lambda: "locked 4 accounts" in rig.message)
            assert not rig.screen.accounts.body.marks
            await rig.press("u")
            await rig.until(lambda: not planner.state.decisions)
            await rig.until(lambda: "undone" in rig.message)
            await rig.press("U")
            await rig.until(lambda: len(decided(planner, Lock)) == 4)


async def test_release_drops_what_holds_an_account(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first, _ = first_two(rig)
            planner.lock([first], "mine")
            rig.screen.plan_changed()
            await rig.press("R")
            await rig.until(lambda: not planner.state.decisions)
            await rig.until(lambda: "released" in rig.message)
            await rig.press("R")
            await rig.until(lambda: "nothing to release" in rig.message.lower())


async def test_what_cannot_be_done_is_said_in_one_sentence(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first, _ = first_two(rig)
            planner.lock([first])
            rig.screen.plan_changed()
            await rig.press("m")
            await rig.until(lambda: "is locked with" in rig.message)
            assert first not in planner.state.moves


@pytest.mark.parametrize("key", ["p", "m", "x"])
async def test_a_lock_stands_against_pin_move_and_forbid_alike(tmp_path: Path, key: str) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first, _ = first_two(rig)
            planner.lock([first])
            rig.screen.plan_changed()
            owner = planner.portfolio.accounts[planner.portfolio.account_index[first]].owner
            if key == "x":
                await pick(rig, key, next(one.name for one in planner.portfolio.csms if one.id == owner))
            else:
                await rig.press(key)
            await rig.until(lambda: "is locked with" in rig.message and "release it first" in rig.message)
            assert not rig.app.over_home, "nothing is asked any more"
            assert [type(one) for one in planner.state.decisions] == [Lock]


async def test_what_cannot_be_followed_is_said_where_the_account_is_shown(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        account = planner.portfolio.accounts[0]
        # As after an import without the last CSM that was left.
        everyone = [Forbid(account=account.id, csm=one.id) for one in planner.portfolio.csms]
        planner.session.do(
            Change(label="forbidden", decisions=tuple((one.key, None, one) for one in everyone))
        )
        async with running(planner, (200, 60)) as rig:
            await rig.press("2", "/")
            await rig.type(account.id)
            await rig.press("enter")
            await rig.until(lambda: account.id in rig.screen.detail.body.text)
            assert f"Every CSM is forbidden for {account.name}" in rig.screen.detail.body.text


async def test_the_cheapest_others_come_first_in_detail(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("2")
            await rig.until(lambda: "Who could have it" in rig.text)

            def others() -> str:
                lines = rig.screen.detail.body.text.splitlines()
                return next(line for line in lines[:3] if line.startswith("Others"))

            for _ in range(20):
                if others().endswith("alone"):
                    break
                before = rig.screen.detail.body.text
                await rig.press("j")
                await rig.until(lambda before=before: rig.screen.detail.body.text != before)
            lines = rig.screen.detail.body.text.splitlines()
            begin = next(at for at, line in enumerate(lines) if line.startswith("Who could have it"))
            table = lines[begin + 2 : begin + 10]
            free = [line for line in table if " here " not in line and "✗" not in line][:3]
            assert free
            assert [one.strip() for one in others()[9:].removesuffix("alone").split(", ")] == [
                f"{line[:18].strip()} {line[24:31].strip()}" for line in free
            ]


async def test_why_not_the_present_csm_says_why_it_is_there(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first, _ = first_two(rig)
            index = planner.portfolio.account_index[first]
            here = planner.portfolio.csms[int(planner.assignment[index])].name
            await pick(rig, "W", here)
            await rig.until(lambda: " is with " in rig.screen.detail.body.text)
            name = planner.portfolio.accounts[index].name
            assert rig.screen.detail.body.text.startswith(f"Why {name} is with {here}")


async def test_without_another_scenario_there_is_nowhere_to_go(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("less_than_sign")
            await rig.until(lambda: "no other scenario" in rig.message)


async def test_nothing_to_undo_is_said(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("u")
            await rig.until(lambda: rig.message == "There is nothing to undo.")
            await rig.press("U")
            await rig.until(lambda: rig.message == "There is nothing to do again.")


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


async def test_what_is_forbidden_is_refused_before_a_reason_is_asked(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first, _ = first_two(rig)
            planner.forbid([first], planner.portfolio.csms[0].id)
            rig.screen.plan_changed()
            await pick(rig, "p", planner.portfolio.csms[0].name)
            await rig.until(lambda: "is forbidden to" in rig.message)
            assert not rig.app.over_home
            await rig.press("R")
            await rig.until(lambda: not planner.state.decisions)


async def test_a_marked_account_that_is_free_can_still_be_moved_with_a_pinned_one(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            first, second = first_two(rig)
            ada = next(csm for csm in planner.portfolio.csms if csm.name == "Ada Keller")
            planner.pin([first], ada.id)
            rig.screen.plan_changed()
            rig.screen.accounts.body.jump_to(first)
            await rig.press("space")
            rig.screen.accounts.body.jump_to(second)
            await rig.press("space")
            await pick(rig, "m", ada.name)
            await rig.until(lambda: planner.state.moves.get(second) == ada.id)


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
                await rig.until(lambda: "changed this scenario" in rig.message)
                assert rig.screen.accounts.body.rows.cells(0)[1][0] == "L"


Check = tuple[str, Callable[[Rig], bool]]


def active(pane: str) -> Callable[[Rig], bool]:
    return lambda rig: rig.screen.active_pane.id == pane


# Keys pressed one after the other, each with what must then be so; a list begins on a screen just opened.
CHECKS: dict[str, list[Check]] = {
    "panes": [
        ("1", active("books")),
        ("2", active("accounts")),
        ("g b", active("books")),
        ("g a", active("accounts")),
        ("3", active("detail")),
        ("2 tab", active("detail")),
        ("2 shift+tab", active("books")),
        ("2 enter", active("detail")),
        ("4", active("diff")),
        ("2 g d", active("diff")),
        ("2 L", active("diff")),
        ("1 enter", active("accounts")),
        ("w", lambda rig: rig.screen.active_pane.id == "detail" and rig.screen.detail.expanded),
    ],
    "zoom": [
        ("plus", lambda rig: [p.id for p in rig.screen._panes() if p.display] == ["accounts"]),
        ("escape", lambda rig: rig.screen.has_class("-two")),
    ],
    "rows": [
        ("j", lambda rig: rig.screen.accounts.body.position == "2/150"),
        ("j k", lambda rig: rig.screen.accounts.body.position == "2/150"),
        ("G", lambda rig: rig.screen.accounts.body.position == "150/150"),
        ("g g", lambda rig: rig.screen.accounts.body.position == "1/150"),
        ("pagedown", lambda rig: rig.screen.accounts.body.position != "1/150"),
        ("pageup", lambda rig: rig.screen.accounts.body.position == "1/150"),
        ("ctrl+d", lambda rig: rig.screen.accounts.body.position != "1/150"),
        ("ctrl+u", lambda rig: rig.screen.accounts.body.position == "1/150"),
        ("s", lambda rig: rig.screen.accounts.sort == ("name", False)),
        ("s", lambda rig: rig.screen.accounts.sort == ("name", True)),
        ("l", lambda rig: rig.screen.accounts.body.column.key == "held"),
        ("l h", lambda rig: rig.screen.accounts.body.column.key == "held"),
    ],
    "marks": [
        ("space", lambda rig: len(rig.screen.accounts.body.marks) == 1),
        ("escape", lambda rig: not rig.screen.accounts.body.marks),
        ("g g v G v", lambda rig: len(rig.screen.accounts.body.marks) == 150),
    ],
    "what is shown": [
        ("b", lambda rig: "TODAY" in rig.text.splitlines()[0]),
        ("b", lambda rig: "TODAY" not in rig.text.splitlines()[0]),
        ("a", lambda rig: "no plan of the solver" in rig.message),
        ("escape r", lambda rig: "no plan of the solver" in rig.message),
        ("escape i", lambda rig: "no plan of the solver yet" in rig.message),
        ("n", lambda rig: "There is no filter" in rig.message),
        ("ctrl+c", lambda rig: "press ctrl+c again to quit" in rig.message),
        ("ctrl+l", lambda rig: "Try what is shown" in rig.text),
        ("1 j", lambda rig: rig.screen.accounts.book == rig.planner.portfolio.csms[0].id),
    ],
}


async def test_keys(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        dataset = planner.scenario.dataset_id
        async with running(planner) as rig:
            for name, checks in CHECKS.items():
                # A scenario of its own each: where a person looked in another does not carry over.
                fresh = planner.workspace.create_scenario(f"Try {name}", dataset, planner.state.policy)
                planner.open(fresh.id)
                await rig.app.open_plan(planner)
                await rig.until(lambda: rig.ready)
                for keys, is_so in checks:
                    await rig.press(*keys.split())
                    await rig.until(partial(is_so, rig), about=f"{name}: {keys}")


@pytest.mark.parametrize("keys", ["q", "ctrl+c ctrl+c"])
async def test_quit(tmp_path: Path, keys: str) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press(*keys.split())
            await rig.until(lambda: not rig.app.is_running)


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


async def test_keys_that_can_do_nothing_say_why(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            for keys, said in (
                ("3 enter", "This is the detail already"),
                ("3 space", "Only rows of a list can be marked"),
                ("3 s", "Books and accounts can be sorted"),
                ("4 R", "There is no account here"),
                ("4 p", "There is no account here"),
                ("1 plus t", "No account is in sight"),
            ):
                await rig.press(*keys.split())
                await rig.until(lambda wanted=said: wanted in rig.message, about=keys)
                await rig.press("escape")
            await rig.press("g", "p")
            await rig.until(lambda: "Policy:" in rig.text)
            await rig.press("g", "g", "plus")
            await rig.until(lambda: "That changes nothing on this line" in rig.text)
            await rig.press("ctrl+c")
            await rig.until(lambda: "press ctrl+c again to quit" in rig.text, about="on the open screen")


async def test_a_switch_waits_for_the_change_before_it(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        other = planner.workspace.clone_scenario(planner.scenario.id, "Other")
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
