"""Near ties: pairs with so little slack that the unit could almost as well be there."""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled
from bookshift_model.start.core import Pairs, unit_load
from bookshift_model.terms import Indices

if TYPE_CHECKING:
    from numpy import float32, int32
    from numpy.typing import NDArray


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


@compiled
def ties_of(
    pairs: Pairs,
    slack: NDArray[float32],
    choice: Indices,
    limit: float,
    takers: int,
    order: Indices,
) -> Ties:
    """Pairs within `limit` points of their unit's cheapest and the chosen ones, of units with another CSM.

    For each CSM they include the `takers` units of other books with the least slack. `order` (k,) are the
    units by size.
    """
    k, m = slack.shape
    limits = np.maximum(np.float32(limit), _reach(slack, choice, min(takers, k)))
    first, near = _near(slack, choice, limits)
    start = np.zeros(m + 2, dtype=np.int64)
    for j in near:
        start[j + 2] += 1
    for j in range(m):
        start[j + 2] += start[j + 1]
    unit, csm = np.empty(near.size, dtype=np.int32), np.empty(near.size, dtype=np.int32)
    cost = np.empty(near.size, dtype=np.float32)
    load = np.empty((near.size, pairs.flat.shape[1] + pairs.paired.shape[1]), dtype=np.float32)
    plan = np.empty((near.size, pairs.plan.shape[1]), dtype=np.float32)
    chosen = np.full(k, -1, dtype=np.int32)
    for i in order:
        for n in range(first[i], first[i + 1]):
            j = near[n]
            at = start[j + 1]
            start[j + 1] += 1
            unit[at], csm[at], cost[at] = i, j, slack[i, j]
            for q in range(load.shape[1]):
                load[at, q] = unit_load(pairs, i, j, q)
            for r in range(plan.shape[1]):
                plan[at, r] = pairs.plan[i, r, j]
            if j == choice[i]:
                chosen[i] = at
    return Ties(unit, csm, start[: m + 1].copy(), cost, load, plan, chosen)


@compiled
def _near(
    slack: NDArray[float32], choice: Indices, limits: NDArray[float32]
) -> tuple[Indices, NDArray[int32]]:
    """(k + 1,) where the CSMs of each unit with several begin, and (N,) who they are."""
    k, m = slack.shape
    first = np.zeros(k + 1, dtype=np.int64)
    for i in range(k):
        number = int(slack[i, choice[i]] > limits[choice[i]])
        for j in range(m):
            number += slack[i, j] <= limits[j]
        first[i + 1] = first[i] + (number if number > 1 else 0)
    near = np.empty(first[k], dtype=np.int32)
    for i in range(k):
        at = first[i]
        if at < first[i + 1]:
            for j in range(m):
                if slack[i, j] <= limits[j] or j == choice[i]:
                    near[at] = j
                    at += 1
    return first, near


@compiled
def _reach(slack: NDArray[float32], choice: Indices, takers: int) -> NDArray[float32]:
    """(m,) the slack within which so many units of other books could come to each CSM."""
    k, m = slack.shape
    least = np.full((m, takers), np.inf, dtype=np.float32)
    most = np.full(m, np.inf, dtype=np.float32)
    for i in range(k):
        for j in range(m):
            value = slack[i, j]
            if value < most[j] and j != choice[i]:
                place = takers - 1
                while place > 0 and least[j, place - 1] > value:
                    least[j, place] = least[j, place - 1]
                    place -= 1
                least[j, place] = value
                most[j] = least[j, takers - 1]
    limits = np.zeros(m, dtype=np.float32)
    for j in range(m):
        for value in least[j]:
            if value < np.inf:
                limits[j] = value
    return limits
