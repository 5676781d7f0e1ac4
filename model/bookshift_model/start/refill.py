"""Books filled anew: of a book that costs most the best content, then room for it in the books around.

Most of what a plan costs beyond its bound is in few books, as in those beyond a hard limit, where moves and
splits of two books get no further: to change such a book for the better, several units have to come from and
go to several others at once. `least_of_book` finds the best changes of one book, if what others pay for them
is known. They can make room by other changes of their own, so that they pay a part of what it costs them as
they are, and that is all that is counted. The books that were touched are then split anew with others, and
the whole is taken back where it did not pay.
"""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.start.book import Wish, least_of_book
from bookshift_model.start.compiling import compiled, inlined, lent
from bookshift_model.start.core import Pairs, State, relocate, unit_load
from bookshift_model.start.split import Pressing, split_pairs
from bookshift_model.start.tariff import Tariff, book_points, plan_points
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_MOST: Final = 100
"""Changes that are considered for a book at most."""
_NODES: Final = 60
"""Nodes of the search among them."""
_DEARER: Final = 1.5
"""A change may cost so many times what the book costs, as others may spare points."""
_ROUNDS: Final = 2
"""Rounds of splits around a book."""
_GAIN: Final = 1e-9


@compiled
def refill(
    pairs: Pairs,
    tilted: Tariff,
    slack: NDArray[float32],
    by_csm: NDArray[float32],
    pressing: Pressing,
    state: State,
    order: Indices,
    partners: Indices,
    quantity: int,
    measure: Floats,
    ease: float,
) -> None:
    """Fill the books of an order anew, one by one, state changed in place; it is never worse.

    `partners` (m, P) are the books that each may be split with, −1 for none. What a change costs other books
    as they are counts by the share `ease`. Plan terms are left to the splits and to what all costs at last.
    `by_csm` (m, k) are the slacks once more, so that all units are seen at a CSM in one sweep of memory.
    """
    best = _copied(state)
    own = _own(slack, state)
    points = _points(tilted, slack, own, best, state)
    for j in order:
        touched = _fill(pairs, tilted, slack, by_csm[j], own, pressing, state, j, measure, ease)
        if touched.size == 0:
            continue
        first, second = _around(touched, partners, j)
        split_pairs(pairs, tilted, slack, pressing, state, first, second, quantity, _ROUNDS)
        found = _points(tilted, slack, own, best, state)
        if found < points - _GAIN:
            points = found
            _settle_for(slack, own, best, state)
        else:
            _put(state, best)


@compiled
def _fill(
    pairs: Pairs,
    tilted: Tariff,
    slack: NDArray[float32],
    there: NDArray[float32],
    own: NDArray[float32],
    pressing: Pressing,
    state: State,
    j: int,
    measure: Floats,
    ease: float,
) -> Indices:
    """Make the best changes of a book, in place; the books that they touch, besides.

    Units have slack `there` (k,) in it, `own` (k,) where they are.
    """
    k, now = slack.shape[0], 0.0
    for q in range(state.load.shape[1]):
        now += book_points(tilted, j, q, state.load[j, q])
    unit, to, key = np.empty(k, dtype=np.int64), np.empty(k, dtype=np.int64), np.empty(k)
    used = 0
    for i in range(k):
        here = state.choice[i]
        if here != j:
            added = float(there[i]) - float(own[i])
            if added < _DEARER * now and not pressing.held[i]:
                unit[used], to[used] = i, j
                key[used] = added + ease * _strain(pairs, tilted, state, i, here, -1.0)
                used += key[used] < _DEARER * now
        elif not pressing.held[i]:
            to[used], key[used] = _elsewhere(pairs, tilted, slack, state, i, _DEARER * now, ease)
            unit[used] = i
            used += to[used] >= 0
    order = np.argsort(key[:used])[:_MOST]
    cost, load = np.empty(order.size), np.empty((order.size, state.load.shape[1]))
    for n in range(order.size):
        at = order[n]
        cost[n] = key[at]
        for q in range(load.shape[1]):
            amount = unit_load(pairs, unit[at], j, q)
            load[n, q] = amount if to[at] == j else -amount
    made = np.zeros(order.size, dtype=np.int8)
    least_of_book(tilted, j, Wish(state.load[j].copy(), cost, load), measure, now - _GAIN, _NODES, made)
    touched = np.empty(order.size, dtype=np.int64)
    books = 0
    for n in range(order.size):
        if made[n]:
            at = order[n]
            touched[books] = state.choice[unit[at]] if to[at] == j else to[at]
            books += 1
            relocate(pairs, state, unit[at], to[at])
    return np.unique(touched[:books])


