"""The start engine made ready in the background of the solver's child: loaded, or compiled where it was not.

A plan must not depend on whether this machine has compiled the loops yet. So a solve waits for them, and does
without only where they cannot be had at all.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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
            compiling = importlib.import_module("bookshift_model.start.compiling")
            self.compiles = not (compiling.is_ready() or compiling.is_made())
            with contextlib.nullcontext() if compiling.is_ready() else _alone(compiling.FOLDER):
                compiling.adopt()
                importlib.import_module("bookshift_model.start.warmup").warm_up()
        except Exception as error:  # noqa: BLE001  (whatever a compiler may fail with: plans come without it)
            why = " ".join(str(error).split())[:200]
            kind = type(error).__name__
            self.trouble = f"The start engine cannot be used here ({kind}: {why}), so solving takes longer."
        finally:
            self._ended.set()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Have one process at a time compile; the next finds all done, and an interrupted one does no harm."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("ab") as file:
        _lock(file)
        yield


def _lock(file: IO[bytes]) -> None:
    """Wait for the lock, which ends with the process at the latest; where there are none, go on."""
    with contextlib.suppress(ImportError, OSError):
        fcntl = importlib.import_module("fcntl")
        fcntl.flock(file, fcntl.LOCK_EX)
