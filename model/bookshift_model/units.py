"""A problem over units: accounts that move as one are one row of every array the solver reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.terms import Book, Group, Pair, Plan

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices, Priced, Quantity


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

    @cached_property
    def owner(self) -> Indices:
        """(k,) today's owner of the first account; −1 for none."""
        return self.problem.baseline[self.lead]

    @cached_property
    def books(self) -> tuple[Priced, ...]:
        """The priced book terms that can cost anything."""
        return tuple(p for p in self.problem.terms if isinstance(p.term, Book) and p.price > 0)

    @cached_property
    def plans(self) -> tuple[Priced, ...]:
        """The priced plan terms that can cost anything."""
        return tuple(p for p in self.problem.terms if isinstance(p.term, Plan) and p.price > 0)

    @cached_property
    def groups(self) -> tuple[Priced, ...]:
        """The priced group terms that can cost anything: those of a single unit are kept together by force."""
        found = (p for p in self.problem.terms if isinstance(p.term, Group) and p.price > 0)
        return tuple(p for p in found if p.term.apart or len(np.unique(self.of[p.term.accounts])) > 1)

    @cached_property
    def quantities(self) -> dict[str, Quantity]:
        """The quantities that book terms speak of, by id."""
        return {p.term.quantity.id: p.term.quantity for p in self.books}

    def summed(self, load: Floats) -> Floats:
        """(k,) or (k, m) from (n,) or (n, m): what a unit brings is what its accounts bring."""
        if self.k == len(self.of):
            return load
        total = np.zeros((self.k, *load.shape[1:]))
        np.add.at(total, self.of, load)
        return total

    def load(self, quantity: Quantity) -> Floats:
        """(k, m) what each unit would bring to each book."""
        load = self.summed(quantity.load)
        return np.broadcast_to(load[:, None], (self.k, self.m)) if load.ndim == 1 else load

    def expand(self, choice: Indices) -> Indices:
        """(n,) the assignment of a choice."""
        return choice[self.of]

    def pair_terms(self) -> list[Priced]:
        """The priced pair terms that can cost anything."""
        return [p for p in self.problem.terms if isinstance(p.term, Pair) and p.price > 0]

    def counts(self, group: Group) -> tuple[Indices, Floats]:
        """The units in a group, and how many accounts of the group each has."""
        units, counts = np.unique(self.of[group.accounts], return_counts=True)
        return units, counts.astype(np.float64)
