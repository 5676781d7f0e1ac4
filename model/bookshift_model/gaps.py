"""How good a plan is proven to be: its gap to the bound, and the share of the improvement still open."""

from __future__ import annotations

import math
from typing import Final

EQUAL: Final = 1e-6
"""Plans count as equally good within this share of the points that can be spared, or so many points."""
_SUMS: Final = 1e-12
"""What sums of floats lose at most, as a share of all points."""
_ARITHMETIC: Final = 1e-7
"""By what share of all points a bound of branch and bound may be wrong: it counts with such tolerances."""


def tolerance(points: float, unavoidable: float = 0.0) -> float:
    """By how many points plans may differ and count as equally good.

    `unavoidable` are points that no plan can spare: a hard rule that nobody can keep counts hundreds of
    thousands, and a share of those may be more than all that plans differ in.
    """
    if not math.isfinite(points):
        return 0.0
    return EQUAL * max(1.0, abs(points - unavoidable)) + _SUMS * abs(points)


def doubt(points: float) -> float:
    """By how many points a bound may lie above a plan of `points` and still be one, but for arithmetic."""
    return EQUAL + _ARITHMETIC * abs(points) if math.isfinite(points) else math.inf


def gap_of(points: float, bound: float | None, unavoidable: float = 0.0) -> float | None:
    """Proven gap: (points − bound) / (points − unavoidable); 0 where they are equal.

    `unavoidable` are points that no plan can spare. Their size says nothing about how good a plan is.
    ``None`` without a bound, and where the plan itself shows that the bound is none.
    """
    if bound is None or bound > points + doubt(points):
        return None
    unavoidable = min(unavoidable, bound)
    if points - bound <= tolerance(points, unavoidable):
        return 0.0
    return (points - bound) / max(abs(points - unavoidable), EQUAL)


def improvement_gap_of(
    points: float, bound: float | None, baseline: float, unavoidable: float = 0.0
) -> float | None:
    """(points − bound) / (baseline − bound): the share of the possible improvement that is still open.

    ``None`` where nothing is proven, and where today has fewer points than the bound, because it is on pairs
    that a hard rule excludes: then there is no improvement to have a share of.
    """
    gap = gap_of(points, bound, unavoidable)
    if bound is None or not gap:
        return gap
    return (points - bound) / (baseline - bound) if baseline - bound > tolerance(baseline, bound) else None
