"""What a plan costs in points: the one sum that the score tells, the solver makes small, proofs bound."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.terms import Book, Group, Pair, Plan

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices, Quantity

_NOISE: Final = 1e-9
"""Relative excess below which a sum of floats is on its limit, not over it."""
_REMEMBERED: Final = 4
"""Assignments whose points are remembered."""


def value(problem: Problem, assignment: Indices) -> float:
    """Points of an assignment: what the optimiser makes small."""
    return judged(problem, assignment)[0]


def judged(problem: Problem, assignment: Indices) -> tuple[float, float]:
    """Points of an assignment, and those that gaps leave out; the last few are remembered.

    Those are of hard rules, and of what is left undone that must be: perhaps no plan can spare them, and a
    gap in per cent must not look small by them. What a plan breaks is the most that can be unavoidable; a
    share of its other points only is never too small.

    A solve judges one plan again and again, and at 50,000 accounts it takes 15 ms: a gesture waits for that.
    """
    key = assignment.tobytes()
    for known, found in problem.judged:
        if known == key:
            return found
    tally = Tally(problem, assignment)
    found = tally.points, tally.hard + tally.stray
    problem.judged[:] = [*problem.judged[1 - _REMEMBERED :], (key, found)]  # at once: there are threads
    return found


def load_of(quantity: Quantity, assignment: Indices, m: int) -> Floats:
    """(m,) what each book holds of a quantity."""
    owned = np.flatnonzero(assignment >= 0)
    at = assignment[owned]
    load = quantity.load[owned] if quantity.load.ndim == 1 else quantity.load[owned, at]
    return _by_book(at, load, m)


def _by_book(at: Indices, load: Floats, m: int) -> Floats:
    """(m,) sums of what accounts bring to the books where they are."""
    return np.bincount(at, weights=load, minlength=m).astype(np.float64, copy=False)


def excess(term: Book, load: Floats) -> Floats:
    """(m,) how far each book is beyond the threshold, in the quantity's unit; nothing where it is exempt."""
    beyond = term.threshold - load if term.under else load - term.threshold
    return np.where(beyond > term.noise, beyond, 0.0)


def within(mask: NDArray[bool_], assignment: Indices) -> NDArray[bool_]:
    """(n,) whether each account has an owner, on a pair of the mask (n, m)."""
    there: NDArray[bool_] = mask[np.arange(len(assignment)), assignment]  # −1 is the last, and struck off
    return there & (assignment >= 0)


class Tally:
    """What an assignment comes to in every term of a problem; what books hold is summed once."""

    def __init__(self, problem: Problem, assignment: Indices) -> None:
        self.problem, self.assignment = problem, assignment
        self._owned = np.flatnonzero(assignment >= 0)
        self._at = assignment[self._owned]
        self._unowned = np.flatnonzero(assignment < 0)
        self._loads: dict[str, Floats] = {}

    def load(self, quantity: Quantity) -> Floats:
        """(m,) what each book holds of a quantity."""
        if quantity.id not in self._loads:
            load = quantity.load
            held = load[self._owned] if load.ndim == 1 else load[self._owned, self._at]
            self._loads[quantity.id] = _by_book(self._at, held, self.problem.data.m)
        return self._loads[quantity.id]

    def plan_excess(self, term: Plan) -> float:
        """How far the plan is beyond a limit, in the quantity's unit."""
        over = float(self.load(term.quantity).sum()) - term.threshold
        return over if over > _NOISE * max(1.0, abs(term.threshold)) else 0.0

    @cached_property
    def amounts(self) -> tuple[float, ...]:
        """Amount of each term of the problem in its priced units (grains)."""
        return tuple(self._amount(at) for at in range(len(self.problem.terms)))

    @cached_property
    def astray(self) -> NDArray[bool_]:
        """(n,) accounts without owner, or not on an eligible pair."""
        return ~within(self.problem.eligible, self.assignment)

    @cached_property
    def points(self) -> float:
        """Points of all terms, and of what is left undone that must be."""
        terms = zip(self.problem.terms, self.amounts, strict=True)
        rules = sum(one.price * amount for one, amount in terms)
        return float(rules + self._parted + self.stray - self.problem.offset)

    @cached_property
    def hard(self) -> float:
        """Points of hard rules, and for units that are parted."""
        terms = zip(self.problem.terms, self.amounts, strict=True)
        return float(sum(one.price * amount for one, amount in terms if one.hard) + self._parted)

    @cached_property
    def stray(self) -> float:
        """Points for accounts without owner, or not on an eligible pair."""
        return float(self.problem.absolute_price * np.count_nonzero(self.astray))

    @cached_property
    def _parted(self) -> float:
        return float(sum(price * self.amounts[at] for at, price in self.problem.parting.items()))

    def _amount(self, at: int) -> float:
        priced = self.problem.terms[at]
        match priced.term:
            case Pair(amount=amount):
                found = float(amount[self._owned, self._at].sum())
                if len(self._unowned) and priced.source in self.problem.scales:
                    # As in `Data.at_baseline`, or to give an account an owner would worsen every goal.
                    found += float(amount[self._unowned].mean(axis=1).sum())
                return found
            case Book() as term:
                return float((excess(term, self.load(term.quantity)) / term.grain).sum())
            case Plan() as term:
                return self.plan_excess(term) / term.grain
            case Group() as term:
                return float(term.too_many(self.assignment))
