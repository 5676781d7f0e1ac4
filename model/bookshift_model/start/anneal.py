"""Annealing among near ties: moves, swaps and cycles of units that could almost as well be elsewhere."""

# Compiled loops are plain: flat, with plain arguments; and numba knows numpy's old generator only.
# ruff: noqa: C901, NPY002, PLR0917
from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled, inlined
from bookshift_model.start.core import (
    Core,
    State,
    book_points,
    plan_points,
    regroup,
    state_of,
    unit_load,
)
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


class Ties(NamedTuple):
    """Pairs (unit, CSM) with little slack, the least first, and for each CSM its units by size."""

    unit: Indices
    csm: Indices
    start: Indices
    """(m + 1,) where the units of each CSM begin in `partner`."""
    partner: Indices
    size: Floats
    """Size of each partner, ascending within a CSM."""


@compiled
def near_ties(slack: Floats, choice: Indices, limit: float, takers: int, size: Floats) -> Ties:
    """Pairs within `limit` points of their unit's cheapest and the chosen ones, of units with another CSM.

    For each CSM they include the `takers` units of other books with the least slack.
    """
    k, m = slack.shape
    limits = np.maximum(limit, _reach(slack, choice, min(takers, k)))
    number = 0
    for i in range(k):
        for j in range(m):
            number += slack[i, j] <= limits[j] or j == choice[i]
    unit, csm = np.empty(number, dtype=np.int64), np.empty(number, dtype=np.int64)
    used = 0
    for i in range(k):
        begun = used
        for j in range(m):
            if slack[i, j] <= limits[j] or j == choice[i]:
                unit[used] = i
                csm[used] = j
                used += 1
        if used == begun + 1:
            used = begun
    value = np.empty(used)
    for at in range(used):
        value[at] = slack[unit[at], csm[at]]
    cheap = np.argsort(value, kind="mergesort")
    unit, csm = unit[cheap], csm[cheap]
    order = np.argsort(size[unit], kind="mergesort")
    start = np.zeros(m + 1, dtype=np.int64)
    for at in range(used):
        start[csm[at] + 1] += 1
    start = np.cumsum(start)
    place = start[:-1].copy()
    partner, sizes = np.empty(used, dtype=np.int64), np.empty(used)
    for at in order:
        partner[place[csm[at]]] = unit[at]
        sizes[place[csm[at]]] = size[unit[at]]
        place[csm[at]] += 1
    return Ties(unit, csm, start, partner, sizes)


@compiled
def _reach(slack: Floats, choice: Indices, takers: int) -> Floats:
    """(m,) the slack within which so many units of other books could come to each CSM."""
    k, m = slack.shape
    least = np.full((m, takers), np.inf)
    for i in range(k):
        for j in range(m):
            value = slack[i, j]
            if value < least[j, -1] and j != choice[i]:
                place = takers - 1
                while place > 0 and least[j, place - 1] > value:
                    least[j, place] = least[j, place - 1]
                    place -= 1
                least[j, place] = value
    limits = np.zeros(m)
    for j in range(m):
        for value in least[j]:
            if value < np.inf:
                limits[j] = value
    return limits


