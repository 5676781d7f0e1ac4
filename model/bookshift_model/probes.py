"""Hot-started linear programs that say what a pin would cost if the rest of the plan adapts.

One relaxation is kept for a portfolio under a policy. Pins, locks and forbids are bounds of its columns, set
in place; a probe holds one unit at one CSM and solves on from the last basis. Where the relaxation reads
candidate pairs only, what pairs outside could still promise is taken off, so that every figure is a bound on
all plans (`relax`). A pair that was no candidate gets a column when it is asked for; group rows are left out
of such a column, which only lowers the bound.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.asking import Stopped
from bookshift_model.compiled import compile_model
from bookshift_model.formulation import formulate, measure_of
from bookshift_model.highs import Engine
from bookshift_model.relax import ALL_PAIRS, reduced_costs
from bookshift_model.units import Units, cheapest, with_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.highs import Relaxed
    from bookshift_model.terms import Floats

_CANDIDATES: Final = 6
"""Pairs of each unit in the relaxation of a large problem, by what they cost at prices."""
_DECIDED: Final = 4
"""Columns that a unit gets at most where decisions leave it none of its candidates."""


@dataclass(frozen=True, slots=True)
class Probed:
    """What the relaxation proves with one unit held, and without."""

    base: float
    """No plan that follows the decisions has fewer points."""
    bounds: dict[int, float]
    """By CSM: no plan with the unit there has fewer."""


class Probes:
    """The relaxation of a problem, probed again and again under other decisions.

    `near` (k, m) is what pairs cost at good prices: candidates of large problems are chosen by it.
    """

    def __init__(
        self, units: Units, near: Floats, *, seed: int, stop: Callable[[], bool] = lambda: False
    ) -> None:
        """Raise `Stopped` where `stop` says so between two steps; each takes 0.1 s for 100,000 pairs."""
        permitted = units.eligible
        self._units = replace(units, eligible=np.ones_like(permitted))
        self._all = int(permitted.sum()) <= ALL_PAIRS
        pairs = permitted
        if not self._all:
            pairs = with_choice(cheapest(near, _CANDIDATES), units.owner) & permitted
        self._near = near
        self._formulation = formulate(self._units, pairs)
        if stop():
            raise Stopped
        self._compiled = compile_model(self._formulation)
        if stop():
            raise Stopped
        self._engine = Engine(self._compiled, seed=seed)
        self._column = np.full(permitted.shape, -1, dtype=np.int64)
        self._column[self._formulation.pair_unit, self._formulation.pair_csm] = self._compiled.owns
        self._permitted = permitted
        self._eligible: NDArray[bool_] = permitted.copy()
        self._free: NDArray[bool_] = self._column >= 0
        self._base: float | None = None

    def probe(
        self,
        eligible: NDArray[bool_],
        unit: int,
        csms: Sequence[int],
        *,
        stop: Callable[[], bool],
        enough: Callable[[], bool],
    ) -> Probed:
        """Hold a unit at one CSM after the other until it is `enough`; raises `Stopped` where told to stop.

        `eligible` (k, m) is what decisions leave.
        """
        if not np.array_equal(eligible, self._eligible):
            self._follow(eligible)
        if self._base is None:
            found = self._relaxed(stop)
            self._base = found.value - self._promised(found.row_dual, self._eligible)
        bounds: dict[int, float] = {}
        try:
            for csm in csms:
                if bounds and enough():
                    break
                bounds[csm] = self._held(unit, csm, stop)
        finally:
            self._release(unit)
        return Probed(self._base, bounds)

    def _held(self, unit: int, csm: int, stop: Callable[[], bool]) -> float:
        """The bound with a unit at a CSM."""
        column = self._column_of(unit, csm)
        mine = self._column[unit][self._column[unit] >= 0]
        there = (mine == column).astype(np.float64)
        self._engine.bound_columns(mine, there, there)
        found = self._relaxed(stop)
        allowed = self._eligible[unit].copy()
        self._eligible[unit] = False
        self._eligible[unit, csm] = True
        try:
            return found.value - self._promised(found.row_dual, self._eligible)
        finally:
            self._eligible[unit] = allowed

    def _relaxed(self, stop: Callable[[], bool]) -> Relaxed:
        found = None if stop() else self._engine.relax(stop)
        if found is None:
            raise Stopped
        return found

    def _release(self, unit: int) -> None:
        """Let a unit go where decisions allow it."""
        there = np.flatnonzero(self._column[unit] >= 0)
        upper = self._free[unit, there].astype(np.float64)
        self._engine.bound_columns(self._column[unit, there], np.zeros(len(there)), upper)

    def _promised(self, dual: Floats, eligible: NDArray[bool_]) -> float:
        """Points that pairs without a column could still save."""
        missing = eligible & (self._column < 0)
        if not missing.any():
            return 0.0
        raw = reduced_costs(self._units, self._formulation, self._compiled, dual)
        least = np.where(eligible, raw, np.inf).min(axis=1)
        inside = np.where(eligible & (self._column >= 0), raw, np.inf).min(axis=1)
        return float((inside - least).sum())

    def _follow(self, eligible: NDArray[bool_]) -> None:
        """Take over what decisions leave: bounds of columns, and columns where a unit would have none."""
        changed = np.flatnonzero((eligible != self._eligible).any(axis=1))
        self._eligible = eligible.copy()
        self._base = None
        for unit in changed:
            if (eligible[unit] != self._permitted[unit]).any():
                wanted = np.flatnonzero(eligible[unit])
                order = np.argsort(self._near[unit, wanted], kind="stable")
                for csm in wanted[order][:_DECIDED]:
                    self._column_of(int(unit), int(csm))
            self._free[unit] = eligible[unit] & (self._column[unit] >= 0)
            self._release(int(unit))

    def _column_of(self, unit: int, csm: int) -> int:
        """The column of a pair; a new one, held at 0, where it had none."""
        if self._column[unit, csm] < 0:
            rows, values = self._coefficients(unit, csm)
            cost = float(self._units.cost[unit, csm])
            self._column[unit, csm] = self._engine.add_column(cost, 0.0, 0.0, rows, values)
        return int(self._column[unit, csm])

    def _coefficients(self, unit: int, csm: int) -> tuple[list[int], list[float]]:
        """What a pair brings to every row, groups aside."""
        units, rows = self._units, self._compiled.rows
        data = units.problem.data
        name = data.csms[csm].id
        found = {rows["one_owner", data.accounts[units.lead[unit]].id]: 1.0}
        for quantity in units.quantities.values():
            load = units.load(quantity)[unit, csm] / self._formulation.measure[quantity.id]
            found[rows[f"book_{quantity.id}_row", name]] = -float(load)
        for plan in units.plans:
            quantity = plan.term.quantity
            found[rows[plan.source, None]] = float(units.load(quantity)[unit, csm] / measure_of(quantity))
        kept = {row: value for row, value in found.items() if value}
        return list(kept), list(kept.values())
