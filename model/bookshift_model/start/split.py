"""Two books at a time: the best way to split the units that could be in either.

A plan is as far from its bound as its slacks and its tilted books add up to, none of which is negative. So
a new split of two books can gain no more than what the two books and the slack of their units cost now: only
units that add less slack than that come into question, and only ways that add less. They are dealt to two
halves, which are enumerated apart in the order of what they shift in size; each way of the first half meets
those of the second that complete it to about the loads that the prices want.
(Horowitz and Sahni, Computing partitions with applications to the knapsack problem, 1974.)
"""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: C901, PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled, inlined, lent
from bookshift_model.start.core import Pairs, State, relocate, unit_load
from bookshift_model.start.tariff import Tariff, book_points, plan_points
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import bool_, float32
    from numpy.typing import NDArray

_UNITS: Final = 10
"""Units that are split at most."""
_WAYS: Final = 32
"""Ways of one half at most."""
_MEET: Final = 16
"""Ways of the second half that each way of the first one meets."""
_GAIN: Final = 1e-9


class Pressing(NamedTuple):
    """What makes units stay where they are."""

    home: Indices
    """(k,) where each unit would rather stay, −1 for no such place."""
    price: float
    """Points for being elsewhere."""
    held: NDArray[bool_]
    """(k,) units that do not move at all."""


class Half(NamedTuple):
    """Ways to split one half of the units, w of them."""

    bits: Indices
    """(w,) the units that change their book."""
    points: Floats
    """(w,) slack that this adds"""
    loads: Floats
    """(w, 2, Q) what it changes in the one and in the other book."""
    plan: Floats
    """(w, R)"""
    order: Indices
    """(w,) ways by what they bring to the first book in the quantity by which halves meet, ascending."""
    spare: Indices
    """(w,) room to order them."""


