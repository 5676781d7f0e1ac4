"""Short lists of pairs: the few CSMs at which a unit is almost as cheap as anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled, inlined
from bookshift_model.start.core import Pairs, unit_load
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import float32, int32
    from numpy.typing import NDArray

    from bookshift_model.start.core import Core

_TAKERS: Final = 200
"""Units on the list of a book, about: those of a sample"""
_SOME: Final = 2000
"""of so many say how close they are;"""
_MORE: Final = 8
"""so many books at most that a unit is close to, besides those that are close to it."""


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


def near_pairs(core: Core, slack: NDArray[float32], width: int, within: float) -> tuple[Near, Fixed]:
    """Of each unit the CSMs of least slack, at most `width` and within so many points; of each CSM, units.

    A book that nobody is close to has the units on lists that are closest: no book is ever without takers, or
    its price would run away. Units with one such CSM are there already.
    """
    if core.m <= width or not core.k:
        reach, more = np.full(core.m, -np.inf, dtype=slack.dtype), 0
    else:
        reach, more = _reach_of_books(slack), _MORE
    unit, csm = shortlist(slack, min(width, core.m), within, reach, more)
    return listed(core.pairs, unit, csm)


def _reach_of_books(slack: NDArray[float32]) -> NDArray[float32]:
    """(m,) the slack within which a book has about `_TAKERS` units."""
    some = slack[:: max(1, len(slack) // _SOME)]
    place = min(_TAKERS * len(some) // len(slack), len(some) - 1)
    reach: NDArray[float32] = np.partition(some, place, axis=0)[place]
    return reach


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
    slack: NDArray[float32], width: int, within: float, reach: NDArray[float32], more: int
) -> tuple[Indices, Indices]:
    """(N,) units, ascending, and (N,) CSMs: of each the `width` of least slack, and `more` within reach."""
    k, m = slack.shape
    unit, csm = np.empty(k * (width + more), np.int64), np.empty(k * (width + more), np.int64)
    keys, close, listed_for = np.empty(width), np.empty(m, np.int64), np.full(m, -1)
    used = 0
    for i in range(k):
        row = csm[used : used + width + more]
        found = _cheapest(slack[i], within, keys, row)
        for at in range(found):
            listed_for[row[at]] = i
        reaching = _reaching(slack[i], reach, close) if more > 0 else 0
        most = found + more
        for at in range(reaching):
            # Where too many are that close, not always the first ones.
            j = close[(at + i) % reaching]
            if found < most and listed_for[j] != i:
                row[found] = j
                found += 1
        unit[used : used + found] = i
        used += found
    return unit[:used].copy(), csm[:used].copy()


@inlined
def _cheapest(slack: NDArray[float32], within: float, keys: Floats, row: Indices) -> int:
    """Fill in the CSMs of least slack (m,), as many as there are `keys`, in order; their number."""
    found, width, worst = 0, keys.size, within
    for j in range(slack.size):
        value = slack[j]
        if value > worst or value == np.inf:
            continue
        place = found if found < width else width - 1
        found = min(found + 1, width)
        while place > 0 and keys[place - 1] > value:
            keys[place] = keys[place - 1]
            row[place] = row[place - 1]
            place -= 1
        keys[place] = value
        row[place] = j
        if found == width:
            worst = min(worst, keys[width - 1])
    return found


@inlined
def _reaching(slack: NDArray[float32], reach: NDArray[float32], close: Indices) -> int:
    """Fill in the CSMs that a unit of such slacks (m,) is close to; their number."""
    number = 0
    for j in range(slack.size):
        if slack[j] <= reach[j] and slack[j] < np.inf:
            close[number] = j
            number += 1
    return number
