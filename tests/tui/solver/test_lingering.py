"""A child that took long to begin may end its step, and what becomes of a solve that waits for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from solver_rig import JOB, Clock, Rig, is_gone, wait_for

from bookshift import solver_job, solver_loop
from bookshift.solver_events import Answered, Bound, Incumbent
from bookshift.solver_job import Job, Question
from bookshift_model.policy import Policy


@pytest.mark.usefixtures("dear_child")
def test_a_child_that_took_long_to_begin_may_end_its_step_and_does_the_next_solve(
    rig: Callable[..., Rig], clock: Clock
) -> None:
    one = rig("started incumbent:9 bound:4 wait hold stop", "started finish")
    solve = one.solver.solve(Job(policy=Policy(), seconds=100))
    one.until(Bound)
    clock.skip(one.solver, 103)
    end = one.finished(solve)
    assert (end.status, end.points) == ("time", 9.0)
    wait_for(lambda: one.asked("cancel") == [str(solve)])
    asked = one.solver.ask(Question(policy=Policy(), account="A1"))
    assert one.until(Answered)[-1] == Answered(asked)
    one.go()
    second = one.solver.solve(JOB)
    assert one.finished(second).status == "optimal"
    assert len(one.processes()) == len(one.asked("portfolio")) == 1


@pytest.mark.usefixtures("dear_child")
def test_a_child_that_does_not_come_back_is_replaced_however_dear(
    rig: Callable[..., Rig], clock: Clock
) -> None:
    one = rig("started incumbent:9 deaf", "deaf", "started finish")
    solve = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(solve)
    clock.skip(one.solver, 1.1)
    assert one.finished(solve).points == 9.0
    assert not is_gone(one.processes()[0])
    second = one.solver.solve(JOB)
    wait_for(lambda: len(one.asked("solve")) == 2)
    clock.skip(one.solver, 41)
    assert one.finished(second).status == "optimal"
    assert is_gone(one.processes()[0])
    assert len(one.processes()) == 2


@pytest.fixture
def lingering(rig: Callable[..., Rig], clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A child that has 40 s more for a solve that was cancelled, and answers no other; grace is 15 s."""
    monkeypatch.setattr(solver_job, "_PAIRS_A_SECOND", 0.1)
    monkeypatch.setattr(solver_loop, "CANCEL_GRACE", 15.0)
    one = rig("started incumbent:9 deaf", "deaf", "started finish")
    first = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(first)
    clock.skip(one.solver, 16)
    assert one.finished(first).points == 9.0
    return one


GRACE_FIRST = pytest.mark.parametrize(
    "wait", [5, 30], ids=["its grace ends first", "the child is given up first"]
)


@GRACE_FIRST
def test_a_solve_behind_such_a_child_ends_when_told_to(lingering: Rig, clock: Clock, wait: float) -> None:
    second = lingering.solver.solve(JOB)
    wait_for(lambda: len(lingering.asked("solve")) == 2)
    clock.skip(lingering.solver, wait)
    lingering.solver.cancel(second)
    for seconds in (11, 6):
        clock.skip(lingering.solver, seconds)
    assert "unchanged" in lingering.failed(second).error
    # It gets no more time because of the second.
    clock.skip(lingering.solver, 25)
    wait_for(lambda: is_gone(lingering.processes()[0]))
    assert len(lingering.asked("solve")) == 2, "it is not begun again"


@GRACE_FIRST
def test_a_solve_that_takes_the_place_of_that_one_begins(lingering: Rig, clock: Clock, wait: float) -> None:
    second = lingering.solver.solve(JOB)
    wait_for(lambda: len(lingering.asked("solve")) == 2)
    clock.skip(lingering.solver, wait)
    third = lingering.solver.solve(JOB)
    for seconds in (11, 6):
        clock.skip(lingering.solver, seconds)
    assert "unchanged" in lingering.failed(second).error
    assert lingering.finished(third).status == "optimal"
    assert len(lingering.asked("solve")) == 3
