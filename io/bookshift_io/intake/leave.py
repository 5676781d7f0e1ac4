"""Cells that hold periods of leave: days in any form that dates have, one or two to a period."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from bookshift_io.intake.dates import possible_days, read_dates
from bookshift_io.intake.readings import Column, Readings

_BETWEEN: Final = re.compile(r"/|\.\.+|[-–—]|(?<=\s)(?:to|until|till|bis|au|al|a)(?=\s)", re.IGNORECASE)
_LONGEST: Final = 100
"""Characters of a period; what is longer costs no matching time."""
_MOST: Final = 10_000
"""Characters of a cell that is looked at."""
_EXPECTED: Final = "expected periods such as 2026-12-01/2026-12-31, separated by ;"


def read_leave(column: Column) -> Readings:
    """Read periods such as ``2026-12-01/2026-12-31`` or ``1.12.2026-31.12.2026``, separated by ``;``.

    The order of day and month is that of the whole column, proved or asked as in a column of dates.
    """
    cells = {text: found for text in column.texts if (found := _periods(text))}
    days = dict.fromkeys(day for found in cells.values() for period in found for day in period)
    read = read_dates(replace(column, texts=tuple(days), native=frozenset()))
    values: dict[str, tuple[tuple[date, date], ...]] = {}
    for text, found in cells.items():
        periods = [(read.values.get(period[0]), read.values.get(period[-1])) for period in found]
        whole = tuple((a, b) for a, b in periods if a is not None and b is not None and a <= b)
        if len(whole) == len(periods):
            values[text] = whole
    bad = {text: _EXPECTED for text in column.texts if text not in values}
    return Readings(values, bad, convention=read.convention)


def _periods(text: str) -> list[tuple[str, ...]]:
    """Return the periods of a cell, each as the texts of its days; none where a part is no period."""
    if len(text) > _MOST:
        return []
    found: list[tuple[str, ...]] = []
    for part in filter(None, map(str.strip, re.split(r"[;|\n]", text))):
        whole = _period(part)
        # A comma parts periods, too, but stands in some dates.
        found += [whole] if whole else [_period(one.strip()) for one in part.split(",")]
    return found if all(found) else []


def _period(text: str) -> tuple[str, ...]:
    """Return the first and the last day as they are written, or the only one; none where it is no period."""
    if not text or len(text) > _LONGEST:
        return ()
    if possible_days(text):
        return (text,)
    for found in _BETWEEN.finditer(text):
        first, last = text[: found.start()].strip(), text[found.end() :].strip()
        if possible_days(first) and possible_days(last):
            return first, last
    return ()