@inlined
def _strain(pairs: Pairs, tilted: Tariff, state: State, i: int, j: int, sign: float) -> float:
    """Points that book j pays, as it is, for unit i more (sign 1) or less (−1)."""
    points = 0.0
    for q in range(state.load.shape[1]):
        load = unit_load(pairs, i, j, q)
        if load != 0:
            held = state.load[j, q]
            points += book_points(tilted, j, q, held + sign * load) - book_points(tilted, j, q, held)
    return points


@lent
def _elsewhere(
    pairs: Pairs, tilted: Tariff, slack: NDArray[float32], state: State, i: int, most: float, ease: float
) -> tuple[int, float]:
    """Where unit i goes at the least cost, −1 where that is not below `most`, and the cost."""
    here = state.choice[i]
    least, to = most, -1
    for j in range(slack.shape[1]):
        added = float(slack[i, j]) - float(slack[i, here])
        if added < least and j != here:
            added += ease * _strain(pairs, tilted, state, i, j, 1.0)
            if added < least:
                least = added
                to = j
    return to, least


@compiled
def _around(touched: Indices, partners: Indices, j: int) -> tuple[Indices, Indices]:
    """Every touched book, and j, with each of its partners."""
    size = (touched.size + 1) * (partners.shape[1] + 1)
    first, second = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    used = 0
    for n in range(touched.size + 1):
        a = touched[n] if n < touched.size else j
        for b in partners[a]:
            if b >= 0 and b != j:
                first[used], second[used] = a, b
                used += 1
    return first[:used], second[:used]


@compiled
def _own(slack: NDArray[float32], state: State) -> NDArray[float32]:
    """(k,) the slack of every unit where it is."""
    own = np.empty(state.choice.size, dtype=np.float32)
    for i in range(own.size):
        own[i] = slack[i, state.choice[i]]
    return own


@compiled
def _settle_for(slack: NDArray[float32], own: NDArray[float32], best: State, state: State) -> None:
    """Have another state as the best, with the slacks of its units, in place."""
    for i in range(own.size):
        if state.choice[i] != best.choice[i]:
            own[i] = slack[i, state.choice[i]]
    _put(best, state)


@lent
def _points(
    tilted: Tariff, slack: NDArray[float32], own: NDArray[float32], best: State, state: State
) -> float:
    """What a choice costs beyond the bound, but for groups; `own` are the slacks of the best."""
    points = 0.0
    for i in range(own.size):
        points += own[i] if state.choice[i] == best.choice[i] else slack[i, state.choice[i]]
    for j in range(state.load.shape[0]):
        for q in range(state.load.shape[1]):
            points += book_points(tilted, j, q, state.load[j, q])
    for r in range(state.plan.size):
        points += plan_points(tilted, r, state.plan[r])
    return points


@compiled
def _copied(state: State) -> Any:
    return State(
        state.choice.copy(), state.load.copy(), state.plan.copy(), state.held.copy(), state.amount.copy()
    )


@compiled
def _put(to: State, of: State) -> None:
    """Become another state; groups stay as they are, as their units do not move."""
    to.choice[:] = of.choice
    to.load[:] = of.load
    to.plan[:] = of.plan
