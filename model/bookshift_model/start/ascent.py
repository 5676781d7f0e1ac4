"""The ascent to high bounds: prices climb on short lists of pairs, and all pairs are priced in between."""

# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bookshift_model.start.bound import Prices, bound_of, no_prices, price_out, room_for
from bookshift_model.start.chance import seeded
from bookshift_model.start.climb import Field, climb
from bookshift_model.start.near import Fixed, listed, near_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import float32
    from numpy.typing import NDArray

    from bookshift_model.start.bound import Priced
    from bookshift_model.start.core import Core
    from bookshift_model.terms import Floats, Indices


class Schedule(NamedTuple):
    """How the ascent goes about it."""

    rounds: int
    steps: int
    """In each round, on pairs that are priced again before the next."""
    width: int
    """Pairs of a unit on the list at most, where CSMs are not many."""
    blur: tuple[float, float]
    """Points within which CSMs count as tied, at first and at last."""
    stride: tuple[float, float]
    """Step of a price, in units of its scale, at first and at last."""


QUICK: Final = Schedule(rounds=6, steps=40, width=12, blur=(0.1, 0.0005), stride=(0.15, 0.001))
CAREFUL: Final = Schedule(rounds=10, steps=60, width=12, blur=(0.1, 0.0003), stride=(0.15, 0.0005))
ROUGH: Final = Schedule(rounds=10, steps=100, width=12, blur=(10.0, 0.001), stride=(10.0, 0.001))
"""Where rules collide, prices are hundreds of points and more: from far, and slower."""
AGAIN: Final = Schedule(rounds=1, steps=25, width=6, blur=(0.01, 0.002), stride=(0.02, 0.002))
"""After an edit, from the prices before it."""
_WIDTHS: Final = 12
"""CSMs for each pair on longer lists: of many, more are almost as good, and prices see no further."""
_STRAYS: Final = 3
"""Pairs at random, so that no book is ever without takers (its price would run away)."""
_REACH: Final = (20.0, 40.0)
"""Pairs within so many blurs and (hasty) strides may win during a round: others are not on its list."""
_FEW: Final = 4
"""Times the width of short lists: up to so many CSMs they are safe from the start."""
_BLURRED: Final = 0.25
_STRODE: Final = 0.5
"""Blur and stride at most, in slacks that short lists reach to: they know nothing beyond."""
_FALLEN: Final = 0.02
_TRUST: Final = 0.5
"""Once a bound has fallen by so much, prices change by this part of what lists reach to in a round."""
_SOME: Final = 1000
_TINY: Final = 1e-4
_PER_BOOK: Final = 5
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
_PATIENCE: Final = 3
"""Rounds without a rise that are no end where prices hurry."""


class Ascended(NamedTuple):
    """The best prices met, what pairs cost at them, and the bound that they prove."""

    prices: Prices
    priced: Priced
    bound: float


