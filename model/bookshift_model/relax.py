"""The linear relaxation of a problem: a bound over all pairs, and what each pair costs at its prices.

Large problems are relaxed on candidate pairs that grow until none outside is worth having. With the prices
of an optimum on candidates, no choice of eligible pairs costs less than `LP − Σ_i (c_i − r_i)`, r_i the least
reduced cost of unit i over all its pairs and c_i the least among its candidates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.certificate import Certificate, Priced
from bookshift_model.compiled import compile_model
from bookshift_model.formulation import formulate, measure_of
from bookshift_model.highs import Engine
from bookshift_model.units import cheapest, with_choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import bool_, floating
    from numpy.typing import NDArray

    from bookshift_model.compiled import Compiled
    from bookshift_model.formulation import Formulation
    from bookshift_model.terms import Floats
    from bookshift_model.units import Units

ALL_PAIRS: Final = 6_000
"""Up to so many eligible pairs the relaxation reads them all at once."""
_FIRST: Final = 8
_NEAR: Final = 4
_MORE: Final = 4
_ROUNDS: Final = 12
_CLOSE: Final = 2e-4
"""Share of the bound that pairs outside the candidates may still promise."""


def relax(
    units: Units,
    stop: Callable[[], bool],
    *,
    seed: int,
    near: NDArray[floating[Any]] | None = None,
    all_pairs: int = ALL_PAIRS,
) -> Priced | None:
    """Relax a problem; nothing where it was stopped before there was a bound.

    `near` (k, m) is what pairs cost at good prices, where they are known: candidates are chosen by it.
    """
    if int(units.eligible.sum()) <= all_pairs:
        found = _relax_on(units, units.eligible, stop, seed)
        return None if found is None else found[0]
    pairs = _first_candidates(units, near)
    best: Priced | None = None
    for _ in range(_ROUNDS):
        found = _relax_on(units, pairs, stop, seed)
        if found is None:
            break
        relaxation, promised = found
        if best is None or relaxation.bound > best.bound:
            best = relaxation
        if promised <= _CLOSE * abs(best.bound):
            break
        pairs |= cheapest(np.where(pairs, np.inf, relaxation.reduced), _MORE)
    return best


def _first_candidates(units: Units, near: NDArray[floating[Any]] | None) -> NDArray[bool_]:
    """The cheapest pairs at prices, or else by themselves with others so that every book has takers."""
    if near is not None:
        return with_choice(cheapest(near, _NEAR), units.owner) & units.eligible
    cost = np.where(units.eligible, units.cost, np.inf)
    some = (np.arange(units.k)[:, None] * 7 + np.arange(units.m)[None, :]) % max(1, units.m // 2) == 0
    chosen: NDArray[bool_] = with_choice(cheapest(cost, _FIRST), units.owner) | some
    return chosen & units.eligible


def _relax_on(
    units: Units, pairs: NDArray[bool_], stop: Callable[[], bool], seed: int
) -> tuple[Priced, float] | None:
    """The relaxation on candidate pairs, certified over all, and what pairs outside could still promise."""
    formulation = formulate(units, pairs)
    compiled = compile_model(formulation)
    found = Engine(compiled, seed=seed).relax(stop)
    if found is None:
        return None
    raw = reduced_costs(units, formulation, compiled, found.row_dual)
    prices = _certificate(units, formulation, compiled, found.row_dual)
    least = raw.min(axis=1)
    inside = np.where(pairs, raw, np.inf).min(axis=1)
    promised = float((inside - least).sum())
    return Priced(found.value - promised, raw - least[:, None], prices), promised


def _certificate(units: Units, formulation: Formulation, compiled: Compiled, dual: Floats) -> Certificate:
    """The prices of what books and the plan hold."""
    rows = compiled.rows
    books = {
        one.id: np.array([dual[rows[f"book_{one.id}_row", csm.id]] for csm in units.problem.data.csms])
        / formulation.measure[one.id]
        for one in units.quantities.values()
    }
    plans = [-dual[rows[one.source, None]] / measure_of(one.term.quantity) for one in units.plans]
    return Certificate.of(units, books, plans)


def reduced_costs(units: Units, formulation: Formulation, compiled: Compiled, dual: Floats) -> Floats:
    """(k, m) cost of every pair at the prices of all rows but its unit's own, infinite where not eligible."""
    csms = [c.id for c in units.problem.data.csms]
    reduced = np.where(units.eligible, units.cost, np.inf)

    def price(name: str, index: object) -> float:
        row = compiled.rows.get((name, index))
        return 0.0 if row is None else float(dual[row])

    for quantity in units.quantities.values():
        prices = np.array([price(f"book_{quantity.id}_row", csm) for csm in csms])
        reduced += units.load(quantity) / formulation.measure[quantity.id] * prices
    for plan in units.plans:
        load = units.load(plan.term.quantity) / measure_of(plan.term.quantity)
        reduced -= load * price(plan.source, None)
    for number, group in enumerate(units.groups):
        members, counts = units.counts(group.term)
        name = f"{group.source}_{number}_row"
        if group.term.apart:
            reduced[members] -= counts[:, None] * np.array([price(name, csm) for csm in csms])
            continue
        for i in members:
            account = units.problem.data.accounts[units.lead[i]].id
            reduced[i] += np.array([price(name, (account, csm)) for csm in csms])
    return reduced
