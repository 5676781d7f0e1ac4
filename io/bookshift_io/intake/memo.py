"""What reading the same files again need not do again, and how such a reading is stopped."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Event
from typing import Final, TypeVar

Made = TypeVar("Made")

_MOST: Final = 600
"""Results kept: the columns of some files, each read in a few ways."""


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Nobody waits for the result any more."""


class Memo:
    """Results by what they were made from. One reading at a time uses it; any thread may stop that."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, object] = {}
        self._stop = Event()

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made for the key before, or make it; raises `Stopped` where `stop` was called."""
        self.look()
        if key not in self._kept:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = make()
        return self._kept[key]  # type: ignore[return-value]  # a key belongs to one maker

    def look(self) -> None:
        """Raise `Stopped` where `stop` was called."""
        if self._stop.is_set():
            raise Stopped

    def stop(self) -> None:
        """Have the reading under way end with `Stopped`, within some rows or at its next column."""
        self._stop.set()

    def again(self) -> None:
        """Let the next reading begin."""
        self._stop.clear()

    def forget(self) -> None:
        """Read everything anew: the files are others by now."""
        self._kept.clear()
