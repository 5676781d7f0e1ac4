"""What AX rules make of a portfolio: accounts, hours and ARR of each touch level; whom each rule decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.ax import STATED, AxError, deciding, parse, touch_places
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.portfolio import TOUCH_LEVELS
from bookshift_model.workload import monthly_hours

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.ax import Ax, AxRule
    from bookshift_model.portfolio import Portfolio, TouchLevel


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """One touch level."""

    level: TouchLevel
    accounts: int
    hours: float
    """Hours a month with CSMs who fit, no travel."""
    arr: float


@dataclass(frozen=True, slots=True)
class AxFigures:
    """AX rules applied to a portfolio."""

    levels: tuple[LevelFigures, ...]
    decides: tuple[int, ...]
    """Accounts that each rule decides; then those of which none does."""
    stated: int
    """Accounts whose level the file states and that counts."""

    @property
    def hours(self) -> float:
        """Hours a month of all levels."""
        return sum(one.hours for one in self.levels)


def figures(portfolio: Portfolio, policy: Policy) -> AxFigures:
    """Apply the rules of a policy; 50,000 accounts take less than a second."""
    ax = policy.formulas.ax
    place = touch_places(portfolio.accounts, ax)
    decided = deciding(portfolio.accounts, ax)
    work = monthly_hours(portfolio, policy.formulas).mean(axis=0)
    arr = np.array([one.arr for one in portfolio.accounts], dtype=np.float64)
    return AxFigures(
        levels=tuple(
            LevelFigures(
                name, int((place == at).sum()), float(work[place == at].sum()), float(arr[place == at].sum())
            )
            for at, name in enumerate(TOUCH_LEVELS)
        ),
        decides=tuple(int((decided == at).sum()) for at in range(len(ax.rules) + 1)),
        stated=int((decided == STATED).sum()),
    )


def rule(text: str) -> AxRule:
    """Read a rule; raises `PolicyError` with what to write."""
    try:
        return parse(text)
    except AxError as error:
        raise PolicyError(str(error)) from error


def level(text: str) -> TouchLevel:
    """Read a touch level; raises `PolicyError` with those there are."""
    found = next((one for one in TOUCH_LEVELS if one == text.strip().casefold()), None)
    if found is None:
        raise PolicyError(f"{text!r} is no touch level; the levels are {', '.join(TOUCH_LEVELS)}")
    return found


def with_rules(policy: Policy, rules: Sequence[AxRule]) -> Policy:
    """The policy with these AX rules; raises `PolicyError` where that makes no policy."""
    return _with(policy, policy.formulas.ax.model_copy(update={"rules": tuple(rules)}))


def with_otherwise(policy: Policy, level: TouchLevel) -> Policy:
    """The policy with another touch level where no rule fits."""
    return _with(policy, policy.formulas.ax.model_copy(update={"otherwise": level}))


def with_stated_first(policy: Policy, *, stated_first: bool) -> Policy:
    """The policy in which stated touch levels go before the rules, or after them."""
    return _with(policy, policy.formulas.ax.model_copy(update={"stated_first": stated_first}))


def _with(policy: Policy, ax: Ax) -> Policy:
    record = policy.to_record()
    record["formulas"]["ax"] = ax.model_dump(mode="json")
    return Policy.with_record(record)
