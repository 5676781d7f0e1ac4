"""What other threads have the solver's thread do next, and all that this thread waits for."""

from __future__ import annotations

import math
import os
import select
import time
import weakref
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift.solver_process import SolverProcess


class Inbox:
    """Actions in the order in which they were posted; whoever waits is woken by each."""

    def __init__(self) -> None:
        self._actions: deque[Callable[[], object]] = deque()
        self._wake_read, self._wake_write = os.pipe()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)
            weakref.finalize(self, os.close, end)

    def post(self, action: Callable[[], object]) -> None:
        """Add an action; from any thread."""
        self._actions.append(action)
        self.wake()

    def wake(self) -> None:
        """End the wait; from any thread."""
        try:
            os.write(self._wake_write, b"!")
        except BlockingIOError:
            # The pipe is full of wake-ups.
            return

    def take(self) -> Callable[[], object] | None:
        """The next action, which is no longer in here; ``None`` where there is none."""
        return self._actions.popleft() if self._actions else None

    def wait(self, until: float, child: SolverProcess | None) -> None:
        """Wait for an action, the child, or the time (of `time.monotonic`; infinite is for ever)."""
        left = max(0.0, until - time.monotonic())
        # Unlike epoll it needs no descriptor, so it works where they have run out.
        waiting = select.poll()
        waiting.register(self._wake_read, select.POLLIN)
        if child is not None:
            waiting.register(child.reads_from, select.POLLIN)
            if child.writes_to is not None:
                waiting.register(child.writes_to, select.POLLOUT)
        waiting.poll(None if left == math.inf else math.ceil(1000 * left))
        try:
            os.read(self._wake_read, 1 << 16)
        except BlockingIOError:
            return
