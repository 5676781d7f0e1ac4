"""Probability that an account churns under a CSM: the scorecard of renewals, before any history.

`q = sigmoid(eta)` at a renewal decision, `p(H) = 1 - (1 - q)^renewals(H) * (1 - h0)^H` over H months.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bookshift_model.capacity import in_ramp
from bookshift_model.columns import flags, months_from, next_renewal, numbers, owners
from bookshift_model.matching import matches as compare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from bookshift_model.formulas import Formulas
    from bookshift_model.matching import Matches
    from bookshift_model.portfolio import Portfolio

    Term = tuple[str, NDArray[np.floating[Any]]]
    PairTerm = tuple[str, float, NDArray[np.bool_]]

# Standardising constants are fixed, so that a score means the same next quarter.
HEALTH_CENTRE, HEALTH_STEP = 70.0, 15.0
_ARR_CENTRE, _ARR_FLOOR = 30_000.0, 1_000.0
_TICKETS_CENTRE, _TICKETS_STEP, _TICKETS_CAP = 2.0, 3.0, 3.0
_COMPLEXITY_CENTRE = 3.0
_TENURE_CENTRE, _TENURE_STEP = 2.0, 0.7
# A stated probability of 0 or 1 would leave the CSM without any influence.
_SURE = 0.001


def eta(portfolio: Portfolio, formulas: Formulas, matches: Matches) -> NDArray[np.float64]:
    """(n, m) log-odds of churn at the next renewal, before the effect of a change of CSM.

    A stated probability moves the account so that its owner's odds equal it; a risk label without health
    does the same, and with health goes half the way. For an account without owner the reference is a CSM
    of whom nothing is known.
    """
    base = np.zeros(len(portfolio.accounts))
    for _, term in _account_terms(portfolio, formulas):
        base += term
    found = np.repeat(base[:, None], len(portfolio.csms), axis=1)
    for _, beta, where in _pair_terms(portfolio, formulas, matches):
        np.add(found, beta, out=found, where=where)
    found += _shift(portfolio, formulas, _of_owner(portfolio, found, base))[:, None]
    return found


def churn(portfolio: Portfolio, formulas: Formulas, matches: Matches) -> NDArray[np.float64]:
    """(n, m) probability of churn over the planning horizon under each CSM.

    Every CSM but the owner bears the effect of a move. It counts at the first renewal, by which it has faded
    in part. Without a renewal date, one renewal at mid-horizon is assumed for every 12 months.
    """
    horizon = formulas.horizon_months
    due = next_renewal(portfolio)
    first = np.isnan(due) | (due < horizon)
    later = np.where(np.isnan(due), horizon / 12 - 1, np.ceil((horizon - np.nan_to_num(due)) / 12) - 1)
    later = np.where(first, later, 0)
    odds = eta(portfolio, formulas, matches)
    np.exp(odds, out=odds)
    rise = _move_factor(portfolio, formulas, matches)
    rise *= odds
    # survival = 1 / (1 + odds): at the first renewal with the risen odds, at later ones with the plain odds
    rise += 1
    rise[~first] = 1
    odds += 1
    plain = np.flatnonzero(later)
    rise[plain] *= odds[plain] ** later[plain, None]
    np.divide((1 - formulas.churn.off_cycle) ** horizon, rise, out=rise)
    return np.subtract(1, rise, out=rise)


def contributions(
    portfolio: Portfolio, formulas: Formulas, account_index: int, csm_index: int
) -> list[tuple[str, float]]:
    """Why this probability: words and log-odds that add up to those of the next renewal under this CSM.

    Terms without influence are left out.
    """
    one = replace(portfolio, accounts=(portfolio.accounts[account_index],))
    matches = compare(one, formulas.ax)
    found = [(words, float(term[0])) for words, term in _account_terms(one, formulas)]
    for words, beta, where in _pair_terms(one, formulas, matches):
        found.append((words, beta * float(np.broadcast_to(where, (1, len(one.csms)))[0, csm_index])))
    with_csm = eta(one, formulas, matches)[0, csm_index]
    found.append(("stated churn risk", float(with_csm) - sum(value for _, value in found)))
    found.append(("change of CSM", float(np.log(_move_factor(one, formulas, matches)[0, csm_index]))))
    return [(words, value) for words, value in found if abs(value) > 1e-12]  # noqa: PLR2004 - rounding


def _account_terms(portfolio: Portfolio, formulas: Formulas) -> Iterator[Term]:
    """Log-odds (n,) that come from the account alone; nothing where the input is missing."""
    c, accounts = formulas.churn, portfolio.accounts
    arr = numbers(accounts, "arr")
    base = np.select([arr < c.medium_from, arr <= c.large_above], [c.base_small, c.base_medium], c.base_large)
    yield "base rate for accounts of this size", _logit(base)
    faded = c.decay ** (_months_to_renewal(portfolio, formulas) / 3)
    health = numbers(accounts, "health")
    yield "health", _known(c.health * (health - HEALTH_CENTRE) / HEALTH_STEP * faded)
    trend = numbers(accounts, "health_trend")
    yield "health trend", _known(c.health_trend * trend / HEALTH_STEP * faded)
    yield "champion lost", c.champion_lost * flags(accounts, "champion_lost") * faded
    yield "low adoption", c.low_adoption * (numbers(accounts, "usage") < c.adoption_cut)
    yield "ARR", c.arr * np.log(np.maximum(arr, _ARR_FLOOR) / _ARR_CENTRE)
    tickets = (numbers(accounts, "open_tickets") - _TICKETS_CENTRE) / _TICKETS_STEP
    yield "support load", _known(c.support * np.minimum(tickets, _TICKETS_CAP))
    yield "complexity", _known(c.complexity * (numbers(accounts, "complexity") - _COMPLEXITY_CENTRE))
    quarters = np.maximum(-months_from(portfolio.as_of, accounts, "customer_since"), 0) / 3
    yield "time as customer", _known(c.tenure * (np.log1p(quarters) - _TENURE_CENTRE) / _TENURE_STEP)
    # Counted for every CSM, not for the owner only: or a fresh relationship would be a reason to move again.
    age = _months_to_renewal(portfolio, formulas) - months_from(portfolio.as_of, accounts, "owner_since")
    yield "new relationship", c.new_relationship * (age < c.new_months)


def _pair_terms(portfolio: Portfolio, formulas: Formulas, matches: Matches) -> Iterator[PairTerm]:
    """Log-odds that come from the CSM: words, coefficient, (n, m) or (1, m) where it applies."""
    c = formulas.churn
    yield "CSM knows the industry", c.industry_match, matches.industry & matches.known_industry[:, None]
    yield "CSM serves the touch level", c.touch_match, matches.touch & matches.known_touch[:, None]
    yield "CSM is in the region", c.region_match, matches.region & matches.known_region[:, None]
    yield "CSM is in ramp", c.ramp, in_ramp(portfolio, formulas)[None, :]


def _of_owner(
    portfolio: Portfolio, pairs: NDArray[np.float64], otherwise: NDArray[np.float64]
) -> NDArray[np.float64]:
    owner = owners(portfolio)
    return np.where(owner >= 0, pairs[np.arange(len(owner)), owner], otherwise)


def _shift(portfolio: Portfolio, formulas: Formulas, reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) what to add so that the account agrees with the churn risk that its source states."""
    c, accounts = formulas.churn, portfolio.accounts
    means = {"low": c.risk_low, "medium": c.risk_medium, "high": c.risk_high, None: np.nan}
    label = np.array([means[a.risk] for a in accounts], dtype=np.float64)
    stated = numbers(accounts, "churn_probability")
    has_number = ~np.isnan(stated)
    weight = np.where(has_number | np.isnan(numbers(accounts, "health")), 1.0, c.label_weight)
    target = _logit(np.clip(np.where(has_number, stated, label), _SURE, 1 - _SURE))
    return _known(weight * (target - reference))


