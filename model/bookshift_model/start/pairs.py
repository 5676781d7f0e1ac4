"""Two books at a time: the best way to split the units that could be in either.

With 2B such units there are 4^B ways. The two halves of the units are enumerated apart; the ways of the
second half are sorted by what they shift in size, and each way of the first half meets those that complete
it to about the loads that the prices want.
(Horowitz and Sahni, Computing partitions with applications to the knapsack problem, 1974.)
"""

# Compiled loops are plain: flat, with plain arguments; and numba knows numpy's old generator only.
# ruff: noqa: C901, FBT001, NPY002, PLR0917
from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from bookshift_model.start.bound import Prices, targets
from bookshift_model.start.compiling import compiled, inlined
from bookshift_model.start.core import (
    Core,
    State,
    book_points,
    plan_points,
    relocate,
    state_of,
    unit_load,
)
from bookshift_model.terms import Floats, Indices

_MEET: Final = 16
"""Ways of the second half that each way of the first one meets."""
_GAIN: Final = 1e-9


class Half(NamedTuple):
    """Every way to split one half of the units, 2^B of them at most."""

    points: Floats
    """(2^B,) pair costs at prices."""
    loads: Floats
    """(2^B, 2, Q) what it changes in the one and in the other book."""
    plan: Floats
    """(2^B, R)"""


