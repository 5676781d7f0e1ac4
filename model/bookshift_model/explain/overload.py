"""Whether all CSMs together can do what the accounts take, whatever the plan, and how many are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.amounts import in_blocks
from bookshift_model.decisions import accounts_of

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.policy import Policy
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices

_NOISE: Final = 1e-9
_KIN: Final = "explain.overload"


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
    least = float(_least_hours(problem).sum())
    capacity = float(data.capacity.sum())
    if not np.isfinite(least) or least <= capacity * (1 + _NOISE) + _NOISE:
        return None
    share = _utilisation(problem.policy)
    missing = (least - share * capacity) / (share * data.formulas.capacity.productive_hours)
    return Overload(least=least, capacity=capacity, utilisation=share, missing=missing)


def _least_hours(problem: Problem) -> Floats:
    """(n,) hours with the eligible CSM who needs the fewest; infinite where there is none.

    Decisions change a few accounts: of the others it is known from the problem before.
    """
    hours, kin = problem.data.hours, problem.kin
    if _KIN not in kin:
        kin[_KIN] = _fewest(hours, problem.permitted, np.arange(problem.data.n))
    least: Floats = kin[_KIN].copy()
    at = problem.data.portfolio.account_index
    named = {at[one] for decision in problem.data.decisions for one in accounts_of(decision) if one in at}
    shared = np.bincount(problem.units, minlength=problem.data.n)[problem.units] > 1
    shared[list(named)] = True
    rows = np.flatnonzero(shared)
    least[rows] = _fewest(hours, problem.eligible, rows)
    return least


def _fewest(hours: Floats, mask: NDArray[bool_], rows: Indices) -> Floats:
    """(rows,) the fewest hours of some accounts over the CSMs of a mask (n, m)."""
    least = np.empty(len(rows))
    done = 0
    for some in in_blocks(rows, hours.shape[1]):
        least[done : done + len(some)] = np.where(mask[some], hours[some], np.inf).min(axis=1)
        done += len(some)
    return least


def _utilisation(policy: Policy) -> float:
    """The lowest upper limit among the rules about utilisation that are on, and never above all capacity."""
    records = {rule.id: settings.model_dump() for rule, settings in policy.active()}
    limits = (
        records.get("utilisation_ceiling", {}).get("share"), records.get("utilisation_band", {}).get("high")
    )  # fmt: skip
    return min([1.0, *(float(one) for one in limits if one)])
