"""Cells that hold dates. One order of day and month per column, proved by a day above 12, or asked."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from bookshift_io.intake.readings import Column, Readings
from bookshift_model.explain.words import count

_TIME: Final = (
    r"(?:[T ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_ISO: Final = re.compile(rf"([0-9]{{4}})([-/.]?)([0-9]{{2}})\2([0-9]{{2}}){_TIME}")
_NUMERIC: Final = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_DAY_NAME: Final = re.compile(
    rf"([0-9]{{1,2}})[-/. ]+([A-Za-z]{{3,9}})\.?[-/., ]+([0-9]{{4}}|[0-9]{{2}}){_TIME}"
)
_NAME_DAY: Final = re.compile(rf"([A-Za-z]{{3,9}})\.?[- ]([0-9]{{1,2}}),?[- ]+([0-9]{{4}}){_TIME}")
_SERIAL: Final = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_SERIAL_ZERO: Final = date(1899, 12, 30)
_SERIALS: Final = range(20_000, 80_000)
"""Spreadsheet day numbers of 1954 to 2119."""
_YEARS: Final = range(1900, 2101)
_CENTURY_TURNS: Final = 70
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
        found = _NUMERIC.fullmatch(text)
        if found:
            first, second, year = int(found[1]), int(found[3]), _year(found[4])
            numeric[text] = (_date(year, second, first), _date(year, first, second))
            continue
        value = _unambiguous(text)
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


def possible_days(text: str) -> tuple[date, ...]:
    """Return the days that a text alone can mean: two where day and month may change places, none if no date.

    Between points the day comes first.
    """
    found = _NUMERIC.fullmatch(text)
    if found is None:
        value = _unambiguous(text)
        return () if value is None else (value,)
    first, second, year = int(found[1]), int(found[3]), _year(found[4])
    both = [_date(year, second, first)]
    if found[2] != ".":
        both.append(_date(year, first, second))
    return tuple(dict.fromkeys(one for one in both if one is not None))


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


def _unambiguous(text: str) -> date | None:
    found = _ISO.fullmatch(text)
    if found:
        return _date(int(found[1]), int(found[3]), int(found[4]))
    found = _DAY_NAME.fullmatch(text)
    if found:
        return _named(found[1], found[2], found[3])
    found = _NAME_DAY.fullmatch(text)
    return _named(found[2], found[1], found[3]) if found else None


def _named(day: str, name: str, year: str) -> date | None:
    name = "sep" if name.lower() == "sept" else name.lower()
    month = next((i for i, one in enumerate(_MONTHS, 1) if name in (one, one[:3])), None)
    return _date(_year(year), month, int(day)) if month else None


def _serial(text: str) -> date | None:
    found = _SERIAL.fullmatch(text)
    if found and int(found[1]) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(found[1]))
    return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:  # noqa: PLR2004 - a year in full
        return year
    return 2000 + year if year < _CENTURY_TURNS else 1900 + year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
