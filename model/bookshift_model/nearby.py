"""Better plans by branch and bound on a few books at a time, all others as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.around import Around, beyond
from bookshift_model.part import part_of
from bookshift_model.search import Search

if TYPE_CHECKING:
    from bookshift_model.best import Best
    from bookshift_model.guide import Guide
    from bookshift_model.units import Units

_BOOKS: Final = (4, 6, 8)
"""Books in a neighbourhood, by round."""
_PAIRS: Final = (60, 90, 120)
"""Pairs besides the present ones."""
_NODES: Final = 100
_SMALL: Final = 6_000
"""Eligible pairs up to which one search over all that matters is better,"""
_CLOSE: Final = 0.0015
"""where the gap is no more than that."""
_PATIENCE: Final = 12
"""Searches, or a third of all books if that is more, that may bring little before the solve goes on,"""
_LITTLE: Final = 0.01
"""which is this share of what is open."""


def improve(best: Best, units: Units, guide: Guide, *, seed: int) -> None:
    """Search around every book, the dearest first, in rounds that look further, until the gap is reached."""
    if int(units.eligible.sum()) <= _SMALL and best.open() <= _CLOSE:
        return
    around = Around(units, guide)
    patience = max(_PATIENCE, units.m // 3)
    for books, most in zip(_BOOKS, _PAIRS, strict=True):
        since, mark = 0, best.points
        for centre in np.argsort(-beyond(units, guide, best.choice()), kind="stable"):
            if since >= patience:
                break
            choice = best.choice()
            near = around.nearest(choice, np.array([centre]), books)
            worth = np.inf
            if not (units.plans or units.groups):
                worth = float(beyond(units, guide, choice)[near].sum())
            unit, csm = around.pairs(choice, near, most, worth)
            if worth <= best.apart() or not len(unit):
                continue
            part = part_of(units, choice, unit, csm)
            Search(part.units, part.units.eligible, seed=seed).run(
                part.within(choice), np.ones(part.units.k, dtype=bool), gap=0.0, apart=best.apart(),
                nodes=_NODES, stop=best.enough,
                found=part.telling(choice, best.offer),
            )  # fmt: skip
            best.check()
            since += 1
            if mark - best.points > _LITTLE * best.distance():
                since, mark = 0, best.points
