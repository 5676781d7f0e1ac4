"""The start engine made ready in the background of the solver's child: loaded, or compiled where it was not.

A plan must not depend on whether this machine has compiled the loops yet. So a solve waits for them, and does
without only where they cannot be had at all.
"""

from __future__ import annotations

import importlib
import sys
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL_SECONDS: Final = 60
"""How long it takes to compile the loops, as a rule."""
_LOOK: Final = 0.05
"""Seconds between looks at whether the wait is to end."""


class Readying:
    """One attempt to have the start engine, in a thread of its own."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._begun = threading.Lock()
        self._thread: threading.Thread | None = None
        self.compiles = False
        """Whether the wait is one for the compiler, which happens once for each version."""
        self.trouble = ""
        """Why there is no engine: a sentence. Empty while nobody knows, and where there is one."""

    @property
    def ended(self) -> bool:
        """Whether it is known if there is an engine."""
        return self._ended.is_set()

    def begin(self) -> None:
        """Start, unless that was done."""
        with self._begun:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="readying", daemon=True)
                self._thread.start()

    def wait(self, stop: Callable[[], bool]) -> bool:
        """Whether there is an engine; where `stop` says so before that is known, there is none yet."""
        self.begin()
        while not self._ended.wait(_LOOK):
            if stop():
                return False
        return not self.trouble

    def _work(self) -> None:
        try:
            importlib.import_module("bookshift_model.start.warmup").warm_up(self._compiling)
        except Exception as error:  # noqa: BLE001  (whatever a compiler may fail with: plans come without it)
            why = " ".join(str(error).split())[:200]
            kind = type(error).__name__
            self.trouble = f"The start engine cannot be used here ({kind}: {why}), so solving takes longer."
        finally:
            self._ended.set()

    def _compiling(self, why: str) -> None:
        self.compiles = True
        if why:
            sys.stderr.write(why + "\n")