def ascend(
    core: Core,
    schedule: Schedule = QUICK,
    *,
    seed: int,
    start: Prices | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Ascended:
    """Prices with a high bound; there are more rounds than scheduled while it rises much.

    Prices climb on pairs that are cheapest or almost so; every round ends with an exact bound over all pairs.
    Where `stop` says so before a round, they are the best so far.
    """
    chance = seeded(seed)
    width = max(schedule.width, core.m // _WIDTHS)
    books, plans = _fields(core)
    prices = no_prices(core) if start is None else core.tariff.within(start)
    book = np.clip(np.ascontiguousarray(prices.book.T), books.low, books.high)
    plan = prices.plan[None, :].copy()
    sampled = start is None and core.m > _FEW * schedule.width
    if sampled:
        _climb_sample(core, books, plans, book, plan, schedule)
    best = prices = _prices(book, plan)
    priced = price_out(core, prices)
    bound = bound_of(core, prices, priced)
    other = room_for(core)
    latest, haste, idle, trust = priced, 1.0, 0, np.inf
    for number in range(_LONGER * schedule.rounds):
        if stop():
            break
        begun = number / schedule.rounds if number < schedule.rounds else _AGAIN
        ended = begun + 1 / schedule.rounds
        seen = _seen(latest.slack, width)
        blur = (
            min(_between(schedule.blur, begun), _BLURRED * seen),
            min(_between(schedule.blur, ended), _BLURRED * seen),
        )
        stride = (
            min(_between(schedule.stride, begun), _STRODE * seen),
            min(_between(schedule.stride, ended), _STRODE * seen),
        )
        within = _REACH[0] * blur[0] + _REACH[1] * stride[0] * haste
        near, fixed = near_pairs(core, latest.slack, width, within, _STRAYS, chance)
        around = (
            books._replace(
                low=np.maximum(books.low, book - trust * seen * books.scale),
                high=np.minimum(books.high, book + trust * seen * books.scale),
            )
            if trust < np.inf
            else books
        )
        haste = climb(
            near, fixed, core.tariff, around, plans, book, plan, core.measure, schedule.steps, blur, stride
        )
        prices = _prices(book, plan)
        latest = price_out(core, prices, other)
        found = bound_of(core, prices, latest)
        rose = found - bound
        if rose > 0:
            best, bound = prices, found
            priced, other = latest, priced
            trust *= 2
        elif sampled and found < bound - _FALLEN * abs(bound):
            # Prices ran away from what the lists know: back to the best, and more carefully.
            trust = min(_TRUST, trust / 4)
            book, plan, latest = np.ascontiguousarray(best.book.T), best.plan[None, :].copy(), priced
        idle = idle + 1 if rose <= _STALLED * abs(bound) else 0
        if number + 1 >= schedule.rounds and idle > _PATIENCE * (haste >= _HURRIED):
            break
    return Ascended(best, priced, bound)


def _seen(slack: NDArray[float32], width: int) -> float:
    """Slack that short lists reach to, for most units."""
    if slack.shape[1] <= width:
        return np.inf
    some = slack[:: max(1, len(slack) // _SOME)]
    return float(np.median(np.partition(some, width, axis=1)[:, width])) + _TINY


def _prices(book: Floats, plan: Floats) -> Prices:
    return Prices(np.ascontiguousarray(book.T), plan[0].copy())


def _between(ends: tuple[float, float], share: float) -> float:
    return float(ends[0] * (ends[1] / ends[0]) ** share)


def _climb_sample(
    core: Core, books: Field, plans: Field, book: Floats, plan: Floats, schedule: Schedule
) -> None:
    """Let prices climb on all pairs of a sample of units, with as much smaller books, in place.

    It gets them near enough for short lists: where many CSMs are left out of lists, the prices of those
    without takers run away.
    """
    free = np.flatnonzero(_choices(core) > 1)
    if not len(free):
        return
    loads = np.concatenate([core.pairs.flat, core.pairs.paired.mean(axis=2)], axis=1) / core.measure
    ranked = free[np.argsort(loads[free].sum(axis=1), kind="stable")]
    chosen = np.sort(ranked[:: max(1, len(free) // (_PER_BOOK * core.m))])
    shares = np.abs(loads[chosen]).sum(axis=0) / np.maximum(np.abs(loads[free]).sum(axis=0), 1e-300)
    share = len(chosen) / len(free)
    at, csm = np.nonzero(np.isfinite(core.pairs.cost[chosen]))
    near, _ = listed(core, chosen[at], csm)
    _, fixed = listed(core, *_settled(core))
    smaller = core.tariff._replace(
        knot=core.tariff.knot * shares[None, :, None], limit=core.tariff.limit * share
    )
    blur, stride = (_between(schedule.blur, _SAMPLED), _between(schedule.stride, _SAMPLED))
    climb(
        near,
        Fixed(fixed.load * shares, fixed.plan * share),
        smaller,
        books._replace(weight=books.weight / share),
        plans._replace(weight=plans.weight / share),
        book,
        plan,
        core.measure,
        schedule.steps,
        (_COARSE * blur, blur),
        (_COARSE * stride, stride),
    )


def _choices(core: Core) -> Indices:
    """(k,) how many CSMs each unit can go to."""
    choices: Indices = np.isfinite(core.pairs.cost).sum(axis=1)
    return choices


def _settled(core: Core) -> tuple[Indices, Indices]:
    """The units that can go to one CSM only, and that CSM."""
    held = np.flatnonzero(_choices(core) == 1)
    return held, np.argmin(core.pairs.cost[held], axis=1)


def _fields(core: Core) -> tuple[Field, Field]:
    """Where prices of books and of the plan may go.

    A price lies between the slopes at the least and the most that a book can hold: where units without a
    choice fill it beyond a limit, the price of breaking it is known at once.
    """
    tariff = core.tariff
    slope = np.abs(tariff.slope)
    smallest = np.where(slope > 0, slope, np.inf).min(axis=2)
    free = _choices(core) > 1
    _, fixed = listed(core, *_settled(core))
    loads = [
        np.concatenate([core.pairs.flat, of(core.pairs.paired, axis=2, initial=0.0)], axis=1)[free]
        for of in (np.min, np.max)
    ]
    least = fixed.load + np.minimum(loads[0], 0.0).sum(axis=0)
    most = fixed.load + np.maximum(loads[1], 0.0).sum(axis=0)
    low = _slope_at(tariff.slope, (tariff.knot < least[:, :, None]).sum(axis=2))
    high = _slope_at(tariff.slope, (tariff.knot <= most[:, :, None]).sum(axis=2))
    return (
        Field(low, high, np.minimum(1 / core.measure, smallest), core.m / (core.measure * core.k)),
        Field(
            np.zeros((1, len(tariff.above))),
            tariff.above[None, :].copy(),
            np.minimum(1 / core.plan_measure, tariff.above)[None, :],
            np.minimum(1 / core.plan_measure, tariff.above) / core.k,
        ),
    )


def _slope_at(slope: Floats, place: Indices) -> Floats:
    return np.take_along_axis(slope, place[:, :, None], axis=2)[:, :, 0]
