"""Texts that hold a day, as people and programs write them; times are cut off."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_TIME: Final = (
    r"(?:[T ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
    r"\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_ISO: Final = re.compile(rf"([0-9]{{4}})([-/.]?)([0-9]{{2}})\2([0-9]{{2}}){_TIME}")
NUMERIC: Final = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
"""Day, month and year in figures, in either order of the first two."""
_DAY_NAME: Final = re.compile(
    rf"([0-9]{{1,2}})[-/. ]+([A-Za-z]{{3,9}})\.?[-/., ]+([0-9]{{4}}|[0-9]{{2}}){_TIME}"
)
_NAME_DAY: Final = re.compile(rf"([A-Za-z]{{3,9}})\.?[- ]([0-9]{{1,2}}),?[- ]+([0-9]{{4}}){_TIME}")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_YEARS: Final = range(1900, 2101)
_CENTURY_TURNS: Final = 70


def possible_days(text: str) -> tuple[date, ...]:
    """Return the days that a text alone can mean: two where day and month may change places, none if no date.

    Between points the day comes first.
    """
    found = NUMERIC.fullmatch(text)
    if found is None:
        value = unambiguous(text)
        return () if value is None else (value,)
    first, second, year = int(found[1]), int(found[3]), full_year(found[4])
    both = [day_of(year, second, first)]
    if found[2] != ".":
        both.append(day_of(year, first, second))
    return tuple(dict.fromkeys(one for one in both if one is not None))


def unambiguous(text: str) -> date | None:
    """Return the day of a text that has one meaning: year first, or with a month's name."""
    found = _ISO.fullmatch(text)
    if found:
        return day_of(int(found[1]), int(found[3]), int(found[4]))
    found = _DAY_NAME.fullmatch(text)
    if found:
        return _named(found[1], found[2], found[3])
    found = _NAME_DAY.fullmatch(text)
    return _named(found[2], found[1], found[3]) if found else None


def _named(day: str, name: str, year: str) -> date | None:
    name = "sep" if name.lower() == "sept" else name.lower()
    month = next((i for i, one in enumerate(_MONTHS, 1) if name in (one, one[:3])), None)
    return day_of(full_year(year), month, int(day)) if month else None


def full_year(text: str) -> int:
    """Return a year of four digits, or the one of 1970 to 2069 that two stand for."""
    year = int(text)
    if len(text) == 4:  # noqa: PLR2004 - a year in full
        return year
    return 2000 + year if year < _CENTURY_TURNS else 1900 + year


def day_of(year: int, month: int, day: int) -> date | None:
    """Return a day, or ``None`` where the calendar has none, or it is out of all proportion."""
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None
