"""The least that one book costs when accounts are whole: branch and bound with prices of the book's own.

A book wants certain loads. Units may be added to what it holds at first, or taken from it, each for some
points. What that costs at least,

    z = min_S Σ_(n in S) cost_n + Σ_q g_q(base_q + Σ_(n in S) load_nq),

is bounded in every node by prices y of the loads, as in `bound`: Σ_n min(0, cost_n + Σ_q y_q load_nq) plus
what the book pays at those prices, highest where each price in turn is put where it is best. Units whose
choice cannot matter any more at those prices are settled; of the others the one that shifts most loads is
tried both ways. What is not finished after some nodes is proven less, never wrongly.
"""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled, inlined, lent
from bookshift_model.start.tariff import Tariff, book_points
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import int8
    from numpy.typing import NDArray

_TURNS: Final = 2
"""Times that the price of each quantity is put where it is best."""
_EQUAL: Final = 1e-9
_IN: Final = 1
_OUT: Final = -1


class Wish(NamedTuple):
    """What could be done with a book: N changes, and the loads Q that it has without them."""

    base: Floats
    """(Q,)"""
    cost: Floats
    """(N,) points of each change by itself."""
    load: Floats
    """(N, Q) what it brings."""


class Nodes(NamedTuple):
    """Nodes that were opened, one row each; the first `used` count."""

    fixed: NDArray[int8]
    """(T, N) 1 for changes that are made, −1 for those that are not, 0 for open ones."""
    price: Floats
    """(T, Q)"""
    bound: Floats
    """(T,) infinite for nodes that are done with."""


class Room(NamedTuple):
    """Where a node is looked at: parts of the loops are lent arrays and make none."""

    price: Floats
    """Prices at which the slope of a bound falls, of all changes and knots,"""
    fall: Floats
    """and by how much."""
    held: Floats
    """(Q,) what the book holds."""
    left: Indices
    """(N,) the changes that are not ruled out, as many as there are."""


@compiled
def least_of_book(
    tilted: Tariff, j: int, wish: Wish, measure: Floats, upper: float, nodes: int, made: NDArray[int8]
) -> float:
    """The least that book j costs, or a little less after so many nodes; never more than `upper`.

    `made` (N,) becomes the best changes found, if they cost less than `upper`.
    """
    opened = _unopened(2 * nodes + 1, wish)
    reduced = np.empty(wish.cost.size)
    active = _active(tilted, j, wish)
    most = wish.cost.size + tilted.knot.shape[2]
    room = Room(
        np.empty(most), np.empty(most), np.empty(wish.base.size), np.empty(wish.cost.size, dtype=np.int64)
    )
    upper = _look(tilted, j, wish, active, opened, 0, reduced, room, upper, made)
    used = 1
    for _ in range(nodes):
        at = _lowest(opened.bound, used)
        if opened.bound[at] >= upper - _EQUAL:
            return upper
        _price_changes(wish, opened.price[at], reduced)
        branch = _settle(wish, active, measure, reduced, upper - opened.bound[at], opened.fixed[at])
        if branch < 0:
            left = room.left[: _not_out(opened.fixed[at], room.left)]
            upper = _judge(tilted, j, wish, opened.fixed[at], reduced, upper, made, room.held, left)
            opened.bound[at] = np.inf
            continue
        for side in (_IN, _OUT):
            for n in range(wish.cost.size):
                opened.fixed[used, n] = opened.fixed[at, n]
            opened.fixed[used, branch] = side
            for q in range(wish.base.size):
                opened.price[used, q] = opened.price[at, q]
            opened.bound[used] = opened.bound[at]
            upper = _look(tilted, j, wish, active, opened, used, reduced, room, upper, made)
            used += 1
        opened.bound[at] = np.inf
    return float(min(upper, opened.bound[_lowest(opened.bound, used)]))


