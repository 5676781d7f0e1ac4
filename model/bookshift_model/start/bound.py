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

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: C901, PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled
from bookshift_model.start.core import Pairs
from bookshift_model.start.groups import group_bound
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from bookshift_model.start.core import Core


class Prices(NamedTuple):
    """Points per unit of load; a certificate, since any prices prove a bound."""

    book: Floats
    """(Q, m)"""
    plan: Floats
    """(R,)"""


class Priced(NamedTuple):
    """All pairs at prices."""

    slack: NDArray[float32]
    """(k, m) what a pair costs beyond its unit's cheapest; infinite where it is not eligible."""
    least: Floats
    """(k,) what the unit's cheapest pair costs."""
    regret: Floats
    """(k,) what its second-best costs beyond that."""


def no_prices(core: Core) -> Prices:
    """Prices of nothing: the bound without what books and the plan cost."""
    return core.tariff.within(
        Prices(np.zeros((core.tariff.knot.shape[1], core.m)), np.zeros(core.tariff.limit.size))
    )


def lower_bound(core: Core, prices: Prices) -> float:
    """Points that every plan has at least; any prices will do."""
    prices = core.tariff.within(prices)
    return bound_of(core, prices, price_out(core, prices))


def room_for(core: Core) -> Priced:
    """Where pairs can be priced again and again."""
    return Priced(np.empty((core.k, core.m), dtype=np.float32), np.empty(core.k), np.empty(core.k))


def price_out(core: Core, prices: Prices, into: Priced | None = None, rows: Indices | None = None) -> Priced:
    """Price all pairs, or those of some units."""
    into = room_for(core) if into is None else into
    rows = np.arange(core.k) if rows is None else rows
    if core.m:
        price_rows(core.pairs, np.ascontiguousarray(prices.book), prices.plan, rows, *into)
    return into


def bound_of(core: Core, prices: Prices, priced: Priced) -> float:
    """The bound that prices among the slopes give.

    A plan with a pair has at least `bound + slack` points, where there are no groups.
    """
    books = core.tariff.wanted(prices)[1].sum()
    plan = (prices.plan * core.tariff.limit).sum()
    groups = group_bound(core.groups, priced.slack)
    return float(core.constant + priced.least.sum() + books - plan + groups)


@compiled
def price_rows(
    pairs: Pairs,
    book: Floats,
    plan: Floats,
    rows: Indices,
    slack: NDArray[float32],
    least: Floats,
    regret: Floats,
) -> None:
    """Fill in slack, least and regret of some units at the prices `book` (Q, m) and `plan` (R,)."""
    m, flat = pairs.cost.shape[1], pairs.flat.shape[1]
    row = np.empty(m)
    for i in rows:
        for j in range(m):
            row[j] = pairs.cost[i, j]
        for q in range(flat):
            load = pairs.flat[i, q]
            if load != 0:
                for j in range(m):
                    row[j] += book[q, j] * load
        for q in range(pairs.paired.shape[1]):
            for j in range(m):
                row[j] += book[flat + q, j] * pairs.paired[i, q, j]
        for r in range(plan.size):
            for j in range(m):
                row[j] += plan[r] * pairs.plan[i, r, j]
        lowest = second = np.inf
        for j in range(m):
            if row[j] < second:
                second = max(lowest, row[j])
                lowest = min(lowest, row[j])
        least[i] = lowest
        regret[i] = second - lowest
        for j in range(m):
            slack[i, j] = row[j] - lowest
