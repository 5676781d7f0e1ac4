"""The search for proof: branch and bound over every pair that a plan better than asked for could use."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.certificate import price
from bookshift_model.gaps import tolerance
from bookshift_model.search import Search
from bookshift_model.units import with_choice

if TYPE_CHECKING:
    from bookshift_model.best import Best
    from bookshift_model.certificate import Priced
    from bookshift_model.guide import Guide
    from bookshift_model.units import Units

_PAIRS: Final = 10_000
"""Pairs in the first search, those that cost least."""
_HOPELESS: Final = 40_000
"""Pairs of which the relaxation alone would take longer than anybody waits."""
_MOST: Final = 1e6
"""Nodes of a search at most."""
_WORK: Final = 6e10
"""Nodes, times the square of pairs, that a search may take: about a minute."""


def close(best: Best, units: Units, guide: Guide, priced: Priced | None = None, *, seed: int) -> None:
    """Search the likeliest pairs, then more, until the gap is reached, all was looked at, or it takes long.

    A plan with any other pair has at least `limit` points, so the lesser of `limit` and the bound of this
    search holds for all plans. It gives up after so many nodes, not seconds, so that the same problem always
    ends at the same place. `priced` is the guide's prices worked out exactly, where that was done.
    """
    everything = np.ones(units.k, dtype=bool)
    if np.count_nonzero(guide.slack < _limit(best) - guide.level) > 2 * _HOPELESS:
        return
    if priced is None:
        priced = price(units, guide.certificate)
    reduced = np.sort(priced.reduced[units.eligible])
    size = _PAIRS
    while True:
        limit = _limit(best)
        many = int(np.searchsorted(reduced, limit - priced.bound))
        if size < len(reduced):
            limit = min(limit, priced.bound + float(reduced[size]))
        pairs = units.eligible & (priced.bound + priced.reduced <= limit)
        if many > _HOPELESS:
            return
        search = Search(units, with_choice(pairs, best.choice()), seed=seed)
        ended = search.run(
            best.choice(), everything, gap=0.999 * best.asked(),
            nodes=int(min(_MOST, max(1.0, _WORK / max(1.0, float(pairs.sum()) ** 2)))),
            stop=best.enough, found=best.offer, bounded=partial(best.prove_within, limit),
        )  # fmt: skip
        best.prove_within(limit, ended.bound)
        best.check()
        if size >= len(reduced):
            best.exhausted = ended.finished
            return
        if not ended.finished:
            return
        size *= 2


def _limit(best: Best) -> float:
    """Points beyond which no plan is better than asked for."""
    points = best.points
    return points - best.asked() * abs(points) + tolerance(points, best.unavoidable)
