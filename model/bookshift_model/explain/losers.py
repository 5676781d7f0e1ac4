"""Who is worse off, accounts and books, each with the reasons: what people look at first in a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.explain.away import away
from bookshift_model.explain.obstacles import pair_fact
from bookshift_model.explain.passage import relationship, years_together
from bookshift_model.explain.words import arrow, listed, money, percent, plain
from bookshift_model.terms import Pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.explain.standing import Standing
    from bookshift_model.score import BookFigures

_CHURN: Final = 0.005
"""Rise of the churn probability from which an account counts as worse off."""
_YEARS: Final = 2.0
"""Length of a relationship whose end counts as a loss."""
_TRAVEL: Final = 1.0
"""Further hours of travel a month that count as a loss."""
_HIGH: Final = 0.85
"""Utilisation above which more work is a loss."""
_LOW: Final = 0.60
"""Utilisation below which less work is a loss."""
_POINTS: Final = 0.02
"""Change of utilisation that counts."""
_OFF_TARGET: Final = 0.05
"""Further distance from the target ARR, as a share of it, that counts."""
_TURNOVER: Final = 0.30
"""Share of a book that changes hands from which the change adds to the burden of a book that is worse off."""
_FIT: Final = 0.10
"""Fall of the share of accounts whose industry the CSM knows that counts."""
_RULE_WEIGHT: Final = 1e12
WORSE_OFF: Final = (
    "An account counts as worse off where its move raises the churn risk by "
    f"{100 * _CHURN:g} percentage points or more, breaks a rule, ends a relationship of {_YEARS:g} years or "
    "more (unless it wants a fresh start), loses expertise or language that its CSM had, gives it to "
    f"somebody who is away, or adds {_TRAVEL:g} h a month or more of travel and odd hours. "
    "Smaller rises of the expected churn stand in the list of moves."
)
"""From where on an account is worse off, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loser:
    """An account or a book that is worse off, with every reason in words."""

    account: int | None
    """Position, where it is an account."""
    csm: int | None
    """Position of the CSM, where it is a book."""
    name: str
    reasons: tuple[str, ...]
    weight: float
    """For the order: rules first, then what is at stake in ARR."""


def losing_accounts(before: Standing, after: Standing) -> tuple[Loser, ...]:
    """The moved accounts that are worse off, those that break a rule first, then by ARR at stake."""
    moved = np.flatnonzero(before.assignment != after.assignment)
    found = [_account(before, after, int(i)) for i in moved if after.assignment[i] >= 0]
    return tuple(sorted((one for one in found if one.reasons), key=lambda one: (-one.weight, one.account)))


def losing_books(
    after: Standing, figures: Sequence[BookFigures], figures_after: Sequence[BookFigures]
) -> tuple[Loser, ...]:
    """The books that are worse off, those with the most reasons first."""
    found = []
    typical = sum(one.high_risk for one in figures_after) / len(figures_after)
    for j, (was, now) in enumerate(zip(figures, figures_after, strict=True)):
        reasons = _book_reasons(was, now, typical)
        if reasons:
            rise = max(0.0, now.utilisation - was.utilisation) if now.capacity > 0 else 0.0
            weight = len(reasons) + rise
            name = after.data.csm_names[j]
            found.append(Loser(account=None, csm=j, name=name, reasons=tuple(reasons), weight=weight))
    return tuple(sorted(found, key=lambda one: (-one.weight, one.csm)))


def _account(before: Standing, after: Standing, account: int) -> Loser:
    data = after.data
    one = data.accounts[account]
    giver, taker = int(before.assignment[account]), int(after.assignment[account])
    rules = _newly_broken(after, account, giver, taker)
    reasons, stake = list(rules), 0.0
    if giver >= 0:
        churn = data.churn[account]
        rise = float(churn[taker] - churn[giver])
        if rise >= _CHURN:
            reasons.append(f"churn risk {arrow(float(churn[giver]), float(churn[taker]), percent)}")
            stake += rise * one.arr
        reasons += _expertise_lost(after, account, giver, taker)
        years = years_together(after, account) if data.owner[account] == giver else 0.0
        if years >= _YEARS and not one.fresh_start:
            reasons.append(f"{relationship(after, account)} ends")
            stake += 0.001 * years * one.arr
        gone = away(data.csms[taker], data.as_of)
        if gone is not None and away(data.csms[giver], data.as_of) is None:
            reasons.append(f"{data.csm_names[taker]} is {gone}")
    weight = stake + _RULE_WEIGHT * len(rules)
    return Loser(account=account, csm=None, name=one.name, reasons=tuple(reasons), weight=weight)


def _newly_broken(after: Standing, account: int, giver: int, taker: int) -> list[str]:
    """Decisions and rules between account and CSM that hold no longer, hard or soft."""
    found = []
    if not after.problem.allowed[account, taker] and (giver < 0 or after.problem.allowed[account, giver]):
        found.append("goes against a pin, lock or forbid")
    for priced in after.problem.terms:
        if priced.source not in after.rules or not isinstance(priced.term, Pair):
            continue
        amount = priced.term.amount[account]
        if amount[taker] > 0 and (giver < 0 or amount[giver] == 0):
            found.append(pair_fact(after, *after.rules[priced.source], account, taker))
    return found


def _expertise_lost(after: Standing, account: int, giver: int, taker: int) -> list[str]:
    data, one = after.data, after.data.accounts[account]
    name, found, fit = data.csm_names[taker], [], data.matches

    def lost(match: object) -> bool:
        row = np.asarray(match)[account]
        return bool(row[giver] and not row[taker])

    if lost(fit.industry):
        found.append(f"{name} does not know {one.industry}, {data.csm_names[giver]} does")
    if lost(fit.skills):
        found.append(f"{name} has no {listed(one.required_skills)}")
    if lost(fit.language):
        found.append(f"{name} does not speak {one.language}")
    travel = data.travel[account]
    if travel[taker] - travel[giver] >= _TRAVEL:
        found.append(f"{plain(float(travel[taker] - travel[giver]))} h a month more of travel and odd hours")
    return found


def _book_reasons(was: BookFigures, now: BookFigures, typical_risk: float) -> list[str]:
    found = []
    change = now.utilisation - was.utilisation if was.capacity > 0 and now.capacity > 0 else 0.0
    if (change >= _POINTS and now.utilisation > _HIGH) or (change <= -_POINTS and now.utilisation < _LOW):
        found.append(f"workload {arrow(was.utilisation, now.utilisation, percent)}")
    target = now.target_arr
    if abs(now.arr - target) - abs(was.arr - target) > _OFF_TARGET * target > 0:
        found.append(f"ARR {arrow(was.arr, now.arr, money)}, further from the target of {money(target)}")
    if now.high_risk > max(was.high_risk, typical_risk):
        found.append(f"high-risk accounts {was.high_risk} → {now.high_risk}")
    if was.fit is not None and now.fit is not None and was.fit - now.fit >= _FIT:
        found.append(f"accounts in a known industry {arrow(was.fit, now.fit, percent)}")
    new = now.received + now.given
    # Change is what a plan is: by itself it makes no book worse, it only makes a worse one harder to bear.
    if found and now.accounts and new > was.received + was.given and new / now.accounts >= _TURNOVER:
        found.append(f"receives {now.received} and gives {now.given}, with {now.accounts} in the book")
    return found
