"""The thread that talks to the solver's child process, keeps the clock and calls back.

Nothing but the thread touches what it holds, so there are no locks; others `post` what it is to do next. The
child, which on Linux is killed when the thread that started it ends, lives as long as the thread.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from bookshift import log
from bookshift.solver_child import SolverChild
from bookshift.solver_events import (
    Answered,
    End,
    Event,
    Failed,
    Finished,
    GarbageError,
    Prices,
    Probed,
    Progress,
    Ready,
    parse,
)
from bookshift.solver_inbox import Inbox
from bookshift.solver_job import Lingering, Question, Solve
from bookshift.solver_process import SolverProcess
from bookshift.solver_questions import Questions
from bookshift_model.portfolio import Portfolio

CANCEL_GRACE: Final = 1.0
"""Seconds that a cancelled solve has to end by itself."""
OVERRUN: Final = 2.0
"""Seconds past its own time limit that a solve has to end by itself."""
START_LIMIT: Final = 180.0
"""Seconds from a solve's dispatch to its first sign of life: loading libraries, building the problem."""
LEAST_LINGER: Final = 0.5
"""Seconds of building a problem again below which a child that does not end a solve is replaced at once."""
_CLOSE_PATIENCE: Final = 0.3

_NOT_BEGUN: Final = "The solve was stopped before it began; the plan is unchanged."
_SUPERSEDED: Final = "A newer solve took the place of this one before it began; the plan is unchanged."


