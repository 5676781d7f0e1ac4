"""The goals that a policy weighs, one record each: what is counted, in which unit, for better or worse."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from bookshift_model.amounts import Amounts
from bookshift_model.quarters import QUARTERS
from bookshift_model.terms import Book, Pair

if TYPE_CHECKING:
    from bookshift_model.data import Data
    from bookshift_model.terms import Term

Build: TypeAlias = "Callable[[Data, float], Iterator[Term]]"

_TENURE_YEARS = 4.0
_HEALTHY = 80.0


@dataclass(frozen=True)
class Goal:
    """One goal; always something to make small, in its own unit."""

    id: str
    name: str
    unit: str
    floor: Callable[[Data], float]
    """Smallest difference between today and the best that still counts as the full range of the goal.

    It keeps a goal that is already almost reached from drowning the others.
    """
    build: Build

    @property
    def mathematics(self) -> str:
        """The formula, from the docstring of the function that makes the goal's terms."""
        return inspect.getdoc(self.build) or ""


GOALS: dict[str, Goal] = {}


def goal(name: str, *, unit: str, floor: Callable[[Data], float]) -> Callable[[Build], Build]:
    """Register the decorated term maker as a goal; its function name is the goal's id."""

    def register(build: Build) -> Build:
        GOALS[build.__name__] = Goal(build.__name__, name, unit, floor, build)
        return build

    return register


def _off_target(data: Data, quantity: str, dead: float, *, both: bool = True) -> Iterator[Term]:
    """What lies outside the dead band around each CSM's target."""
    target = data.target(quantity)
    yield Book(data.quantity(quantity), (1 + dead) * target)
    if both:
        yield Book(data.quantity(quantity), (1 - dead) * target, under=True)


@goal("Retention", unit="expected churned ARR a year", floor=lambda data: 0.005 * data.arr.sum())
def retention(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_ij p_ij arr_i x[i,j]`, p_ij the probability that account i churns within the horizon under CSM j."""
    yield Pair(data.once("churned ARR", lambda of: Amounts.of(of.churn, of.arr)))


@goal(
    "Workload balance", unit="hours a month off target", floor=lambda data: 0.05 * data.target("hours").sum()
)
def workload_balance(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_j max(0, |h_j − T_j| − dead · T_j)`, h_j the hours of book j, T_j its share of all hours."""
    yield from _off_target(data, "hours", dead)


@goal("ARR balance", unit="ARR off target", floor=lambda data: 0.05 * data.arr.sum())
def arr_balance(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_j max(0, |arr_j − T_j| − dead · T_j)`, T_j the capacity share of all ARR."""
    yield from _off_target(data, "arr", dead)


@goal("Account balance", unit="accounts off target", floor=lambda data: 0.05 * data.n)
def account_balance(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_j max(0, |n_j − T_j| − dead · T_j)`, n_j the accounts of book j, T_j the capacity share of all."""
    yield from _off_target(data, "accounts", dead)


@goal("Renewal balance", unit="renewal ARR off target", floor=lambda data: 0.05 * data.arr.sum())
def renewal_balance(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_q Σ_j max(0, |r_qj − T_qj| − dead · T_qj)`, r_qj the ARR of book j that renews in quarter q."""
    for quarter in range(QUARTERS):
        yield from _off_target(data, f"renewals_{quarter + 1}", dead)


@goal("Risk concentration", unit="high-risk ARR above target", floor=lambda data: 0.01 * data.arr.sum())
def risk_concentration(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_j max(0, risk_j − (1 + dead) T_j)`, risk_j the high-risk ARR of book j, T_j its capacity share."""
    yield from _off_target(data, "risk_arr", dead, both=False)


@goal("Expertise fit", unit="accounts without the expertise", floor=lambda data: 0.05 * data.n)
def fit(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_ij misfit_ij x[i,j]`: 0.7 where j does not know the industry, 0.3 where a skill is missing."""
    yield Pair(data.once("misfit", _misfit))


@goal("Expansion", unit="expected expansion ARR forgone", floor=lambda data: 0.002 * data.arr.sum())
def expansion(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_ij (max_k e_ik − e_ij) x[i,j]`, e_ij the expansion expected from account i under CSM j."""
    yield Pair(data.once("forgone expansion", _forgone))


@goal("Geography", unit="travel hours a month", floor=lambda data: 0.01 * data.target("hours").sum())
def geography(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_ij travel_ij x[i,j]`, hours a month for travel and time zones."""
    yield Pair(data.once("travel", lambda of: Amounts.of(of.travel)))


@goal(
    "Continuity",
    unit="weighted moves",
    floor=lambda data: 0.25 * float(data.once("move cost", _move_cost).most.sum()),
)
def continuity(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_i Σ_{j ≠ owner_i} cost_ij x[i,j]`.

    `cost_ij = 1 + 0.5 · min(years together, 4)/4 + 0.25 · [health ≥ 80] − 0.25 · [j knows the industry]`;
    a quarter of that where the customer wants a fresh start; nothing where the account has no owner.
    """
    yield Pair(data.once("move cost", _move_cost))


@goal(
    "Development",
    unit="stretch accounts missing",
    floor=lambda data: max(1.0, 0.5 * float(data.junior.sum())),
)
def development(data: Data, dead: float) -> Iterator[Term]:
    """`Σ_{j junior} max(0, 2 − s_j)`, s_j the demanding accounts in the book of junior j."""
    yield Book(data.quantity("stretch"), np.where(data.junior, 2.0, -np.inf), under=True)


def _misfit(data: Data) -> Amounts:
    unknown, unskilled = ~data.matches.industry, ~data.matches.skills
    return Amounts(
        np.zeros(data.n), data.m, ((np.full(data.n, 0.7), unknown), (np.full(data.n, 0.3), unskilled))
    )


def _forgone(data: Data) -> Amounts:
    return Amounts(data.expansion.max(axis=1), data.m, ((np.full(data.n, -1.0), data.expansion),))


def _move_cost(data: Data) -> Amounts:
    today = data.as_of
    years = np.array(
        [0 if a.owner_since is None else (today - a.owner_since).days / 365.25 for a in data.accounts]
    )
    healthy = np.array([a.health is not None and a.health >= _HEALTHY for a in data.accounts], dtype=bool)
    fresh = np.array([a.fresh_start for a in data.accounts], dtype=bool)
    bond = 1 + 0.5 * np.clip(years, 0, _TENURE_YEARS) / _TENURE_YEARS + 0.25 * healthy
    counts = np.where(fresh, 0.25, 1.0) * (data.owner >= 0)
    known = -0.25 * data.matches.known_industry
    return Amounts(bond * counts, data.m, ((known * counts, data.matches.industry),), data.owner)
