"""Cells that hold periods of leave: days in any form that dates have, one or two to a period."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from bookshift_io.intake.dates import read_dates
from bookshift_io.intake.readings import Column, Readings
from bookshift_model.read_days import possible_days

_BETWEEN: Final = re.compile(r"/|\.\.+|[-–—]|(?<=\s)(?:to|until|till|bis|au|al|a)(?=\s)", re.IGNORECASE)
_LONGEST: Final = 100
"""Characters of a period; what is longer costs no matching time."""
_MOST: Final = 10_000
"""Characters of a cell that is looked at."""
_EXPECTED: Final = "expected periods such as 2026-12-01/2026-12-31, separated by ;"
_EITHER: Final = (
    "expected ; between single days, or / between the first and the last day of a period, "
    "as a comma may mean either"
)


class _UnreadError(ValueError):
    """Why a cell was not read."""


def read_leave(column: Column) -> Readings:
    """Read periods such as ``2026-12-01/2026-12-31`` or ``1.12.2026-31.12.2026``, separated by ``;``.

    Commas separate them, too, but not single days: two may be the first and the last of a period.
    The order of day and month is one for the whole column (one for days with dots, one for the others),
    proved or asked as in a column of dates.
    """
    cells: dict[str, list[tuple[str, ...]]] = {}
    bad: dict[str, str] = {}
    for text in column.texts:
        try:
            cells[text] = _periods(text)
        except _UnreadError as error:
            bad[text] = str(error)
    days = dict.fromkeys(day for found in cells.values() for period in found for day in period)
    read = read_dates(replace(column, texts=tuple(days), native=frozenset()))
    values: dict[str, tuple[tuple[date, date], ...]] = {}
    for text, found in cells.items():
        periods = [(read.values.get(period[0]), read.values.get(period[-1])) for period in found]
        whole = tuple((a, b) for a, b in periods if a is not None and b is not None and a <= b)
        if len(whole) == len(periods):
            values[text] = whole
    why = {text: bad.get(text, _EXPECTED) for text in column.texts if text not in values}
    return Readings(values, why, convention=read.convention)


def _periods(text: str) -> list[tuple[str, ...]]:
    """Return the periods of a cell, each as the texts of its days; none where it is separators alone."""
    if len(text) > _MOST:
        raise _UnreadError(_EXPECTED)
    found: list[tuple[str, ...]] = []
    for part in filter(None, map(str.strip, re.split(r"[;|\n]", text))):
        whole = _period(part)
        # A comma parts periods, too, but stands in some dates.
        several = [whole] if whole else [_period(one) for one in map(str.strip, part.split(",")) if one]
        if not all(several):
            raise _UnreadError(_EXPECTED)
        if any(len(one) == len(after) == 1 for one, after in pairwise(several)):
            raise _UnreadError(_EITHER)
        found += several
    return found


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
