"""Whether all CSMs together can do what the accounts take, whatever the plan, and how many are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from bookshift_model.policy import Policy
    from bookshift_model.problem import Problem

_NOISE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """More work than there is time for: hours a month."""

    least: float
    """What all accounts take at least, each with the allowed CSM who needs the fewest hours for it."""
    capacity: float
    """What all CSMs together can give."""
    utilisation: float
    """Share of a CSM's capacity that the policy plans with."""
    missing: float
    """Full-time CSMs without a ramp that it takes besides, at that utilisation."""

    def __str__(self) -> str:
        """The sentence for a planner."""
        return (
            f"The team is too small for any plan: it has {self.capacity:,.0f} h a month, and the accounts "
            f"take at least {self.least:,.0f} h. At {self.utilisation:.0%} utilisation "
            f"{self.missing:,.1f} FTE are missing."
        )


def overload(problem: Problem) -> Overload | None:
    """How far the hours exceed the capacity of the team in every plan; None where they do not.

    Missing people: `(Σ_i min_j hours[i,j] − u Σ_j C_j) / (u h)`, h the productive hours of a full-time CSM.
    """
    data = problem.data
    least = float(np.where(problem.eligible, data.hours, np.inf).min(axis=1).sum())
    capacity = float(data.capacity.sum())
    if not np.isfinite(least) or least <= capacity * (1 + _NOISE) + _NOISE:
        return None
    share = _utilisation(problem.policy)
    missing = (least - share * capacity) / (share * data.formulas.capacity.productive_hours)
    return Overload(least=least, capacity=capacity, utilisation=share, missing=missing)


def _utilisation(policy: Policy) -> float:
    """The lowest upper limit among the rules about utilisation that are on, and never above all capacity."""
    records = {rule.id: settings.model_dump() for rule, settings in policy.active()}
    limits = (
        records.get("utilisation_ceiling", {}).get("share"), records.get("utilisation_band", {}).get("high")
    )  # fmt: skip
    return min([1.0, *(float(one) for one in limits if one)])
