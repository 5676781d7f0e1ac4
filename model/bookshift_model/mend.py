"""Few changes around what a planner changed: small searches in which every further move has its price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.around import Around
from bookshift_model.part import part_of
from bookshift_model.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bookshift_model.guide import Guide
    from bookshift_model.terms import Indices
    from bookshift_model.units import Units

_CENTRES: Final = 2
"""Changed books in one search."""
_NEAR: Final = 3
"""Books beside them."""
_SEARCHES: Final = 8
"""Searches in all."""
_NODES: Final = 200
_PAIRS: Final = 400
"""Pairs of a search besides the present ones, by reduced cost."""


def mend(
    units: Units,
    guide: Guide,
    before: Indices,
    centres: Indices,
    held: Indices,
    *,
    spared: Indices,
    price: float,
    changes: int,
    seed: int,
    apart: float,
    current: Callable[[], Indices],
    stop: Callable[[], bool],
    found: Callable[[Indices], None],
) -> None:
    """Search around some books, those `centres` first or else those that cost most beyond the bound.

    `before` (k,) is the choice that is to be kept: each unit that leaves it costs `price` points, and no more
    than `changes` may besides those `spared`; those `held` do not. `found` gets every better choice; a search
    ends within `apart` points of the best.
    """
    around = Around(units, guide)
    counted = np.ones(units.k, dtype=bool)
    counted[spared] = False
    for books in _neighbourhoods(around, before, centres):
        choice = current()
        unit, csm = around.pairs(choice, books, _PAIRS, np.inf)
        free = ~np.isin(unit, held)
        left = np.setdiff1d(np.flatnonzero(choice != before), held)
        left = left[np.isin(choice[left], books)]
        back = units.eligible[left, before[left]]
        unit = np.concatenate([unit[free], left[back]])
        csm = np.concatenate([csm[free], before[left[back]]])
        if not len(unit):
            continue
        part = part_of(units, choice, unit, csm)
        search = Search(part.units, part.units.eligible, seed=seed)
        others = counted.copy()
        others[part.members] = False
        gone = int(np.count_nonzero((choice != before) & others))
        search.stay_at(
            part.within(before), price=price, counted=counted[part.members], changes=max(0, changes - gone)
        )
        search.run(
            part.within(choice), np.ones(part.units.k, dtype=bool), gap=0.0, apart=apart, nodes=_NODES,
            stop=stop, found=part.telling(choice, found),
        )  # fmt: skip
        if stop():
            return


def _neighbourhoods(around: Around, before: Indices, centres: Indices) -> Iterator[Indices]:
    units, slack = around.units, around.guide.slack
    if not len(centres):
        excess = np.bincount(before, weights=slack[np.arange(units.k), before], minlength=units.m)
        centres = np.argsort(-excess, kind="stable")
    for begin in range(0, min(len(centres), _CENTRES * _SEARCHES), _CENTRES):
        some = centres[begin : begin + _CENTRES]
        yield around.nearest(before, some, len(some) + _NEAR)
