"""Few changes around what a planner changed: small searches in which every further move has its price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.search import Search, nearest
from bookshift_model.units import cheapest, with_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bookshift_model.terms import Floats, Indices
    from bookshift_model.units import Units

_CENTRES: Final = 2
"""Changed books in one search."""
_NEAR: Final = 3
"""Books beside them."""
_SEARCHES: Final = 8
"""Searches in all."""
_NODES: Final = 200
_CANDIDATES: Final = 4
"""Pairs of each unit that is free, by reduced cost."""


def mend(
    units: Units,
    reduced: Floats,
    before: Indices,
    centres: Indices,
    held: Indices,
    *,
    price: float,
    changes: int,
    seed: int,
    gap: float,
    current: Callable[[], Indices],
    stop: Callable[[], bool],
    found: Callable[[Indices], None],
) -> None:
    """Search around some books, those `centres` first or else those that cost most beyond the bound.

    `before` (k,) is the choice that is to be kept: each unit that leaves it costs `price` points, and no more
    than `changes` may; those `held` do not. `found` gets every better choice.
    """
    for books in _neighbourhoods(units, reduced, before, centres):
        choice = current()
        free = np.isin(choice, books)
        free[held] = False
        pairs = cheapest(np.where(free[:, None], reduced, np.inf), _CANDIDATES) & units.eligible
        pairs[:, np.setdiff1d(np.arange(units.m), books)] = False
        pairs = with_choice(with_choice(pairs, before), choice)
        search = Search(units, pairs, seed=seed)
        search.stay_at(before, price=price, changes=changes)
        search.run(choice, free, gap=gap, nodes=_NODES, stop=stop, found=found)
        if stop():
            return


def _neighbourhoods(units: Units, reduced: Floats, before: Indices, centres: Indices) -> Iterator[Indices]:
    if not len(centres):
        excess = np.bincount(before, weights=reduced[np.arange(units.k), before], minlength=units.m)
        centres = np.argsort(-excess, kind="stable")
    for begin in range(0, min(len(centres), _CENTRES * _SEARCHES), _CENTRES):
        some = centres[begin : begin + _CENTRES]
        yield nearest(reduced, before, some, len(some) + _NEAR)