@compiled
def split_pairs(
    pairs: Pairs,
    tilted: Tariff,
    slack: NDArray[float32],
    pressing: Pressing,
    state: State,
    first: Indices,
    second: Indices,
    quantity: int,
    rounds: int,
) -> None:
    """Split the books `first[p]` and `second[p]` anew, pair by pair, for some rounds; state changed in place.

    `quantity` is the size by which halves meet.
    """
    m = slack.shape[1]
    head, following = _members(state.choice, m)
    halves = (_room(state), _room(state))
    unit, key = np.empty(_UNITS, dtype=np.int64), np.empty(_UNITS)
    changed, looked = np.zeros(m, dtype=np.int64), np.full(first.size, -1)
    clock = 1
    for _ in range(rounds):
        gained = False
        for p in range(first.size):
            a, b = first[p], second[p]
            if looked[p] > max(changed[a], changed[b]):
                continue
            clock += 1
            looked[p] = clock
            now = _cost_now(tilted, state, a, b)
            number = _candidates(slack, pressing, head, following, a, b, now, unit, key)
            if number == 0:
                continue
            left, right = _best_split(pairs, tilted, state, halves, unit, key, number, now, a, b, quantity)
            if left + right == 0:
                continue
            for s in range(number):
                if ((left if s % 2 == 0 else right) >> (s // 2)) & 1:
                    i = unit[s]
                    here = state.choice[i]
                    to = b if here == a else a
                    _rehang(head, following, i, here, to)
                    relocate(pairs, state, i, to)
            clock += 1
            changed[a] = changed[b] = clock
            gained = True
        if not gained:
            break


@compiled
def _members(choice: Indices, m: int) -> tuple[Indices, Indices]:
    """Chains of the units in each book: (m,) the first, (k,) the next, −1 at the end."""
    head, following = np.full(m, -1), np.full(choice.size, -1)
    for i in range(choice.size - 1, -1, -1):
        following[i] = head[choice[i]]
        head[choice[i]] = i
    return head, following


@lent
def _rehang(head: Indices, following: Indices, i: int, here: int, to: int) -> None:
    """Take a unit out of one chain and put it in front of another."""
    if head[here] == i:
        head[here] = following[i]
    else:
        at = head[here]
        while following[at] != i:
            at = following[at]
        following[at] = following[i]
    following[i] = head[to]
    head[to] = i


@compiled
def _room(state: State) -> Half:
    whole = np.zeros(_WAYS, dtype=np.int64)
    return Half(
        whole,
        np.zeros(_WAYS),
        np.zeros((_WAYS, 2, state.load.shape[1])),
        np.zeros((_WAYS, state.plan.size)),
        whole.copy(),
        whole.copy(),
    )


@inlined
def _cost_now(tilted: Tariff, state: State, a: int, b: int) -> float:
    """What the loads of two books and of the plan cost beyond what is wanted."""
    cost = 0.0
    for q in range(state.load.shape[1]):
        cost += book_points(tilted, a, q, state.load[a, q]) + book_points(tilted, b, q, state.load[b, q])
    for r in range(state.plan.size):
        cost += plan_points(tilted, r, state.plan[r])
    return cost


@lent
def _candidates(
    slack: NDArray[float32],
    pressing: Pressing,
    head: Indices,
    following: Indices,
    a: int,
    b: int,
    now: float,
    unit: Indices,
    key: Floats,
) -> int:
    """Fill in the units whose going adds least slack, as far as it can pay; how many they are."""
    spared = now
    for turn in range(2):
        found = 0
        for side in range(2):
            here, there = (b, a) if side else (a, b)
            i = head[here]
            while i >= 0:
                added = float(slack[i, there]) - float(slack[i, here])
                home = pressing.home[i]
                if home == here:
                    added += pressing.price
                elif home == there:
                    added -= pressing.price
                if added < spared and not pressing.held[i]:
                    if turn == 0:
                        if added < 0:
                            spared -= added
                    elif found < unit.size or added < key[found - 1]:
                        place = found if found < unit.size else found - 1
                        found = min(found + 1, unit.size)
                        while place > 0 and key[place - 1] > added:
                            key[place] = key[place - 1]
                            unit[place] = unit[place - 1]
                            place -= 1
                        key[place] = added
                        unit[place] = i
                i = following[i]
    return found


@lent
def _enumerate(
    pairs: Pairs,
    state: State,
    half: Half,
    unit: Indices,
    key: Floats,
    number: int,
    parity: int,
    budget: float,
    a: int,
    b: int,
    quantity: int,
) -> int:
    """Fill in the ways of one half that add less than a budget, ordered; how many there are.

    Units that spare slack come first, so that what a way adds cannot fall once it is over the budget.
    """
    ways = 1
    half.bits[0] = half.order[0] = 0
    half.points[0] = 0.0
    half.loads[0] = 0.0
    half.plan[0] = 0.0
    for s in range(parity, number, 2):
        i = unit[s]
        here = state.choice[i]
        there = b if here == a else a
        one, other = (0, 1) if here == a else (1, 0)
        made = ways
        for at in range(ways):
            w = half.order[at]
            if made == _WAYS:
                break
            if key[s] > 0 and half.points[w] + key[s] >= budget:
                continue
            half.points[made] = half.points[w] + key[s]
            half.bits[made] = half.bits[w] | (1 << (s // 2))
            for q in range(state.load.shape[1]):
                half.loads[made, one, q] = half.loads[w, one, q] - unit_load(pairs, i, here, q)
                half.loads[made, other, q] = half.loads[w, other, q] + unit_load(pairs, i, there, q)
            for r in range(state.plan.size):
                half.plan[made, r] = half.plan[w, r] + pairs.plan[i, r, there] - pairs.plan[i, r, here]
            made += 1
        _merge(half, ways, made, quantity)
        ways = made
    return ways


@inlined
def _merge(half: Half, ways: int, made: int, quantity: int) -> None:
    """Order ways, the first of which are in order, and the others in the order of their positions."""
    one, other = 0, ways
    for at in range(made):
        if other == made or (
            one < ways and half.loads[half.order[one], 0, quantity] <= half.loads[other, 0, quantity]
        ):
            half.spare[at] = half.order[one]
            one += 1
        else:
            half.spare[at] = other
            other += 1
    for at in range(made):
        half.order[at] = half.spare[at]


@lent
def _best_split(
    pairs: Pairs,
    tilted: Tariff,
    state: State,
    halves: tuple[Half, Half],
    unit: Indices,
    key: Floats,
    number: int,
    now: float,
    a: int,
    b: int,
    quantity: int,
) -> tuple[int, int]:
    """The best way for each half, as bits of the units that go to the other book; 0 and 0 for nothing."""
    left, right = halves
    spared = 0.0
    for s in range(number):
        if key[s] < 0:
            spared -= key[s]
    lefts = _enumerate(pairs, state, left, unit, key, number, 0, now + spared, a, b, quantity)
    rights = _enumerate(pairs, state, right, unit, key, number, 1, now + spared, a, b, quantity)
    lowest = 0.0
    for w in range(rights):
        lowest = min(lowest, right.points[w])
    best = now - _GAIN
    best_left = best_right = 0
    wanted = _wanted_shift(tilted, state, a, b, quantity)
    begin = rights
    for one in range(lefts):
        w = left.order[one]
        while (
            begin > 0
            and left.loads[w, 0, quantity] + right.loads[right.order[begin - 1], 0, quantity] > wanted
        ):
            begin -= 1
        if left.points[w] + lowest >= best:
            continue
        low = max(0, min(begin - _MEET // 2, rights - _MEET))
        for at in range(low, min(low + _MEET, rights)):
            v = right.order[at]
            points = left.points[w] + right.points[v]
            for q in range(state.load.shape[1]):
                if points >= best:
                    break
                load = state.load[a, q] + left.loads[w, 0, q] + right.loads[v, 0, q]
                points += book_points(tilted, a, q, load)
                load = state.load[b, q] + left.loads[w, 1, q] + right.loads[v, 1, q]
                points += book_points(tilted, b, q, load)
            for r in range(state.plan.size):
                if points < best:
                    load = state.plan[r] + left.plan[w, r] + right.plan[v, r]
                    points += plan_points(tilted, r, load)
            if points < best:
                best = points
                best_left, best_right = left.bits[w], right.bits[v]
    return best_left, best_right


@inlined
def _wanted_shift(tilted: Tariff, state: State, a: int, b: int, quantity: int) -> float:
    """By how much book a would grow if it shared with book b what both have more or less than they want."""
    over = 0.0
    for j, sign in ((a, 1.0), (b, -1.0)):
        least, want = np.inf, 0.0
        for at in range(tilted.knot.shape[2]):
            knot = tilted.knot[j, quantity, at]
            if knot < np.inf and tilted.height[j, quantity, at] < least:
                least = tilted.height[j, quantity, at]
                want = knot
        over += sign * (want - state.load[j, quantity])
    return over / 2
