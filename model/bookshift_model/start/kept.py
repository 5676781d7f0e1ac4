"""What the engine last made of a problem, for those that differ from it in decisions only.

A decision changes few rows of a problem's arrays: those of the accounts it is about. To gather and to price
all pairs again takes most of the time of a repair. So the arrays, and the pairs at prices, stay with a
problem and its kin as they were last. Whoever asks for them says for which problem, and the rows that differ
are made anew. They go with the last of these problems: another policy or portfolio makes others. What is
found is the same, to the last bit, as if nothing were kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.start.bound import price_out
from bookshift_model.start.core import core_of
from bookshift_model.start.groups import groups_of

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.start.bound import Priced, Prices
    from bookshift_model.start.core import Core
    from bookshift_model.terms import Indices
    from bookshift_model.units import Units

_NAME: Final = "start"
_ROWS: Final = 500
"""Rows that are compared at a time."""


@dataclass(slots=True)
class Kept:
    """The arrays of a problem and, once priced, its pairs; changed in place for the next problem."""

    core: Core
    of: Indices
    """(n,) unit of each account."""
    eligible: NDArray[bool_]
    """(k, m)"""
    prices: Prices | None = None
    priced: Priced | None = None

    def price(self, prices: Prices) -> Priced:
        """All pairs at prices."""
        if self.priced is None or self.prices is None or not _same(self.prices, prices):
            self.priced = price_out(self.core, prices, self.priced)
            self.prices = prices
        return self.priced

    def follow(self, units: Units) -> None:
        """Become what it would be for other units of the same accounts."""
        rows = _differing(self.eligible, units.eligible)
        self.core.pairs.cost[rows] = np.where(units.eligible[rows], units.cost_of(rows), np.inf)
        self.core = replace(self.core, groups=groups_of(units))
        if self.prices is not None and self.priced is not None:
            price_out(self.core, self.prices, self.priced, rows)
        self.eligible = units.eligible


def kept_of(units: Units) -> Kept:
    """What is kept of a problem or its kin, as it is for this one."""
    kin = units.problem.kin
    kept = kin.pop(_NAME, None)  # not kept while it changes: where that fails half-way, it is made anew
    if isinstance(kept, Kept) and np.array_equal(kept.of, units.of):
        kept.follow(units)
    else:
        kept = Kept(core_of(units), units.of, units.eligible)
    kin[_NAME] = kept
    return kept


def _differing(one: NDArray[bool_], other: NDArray[bool_]) -> Indices:
    """Rows in which two masks differ; some at a time, as memory for all of 25 million takes longer to get."""
    found = [
        at + np.flatnonzero((one[at : at + _ROWS] != other[at : at + _ROWS]).any(axis=1))
        for at in range(0, len(one), _ROWS)
    ]
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def _same(one: Prices, other: Prices) -> bool:
    return np.array_equal(one.book, other.book) and np.array_equal(one.plan, other.plan)
