"""A problem as the compiled loops read it: a few contiguous arrays over k units and m CSMs.

What books cost is one function for each quantity and CSM: the sum of its goals' and rules' hinges, hence
convex and piecewise linear, stored by its knots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled, inlined
from bookshift_model.terms import Book, Floats, Indices

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.units import Cost, Units


class Core(NamedTuple):
    """k units, m CSMs, Q = A + P quantities, B knots, R plan terms, G groups with N memberships.

    The first A quantities are loads of a unit, whoever has it; the P others depend on the CSM too.
    """

    cost: Floats
    """(k, m) points of each pair by itself; infinite where it is not eligible."""
    owner: Indices
    """(k,) today's owner, −1 for none."""
    flat: Floats
    """(k, A) loads"""
    paired: Floats
    """(k, P, m) loads"""
    knot: Floats
    """(m, Q, B) loads at which the price of more load changes, ascending, filled up with infinity."""
    height: Floats
    """(m, Q, B) points at each knot."""
    slope: Floats
    """(m, Q, B + 1) points per unit of load before, between and after the knots, ascending."""
    plan_load: Floats
    """(k, R, m)"""
    plan_limit: Floats
    """(R,)"""
    plan_rate: Floats
    """(R,) points per unit of load over the limit."""
    group_start: Indices
    """(G + 1,) where the members of each group begin in `group_unit`."""
    group_unit: Indices
    """(N,)"""
    group_apart: NDArray[bool_]
    """(G,)"""
    group_price: Floats
    """(G,)"""
    group_free: Indices
    """(G,)"""
    unit_start: Indices
    """(k + 1,) where the groups of each unit begin in `unit_group`."""
    unit_group: Indices
    """(N,)"""
    unit_count: Indices
    """(N,) accounts of the unit in the group."""
    measure: Floats
    """(Q,) average load of a unit that has any: a load of this size is worth about a point."""
    constant: float
    """Points that every plan has."""


def core_of(units: Units) -> Core:
    """Gather a problem's arrays."""
    k, m = units.k, units.m
    order = sorted(units.quantities.values(), key=lambda one: one.load.ndim)
    flat = [units.summed(one.load) for one in order if one.load.ndim == 1]
    paired = [units.summed(one.load) for one in order if one.load.ndim == 2]  # noqa: PLR2004
    knot, height, slope = _curves(units, [one.id for one in order])
    rates = np.array([p.price / p.term.grain for p in units.plans], dtype=np.float64)
    return Core(
        cost=np.where(units.eligible, units.cost, np.inf),
        owner=np.ascontiguousarray(units.owner, dtype=np.int64),
        flat=_packed(flat, (k, len(flat))),
        paired=_packed(paired, (k, len(paired), m)),
        knot=knot,
        height=height,
        slope=slope,
        plan_load=_packed([units.load(p.term.quantity) for p in units.plans], (k, len(units.plans), m)),
        plan_limit=np.array([p.term.threshold for p in units.plans], dtype=np.float64),
        plan_rate=rates,
        **_groups(units),
        measure=np.array([_average(load) for load in (*flat, *paired)], dtype=np.float64),
        constant=-float(units.problem.offset),
    )


def _packed(parts: list[Floats], shape: tuple[int, ...]) -> Floats:
    """Arrays side by side along the second axis, contiguous."""
    made = np.empty(shape)
    for at, part in enumerate(parts):
        made[:, at] = part
    return made


def _average(load: Floats) -> float:
    size = np.abs(load)
    some = int(np.count_nonzero(size))
    return float(size.sum()) / some if some else 1.0


def _curves(units: Units, quantities: list[str]) -> tuple[Floats, Floats, Floats]:
    """Knots, heights and slopes of what each book costs in each quantity."""
    m = units.m
    terms: list[list[Cost[Book]]] = [
        [p for p in units.books if p.term.quantity.id == one] for one in quantities
    ]
    width = max((len(of) for of in terms), default=1)
    knot = np.full((len(quantities), width, m), np.inf)
    over, under = np.zeros(knot.shape), np.zeros(knot.shape)
    for q, of in enumerate(terms):
        for h, priced in enumerate(of):
            term = priced.term
            priced_here = np.isfinite(term.threshold)
            knot[q, h] = np.where(priced_here, term.threshold, np.inf)
            side = under if term.under else over
            side[q, h] = np.where(priced_here, priced.price / np.asarray(term.grain), 0.0)
    order = np.argsort(knot, axis=1, kind="stable")
    knot, over, under = (np.take_along_axis(one, order, axis=1) for one in (knot, over, under))
    nothing = np.zeros((len(quantities), 1, m))
    rising = np.concatenate([nothing, np.cumsum(over, axis=1)], axis=1)
    falling = np.concatenate([np.cumsum(under[:, ::-1], axis=1)[:, ::-1], nothing], axis=1)
    at = np.where(np.isfinite(knot), knot, 0.0)
    beyond = at[:, :, None, :] - at[:, None, :, :]
    height = (over[:, None] * np.maximum(0, beyond) + under[:, None] * np.maximum(0, -beyond)).sum(axis=2)
    knot[:, 0] = at[:, 0]
    return (
        np.ascontiguousarray(knot.transpose(2, 0, 1)),
        np.ascontiguousarray(height.transpose(2, 0, 1)),
        np.ascontiguousarray((rising - falling).transpose(2, 0, 1)),
    )