def _move_factor(portfolio: Portfolio, formulas: Formulas, matches: Matches) -> NDArray[np.float64]:
    """(n, m) factor on the odds of churn at the next renewal if the account moves; 1 for the owner.

    `1 + b * fade * (1 + 0.5 strong + 0.5 new_hire - 0.4 industry - 0.3 warm)`, fade = 1 - months / 9. The
    relationship is strong from two years and a health of 70 (A). No effect for an account that wants a fresh
    start or has no owner to lose.
    """
    move, accounts, owner = formulas.move, portfolio.accounts, owners(portfolio)
    age = -months_from(portfolio.as_of, accounts, "owner_since")
    strong = (age >= move.strong_after) & (numbers(accounts, "health") >= move.strong_health)
    fade = np.clip(1 - _months_to_renewal(portfolio, formulas) / move.fades_months, 0, 1)
    effect = move.effect * fade * ~flags(accounts, "fresh_start") * (owner >= 0)
    found = np.empty((len(accounts), len(portfolio.csms)))
    found[:] = (1 + move.strong_relationship * strong - move.warm_handoff * move.warm_share)[:, None]
    found += move.new_hire * in_ramp(portfolio, formulas)
    np.subtract(
        found, move.industry_match, out=found, where=matches.industry & matches.known_industry[:, None]
    )
    np.maximum(found, 0, out=found)
    found *= effect[:, None]
    found += 1
    owned = np.flatnonzero(owner >= 0)
    found[owned, owner[owned]] = 1
    return found


def _months_to_renewal(portfolio: Portfolio, formulas: Formulas) -> NDArray[np.float64]:
    """(n,) months to the next renewal, mid-horizon where the date is unknown."""
    return np.nan_to_num(next_renewal(portfolio), nan=formulas.horizon_months / 2)


def _logit(p: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(np.log(p / (1 - p)), dtype=np.float64)


def _known(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace NaN, which comes from a missing input, with no contribution."""
    return np.nan_to_num(values, nan=0.0)
