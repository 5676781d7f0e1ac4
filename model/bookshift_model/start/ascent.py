"""The ascent to high bounds: prices climb the softened Lagrangian on short lists of candidate pairs."""

# Compiled loops are plain: flat, with plain arguments; and numba knows numpy's old generator only.
# ruff: noqa: C901, NPY002, PLR0917
from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from bookshift_model.start.bound import Prices, no_prices, price_out, within
from bookshift_model.start.compiling import compiled
from bookshift_model.start.core import Core, unit_load
from bookshift_model.terms import Floats, Indices


class Schedule(NamedTuple):
    """How the ascent goes about it."""

    rounds: int
    steps: int
    """In each round, on candidates that are priced again before the next."""
    width: int
    """Candidates of a unit by reduced cost."""
    blur: tuple[float, float]
    """Points within which CSMs count as tied, at first and at last."""
    stride: tuple[float, float]
    """Step of a price, in units of its scale, at first and at last."""


QUICK: Final = Schedule(rounds=6, steps=40, width=12, blur=(0.1, 0.002), stride=(0.15, 0.002))
CAREFUL: Final = Schedule(rounds=10, steps=60, width=12, blur=(0.1, 0.001), stride=(0.15, 0.001))
ROUGH: Final = Schedule(rounds=10, steps=100, width=12, blur=(10.0, 0.001), stride=(10.0, 0.001))
"""Where rules collide, prices are hundreds of points and more: from far, and slower."""
AGAIN: Final = Schedule(rounds=1, steps=25, width=6, blur=(0.01, 0.002), stride=(0.02, 0.002))
"""After an edit, from the prices before it."""
_STRAYS: Final = 3
"""Candidates at random, so that no book is ever without takers (its price would run away)."""
_FEW: Final = 4
"""Times the width of short lists: up to so many CSMs they are safe from the start."""
_PER_BOOK: Final = 10
"""Units of a sample for each CSM."""
_SAMPLED: Final = 0.2
"""The share of the schedule at whose precision a sample ends; it begins `_COARSE` times as coarse."""
_COARSE: Final = 8.0
_LONGER: Final = 3
"""Rounds at most, in times of the schedule's."""
_AGAIN: Final = 0.5
"""The share of the schedule where a further round begins."""
_STALLED: Final = 2e-4
"""Share of the bound by which a round raises it no more."""
_HURRIED: Final = 6.0
"""The pace of a price that is still far from where it wants to be."""
_FADE_MEAN: Final = 0.8
_FADE_SQUARE: Final = 0.98
_NEGLIGIBLE: Final = 18.0
_AGREED: Final = 0.75
_HASTEN: Final = 1.3
_HIGHEST_PACE: Final = 1e4


def ascend(
    core: Core,
    schedule: Schedule = QUICK,
    *,
    seed: int,
    start: Prices | None = None,
) -> tuple[Prices, float]:
    """Prices with a high bound, and the bound; there are more rounds than scheduled while it rises much.

    Each unit's choice is softened (an entropy of temperature `blur`), so that the bound has a gradient, and
    prices climb it with Adam's steps on candidate pairs; every round ends with an exact bound over all pairs.
    """
    prices = no_prices(core) if start is None else within(core, start)
    slack, least = np.empty(core.cost.shape), np.empty(core.cost.shape[0])
    low, high = price_range(core)
    prices = Prices(np.clip(prices.book, low, high), prices.plan)
    scale = _scale(core)
    if start is None and core.cost.shape[1] > _FEW * schedule.width:
        blur, stride = (_between(schedule.blur, _SAMPLED), _between(schedule.stride, _SAMPLED))
        sample = _sample(core)
        everything = np.where(np.isfinite(sample.cost), 0.0, np.inf)
        near = _near(sample, *shortlist(everything, core.cost.shape[1], 0, seed))
        prices = Prices(prices.book.copy(), prices.plan.copy())
        climb(
            sample, near, prices, scale, low, high, schedule.steps,
            (_COARSE * blur, blur), (_COARSE * stride, stride),
        )  # fmt: skip
    best, bound = prices, float(price_out(core, prices, slack, least))
    for number in range(_LONGER * schedule.rounds):
        near = _near(core, *shortlist(slack, schedule.width, _STRAYS, seed + number))
        prices = Prices(prices.book.copy(), prices.plan.copy())
        begun = number / schedule.rounds if number < schedule.rounds else _AGAIN
        ended = begun + 1 / schedule.rounds
        haste = climb(
            core, near, prices, scale, low, high, schedule.steps,
            (_between(schedule.blur, begun), _between(schedule.blur, ended)),
            (_between(schedule.stride, begun), _between(schedule.stride, ended)),
        )  # fmt: skip
        found = float(price_out(core, prices, slack, least))
        rose = found - bound
        if rose > 0:
            best, bound = prices, found
        if number + 1 >= schedule.rounds and haste < _HURRIED and rose <= _STALLED * abs(bound):
            break
    return best, bound


