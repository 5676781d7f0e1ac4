"""The optimisation model of a problem, in Pyomo: one objective a goal, one constraint a rule.

Sets
    Accounts: units of accounts that move as one, by the id of their first account
    Csms: by id
    Eligible ⊆ Accounts × Csms
Variables
    owns[i,j] ∈ {0, 1} for (i,j) ∈ Eligible
    book_<quantity>[j]: what book j holds, in shares of an average account
    <rule or goal>_excess[…] ≥ 0: how far beyond its limit, in the same measure
Every rule is elastic: its rows can always be met at a price, so the model always has a solution.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.gc_manager import PauseGC
from pyomo.core.expr.numeric_expr import LinearExpression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.terms import Book, Floats, Group, Indices, Plan, Quantity
    from bookshift_model.units import Cost, Units

RULES = "rules"
"""Name of the objective that gathers every rule."""


@dataclass(frozen=True)
class Formulation:
    """The Pyomo model and what it takes to read its solution."""

    units: Units
    model: Any
    pair_unit: Indices
    """(p,) unit of each eligible pair, in the order of `Eligible`."""
    pair_csm: Indices
    """(p,)"""
    owns: list[Any]
    """(p,) the binaries."""
    measure: dict[str, float]
    """By quantity id: how much of it counts as 1 in the model."""


def formulate(units: Units, pairs: NDArray[bool_] | None = None) -> Formulation:
    """State the problem; `pairs` (k, m) narrows the eligible pairs further, at least one for every unit.

    The sum of the objectives at an optimum is `score.value` of its assignment.
    """
    with PauseGC():
        return _Writer(units, units.eligible if pairs is None else units.eligible & pairs).write()


def measure_of(quantity: Quantity) -> float:
    """How much of a quantity counts as 1: its average over accounts that bring some; counts stay counts.

    Coefficients near 1 and costs near the price of an account make the solver many times faster than money.
    """
    load = np.abs(quantity.load)
    if load.max(initial=0) == 0 or bool(np.all((load == 0) | (load == 1))):
        return 1.0
    return float(load[load > 0].mean())


class _Writer:
    """Writes one model, family by family."""

    def __init__(self, units: Units, pairs: NDArray[bool_]) -> None:
        self.units = units
        data = units.problem.data
        self.csms = [c.id for c in data.csms]
        self.accounts = [data.accounts[i].id for i in units.lead]
        self.unit, self.csm = np.nonzero(pairs)
        self.of_csm = [np.flatnonzero(self.csm == j) for j in range(units.m)]
        starts = np.searchsorted(self.unit, np.arange(units.k + 1)).tolist()
        self.of_unit = [np.arange(a, b) for a, b in pairwise(starts)]
        self.model: Any = pyo.ConcreteModel("bookshift")
        self.owns: list[Any] = []
        self.measure: dict[str, float] = {}
        self.costs: dict[str, list[tuple[Any, float]]] = {RULES: []}
        self.constants: dict[str, float] = {RULES: 0.0}

    def write(self) -> Formulation:
        model, units = self.model, self.units
        model.Accounts = pyo.Set(initialize=self.accounts)
        model.Csms = pyo.Set(initialize=self.csms)
        keys = [
            (self.accounts[i], self.csms[j])
            for i, j in zip(self.unit.tolist(), self.csm.tolist(), strict=True)
        ]
        model.Eligible = pyo.Set(initialize=keys, dimen=2)
        model.owns = pyo.Var(model.Eligible, domain=pyo.Binary)
        self.owns = list(model.owns.values())
        self._one_owner()
        self._pairs()
        for quantity in units.quantities.values():
            self._book(quantity)
        self._limits()
        for plan in units.plans:
            self._plan(plan)
        for number, group in enumerate(units.groups):
            (self._apart if group.term.apart else self._together)(number, group)
        self._objectives()
        return Formulation(units, model, self.unit, self.csm, self.owns, self.measure)

    def _one_owner(self) -> None:
        """`Σ_j owns[i,j] = 1` for every account i."""
        rows = {
            name: _row(np.ones(len(at)), self._pick(at), 1.0, 1.0)
            for name, at in zip(self.accounts, self.of_unit, strict=True)
        }
        self.model.one_owner = pyo.Constraint(self.model.Accounts, rule=lambda _, i: rows[i])

    def _pairs(self) -> None:
        """`Σ_ij price · amount[i,j] · owns[i,j]` of a pair term goes into its objective."""
        for priced in self.units.pairs:
            amount = priced.price * self.units.of_pairs(priced.term.amount, self.unit, self.csm)
            for at in np.flatnonzero(amount):
                self._cost(priced, self.owns[at], float(amount[at]))

    def _book(self, quantity: Quantity) -> None:
        """`book_q[j] = Σ_i load_q[i,j] · owns[i,j]` for every CSM j."""
        self.measure[quantity.id] = measure_of(quantity)
        load = self.units.load(quantity)[self.unit, self.csm] / self.measure[quantity.id]
        book = pyo.Var(self.model.Csms, domain=pyo.Reals)
        name = f"book_{quantity.id}"
        self.model.add_component(name, book)
        rows = {}
        for j, csm in enumerate(self.csms):
            at = self.of_csm[j][load[self.of_csm[j]] != 0]
            rows[csm] = _row(np.append(-load[at], 1.0), [*self._pick(at), book[csm]], 0.0, 0.0)
        self.model.add_component(f"{name}_row", pyo.Constraint(self.model.Csms, rule=lambda _, j: rows[j]))

    def _limits(self) -> None:
        """`book_q[j] − excess ≤ limit_j`, or `book_q[j] + excess ≥ limit_j` where a rule asks for enough."""
        by_source: dict[str, list[Cost[Book]]] = {}
        for priced in self.units.books:
            by_source.setdefault(priced.source, []).append(priced)
        for source, many in by_source.items():
            keys = [
                (number, csm)
                for number, priced in enumerate(many)
                for j, csm in enumerate(self.csms)
                if np.isfinite(priced.term.threshold[j])
            ]
            excess = self._excess(source, keys)
            rows = {}
            for number, csm in keys:
                rows[number, csm] = self._limit(many[number], self.csms.index(csm), excess[number, csm])
            self.model.add_component(source, pyo.Constraint(keys, rule=lambda _, *key, of=rows: of[key]))

    def _limit(self, priced: Cost[Book], j: int, excess: Any) -> Any:
        term = priced.term
        measure = self.measure[term.quantity.id]
        limit = float(term.threshold[j]) / measure
        grain = float(np.broadcast_to(np.asarray(term.grain), (self.units.m,))[j])
        self._cost(priced, excess, priced.price * measure / grain)
        book = self.model.component(f"book_{term.quantity.id}")[self.csms[j]]
        return (
            _row([1.0, 1.0], [book, excess], limit, None)
            if term.under
            else _row([1.0, -1.0], [book, excess], None, limit)
        )

    def _plan(self, priced: Cost[Plan]) -> None:
        """`Σ_ij load[i,j] · owns[i,j] − excess ≤ limit`."""
        term = priced.term
        measure = measure_of(term.quantity)
        load = self.units.load(term.quantity)[self.unit, self.csm] / measure
        at = np.flatnonzero(load)
        excess = self._excess(priced.source, [0])[0]
        self._cost(priced, excess, priced.price * measure / term.grain)
        row = _row(np.append(load[at], -1.0), [*self._pick(at), excess], None, term.threshold / measure)
        self.model.add_component(priced.source, pyo.Constraint(expr=row))

    def _apart(self, number: int, priced: Cost[Group]) -> None:
        """`Σ_{i ∈ g} owns[i,j] − shared[j] ≤ 1` for every CSM j, and `Σ_j shared[j] − excess ≤ free`."""
        term = priced.term
        units, counts = self.units.counts(term)
        name = f"{priced.source}_{number}"
        shared = pyo.Var(self.model.Csms, domain=pyo.NonNegativeReals)
        self.model.add_component(f"{name}_shared", shared)
        rows = {}
        for j, csm in enumerate(self.csms):
            at, weight = self._of(units, counts, j)
            rows[csm] = _row(np.append(weight, -1.0), [*self._pick(at), shared[csm]], None, 1.0)
        self.model.add_component(f"{name}_row", pyo.Constraint(self.model.Csms, rule=lambda _, j: rows[j]))
        self._beyond_free(name, priced, list(shared.values()), float(term.free))

    def _together(self, number: int, priced: Cost[Group]) -> None:
        """`has[j] ≥ owns[i,j]` for every i ∈ g and CSM j, and `Σ_j has[j] − excess ≤ 1 + free`.

        `has` needs no integrality: at an optimum it is the largest `owns[i,j]`, hence 0 or 1.
        """
        term = priced.term
        units, counts = self.units.counts(term)
        name = f"{priced.source}_{number}"
        has = pyo.Var(self.model.Csms, bounds=(0, 1))
        self.model.add_component(f"{name}_has", has)
        rows = {}
        for j, csm in enumerate(self.csms):
            for at in self._of(units, counts, j)[0]:
                key = (self.accounts[self.unit[at]], csm)
                rows[key] = _row([1.0, -1.0], [has[csm], self.owns[at]], 0.0, None)
        self.model.add_component(f"{name}_row", pyo.Constraint(list(rows), rule=lambda _, i, j: rows[i, j]))
        self._beyond_free(name, priced, list(has.values()), 1.0 + term.free)

    def _beyond_free(self, name: str, priced: Cost[Group], of: list[Any], free: float) -> None:
        excess = self._excess(name, [0])[0]
        self._cost(priced, excess, priced.price)
        row = _row(np.append(np.ones(len(of)), -1.0), [*of, excess], None, free)
        self.model.add_component(name, pyo.Constraint(expr=row))

    def _objectives(self) -> None:
        """One named objective a goal, counted from the goal's own best, and one for all rules."""
        problem = self.units.problem
        for name, scale in problem.scales.items():
            if scale.share > 0:
                self.costs.setdefault(name, [])
                self.constants[name] = -problem.data.n * scale.share * scale.best / scale.span
        for name, parts in self.costs.items():
            linear = LinearExpression(
                constant=self.constants[name],
                linear_coefs=[cost for _, cost in parts],
                linear_vars=[variable for variable, _ in parts],
            )
            self.model.add_component(f"goal_{name}", pyo.Objective(expr=linear))

    def _cost(self, priced: Cost[Any], variable: Any, cost: float) -> None:
        name = priced.source if priced.source in self.units.problem.scales else RULES
        self.costs.setdefault(name, []).append((variable, cost))

    def _excess(self, name: str, keys: list[Any]) -> Any:
        excess = pyo.Var(keys, domain=pyo.NonNegativeReals)
        self.model.add_component(f"{name}_excess", excess)
        return excess

    def _pick(self, at: Indices) -> list[Any]:
        return [self.owns[one] for one in at.tolist()]

    def _of(self, units: Indices, counts: Floats, j: int) -> tuple[Indices, Floats]:
        """Pairs of some units with CSM j, and the count of each."""
        at = self.of_csm[j]
        place = np.searchsorted(units, self.unit[at])
        hit = (place < len(units)) & (units[np.minimum(place, len(units) - 1)] == self.unit[at])
        return at[hit], counts[place[hit]]


def _row(
    coefs: Sequence[float] | Floats, variables: list[Any], lower: float | None, upper: float | None
) -> tuple[float | None, Any, float | None]:
    return (lower, LinearExpression(linear_coefs=list(map(float, coefs)), linear_vars=variables), upper)
