"""What loads cost: of a book by convex curves, of the plan beyond limits.

What a book costs in a quantity is the sum of hinges of goals and rules, hence convex and piecewise linear.
It is stored by its knots. At prices, every curve is tilted so that it says what a load costs beyond the load
that the book would want; then none is below 0, and the sum of all is how far books are from the bound.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled, inlined
from bookshift_model.terms import Floats

if TYPE_CHECKING:
    from bookshift_model.start.bound import Prices
    from bookshift_model.terms import Book
    from bookshift_model.units import Cost, Units


_ALMOST_NOTHING: Final = float(np.finfo(np.float64).tiny)
_NOISE: Final = 1e-9
"""Relative difference of sums that are equal."""


class Tariff(NamedTuple):
    """Curves of m books in Q quantities with B knots at most, and of R plan terms with one knot each."""

    knot: Floats
    """(m, Q, B) loads at which the price of more load changes, ascending, filled up with infinity."""
    height: Floats
    """(m, Q, B) points at each knot."""
    slope: Floats
    """(m, Q, B + 1) points per unit of load before, between and after the knots, ascending."""
    limit: Floats
    """(R,) the knot of a plan term, where it costs nothing."""
    below: Floats
    """(R,) points per unit of load under the limit."""
    above: Floats
    """(R,) points per unit of load over the limit."""

    def within(self, prices: Prices) -> Prices:
        """The nearest prices that give a finite bound: those among the slopes."""
        return prices._replace(
            book=np.clip(prices.book, self.slope[:, :, 0].T, self.slope[:, :, -1].T),
            plan=np.clip(prices.plan, self.below, self.above),
        )

    def wanted(self, prices: Prices) -> tuple[Floats, Floats]:
        """(m, Q) the load that each book wants at its price, and what it pays or earns for it."""
        return wanted(self, prices.book)

    def levels(self, least: Floats, most: Floats) -> Floats:
        """(Q,) one price for all books, at which they want what there is: between `least` and `most` (Q,).

        It is what a quantity would cost if units went anywhere and in parts; 0 where there is room for all.
        """
        noise = _NOISE * np.maximum(np.abs(least), np.abs(most))
        nothing = np.zeros((len(noise), len(self.knot)))
        least_free, most_free = (wanted(self, nothing + one)[0].sum(axis=0) for one in (0.0, _ALMOST_NOTHING))
        found = np.zeros(len(noise))
        for q in np.flatnonzero((most_free < least - noise) | (least_free > most + noise)).tolist():
            found[q] = self._level(q, least[q] - noise[q], most[q] + noise[q])
        return found

    def _level(self, q: int, least: float, most: float) -> float:
        """The price nearest to 0 of those among the slopes of every book that bring wanted loads there."""
        slope, knot = self.slope[:, q], self.knot[:, q]
        low, high = slope[:, 0].max(), slope[:, -1].min()
        if low >= high:
            return 0.0
        prices, books = np.unique(np.clip(slope, low, high)), np.arange(len(knot))

        def wanted(at: int, *, below: bool) -> float:
            passed = slope[:, 1:-1] < prices[at] if below else slope[:, 1:-1] <= prices[at]
            return float(knot[books, passed.sum(axis=1)].sum())

        every = range(len(prices))
        rises = bisect_left(every, least, key=lambda at: wanted(at, below=False))
        falls = bisect_right(every, most, key=lambda at: wanted(at, below=True)) - 1
        return float(max(prices[min(rises, len(prices) - 1)], min(0.0, prices[max(falls, 0)])))

    def tilted(self, prices: Prices) -> Tariff:
        """What loads cost beyond what books and the plan want at prices."""
        known = np.where(np.isfinite(self.knot), self.knot, 0.0)
        price = prices.book.T[:, :, None]
        height = self.height - price * known - self.wanted(prices)[1][:, :, None]
        return self._replace(
            height=np.maximum(height, 0.0),
            slope=self.slope - price,
            below=self.below - prices.plan,
            above=self.above - prices.plan,
        )

    def rising(self) -> Tariff:
        """Of a tilted tariff the part above what is wanted: nothing for less."""
        beyond = self.slope[:, :, :-1] >= 0
        return self._replace(
            height=np.where(beyond, self.height, 0.0),
            slope=np.maximum(self.slope, 0.0),
            below=np.zeros_like(self.below),
        )


def tariff_of(units: Units, quantities: list[str]) -> Tariff:
    """Knots, heights and slopes of what each book costs in each quantity, and the limits of the plan."""
    terms: list[list[Cost[Book]]] = [
        [p for p in units.books if p.term.quantity.id == one] for one in quantities
    ]
    width = max((len(of) for of in terms), default=1)
    knot = np.full((len(quantities), width, units.m), np.inf)
    over, under = np.zeros(knot.shape), np.zeros(knot.shape)
    for q, of in enumerate(terms):
        for h, priced in enumerate(of):
            term = priced.term
            here = np.isfinite(term.threshold)
            knot[q, h] = np.where(here, term.threshold, np.inf)
            side = under if term.under else over
            side[q, h] = np.where(here, priced.price / np.asarray(term.grain), 0.0)
    order = np.argsort(knot, axis=1, kind="stable")
    place = (np.arange(len(quantities))[:, None, None], order, np.arange(units.m))
    knot, over, under = knot[place], over[place], under[place]
    nothing = np.zeros((len(quantities), 1, units.m))
    rise = np.concatenate([nothing, np.cumsum(over, axis=1)], axis=1)
    fall = np.concatenate([np.cumsum(under[:, ::-1], axis=1)[:, ::-1], nothing], axis=1)
    at = np.where(np.isfinite(knot), knot, 0.0)
    beyond = at[:, :, None, :] - at[:, None, :, :]
    height = (over[:, None] * np.maximum(0, beyond) + under[:, None] * np.maximum(0, -beyond)).sum(axis=2)
    knot[:, 0] = at[:, 0]
    return Tariff(
        np.ascontiguousarray(knot.transpose(2, 0, 1)),
        np.ascontiguousarray(height.transpose(2, 0, 1)),
        np.ascontiguousarray((rise - fall).transpose(2, 0, 1)),
        np.array([p.term.threshold for p in units.plans], dtype=np.float64),
        np.zeros(len(units.plans)),
        np.array([p.price / p.term.grain for p in units.plans], dtype=np.float64),
    )


@inlined
def book_points(tariff: Tariff, j: int, q: int, load: float) -> float:
    """Points of book j for holding `load` of quantity q."""
    above = 0
    while above < tariff.knot.shape[2] and load > tariff.knot[j, q, above]:
        above += 1
    at = max(above - 1, 0)
    return float(tariff.height[j, q, at] + tariff.slope[j, q, above] * (load - tariff.knot[j, q, at]))


@compiled
def book_costs(tariff: Tariff, load: Floats) -> Floats:
    """(m,) points of all books for holding a load (m, Q)."""
    points = np.zeros(load.shape[0])
    for j in range(load.shape[0]):
        for q in range(load.shape[1]):
            points[j] += book_points(tariff, j, q, load[j, q])
    return points


@inlined
def plan_points(tariff: Tariff, r: int, load: float) -> float:
    """Points of plan term r for a load."""
    over = load - tariff.limit[r]
    return float(over * (tariff.above[r] if over > 0 else tariff.below[r]))


@compiled
def wanted(tariff: Tariff, price: Floats) -> tuple[Floats, Floats]:
    """(m, Q) the load that each book wants at a price (Q, m), and what it pays or earns for it."""
    m, quantities, knots = tariff.knot.shape
    load, points = np.empty((m, quantities)), np.empty((m, quantities))
    for j in range(m):
        for q in range(quantities):
            at = 0
            for knot in range(1, knots):
                at += tariff.slope[j, q, knot] < price[q, j]
            load[j, q] = tariff.knot[j, q, at]
            points[j, q] = tariff.height[j, q, at] - price[q, j] * load[j, q]
    return load, points
