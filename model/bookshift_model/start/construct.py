"""A first plan, unit by unit: whoever has most to lose goes first, to where the gap grows least."""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift_model.start.compiling import compiled
from bookshift_model.start.core import Pairs, State, relocate, unit_load
from bookshift_model.start.groups import Groups, regroup
from bookshift_model.start.tariff import Tariff, book_points, plan_points
from bookshift_model.terms import Indices

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_NOTHING: Final = 1e-9


@compiled
def construct(
    pairs: Pairs,
    rising: Tariff,
    groups: Groups,
    slack: NDArray[float32],
    state: State,
    order: Indices,
) -> None:
    """Give units in some order to a CSM each, state changed in place.

    A book that holds less than the prices want takes at reduced cost; beyond that the points count by which
    it leaves its wanted load: `rising` is the tariff above what is wanted.
    """
    for i in order:
        grouped = groups.start[i] < groups.start[i + 1]
        best, chosen = float("inf"), -1
        for j in range(slack.shape[1]):
            points = float(slack[i, j])
            if points >= best:
                continue
            for q in range(state.load.shape[1]):
                held = state.load[j, q]
                load = unit_load(pairs, i, j, q)
                if load != 0:
                    points += book_points(rising, j, q, held + load) - book_points(rising, j, q, held)
            for r in range(state.plan.size):
                load = state.plan[r] + pairs.plan[i, r, j]
                points += plan_points(rising, r, load) - plan_points(rising, r, state.plan[r])
            if grouped:
                points += regroup(groups, state.held, state.amount, i, -1, j)
                regroup(groups, state.held, state.amount, i, j, -1)
            if points < best or chosen < 0:
                best = points
                chosen = j
        relocate(pairs, state, i, chosen)
        if grouped:
            regroup(groups, state.held, state.amount, i, -1, chosen)


@compiled
def settle(pairs: Pairs, tariff: Tariff, groups: Groups, owner: Indices, state: State) -> None:
    """Give every unit back to today's owner where that costs nothing, state changed in place."""
    for i in range(owner.size):
        here, to = state.choice[i], owner[i]
        if to < 0 or to == here or pairs.cost[i, to] == float("inf"):
            continue
        change = pairs.cost[i, to] - pairs.cost[i, here]
        for q in range(state.load.shape[1]):
            less = state.load[here, q] - unit_load(pairs, i, here, q)
            more = state.load[to, q] + unit_load(pairs, i, to, q)
            change += book_points(tariff, here, q, less) - book_points(tariff, here, q, state.load[here, q])
            change += book_points(tariff, to, q, more) - book_points(tariff, to, q, state.load[to, q])
        for r in range(state.plan.size):
            load = state.plan[r] + pairs.plan[i, r, to] - pairs.plan[i, r, here]
            change += plan_points(tariff, r, load) - plan_points(tariff, r, state.plan[r])
        grouped = groups.start[i] < groups.start[i + 1]
        if grouped:
            change += regroup(groups, state.held, state.amount, i, here, to)
        if change <= _NOTHING:
            relocate(pairs, state, i, to)
        elif grouped:
            regroup(groups, state.held, state.amount, i, to, here)
