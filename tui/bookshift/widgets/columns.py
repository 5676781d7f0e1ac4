"""Which columns of a grid are shown in a given width, and how wide each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from bookshift.text import Align

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP = 1
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a grid.

    `width` in cells is the least it takes; with `share` it also takes that part of the room left over.
    `priority` says who stays when room is short: 0 stays longest, higher numbers go first. The first
    column names the row and always stays. `tone` draws the whole column (see `grid.TONES`).
    """

    key: str
    title: str
    width: int
    share: int = 0
    align: Align = "left"
    priority: int = 1
    tone: str = ""


class Placed(NamedTuple):
    """A column that is shown: its position in the list of columns and its width in cells."""

    at: int
    width: int


def place(
    columns: Sequence[Column], room: int, current: int, *, essential: bool = False
) -> tuple[Placed, ...]:
    """Columns that fit into `room` cells, in their order, always with the first and the `current` one.

    As many as fit by priority; when the current column is not among them, the ones that end with it, which
    is what scrolling sideways looks like. `essential` (terminals under 60 columns): a name and one number.
    """
    if not columns or room <= 0:
        return ()
    shown = _by_priority(columns, room, limit=2 if essential else len(columns))
    if current not in shown:
        shown = _ending_with(columns, room, current, limit=2 if essential else len(columns))
    return _share_out(columns, sorted(shown), room)


def _by_priority(columns: Sequence[Column], room: int, limit: int) -> set[int]:
    shown = {0}
    used = columns[0].width
    for index in sorted(range(1, len(columns)), key=lambda index: (columns[index].priority, index)):
        used += GAP + columns[index].width
        if used > room or len(shown) == limit:
            break
        shown.add(index)
    return shown


def _ending_with(columns: Sequence[Column], room: int, current: int, limit: int) -> set[int]:
    shown = {0}
    used = columns[0].width
    for index in range(current, 0, -1):
        used += GAP + columns[index].width
        # The current column is shown even where it has to be cut.
        if (used > room and index != current) or len(shown) == limit:
            break
        shown.add(index)
    return shown


def _share_out(columns: Sequence[Column], shown: Sequence[int], room: int) -> tuple[Placed, ...]:
    widths = {index: columns[index].width for index in shown}
    spare = room - sum(widths.values()) - GAP * (len(shown) - 1)
    if spare < 0:
        # Too narrow even for these: the name gives way first, down to half its width, then the last is cut.
        widths[0] = max(widths[0] + spare, min(widths[0], room, max(1, widths[0] // 2)))
        spare = room - sum(widths.values()) - GAP * (len(shown) - 1)
        if spare < 0 and len(shown) > 1:
            widths[shown[-1]] = max(0, widths[shown[-1]] + spare)
    shares = sum(columns[index].share for index in shown)
    for index in shown:
        if spare > 0 and columns[index].share:
            part = spare * columns[index].share // shares
            widths[index] += part
            spare -= part
            shares -= columns[index].share
    return tuple(Placed(index, widths[index]) for index in shown)
