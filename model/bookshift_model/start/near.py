"""Short lists of pairs: the few CSMs at which a unit is almost as cheap as anywhere."""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bookshift_model.start.chance import Chance, below
from bookshift_model.start.compiling import compiled, inlined
from bookshift_model.start.core import Pairs, unit_load
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import float32, int32
    from numpy.typing import NDArray

    from bookshift_model.start.core import Core


class Near(NamedTuple):
    """N pairs of u units, those of a unit next to each other, and what they bring.

    They are read again and again, and there may be millions: in single precision, and nothing twice.
    """

    csm: NDArray[int32]
    """(N,)"""
    cost: NDArray[float32]
    """(N,)"""
    flat: Floats
    """(u, A)"""
    paired: NDArray[float32]
    """(N, P)"""
    plan: NDArray[float32]
    """(N, R)"""
    start: Indices
    """(u + 1,) where each unit begins."""


class Fixed(NamedTuple):
    """Loads of the units that are on no list, because they can be in one place only."""

    load: Floats
    """(m, Q)"""
    plan: Floats
    """(R,)"""


def near_pairs(
    core: Core,
    slack: NDArray[float32],
    width: int,
    within: float,
    strays: int,
    chance: Chance,
    rows: Indices | None = None,
) -> tuple[Near, Fixed]:
    """Of each unit the CSMs of least slack, at most `width` and within so many points, and some at random.

    Units with one such CSM are there already. Where `rows` names units, `slack` is of those.
    """
    unit, csm = shortlist(slack, min(width, core.m), within, strays if width < core.m else 0, chance)
    return listed(core.pairs, unit if rows is None else rows[unit], csm)


@compiled
def listed(pairs: Pairs, unit: Indices, csm: Indices) -> tuple[Near, Fixed]:
    """Pairs (N,) in the order of units as lists, those of units with one pair as loads."""
    flat, paired, plans = pairs.flat.shape[1], pairs.paired.shape[1], pairs.plan.shape[1]
    fixed = Fixed(np.zeros((pairs.cost.shape[1], flat + paired)), np.zeros(plans))
    units = used = 0
    for n in range(unit.size):
        several = _goes_on(unit, n) or _goes_on(unit, n + 1)
        used += several
        units += several and not _goes_on(unit, n)
    near = Near(
        np.empty(used, dtype=np.int32),
        np.empty(used, dtype=np.float32),
        np.empty((units, flat)),
        np.empty((used, paired), dtype=np.float32),
        np.empty((used, plans), dtype=np.float32),
        np.empty(units + 1, dtype=np.int64),
    )
    u = e = 0
    for n in range(unit.size):
        i, j = unit[n], csm[n]
        if not (_goes_on(unit, n) or _goes_on(unit, n + 1)):
            for q in range(flat + paired):
                fixed.load[j, q] += unit_load(pairs, i, j, q)
            for r in range(plans):
                fixed.plan[r] += pairs.plan[i, r, j]
            continue
        if not _goes_on(unit, n):
            near.start[u] = e
            for q in range(flat):
                near.flat[u, q] = pairs.flat[i, q]
            u += 1
        near.csm[e], near.cost[e] = j, pairs.cost[i, j]
        for q in range(paired):
            near.paired[e, q] = pairs.paired[i, q, j]
        for r in range(plans):
            near.plan[e, r] = pairs.plan[i, r, j]
        e += 1
    near.start[u] = e
    return near, fixed


@inlined
def _goes_on(unit: Indices, n: int) -> bool:
    """Whether pair n is of the same unit as the one before."""
    return bool(0 < n < unit.size and unit[n] == unit[n - 1])


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
