"""A solver that is closed ends its child within a second, whatever holds it up."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

import pytest
from solver_rig import JOB, PATIENCE, Rig, is_gone, wait_for

from bookshift.solver import SolveError
from bookshift.solver_events import Event, Incumbent


def test_close_during_a_solve_ends_the_child_within_a_second(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 deaf")
    one.solver.solve(JOB)
    one.until(Incumbent)
    began = time.monotonic()
    one.solver.close()
    assert time.monotonic() - began < 10.0
    assert is_gone(one.processes()[0])
    with pytest.raises(Empty):
        one.events.get_nowait()
    with pytest.raises(SolveError, match="closed"):
        one.solver.solve(JOB)


@pytest.mark.usefixtures("short_grace", "dear_child")
def test_close_does_not_wait_for_a_child_that_ends_its_step(rig: Callable[..., Rig]) -> None:
    one = rig("started incumbent:9 deaf")
    solve = one.solver.solve(JOB)
    one.until(Incumbent)
    one.solver.cancel(solve)
    one.finished(solve)
    began = time.monotonic()
    one.solver.close()
    assert time.monotonic() - began < 10.0
    assert is_gone(one.processes()[0])


def test_close_ends_the_child_even_while_the_screen_holds_up_the_thread(rig: Callable[..., Rig]) -> None:
    held: SimpleQueue[Event] = SimpleQueue()
    release: SimpleQueue[None] = SimpleQueue()

    def hold(event: Event) -> None:
        if isinstance(event, Incumbent):
            held.put(event)
            release.get(timeout=PATIENCE)

    one = rig("started incumbent:9 deaf", deliver=hold)
    one.solver.solve(JOB)
    held.get(timeout=PATIENCE)
    began = time.monotonic()
    one.solver.close()
    assert time.monotonic() - began < 10.0
    wait_for(lambda: is_gone(one.processes()[0]))
    release.put(None)
