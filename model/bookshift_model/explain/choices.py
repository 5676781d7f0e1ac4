"""Every CSM for one account, ranked by what would change if the account went there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.explain.obstacles import obstacle
from bookshift_model.explain.standing import Changes, Effect, Standing

if TYPE_CHECKING:
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices


@dataclass(frozen=True, slots=True)
class Choice:
    """One CSM for one account, all else equal. Words and parts are made when they are asked for."""

    csm: int
    """Position of the CSM."""
    points: float
    """Change of `score.value`; below zero is better."""
    excluded: bool
    """A decision or a hard rule stands against it."""
    standing: Standing
    account: int
    _changes: Changes

    @property
    def name(self) -> str:
        """Name of the CSM."""
        return self.standing.data.csm_names[self.csm]

    @property
    def current(self) -> bool:
        """Whether the account is there in this assignment."""
        return bool(self.standing.assignment[self.account] == self.csm)

    @property
    def today(self) -> bool:
        """Whether this CSM owns the account today."""
        return bool(self.standing.problem.baseline[self.account] == self.csm)

    @property
    def effects(self) -> tuple[Effect, ...]:
        """The goals and rules that would change, the weightiest first; their points add up to `points`."""
        return self._changes.effects(self.csm)

    @property
    def obstacle(self) -> str:
        """The sentence why it is excluded, or nothing."""
        return obstacle(self.standing, self.account, self.csm, self.effects) if self.excluded else ""

    @property
    def utilisation(self) -> tuple[float, float]:
        """The CSM's utilisation now, and with the account; infinite without capacity."""
        data = self.standing.data
        load = float(self.standing.load(data.quantity("hours"))[self.csm])
        more = 0.0 if self.current else float(data.hours[self.standing.company(self.account), self.csm].sum())
        capacity = float(data.capacity[self.csm])
        return (load / capacity, (load + more) / capacity) if capacity > 0 else (float("inf"), float("inf"))

    @property
    def churn(self) -> float:
        """Probability that the account churns within the horizon under this CSM."""
        return float(self.standing.data.churn[self.account, self.csm])


def choices(problem: Problem, assignment: Indices, account: int) -> tuple[Choice, ...]:
    """Every CSM for the account at position `account`: those that nothing excludes first, the best on top.

    Accounts that a planner keeps together with it, and that are with the same CSM, go along. `points` is
    the exact change of `score.value` for the assignment (n,) with these accounts moved.
    """
    return choices_at(Standing(problem, assignment), account)


def choices_at(standing: Standing, account: int) -> tuple[Choice, ...]:
    """`choices` on books that are already added up."""
    changes = standing.to_every_csm(account)
    total = changes.total
    excluded = _excluded(standing, account, changes)
    here = int(standing.assignment[account])
    away = np.arange(standing.data.m) != here
    order = np.lexsort((away, np.round(total, 9), excluded))
    return tuple(
        Choice(int(j), float(total[j]), bool(excluded[j]), standing, account, changes) for j in order
    )


def _excluded(standing: Standing, account: int, changes: Changes) -> Floats:
    """(m,) booleans: not eligible, or a hard limit would be broken more than now."""
    hard = np.array([one.rule and one.hard for one in changes.sources])
    worse = (changes.points[hard] > 1e-9).any(axis=0)  # noqa: PLR2004 - rounding
    found = ~standing.problem.eligible[account] | worse
    here = int(standing.assignment[account])
    if here >= 0:
        found[here] = not standing.problem.eligible[account, here]
    return np.asarray(found)
