"""Solvers over scripted children, and how little time these get."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
from solver_rig import Clock, Rig, portfolio, scripted

from bookshift import solver_inbox, solver_job, solver_loop
from bookshift.solver import Solver
from bookshift.solver_events import Event


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(*scripts: str, deliver: Callable[[Event], None] | None = None) -> Rig:
        notes = tmp_path / f"notes {len(made)}"
        events: SimpleQueue[Event] = SimpleQueue()
        one = Rig(notes, Solver(deliver or events.put, command=scripted(notes, *scripts)), events)
        made.append(one)
        one.solver.load(portfolio())
        return one

    yield make
    for one in made:
        one.solver.close()


@pytest.fixture
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver_loop, "CANCEL_GRACE", 0.1)
    monkeypatch.setattr(solver_loop, "OVERRUN", 0.1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    one = Clock()
    for module in (solver_inbox, solver_job, solver_loop):
        monkeypatch.setattr(module, "time", one)
    return one


@pytest.fixture
def dear_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two accounts and two CSMs take another child forty seconds."""
    monkeypatch.setattr(solver_job, "_PAIRS_A_SECOND", 0.1)
