"""The application's side of the solver with the child that it ships."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from queue import SimpleQueue
from typing import TypeVar

import psutil
import pytest

from bookshift.solver import Solver
from bookshift.solver_events import Event, Finished, Incumbent, Started
from bookshift.solver_job import Job
from bookshift.solver_loop import OVERRUN
from bookshift_model.decisions import Decisions, Lock, Pin
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.sample import sample

PATIENCE = 120.0
Seen = TypeVar("Seen", bound=Event)


def lopsided() -> Portfolio:
    """Ada owns nearly everything, Ben one account, so that any balance needs moves."""
    return Portfolio(
        accounts=tuple(
            Account(id=f"A{i}", name=f"Account {i}", arr=50_000.0 + 1_000 * i, owner="C1" if i else "C2")
            for i in range(12)
        ),
        csms=(Csm(id="C1", name="Ada"), Csm(id="C2", name="Ben"), Csm(id="C3", name="Eve")),
        as_of=date(2026, 1, 1),
    )


def until(events: SimpleQueue[Event], kind: type[Seen]) -> Seen:
    while True:
        event = events.get(timeout=PATIENCE)
        if isinstance(event, kind):
            return event


@pytest.fixture(scope="module")
def one() -> Iterator[Solver]:
    with Solver() as solver:
        yield solver


@pytest.fixture
def solver(one: Solver) -> Solver:
    one.load(lopsided())
    return one


def test_a_solve_streams_better_plans_and_ends_with_the_best(solver: Solver) -> None:
    seen: list[Event] = []
    end = solver.run(Job(policy=Policy.preset("balanced"), gap=0.0), seen.append)
    assert isinstance(seen[0], Started)
    assert (seen[0].accounts, seen[0].csms) == (12, 3)
    points = [event.points for event in seen if isinstance(event, Incumbent)]
    assert points == sorted(points, reverse=True)
    assert end.status == "optimal"
    assert end.moves
    assert end.points == pytest.approx(points[-1])
    assert end.points < end.points_baseline
    assert end.bound is not None
    assert end.bound <= end.points + 1e-6


def test_decisions_hold_and_the_same_job_gives_the_same_plan(solver: Solver) -> None:
    decisions = Decisions([Pin(account="A0", csm="C3"), Lock(account="A1")])
    job = Job(policy=Policy.preset("balanced"), decisions=decisions)
    first, second = solver.run(job), solver.run(job)
    assert first.moves["A0"] == "C3"
    assert "A1" not in first.moves
    assert first.moves == second.moves
    again = solver.run(Job(policy=job.policy, decisions=decisions, moves=first.moves))
    assert again.points <= first.points + 1e-6


def test_cancel_keeps_the_best_plan() -> None:
    events: SimpleQueue[Event] = SimpleQueue()
    with Solver(events.put) as solver:
        solver.load(sample(600, 20, seed=1))
        solve = solver.solve(Job(policy=Policy(), gap=0.0))
        while not (best := until(events, Incumbent)).moves:
            pass
        solver.cancel(solve)
        asked = time.monotonic()
        end = until(events, Finished)
        assert time.monotonic() - asked < 20.0
        assert end.status == "stopped"
        assert end.points <= best.points + 1e-6
        assert end.moves


def test_a_time_limit_ends_with_a_plan(solver: Solver) -> None:
    solver.load(sample(600, 20, seed=2))
    end = solver.run(Job(policy=Policy(), gap=0.0, seconds=1.0))
    assert end.status == "time"
    assert end.points < end.points_baseline
    assert end.seconds < 1.0 + OVERRUN + 10.0


def test_the_child_goes_with_an_owner_that_is_killed() -> None:
    code = "import time; from bookshift.solver import Solver; one = Solver(); one.warm(); time.sleep(600)"
    owner = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    try:
        limit = time.monotonic() + PATIENCE
        while not (children := psutil.Process(owner.pid).children()):
            assert time.monotonic() < limit
            time.sleep(0.05)
    finally:
        owner.kill()
        owner.wait()
    _, alive = psutil.wait_procs(children, timeout=PATIENCE)
    assert all(child.status() == psutil.STATUS_ZOMBIE for child in alive)
