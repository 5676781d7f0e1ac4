"""A chart of points that fits itself into the room it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift.panes.sheet import Sheet, row
from bookshift.scatter import Axis, Dot, scatter

if TYPE_CHECKING:
    from collections.abc import Sequence


class Chart(Sheet, can_focus=False):
    """Shows dots by two figures; nothing until there are some."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._plotted: tuple[tuple[Dot, ...], Axis, Axis] | None = None

    def plot(self, dots: Sequence[Dot], x: Axis, y: Axis) -> None:
        """Show these dots."""
        self._plotted = tuple(dots), x, y
        self._draw()

    def on_resize(self) -> None:
        """Draw it anew to the new size."""
        self._draw()

    def _draw(self) -> None:
        if self._plotted is None or not self.size.height:
            return
        dots, x, y = self._plotted
        lines = scatter(dots, x, y, self.size.width - 2, self.size.height)
        self.show([row(line, hang=-1) for line in lines])