@compiled
def split_pairs(
    core: Core,
    prices: Prices,
    slack: Floats,
    choice: Indices,
    first: Indices,
    second: Indices,
    half: int,
    limit: float,
    quantity: int,
    rounds: int,
    seed: int,
) -> Indices:
    """(k,) a choice no worse: the books `first[p]` and `second[p]` split anew, pair by pair, for some rounds.

    Units come into question in the order of the slack that their going adds, up to `limit`; those in groups
    stay. `quantity` is the size by which halves meet.
    """
    np.random.seed(seed)
    state = state_of(core, choice)
    k, m = core.cost.shape
    head, following = _members(choice, m)
    halves = (_room(core, half), _room(core, half))
    target = targets(core, prices)
    unit, key = np.empty(k, dtype=np.int64), np.empty(k)
    changed, looked = np.zeros(m, dtype=np.int64), np.full(first.size, -1)
    clock = 1
    for turn in range(rounds):
        gained = False
        for p in np.random.permutation(first.size):
            a, b = first[p], second[p]
            found = _candidates(core, slack, head, following, a, b, limit, unit, key, turn > 0)
            if found < 1 or (found <= 2 * half and looked[p] > max(changed[a], changed[b])):
                continue
            number = min(found, 2 * half)
            _foremost(unit, key, found, number)
            clock += 1
            looked[p] = clock
            ways = (
                _enumerate(core, slack, state, halves[0], unit, number, 0, a, b),
                _enumerate(core, slack, state, halves[1], unit, number, 1, a, b),
            )
            left, right = _best_split(core, prices, state, halves, ways, a, b, quantity, target)
            if left + right == 0:
                continue
            for s in range(number):
                if ((left if s % 2 == 0 else right) >> (s // 2)) & 1:
                    i = unit[s]
                    here = state.choice[i]
                    to = b if here == a else a
                    _rehang(head, following, i, here, to)
                    relocate(core, state, i, to)
            clock += 1
            changed[a] = changed[b] = clock
            gained = True
        if not gained:
            break
    return state.choice


@compiled
def _members(choice: Indices, m: int) -> tuple[Indices, Indices]:
    """Chains of the units in each book: (m,) the first, (k,) the next, −1 at the end."""
    head, following = np.full(m, -1), np.full(choice.size, -1)
    for i in range(choice.size - 1, -1, -1):
        following[i] = head[choice[i]]
        head[choice[i]] = i
    return head, following


@compiled
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
def _room(core: Core, half: int) -> Half:
    ways = 1 << half
    return Half(
        np.zeros(ways), np.zeros((ways, 2, core.knot.shape[1])), np.zeros((ways, core.plan_limit.size))
    )


@compiled
def _candidates(
    core: Core,
    slack: Floats,
    head: Indices,
    following: Indices,
    a: int,
    b: int,
    limit: float,
    unit: Indices,
    key: Floats,
    shaken: bool,
) -> int:
    """Units of the two books that could be in the other, in place, with the slack that this adds."""
    found = 0
    for side in range(2):
        here, there = (b, a) if side else (a, b)
        i = head[here]
        while i >= 0:
            added = slack[i, there] - slack[i, here]
            if added <= limit and core.unit_start[i] == core.unit_start[i + 1]:
                unit[found] = i
                key[found] = added * (0.5 + np.random.random()) if shaken and added > 0 else added
                found += 1
            i = following[i]
    return found


@compiled
def _foremost(unit: Indices, key: Floats, found: int, number: int) -> None:
    """Bring the units with the least keys to the front, in place."""
    for s in range(number):
        least = s
        for other in range(s + 1, found):
            if key[other] < key[least]:
                least = other
        key[s], key[least] = key[least], key[s]
        unit[s], unit[least] = unit[least], unit[s]


@compiled
def _enumerate(
    core: Core,
    slack: Floats,
    state: State,
    half: Half,
    unit: Indices,
    number: int,
    parity: int,
    a: int,
    b: int,
) -> int:
    """Fill in every way to send units of one half to the other book; how many ways there are."""
    ways = 1
    for s in range(parity, number, 2):
        i = unit[s]
        here = state.choice[i]
        there = b if here == a else a
        one, other = (0, 1) if here == a else (1, 0)
        for w in range(ways):
            half.points[ways + w] = half.points[w] + slack[i, there] - slack[i, here]
            for q in range(core.knot.shape[1]):
                half.loads[ways + w, one, q] = half.loads[w, one, q] - unit_load(core, i, here, q)
                half.loads[ways + w, other, q] = half.loads[w, other, q] + unit_load(core, i, there, q)
            for r in range(core.plan_limit.size):
                half.plan[ways + w, r] = (
                    half.plan[w, r] + core.plan_load[i, r, there] - core.plan_load[i, r, here]
                )
        ways *= 2
    return ways


@compiled
def _best_split(
    core: Core,
    prices: Prices,
    state: State,
    halves: tuple[Half, Half],
    ways: tuple[int, int],
    a: int,
    b: int,
    quantity: int,
    target: Floats,
) -> tuple[int, int]:
    """The best way for each half, as bits of the units that go to the other book; 0 and 0 for nothing."""
    left, right = halves
    quantities = target.shape[1]
    best = -_GAIN
    for q in range(quantities):
        for j in (a, b):
            best += _away(core, prices, target, j, q, state.load[j, q])
    for r in range(core.plan_limit.size):
        best += _plan_away(core, prices, r, state.plan[r])
    order = np.argsort(right.loads[: ways[1], 0, quantity])
    size = right.loads[: ways[1], 0, quantity][order]
    middle = target[a, quantity] - state.load[a, quantity] + state.load[b, quantity] - target[b, quantity]
    best_left = best_right = 0
    for one in range(ways[0]):
        begin = np.searchsorted(size, middle / 2 - left.loads[one, 0, quantity]) - _MEET // 2
        begin = max(0, min(begin, ways[1] - _MEET))
        for at in range(begin, min(begin + _MEET, ways[1])):
            other = order[at]
            points = left.points[one] + right.points[other]
            for q in range(quantities):
                if points >= best:
                    break
                load = state.load[a, q] + left.loads[one, 0, q] + right.loads[other, 0, q]
                points += _away(core, prices, target, a, q, load)
                load = state.load[b, q] + left.loads[one, 1, q] + right.loads[other, 1, q]
                points += _away(core, prices, target, b, q, load)
            for r in range(core.plan_limit.size):
                if points >= best:
                    break
                load = state.plan[r] + left.plan[one, r] + right.plan[other, r]
                points += _plan_away(core, prices, r, load)
            if points < best:
                best = points
                best_left, best_right = one, other
    return best_left, best_right


@inlined
def _away(core: Core, prices: Prices, target: Floats, j: int, q: int, load: float) -> float:
    """Points by which a load costs more than what book j wants, both bought at its price; never negative."""
    goal = target[j, q]
    away = book_points(core, j, q, load) - book_points(core, j, q, goal)
    return float(away - prices.book[q, j] * (load - goal))


@inlined
def _plan_away(core: Core, prices: Prices, r: int, load: float) -> float:
    """The same for a plan term, which wants its limit."""
    return float(plan_points(core, r, load) - prices.plan[r] * (load - core.plan_limit[r]))
