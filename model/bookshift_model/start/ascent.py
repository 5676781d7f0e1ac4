"""The ascent to high bounds: prices climb on short lists of pairs, and all pairs are priced in between."""

# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bookshift_model.start.bound import Prices, bound_of, no_prices, price_out, room_for
from bookshift_model.start.climb import climb
from bookshift_model.start.near import Fixed, listed, near_pairs
from bookshift_model.start.parts import sample_of, whole_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import float32
    from numpy.typing import NDArray

    from bookshift_model.start.bound import Priced
    from bookshift_model.start.core import Core
    from bookshift_model.start.near import Near
    from bookshift_model.start.parts import Part
    from bookshift_model.terms import Floats


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
    reach: float = 0.0
    """Both begin with this share of the dearest load of a unit at least."""
    lift: float = 0.0
    """Stride of what the prices of all books have in common, in strides of a single one."""


QUICK: Final = Schedule(rounds=6, steps=40, width=12, blur=(0.1, 0.0005), stride=(0.15, 0.001))
BRIEF: Final = Schedule(rounds=4, steps=40, width=12, blur=(0.1, 0.001), stride=(0.15, 0.002))
"""For one of many problems."""
CAREFUL: Final = Schedule(rounds=10, steps=60, width=12, blur=(0.1, 0.0003), stride=(0.15, 0.0005))
FINER: Final = Schedule(rounds=6, steps=80, width=12, blur=(0.01, 0.00005), stride=(0.03, 0.0001))
"""Of many CSMs, from the prices that a quick ascent found: to begin again is to find the same ones."""
ROUGH: Final = Schedule(rounds=10, steps=100, width=12, blur=(10.0, 0.001), stride=(10.0, 0.001), reach=0.001)
"""Where rules collide, prices are hundreds of points and more: from far, and slower."""
AGAIN: Final = Schedule(rounds=1, steps=25, width=6, blur=(0.01, 0.002), stride=(0.02, 0.002))
"""After an edit, from the prices before it."""
_MANY: Final = 100
"""CSMs beyond which ties are closer,"""
_FINER: Final = 0.2
_MORE_ROUNDS: Final = 2
"""so that a schedule ends at a finer blur and stride, after more rounds,"""
_LIFT: Final = 0.1
"""and a single book says too little of what all have in common: with a stride for that."""
_WIDTHS: Final = 12
"""CSMs for each pair on longer lists: of many, more are almost as good, and prices see no further."""
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
    start: Prices | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Ascended:
    """Prices with a high bound; there are more rounds than scheduled while it rises much.

    Prices climb on pairs that are cheapest or almost so; every round ends with an exact bound over all pairs.
    Where `stop` says so before a round, they are the best so far.
    """
    hurried, last = _HURRIED, schedule.stride[1]
    schedule = _reaching(core, schedule if start else _suited(core, schedule))
    hurried *= last / schedule.stride[1]
    width = max(schedule.width, core.m // _WIDTHS)
    whole = whole_of(core)
    prices = _level(core) if start is None else core.tariff.within(start)
    book = np.clip(np.ascontiguousarray(prices.book.T), whole.books.low, whole.books.high)
    plan = prices.plan[None, :].copy()
    sampled = start is None and core.m > _FEW * schedule.width
    if sampled and len(whole.rows):
        _climb_sample(core, whole, book, plan, schedule)
    best = prices = _prices(book, plan)
    priced, other = price_out(core, prices), room_for(core)
    bound = bound_of(core, prices, priced)
    latest, haste, idle, trust = priced, 1.0, 0, np.inf
    for number in range(_LONGER * schedule.rounds):
        if stop():
            break
        pace = _pace(schedule, number, _seen(latest.slack, width))
        near, fixed = near_pairs(core, latest.slack, width, pace.within(haste))
        around = whole.books
        if trust < np.inf:
            step = trust * pace.seen * around.scale
            around = around._replace(
                low=np.maximum(around.low, book - step), high=np.minimum(around.high, book + step)
            )
        haste = _climb(whole._replace(books=around), near, fixed, core.measure, schedule, pace, book, plan)
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
            book, plan, latest = best.book.T.copy(), best.plan[None, :].copy(), priced
        idle = idle + 1 if rose <= _STALLED * abs(bound) else 0
        if number + 1 >= schedule.rounds and idle > _PATIENCE * (haste >= hurried):
            break
    return Ascended(best, priced, bound)


def _suited(core: Core, schedule: Schedule) -> Schedule:
    """The schedule for so many CSMs."""
    if core.m <= _MANY:
        return schedule
    (blur, blur_at_last), (stride, stride_at_last) = schedule.blur, schedule.stride
    return schedule._replace(
        rounds=schedule.rounds + _MORE_ROUNDS,
        blur=(blur, _FINER * blur_at_last),
        stride=(stride, _FINER * stride_at_last),
        lift=_LIFT,
    )


def _reaching(core: Core, schedule: Schedule) -> Schedule:
    """The schedule with which prices can get as far as what broken rules cost."""
    dearest = (np.abs(core.tariff.slope).max(axis=(0, 2)) * core.measure).max(initial=0.0)
    least = schedule.reach * float(dearest)
    (blur, blur_at_last), (stride, stride_at_last) = schedule.blur, schedule.stride
    return schedule._replace(
        blur=(max(blur, least), blur_at_last), stride=(max(stride, least), stride_at_last)
    )


class Pace(NamedTuple):
    """How a round goes about it."""

    blur: tuple[float, float]
    stride: tuple[float, float]
    seen: float
    """Slack that short lists reach to, for most units."""

    def within(self, haste: float) -> float:
        """Slack of pairs that may win during the round."""
        return _REACH[0] * self.blur[0] + _REACH[1] * self.stride[0] * haste


def _pace(schedule: Schedule, number: int, seen: float) -> Pace:
    """Of a round; those after the last one scheduled begin again half-way."""
    begun = number / schedule.rounds if number < schedule.rounds else _AGAIN
    ends = (begun, begun + 1 / schedule.rounds)
    blur = [min(_between(schedule.blur, at), _BLURRED * seen) for at in ends]
    stride = [min(_between(schedule.stride, at), _STRODE * seen) for at in ends]
    return Pace((blur[0], blur[1]), (stride[0], stride[1]), seen)


def _level(core: Core) -> Prices:
    """Where quantities are too many or too few for all books together, what that costs them alike; else 0.

    Steps that weigh one book against the others are much too short to get there.
    """
    flat = core.pairs.flat.sum(axis=0)
    least, most = (
        np.concatenate([flat, of(core.pairs.paired, axis=2).sum(axis=0)]) for of in (np.min, np.max)
    )
    levels = core.tariff.levels(least, most)
    prices = no_prices(core)
    return core.tariff.within(prices._replace(book=prices.book + levels[:, None]))


def _seen(slack: NDArray[float32], width: int) -> float:
    """Slack that short lists reach to, for most units."""
    if slack.shape[1] <= width or not len(slack):
        return np.inf
    some = slack[:: max(1, len(slack) // _SOME)]
    return float(np.median(np.partition(some, width, axis=1)[:, width])) + _TINY


def _prices(book: Floats, plan: Floats) -> Prices:
    return Prices(book.T.copy(), plan[0].copy())


def _between(ends: tuple[float, float], share: float) -> float:
    return float(ends[0] * (ends[1] / ends[0]) ** share)


def _climb(
    part: Part,
    near: Near,
    fixed: Fixed,
    measure: Floats,
    schedule: Schedule,
    pace: Pace,
    book: Floats,
    plan: Floats,
) -> float:
    """Let prices climb on listed pairs, in place; the haste at the end."""
    return climb(
        near, fixed, part.tariff, part.books, part.plans, book, plan, measure,
        schedule.steps, pace.blur, pace.stride, schedule.lift,
    )  # fmt: skip


def _climb_sample(core: Core, whole: Part, book: Floats, plan: Floats, schedule: Schedule) -> None:
    """Let prices climb on all pairs of a sample of units, with as much smaller books, in place.

    It gets them near enough for short lists: where many CSMs are left out of lists, the prices of those
    without takers run away.
    """
    part = sample_of(core, whole, _PER_BOOK)
    at, csm = np.nonzero(np.isfinite(core.pairs.cost[part.rows]))
    # A view of every second number would be another kind of array, for which the loops are not compiled.
    near, _ = listed(core.pairs, part.rows[at], np.ascontiguousarray(csm))
    blur, stride = (_between(schedule.blur, _SAMPLED), _between(schedule.stride, _SAMPLED))
    pace = Pace((_COARSE * blur, blur), (_COARSE * stride, stride), np.inf)
    _climb(part, near, part.fixed, core.measure, schedule, pace, book, plan)
