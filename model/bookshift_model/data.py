"""What rules and goals read: a portfolio as arrays, computed once and shared by every problem on it."""

from __future__ import annotations

import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from bookshift_model import columns
from bookshift_model.ax import STATED, deciding, touch_places
from bookshift_model.capacity import capacity
from bookshift_model.churn import churn
from bookshift_model.decisions import Decisions
from bookshift_model.expansion import expansion
from bookshift_model.matching import matches
from bookshift_model.portfolio import TOUCH_LEVELS
from bookshift_model.quarters import QUARTERS, months
from bookshift_model.terms import Quantity
from bookshift_model.workload import hours, travel_hours

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.amounts import Amounts, Shared
    from bookshift_model.formulas import Formulas
    from bookshift_model.matching import Matches
    from bookshift_model.portfolio import Account, Csm, Portfolio, TouchLevel
    from bookshift_model.terms import Floats, Indices

Made = TypeVar("Made")

_RED_HEALTH = 50.0
_HIGH_CHURN = 0.25
_DEMANDING = 4
_DEMANDING_TOUCH = frozenset({"strategic", "high"})

_QUANTITIES: Final = {
    "arr": ("ARR", "ARR", "arr"),
    "accounts": ("accounts", "accounts", "_one_each"),
    "hours": ("workload", "hours a month", "hours"),
    "high_risk": ("high-risk accounts", "accounts", "high_risk"),
    "risk_arr": ("high-risk ARR", "ARR", "_risk_arr"),
    "stretch": ("stretch accounts", "accounts", "demanding"),
    "kept": ("accounts kept", "accounts", "_kept"),
    "received": ("accounts received", "accounts", "_received"),
    "received_arr": ("ARR received", "ARR", "_received_arr"),
}
"""Quantities by id: name, unit, and the attribute of `Data` that holds the load."""


