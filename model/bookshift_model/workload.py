"""Hours per month that an account takes from a CSM.

`w = touch_hours * m_complexity * m_health * m_fit + onboarding + renewal + escalation + travel`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.ax import touch_places
from bookshift_model.columns import flags, months_from, next_renewal, numbers, overlap, plain
from bookshift_model.portfolio import TOUCH_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bookshift_model.formulas import Formulas
    from bookshift_model.matching import Matches
    from bookshift_model.portfolio import Portfolio


def hours(portfolio: Portfolio, formulas: Formulas, matches: Matches) -> NDArray[np.float64]:
    """(n, m) average hours a month over the planning horizon, events and travel included."""
    touch = touch_places(portfolio.accounts, formulas.ax)
    fit = np.ones(matches.industry.shape)
    np.multiply(fit, formulas.multipliers.without_industry, out=fit, where=~matches.industry)
    np.multiply(fit, formulas.multipliers.without_touch, out=fit, where=~matches.touch)
    fit *= _service(portfolio, formulas, touch)[:, None]
    fit += _events(portfolio, formulas, touch).mean(axis=0)[:, None]
    fit += travel_hours(portfolio, formulas)
    return fit


def monthly_hours(portfolio: Portfolio, formulas: Formulas) -> NDArray[np.float64]:
    """(horizon, n) hours in each month with a CSM who fits perfectly and need not travel.

    Fit and travel add the same hours to every month, `hours[i, j] - monthly_hours.mean(axis=0)[i]`,
    because a poor fit makes the service longer, not the events.
    """
    touch = touch_places(portfolio.accounts, formulas.ax)
    return _events(portfolio, formulas, touch) + _service(portfolio, formulas, touch)


def monthly_book_hours(
    monthly: NDArray[np.float64], hours: NDArray[np.float64], assignment: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(horizon, m) hours of each book in each month; its mean over the months is the book's `hours`.

    `assignment` (n,) holds the position of each account's CSM; -1 leaves the account out.
    """
    owned = np.flatnonzero(assignment >= 0)
    j = assignment[owned]
    constant = hours[owned, j] - monthly[:, owned].mean(axis=0)
    profile = monthly[:, owned] + constant
    return np.array([np.bincount(j, weights=month, minlength=hours.shape[1]) for month in profile])


def travel_hours(portfolio: Portfolio, formulas: Formulas) -> NDArray[np.float64]:
    """(n, m) hours a month for visits and time difference; all assumptions.

    No travel in the same location, a short trip inside the region, a long one to another region, none where
    account or CSM state neither. Time difference beyond the free hours costs a little every month.
    """
    t = formulas.travel
    visits = (t.visits_strategic, t.visits_high, t.visits_mid, 0.0, 0.0)
    levels = touch_places(portfolio.accounts, formulas.ax).tolist()
    # Accounts share few places: compare each place and number of visits once, then spread.
    codes: dict[tuple[str, str, float | None, float], int] = {}
    code = [
        codes.setdefault((plain(a.location), plain(a.region), a.timezone, visits[level]), len(codes))
        for a, level in zip(portfolio.accounts, levels, strict=True)
    ]
    places = list(codes)
    same_place, place_known = _same([one[0] for one in places], [plain(c.location) for c in portfolio.csms])
    same_region, region_known = _same([one[1] for one in places], [plain(c.region) for c in portfolio.csms])
    # Another location and no region to compare is elsewhere, but nothing says that it is far.
    trip = np.select(
        [place_known & same_place, region_known & ~same_region, region_known | place_known],
        [0.0, t.trip_other_region, t.trip_same_region],
        0.0,
    )
    there = np.array([one[2] for one in places], dtype=np.float64)
    gap = np.abs(there[:, None] - numbers(portfolio.csms, "timezone"))
    gap = np.minimum(gap, 24 - gap) - t.timezone_free
    odd_hours = t.timezone_hours * np.maximum(np.nan_to_num(gap, nan=0.0), 0)
    visited = np.array([one[3] for one in places], dtype=np.float64)[:, None]
    found = trip * visited / 12 + odd_hours * (visited > 0)
    return np.asarray(found[np.array(code, dtype=np.intp)], dtype=np.float64)


def _service(portfolio: Portfolio, formulas: Formulas, touch: NDArray[np.intp]) -> NDArray[np.float64]:
    base = np.array([getattr(formulas.touch_hours, level) for level in TOUCH_LEVELS])[touch]
    m = formulas.multipliers
    complexity = np.nan_to_num(numbers(portfolio.accounts, "complexity"), nan=3).astype(np.intp)
    health = numbers(portfolio.accounts, "health")
    by_health = np.select(
        [np.isnan(health) | (health >= m.green_from), health >= m.amber_from],
        [m.health_green, m.health_amber],
        m.health_red,
    )
    return np.asarray(base * np.array(m.complexity)[complexity - 1] * by_health, dtype=np.float64)


def _events(portfolio: Portfolio, formulas: Formulas, touch: NDArray[np.intp]) -> NDArray[np.float64]:
    e, horizon = formulas.events, formulas.horizon_months
    # A stated end of the onboarding wins; otherwise it runs from the start of the contract.
    until = months_from(portfolio.as_of, portfolio.accounts, "onboarding_until")
    since = months_from(portfolio.as_of, portfolio.accounts, "customer_since")
    start = np.where(np.isnan(until), np.nan_to_num(since, nan=-np.inf), 0)
    end = np.where(np.isnan(until), start + e.onboarding_months, until)
    found = e.onboarding_hours * overlap(start, end, horizon)
    found += e.escalation_hours * overlap(
        0, np.where(flags(portfolio.accounts, "escalation"), e.escalation_months, 0), horizon
    )
    scale = np.array([1, 1, e.renewal_mid, e.renewal_low, e.renewal_tech])[touch]
    due = next_renewal(portfolio)
    share = np.zeros((horizon, len(due)))
    for cycle in range(horizon // 12 + 2):
        date = np.nan_to_num(due, nan=0) + 12 * cycle
        share += overlap(date - e.renewal_months, date, horizon)
    share[:, np.isnan(due)] = e.renewal_months / 12
    found += e.renewal_hours / e.renewal_months * scale * share
    return found


def _same(ours: list[str], theirs: list[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Compare texts pair by pair: which are equal, and where both are known."""
    codes = {"": 0}
    left, right = (
        np.array([codes.setdefault(text, len(codes)) for text in texts], dtype=np.intp)
        for texts in (ours, theirs)
    )
    return left[:, None] == right, (left[:, None] > 0) & (right > 0)
