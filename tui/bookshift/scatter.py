"""Points in a plane as lines of text: two figures of many plans against each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from bookshift.text import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LEAST_WIDTH, LEAST_HEIGHT = 30, 6


class Dot(NamedTuple):
    """One plan: where it is, the mark that stands for it, and how it ranks where several share a place."""

    x: float
    y: float
    mark: str
    rank: int = 0


class Axis(NamedTuple):
    """A figure along one side: its title, and how its values are written."""

    title: str
    written: Callable[[float], str]


def scatter(dots: Sequence[Dot], x: Axis, y: Axis, width: int, height: int) -> list[str]:
    """A chart of `height` lines, each `width` cells or less; nothing finite to show is said in one line.

    `y` grows upwards. Of dots that share a place, the highest rank is drawn.
    """
    known = [dot for dot in dots if math.isfinite(dot.x) and math.isfinite(dot.y)]
    if not known:
        return ["no plan has both figures"]
    width, height = max(width, LEAST_WIDTH), max(height, LEAST_HEIGHT)
    left, right = min(dot.x for dot in known), max(dot.x for dot in known)
    low, high = min(dot.y for dot in known), max(dot.y for dot in known)
    labels = [y.written(high), y.written(low)]
    margin = max(map(cell_len, labels))
    columns, rows = width - margin - 2, height - 3
    field = [[" "] * columns for _ in range(rows)]
    for dot in sorted(known, key=lambda one: one.rank):
        column = _place(dot.x, left, right, columns)
        field[rows - 1 - _place(dot.y, low, high, rows)][column] = dot.mark
    label = {0: labels[0], rows - 1: labels[1]} if high > low else {rows - 1 - rows // 2: labels[0]}
    body = [
        f"{fit(label.get(at, ''), margin, 'right')} │{''.join(line)}".rstrip()
        for at, line in enumerate(field)
    ]
    ends = _ends(x.written(left), x.title, x.written(right) if right > left else "", columns)
    return [
        fit(y.title, width).rstrip(),
        *body,
        f"{' ' * margin} └{'─' * columns}",
        f"{' ' * margin}  {ends}",
    ]


def _place(value: float, low: float, high: float, cells: int) -> int:
    """Which of some cells a value falls into; the middle one where there is no spread."""
    if high <= low:
        return cells // 2
    return min(cells - 1, int((value - low) / (high - low) * (cells - 1) + 0.5))


def _ends(left: str, title: str, right: str, cells: int) -> str:
    """The line under the chart: least value, title, greatest value."""
    room = cells - cell_len(left) - cell_len(right)
    return f"{left}{fit(title.center(max(0, room)), room)}{right}"