class Data:
    """Arrays over n accounts and m CSMs; money in the portfolio's currency, time in hours a month."""

    def __init__(self, portfolio: Portfolio, formulas: Formulas, decisions: Decisions | None = None) -> None:
        self.portfolio = portfolio
        self.formulas = formulas
        self.decisions = (decisions or Decisions()).in_force(portfolio.as_of)
        self.n = len(portfolio.accounts)
        self.m = len(portfolio.csms)
        self._quantities: dict[str, Quantity] = {}
        self._once: dict[str, Any] = {}
        self._latest: dict[str, tuple[Any, Any]] = {}

    def with_decisions(self, decisions: Decisions) -> Data:
        """The same arrays (nothing is computed again) under other decisions."""
        other = copy.copy(self)
        other.decisions = decisions.in_force(self.portfolio.as_of)
        return other

    def beside(self) -> Data:
        """The same arrays, for a problem under settings of its own beside the one at hand."""
        other = copy.copy(self)
        other.__dict__["_latest"] = dict(self._latest)
        return other

    def once(self, name: str, make: Callable[[Data], Made]) -> Made:
        """What `make` makes of these arrays: made once under a name. It must not look at decisions."""
        if name not in self._once:
            self._once[name] = make(self)
        found: Made = self._once[name]
        return found

    def while_same(self, name: str, settings: object, make: Callable[[Data], Made]) -> Made:
        """What `make` makes of these arrays with some settings: made anew when they are others.

        It must not look at decisions.
        """
        before = self._latest.get(name)
        if before is None or (before[0] is not settings and before[0] != settings):
            before = self._latest[name] = (settings, make(self))
        found: Made = before[1]
        return found

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts, in the order of every (n,) array."""
        return self.portfolio.accounts

    @property
    def csms(self) -> tuple[Csm, ...]:
        """The CSMs, in the order of every (m,) array."""
        return self.portfolio.csms

    @property
    def csm_names(self) -> tuple[str, ...]:
        """Names of the CSMs for people, no two alike."""
        return self.portfolio.csm_names

    @property
    def as_of(self) -> date:
        """The day the data describes."""
        return self.portfolio.as_of

    @cached_property
    def owner(self) -> Indices:
        """(n,) today's owner; −1 where nobody on the roster owns the account."""
        return columns.owners(self.portfolio)

    @cached_property
    def arr(self) -> Floats:
        """(n,) ARR."""
        return columns.numbers(self.accounts, "arr")

    @cached_property
    def touch(self) -> tuple[TouchLevel, ...]:
        """(n,) touch level in force: as stated, or by the AX rules of the policy."""
        return tuple(TOUCH_LEVELS[at] for at in self._touch_places.tolist())

    @cached_property
    def derived(self) -> tuple[bool, ...]:
        """(n,) whether an AX rule gave the touch level, not the file."""
        return tuple((self._decided != STATED).tolist())

    @cached_property
    def _decided(self) -> NDArray[np.intp]:
        """(n,) what decides the touch level."""
        return deciding(self.accounts, self.formulas.ax)

    @cached_property
    def _touch_places(self) -> NDArray[np.intp]:
        """(n,) position of the touch level among `TOUCH_LEVELS`."""
        return touch_places(self.accounts, self.formulas.ax, self._decided)

    @cached_property
    def matches(self) -> Matches:
        """(n, m) booleans: who fits whom."""
        return matches(self.portfolio, self.formulas.ax, self._touch_places)

    @cached_property
    def hours(self) -> Floats:
        """(n, m) hours a month that an account takes from a CSM."""
        return hours(
            self.portfolio, self.formulas, self.matches, touch=self._touch_places, travel=self.travel
        )

    @cached_property
    def travel(self) -> Shared:
        """(n, m) hours a month spent on travel and time zones, part of `hours`."""
        return travel_hours(self.portfolio, self.formulas, self._touch_places)

    @cached_property
    def capacity(self) -> Floats:
        """(m,) productive hours a month."""
        return capacity(self.portfolio, self.formulas)

    @cached_property
    def share(self) -> Floats:
        """(m,) share of all capacity, summing to one; equal shares where nobody has any."""
        total = float(self.capacity.sum())
        return self.capacity / total if total > 0 else np.full(self.m, 1 / self.m)

    @cached_property
    def fte_share(self) -> Floats:
        """(m,) full-time equivalent."""
        return columns.numbers(self.csms, "fte")

    @cached_property
    def churn(self) -> Floats:
        """(n, m) probability that the account churns within the horizon under this CSM."""
        return churn(self.portfolio, self.formulas, self.matches)

    @cached_property
    def expansion(self) -> Floats:
        """(n, m) expected expansion ARR within the horizon under this CSM."""
        return expansion(self.portfolio, self.formulas, self.churn)

    @cached_property
    def high_risk(self) -> Floats:
        """(n,) 1 for a high-risk account: labelled so, or else by churn probability or health."""
        return np.fromiter((_is_high_risk(a) for a in self.accounts), dtype=np.float64, count=self.n)

    @cached_property
    def junior(self) -> NDArray[bool_]:
        """(m,) whether the CSM is a junior."""
        return np.fromiter((c.level == "junior" for c in self.csms), dtype=bool, count=self.m)

    @cached_property
    def demanding(self) -> Floats:
        """(n,) 1 for an account that would stretch a junior: complexity 4 or more, or high touch."""
        return np.fromiter(
            (
                (a.complexity or 0) >= _DEMANDING or level in _DEMANDING_TOUCH
                for a, level in zip(self.accounts, self.touch, strict=True)
            ),
            dtype=np.float64,
            count=self.n,
        )

    @cached_property
    def renewal_quarter(self) -> Indices:
        """(n,) calendar quarter of the next renewal, 0 for that of `as_of`; −1 unknown or after four."""
        here = self.as_of.year * 4 + (self.as_of.month - 1) // 3
        days = [columns.renewal_day(a.renewal, self.as_of) for a in self.accounts]
        quarters = [-1 if day is None else day.year * 4 + (day.month - 1) // 3 - here for day in days]
        found = np.array(quarters, dtype=np.int64)
        return np.where(found < QUARTERS, found, -1)

    def quantity(self, name: str) -> Quantity:
        """One of the quantities that books hold; raises `KeyError` for an unknown one."""
        if name not in self._quantities:
            self._quantities[name] = self._make(name)
        return self._quantities[name]

    def at_baseline(self, load: Floats | Amounts) -> Floats:
        """(n,) what each account brings where it is today; the mean over CSMs where it has no owner."""
        if isinstance(load, np.ndarray) and load.ndim == 1:
            return load
        found: Floats = load[np.arange(self.n), np.maximum(self.owner, 0)]
        unowned = np.flatnonzero(self.owner < 0)
        found[unowned] = load[unowned].mean(axis=1)
        return found

    def target(self, name: str) -> Floats:
        """(m,) capacity-proportional share of all that there is of a quantity today."""
        return self.share * float(self.at_baseline(self.quantity(name).load).sum())

    def _make(self, name: str) -> Quantity:
        if name.startswith("renewals_"):
            quarter = int(name.removeprefix("renewals_")) - 1
            load = self.arr * (self.renewal_quarter == quarter)
            return Quantity(name, f"renewals {months(self.as_of, quarter)}", "ARR", load)
        label, unit, attribute = _QUANTITIES[name]
        return Quantity(name, label, unit, getattr(self, attribute))

    @cached_property
    def _one_each(self) -> Floats:
        """(n,) ones."""
        return np.ones(self.n)

    @cached_property
    def _risk_arr(self) -> Floats:
        """(n,) ARR of high-risk accounts, 0 for others."""
        return self.arr * self.high_risk

    @cached_property
    def _received_arr(self) -> Floats:
        """(n, m) ARR where the account would be new to the CSM."""
        return self._received * self.arr[:, None]

    @cached_property
    def _kept(self) -> Floats:
        """(n, m) 1 where the CSM owns the account today."""
        kept = self.owner[:, None] == np.arange(self.m)[None, :]
        return np.asarray(kept, dtype=np.float64)

    @cached_property
    def _received(self) -> Floats:
        """(n, m) 1 where the account would be new to the CSM; nothing for accounts without an owner today."""
        return np.where(self.owner[:, None] >= 0, 1 - self._kept, 0.0)


def _is_high_risk(account: Account) -> bool:
    if account.risk is not None:
        return account.risk == "high"
    if account.churn_probability is not None:
        return account.churn_probability >= _HIGH_CHURN
    return account.health is not None and account.health < _RED_HEALTH
