"""The one place where a plan is judged: screens, diffs, exports, explanations and solver agree with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.decisions import Decisions
from bookshift_model.goals import GOALS
from bookshift_model.quarters import QUARTERS
from bookshift_model.value import Tally
from bookshift_model.violations import violations_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices
    from bookshift_model.violations import Violation


@dataclass(frozen=True, kw_only=True)
class GoalValue:
    """One goal's part of the score."""

    id: str
    name: str
    unit: str
    value: float
    """In the goal's unit; less is better. An account without owner counts as the mean over all CSMs."""
    today: float
    best: float
    share: float
    points: float


@dataclass(frozen=True, kw_only=True)
class BookFigures:
    """One CSM's book."""

    csm: str
    name: str
    accounts: int
    arr: float
    target_arr: float
    hours: float
    capacity: float
    high_risk: int
    churned_arr: float
    """Expected ARR lost to churn within the horizon."""
    with_industry: int
    """Accounts that state an industry, as long as some CSM states any."""
    fit: float | None
    """Share of these accounts whose industry the CSM knows; ``None`` where there are none."""
    received: int
    given: int
    renewals_by_quarter: tuple[float, ...]

    @property
    def utilisation(self) -> float:
        """Workload over capacity; infinite where there is work and no capacity."""
        if self.capacity > 0:
            return self.hours / self.capacity
        return float("inf") if self.hours > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Move:
    """An account whose owner differs from today's; positions, −1 for nobody."""

    account: int
    csm_from: int
    csm_to: int


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """A plan judged under a problem."""

    points: float
    """0: every goal at its own best, every rule kept; n at today's values of the goals."""
    goals: tuple[GoalValue, ...]
    books: tuple[BookFigures, ...]
    violations: tuple[Violation, ...]
    """Hard before soft, the dearest first."""
    moves: tuple[Move, ...]
    moved_arr: float
    """Of all moves, also of accounts that nobody has today."""
    placed_arr: float
    """Of accounts that nobody has today."""
    unowned: int
    """Accounts in no book."""
    hours: float
    """A month, of all accounts; one without owner counts as the mean over all CSMs, as in the goals."""
    high_risk: int
    """Of all accounts."""
    with_industry: int
    """Of all accounts, those that state an industry, as long as some CSM states any."""
    churned_arr: float
    """Expected, of all accounts; one without owner counts as the mean over all CSMs, as in the goals."""

    @property
    def fit(self) -> float | None:
        """Share of the accounts with an industry whose CSM knows it; ``None`` where there are none.

        An account without owner has no CSM who does, so that two plans are about the same accounts.
        """
        known = sum(one.fit * one.with_industry for one in self.books if one.fit is not None)
        return known / self.with_industry if self.with_industry else None

    @property
    def broken(self) -> tuple[Violation, ...]:
        """The hard rules that the plan breaks."""
        return tuple(one for one in self.violations if one.hard)


def score_today(problem: Problem) -> Scorecard:
    """Judge today's assignment without the decisions: they say what shall be, not what is."""
    return score(problem.with_decisions(Decisions()), problem.baseline)


def score(problem: Problem, assignment: Indices) -> Scorecard:
    """Judge an assignment in full."""
    tally = Tally(problem, assignment)
    moved = np.flatnonzero(assignment != problem.baseline)
    data, books = problem.data, tuple(_books(problem, assignment))
    unowned = np.flatnonzero(assignment < 0)
    return Scorecard(
        points=tally.points,
        goals=tuple(_goals(tally)),
        books=books,
        violations=violations_of(tally),
        moves=tuple(
            Move(account=i, csm_from=was, csm_to=becomes)
            for i, was, becomes in zip(
                moved.tolist(), problem.baseline[moved].tolist(), assignment[moved].tolist(), strict=True
            )
        ),
        moved_arr=float(data.arr[moved].sum()),
        placed_arr=float(data.arr[moved[problem.baseline[moved] < 0]].sum()),
        unowned=len(unowned),
        hours=sum(one.hours for one in books) + float(data.hours[unowned].mean(axis=1).sum()),
        high_risk=int(data.high_risk.sum()),
        with_industry=int(data.matches.known_industry.sum()),
        churned_arr=sum(one.churned_arr for one in books)
        + float(data.churn[unowned].mean(axis=1) @ data.arr[unowned]),
    )


def _goals(tally: Tally) -> Iterator[GoalValue]:
    problem = tally.problem
    found = dict.fromkeys(problem.scales, 0.0)
    for priced, amount in zip(problem.terms, tally.amounts, strict=True):
        if priced.source in found:
            found[priced.source] += amount
    for name, scale in problem.scales.items():
        goal = GOALS[name]
        yield GoalValue(
            id=name, name=goal.name, unit=goal.unit, value=found[name], today=scale.today, best=scale.best,
            share=scale.share, points=problem.data.n * scale.share * (found[name] - scale.best) / scale.span,
        )  # fmt: skip


def _books(problem: Problem, assignment: Indices) -> Iterator[BookFigures]:
    data = problem.data
    owned = np.flatnonzero(assignment >= 0)
    at = assignment[owned]

    def per_book(load: Floats | NDArray[bool_]) -> Floats:
        """(m,) from what each owned account brings."""
        return np.bincount(at, weights=load, minlength=data.m).astype(np.float64, copy=False)

    arr_of, known = data.arr[owned], data.matches.known_industry[owned]
    accounts, arr = np.bincount(at, minlength=data.m), per_book(arr_of)
    hours, high = per_book(data.hours[owned, at]), per_book(data.high_risk[owned])
    churned = per_book(data.churn[owned, at] * arr_of)
    stated = per_book(known)
    knows = per_book(data.matches.industry[owned, at] & known)
    received = per_book(at != data.owner[owned])
    left = (data.owner >= 0) & (assignment != data.owner)
    given = np.bincount(data.owner[left], minlength=data.m)
    renewals = [per_book(data.quantity(f"renewals_{q + 1}").load[owned]) for q in range(QUARTERS)]
    targets = data.target("arr")
    for j, (csm, name) in enumerate(zip(data.csms, data.csm_names, strict=True)):
        yield BookFigures(
            csm=csm.id, name=name, accounts=int(accounts[j]), arr=float(arr[j]),
            target_arr=float(targets[j]), hours=float(hours[j]), capacity=float(data.capacity[j]),
            high_risk=int(high[j]), churned_arr=float(churned[j]),
            with_industry=int(stated[j]), fit=float(knows[j] / stated[j]) if stated[j] else None,
            received=int(received[j]), given=int(given[j]),
            renewals_by_quarter=tuple(float(r[j]) for r in renewals),
        )  # fmt: skip
