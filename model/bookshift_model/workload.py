"""Hours per month that an account takes from a CSM.

`w = touch_hours * m_complexity * m_health * m_fit + onboarding + renewal + escalation + travel`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bookshift_model.amounts import Shared, in_blocks
from bookshift_model.ax import touch_places
from bookshift_model.columns import flags, months_from, next_renewal, numbers, overlap, plain
from bookshift_model.portfolio import TOUCH_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bookshift_model.formulas import Formulas
    from bookshift_model.matching import Matches
    from bookshift_model.portfolio import Portfolio


class Service(NamedTuple):
    """What the service itself takes, (n,) each."""

    base: NDArray[np.float64]
    """Hours a month of the touch level."""
    complexity: NDArray[np.float64]
    health: NDArray[np.float64]
    """Factors on them."""

    @property
    def hours(self) -> NDArray[np.float64]:
        """(n,) hours a month with a CSM who fits."""
        return self.base * self.complexity * self.health


class Events(NamedTuple):
    """What comes on top for a while, hours in each month, (horizon, n) each."""

    onboarding: NDArray[np.float64]
    renewal: NDArray[np.float64]
    escalation: NDArray[np.float64]

    @property
    def hours(self) -> NDArray[np.float64]:
        """(horizon, n) all of them."""
        return self.onboarding + self.renewal + self.escalation

    @property
    def means(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """(n,) hours a month over the horizon of onboarding, renewal, escalation."""
        return average(self.onboarding), average(self.renewal), average(self.escalation)


def average(monthly: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the months, which come first.

    Added month after month, so that an account alone has the same average, bit for bit, as among others.
    """
    return np.asarray(sum(monthly) / len(monthly), dtype=np.float64)


def hours(
    portfolio: Portfolio,
    formulas: Formulas,
    matches: Matches,
    *,
    touch: NDArray[np.intp] | None = None,
    travel: Shared | None = None,
) -> NDArray[np.float64]:
    """(n, m) average hours a month over the planning horizon, events and travel included.

    `touch` (n,) as by `touch_places` and `travel` as by `travel_hours`, where they are known.
    """
    touch = touch_places(portfolio.accounts, formulas.ax) if touch is None else touch
    fit = np.ones(matches.industry.shape)
    np.multiply(fit, formulas.multipliers.without_industry, out=fit, where=~matches.industry)
    np.multiply(fit, formulas.multipliers.without_touch, out=fit, where=~matches.touch)
    fit *= service(portfolio, formulas, touch).hours[:, None]
    onboarding, renewal, escalation = events(portfolio, formulas, touch).means
    fit += (onboarding + renewal + escalation)[:, None]
    travel = travel_hours(portfolio, formulas, touch) if travel is None else travel
    for some in in_blocks(np.arange(len(fit)), len(portfolio.csms)):
        fit[some] += travel[some]
    return fit


def monthly_hours(portfolio: Portfolio, formulas: Formulas) -> NDArray[np.float64]:
    """(horizon, n) hours in each month with a CSM who fits perfectly and need not travel.

    Fit and travel add the same hours to every month, `hours[i, j] - monthly_hours.mean(axis=0)[i]`,
    because a poor fit makes the service longer, not the events.
    """
    touch = touch_places(portfolio.accounts, formulas.ax)
    return events(portfolio, formulas, touch).hours + service(portfolio, formulas, touch).hours


def monthly_book_hours(
    monthly: NDArray[np.float64], extra: NDArray[np.float64], assignment: NDArray[np.int64], books: int
) -> NDArray[np.float64]:
    """(months, books) hours of each book in each month.

    `monthly` (months, n) is for a CSM who fits; `extra` (n,) what fit and travel with the account's CSM add
    to every month; `assignment` (n,) the position of that CSM, where -1 leaves the account out.
    """
    owned = np.flatnonzero(assignment >= 0)
    j = assignment[owned]
    profile = monthly[:, owned] + extra[owned]
    return np.array([np.bincount(j, weights=month, minlength=books) for month in profile])


