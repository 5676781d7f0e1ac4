"""Prices that prove a bound on all plans, and the check of it in plain numpy: anybody may repeat it.

Relax what books and the plan hold with a price for each: then every unit picks its cheapest CSM by itself,

    L(y) = Σ_i min_j (cost_ij + Σ_q y_qj load_qij) + Σ_qj min_load (f_qj(load) − y_qj load)

with f_qj the convex cost of book j's load, least at one of its thresholds. No plan has fewer points than L,
whatever the prices; good prices come close to the linear relaxation. The start engine finds them, compiled;
here they are only looked at, so that a proof does not rest on the code that found it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats
    from bookshift_model.units import Cost


@dataclass(frozen=True)
class Certificate:
    """Points per unit of load, by what is priced; anything not named costs nothing."""

    books: Mapping[str, Mapping[str, float]]
    """By quantity and CSM."""
    plans: Mapping[str, float]
    """By rule."""

    @classmethod
    def of(cls, units: Units, books: Mapping[str, Floats], plans: Sequence[float]) -> Certificate:
        """From prices (m,) by quantity, and one for each plan term."""
        csms = [one.id for one in units.problem.data.csms]
        return cls(
            {name: dict(zip(csms, map(float, price), strict=True)) for name, price in books.items()},
            {term.source: float(price) for term, price in zip(units.plans, plans, strict=True)},
        )

    def to_record(self) -> dict[str, Any]:
        """JSON values."""
        return {"books": {name: dict(of) for name, of in self.books.items()}, "plans": dict(self.plans)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Certificate:
        """Rebuild what `to_record` made."""
        books = {str(q): {str(c): float(y) for c, y in of.items()} for q, of in record["books"].items()}
        return cls(books, {str(rule): float(y) for rule, y in record["plans"].items()})


@dataclass(frozen=True)
class Priced:
    """What prices tell about every pair."""

    bound: float
    """No choice of eligible pairs has fewer points."""
    reduced: Floats
    """(k, m) a choice with this pair has at least `bound + reduced` points; infinite where not eligible."""
    certificate: Certificate


def price(units: Units, certificate: Certificate) -> Priced:
    """Price every pair. Groups cost nothing here, which only lowers the bound."""
    reduced = np.where(units.eligible, units.cost, np.inf)
    bound = -units.problem.offset
    csms = [one.id for one in units.problem.data.csms]
    for name, quantity in units.quantities.items():
        asked = certificate.books.get(name, {})
        prices = np.array([asked.get(one, 0.0) for one in csms])
        terms = [one for one in units.books if one.term.quantity.id == name]
        prices, least = _least(terms, prices)
        reduced += units.load(quantity) * prices
        bound += least
    for plan in units.plans:
        rate = plan.price / plan.term.grain
        paid = min(max(certificate.plans.get(plan.source, 0.0), 0.0), rate)
        reduced += paid * units.load(plan.term.quantity)
        bound -= paid * plan.term.threshold
    cheapest = reduced.min(axis=1, keepdims=True) if reduced.size else np.zeros((len(reduced), 1))
    return Priced(bound + float(cheapest.sum()), reduced - cheapest, certificate)


def lower_bound(problem: Problem, certificate: Certificate) -> float:
    """Points that every plan has at least."""
    return price(Units.of_problem(problem), certificate).bound


def _least(terms: Sequence[Cost[Any]], prices: Floats) -> tuple[Floats, float]:
    """Prices (m,) brought within what books can cost, and `Σ_j min_load (f_j(load) − prices_j · load)`."""
    limits = np.array([one.term.threshold for one in terms])
    there = np.isfinite(limits)
    limits = np.where(there, limits, 0.0)
    grains = np.array([np.broadcast_to(np.asarray(one.term.grain), limits.shape[1]) for one in terms])
    rates = np.where(there, np.array([one.price for one in terms])[:, None] / grains, 0.0)
    under = np.array([one.term.under for one in terms])
    prices = np.clip(prices, -(rates[under]).sum(axis=0), rates[~under].sum(axis=0))
    signs = np.where(under, -1.0, 1.0)[:, None]
    at = [(rates * np.maximum(0.0, signs * (load - limits))).sum(axis=0) - prices * load for load in limits]
    return prices, float(np.min(at, axis=0).sum())
