"""A child that dies, fails or never begins: the best plan is kept, and another child takes its place."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
from solver_rig import JOB, Rig, is_gone, wait_for

from bookshift import solver_loop
from bookshift.solver import SolveError, Solver
from bookshift.solver_events import Incumbent
from bookshift.solver_job import Job, Repair
from bookshift_model.policy import Policy


def test_a_child_that_dies_leaves_its_best_plan_and_a_word_about_it(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 die", "started finish")
    one.solver.solve(JOB)
    end = one.finished()
    assert (end.status, end.points) == ("stopped", 9.0)
    assert "SIGKILL" in end.note
    one.solver.solve(JOB)
    assert one.finished().note == ""
    assert len(one.asked("portfolio")) == 2


def test_a_child_killed_from_outside_leaves_its_best_plan(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 deaf")
    one.solver.solve(JOB)
    one.until(Incumbent)
    os.kill(one.processes()[0], signal.SIGKILL)
    assert one.finished().points == 9.0


def test_a_child_that_dies_without_a_plan_is_started_once_again(rig: Callable[..., Rig]) -> None:
    one = rig("started die", "started finish", "started die")
    one.solver.solve(JOB)
    assert one.finished().status == "optimal"
    one.solver.solve(JOB)
    assert "twice" in one.failed().error
    assert len(one.asked("solve")) == 4


def test_a_repair_whose_child_dies_leaves_the_plan_at_hand_with_its_bound(rig: Callable[..., Rig]) -> None:
    one = rig("started bound:4 die")
    one.solver.solve(Job(policy=Policy(), moves={"A2": "C2"}, repair=Repair(accounts=("A1",))))
    end = one.finished()
    assert (end.status, end.points, end.moves, end.bound) == ("stopped", 12.0, {"A2": "C2"}, 4.0)
    assert end.gap == pytest.approx((12 - 4) / 12)
    assert "(SIGKILL) before it found a better plan" in end.note
    assert len(one.asked("solve")) == 1


def test_an_idle_child_that_died_is_replaced_by_the_next_solve(rig: Callable[..., Rig]) -> None:
    one = rig("started finish")
    one.solver.solve(JOB)
    one.finished()
    os.kill(one.processes()[0], signal.SIGKILL)
    wait_for(lambda: is_gone(one.processes()[0]))
    one.solver.solve(JOB)
    assert one.finished().status == "optimal"


def test_a_solve_that_fails_with_a_plan_in_hand_keeps_it(rig: Callable[..., Rig]) -> None:
    one = rig("started fail", "started incumbent:9 fail")
    one.solver.solve(JOB)
    assert one.failed().error == "The rules cannot be read; choose a policy."
    one.solver.solve(JOB)
    end = one.finished()
    assert (end.status, end.points) == ("stopped", 9.0)
    assert end.note == "The rules cannot be read; choose a policy."


def test_a_child_that_never_begins_is_given_up(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver_loop, "START_LIMIT", 0.2)
    one = rig("deaf")
    one.solver.solve(JOB)
    assert one.failed().error.startswith("The solver did not begin within")


def test_a_child_that_cannot_be_started_is_one_sentence() -> None:
    with (
        Solver(command=("/nonexistent/solver",)) as one,
        pytest.raises(SolveError, match="could not be started"),
    ):
        one.run(JOB)