@compiled
def anneal(
    core: Core, choice: Indices, ties: Ties, size: Floats, steps: int, hot: float, cold: float, seed: int
) -> Indices:
    """(k,) the best choice met on a way of `steps` random changes from a choice.

    A change that costs d points is made with probability `exp(−d / temperature)`, the temperature falling
    from `hot` to `cold` points.
    (Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing, 1983.)
    """
    np.random.seed(seed)
    state = state_of(core, choice)
    best = state.choice.copy()
    if ties.unit.size == 0:
        return best
    here = lowest = 0.0
    kept = True
    unit, to = np.empty(_LONGEST, dtype=np.int64), np.empty(_LONGEST, dtype=np.int64)
    book, shift = np.empty(_LONGEST, dtype=np.int64), np.empty((_LONGEST, core.knot.shape[1]))
    points = _all_books(core, state)
    fresh = np.empty(_LONGEST)
    temperature = hot
    fall = (cold / hot) ** (_COOLED / max(_COOLED, steps))
    for step in range(steps):
        if step % _COOLED == 0:
            temperature *= fall
        length = _propose(state, ties, size, unit, to)
        if length == 0:
            continue
        limit = -temperature * np.log(1.0 - np.random.random())
        books = _shifts(core, state, unit, to, length, book, shift)
        change = _direct(core, state, unit, to, length)
        for b in range(books):
            fresh[b] = _book(core, state, book[b], shift, b)
            change += fresh[b] - points[book[b]]
        if change > limit:
            continue
        grouped = _regrouped(core, state, unit, to, length)
        change += grouped
        if change > limit:
            _regroup_back(core, state, unit, to, length)
            continue
        if change > 0 and not kept and here < lowest - _NOISE:
            best[:] = state.choice
            lowest = here
            kept = True
        _apply(core, state, unit, to, length, book, shift, books)
        for b in range(books):
            points[book[b]] = fresh[b]
        here += change
        kept = kept and here >= lowest - _NOISE
    if here < lowest - _NOISE:
        best[:] = state.choice
    return best


@inlined
def _propose(state: State, ties: Ties, size: Floats, unit: Indices, to: Indices) -> int:
    """Fill in the units of a change and where they go; how many there are."""
    at = np.random.randint(ties.unit.size)
    unit[0], to[0] = ties.unit[at], ties.csm[at]
    left = state.choice[unit[0]]
    if left == to[0]:
        return 0
    kind = np.random.random()
    if kind < _SINGLE:
        return 1
    unit[1], to[1] = _partner(state, ties, left, size[unit[0]], -1), left
    if unit[1] < 0:
        return 0
    source = state.choice[unit[1]]
    if source == to[0]:
        return 2
    if kind < _CYCLE:
        return 2
    unit[2], to[2] = _partner(state, ties, source, size[unit[1]], to[0]), source
    return 3 if unit[2] >= 0 else 0


@inlined
def _partner(state: State, ties: Ties, j: int, size: float, source: int) -> int:
    """A unit of about that size that could go to book j, from `source` if that is not −1; −1 for none."""
    low, high = ties.start[j], ties.start[j + 1]
    below, above = low, high
    while below < above:
        middle = (below + above) // 2
        if ties.size[middle] < size:
            below = middle + 1
        else:
            above = middle
    for _ in range(_TRIES):
        at = below + np.random.randint(-_WINDOW, _WINDOW)
        if low <= at < high:
            here = state.choice[ties.partner[at]]
            if here != j and (source < 0 or here == source):
                return int(ties.partner[at])
    return -1


@inlined
def _shifts(
    core: Core, state: State, unit: Indices, to: Indices, length: int, book: Indices, shift: Floats
) -> int:
    """The books that a change touches and how their loads change, in place; how many they are."""
    books = 0
    for s in range(length):
        i = unit[s]
        for side in range(2):
            j = to[s] if side else state.choice[i]
            slot = 0
            while slot < books and book[slot] != j:
                slot += 1
            if slot == books:
                book[slot] = j
                for q in range(shift.shape[1]):
                    shift[slot, q] = 0.0
                books += 1
            for q in range(shift.shape[1]):
                load = unit_load(core, i, j, q)
                shift[slot, q] += load if side else -load
    return books


@inlined
def _direct(core: Core, state: State, unit: Indices, to: Indices, length: int) -> float:
    """Points that a change costs in pairs and in plan terms."""
    points = 0.0
    for s in range(length):
        points += core.cost[unit[s], to[s]] - core.cost[unit[s], state.choice[unit[s]]]
    for r in range(core.plan_limit.size):
        load = state.plan[r]
        for s in range(length):
            load += core.plan_load[unit[s], r, to[s]] - core.plan_load[unit[s], r, state.choice[unit[s]]]
        points += plan_points(core, r, load) - plan_points(core, r, state.plan[r])
    return points


@inlined
def _book(core: Core, state: State, j: int, shift: Floats, b: int) -> float:
    """Points of book j with its loads changed by row b of the shifts."""
    points = 0.0
    for q in range(shift.shape[1]):
        points += book_points(core, j, q, state.load[j, q] + shift[b, q])
    return points


