"""Branch and bound on candidate pairs around a plan: parts of it are freed, the rest is held by bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.compiled import compile_model
from bookshift_model.formulation import formulate
from bookshift_model.highs import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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

    def stay_at(self, choice: Indices, *, price: float, changes: int) -> None:
        """Charge points for each unit that goes elsewhere, and let no more than so many go."""
        away = self._owns[choice[self._unit] != self._csm]
        self._engine.hold_to(away, price, changes)

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
    ) -> Searched:
        """Search with the units outside `free` (k,) held as in `choice`; `found` gets every better choice.

        The bound holds for plans of candidate pairs that agree with what is held.
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
        )

    def _choice(self, columns: Floats) -> Indices:
        """(k,) the choice that a solution makes, rounding what the solver left within its tolerance."""
        share = np.full((self._units.k, self._units.m), -1.0)
        share[self._unit, self._csm] = columns[self._owns]
        return np.asarray(share.argmax(axis=1), dtype=np.int64)


def neighbourhoods(
    reduced: Floats,
    current: Callable[[], Indices],
    order: Callable[[], Indices],
    *,
    books: int,
) -> Iterator[tuple[bool, NDArray[bool_]]]:
    """Endless sets of units (k,): those in one book after the other and in the books nearest to it.

    Books are near when many of their accounts could almost as well change places, by reduced cost. A round
    goes over all books in an order asked for at its start. The flag says that a round ended.
    """
    while True:
        for place, j in enumerate(order()):
            ended = place == reduced.shape[1] - 1
            yield ended, np.isin(current(), nearest(reduced, current(), np.array([j]), books))


def nearest(reduced: Floats, choice: Indices, centre: Indices, books: int) -> Indices:
    """The centre and the books that tie with it most often, `books` in all."""
    m = reduced.shape[1]
    close = np.where(np.isfinite(reduced), np.exp(-4.0 * np.minimum(reduced, 100.0)), 0.0)
    ties = np.zeros((m, m))
    np.add.at(ties, choice, close)
    bond = (ties + ties.T)[centre].sum(axis=0)
    bond[centre] = np.inf
    return np.argsort(-bond, kind="stable")[:books]
