"""Which books to look at together: those between which many units could almost as well change places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.certificate import curve_of

if TYPE_CHECKING:
    from bookshift_model.guide import Guide
    from bookshift_model.terms import Floats, Indices
    from bookshift_model.units import Units

_WIDTH: Final = 6
"""Pairs of a unit that are looked at, by reduced cost."""
_FADE: Final = 4.0
"""How fast a pair counts less the more points it costs."""


class Around:
    """The near pairs of a problem at prices."""

    def __init__(self, units: Units, guide: Guide) -> None:
        self.units, self.guide = units, guide
        self._unit, self._csm = guide.near(units.eligible, _WIDTH)
        self._reduced = guide.slack[self._unit, self._csm]
        self._close = np.exp(-_FADE * np.minimum(self._reduced, 100.0))

    def bonds(self, choice: Indices) -> Floats:
        """(m, m) how much two books have to do with each other."""
        m = self.units.m
        ties = np.bincount(choice[self._unit] * m + self._csm, weights=self._close, minlength=m * m).astype(
            np.float64
        )
        both: Floats = ties.reshape(m, m) + ties.reshape(m, m).T
        return both

    def nearest(self, choice: Indices, centre: Indices, books: int) -> Indices:
        """The centre and the books that have most to do with it, `books` in all."""
        bond = self.bonds(choice)[centre].sum(axis=0)
        bond[centre] = np.inf
        return np.argsort(-bond, kind="stable")[:books]

    def pairs(self, choice: Indices, books: Indices, most: int, limit: float) -> tuple[Indices, Indices]:
        """(N,) units in some books and (N,) other ones of these books where they could go, `most` at most.

        Each costs less than `limit` points beyond the unit's cheapest; those that cost least come first.
        """
        among = np.isin(np.arange(self.units.m), books)
        there = among[self._csm] & among[choice[self._unit]] & (self._csm != choice[self._unit])
        at = np.flatnonzero(there & (self._reduced < limit))
        at = at[np.argsort(self._reduced[at], kind="stable")[:most]]
        return self._unit[at], self._csm[at]


def beyond(units: Units, guide: Guide, choice: Indices) -> Floats:
    """(m,) points of a choice beyond the bound of prices, by book; plan and group terms aside.

    None is negative: so a new choice within some books can spare no more than what they have here.
    """
    rows = np.arange(units.k)
    excess = np.bincount(choice, weights=guide.slack[rows, choice], minlength=units.m).astype(np.float64)
    for name, quantity in units.quantities.items():
        curve = curve_of(units, name)
        prices = curve.within(guide.certificate.of_books(units, name))
        load = units.summed(quantity.load)
        brought = load if load.ndim == 1 else load[rows, choice]
        held: Floats = np.bincount(choice, weights=brought, minlength=units.m).astype(np.float64)
        excess += curve.bought(held, prices) - curve.least(prices)
    return excess
