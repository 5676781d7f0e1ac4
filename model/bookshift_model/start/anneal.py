"""Annealing among near ties: moves, swaps and cycles of units that could almost as well be elsewhere."""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: C901, PLR0912, PLR0917
from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from bookshift_model.start.chance import Chance, below, seeded, share
from bookshift_model.start.compiling import compiled, inlined, lent
from bookshift_model.start.core import State
from bookshift_model.start.groups import Groups, regroup
from bookshift_model.start.tariff import Tariff, book_points, plan_points
from bookshift_model.start.ties import Ties
from bookshift_model.terms import Floats, Indices

_LONGEST: Final = 3
"""Units in a chain, and books that it touches."""
_SINGLE: Final = 0.25
"""Share of moves that send one unit only."""
_CYCLE: Final = 0.55
"""Share of longer chains that are closed, where they do not close by themselves."""
_WINDOW: Final = 8
"""Partners are looked for among so many of the nearest size, on either side."""
_TRIES: Final = 4
_COOLED: Final = 64
"""Steps between changes of temperature."""
_NOISE: Final = 1e-9


class Change(NamedTuple):
    """A chain of units that each take the place of the next, and what it does to the books it touches."""

    pair: Indices
    """(3,) where each unit goes: positions in the ties."""
    book: Indices
    """(3,)"""
    comes: Indices
    """(3,) the pair that comes to the book, −1 for none."""
    goes: Indices
    """(3,) the pair that leaves it, −1 for none."""
    points: Floats
    """(3, Q) what the book costs then."""


@compiled
def anneal(
    ties: Ties, tilted: Tariff, groups: Groups, state: State, steps: int, hot: float, cold: float, seed: int
) -> Indices:
    """(k,) the best choice met on a way of `steps` random changes from a choice; state and ties move along.

    A change that costs d points is made with probability `exp(−d / temperature)`, the temperature falling
    from `hot` to `cold` points.
    (Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing, 1983.)
    """
    best = state.choice.copy()
    if ties.unit.size == 0:
        return best
    chance = seeded(seed)
    points = np.empty_like(state.load)
    for j in range(points.shape[0]):
        for q in range(points.shape[1]):
            points[j, q] = book_points(tilted, j, q, state.load[j, q])
    change = Change(
        np.empty(_LONGEST, dtype=np.int64),
        np.empty(_LONGEST, dtype=np.int64),
        np.empty(_LONGEST, dtype=np.int64),
        np.empty(_LONGEST, dtype=np.int64),
        np.empty((_LONGEST, points.shape[1])),
    )
    here = lowest = 0.0
    kept = True
    temperature = hot
    fall = (cold / hot) ** (_COOLED / max(_COOLED, steps))
    for step in range(steps):
        if step % _COOLED == 0:
            temperature *= fall
        length = _propose(ties, chance, change)
        if length == 0:
            continue
        limit = -temperature * np.log(1.0 - share(chance))
        books = _touched(ties, change, length)
        cost = 0.0
        spared = 0.0
        for s in range(length):
            pair = change.pair[s]
            cost += ties.slack[pair] - ties.slack[ties.chosen[ties.unit[pair]]]
        for b in range(books):
            for q in range(points.shape[1]):
                spared += points[change.book[b], q]
        if tilted.limit.size == 0 and cost - spared > limit:
            continue
        for b in range(books):
            cost += _book_change(ties, tilted, state, points, change, b)
        for r in range(tilted.limit.size):
            load = state.plan[r]
            for s in range(length):
                pair = change.pair[s]
                load += ties.plan[pair, r] - ties.plan[ties.chosen[ties.unit[pair]], r]
            cost += plan_points(tilted, r, load) - plan_points(tilted, r, state.plan[r])
        if cost > limit:
            continue
        if groups.price.size > 0:
            cost += _regrouped(ties, groups, state, change, length)
            if cost > limit:
                _regroup_back(ties, groups, state, change, length)
                continue
        if cost > 0 and kept and here < lowest - _NOISE:
            _keep(best, state.choice)
            lowest = here
            kept = True
        _make(ties, state, points, change, length, books)
        here += cost
        kept = kept and here >= lowest - _NOISE
    if here < lowest - _NOISE:
        _keep(best, state.choice)
    return best


