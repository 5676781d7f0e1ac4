"""Near ties: pairs with so little slack that the unit could almost as well be there."""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import float32, int32
    from numpy.typing import NDArray

    from bookshift_model.start.core import Core


class Ties(NamedTuple):
    """N pairs, those of a CSM next to each other and there by size; with the chosen ones.

    They are read at random: in single precision more of them fit into a processor's cache.
    """

    unit: NDArray[int32]
    csm: NDArray[int32]
    start: Indices
    """(m + 1,) where the pairs of each CSM begin."""
    slack: NDArray[float32]
    """(N,)"""
    load: NDArray[float32]
    """(N, Q)"""
    plan: NDArray[float32]
    """(N, R)"""
    chosen: NDArray[int32]
    """(k,) the pair where each unit is; −1 for units that have no other."""


def ties_of(
    core: Core, slack: NDArray[float32], choice: Indices, limit: float, takers: int, size: Floats
) -> Ties:
    """Pairs within `limit` points of their unit's cheapest and the chosen ones, of units with another CSM.

    For each CSM they include the `takers` units of other books with the least slack.
    """
    unit, csm = near_ties(slack, choice, np.float32(limit), min(takers, core.k))
    several = np.bincount(unit, minlength=core.k)[unit] > 1
    unit, csm = unit[several], csm[several]
    order = np.lexsort((unit, size[unit], csm))
    unit, csm = unit[order], csm[order]
    chosen = np.full(core.k, -1, dtype=np.int32)
    here = np.flatnonzero(choice[unit] == csm)
    chosen[unit[here]] = here
    return Ties(
        unit=unit.astype(np.int32),
        csm=csm.astype(np.int32),
        start=np.searchsorted(csm, np.arange(core.m + 1)).astype(np.int64),
        slack=slack[unit, csm],
        load=core.pairs.loads(unit, csm).astype(np.float32),
        plan=core.pairs.plan[unit, :, csm].astype(np.float32),
        chosen=chosen,
    )


@compiled
def near_ties(
    slack: NDArray[float32], choice: Indices, limit: np.float32, takers: int
) -> tuple[Indices, Indices]:
    """(N,) units and (N,) CSMs."""
    k, m = slack.shape
    limits = np.maximum(limit, _reach(slack, choice, takers))
    number = 0
    for i in range(k):
        for j in range(m):
            number += slack[i, j] <= limits[j] or j == choice[i]
    unit, csm = np.empty(number, dtype=np.int64), np.empty(number, dtype=np.int64)
    used = 0
    for i in range(k):
        for j in range(m):
            if slack[i, j] <= limits[j] or j == choice[i]:
                unit[used] = i
                csm[used] = j
                used += 1
    return unit, csm


@compiled
def _reach(slack: NDArray[float32], choice: Indices, takers: int) -> NDArray[float32]:
    """(m,) the slack within which so many units of other books could come to each CSM."""
    k, m = slack.shape
    least = np.full((m, takers), np.inf, dtype=np.float32)
    for i in range(k):
        for j in range(m):
            value = slack[i, j]
            if value < least[j, -1] and j != choice[i]:
                place = takers - 1
                while place > 0 and least[j, place - 1] > value:
                    least[j, place] = least[j, place - 1]
                    place -= 1
                least[j, place] = value
    limits = np.zeros(m, dtype=np.float32)
    for j in range(m):
        for value in least[j]:
            if value < np.inf:
                limits[j] = value
    return limits
