"""Cells that hold dates. One order of day and month per column, proved by a day above 12, or asked."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from bookshift_io.intake.readings import Column, Readings
from bookshift_model.explain.words import count
from bookshift_model.read_days import NUMERIC, day_of, full_year, unambiguous

_SERIAL: Final = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")

_SERIAL_ZERO: Final = date(1899, 12, 30)
_SERIALS: Final = range(20_000, 80_000)
"""Spreadsheet day numbers of 1954 to 2119."""
_LONGEST: Final = 60
"""Characters of a cell that may be a date; what is longer costs no matching time."""
EXPECTED: Final = "expected a date such as 2026-12-31; correct the cell"


def read_dates(column: Column) -> Readings:
    """Read dates: ISO, with a month's name, numeric, or a spreadsheet's day number. Times are cut off."""
    values: dict[str, date] = {}
    numeric: dict[str, tuple[date | None, date | None]] = {}
    serials = 0
    for text in column.texts:
        if len(text) > _LONGEST:
            continue
        found = NUMERIC.fullmatch(text)
        if found:
            first, second, year = int(found[1]), int(found[3]), full_year(found[4])
            numeric[text] = (day_of(year, second, first), day_of(year, first, second))
            continue
        value = unambiguous(text)
        if value is not None:
            values[text] = value
        elif (value := _serial(text)) is not None:
            values[text] = value
            serials += 1
    if serials:
        column.log.add(
            "info",
            f"{count(serials, 'spreadsheet day number was', 'spreadsheet day numbers were')} read as "
            f"{'a date' if serials == 1 else 'dates'}",
            column=column.header,
            value=next(text for text in column.texts if _SERIAL.fullmatch(text)),
        )
    order, convention = _order(column, numeric)
    for text, both in numeric.items():
        value = both[0] if order == "day-first" else both[1]
        if value is not None:
            values[text] = value
    expected = (
        EXPECTED if not numeric else EXPECTED.replace("; ", " in the column's order of day and month; ")
    )
    return Readings(
        values,
        {text: expected if text in numeric else EXPECTED for text in column.texts if text not in values},
        convention=convention,
    )


def _order(column: Column, numeric: dict[str, tuple[date | None, date | None]]) -> tuple[str, str]:
    """Return the order of day and month, and what shows it; none where no cell can be read in two ways."""
    day = [text for text, (first, second) in numeric.items() if first and not second]
    month = [text for text, (first, second) in numeric.items() if second and not first]
    unsure = [text for text, (first, second) in numeric.items() if first and second and first != second]
    choice = "day-first" if day else "month-first"
    if (day and month) or (unsure and not day and not month):
        why = "some cells have the day first and some the month" if day else "no cell has a day above 12"
        answer = column.ask(
            "dates",
            f"{why}; which comes first, day or month?",
            ("day-first", "month-first"),
            tuple(day[:2] + month[:2] + unsure[:3]),
        )
        return answer or "day-first", f"{answer}, as was answered" if answer else ""
    proof = day or month
    return choice, f"{choice}, as {proof[0]} shows" if proof else ""


def _serial(text: str) -> date | None:
    found = _SERIAL.fullmatch(text)
    if found and int(found[1]) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(found[1]))
    return None
