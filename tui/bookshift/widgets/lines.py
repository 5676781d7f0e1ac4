"""The lines of a grid as strips of styled text: the header, and rows with their marks and matches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from bookshift.text import fit, plain
from bookshift.widgets.columns import GAP
from bookshift.widgets.layout import GUTTER
from bookshift.widgets.rows import Cell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.style import Style

    from bookshift.widgets.layout import Layout

CURSOR, MARK, RANGE = "›", "●", "○"  # noqa: RUF001 - a screen's marks, not letters
ASCENDING, DESCENDING = "▲", "▼"


class State(NamedTuple):
    """All that a row's look depends on besides its cells: its mark is `MARK`, `RANGE` or a blank."""

    at: int
    at_cursor: bool
    focused: bool
    mark: str


class Lines:
    """Draws lines in the styles that `look` gives for names of component classes."""

    def __init__(self, look: Callable[[tuple[str, ...]], Style]) -> None:
        self._look = look
        self._match: re.Pattern[str] | None = None

    def find(self, text: str) -> None:
        """Underline this text from now on; nothing when empty."""
        self._match = re.compile(re.escape(plain(text)), re.IGNORECASE) if text else None

    def header(self, layout: Layout, width: int) -> Strip:
        """Titles, the current column underlined, an arrow at the column sorted by."""
        plain_look, current_look = self._look(("header",)), self._look(("header", "column"))
        segments = [Segment(" " * GUTTER, plain_look)]
        for order, (at, cells) in enumerate(layout.placed):
            column = layout.columns[at]
            arrow = ""
            if layout.sort and layout.sort[0] == column.key:
                arrow = DESCENDING if layout.sort[1] else ASCENDING
            if order:
                segments.append(Segment(" " * GAP, plain_look))
            title = fit(plain(column.title), max(1, cells - len(arrow))).rstrip() + arrow
            look = current_look if at == layout.current else plain_look
            segments.append(Segment(fit(title, cells, column.align), look))
        return Strip(segments).adjust_cell_length(width, plain_look)

    def row(self, state: State, cells: Sequence[Cell | str], layout: Layout, width: int) -> Strip:
        """One row; on the cursor's row the cursor's colours replace those of the cells."""
        names: tuple[str, ...] = ("marked",) if state.mark != " " else ()
        if state.at_cursor:
            names += ("cursor",) if state.focused else ("cursor-blurred",)
        base = self._look(names)
        segments = [Segment((CURSOR if state.at_cursor else " ") + state.mark, base)]
        for order, (at, room) in enumerate(layout.placed):
            column = layout.columns[at]
            cell = as_cell(cells[at]) if at < len(cells) else Cell("")
            tone = cell.tone or column.tone
            if order:
                segments.append(Segment(" " * GAP, base))
            look = names if not tone or state.at_cursor else (*names, tone)
            segments += self._matched(fit(plain(cell.text), room, column.align), look)
        return Strip(segments).adjust_cell_length(width, base)

    def message(self, text: str, width: int) -> Strip:
        """A line in place of rows."""
        return Strip([Segment(fit(" " * GUTTER + text if text else "", width), self._look(()))], width)

    def _matched(self, text: str, names: tuple[str, ...]) -> list[Segment]:
        """The text in segments, those that match the search underlined."""
        style = self._look(names)
        if self._match is None:
            return [Segment(text, style)]
        segments = []
        done = 0
        for found in self._match.finditer(text):
            segments.append(Segment(text[done : found.start()], style))
            segments.append(Segment(found.group(), self._look((*names, "match"))))
            done = found.end()
        segments.append(Segment(text[done:], style))
        return [segment for segment in segments if segment.text]


def as_cell(cell: Cell | str) -> Cell:
    """A cell also where only its text was given."""
    return cell if isinstance(cell, Cell) else Cell(cell)
