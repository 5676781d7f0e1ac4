"""A problem over units: accounts that move as one are one row of every array the solver reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from bookshift_model.terms import Book, Group, Pair, Plan

if TYPE_CHECKING:
    from numpy import bool_, floating
    from numpy.typing import NDArray

    from bookshift_model.amounts import Amounts
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices, Quantity

T = TypeVar("T", Pair, Book, Plan, Group)


@dataclass(frozen=True)
class Cost(Generic[T]):
    """A priced term of one kind."""

    source: str
    """Id of the goal or rule."""
    term: T
    price: float
    """Points a unit, above 0."""


@dataclass(frozen=True)
class Units:
    """k units × m CSMs of a problem; a choice is a (k,) array of CSM positions, one for every unit."""

    problem: Problem
    of: Indices
    """(n,) unit of each account."""
    lead: Indices
    """(k,) first account of each unit."""
    eligible: NDArray[bool_]
    """(k, m)"""

    @classmethod
    def of_problem(cls, problem: Problem) -> Units:
        """Number the units of a problem in the order of their first accounts."""
        each = np.arange(len(problem.units))
        if np.array_equal(problem.units, each):
            return cls(problem, each, each, problem.eligible)
        lead, of = np.unique(problem.units, return_inverse=True)
        return cls(problem, of.astype(np.int64), lead, problem.eligible[lead])

    @property
    def k(self) -> int:
        """How many units there are."""
        return len(self.lead)

    @property
    def m(self) -> int:
        """How many CSMs there are."""
        return self.problem.data.m

    @cached_property
    def cost(self) -> Floats:
        """(k, m) points that a pair costs by itself."""
        return self.summed(self.problem.pair_cost)

    def cost_of(self, rows: Indices) -> Floats:
        """(N, m) the costs of some units, without those of all others."""
        if self.k == len(self.of):
            return self.problem.pair_cost[rows]
        place = np.full(self.k, -1)
        place[rows] = np.arange(len(rows))
        accounts = np.flatnonzero(place[self.of] >= 0)
        total = np.zeros((len(rows), self.m))
        np.add.at(total, place[self.of[accounts]], self.problem.pair_cost[accounts])
        return total

    @cached_property
    def owner(self) -> Indices:
        """(k,) today's owner of the first account; −1 for none."""
        return self.problem.baseline[self.lead]

    @cached_property
    def pairs(self) -> tuple[Cost[Pair], ...]:
        """The pair terms that can cost anything."""
        return self._costs(Pair)

    @cached_property
    def books(self) -> tuple[Cost[Book], ...]:
        """The book terms that can cost anything."""
        return self._costs(Book)

    @cached_property
    def plans(self) -> tuple[Cost[Plan], ...]:
        """The plan terms that can cost anything."""
        return self._costs(Plan)

    @cached_property
    def groups(self) -> tuple[Cost[Group], ...]:
        """The group terms that can cost anything: a single unit is together by force."""
        found = self._costs(Group)
        return tuple(c for c in found if c.term.apart or len(np.unique(self.of[c.term.accounts])) > 1)

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """The quantities that book terms speak of, by id."""
        return {c.term.quantity.id: c.term.quantity for c in self.books}

    def summed(self, load: Floats) -> Floats:
        """(k,) or (k, m) from (n,) or (n, m): what a unit brings is what its accounts bring."""
        if self.k == len(self.of):
            return load
        total = np.zeros((self.k, *load.shape[1:]))
        np.add.at(total, self.of, load)
        return total

    def of_pairs(self, amounts: Amounts, unit: Indices, csm: Indices) -> Floats:
        """(N,) amounts of some pairs of units and CSMs."""
        if self.k == len(self.of):
            return np.asarray(amounts[unit, csm], dtype=np.float64)
        members = np.argsort(self.of, kind="stable")
        many = np.bincount(self.of, minlength=self.k)
        pair = np.repeat(np.arange(len(unit)), many[unit])
        place = np.arange(len(pair)) - np.repeat(np.cumsum(many[unit]) - many[unit], many[unit])
        account = members[(np.cumsum(many) - many)[unit][pair] + place]
        return np.bincount(pair, weights=amounts[account, csm[pair]], minlength=len(unit)).astype(np.float64)

    def load(self, quantity: Quantity) -> Floats:
        """(k, m) what each unit would bring to each book."""
        load = self.summed(quantity.load)
        return np.broadcast_to(load[:, None], (self.k, self.m)) if load.ndim == 1 else load

    def expand(self, choice: Indices) -> Indices:
        """(n,) the assignment of a choice."""
        return choice[self.of]

    def counts(self, group: Group) -> tuple[Indices, Floats]:
        """The units in a group, and how many accounts of the group each has."""
        units, counts = np.unique(self.of[group.accounts], return_counts=True)
        return units, counts.astype(np.float64)

    def _costs(self, kind: type[T]) -> tuple[Cost[T], ...]:
        return tuple(
            Cost(p.source, p.term, p.price)
            for p in self.problem.terms
            if isinstance(p.term, kind) and p.price > 0
        )


def cheapest(of: NDArray[floating[Any]], count: int) -> NDArray[bool_]:
    """(k, m) the `count` smallest finite entries of each row, of equal ones the first.

    (Which of equal entries `argpartition` takes depends on the processor.)
    """
    count = min(count, of.shape[1])
    last = np.partition(of, count - 1, axis=1)[:, count - 1 : count]
    below, equal = of < last, of == last
    room = count - below.sum(axis=1, keepdims=True)
    chosen: NDArray[bool_] = (below | (equal & (np.cumsum(equal, axis=1) <= room))) & np.isfinite(of)
    return chosen


def with_choice(pairs: NDArray[bool_], choice: Indices) -> NDArray[bool_]:
    """(k, m) the pairs and those of a choice (−1: none)."""
    made: NDArray[bool_] = pairs.copy()
    rows = np.flatnonzero(choice >= 0)
    made[rows, choice[rows]] = True
    return made
