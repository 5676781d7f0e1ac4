"""Key presses on the running application, and what the planner then holds, durably."""

from __future__ import annotations

from pathlib import Path

import pytest
from gestures import decided, first_two, pick, reason
from plan_rig import opened, running

from bookshift.planner import Planner
from bookshift.points import change, points_of, rules_compared
from bookshift_io.workspace import Workspace
from bookshift_model.decisions import Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.session import Change


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
        assert (pin.account, pin.csm, pin.reason) == (first, ada, "knows them")
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
            assert set(made.accounts) == set(two)


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