@inlined
def _keep(best: Indices, choice: Indices) -> None:
    for i in range(choice.size):
        best[i] = choice[i]


@inlined
def _propose(ties: Ties, chance: Chance, change: Change) -> int:
    """Fill in the pairs of a change; how many there are, 0 for none."""
    pair = below(chance, ties.unit.size)
    here = ties.chosen[ties.unit[pair]]
    if pair == here:
        return 0
    change.pair[0] = pair
    kind = share(chance)
    if kind < _SINGLE:
        return 1
    partner = _partner(ties, chance, here, -1)
    if partner < 0:
        return 0
    change.pair[1] = partner
    there = ties.chosen[ties.unit[partner]]
    if kind < _CYCLE or ties.csm[there] == ties.csm[pair]:
        return 2
    third = _partner(ties, chance, there, ties.csm[pair])
    change.pair[2] = third
    return 3 if third >= 0 else 2


@inlined
def _partner(ties: Ties, chance: Chance, pair: int, source: int) -> int:
    """A pair of the same book with a unit of about that size elsewhere (in `source`, if not −1); or −1."""
    j = ties.csm[pair]
    for _ in range(_TRIES):
        at = pair + below(chance, 2 * _WINDOW) - _WINDOW
        if ties.start[j] <= at < ties.start[j + 1]:
            here = ties.csm[ties.chosen[ties.unit[at]]]
            if here != j and (source < 0 or here == source):
                return int(at)
    return -1


@inlined
def _touched(ties: Ties, change: Change, length: int) -> int:
    """Fill in the books that a change touches, and who comes and goes; how many they are."""
    change.book[0] = ties.csm[change.pair[0]]
    change.comes[0] = change.pair[0]
    change.goes[0] = -1
    books = 1
    for s in range(length):
        here = ties.chosen[ties.unit[change.pair[s]]]
        if s > 0 and ties.csm[here] == change.book[0]:
            change.goes[0] = here
        else:
            change.book[books] = ties.csm[here]
            change.goes[books] = here
            change.comes[books] = change.pair[s + 1] if s + 1 < length else -1
            books += 1
    return books


@inlined
def _book_change(ties: Ties, tilted: Tariff, state: State, points: Floats, change: Change, b: int) -> float:
    """Points that a change costs in one of its books; what each quantity costs then is filled in."""
    j, comes, goes = change.book[b], change.comes[b], change.goes[b]
    cost = 0.0
    for q in range(points.shape[1]):
        more = 0.0
        if comes >= 0:
            more += ties.load[comes, q]
        if goes >= 0:
            more -= ties.load[goes, q]
        fresh = points[j, q]
        if more != 0.0:
            fresh = book_points(tilted, j, q, state.load[j, q] + more)
            cost += fresh - points[j, q]
        change.points[b, q] = fresh
    return cost


@inlined
def _make(ties: Ties, state: State, points: Floats, change: Change, length: int, books: int) -> None:
    """Make a change whose groups are counted already."""
    for b in range(books):
        j, comes, goes = change.book[b], change.comes[b], change.goes[b]
        for q in range(points.shape[1]):
            if comes >= 0:
                state.load[j, q] += ties.load[comes, q]
            if goes >= 0:
                state.load[j, q] -= ties.load[goes, q]
            points[j, q] = change.points[b, q]
    for s in range(length):
        pair = change.pair[s]
        i = ties.unit[pair]
        for r in range(state.plan.size):
            state.plan[r] += ties.plan[pair, r] - ties.plan[ties.chosen[i], r]
        ties.chosen[i] = pair
        state.choice[i] = ties.csm[pair]


@lent
def _regrouped(ties: Ties, groups: Groups, state: State, change: Change, length: int) -> float:
    """Count units over in their groups; the points that this changes."""
    points = 0.0
    for s in range(length):
        pair = change.pair[s]
        i = ties.unit[pair]
        points += regroup(groups, state.held, state.amount, i, state.choice[i], ties.csm[pair])
    return points


@lent
def _regroup_back(ties: Ties, groups: Groups, state: State, change: Change, length: int) -> None:
    """Take the counts of a refused change back."""
    for s in range(length):
        pair = change.pair[s]
        i = ties.unit[pair]
        regroup(groups, state.held, state.amount, i, ties.csm[pair], state.choice[i])
