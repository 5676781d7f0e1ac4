"""Which rows of a grid are marked, and the range that is being marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift.widgets.lines import MARK, RANGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift.widgets.rows import Rows


class Marks:
    """Marks are kept by key, also of rows that are not shown now; a range begins at its anchor."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._anchor: str | None = None
        self.anchor_at = 0
        """Place of the row where the range began."""

    @property
    def keys(self) -> frozenset[str]:
        """The keys marked, shown or filtered away."""
        return frozenset(self._keys)

    @property
    def ranging(self) -> bool:
        """Whether a range was begun."""
        return self._anchor is not None

    def __len__(self) -> int:
        return len(self._keys)

    def shown(self, find: Callable[[str], int | None]) -> list[int]:
        """Places of the marked rows that are shown, in their order."""
        return sorted(place for key in self._keys if (place := find(key)) is not None)

    def toggle(self, key: str) -> None:
        """Mark a row, or unmark it."""
        self._keys ^= {key}

    def begin(self, key: str, at: int) -> None:
        """Begin a range."""
        self._anchor, self.anchor_at = key, at

    def end(self, rows: Rows, at: int) -> None:
        """Mark every row from where the range began."""
        first, last = sorted((self.anchor_at, at))
        self._keys.update(map(rows.key, range(first, last + 1)))
        self._anchor = None

    def follow(self, find: Callable[[str], int | None]) -> None:
        """Keep the range where its first row is now; give it up where that is gone."""
        at = None if self._anchor is None else find(self._anchor)
        self._anchor, self.anchor_at = (None, 0) if at is None else (self._anchor, at)

    def give_up_range(self) -> None:
        """Drop the range begun."""
        self._anchor = None

    def clear(self) -> None:
        """Unmark all."""
        self._keys.clear()

    def sign(self, rows: Rows, at: int, cursor: int) -> str:
        """`RANGE`, `MARK` or a blank for the row at a place."""
        if self.ranging and min(self.anchor_at, cursor) <= at <= max(self.anchor_at, cursor):
            return RANGE
        return MARK if self._keys and rows.key(at) in self._keys else " "
