"""A problem as the compiled loops read it: a few contiguous arrays over k units and m CSMs."""

# Compiled loops are plain: flat, with plain arguments.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled, inlined
from bookshift_model.start.groups import Groups, groups_of, regroup
from bookshift_model.start.tariff import Tariff, book_points, plan_points, tariff_of
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.units import Units


_MANY: Final = 200_000
"""Pairs beyond which every step is kept short."""


class Pairs(NamedTuple):
    """What a unit is to a CSM, in points and in loads of Q = A + P quantities and R plan terms.

    The first A quantities are loads of a unit, whoever has it; the P others depend on the CSM too.
    """

    cost: Floats
    """(k, m) points of each pair by itself; infinite where it is not eligible."""
    flat: Floats
    """(k, A) loads"""
    paired: Floats
    """(k, P, m) loads"""
    plan: Floats
    """(k, R, m) loads of plan terms"""

    def loads(self, unit: Indices, csm: Indices) -> Floats:
        """(N, Q) loads of some pairs."""
        return np.concatenate([self.flat[unit], self.paired[unit, :, csm]], axis=1)


@dataclass(frozen=True, slots=True)
class Core:
    """A problem's arrays."""

    pairs: Pairs
    tariff: Tariff
    groups: Groups
    owner: Indices
    """(k,) today's owner, −1 for none."""
    size: Floats
    """(k, Q) loads of units, the average over CSMs where they depend on the CSM."""
    measure: Floats
    """(Q,) average load of a unit that has any: a load of this size is worth about a point."""
    plan_measure: Floats
    """(R,) the same for plan terms."""
    adds_up: NDArray[bool_]
    """(Q,) whether no load is below 0, so that a book holds no less than any of its units brings."""
    constant: float
    """Points that every plan has."""

    @property
    def k(self) -> int:
        """How many units there are."""
        return len(self.pairs.cost)

    @property
    def m(self) -> int:
        """How many CSMs there are."""
        return int(self.pairs.cost.shape[1])


def is_large(core: Core) -> bool:
    """Whether there are so many pairs that every step is kept short."""
    return core.pairs.cost.size > _MANY


def core_of(units: Units) -> Core:
    """Gather a problem's arrays."""
    order = sorted(units.quantities.values(), key=lambda one: one.load.ndim)
    flat = [units.summed(one.load) for one in order if one.load.ndim == 1]
    paired = [units.summed(one.load) for one in order if one.load.ndim == 2]  # noqa: PLR2004
    plans = [units.load(p.term.quantity) for p in units.plans]
    sizes = [*flat, *(load.mean(axis=1) for load in paired)]
    size = np.stack(sizes, axis=1) if sizes else np.zeros((units.k, 0))
    return Core(
        pairs=Pairs(
            cost=np.where(units.eligible, units.cost, np.inf),
            flat=_packed(flat, (units.k,)),
            paired=_packed(paired, (units.k, units.m)),
            plan=_packed(plans, (units.k, units.m)),
        ),
        tariff=tariff_of(units, [one.id for one in order]),
        groups=groups_of(units),
        owner=np.ascontiguousarray(units.owner, dtype=np.int64),
        size=size,
        measure=np.array([_average(load) for load in size.T], dtype=np.float64),
        plan_measure=np.array([_average(load) for load in plans], dtype=np.float64),
        adds_up=np.array([load.min(initial=0.0) >= 0 for load in (*flat, *paired)], dtype=np.bool_),
        constant=-float(units.problem.offset),
    )


def _packed(parts: list[Floats], shape: tuple[int, ...]) -> Floats:
    """Arrays side by side along the second axis, contiguous; one alone is not copied."""
    if len(parts) == 1 and len(shape) > 1:
        return np.ascontiguousarray(parts[0])[:, None]
    made = np.empty((shape[0], len(parts), *shape[1:]))
    for at, part in enumerate(parts):
        made[:, at] = part
    return made


def _average(load: Floats) -> float:
    some = int(np.count_nonzero(load))
    # Loads are of one sign but for a few; a copy of all sizes would be as large as the loads.
    total = max(float(load.sum()), -float(load.sum()), float(load.max(initial=0.0)))
    return total / some if some and total > 0 else 1.0


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


def state_of(core: Core, choice: Indices) -> State:
    """The state of a choice (k,), −1 for who is nowhere yet."""
    return gather(core.pairs, core.tariff, core.groups, choice)[0]


def core_value(core: Core, choice: Indices) -> float:
    """Points of a choice of eligible CSMs: `value.value` of its assignment."""
    return core.constant + float(gather(core.pairs, core.tariff, core.groups, choice)[1])


@compiled
def gather(pairs: Pairs, tariff: Tariff, groups: Groups, choice: Indices) -> tuple[State, float]:
    """The state of a choice (k,), and points of its pairs, books, groups and plan."""
    m, sorts = pairs.cost.shape[1], groups.price.size
    state = State(
        choice.copy(),
        np.zeros((m, pairs.flat.shape[1] + pairs.paired.shape[1])),
        np.zeros(tariff.limit.size),
        np.zeros((sorts, m), dtype=np.int64),
        np.empty(sorts, dtype=np.int64),
    )
    for g in range(sorts):
        state.amount[g] = 0 if groups.apart[g] else -1
    points = 0.0
    for i in range(choice.size):
        j = choice[i]
        if j >= 0:
            points += pairs.cost[i, j]
            for q in range(state.load.shape[1]):
                state.load[j, q] += unit_load(pairs, i, j, q)
            for r in range(state.plan.size):
                state.plan[r] += pairs.plan[i, r, j]
            if groups.start[i] < groups.start[i + 1]:
                points += regroup(groups, state.held, state.amount, i, -1, j)
    for j in range(m):
        for q in range(state.load.shape[1]):
            points += book_points(tariff, j, q, state.load[j, q])
    for r in range(state.plan.size):
        points += plan_points(tariff, r, state.plan[r])
    return state, points


@inlined
def unit_load(pairs: Pairs, i: int, j: int, q: int) -> float:
    """What unit i brings of quantity q to book j."""
    flat = pairs.flat.shape[1]
    return float(pairs.flat[i, q] if q < flat else pairs.paired[i, q - flat, j])


@compiled
def relocate(pairs: Pairs, state: State, i: int, to: int) -> None:
    """Put unit i into book `to` (where it goes from nowhere, it only comes); groups are not counted."""
    here = state.choice[i]
    for q in range(state.load.shape[1]):
        if here >= 0:
            state.load[here, q] -= unit_load(pairs, i, here, q)
        state.load[to, q] += unit_load(pairs, i, to, q)
    for r in range(state.plan.size):
        if here >= 0:
            state.plan[r] -= pairs.plan[i, r, here]
        state.plan[r] += pairs.plan[i, r, to]
    state.choice[i] = to
