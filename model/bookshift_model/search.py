"""Branch and bound on candidate pairs around a plan: parts of it are freed, the rest is held by bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.compiled import compile_model
from bookshift_model.formulation import formulate
from bookshift_model.highs import LEAST_APART, Engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.highs import Searched
    from bookshift_model.terms import Floats, Indices
    from bookshift_model.units import Units


class Search:
    """A model on candidate pairs (k, m) that is searched again and again from the best choice so far."""

    def __init__(self, units: Units, pairs: NDArray[bool_], *, seed: int) -> None:
        self._units = units
        formulation = formulate(units, pairs)
        compiled = compile_model(formulation)
        self._unit, self._csm, self._owns = formulation.pair_unit, formulation.pair_csm, compiled.owns
        self._engine = Engine(compiled, seed=seed)

    def stay_at(self, choice: Indices, *, price: float, counted: NDArray[bool_], changes: int) -> None:
        """Charge points for each unit that goes elsewhere; of those `counted` (k,) so many may."""
        away = choice[self._unit] != self._csm
        self._engine.hold_to(self._owns[away], price, self._owns[away & counted[self._unit]], changes)

    def run(
        self,
        choice: Indices,
        free: NDArray[bool_],
        *,
        gap: float,
        nodes: int | None,
        stop: Callable[[], bool],
        found: Callable[[Indices], None],
        bounded: Callable[[float], None] = lambda _bound: None,
        apart: float = LEAST_APART,
    ) -> Searched:
        """Search with the units outside `free` (k,) held as in `choice`; `found` gets every better choice.

        The bound holds for plans of candidate pairs that agree with what is held. The search ends where the
        best choice is within `gap` (a share) or `apart` (points) of it, or after so many nodes.
        """
        at = choice[self._unit] == self._csm
        held = ~free[self._unit]
        self._engine.bound_columns(self._owns, np.where(held, at, 0.0), np.where(held, at, 1.0))
        return self._engine.search(
            (self._owns, at.astype(np.float64)),
            gap=gap,
            nodes=nodes,
            stop=stop,
            found=lambda columns: found(self._choice(columns)),
            bounded=bounded,
            apart=max(apart, LEAST_APART),
        )

    def _choice(self, columns: Floats) -> Indices:
        """(k,) the choice that a solution makes, rounding what the solver left within its tolerance."""
        share = np.full((self._units.k, self._units.m), -1.0)
        share[self._unit, self._csm] = columns[self._owns]
        return np.asarray(share.argmax(axis=1), dtype=np.int64)
