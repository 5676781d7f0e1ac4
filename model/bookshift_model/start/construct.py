"""A first plan, unit by unit: whoever has most to lose goes first, to where the gap grows least."""

# Compiled loops are plain: flat, with plain arguments; and numba knows numpy's old generator only.
# ruff: noqa: C901, PLR0917
from __future__ import annotations

from typing import Final

import numpy as np

from bookshift_model.start.bound import Prices, targets
from bookshift_model.start.compiling import compiled
from bookshift_model.start.core import (
    Core,
    State,
    book_points,
    empty_state,
    plan_points,
    regroup,
    relocate,
    unit_load,
)
from bookshift_model.terms import Floats, Indices

_SURE: Final = 1e-12


@compiled
def construct(core: Core, prices: Prices, slack: Floats, fixed: Indices) -> Indices:
    """(k,) a choice: `fixed` (k,) where that is not −1, the others in the order of their regret.

    Regret is what the second-best CSM costs beyond the best, at prices. A book that holds less than the
    prices want takes at reduced cost; beyond that the points count by which it leaves its wanted load.
    """
    k, m = core.cost.shape
    state = empty_state(core)
    target = targets(core, prices)
    regret = np.zeros(k)
    for i in range(k):
        if fixed[i] >= 0:
            relocate(core, state, i, fixed[i])
        second = np.inf
        seen = 0
        for j in range(m):
            if slack[i, j] <= _SURE:
                seen += 1
            else:
                second = min(second, slack[i, j])
        regret[i] = 0.0 if seen > 1 else second
    for i in np.argsort(-regret, kind="mergesort"):
        if fixed[i] >= 0:
            continue
        best = np.inf
        chosen = 0
        for j in range(m):
            points = slack[i, j]
            if points >= best:
                continue
            for q in range(core.knot.shape[1]):
                points += _overshoot(core, prices, target, j, q, state.load[j, q], unit_load(core, i, j, q))
            points += _coupled(core, prices, state, i, j)
            if points < best:
                best = points
                chosen = j
        relocate(core, state, i, chosen)
    return state.choice


@compiled
def _overshoot(core: Core, prices: Prices, target: Floats, j: int, q: int, held: float, load: float) -> float:
    """Points by which a load takes book j further beyond its wanted load."""
    goal = target[j, q]
    before, after = max(held, goal), max(held + load, goal)
    if before == after:
        return 0.0
    away = book_points(core, j, q, after) - book_points(core, j, q, before)
    return float(away - prices.book[q, j] * (after - before))


@compiled
def _coupled(core: Core, prices: Prices, state: State, i: int, j: int) -> float:
    """Points of plan and group terms for unit i in book j, beyond what prices already count."""
    points = 0.0
    for r in range(core.plan_limit.size):
        load = core.plan_load[i, r, j]
        if load != 0:
            points += plan_points(core, r, state.plan[r] + load) - plan_points(core, r, state.plan[r])
            if state.plan[r] + load > core.plan_limit[r]:
                points -= prices.plan[r] * load
    if core.unit_start[i] < core.unit_start[i + 1]:
        points += regroup(core, state, i, -1, j)
        regroup(core, state, i, j, -1)
    return points
