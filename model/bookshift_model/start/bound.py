"""Prices of what books hold, and the bound on every plan that any prices give.

Relax `load_qj = Σ_i load_q[i,j] x[i,j]` with a price y_qj for every quantity q and book j, and the total of
every plan term r with a price λ_r ∈ [0, rate_r]. Then every unit picks its CSM by itself:

    L(y, λ) = Σ_i min_j (cost_ij + Σ_q y_qj load_qij + Σ_r λ_r load_rij)
              + Σ_qj min_L (f_qj(L) − y_qj L) − Σ_r λ_r limit_r + groups

with f_qj the convex function of a book's load. Its minimum is at the knot where the slope passes y_qj, or is
unbounded where y_qj is no slope of f_qj; prices are kept among the slopes. No plan has fewer points than L,
whatever the prices; the best prices give the linear relaxation.
(Geoffrion, Lagrangean relaxation for integer programming, 1974.)
"""

# Compiled loops are plain: flat, with plain arguments; and numba knows numpy's old generator only.
# ruff: noqa: C901, PLR0912
from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled
from bookshift_model.start.core import Core, book_points
from bookshift_model.terms import Floats


class Prices(NamedTuple):
    """Points per unit of load; a certificate, since any prices prove a bound."""

    book: Floats
    """(Q, m)"""
    plan: Floats
    """(R,)"""


def no_prices(core: Core) -> Prices:
    """Prices of nothing: the bound without what books and the plan cost."""
    nothing = np.zeros((core.knot.shape[1], core.cost.shape[1]))
    return within(core, Prices(nothing, np.zeros(core.plan_limit.size)))


def within(core: Core, prices: Prices) -> Prices:
    """The nearest prices that give a finite bound."""
    return Prices(
        np.clip(prices.book, core.slope[:, :, 0].T, core.slope[:, :, -1].T),
        np.clip(prices.plan, 0.0, core.plan_rate),
    )


def lower_bound(core: Core, prices: Prices) -> float:
    """Points that every plan has at least; any prices will do."""
    prices = within(core, prices)
    return float(price_out(core, prices, np.empty(core.cost.shape), np.empty(core.cost.shape[0])))


@compiled
def price_out(core: Core, prices: Prices, slack: Floats, least: Floats) -> float:
    """Price all pairs; fill `slack` (k, m), what a pair costs beyond its unit's cheapest, and `least` (k,).

    Returns the bound. A plan with a pair has at least `bound + slack` points, where there are no groups.
    """
    k, m = core.cost.shape
    flat = core.flat.shape[1]
    total = core.constant
    for i in range(k):
        row = slack[i]
        row[:] = core.cost[i]
        for q in range(flat):
            load = core.flat[i, q]
            if load != 0:
                for j in range(m):
                    row[j] += prices.book[q, j] * load
        for q in range(core.paired.shape[1]):
            for j in range(m):
                row[j] += prices.book[flat + q, j] * core.paired[i, q, j]
        for r in range(core.plan_limit.size):
            for j in range(m):
                row[j] += prices.plan[r] * core.plan_load[i, r, j]
        lowest = np.inf
        for j in range(m):
            lowest = min(lowest, row[j])
        least[i] = lowest
        total += lowest
        for j in range(m):
            row[j] -= lowest
    for q in range(core.knot.shape[1]):
        for j in range(m):
            load = core.knot[j, q, wanted(core, prices, j, q)]
            total += book_points(core, j, q, load) - prices.book[q, j] * load
    for r in range(core.plan_limit.size):
        total -= prices.plan[r] * core.plan_limit[r]
    return total + _group_points(core, slack)


@compiled
def wanted(core: Core, prices: Prices, j: int, q: int) -> int:
    """The knot at which book j costs least when its load of quantity q is bought at its price."""
    at = 0
    while at + 1 < core.knot.shape[2] and core.slope[j, q, at + 1] < prices.book[q, j]:
        at += 1
    return at


@compiled
def targets(core: Core, prices: Prices) -> Floats:
    """(m, Q) the load that each book wants at its price."""
    target = np.empty((core.knot.shape[0], core.knot.shape[1]))
    for j in range(target.shape[0]):
        for q in range(target.shape[1]):
            target[j, q] = core.knot[j, q, wanted(core, prices, j, q)]
    return target


@compiled
def _group_points(core: Core, slack: Floats) -> float:
    """Points that groups add to every plan; a unit in several groups counts in its first."""
    total = 0.0
    for g in range(core.group_price.size):
        every = core.group_unit[core.group_start[g] : core.group_start[g + 1]]
        members = np.array([i for i in every if core.unit_group[core.unit_start[i]] == g])
        if members.size > 1:
            if core.group_apart[g]:
                total += _parting(slack[members], core.group_price[g], core.group_free[g])
            else:
                total += _joining(slack[members], core.group_price[g], core.group_free[g])
    return total


@compiled
def _joining(slack: Floats, price: float, free: int) -> float:
    """Least that a group to be kept together costs: one owner for all, or at least one owner too many."""
    together = np.inf
    for j in range(slack.shape[1]):
        together = min(together, slack[:, j].sum())
    return min(together, price * max(0, 1 - free))


@compiled
def _parting(slack: Floats, price: float, free: int) -> float:
    """Least that a group to be kept apart costs: of units with the same best CSM, all but one go or pay."""
    size, m = slack.shape
    ways = np.zeros(size)
    seen = 0
    for j in range(m):
        regrets = np.zeros(size)
        sharing = 0
        for i in range(size):
            if np.argmin(slack[i]) == j:
                second = price
                for other in range(m):
                    if other != j:
                        second = min(second, slack[i, other])
                regrets[sharing] = second
                sharing += 1
        if sharing > 1:
            cheap = np.sort(regrets[:sharing])
            ways[seen : seen + sharing - 1] = cheap[:-1]
            seen += sharing - 1
    return float(np.sort(ways[:seen])[: max(0, seen - free)].sum())
