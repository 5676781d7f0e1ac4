"""A child that took long to begin may end its step, and what becomes of a solve that waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from solver_rig import JOB, Rig, is_gone, wait_for

from bookshift import solver_job, solver_loop
from bookshift.solver_events import Answered, Incumbent
from bookshift.solver_job import Job, Question
from bookshift_model.policy import Policy


@pytest.mark.usefixtures("short_grace", "dear_child")
def test_a_child_that_took_long_to_begin_may_end_its_step_and_does_the_next_solve(
    rig: Callable[..., Rig],
) -> None:
    one = rig("started incumbent:9 bound:4 pause pause stop", "started finish")
    solve = one.solver.solve(Job(policy=Policy(), seconds=0.1))
    end = one.finished(solve)
    assert (end.status, end.points) == ("time", 9.0)
    wait_for(lambda: one.asked("cancel") == [str(solve)])
    asked = one.solver.ask(Question(policy=Policy(), account="A1"))
    assert one.until(Answered)[-1] == Answered(asked)
    second = one.solver.solve(JOB)
    assert one.finished(second).status == "optimal"
    assert len(one.processes()) == len(one.asked("portfolio")) == 1


@pytest.mark.usefixtures("short_grace")
def test_a_child_that_does_not_come_back_is_replaced_however_dear(
    rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver_job, "_PAIRS_A_SECOND", 5)
    one = rig("started incumbent:9 deaf", "deaf", "started finish")
    solve = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(solve)
    assert one.finished(solve).points == 9.0
    assert not is_gone(one.processes()[0])
    second = one.solver.solve(JOB)
    assert one.finished(second).status == "optimal"
    assert is_gone(one.processes()[0])
    assert len(one.processes()) == 2


@pytest.fixture
def lingering(rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch) -> Rig:
    """A child that has 1.6 s more for a solve that was cancelled, and answers no other; grace is 0.6 s."""
    monkeypatch.setattr(solver_job, "_PAIRS_A_SECOND", 2.5)
    monkeypatch.setattr(solver_loop, "CANCEL_GRACE", 0.1)
    one = rig("started incumbent:9 deaf", "deaf", "started finish")
    first = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(first)
    assert one.finished(first).points == 9.0
    monkeypatch.setattr(solver_loop, "CANCEL_GRACE", 0.6)
    return one


GRACE_FIRST = pytest.mark.parametrize(
    "wait", [0.2, 1.2], ids=["its grace ends first", "the child is given up first"]
)


@GRACE_FIRST
def test_a_solve_behind_such_a_child_ends_when_told_to(lingering: Rig, wait: float) -> None:
    second = lingering.solver.solve(JOB)
    time.sleep(wait)
    lingering.solver.cancel(second)
    began = time.monotonic()
    assert "unchanged" in lingering.failed(second).error
    assert time.monotonic() - began < 3.0
    # It gets no more time because of the second.
    wait_for(lambda: is_gone(lingering.processes()[0]), 1.2)
    assert len(lingering.asked("solve")) == 2, "it is not begun again"


@GRACE_FIRST
def test_a_solve_that_takes_the_place_of_that_one_begins(lingering: Rig, wait: float) -> None:
    second = lingering.solver.solve(JOB)
    time.sleep(wait)
    third = lingering.solver.solve(JOB)
    assert "unchanged" in lingering.failed(second).error
    assert lingering.finished(third).status == "optimal"
    assert len(lingering.asked("solve")) == 3