def travel_hours(portfolio: Portfolio, formulas: Formulas, touch: NDArray[np.intp] | None = None) -> Shared:
    """(n, m) hours a month for visits and time difference; all assumptions.

    No travel in the same location, a short trip inside the region, a long one to another region, none where
    account or CSM state neither. Time difference beyond the free hours costs a little every month. `touch`
    (n,) as by `touch_places`, where it is known.
    """
    trips, odd_hours, code = _travel(portfolio, formulas, touch)
    return Shared(trips + odd_hours, code)


def travel_parts(portfolio: Portfolio, formulas: Formulas) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, m) each: hours a month on the road, and for time difference; `travel_hours` is their sum."""
    trips, odd_hours, code = _travel(portfolio, formulas)
    return trips[code], odd_hours[code]


def visits(formulas: Formulas) -> tuple[float, ...]:
    """Visits a year at each of `TOUCH_LEVELS`."""
    t = formulas.travel
    return t.visits_strategic, t.visits_high, t.visits_mid, 0.0, 0.0


def _travel(
    portfolio: Portfolio, formulas: Formulas, touch: NDArray[np.intp] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Both parts for each place that accounts share, (places, m), and (n,) the place of each account."""
    t, yearly = formulas.travel, visits(formulas)
    levels = (touch_places(portfolio.accounts, formulas.ax) if touch is None else touch).tolist()
    # Accounts share few places: compare each place and number of visits once, then spread.
    codes: dict[tuple[str, str, float | None, float], int] = {}
    code = [
        codes.setdefault((plain(a.location), plain(a.region), a.timezone, yearly[level]), len(codes))
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
    return trip * visited / 12, odd_hours * (visited > 0), np.array(code, dtype=np.intp)


def service(portfolio: Portfolio, formulas: Formulas, touch: NDArray[np.intp]) -> Service:
    """What the service of each account takes; `touch` (n,) as `touch_places` has it."""
    base = np.array([getattr(formulas.touch_hours, level) for level in TOUCH_LEVELS])[touch]
    m = formulas.multipliers
    complexity = np.nan_to_num(numbers(portfolio.accounts, "complexity"), nan=3).astype(np.intp)
    health = numbers(portfolio.accounts, "health")
    by_health = np.select(
        [np.isnan(health) | (health >= m.green_from), health >= m.amber_from],
        [m.health_green, m.health_amber],
        m.health_red,
    )
    return Service(base, np.array(m.complexity)[complexity - 1], np.asarray(by_health, dtype=np.float64))


def events(portfolio: Portfolio, formulas: Formulas, touch: NDArray[np.intp]) -> Events:
    """What comes on top in each month of the horizon; `touch` (n,) as `touch_places` has it."""
    e, horizon = formulas.events, formulas.horizon_months
    # A stated end of the onboarding wins; otherwise it runs from the start of the contract.
    until = months_from(portfolio.as_of, portfolio.accounts, "onboarding_until")
    since = months_from(portfolio.as_of, portfolio.accounts, "customer_since")
    start = np.where(np.isnan(until), np.nan_to_num(since, nan=-np.inf), 0)
    end = np.where(np.isnan(until), start + e.onboarding_months, until)
    open_until = np.where(flags(portfolio.accounts, "escalation"), e.escalation_months, 0)
    scale = np.array([1, 1, e.renewal_mid, e.renewal_low, e.renewal_tech])[touch]
    due = next_renewal(portfolio)
    share = np.zeros((horizon, len(due)))
    for cycle in range(horizon // 12 + 2):
        date = np.nan_to_num(due, nan=0) + 12 * cycle
        share += overlap(date - e.renewal_months, date, horizon)
    share[:, np.isnan(due)] = e.renewal_months / 12
    return Events(
        onboarding=e.onboarding_hours * overlap(start, end, horizon),
        renewal=e.renewal_hours / e.renewal_months * scale * share,
        escalation=e.escalation_hours * overlap(0, open_until, horizon),
    )


def _same(ours: list[str], theirs: list[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Compare texts pair by pair: which are equal, and where both are known."""
    codes = {"": 0}
    left, right = (
        np.array([codes.setdefault(text, len(codes)) for text in texts], dtype=np.intp)
        for texts in (ours, theirs)
    )
    return left[:, None] == right, (left[:, None] > 0) & (right > 0)