def _sample(core: Core) -> Core:
    """A problem of every so-and-so-manieth unit by size that has a choice, with as much smaller books.

    Prices climb it on all pairs, which gets them near enough for short lists: where many CSMs are left out of
    lists, the prices of those without takers run away.
    """
    free = np.flatnonzero(np.isfinite(core.cost).sum(axis=1) > 1)
    loads = np.concatenate([core.flat, core.paired.mean(axis=2)], axis=1) / core.measure
    ranked = free[np.argsort(loads[free].sum(axis=1), kind="stable")]
    chosen = ranked[:: max(1, len(free) // (_PER_BOOK * core.cost.shape[1]))]
    share = np.abs(loads[chosen]).sum(axis=0) / np.maximum(np.abs(loads[free]).sum(axis=0), 1e-300)
    held = np.setdiff1d(np.arange(len(core.cost)), free)
    where = np.argmin(core.cost[held], axis=1)
    loads = np.concatenate([core.flat[held], core.paired[held, :, where]], axis=1)
    filled = np.zeros((core.cost.shape[1], loads.shape[1]))
    np.add.at(filled, where, loads)
    moved = np.take_along_axis(core.plan_load[held], where[:, None, None], axis=2).sum(axis=(0, 2))
    return core._replace(
        cost=core.cost[chosen],
        flat=core.flat[chosen],
        paired=core.paired[chosen],
        knot=(core.knot - filled[:, :, None]) * share[None, :, None],
        plan_load=core.plan_load[chosen],
        plan_limit=(core.plan_limit - moved) * (len(chosen) / max(1, len(free))),
    )


def _between(ends: tuple[float, float], share: float) -> float:
    return float(ends[0] * (ends[1] / ends[0]) ** share)


def _scale(core: Core) -> Prices:
    """Size of a price that matters: a point for an average load, or the least slope of a book if less."""
    slope = np.abs(core.slope).transpose(1, 0, 2)
    smallest = np.where(slope > 0, slope, np.inf).min(axis=2)
    some = np.maximum(1, np.count_nonzero(core.plan_load, axis=(0, 2)))
    load = np.maximum(np.abs(core.plan_load).sum(axis=(0, 2)) / some, 1e-12)
    return Prices(np.minimum(1 / core.measure[:, None], smallest), np.minimum(1 / load, core.plan_rate))


@compiled
def shortlist(slack: Floats, width: int, strays: int, seed: int) -> tuple[Indices, Indices]:
    """(k, C) each unit's CSMs of least slack, ascending, then some at random; (k,) how many there are."""
    np.random.seed(seed)
    k, m = slack.shape
    width = min(width, m)
    columns = min(m, width + strays)
    pairs = np.zeros((k, columns), dtype=np.int64)
    count = np.zeros(k, dtype=np.int64)
    keys = np.empty(columns)
    taken = np.full(m, -1)
    for i in range(k):
        ranked = columns if columns == m else width
        used = 0
        for j in range(m):
            value = slack[i, j]
            if value == np.inf or (used == ranked and value >= keys[used - 1]):
                continue
            if used < ranked:
                used += 1
            place = used - 1
            while place > 0 and keys[place - 1] > value:
                keys[place] = keys[place - 1]
                pairs[i, place] = pairs[i, place - 1]
                place -= 1
            keys[place] = value
            pairs[i, place] = j
        for place in range(used):
            taken[pairs[i, place]] = i
        if columns < m:
            for _ in range(strays):
                j = np.random.randint(m)
                if taken[j] != i and slack[i, j] < np.inf:
                    taken[j] = i
                    pairs[i, used] = j
                    used += 1
        count[i] = used
    return pairs, count


class Ascent(NamedTuple):
    """What the ascent remembers of its way, for book prices (Q, m) and plan prices (1, R)."""

    mean: Floats
    """Running mean of the gradient."""
    square: Floats
    """Running mean of its square."""
    pace: Floats
    """Strides at a time."""
    age: Floats
    """(1, 1) steps taken."""


class Near(NamedTuple):
    """Candidate pairs, C for each unit, and what the ascent reads of them."""

    csm: Indices
    """(k, C)"""
    length: Indices
    """(k,) how many candidates each unit has."""
    cost: Floats
    """(k, C)"""
    paired: Floats
    """(k, C, P)"""
    plan_load: Floats
    """(k, C, R)"""


@compiled
def _begin(shape: tuple[int, ...]) -> Ascent:
    return Ascent(np.zeros(shape), np.zeros(shape), np.ones(shape), np.zeros((1, 1)))


@compiled
def price_range(core: Core) -> tuple[Floats, Floats]:
    """(Q, m) the least and the highest price worth trying: the slopes at the least and most a book can hold.

    Where units without a choice fill a book beyond a limit, this is the price of breaking it, known at once.
    """
    k, m = core.cost.shape
    quantities = core.knot.shape[1]
    least, most = np.zeros((quantities, m)), np.zeros((quantities, m))
    for i in range(k):
        eligible = 0
        for j in range(m):
            eligible += core.cost[i, j] < np.inf
        for q in range(quantities):
            for j in range(m):
                if core.cost[i, j] < np.inf:
                    load = unit_load(core, i, j, q)
                    least[q, j] += load if eligible == 1 else min(load, 0.0)
                    most[q, j] += load if eligible == 1 else max(load, 0.0)
    for q in range(quantities):
        for j in range(m):
            below = above = 0
            for at in range(core.knot.shape[2]):
                below += core.knot[j, q, at] < least[q, j]
                above += core.knot[j, q, at] <= most[q, j]
            least[q, j], most[q, j] = core.slope[j, q, below], core.slope[j, q, above]
    return least, most


@compiled
def _near(core: Core, csm: Indices, length: Indices) -> Near:
    """Gather the candidates, so that the ascent reads memory in order."""
    k, width = csm.shape
    cost = np.empty((k, width))
    paired = np.empty((k, width, core.paired.shape[1]))
    plan_load = np.empty((k, width, core.plan_limit.size))
    for i in range(k):
        for c in range(length[i]):
            j = csm[i, c]
            cost[i, c] = core.cost[i, j]
            paired[i, c] = core.paired[i, :, j]
            plan_load[i, c] = core.plan_load[i, :, j]
    return Near(csm, length, cost, paired, plan_load)


@compiled
def climb(
    core: Core,
    near: Near,
    prices: Prices,
    scale: Prices,
    low: Floats,
    high: Floats,
    steps: int,
    blur: tuple[float, float],
    stride: tuple[float, float],
) -> float:
    """Climb the softened bound on candidate pairs, prices changed in place; the highest pace at the end.

    (Kingma and Ba, Adam: a method for stochastic optimization, 2015.)
    """
    k, m = core.cost.shape
    held, total = np.empty(prices.book.shape), np.empty((1, prices.plan.size))
    books, plans = _begin(prices.book.shape), _begin((1, prices.plan.size))
    plan_price, plan_scale = prices.plan.reshape(1, -1), scale.plan.reshape(1, -1)
    plan_high = core.plan_rate.reshape(1, -1)
    for step in range(steps):
        here = blur[0] * (blur[1] / blur[0]) ** (step / steps)
        far = stride[0] * (stride[1] / stride[0]) ** (step / steps)
        _soft_loads(core, near, prices, here, held, total)
        for q in range(prices.book.shape[0]):
            for j in range(m):
                want = _soft_want(core, j, q, prices.book[q, j], here / core.measure[q])
                held[q, j] = (held[q, j] - want) * m / (core.measure[q] * k)
        for r in range(prices.plan.size):
            total[0, r] = (total[0, r] - core.plan_limit[r]) * scale.plan[r] / k
        _step(prices.book, held, scale.book, low, high, books, far)
        _step(plan_price, total, plan_scale, np.zeros(plan_price.shape), plan_high, plans, far)
    return max(books.pace.max() if books.pace.size else 1.0, plans.pace.max() if plans.pace.size else 1.0)


@compiled
def _soft_loads(core: Core, near: Near, prices: Prices, blur: float, held: Floats, total: Floats) -> None:
    """What books and the plan hold when units spread over CSMs that cost about the same, in place."""
    flat, paired, plans = core.flat.shape[1], core.paired.shape[1], prices.plan.size
    share = np.empty(near.csm.shape[1])
    held[:] = 0.0
    total[:] = 0.0
    for i in range(near.csm.shape[0]):
        lowest = np.inf
        for c in range(near.length[i]):
            j = near.csm[i, c]
            value = near.cost[i, c]
            for q in range(flat):
                value += prices.book[q, j] * core.flat[i, q]
            for p in range(paired):
                value += prices.book[flat + p, j] * near.paired[i, c, p]
            for r in range(plans):
                value += prices.plan[r] * near.plan_load[i, c, r]
            share[c] = value
            lowest = min(lowest, value)
        whole = 0.0
        for c in range(near.length[i]):
            worse = (share[c] - lowest) / blur
            share[c] = np.exp(-worse) if worse < _NEGLIGIBLE else 0.0
            whole += share[c]
        for c in range(near.length[i]):
            if share[c] > 0:
                part = share[c] / whole
                j = near.csm[i, c]
                for q in range(flat):
                    held[q, j] += part * core.flat[i, q]
                for p in range(paired):
                    held[flat + p, j] += part * near.paired[i, c, p]
                for r in range(plans):
                    total[0, r] += part * near.plan_load[i, c, r]


@compiled
def _step(
    price: Floats, drift: Floats, scale: Floats, low: Floats, high: Floats, ascent: Ascent, stride: float
) -> None:
    """Move each price along its drift, in place: about `stride` of its scale, the pace given."""
    ascent.age[0, 0] += 1
    age = ascent.age[0, 0]
    of_mean, of_square = 1 - _FADE_MEAN**age, 1 - _FADE_SQUARE**age
    for q in range(price.shape[0]):
        for j in range(price.shape[1]):
            if low[q, j] == high[q, j]:
                continue
            ascent.mean[q, j] += (1 - _FADE_MEAN) * (drift[q, j] - ascent.mean[q, j])
            ascent.square[q, j] += (1 - _FADE_SQUARE) * (drift[q, j] ** 2 - ascent.square[q, j])
            pull = ascent.mean[q, j] / of_mean / (np.sqrt(ascent.square[q, j] / of_square) + 1e-3)
            ascent.pace[q, j] = _paced(ascent.pace[q, j], pull)
            moved = price[q, j] + ascent.pace[q, j] * stride * scale[q, j] * pull
            price[q, j] = min(max(moved, low[q, j]), high[q, j])
            if price[q, j] != moved:
                ascent.pace[q, j] = 1.0


@compiled
def _paced(pace: float, pull: float) -> float:
    """Strides at a time: more and more while gradients agree, as where a hard limit cannot be kept."""
    if abs(pull) > _AGREED:
        return min(pace * _HASTEN, _HIGHEST_PACE)
    return max(1.0, pace / 2) if abs(pull) < _AGREED / 2 else pace


@compiled
def _soft_want(core: Core, j: int, q: int, price: float, blur: float) -> float:
    """The load at which book j costs least, sliding from knot to knot as the price passes a slope."""
    load = core.knot[j, q, 0]
    for at in range(1, core.knot.shape[2]):
        if core.knot[j, q, at] == np.inf:
            break
        passed = 0.5 + (price - core.slope[j, q, at]) / (_SLIDE * blur)
        load += min(max(passed, 0.0), 1.0) * (core.knot[j, q, at] - core.knot[j, q, at - 1])
    return float(load)


_SLIDE: Final = 0.5
"""Width of the slide between knots, in blurs of a price."""
