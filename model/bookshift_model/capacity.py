"""Productive hours that a CSM can give: full-time share, ramp of new hires, leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.columns import MONTH_DAYS, months_from, numbers, overlap

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from bookshift_model.formulas import Formulas
    from bookshift_model.portfolio import Csm, Portfolio


def capacity(portfolio: Portfolio, formulas: Formulas) -> NDArray[np.float64]:
    """(m,) average productive hours a month over the planning horizon."""
    return np.asarray(monthly_capacity(portfolio, formulas).mean(axis=0), dtype=np.float64)


def monthly_capacity(portfolio: Portfolio, formulas: Formulas) -> NDArray[np.float64]:
    """(horizon, m) productive hours in each month: `hours * FTE * ramp(t) * (1 - leave(t))`.

    Before the first working day a CSM gives nothing; without a start date they are fully productive.
    """
    c, horizon = formulas.capacity, formulas.horizon_months
    full = numbers(portfolio.csms, "hours")
    full = np.where(np.isnan(full), c.productive_hours, full) * numbers(portfolio.csms, "fte")
    start = np.nan_to_num(months_from(portfolio.as_of, portfolio.csms, "start"), nan=-np.inf)
    working = overlap(start + len(c.ramp), np.inf, horizon)
    for month, share in enumerate(c.ramp):
        working += share * overlap(start + month, start + month + 1, horizon)
    away = np.array([_leave(csm, portfolio.as_of, horizon) for csm in portfolio.csms]).T
    return np.asarray(full * working * (1 - away), dtype=np.float64)


def in_ramp(portfolio: Portfolio, formulas: Formulas) -> NDArray[np.bool_]:
    """(m,) is the CSM a new hire: not yet started, or still in the months of the ramp."""
    start = months_from(portfolio.as_of, portfolio.csms, "start")
    return np.asarray(start > -len(formulas.capacity.ramp), dtype=np.bool_)


def _leave(csm: Csm, as_of: date, horizon: int) -> NDArray[np.float64]:
    """(horizon,) share of each month that the CSM is away; days in two periods count once."""
    away = np.zeros(horizon)
    counted = -np.inf
    for first, last in sorted(csm.leave):
        start = max((first - as_of).days, counted)
        counted = max((last - as_of).days + 1, counted)
        away += overlap(start / MONTH_DAYS, counted / MONTH_DAYS, horizon)
    return away
