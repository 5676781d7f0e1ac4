"""A solve that is told to stop, or whose time is up, ends with its best plan at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import SimpleQueue

import pytest
from solver_rig import JOB, PATIENCE, Clock, Rig, is_gone, portfolio, wait_for

from bookshift.solver import Solver
from bookshift.solver_events import Event, Failed, Incumbent, Preparing, Started
from bookshift.solver_job import Job
from bookshift_model.policy import Policy


def test_cancel_lets_the_child_end_by_itself(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 wait stop", "started finish")
    solve = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(solve)
    end = one.finished()
    assert (end.status, end.points, end.moves) == ("stopped", 5.0, {"A1": "C9"})
    one.solver.solve(JOB)
    one.finished()
    assert len(one.processes()) == 1


def test_cancel_keeps_the_best_plan_of_a_child_that_does_not_listen(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 bound:4 incumbent:8 bound:3 incumbent:10 deaf", "started finish")
    solve = one.solver.solve(JOB)
    one.until(Incumbent)
    one.until(Incumbent)
    one.until(Incumbent)
    asked = time.monotonic()
    one.solver.cancel(solve)
    end = one.finished(solve)
    assert time.monotonic() - asked < 20.0, "it would be deaf for ten minutes"
    assert (end.status, end.points, end.moves, end.bound) == ("stopped", 8.0, {"A1": "C8"}, 4.0)
    assert end.gap == pytest.approx((8 - 4) / 8)
    assert end.improvement_gap == pytest.approx((8 - 4) / (20 - 4))
    assert (end.points_baseline, end.seed, end.note) == (20.0, Policy().seed, "")
    assert is_gone(one.processes()[0])
    one.solver.solve(JOB)
    assert one.finished().status == "optimal"
    assert len(one.processes()) == len(one.asked("portfolio")) == 2


@pytest.mark.usefixtures("short_grace")
def test_cancel_before_the_first_plan_keeps_the_one_that_was_shown(rig: Callable[..., Rig]) -> None:
    one = rig("started deaf")
    solve = one.solver.solve(JOB)
    one.until(Started)
    one.solver.cancel(solve)
    end = one.finished(solve)
    assert (end.status, end.points, end.moves, end.gap) == ("stopped", 12.0, {"A2": "C2"}, None)


@pytest.mark.usefixtures("short_grace")
def test_cancel_before_the_problem_stands_says_that_nothing_changed(rig: Callable[..., Rig]) -> None:
    one = rig("deaf")
    solve = one.solver.solve(JOB)
    wait_for(lambda: one.asked("solve"))
    one.solver.cancel(solve)
    assert "unchanged" in one.failed(solve).error


def test_a_solve_that_passes_its_time_limit_is_ended_with_its_best_plan(
    rig: Callable[..., Rig], clock: Clock
) -> None:
    one = rig("started incumbent:9 deaf")
    one.solver.solve(Job(policy=Policy(), seconds=100, seed=7))
    one.until(Incumbent)
    clock.skip(one.solver, 103)
    end = one.finished()
    assert (end.status, end.points, end.seed) == ("time", 9.0, 7)
    assert end.seconds >= 102
    assert is_gone(one.processes()[0])


def test_the_wait_for_a_compiler_does_not_count_as_time_of_the_solve(
    rig: Callable[..., Rig], clock: Clock
) -> None:
    one = rig("started preparing hold started incumbent:5 finish")
    one.solver.solve(Job(policy=Policy(), seconds=100))
    one.until(Preparing)
    clock.skip(one.solver, 500)
    one.go()
    assert one.finished().status == "optimal"


@pytest.mark.usefixtures("dear_child")
def test_a_first_proof_of_a_dear_child_may_come_late(rig: Callable[..., Rig], clock: Clock) -> None:
    one = rig("started incumbent:9 hold bound:4 finish")
    one.solver.solve(Job(policy=Policy(), seconds=100))
    one.until(Incumbent)
    clock.skip(one.solver, 130)
    one.go()
    assert one.finished().status == "optimal"


@pytest.mark.usefixtures("short_grace")
def test_nothing_waits_for_a_child_that_does_not_read() -> None:
    events: SimpleQueue[Event] = SimpleQueue()
    with Solver(events.put, command=("sleep", "600")) as one:
        one.load(portfolio(accounts=5000))
        began = time.monotonic()
        solve = one.solve(JOB)
        one.cancel(solve)
        assert time.monotonic() - began < 10.0
        assert isinstance(events.get(timeout=PATIENCE), Failed)
        began = time.monotonic()
    assert time.monotonic() - began < 20.0, "it would not read for ten minutes"
