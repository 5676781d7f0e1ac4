"""What every goal and every rule is made of: four kinds of terms over accounts, books and the plan.

The score, the Pyomo formulation and the start engine all read these and nothing else, so that a rule
is stated once. An amount is in the natural unit of its goal or rule (accounts, ARR, hours) and never
negative; a price turns it into points of the objective.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from bookshift_model.amounts import Floats, Indices

if TYPE_CHECKING:
    from bookshift_model.amounts import Amounts

_NOISE: Final = 1e-9

__all__ = ["Book", "Floats", "Group", "Indices", "Pair", "Plan", "Priced", "Quantity", "Term"]


@dataclass(frozen=True)
class Quantity:
    """Something that books hold and that adds up over accounts."""

    id: str
    name: str
    unit: str
    load: Floats
    """(n,) what an account brings to any book, or (n, m) where it depends on the CSM."""

    @cached_property
    def most(self) -> Floats:
        """(n,) the most that an account brings to a book, signs aside."""
        if self.load.ndim == 1:
            return np.abs(self.load)
        high, low = self.load.max(axis=1, initial=0.0), self.load.min(axis=1, initial=0.0)
        return np.asarray(np.maximum(high, -low))


@dataclass(frozen=True)
class Pair:
    """`Σ_ij amount[i,j] · x[i,j]`: what it costs that this CSM owns this account."""

    amount: Amounts
    """(n, m)"""


@dataclass(frozen=True)
class Book:
    """`Σ_j max(0, load_j − threshold_j)` over the books, or the shortfall below where `under`.

    `load_j = Σ_i quantity.load[i,j] · x[i,j]`. An infinite threshold exempts a CSM.
    """

    quantity: Quantity
    threshold: Floats
    """(m,) in the quantity's unit"""
    under: bool = False
    grain: Floats | float = 1.0
    """(m,) or one number: how much of the quantity counts as one unit of the rule."""

    @cached_property
    def noise(self) -> Floats:
        """(m,) how far beyond its threshold a load is still on it: sums of floats differ by as much."""
        return _NOISE * np.maximum(1, np.abs(self.threshold))

    @cached_property
    def finest(self) -> float:
        """The least grain."""
        return float(np.min(self.grain))


@dataclass(frozen=True)
class Plan:
    """`max(0, Σ_ij load[i,j] · x[i,j] − threshold)` over the whole plan."""

    quantity: Quantity
    threshold: float
    grain: float = 1.0


@dataclass(frozen=True)
class Group:
    """Accounts that should have one owner (amount: owners − 1) or all different ones (amount: repeats)."""

    accounts: Indices
    """(k,)"""
    apart: bool = False
    name: str = ""
    free: int = 0
    """Amount that costs nothing, where what breaks a rule today is tolerated."""

    def too_many(self, assignment: Indices) -> int:
        """Owners too many (together) or accounts that share an owner (apart); the unowned do not count."""
        owners = assignment[self.accounts]
        owners = owners[owners >= 0]
        distinct = len(np.unique(owners))
        found = len(owners) - distinct if self.apart else max(0, distinct - 1)
        return max(0, found - self.free)


Term: TypeAlias = Pair | Book | Plan | Group


@dataclass(frozen=True)
class Priced:
    """A term in a problem: whose it is, and what one unit of it costs."""

    source: str
    """Id of the goal or rule."""
    term: Term
    price: float
    """Points of the objective per unit (for a book or plan term: per grain)."""
    hard: bool = False
