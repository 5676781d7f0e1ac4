"""Columns of a portfolio as arrays: the only loops over accounts that the formulas need."""

from __future__ import annotations

from datetime import MAXYEAR
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from numpy.typing import NDArray

    from bookshift_model.portfolio import Portfolio

MONTH_DAYS: Final = 365.25 / 12
"""Length of a month in days: all months of the formulas are equally long."""


def plain(text: str) -> str:
    """Bring a text into the form in which texts are compared."""
    return text.strip().casefold()


def numbers(records: Iterable[Any], name: str) -> NDArray[np.float64]:
    """Column `name` as float64; NaN where the value is unknown."""
    return np.array([getattr(one, name) for one in records], dtype=np.float64)


def flags(records: Iterable[Any], name: str) -> NDArray[np.bool_]:
    """Column `name` as booleans."""
    return np.array([getattr(one, name) for one in records], dtype=np.bool_)


def months_from(as_of: date, records: Iterable[Any], name: str) -> NDArray[np.float64]:
    """Date column `name` as months after `as_of`, negative before it; NaN where unknown."""
    today = as_of.toordinal()
    days = [None if (day := getattr(one, name)) is None else day.toordinal() - today for one in records]
    return np.array(days, dtype=np.float64) / MONTH_DAYS


def owners(portfolio: Portfolio) -> NDArray[np.int64]:
    """(n,) position of each account's owner in the roster; -1 where there is none."""
    index = portfolio.csm_index
    return np.array([index.get(a.owner, -1) if a.owner else -1 for a in portfolio.accounts], dtype=np.int64)


def renewal_day(renewal: date | None, as_of: date) -> date | None:
    """Day of the next renewal, `as_of` or later; None where unknown.

    A date that has passed is taken as renewed every 12 months since; 29 February recurs on the 28th.
    """
    if renewal is None or renewal >= as_of:
        return renewal
    day = min(renewal.day, 28) if renewal.month == 2 else renewal.day  # noqa: PLR2004  (February)
    this_year = renewal.replace(year=as_of.year, day=day)
    return this_year if this_year >= as_of else this_year.replace(year=min(as_of.year + 1, MAXYEAR))


def renewal_days(portfolio: Portfolio) -> NDArray[np.float64]:
    """(n,) days to the next renewal, as `renewal_day` has it; NaN where unknown."""
    today = portfolio.as_of
    days = [renewal_day(one.renewal, today) for one in portfolio.accounts]
    return np.array([None if day is None else (day - today).days for day in days], dtype=np.float64)


def next_renewal(portfolio: Portfolio) -> NDArray[np.float64]:
    """(n,) months to the next renewal, ≥ 0; NaN where unknown."""
    return renewal_days(portfolio) / MONTH_DAYS


def overlap(
    start: NDArray[np.float64] | float, end: NDArray[np.float64] | float, horizon: int
) -> NDArray[np.float64]:
    """(horizon, …) share of each month t = 0 … that lies between `start` and `end`, months from today."""
    start, end = np.broadcast_arrays(start, end)
    month = np.arange(horizon, dtype=np.float64).reshape((-1,) + (1,) * start.ndim)
    inside = np.minimum(end, month + 1) - np.maximum(start, month)
    return np.asarray(np.clip(inside, 0, 1), dtype=np.float64)
