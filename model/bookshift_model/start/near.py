"""Short lists of pairs: the few CSMs at which a unit is almost as cheap as anywhere."""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bookshift_model.start.chance import Chance, below
from bookshift_model.start.compiling import compiled
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from bookshift_model.start.core import Core


class Near(NamedTuple):
    """N pairs, those of a unit next to each other, and what they bring."""

    unit: Indices
    """(N,) ascending"""
    csm: Indices
    """(N,)"""
    cost: Floats
    """(N,)"""
    load: Floats
    """(N, Q)"""
    plan: Floats
    """(N, R)"""
    start: Indices
    """(u + 1,) where each of u units begins."""


class Fixed(NamedTuple):
    """Loads of the units that are on no list, because they can be in one place only."""

    load: Floats
    """(m, Q)"""
    plan: Floats
    """(R,)"""


def near_pairs(
    core: Core, slack: NDArray[float32], width: int, within: float, strays: int, chance: Chance
) -> tuple[Near, Fixed]:
    """Of each unit the CSMs of least slack, at most `width` and within so many points, and some at random.

    Units with one such CSM are there already.
    """
    unit, csm = shortlist(slack, min(width, core.m), within, strays if width < core.m else 0, chance)
    return listed(core, unit, csm)


def listed(core: Core, unit: Indices, csm: Indices) -> tuple[Near, Fixed]:
    """Pairs (N,) in the order of units as lists, those of units with one pair as loads."""
    pairs, m = core.pairs, core.m
    several = np.bincount(unit, minlength=core.k) > 1
    chosen = several[unit]
    i, j = unit[~chosen], csm[~chosen]
    loads = pairs.loads(i, j)
    held = (
        np.stack(
            [np.bincount(j, weights=loads[:, q], minlength=m) for q in range(loads.shape[1])]
            or [np.zeros(m)][:0],
            axis=1,
        )
        if loads.shape[1]
        else np.zeros((m, 0))
    )
    fixed = Fixed(np.ascontiguousarray(held), pairs.plan[i, :, j].sum(axis=0))
    i, j = unit[chosen], csm[chosen]
    start = np.append(np.flatnonzero(np.diff(i, prepend=-1)), len(i)).astype(np.int64)
    return Near(i, j, pairs.cost[i, j], pairs.loads(i, j), pairs.plan[i, :, j], start), fixed


@compiled
def shortlist(
    slack: NDArray[float32], width: int, within: float, strays: int, chance: Chance
) -> tuple[Indices, Indices]:
    """(N,) units, ascending, and (N,) CSMs."""
    k, m = slack.shape
    unit, csm = np.empty(k * (width + strays), dtype=np.int64), np.empty(k * (width + strays), dtype=np.int64)
    keys, taken = np.empty(width), np.full(m, -1)
    used = 0
    for i in range(k):
        found = 0
        worst = within
        for j in range(m):
            value = slack[i, j]
            if value > worst or value == np.inf:
                continue
            place = found if found < width else width - 1
            found = min(found + 1, width)
            while place > 0 and keys[place - 1] > value:
                keys[place] = keys[place - 1]
                csm[used + place] = csm[used + place - 1]
                place -= 1
            keys[place] = value
            csm[used + place] = j
            if found == width:
                worst = min(worst, keys[width - 1])
        for place in range(found):
            taken[csm[used + place]] = i
        for _ in range(strays):
            stray = int(below(chance, m))
            if taken[stray] != i and slack[i, stray] < np.inf:
                taken[stray] = i
                csm[used + found] = stray
                found += 1
        unit[used : used + found] = i
        used += found
    return unit[:used].copy(), csm[:used].copy()
