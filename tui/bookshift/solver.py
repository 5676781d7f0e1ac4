"""Solves in a child process: nothing waits for it, and whatever it found is never lost."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from functools import partial
from queue import SimpleQueue
from typing import Final, Self

from bookshift.interrupts import answered_interrupts
from bookshift.solver_events import Event, Failed, Finished
from bookshift.solver_job import Job, Question, Solve
from bookshift.solver_loop import Loop
from bookshift.solver_process import WORKER
from bookshift_model.portfolio import Portfolio

_CLOSE_LIMIT: Final = 0.7


class SolveError(RuntimeError):
    """A solve that ended without a plan; the message is one sentence for a planner."""


class Solver:
    """Owns the solver's child process and keeps it alive between solves.

    Every method may be called from any thread and returns at once, except `close` (at most 1 s) and `run`.
    `on_event` is called on the solver's own thread: it has to hand the event over (`App.post_message`)
    and return. Each solve ends with exactly one `Finished` or `Failed`, unless `close` comes first; no
    event follows the end. A newer solve stops the one under way, which keeps its best plan.
    """

    def __init__(
        self, on_event: Callable[[Event], None] = lambda _: None, *, command: Sequence[str] = WORKER
    ) -> None:
        self._on_event = on_event
        self._ids = itertools.count(1)
        self._loop = Loop(on_event, command)
        self._thread = threading.Thread(target=self._loop.run, name="solver", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self) -> None:
        """Start the child ahead of the first solve."""
        self._loop.post(self._loop.warm)

    def load(self, portfolio: Portfolio) -> None:
        """Name the data of the solves that follow; it is sent once, and again to a new child."""
        self._loop.post(partial(self._loop.load, portfolio))

    def solve(self, job: Job) -> int:
        """Begin a solve and return its id; `on_event` hears of it."""
        return self._begin(job, self._on_event)

    def cancel(self, solve: int) -> None:
        """End a solve and keep its best plan, within `CANCEL_GRACE` seconds; an unknown id is ignored."""
        self._loop.post(partial(self._loop.cancel, solve))

    def ask(self, question: Question) -> int:
        """Ask between solves and return the question's id, of which `on_event` hears `Answered` at last.

        It never starts a child and never holds a solve up: where there is none, or while a solve is under
        way, there is no other answer. A newer question takes the place of the one before.
        """
        number = next(self._ids)
        self._loop.post(partial(self._loop.ask, number, question))
        return number

    def drop(self, question: int) -> None:
        """Want no more of a question; an unknown id is ignored."""
        self._loop.post(partial(self._loop.drop, question))

    def run(self, job: Job, on_event: Callable[[Event], None] = lambda _: None) -> Finished:
        """Solve and wait; `on_event` is called on the calling thread.

        In the main thread Ctrl-C ends the solve with the best plan so far; a second one does not wait for
        the child to agree. Raises `SolveError` where there is no plan.
        """
        events: SimpleQueue[Event] = SimpleQueue()
        with answered_interrupts() as interrupts:
            solve = self._begin(job, events.put)
            interrupts.append(partial(self.cancel, solve))
            interrupts.append(lambda: self._loop.post(partial(self._loop.cancel, solve, 0.0)))
            while True:
                event = events.get()
                on_event(event)
                if isinstance(event, Finished):
                    return event
                if isinstance(event, Failed):
                    raise SolveError(event.error)

    def close(self) -> None:
        """End the child within 1 s; no event follows. Closing twice is harmless."""
        self._loop.close()
        if threading.current_thread() is self._thread:
            return
        self._thread.join(_CLOSE_LIMIT)
        self._loop.kill()

    def _begin(self, job: Job, deliver: Callable[[Event], None]) -> int:
        if self._loop.closed:
            raise SolveError("The solver is closed; start the program again to solve.")
        solve = Solve(next(self._ids), job, deliver)
        self._loop.post(partial(self._loop.queue, solve))
        return solve.id
