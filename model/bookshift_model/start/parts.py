"""The parts of a problem on which prices climb: all units, or some of them with as much smaller books."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bookshift_model.start.climb import Field
from bookshift_model.start.near import Fixed, listed

if TYPE_CHECKING:
    from bookshift_model.start.core import Core
    from bookshift_model.start.tariff import Tariff
    from bookshift_model.terms import Floats, Indices


class Part(NamedTuple):
    """Units whose prices climb together, and what they climb against."""

    rows: Indices
    """(u,) those with a choice."""
    tariff: Tariff
    fixed: Fixed
    """What units without a choice bring."""
    books: Field
    plans: Field


def sample_of(core: Core, whole: Part, per_book: int) -> Part:
    """So many units for each book, large and small ones, with as much smaller books."""
    loads, free = np.abs(core.size), whole.rows
    order = free[np.argsort((core.size[free] / core.measure).sum(axis=1), kind="stable")]
    rows = np.sort(order[:: max(1, len(order) // (per_book * core.m))])
    shares = loads[rows].sum(axis=0) / np.maximum(loads[free].sum(axis=0), 1e-300)
    share = len(rows) / len(free)
    tariff = core.tariff
    return Part(
        rows,
        tariff._replace(knot=tariff.knot * shares[None, :, None], limit=tariff.limit * share),
        Fixed(whole.fixed.load * shares, whole.fixed.plan * share),
        whole.books._replace(weight=whole.books.weight / share),
        whole.plans._replace(weight=whole.plans.weight / share),
    )


def whole_of(core: Core) -> Part:
    """All units, and where prices of books and of the plan may go.

    A price lies between the slopes at the least and the most that a book can hold: where units without a
    choice fill it beyond a limit, the price of breaking it is known at once.
    """
    tariff = core.tariff
    slope = np.abs(tariff.slope)
    smallest = np.where(slope > 0, slope, np.inf).min(axis=2)
    choices = np.isfinite(core.pairs.cost).sum(axis=1)
    free, settled = np.flatnonzero(choices > 1), np.flatnonzero(choices == 1)
    _, fixed = listed(core.pairs, settled, np.argmin(core.pairs.cost[settled], axis=1))
    loads = [
        np.concatenate([core.pairs.flat, of(core.pairs.paired, axis=2, initial=0.0)], axis=1)[free]
        for of in (np.min, np.max)
    ]
    least = fixed.load + np.minimum(loads[0], 0.0).sum(axis=0)
    most = fixed.load + np.maximum(loads[1], 0.0).sum(axis=0)
    low = _slope_at(tariff.slope, (tariff.knot < least[:, :, None]).sum(axis=2))
    high = _slope_at(tariff.slope, (tariff.knot <= most[:, :, None]).sum(axis=2))
    return Part(
        free,
        tariff,
        fixed,
        Field(low, high, np.minimum(1 / core.measure, smallest), core.m / (core.measure * core.k)),
        Field(
            np.zeros((1, len(tariff.above))),
            tariff.above[None, :].copy(),
            np.minimum(1 / core.plan_measure, tariff.above)[None, :],
            np.minimum(1 / core.plan_measure, tariff.above) / core.k,
        ),
    )


def _slope_at(slope: Floats, place: Indices) -> Floats:
    books, quantities = place.shape
    return slope[np.arange(books)[:, None], np.arange(quantities), place]
