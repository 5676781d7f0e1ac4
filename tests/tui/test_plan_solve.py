"""Solving from the Plan screen: progress in words, nothing lost, and nothing applied without being asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from plan_rig import Rig, opened, running

from bookshift.app import BookshiftApp
from bookshift.planner import Planner
from bookshift.points import points_of, written
from bookshift.solver_events import Failed
from bookshift_io.workspace import Workspace


def some_moves(planner: Planner, number: int) -> dict[str, str]:
    last = planner.portfolio.csms[-1].id
    found = [a.id for a in planner.portfolio.accounts if a.owner != last]
    return dict.fromkeys(found[:number], last)


async def solved(rig: Rig, number: int = 3) -> dict[str, str]:
    """Press S and have the solver find a plan."""
    moves = some_moves(rig.planner, number)
    await rig.press("S")
    await rig.until(lambda: rig.solvers and rig.solver.jobs)
    rig.solver.started()
    rig.solver.better(moves)
    rig.solver.finished(moves)
    await rig.until(lambda: "plan found" in rig.message)
    await rig.until(lambda: rig.planner.proposal is not None and rig.screen.proposal is not None)
    return moves


async def test_progress_is_told_in_plain_words_and_edits_go_on(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: "solving 00:0" in rig.text)
            rig.solver.started(80.2)
            rig.solver.better(some_moves(planner, 2), 70.25)
            await rig.until(lambda: "2 moves" in rig.text and "proven within 3.0 %" in rig.text)
            assert "ctrl+c keeps the best" in rig.text
            assert f"{written(points_of(planner.card))} → 70.2 points, hard rules kept" in rig.text
            await rig.until(lambda: planner.proposal is not None)
            await rig.press("t")
            await rig.dialog()
            await rig.press("enter")
            await rig.until(lambda: len(planner.state.decisions) == 1)
            await rig.press("S")
            await rig.until(lambda: "at work already" in rig.message)
            await rig.press("ctrl+c")
            await rig.until(lambda: rig.solver.cancelled == [1])
            rig.solver.finished(some_moves(planner, 2), "stopped")
            await rig.until(lambda: "stopped, the best so far: 2 moves" in rig.message)
            assert "solving" not in rig.text.splitlines()[-2].replace("resolving", "")


async def test_the_end_says_how_good_the_plan_is_and_what_to_press(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await solved(rig)
            found, _, keys = rig.message.partition(" — ")
            assert found == "plan found: 3 moves, proven within 0.4 % of the best possible"
            assert keys == "i preview, a accept, r reject"
            assert not planner.state.moves


@pytest.mark.parametrize("status", ["gap_reached", "time", "stopped", "stalled"])
async def test_on_80_columns_the_end_and_its_keys_are_whole(tmp_path: Path, status: str) -> None:
    with opened(tmp_path) as planner:
        planner.move([planner.portfolio.accounts[0].id], planner.portfolio.csms[0].id)
        async with running(planner, (80, 24)) as rig:
            await rig.press("S", "S")  # the second time of all accounts
            await rig.until(lambda: rig.solvers and rig.solver.jobs)
            rig.solver.started()
            rig.solver.finished(some_moves(planner, 110), status, gap=0.0042)
            await rig.until(lambda: "preview" in rig.text.splitlines()[-1])
            said, keys = rig.text.splitlines()[-2:]
            assert "110 moves, 1" in said
            assert said.endswith(("proven within 0.4 %", "of the best possible"))
            assert keys.startswith(" i preview  a accept  r reject")
            await rig.press("a")
            await rig.until(lambda: "accepted: 110 moves in the plan" in rig.text.splitlines()[-2])
            assert "…" not in rig.text.splitlines()[-2]


async def test_a_solve_that_gets_no_further_says_so_with_what_is_proven(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: rig.solvers and rig.solver.jobs)
            rig.solver.started()
            rig.solver.finished(some_moves(planner, 3), "stalled", gap=0.021)
            await rig.until(lambda: rig.message.startswith("as far as it gets: 3 moves, proven within 2.1 %"))
            await rig.until(lambda: planner.proposal is not None)


async def test_preview_shows_the_plan_and_leaves_ones_own(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await solved(rig)
            await rig.press("i")
            await rig.until(lambda: "PREVIEW" in rig.text.splitlines()[0])
            assert "3 moves" in rig.text.splitlines()[0]
            assert not planner.state.moves
            await rig.press("i")
            await rig.until(lambda: "PREVIEW" not in rig.text.splitlines()[0])


async def test_accept_is_one_change_that_undo_takes_back(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            moves = await solved(rig)
            await rig.press("a")
            await rig.until(lambda: "accepted" in rig.message)
            assert planner.state.moves == moves
            assert planner.proposal is None
            await rig.press("u")
            await rig.until(lambda: "undone" in rig.message)
            assert not planner.state.moves


async def test_accept_keeps_what_was_decided_since_and_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            moves = await solved(rig)
            first = next(iter(moves))
            planner.lock([first])
            await rig.press("a")
            await rig.until(lambda: "1 account kept as decided since" in rig.message)
            assert planner.state.moves == {k: v for k, v in moves.items() if k != first}


async def test_reject_drops_it(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await solved(rig)
            await rig.press("i", "r")
            await rig.until(lambda: "dropped" in rig.message)
            assert planner.proposal is None
            assert not planner.state.moves
            assert "PREVIEW" not in rig.text


async def test_a_plan_that_was_found_before_a_restart_is_announced(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await solved(rig)
        with Workspace.open(tmp_path / "workspace") as again:
            later = Planner(again, "Plan 1")
            async with running(later) as rig:
                await rig.until(lambda: "still here: 3 moves" in rig.message)
                await rig.press("a")
                await rig.until(lambda: len(later.state.moves) == 3)


async def test_no_better_plan_leaves_nothing_to_decide(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: rig.solvers)
            rig.solver.started()
            rig.solver.finished({}, "optimal", 0.0)
            await rig.until(lambda: "No better plan was found, proven the best possible" in rig.message)
            assert planner.proposal is None


async def test_a_failed_solve_says_why(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: rig.solvers)
            rig.solver.on_event(Failed(id=1, error="The solver ran out of memory; close other programs."))
            await rig.until(lambda: "ran out of memory" in rig.message)


async def test_a_solve_belongs_to_its_scenario(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        other = planner.workspace.clone_scenario(planner.scenario.id, "Other").scenario
        first = planner.scenario.id
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: rig.solvers)
            rig.solver.started()
            await rig.press("greater_than_sign")
            await rig.until(lambda: planner.scenario.id == other.id)
            await rig.until(
                lambda: "this is Other" in rig.message, about="the switch is said, and nothing after"
            )
            rig.solver.finished(some_moves(planner, 4))
            await rig.until(lambda: "Another scenario: plan found" in rig.message)
            assert planner.proposal is None
            await rig.until(lambda: planner.workspace.proposal(first) is not None)
            await rig.press("less_than_sign")
            await rig.until(lambda: "still here: 4 moves" in rig.message)


async def test_quitting_ends_the_solver_and_keeps_its_plan(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("S")
            await rig.until(lambda: rig.solvers)
            rig.solver.started()
            rig.solver.better(some_moves(planner, 2))
            await rig.until(lambda: planner.proposal is not None)
            await rig.press("q")
            await rig.until(lambda: not rig.app.is_running)
        assert rig.solver.closed
        assert planner.proposal is not None


async def test_the_real_solver_finds_a_better_plan_while_the_screen_stays_alive(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        app = BookshiftApp(planner)
        async with app.run_test(size=(120, 40)) as pilot:
            rig = Rig(app, pilot, planner)
            await rig.until(lambda: rig.ready)
            await rig.press("S")
            await rig.until(lambda: "plan found" in rig.message, patience=90)
            await rig.press("a")
            await rig.until(lambda: "accepted" in rig.message)
            assert planner.card.points < planner.baseline_card.points
