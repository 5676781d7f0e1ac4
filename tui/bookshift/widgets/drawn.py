"""Lines of a grid as they were drawn: kept until rows, widths or styles change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift.widgets.lines import Lines, State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style
    from textual.strip import Strip

    from bookshift.widgets.layout import Layout
    from bookshift.widgets.rows import Cell, Rows

_KEPT_ROWS: Final = 256


class Drawn:
    """Draws what is asked for, each row once; `style` gives the look of component classes, by name."""

    def __init__(self, style: Callable[[tuple[str, ...]], Style]) -> None:
        self._style = style
        self._cells: dict[int, Sequence[Cell | str]] = {}
        self._strips: dict[State, Strip] = {}
        self._looks: dict[tuple[str, ...], Style] = {}
        self.lines = Lines(self._look)
        """For the lines that are no rows."""

    def row(self, state: State, rows: Rows, layout: Layout, width: int) -> Strip:
        """The row of a state."""
        strip = self._strips.get(state)
        if strip is None:
            if len(self._strips) >= _KEPT_ROWS:
                self._strips.clear()
            cells = self._row_cells(state.at, rows)
            strip = self._strips[state] = self.lines.row(state, cells, layout, width)
        return strip

    def find(self, text: str) -> None:
        """Underline a text from now on."""
        self.lines.find(text)
        self.forget_strips()

    def forget_rows(self) -> None:
        """Draw other rows from now on."""
        self._cells.clear()
        self._strips.clear()

    def forget_strips(self) -> None:
        """Draw the same cells anew: they stand elsewhere."""
        self._strips.clear()

    def forget_looks(self) -> None:
        """Draw everything in other styles."""
        self._looks.clear()
        self._strips.clear()

    def _row_cells(self, at: int, rows: Rows) -> Sequence[Cell | str]:
        cells = self._cells.get(at)
        if cells is None:
            if len(self._cells) >= _KEPT_ROWS:
                self._cells.clear()
            cells = self._cells[at] = rows.cells(at)
        return cells

    def _look(self, names: tuple[str, ...]) -> Style:
        style = self._looks.get(names)
        if style is None:
            style = self._looks[names] = self._style(names)
        return style