def _groups(units: Units) -> dict[str, Any]:
    members = [units.counts(p.term) for p in units.groups]
    sizes = np.array([len(of) for of, _ in members], dtype=np.int64)
    unit = np.concatenate([of for of, _ in members]) if members else np.zeros(0, dtype=np.int64)
    count = np.concatenate([of for _, of in members]) if members else np.zeros(0)
    group = np.repeat(np.arange(len(members)), sizes)
    by_unit = np.argsort(unit, kind="stable")
    return {
        "group_start": np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        "group_unit": unit.astype(np.int64),
        "group_apart": np.array([p.term.apart for p in units.groups], dtype=np.bool_),
        "group_price": np.array([p.price for p in units.groups], dtype=np.float64),
        "group_free": np.array([p.term.free for p in units.groups], dtype=np.int64),
        "unit_start": np.searchsorted(unit[by_unit], np.arange(units.k + 1)).astype(np.int64),
        "unit_group": group[by_unit].astype(np.int64),
        "unit_count": count[by_unit].astype(np.int64),
    }


@inlined
def book_points(core: Core, j: int, q: int, load: float) -> float:
    """Points of book j for holding `load` of quantity q."""
    above = 0
    while above < core.knot.shape[2] and load > core.knot[j, q, above]:
        above += 1
    at = max(above - 1, 0)
    return float(core.height[j, q, at] + core.slope[j, q, above] * (load - core.knot[j, q, at]))


@inlined
def unit_load(core: Core, i: int, j: int, q: int) -> float:
    """What unit i brings of quantity q to book j."""
    flat = core.flat.shape[1]
    return float(core.flat[i, q] if q < flat else core.paired[i, q - flat, j])


class State(NamedTuple):
    """Where units are, and the sums that make the cost of a change quick to find; changed in place."""

    choice: Indices
    """(k,) CSM of each unit, −1 for none yet."""
    load: Floats
    """(m, Q)"""
    plan: Floats
    """(R,)"""
    held: Indices
    """(G, m) accounts of each group in each book."""
    amount: Indices
    """(G,) owners beyond the first, or accounts that share an owner, before what is free."""


@compiled
def empty_state(core: Core) -> State:
    """Nobody has anything."""
    k, m = core.cost.shape
    groups = core.group_price.size
    amount = np.zeros(groups, dtype=np.int64)
    for g in range(groups):
        if not core.group_apart[g]:
            amount[g] = -1
    return State(
        np.full(k, -1, dtype=np.int64),
        np.zeros((m, core.knot.shape[1])),
        np.zeros(core.plan_limit.size),
        np.zeros((groups, m), dtype=np.int64),
        amount,
    )


@compiled
def state_of(core: Core, choice: Indices) -> State:
    """The state of a choice (k,)."""
    state = empty_state(core)
    for i in range(choice.size):
        if choice[i] >= 0:
            relocate(core, state, i, choice[i])
    return state


@compiled
def relocate(core: Core, state: State, i: int, to: int) -> None:
    """Put unit i into book `to`; −1 takes it away."""
    here = state.choice[i]
    for q in range(core.knot.shape[1]):
        if here >= 0:
            state.load[here, q] -= unit_load(core, i, here, q)
        if to >= 0:
            state.load[to, q] += unit_load(core, i, to, q)
    for r in range(core.plan_limit.size):
        if here >= 0:
            state.plan[r] -= core.plan_load[i, r, here]
        if to >= 0:
            state.plan[r] += core.plan_load[i, r, to]
    if core.unit_start[i] < core.unit_start[i + 1]:
        regroup(core, state, i, here, to)
    state.choice[i] = to


@compiled
def regroup(core: Core, state: State, i: int, here: int, to: int) -> float:
    """Count unit i out of book `here` and into book `to` in its groups; the points that this changes."""
    points = 0.0
    for at in range(core.unit_start[i], core.unit_start[i + 1]):
        g, count = core.unit_group[at], core.unit_count[at]
        before = max(0, state.amount[g] - core.group_free[g])
        if here >= 0:
            held = state.held[g, here]
            state.held[g, here] = held - count
            if core.group_apart[g]:
                state.amount[g] += max(0, held - count - 1) - max(0, held - 1)
            elif held == count:
                state.amount[g] -= 1
        if to >= 0:
            held = state.held[g, to]
            state.held[g, to] = held + count
            if core.group_apart[g]:
                state.amount[g] += max(0, held + count - 1) - max(0, held - 1)
            elif held == 0:
                state.amount[g] += 1
        points += core.group_price[g] * (max(0, state.amount[g] - core.group_free[g]) - before)
    return points


@inlined
def plan_points(core: Core, r: int, load: float) -> float:
    """Points of plan term r for a load."""
    return float(core.plan_rate[r] * max(0.0, load - core.plan_limit[r]))


@compiled
def core_value(core: Core, choice: Indices) -> float:
    """Points of a choice of eligible CSMs: `score.value` of its assignment."""
    state = state_of(core, choice)
    points = core.constant
    for i in range(choice.size):
        points += core.cost[i, choice[i]]
    for j in range(state.load.shape[0]):
        for q in range(state.load.shape[1]):
            points += book_points(core, j, q, state.load[j, q])
    for r in range(state.plan.size):
        points += plan_points(core, r, state.plan[r])
    for g in range(state.amount.size):
        points += core.group_price[g] * max(0, state.amount[g] - core.group_free[g])
    return points
