"""How the columns of a grid stand: which are in sight and where, which is the current one, and sorted by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift.widgets.columns import GAP, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift.widgets.columns import Column, Placed

GUTTER = 2
"""Cells before the first column: one for the cursor, one for the mark."""


class Layout:
    """Columns, placed in a width; with none before there is one."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.placed: tuple[Placed, ...] = ()
        self.current = 0
        self.sort: tuple[str, bool] | None = None
        """Key of a column, and whether descending."""

    def choose(self, column: int) -> None:
        """Make a column the current one, or the one where they end."""
        self.current = max(0, min(column, len(self.columns) - 1))

    def place(self, width: int, *, essential: bool) -> None:
        """Place the columns in a width; the current one always comes into sight."""
        self.placed = place(self.columns, width - GUTTER, self.current, essential=essential)

    def place_of(self, column: str) -> tuple[int, int] | None:
        """Where a column begins and how wide it is, in cells; None out of sight."""
        x = GUTTER
        for at, width in self.placed:
            if self.columns[at].key == column:
                return x, width
            x += width + GAP
        return None
