"""A higher bound from a few books counted exactly, the others bought at prices.

Prices let a book hold half an account. Where few accounts may come or go, as in a book beyond a hard limit,
that is most of what a gap consists of. So the books that cost a plan most beyond the bound are stated as they
are, and every unit goes to one of them or to the cheapest of the others at prices: a small problem, whose
bound holds for all plans.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.amounts import Amounts
from bookshift_model.certificate import curve_of
from bookshift_model.search import Search
from bookshift_model.terms import Pair, Priced
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model import certificate
    from bookshift_model.terms import Floats, Indices

_NODES: Final = 100


def beyond(units: Units, priced: certificate.Priced, choice: Indices) -> Floats:
    """(m,) points of a choice beyond the bound, by book; plan and group terms aside."""
    rows = np.arange(units.k)
    excess = np.bincount(choice, weights=priced.reduced[rows, choice], minlength=units.m).astype(np.float64)
    for name, quantity in units.quantities.items():
        curve = curve_of(units, name)
        prices = curve.within(priced.certificate.of_books(units, name))
        brought = units.load(quantity)[rows, choice]
        load: Floats = np.bincount(choice, weights=brought, minlength=units.m).astype(np.float64)
        excess += curve.bought(load, prices) - curve.least(prices)
    return excess


def bound_with(
    units: Units,
    priced: certificate.Priced,
    exact: Indices,
    points: float,
    *,
    seed: int,
    stop: Callable[[], bool],
) -> float:
    """A bound on all plans with the books `exact` as they are; it never is more than `points`."""
    chosen = np.isin(np.arange(units.m), exact)
    cost, constant, terms = _bought(units, priced.certificate, chosen)
    elsewhere = np.where(chosen, np.inf, cost).argmin(axis=1)
    pairs = units.eligible & chosen & (priced.bound + priced.reduced <= points)
    pairs[np.arange(units.k), elsewhere] |= units.eligible[np.arange(units.k), elsewhere] & ~chosen[elsewhere]
    stranded = np.flatnonzero(~pairs.any(axis=1))
    pairs[stranded, priced.reduced[stranded].argmin(axis=1)] = True
    amount = np.zeros((len(units.of), units.m))
    amount[units.lead] = np.where(pairs, cost, 0.0)
    problem = replace(units.problem, terms=(Priced("prices", Pair(Amounts.of(amount)), 1.0), *terms))
    narrow = Units(problem, units.of, units.lead, pairs)
    start = priced.reduced.argmin(axis=1)
    start = np.where(pairs[np.arange(units.k), start], start, pairs.argmax(axis=1))
    ended = Search(narrow, pairs, seed=seed).run(
        start, np.ones(units.k, dtype=bool), gap=1e-6, nodes=_NODES, stop=stop, found=lambda _choice: None
    )
    return min(points, ended.bound + constant)


def _bought(
    units: Units, prices: certificate.Certificate, exact: NDArray[bool_]
) -> tuple[Floats, float, list[Priced]]:
    """(k, m) points of each pair with all books but some bought at prices, a constant, and their terms."""
    cost = np.where(units.eligible, units.cost, np.inf)
    constant = 0.0
    for name, quantity in units.quantities.items():
        curve = curve_of(units, name)
        paid = np.where(exact, 0.0, curve.within(prices.of_books(units, name)))
        cost += units.load(quantity) * paid
        constant += float(curve.least(paid)[~exact].sum())
    for plan in units.plans:
        rate = min(max(prices.plans.get(plan.source, 0.0), 0.0), plan.price / plan.term.grain)
        cost += rate * units.load(plan.term.quantity)
        constant -= rate * plan.term.threshold
    terms = []
    for one in units.books:
        exempt = -np.inf if one.term.under else np.inf
        threshold = np.where(exact, one.term.threshold, exempt)
        terms.append(Priced(one.source, replace(one.term, threshold=threshold), one.price))
    return cost, constant, terms
