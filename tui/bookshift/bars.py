"""Hours by month as bars against a line of capacity, as lines of text in tones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len

from bookshift.panes.sheet import Row, Span, row
from bookshift.text import fit, hours

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_HEIGHT: Final = 5
_WORK, _HANDOFF, _OVER, _LINE, _BASE = "█", "▒", "!", "─", "─"
_LEAST_WIDE, _WIDEST = 4, 9
_MARGIN: Final = 6
"""Cells before the bars, at least: the figure at the top, and the axis."""
KEY: Final = f"{_WORK} accounts  {_HANDOFF} handoffs  {_OVER} over  {_LINE} capacity"


class Bar(NamedTuple):
    """One month."""

    label: str
    work: float
    handoffs: float
    capacity: float


def bars(months: Sequence[Bar], width: int, height: int) -> list[Row]:
    """A chart of `height` lines, at least `LEAST_HEIGHT`; months that have no room are left out."""
    tallest = max((max(one.work + one.handoffs, one.capacity) for one in months), default=0.0)
    margin = max(_MARGIN, cell_len(hours(tallest)) + 2)
    cells = max(_LEAST_WIDE, min(_WIDEST, (width - margin) // max(1, len(months))))
    shown = list(months[: max(1, (width - margin) // cells)])
    top = max((max(one.work + one.handoffs, one.capacity) for one in shown), default=0.0) or 1.0
    levels = max(height, LEAST_HEIGHT) - 2
    grown = [_column(one, top, levels, cells) for one in shown]
    labels = {levels - 1: hours(top), 0: "0"} if levels > 1 else {0: hours(top)}
    lines = [
        row(
            Span(f"{fit(labels.get(at, ''), margin - 2, 'right')} │", "dim"),
            *(span for column in grown for span in column[at]),
            hang=-1,
        )
        for at in reversed(range(levels))
    ]
    under = "".join(fit(one.label.center(cells), cells) for one in shown)
    return [
        *lines,
        row(Span(f"{'':<{margin - 2}} └{_BASE * (cells * len(shown))}", "dim"), hang=-1),
        row(Span(f"{'':<{margin}}{under}", "dim"), hang=-1),
    ]


def _column(one: Bar, top: float, levels: int, cells: int) -> list[list[Span]]:
    """The spans of a month at each level from the bottom; what is over the capacity says so."""
    work, total = (_levels(hours_, top, levels) for hours_ in (one.work, one.work + one.handoffs))
    line = _levels(one.capacity, top, levels)
    # An overload too small for a level of its own is still one.
    over = one.work + one.handoffs > one.capacity
    if over and total <= line:
        total, line = line, max(0, line - 1)
    found = []
    for at in range(levels):
        if at >= total:
            inside = Span(" " * (cells - 2))
        elif over and at >= line:
            inside = Span(_OVER * (cells - 2), "bad")
        else:
            inside = Span((_WORK if at < work else _HANDOFF) * (cells - 2), "" if at < work else "new")
        edge = Span(_LINE if at == max(0, line - 1) else " ", "good")
        if at == max(0, line - 1) and at >= total:
            inside = Span(_LINE * (cells - 2), "good")
        found.append([edge, inside, edge])
    return found


def _levels(value: float, top: float, levels: int) -> int:
    """How many levels a figure fills; any at all fills one."""
    return min(levels, max(math.ceil(value / top * levels - 0.5), int(value > 0)))