@inlined
def _lowest(of: Floats, size: int) -> int:
    """Where the first `size` numbers are lowest, of equal ones the first."""
    lowest = 0
    for at in range(1, size):
        if of[at] < of[lowest]:
            lowest = at
    return lowest


@compiled
def _unopened(size: int, wish: Wish) -> Nodes:
    fixed = np.zeros((size, wish.cost.size), dtype=np.int8)
    return Nodes(fixed, np.zeros((size, wish.base.size)), np.full(size, -np.inf))


@compiled
def _active(tilted: Tariff, j: int, wish: Wish) -> Indices:
    """Quantities of which the changes could bring what costs points."""
    active = np.zeros(wish.base.size, dtype=np.int64)
    used = 0
    for q in range(wish.base.size):
        least = most = wish.base[q]
        for n in range(wish.cost.size):
            least += min(wish.load[n, q], 0.0)
            most += max(wish.load[n, q], 0.0)
        if least < most and max(book_points(tilted, j, q, least), book_points(tilted, j, q, most)) > 0:
            active[used] = q
            used += 1
    return active[:used]


@lent
def _look(
    tilted: Tariff,
    j: int,
    wish: Wish,
    active: Indices,
    opened: Nodes,
    at: int,
    reduced: Floats,
    room: Room,
    upper: float,
    made: NDArray[int8],
) -> float:
    """Bound a node as well as its prices can, and try the changes that they suggest; the new upper limit."""
    left = room.left[: _not_out(opened.fixed[at], room.left)]
    _price_changes(wish, opened.price[at], reduced)
    for _ in range(_TURNS):
        for q in active:
            price = _best_price(
                tilted, j, q, wish, opened.fixed[at], opened.price[at, q], reduced, room, left
            )
            step = price - opened.price[at, q]
            opened.price[at, q] = price
            for n in left:
                reduced[n] += step * wish.load[n, q]
    found = _bound(tilted, j, wish, opened.fixed[at], opened.price[at], reduced, left)
    opened.bound[at] = max(opened.bound[at], found)
    return _judge(tilted, j, wish, opened.fixed[at], reduced, upper, made, room.held, left)


@inlined
def _not_out(fixed: NDArray[int8], left: Indices) -> int:
    """Fill in the changes of a node that are not ruled out, mostly few; how many they are."""
    number = 0
    for n in range(fixed.size):
        if fixed[n] != _OUT:
            left[number] = n
            number += 1
    return number


@lent
def _best_price(
    tilted: Tariff,
    j: int,
    q: int,
    wish: Wish,
    fixed: NDArray[int8],
    price: float,
    reduced: Floats,
    room: Room,
    left: Indices,
) -> float:
    """The price of quantity q at which the bound of a node is highest, with the other prices as they are.

    The bound is concave in the price; its slope is what the book holds beyond what it wants, and falls where
    a change becomes too dear or worth its while, and where the book wants more. `reduced` (N,) is what
    changes cost at the `price` so far.
    """
    knots = _knots(tilted, j, q)
    lowest, highest = tilted.slope[j, q, 0], tilted.slope[j, q, knots]
    used = 0
    excess = wish.base[q] - tilted.knot[j, q, 0]
    for n in left:
        load = wish.load[n, q]
        if fixed[n] == _IN:
            excess += load
        elif load != 0:
            turn = price - reduced[n] / load
            if (turn > lowest) == (load > 0):
                excess += load
            if lowest < turn < highest:
                room.price[used] = turn
                room.fall[used] = abs(load)
                used += 1
    if excess <= 0:
        return float(lowest)
    for at in range(1, knots):
        room.price[used] = tilted.slope[j, q, at]
        room.fall[used] = tilted.knot[j, q, at] - tilted.knot[j, q, at - 1]
        used += 1
    return _fallen(room, used, excess, highest)


