"""Cells that hold dates. A column has one order of day and month, proved by a day above 12, or asked.

Dates with dots are judged apart: two sources in one column, ``12.2.2026`` and ``06/20/27``, are both right.
"""

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
_Numeric = dict[str, tuple[date | None, date | None]]
"""What a text means with the day first, and with the month first."""
EXPECTED: Final = "expected a date such as 2026-12-31; correct the cell"


def read_dates(column: Column) -> Readings:
    """Read dates: ISO, with a month's name, numeric, or a spreadsheet's day number. Times are cut off.

    Numeric dates with dots have the day first unless they prove the month first; the others' order is proved
    or asked. Where those with dots contradict each other, all numeric dates are judged together.
    """
    values: dict[str, date] = {}
    dotted: set[str] = set()
    numeric: _Numeric = {}
    serials = 0
    for text in column.texts:
        if len(text) > _LONGEST:
            continue
        found = NUMERIC.fullmatch(text)
        if found:
            first, second, year = int(found[1]), int(found[3]), full_year(found[4])
            numeric[text] = (day_of(year, second, first), day_of(year, first, second))
            if found[2] == ".":
                dotted.add(text)
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
    dots, elsewhere, convention = _orders(column, numeric, dotted)
    for text, both in numeric.items():
        order = dots if text in dotted else elsewhere
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


def _orders(column: Column, numeric: _Numeric, dotted: set[str]) -> tuple[str, str, str]:
    """Return the order of day and month between dots, the one elsewhere, and what shows them."""
    day, month, unsure = _proofs({text: both for text, both in numeric.items() if text in dotted})
    if day and month:
        order, convention = _order(column, numeric, "")
        return order, order, convention
    dots = "month-first" if month else "day-first"
    proof = day or month
    told = f"{dots}, as {proof[0]} shows" if proof else f"{dots}, as is usual between dots" if unsure else ""
    rest = {text: both for text, both in numeric.items() if text not in dotted}
    order, convention = _order(column, rest, " without dots" if dotted else "")
    if told and convention:
        told = f"{told}; without dots {convention}"
    return dots, order, told or convention


def _order(column: Column, numeric: _Numeric, which: str) -> tuple[str, str]:
    """Return the order of day and month, and what shows it; none where no cell can be read in two ways."""
    day, month, unsure = _proofs(numeric)
    choice = "day-first" if day else "month-first"
    if (day and month) or (unsure and not day and not month):
        why = (
            f"some cells{which} have the day first and some the month"
            if day
            else f"no cell{which} has a day above 12"
        )
        answer = column.ask(
            "dates",
            f"{why}; which comes first, day or month?",
            ("day-first", "month-first"),
            tuple(day[:2] + month[:2] + unsure[:3]),
        )
        return answer or "day-first", f"{answer}, as was answered" if answer else ""
    proof = day or month
    return choice, f"{choice}, as {proof[0]} shows" if proof else ""


def _proofs(numeric: _Numeric) -> tuple[list[str], list[str], list[str]]:
    """Return the texts that have the day first, those that have the month first, and those unsure."""
    day = [text for text, (first, second) in numeric.items() if first and not second]
    month = [text for text, (first, second) in numeric.items() if second and not first]
    unsure = [text for text, (first, second) in numeric.items() if first and second and first != second]
    return day, month, unsure


def _serial(text: str) -> date | None:
    found = _SERIAL.fullmatch(text)
    if found and int(found[1]) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(found[1]))
    return None
