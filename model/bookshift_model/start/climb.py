"""A climb of prices: Adam's steps on the softened bound over listed pairs."""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled, inlined, lent
from bookshift_model.start.near import Fixed, Near
from bookshift_model.start.tariff import Tariff
from bookshift_model.terms import Floats

_FADE_MEAN: Final = 0.8
_FADE_SQUARE: Final = 0.98
_AGREED: Final = 0.75
_HASTEN: Final = 1.3
_HIGHEST_PACE: Final = 1e4
_SLIDE: Final = 0.5
"""Width of the slide between knots, in blurs of a price."""


class Field(NamedTuple):
    """Where prices may go and what counts as far, (m, Q) for books or (1, R) for the plan."""

    low: Floats
    high: Floats
    scale: Floats
    """Size of a price that matters."""
    weight: Floats
    """(Q,) or (R,) what makes an excess of load a gradient of about 1."""


class Way(NamedTuple):
    """What a climb remembers of its way."""

    mean: Floats
    """Running mean of the gradient."""
    square: Floats
    """Running mean of its square."""
    pace: Floats
    """Strides at a time."""


@compiled
def climb(
    near: Near,
    fixed: Fixed,
    tariff: Tariff,
    books: Field,
    plans: Field,
    book: Floats,
    plan: Floats,
    measure: Floats,
    steps: int,
    blur: tuple[float, float],
    stride: tuple[float, float],
    lift: float,
) -> float:
    """Climb the softened bound on listed pairs; the highest pace at the end.

    The prices `book` (m, Q) and `plan` (1, R) are changed in place.
    Each unit's choice is softened as by an entropy of temperature `blur`, so that the bound has a gradient.
    Where there is a `lift`, every price goes along with a step of so many strides that the average excess of
    all books asks for: units only compare, so that a single book hardly shows that all are too dear.
    (Kingma and Ba, Adam: a method for stochastic optimization, 2015.)
    """
    held, total = np.empty_like(book), np.empty_like(plan)
    book_way, plan_way = _begun(held), _begun(total)
    common, lifted = np.zeros((1, book.shape[1])), np.zeros((1, book.shape[1]))
    lifts, lift_way = _unbound(books, lift), _begun(common)
    share = np.empty(near.csm.size)
    mean_of = square_of = 1.0
    for step in range(steps):
        here = blur[0] * (blur[1] / blur[0]) ** (step / steps)
        far = stride[0] * (stride[1] / stride[0]) ** (step / steps)
        mean_of *= _FADE_MEAN
        square_of *= _FADE_SQUARE
        _copy(held, fixed.load)
        for r in range(fixed.plan.size):
            total[0, r] = fixed.plan[r]
        _soft_loads(near, book, plan, here, share, held, total)
        for j in range(held.shape[0]):
            for q in range(held.shape[1]):
                held[j, q] -= _soft_want(tariff, j, q, book[j, q], here / measure[q])
        for r in range(tariff.limit.size):
            total[0, r] -= tariff.limit[r]
        if lift > 0:
            _together(book, held, books, common)
            _step(lifted, common, lifts, lift_way, far, 1 - mean_of, 1 - square_of)
        _step(book, held, books, book_way, far, 1 - mean_of, 1 - square_of)
        if lift > 0:
            _lift(book, lifted, books)
        _step(plan, total, plans, plan_way, far, 1 - mean_of, 1 - square_of)
    return max(_highest(book_way.pace), _highest(plan_way.pace))


@inlined
def _copy(to: Floats, of: Floats) -> None:
    """Element by element: numba compiles far more for slices, whose shapes may differ."""
    for j in range(of.shape[0]):
        for q in range(of.shape[1]):
            to[j, q] = of[j, q]


@compiled
def _begun(like: Floats) -> Way:
    return Way(np.zeros_like(like), np.zeros_like(like), np.ones_like(like))


@compiled
def _unbound(books: Field, lift: float) -> Field:
    """Where the prices of all books may go together, with so many strides of a single one."""
    scale = np.zeros((1, books.scale.shape[1]))
    for q in range(books.scale.shape[1]):
        for j in range(books.scale.shape[0]):
            scale[0, q] += lift * books.scale[j, q] / books.scale.shape[0]
    return Field(np.full_like(scale, -np.inf), np.full_like(scale, np.inf), scale, books.weight)


@lent
def _highest(pace: Floats) -> float:
    highest = 1.0
    for row in pace:
        for one in row:
            highest = max(highest, one)
    return highest


@lent
def _together(book: Floats, excess: Floats, books: Field, common: Floats) -> None:
    """Fill in the average excess (1, Q) of the books whose prices may go along with their own."""
    for q in range(book.shape[1]):
        common[0, q] = 0.0
        for j in range(book.shape[0]):
            over = excess[j, q]
            if book[j, q] < books.high[j, q] if over > 0 else book[j, q] > books.low[j, q]:
                common[0, q] += over / book.shape[0]


