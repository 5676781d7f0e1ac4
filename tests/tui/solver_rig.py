"""A solver over scripted children."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from queue import SimpleQueue

import psutil

from bookshift.solver import Solver
from bookshift.solver_events import Event, Failed, Finished, Ready
from bookshift.solver_job import Job
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio

SCRIPTED = Path(__file__).with_name("scripted_worker.py")
PATIENCE = 60.0
JOB = Job(policy=Policy(), moves={"A2": "C2"})


def portfolio(accounts: int = 2) -> Portfolio:
    return Portfolio(
        accounts=tuple(
            Account(id=f"A{i}", name=f"Account {i}", arr=1000.0, owner="C1") for i in range(accounts)
        ),
        csms=(Csm(id="C1", name="Ada"), Csm(id="C2", name="Ben")),
        as_of=date(2026, 1, 1),
    )


class Clock:
    """The time by which a solver gives its child up; a test lets it go by without waiting."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def skip(self, solver: Solver, seconds: float) -> None:
        """Let so much time go by once the solver has taken up what it was told."""
        told = threading.Event()
        solver._loop.post(told.set)
        assert told.wait(PATIENCE)
        self._ahead += seconds
        solver._loop.post(lambda: None)


@dataclass
class Rig:
    """A solver over scripted children, what it reported, and what the children were asked."""

    notes: Path
    solver: Solver
    events: SimpleQueue[Event] = field(default_factory=SimpleQueue)

    def until(self, kind: type[Event] | tuple[type[Event], ...], solve: int | None = None) -> list[Event]:
        """Events up to and with the first of a kind, `Ready` left out."""
        seen: list[Event] = []
        while True:
            event = self.events.get(timeout=PATIENCE)
            if isinstance(event, Ready):
                continue
            seen.append(event)
            if isinstance(event, kind) and solve in (None, event.id):
                return seen

    def end(self, solve: int | None = None) -> Finished | Failed:
        last = self.until((Finished, Failed), solve)[-1]
        assert isinstance(last, (Finished, Failed))
        return last

    def finished(self, solve: int | None = None) -> Finished:
        end = self.end(solve)
        assert isinstance(end, Finished)
        return end

    def failed(self, solve: int | None = None) -> Failed:
        end = self.end(solve)
        assert isinstance(end, Failed)
        return end

    def asked(self, word: str) -> list[str]:
        """What follows `word` in the children's notes."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        return [line.removeprefix(word).strip() for line in lines if line.startswith(word)]

    def go(self) -> None:
        """Let a child go on that holds."""
        self.notes.with_name(f"{self.notes.name} go").touch()

    def processes(self) -> list[int]:
        return [int(one) for one in self.asked("process")]


def scripted(notes: Path, *scripts: str) -> list[str]:
    return [sys.executable, "-I", "-S", str(SCRIPTED), str(notes), *scripts]


def is_gone(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not come to pass"
        time.sleep(0.01)
