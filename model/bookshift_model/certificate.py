"""Prices that prove a bound on all plans, and the check of it in plain numpy: anybody may repeat it.

Relax what books and the plan hold with a price for each: then every unit picks its cheapest CSM by itself,

    L(y) = Σ_i min_j (cost_ij + Σ_q y_qj load_qij) + Σ_qj min_load (f_qj(load) − y_qj load)

with f_qj the convex cost of book j's load, least at one of its thresholds. No plan has fewer points than L,
whatever the prices; good prices come close to the linear relaxation. The start engine finds them, compiled;
here they are only looked at, so that a proof does not rest on the code that found it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.guide import Guide
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bookshift_model.problem import Problem
    from bookshift_model.terms import Book, Floats, Quantity
    from bookshift_model.units import Cost

_ROWS: Final = 1000
"""Units that are priced at a time where only the bound is asked for."""


@dataclass(frozen=True)
class Certificate:
    """Points per unit of load, by what is priced; anything not named costs nothing."""

    books: Mapping[str, Mapping[str, float]]
    """By quantity and CSM."""
    plans: Mapping[str, float]
    """By rule."""

    @classmethod
    def of(cls, units: Units, books: Mapping[str, Floats], plans: Sequence[float] | Floats) -> Certificate:
        """From prices (m,) by quantity, and one for each plan term."""
        csms = [one.id for one in units.problem.data.csms]
        return cls(
            {name: dict(zip(csms, map(float, price), strict=True)) for name, price in books.items()},
            {term.source: float(price) for term, price in zip(units.plans, plans, strict=True)},
        )

    def of_books(self, units: Units, quantity: str) -> Floats:
        """(m,) the price of a quantity in each book."""
        asked = self.books.get(quantity, {})
        return np.array([asked.get(one.id, 0.0) for one in units.problem.data.csms])

    def to_record(self) -> dict[str, Any]:
        """JSON values."""
        return {"books": {name: dict(of) for name, of in self.books.items()}, "plans": dict(self.plans)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Certificate:
        """Rebuild what `to_record` made; what is not there has no price, which proves less."""
        of_books, of_plans = record.get("books") or {}, record.get("plans") or {}
        books = {str(q): {str(c): float(y) for c, y in of.items()} for q, of in of_books.items()}
        return cls(books, {str(rule): float(y) for rule, y in of_plans.items()})


@dataclass(frozen=True)
class Priced:
    """What prices tell about every pair."""

    bound: float
    """No choice of eligible pairs has fewer points."""
    reduced: Floats
    """(k, m) a choice with this pair has at least `bound + reduced` points; infinite where not eligible."""
    certificate: Certificate

    def guide(self) -> Guide:
        """The same to search by."""
        return Guide(self.reduced, self.bound, self.certificate)


@dataclass(frozen=True)
class Curve:
    """What books cost in one quantity: `Σ_t rates[t] max(0, signs[t] (load − limits[t]))`, convex in it."""

    limits: Floats
    """(t, m)"""
    rates: Floats
    """(t, m) points per unit of load; 0 where a CSM is exempt."""
    signs: Floats
    """(t, 1) −1 where too little costs."""

    @classmethod
    def of(cls, terms: Sequence[Cost[Book]], m: int) -> Curve:
        """Of all book terms in the quantity."""
        limits = np.array([one.term.threshold for one in terms])
        there = np.isfinite(limits)
        grains = np.array([np.broadcast_to(np.asarray(one.term.grain), m) for one in terms])
        rates = np.array([one.price for one in terms])[:, None] / grains
        signs = np.array([-1.0 if one.term.under else 1.0 for one in terms])
        return cls(np.where(there, limits, 0.0), np.where(there, rates, 0.0), signs[:, None])

    def within(self, prices: Floats) -> Floats:
        """(m,) the nearest prices at which some load costs least."""
        rates = self.signs * self.rates
        nearest: Floats = np.clip(prices, np.minimum(rates, 0).sum(axis=0), np.maximum(rates, 0).sum(axis=0))
        return nearest

    def bought(self, load: Floats, prices: Floats) -> Floats:
        """(m,) points of each book's load less what it is sold for."""
        here: Floats = (self.rates * np.maximum(0.0, self.signs * (load - self.limits))).sum(axis=0)
        return here - prices * load

    def least(self, prices: Floats) -> Floats:
        """(m,) the least of that over all loads, which is at a limit."""
        least: Floats = np.min([self.bought(load, prices) for load in self.limits], axis=0)
        return least


def price(units: Units, certificate: Certificate) -> Priced:
    """Price every pair. Groups cost nothing here, which only lowers the bound."""
    reduced = np.where(units.eligible, units.cost, np.inf)
    bound, sold = _sold(units, certificate)
    for quantity, prices in sold:
        reduced += units.load(quantity) * prices
    cheapest = reduced.min(axis=1, keepdims=True) if reduced.size else np.zeros((len(reduced), 1))
    return Priced(bound + float(cheapest.sum()), reduced - cheapest, certificate)


def _sold(units: Units, certificate: Certificate) -> tuple[float, list[tuple[Quantity, Floats]]]:
    """What books and the plan come to at the prices, less the offset; and what they are paid for."""
    bound = -units.problem.offset
    sold: list[tuple[Quantity, Floats]] = []
    for name, quantity in units.quantities.items():
        curve = curve_of(units, name)
        prices = curve.within(certificate.of_books(units, name))
        bound += float(curve.least(prices).sum())
        sold.append((quantity, prices))
    for plan in units.plans:
        rate = plan.price / plan.term.grain
        paid = min(max(certificate.plans.get(plan.source, 0.0), 0.0), rate)
        bound -= paid * plan.term.threshold
        sold.append((plan.term.quantity, np.full(units.m, paid)))
    return bound, sold


def curve_of(units: Units, quantity: str) -> Curve:
    """What books cost in a quantity."""
    return Curve.of([one for one in units.books if one.term.quantity.id == quantity], units.m)


def lower_bound(problem: Problem, certificate: Certificate) -> float:
    """Points that every plan has at least; some rows at a time, so that the largest problems take no more."""
    units = Units.of_problem(problem)
    bound, sold = _sold(units, certificate)
    for begin in range(0, units.k if units.m else 0, _ROWS):
        single = units.k == problem.data.n
        accounts = np.flatnonzero((units.of >= begin) & (units.of < begin + _ROWS))
        cost = problem.pair_cost[accounts]
        for quantity, prices in sold:
            load = quantity.load[accounts]
            cost += (load[:, None] if load.ndim == 1 else load) * prices
        whole = cost if single else np.zeros((min(_ROWS, units.k - begin), units.m))
        if not single:
            np.add.at(whole, units.of[accounts] - begin, cost)
        whole[~units.eligible[begin : begin + _ROWS]] = np.inf
        bound += float(whole.min(axis=1).sum())
    return bound