@lent
def _lift(book: Floats, lifted: Floats, books: Field) -> None:
    """Add what was lifted (1, Q) to the prices (m, Q) of all books, in place; nothing of it is left."""
    for q in range(book.shape[1]):
        for j in range(book.shape[0]):
            book[j, q] = min(max(book[j, q] + lifted[0, q], books.low[j, q]), books.high[j, q])
        lifted[0, q] = 0.0


@lent
def _soft_loads(
    near: Near, book: Floats, plan: Floats, blur: float, share: Floats, held: Floats, total: Floats
) -> None:
    """Add what books and the plan hold when units spread over CSMs that cost about the same."""
    for u in range(near.start.size - 1):
        row = share[: near.start[u + 1] - near.start[u]]
        _price(near, u, book, plan, row)
        whole = _soften(row, blur)
        _spread(near, u, row, whole, held, total)


@inlined
def _price(near: Near, u: int, book: Floats, plan: Floats, row: Floats) -> None:
    """Fill in what the pairs of a unit cost."""
    begin, flat = near.start[u], near.flat.shape[1]
    for e in range(row.size):
        row[e] = near.cost[begin + e]
    for q in range(flat):
        load = near.flat[u, q]
        if load != 0:
            for e in range(row.size):
                row[e] += book[near.csm[begin + e], q] * load
    for q in range(near.paired.shape[1]):
        for e in range(row.size):
            row[e] += book[near.csm[begin + e], flat + q] * near.paired[begin + e, q]
    for r in range(plan.size):
        for e in range(row.size):
            row[e] += plan[0, r] * near.plan[begin + e, r]


@inlined
def _soften(row: Floats, blur: float) -> float:
    """Turn costs into weights, about `exp(−cost / blur)`, the same number for all aside; their sum.

    `(1 − x/16)¹⁶` stands for the exponential: it takes no call, and is nothing from 16 blurs on.
    """
    lowest, steep, whole = row[0], 1 / (16 * blur), 0.0
    for one in row:
        lowest = min(lowest, one)
    for e in range(row.size):
        weight = max(0.0, 1.0 - (row[e] - lowest) * steep)
        weight *= weight
        weight *= weight
        weight *= weight
        weight *= weight
        row[e] = weight
        whole += weight
    return float(whole)


@inlined
def _spread(near: Near, u: int, row: Floats, whole: float, held: Floats, total: Floats) -> None:
    """Add what a unit brings, spread by weights."""
    begin, flat = near.start[u], near.flat.shape[1]
    for e in range(row.size):
        if row[e] > 0:
            j, part = near.csm[begin + e], row[e] / whole
            for q in range(flat):
                held[j, q] += part * near.flat[u, q]
            for q in range(near.paired.shape[1]):
                held[j, flat + q] += part * near.paired[begin + e, q]
            for r in range(total.size):
                total[0, r] += part * near.plan[begin + e, r]


@lent
def _step(
    price: Floats,
    excess: Floats,
    field: Field,
    way: Way,
    stride: float,
    of_mean: float,
    of_square: float,
) -> None:
    """Move each price along its excess, in place: about `stride` of its scale, the pace given."""
    for j in range(price.shape[0]):
        for q in range(price.shape[1]):
            if field.low[j, q] == field.high[j, q]:
                continue
            drift = excess[j, q] * field.weight[q]
            way.mean[j, q] += (1 - _FADE_MEAN) * (drift - way.mean[j, q])
            way.square[j, q] += (1 - _FADE_SQUARE) * (drift**2 - way.square[j, q])
            pull = way.mean[j, q] / of_mean / (np.sqrt(way.square[j, q] / of_square) + 1e-3)
            way.pace[j, q] = _paced(way.pace[j, q], pull)
            moved = price[j, q] + way.pace[j, q] * stride * field.scale[j, q] * pull
            price[j, q] = min(max(moved, field.low[j, q]), field.high[j, q])
            if price[j, q] != moved:
                way.pace[j, q] = 1.0


@inlined
def _paced(pace: float, pull: float) -> float:
    """Strides at a time: more and more while gradients agree, as where a hard limit cannot be kept."""
    if abs(pull) > _AGREED:
        return min(pace * _HASTEN, _HIGHEST_PACE)
    return max(1.0, pace / 2) if abs(pull) < _AGREED / 2 else pace


@inlined
def _soft_want(tariff: Tariff, j: int, q: int, price: float, blur: float) -> float:
    """The load at which book j costs least, sliding from knot to knot as the price passes a slope."""
    load = tariff.knot[j, q, 0]
    for at in range(1, tariff.knot.shape[2]):
        if tariff.knot[j, q, at] == np.inf:
            break
        passed = 0.5 + (price - tariff.slope[j, q, at]) / (_SLIDE * blur)
        load += min(max(passed, 0.0), 1.0) * (tariff.knot[j, q, at] - tariff.knot[j, q, at - 1])
    return float(load)