@lent
def _fallen(room: Room, used: int, excess: float, highest: float) -> float:
    """The least of some prices up to which an excess has fallen to nothing; else the highest price.

    They are not put in order: those on the side where it is not are left out, again and again.
    (Hoare, Find, 1961.)
    """
    price, fall = room.price, room.fall
    low, high = 0, used
    found = highest
    while low < high:
        middle = price[(low + high) // 2]
        # Up to `less` prices are lower, from `more` on higher.
        less, at, more = low, low, high
        lower = here = 0.0
        while at < more:
            if price[at] > middle:
                more -= 1
                _swap(price, fall, at, more)
                continue
            if price[at] < middle:
                lower += fall[at]
                _swap(price, fall, at, less)
                less += 1
            else:
                here += fall[at]
            at += 1
        if excess <= lower:
            found = middle
            high = less
        elif excess <= lower + here:
            return float(middle)
        else:
            excess -= lower + here
            low = more
    return float(found)


@inlined
def _swap(price: Floats, fall: Floats, one: int, other: int) -> None:
    kept, lost = price[one], fall[one]
    price[one], fall[one] = price[other], fall[other]
    price[other], fall[other] = kept, lost


@inlined
def _knots(tilted: Tariff, j: int, q: int) -> int:
    number = 1
    while number < tilted.knot.shape[2] and tilted.knot[j, q, number] < np.inf:
        number += 1
    return number


@inlined
def _price_changes(wish: Wish, price: Floats, reduced: Floats) -> None:
    """Fill in what each change costs with its loads at prices."""
    for n in range(reduced.size):
        points = wish.cost[n]
        for q in range(price.size):
            points += price[q] * wish.load[n, q]
        reduced[n] = points


@lent
def _bound(
    tilted: Tariff, j: int, wish: Wish, fixed: NDArray[int8], price: Floats, reduced: Floats, left: Indices
) -> float:
    """The bound that prices give a node, at which changes cost `reduced`."""
    bound = 0.0
    for q in range(price.size):
        at = 0
        for knot in range(1, _knots(tilted, j, q)):
            if tilted.slope[j, q, knot] < price[q]:
                at = knot
        bound += tilted.height[j, q, at] + price[q] * (wish.base[q] - tilted.knot[j, q, at])
    for n in left:
        if fixed[n] == _IN or reduced[n] < 0:
            bound += reduced[n]
    return bound


@lent
def _judge(
    tilted: Tariff,
    j: int,
    wish: Wish,
    fixed: NDArray[int8],
    reduced: Floats,
    upper: float,
    made: NDArray[int8],
    held: Floats,
    left: Indices,
) -> float:
    """What a node's changes cost, those that are open as prices suggest, if that is less than `upper`."""
    for q in range(held.size):
        held[q] = wish.base[q]
    points = 0.0
    for n in left:
        if fixed[n] == _IN or reduced[n] < 0:
            points += wish.cost[n]
            for q in range(held.size):
                held[q] += wish.load[n, q]
    for q in range(held.size):
        points += book_points(tilted, j, q, held[q])
    if points >= upper:
        return upper
    for n in range(made.size):
        made[n] = 0
    for n in left:
        made[n] = fixed[n] == _IN or reduced[n] < 0
    return points


@lent
def _settle(
    wish: Wish, active: Indices, measure: Floats, reduced: Floats, room: float, fixed: NDArray[int8]
) -> int:
    """Fix the changes whose other choice would cost all the room there is; the one to try next, −1 for none.

    That is one which shifts much load and of which prices say little.
    """
    branch, most = -1, -1.0
    for n in range(reduced.size):
        if fixed[n] == 0:
            if abs(reduced[n]) >= room:
                fixed[n] = _IN if reduced[n] < 0 else _OUT
                continue
            size = 0.0
            for q in active:
                size += abs(wish.load[n, q]) / measure[q]
            size *= (1 - abs(reduced[n]) / room) ** 4
            if size > most:
                branch, most = n, size
    return branch