@compiled
def _all_books(core: Core, state: State) -> Floats:
    """(m,) points of each book."""
    nothing = np.zeros((1, core.knot.shape[1]))
    points = np.empty(core.knot.shape[0])
    for j in range(points.size):
        points[j] = _book(core, state, j, nothing, 0)
    return points


@compiled
def _regrouped(core: Core, state: State, unit: Indices, to: Indices, length: int) -> float:
    """Count units over in their groups; the points that this changes."""
    points = 0.0
    if core.group_price.size == 0:
        return points
    for s in range(length):
        if core.unit_start[unit[s]] < core.unit_start[unit[s] + 1]:
            points += regroup(core, state, unit[s], state.choice[unit[s]], to[s])
    return points


@compiled
def _regroup_back(core: Core, state: State, unit: Indices, to: Indices, length: int) -> None:
    """Take the counts of a refused change back."""
    for s in range(length):
        if core.unit_start[unit[s]] < core.unit_start[unit[s] + 1]:
            regroup(core, state, unit[s], to[s], state.choice[unit[s]])


@inlined
def _apply(
    core: Core,
    state: State,
    unit: Indices,
    to: Indices,
    length: int,
    book: Indices,
    shift: Floats,
    books: int,
) -> None:
    """Make a change whose groups are counted already."""
    for b in range(books):
        for q in range(shift.shape[1]):
            state.load[book[b], q] += shift[b, q]
    for s in range(length):
        for r in range(core.plan_limit.size):
            load = core.plan_load[unit[s], r]
            state.plan[r] += load[to[s]] - load[state.choice[unit[s]]]
    for s in range(length):
        state.choice[unit[s]] = to[s]


@compiled
def descend(core: Core, choice: Indices, ties: Ties, rounds: int) -> Indices:
    """(k,) the choice after each pair in turn was taken up where that gains, until none does."""
    state = state_of(core, choice)
    points = _all_books(core, state)
    unit, to = np.empty(1, dtype=np.int64), np.empty(1, dtype=np.int64)
    book, shift = np.empty(2, dtype=np.int64), np.empty((2, core.knot.shape[1]))
    for _ in range(rounds):
        gained = False
        for at in range(ties.unit.size):
            unit[0], to[0] = ties.unit[at], ties.csm[at]
            if to[0] != state.choice[unit[0]]:
                gained |= _take(core, state, unit, to, book, shift, points, -_NOISE)
        if not gained:
            break
    return state.choice


@compiled
def settle(core: Core, choice: Indices) -> Indices:
    """(k,) the choice with every unit given back to today's owner where that costs nothing."""
    state = state_of(core, choice)
    points = _all_books(core, state)
    unit, to = np.empty(1, dtype=np.int64), np.empty(1, dtype=np.int64)
    book, shift = np.empty(2, dtype=np.int64), np.empty((2, core.knot.shape[1]))
    for i in range(choice.size):
        unit[0], to[0] = i, core.owner[i]
        if to[0] >= 0 and to[0] != state.choice[i] and core.cost[i, to[0]] < np.inf:
            _take(core, state, unit, to, book, shift, points, _NOISE)
    return state.choice


@compiled
def _take(
    core: Core,
    state: State,
    unit: Indices,
    to: Indices,
    book: Indices,
    shift: Floats,
    points: Floats,
    limit: float,
) -> bool:
    """Send one unit elsewhere if that costs no more than `limit`; whether it went."""
    books = _shifts(core, state, unit, to, 1, book, shift)
    change = _direct(core, state, unit, to, 1)
    for b in range(books):
        change += _book(core, state, book[b], shift, b) - points[book[b]]
    change += _regrouped(core, state, unit, to, 1)
    if change > limit:
        _regroup_back(core, state, unit, to, 1)
        return False
    for b in range(books):
        points[book[b]] = _book(core, state, book[b], shift, b)
    _apply(core, state, unit, to, 1, book, shift, books)
    return True