class Loop:
    """One child at a time, one solve under way, at most one that waits, and questions in between."""

    def __init__(self, on_event: Callable[[Event], None], command: Sequence[str]) -> None:
        self._on_event = on_event
        self._inbox = Inbox()
        self._closed = threading.Event()
        # What follows is touched by the thread alone.
        self._child = SolverChild(command)
        self._portfolio: Portfolio | None = None
        self._now: Solve | None = None
        self._next: Solve | None = None
        self._lingering: Lingering | None = None
        self._questions = Questions(self._child, lambda event: self._call(self._on_event, event))

    # Any thread.

    @property
    def closed(self) -> bool:
        """Whether it was told to end."""
        return self._closed.is_set()

    def post(self, action: Callable[[], object]) -> None:
        """Have the thread do something next."""
        self._inbox.post(action)

    def close(self) -> None:
        """Have the thread end the child and itself; no event follows."""
        if not self._closed.is_set():
            self._closed.set()
            self._inbox.wake()

    def kill(self) -> None:
        """End the child although the thread is held up in a callback."""
        self._child.kill()

    # The thread.

    def run(self) -> None:
        """Live until `close`."""
        try:
            while not self._closed.is_set():
                try:
                    self._turn()
                except Exception as error:  # noqa: BLE001 - the next solve has to find this thread alive
                    self._at_fault(log.report(error))
        finally:
            self._discard(_CLOSE_PATIENCE if self._now is None else 0.0)

    def _turn(self) -> None:
        until = math.inf if self._now is None else self._now.deadline
        if self._lingering is not None:
            until = min(until, self._lingering.until)
        self._inbox.wait(until, self._child.process)
        while not self._closed.is_set() and (action := self._inbox.take()):
            action()
        if self._child.process is not None:
            self._talk(self._child.process)
        if self._now is not None and time.monotonic() >= self._now.deadline:
            self._time_up(self._now)
        if self._lingering is not None and time.monotonic() >= self._lingering.until:
            self._give_up()

    def _at_fault(self, short: str) -> None:
        self._discard(0.0)
        if self._now is not None:
            where = f"{short} in {log.log_path()}"
            sentence = f"The solve met a fault of ours ({where}); undo the last change and solve again."
            self._end(self._now.kept("stopped", sentence) or Failed(self._now.id, sentence))

    def _talk(self, child: SolverProcess) -> None:
        child.flush()
        lines = child.lines()
        if lines is None:
            self._died(child)
            return
        for line in lines:
            self._heard(line)

    def warm(self) -> None:
        """Start the child ahead of the first solve."""
        self._child.start()
        if self._now is None:
            self._child.supply(self._portfolio)

    def load(self, portfolio: Portfolio) -> None:
        """Name the data of the solves that follow."""
        if portfolio != self._portfolio:
            self._portfolio = portfolio
        if self._child.process is not None:
            self.warm()

    def queue(self, solve: Solve) -> None:
        """Have a solve begin; the one under way ends with its best plan, one that waits never begins."""
        if self._next is not None:
            self._call(self._next.deliver, Failed(self._next.id, _SUPERSEDED))
        solve.portfolio = self._portfolio
        self._next = solve
        if self._now is None:
            self._dispatch()
        else:
            self.cancel(self._now.id)

    def ask(self, number: int, question: Question) -> None:
        """Ask the child something between solves; where that cannot be, there is no answer."""
        self._questions.drop_any()
        if self._child.process is None or self._now is not None or self._lingering is not None:
            self._questions.none(number)
            return
        self._child.supply(self._portfolio)
        self._questions.put(number, question)

    def drop(self, number: int) -> None:
        """Want no more of a question."""
        self._questions.drop(number)

    def _dispatch(self) -> None:
        """Start the solve that waits, if one does."""
        if self._next is not None:
            waiting, self._next = self._next, None
            self._start(waiting)

    def _start(self, solve: Solve) -> None:
        self._now = solve
        self.warm()
        if self._child.process is None:
            self._end(Failed(solve.id, "The solver could not be started; free some memory and solve again."))
            return
        solve.began = time.monotonic()
        solve.deadline = solve.began + START_LIMIT
        self._child.supply(solve.portfolio)
        self._child.send({"op": "solve", "id": solve.id, **solve.job.to_record()})

    def cancel(self, solve: int, grace: float | None = None) -> None:
        """End a solve within a grace, in seconds (`CANCEL_GRACE`), and keep its best plan."""
        if self._next is not None and self._next.id == solve:
            waiting, self._next = self._next, None
            self._call(waiting.deliver, Failed(solve, _NOT_BEGUN))
        if self._now is None or self._now.id != solve:
            return
        if not self._now.cancelled:
            self._child.cancel(solve)
        self._now.cancelled = True
        self._now.forced = grace is not None
        patience = CANCEL_GRACE if grace is None else grace
        self._now.deadline = min(self._now.deadline, time.monotonic() + patience)

    def _heard(self, line: bytes) -> None:
        try:
            event = parse(line)
        except GarbageError as error:
            log.note(f"solver: {error}")
            return
        if isinstance(event, Ready):
            self._call(self._on_event, event)
        elif isinstance(event, Prices | Probed | Answered) or self._questions.open_one(event.id):
            self._questions.heard(event)
        elif isinstance(event, Failed) and event.id is None:
            self._data_refused(event.error)
        elif self._now is not None and event.id == self._now.id:
            self._progress(self._now, event)
        elif isinstance(event, Finished | Failed) and self._lingering and self._lingering.solve == event.id:
            self._lingering = None

    def _data_refused(self, error: str) -> None:
        # The next solve sends the data again, and hears what is wrong with it.
        self._child.forget_data()
        if self._now is not None:
            # It would be solved on older data.
            self._child.cancel(self._now.id)
            self._failed(self._now, error)

    def _progress(self, solve: Solve, event: Progress | End) -> None:
        """What the child says of the solve under way."""
        if isinstance(event, Finished):
            self._end(event)
            return
        if isinstance(event, Failed):
            self._failed(solve, event.error)
            return
        solve.saw(event, OVERRUN)
        self._call(solve.deliver, event)

    def _failed(self, solve: Solve, error: str) -> None:
        log.note(f"solver: solve {solve.id} failed")
        self._end(solve.kept("stopped", error) or Failed(solve.id, error))

    def _time_up(self, solve: Solve) -> None:
        """The child did not end by itself when asked, or when its own limit passed.

        A first proof of a large portfolio is worth some more time. A child that took long to get where it is
        may end the step that it is at: nobody waits for that but a next solve.
        """
        if solve.bound is None and not (solve.cancelled or solve.extended):
            solve.extended, solve.deadline = True, solve.deadline + solve.rebuilding
            return
        if self._child.process is not None and not solve.forced and solve.rebuilding >= LEAST_LINGER:
            self._child.cancel(solve.id)
            until = time.monotonic() + solve.rebuilding
            if self._lingering is not None:
                # It is still at an earlier solve, whose time was counted from that one's end.
                until = min(until, self._lingering.until)
            self._lingering = Lingering(solve.id, until)
        else:
            self._discard(0.0)
        if solve.cancelled:
            self._stopped(solve)
            return
        late = f"The solver did not begin within {START_LIMIT:.0f} s; solve again, or see {log.log_path()}."
        self._end(solve.kept_or_unchanged("time") or Failed(solve.id, late))

    def _give_up(self) -> None:
        """End a child that did not come back; a solve that waits for it begins with another."""
        log.note(f"solver: did not come back, {self._discard(0.0)}")
        solve = self._now
        if solve is not None and solve.cancelled:
            self._stopped(solve)
        elif solve is not None:
            self._start(replace(solve, started=None, bound=None))

    def _stopped(self, solve: Solve) -> None:
        """End a solve that was cancelled: with its best plan, or the one that was shown."""
        self._end(solve.kept_or_unchanged("stopped") or Failed(solve.id, _NOT_BEGUN))

    def _died(self, child: SolverProcess) -> None:
        how = self._discard(_CLOSE_PATIENCE)
        log.note(f"solver: process {child.pid} {how}")
        solve = self._now
        if solve is None:
            return
        if solve.cancelled:
            self._stopped(solve)
        elif kept := solve.outlived(how):
            self._end(kept)
        elif solve.retried:
            twice = f"The solver {how}, twice; free some memory and solve again, or see {log.log_path()}."
            self._end(Failed(solve.id, twice))
        else:
            # Some crashes come from what a child did before; a new one deserves the same job once.
            self._start(replace(solve, retried=True, started=None, bound=None))

    def _discard(self, patience: float) -> str:
        """End the child and say how it went; the next solve starts another."""
        self._lingering = None
        self._questions.give_up()
        return self._child.end(patience)

    def _end(self, event: End) -> None:
        solve, self._now = self._now, None
        if solve is not None:
            self._call(solve.deliver, event)
        self._dispatch()

    def _call(self, deliver: Callable[[Event], None], event: Event) -> None:
        if self._closed.is_set():
            return
        try:
            deliver(event)
        except Exception as error:  # noqa: BLE001 - a screen's fault must not end the solver
            log.report(error)
