"""Calendar quarters by their months: “Q2” would mean another quarter to everybody in a meeting."""

from __future__ import annotations

from datetime import date
from typing import Final

QUARTERS: Final = 4
"""Quarters ahead that renewals are counted in: that of the data's date, and the three after it."""


def months(as_of: date, ahead: int, *, year: bool = True) -> str:
    """`Jan–Mar 2027`, the quarter so many after that of `as_of`; `Jan–Mar` without the year."""
    years, quarter = divmod(as_of.year * 4 + (as_of.month - 1) // 3 + ahead, 4)
    first, last = (date(years, 3 * quarter + month, 1) for month in (1, 3))
    return f"{first:%b}–{last:%b}" + (f" {years}" if year else "")
