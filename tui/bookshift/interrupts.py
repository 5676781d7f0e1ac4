"""Ctrl-C as a request instead of an exception."""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def answered_interrupts() -> Iterator[deque[Callable[[], None]]]:
    """Answer each Ctrl-C with the next action put into the queue that this gives; with none left it raises.

    A handler, unlike a `KeyboardInterrupt`, cannot tear out of our hands what they hold. Signals reach the
    main thread only; in others, and where the process was started to ignore Ctrl-C, nothing changes.
    """
    actions: deque[Callable[[], None]] = deque()
    if threading.current_thread() is not threading.main_thread():
        yield actions
        return
    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        yield actions
        return

    def answer(*_: Any) -> None:
        if not actions:
            raise KeyboardInterrupt
        actions.popleft()()

    signal.signal(signal.SIGINT, answer)
    try:
        yield actions
    finally:
        signal.signal(signal.SIGINT, before)
