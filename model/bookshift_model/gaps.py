"""How good a plan is proven to be: its gap to the bound, and the share of the improvement still open."""

from __future__ import annotations

import math
from typing import Final

EQUAL: Final = 1e-6
"""Plans count as equally good within this share of their points, or within so many points."""


def tolerance(points: float) -> float:
    """By how many points plans may differ and count as equally good."""
    return EQUAL * max(1.0, abs(points)) if math.isfinite(points) else 0.0


def gap_of(points: float, bound: float | None, unavoidable: float = 0.0) -> float | None:
    """Proven gap: (points − bound) / (points − unavoidable); 0 where they are equal.

    `unavoidable` are points that no plan can spare. Their size says nothing about how good a plan is.
    """
    if bound is None:
        return None
    if points - bound <= tolerance(points):
        return 0.0
    return (points - bound) / max(abs(points - min(unavoidable, bound)), EQUAL)


def improvement_gap_of(points: float, bound: float | None, baseline: float) -> float | None:
    """(points − bound) / (baseline − bound): the share of the possible improvement that is still open.

    ``None`` where today has fewer points than the bound, because it is on pairs that a hard rule excludes:
    then there is no improvement to have a share of.
    """
    if bound is None:
        return None
    if points - bound <= tolerance(points):
        return 0.0
    return (points - bound) / (baseline - bound) if baseline - bound > tolerance(baseline) else None
