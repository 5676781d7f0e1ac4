"""Joined figures into the accounts: what is right where the files differ, and an account of every row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from bookshift_io.intake.fields import note_dropped
from bookshift_io.intake.joins import contracts, people, tickets, usage
from bookshift_io.intake.joins.keys import Keys
from bookshift_io.intake.joins.step import Joined, Step, match
from bookshift_io.intake.owners import Roster
from bookshift_io.intake.vocabulary import label
from bookshift_model.explain.words import count
from bookshift_model.portfolio import Account

_FIELDS: Final = frozenset(one.name for one in fields(Account))
_HARD: Final = frozenset({"start", "end", "annual", "monthly", "quarterly", "total", "amount"})
"""Fields of a contract whose unreadable cell costs the row, and is told with it."""
_CENTS: Final = 1.0
_SHARE: Final = 0.005
"""Two amounts are the same up to this share and one unit of the currency: a month's twelfth is rounded."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Accounts with what was joined to them."""

    accounts: tuple[Account, ...]
    reports: tuple[Joined, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the accounts file says by itself."""

    file: str
    fields: frozenset[str]
    """Those that it has a column for."""


def apply(
    steps: Sequence[Step],
    accounts: tuple[Account, ...],
    stated: Stated,
    roster: Roster | None,
    as_of: date,
) -> Outcome:
    """Join further files to the accounts.

    What cannot be joined, and every difference, is in the logs of the steps.
    """
    keys = Keys(accounts)
    for step in steps:
        match(step, accounts, keys)
    of = {
        kind: [one for one in steps if one.join.kind == kind and one.at]
        for kind in ("contracts", "tickets", "usage", "opportunities", "contacts")
    }
    summed = contracts.sum_up(of["contracts"], as_of)
    merge = _Merge(accounts, stated)
    if of["contracts"]:
        figures: dict[int, dict[str, Any]] = {at: {"arr": arr} for at, arr in summed.arr.items()}
        for at, day in summed.renewal.items():
            figures[at]["renewal"] = day
        merge.take(of["contracts"], figures)
        _note_without(of["contracts"][0], accounts, summed.arr, stated.fields)
    if of["tickets"]:
        merge.take(of["tickets"], tickets.sum_up(of["tickets"], as_of, len(accounts)))
    if of["usage"]:
        merge.take(of["usage"], usage.sum_up(of["usage"], as_of))
    if of["opportunities"]:
        owners = _owners_wanted(of["opportunities"], stated.fields)
        found = people.opportunities(of["opportunities"], len(accounts), roster, owners=owners)
        merge.take(of["opportunities"], found)
    if of["contacts"]:
        merge.take(of["contacts"], people.contacts(of["contacts"]))
    for step in steps:
        _note_unreadable(step)
        step.settle()
    return Outcome(merge.accounts(), tuple(_report(step, summed, merge, len(accounts)) for step in steps))


class _Merge:
    """Collects values by account, and settles who is right."""

    def __init__(self, accounts: tuple[Account, ...], stated: Stated) -> None:
        self._accounts = accounts
        self._stated = stated
        self._values: dict[int, dict[str, Any]] = {}
        self._extra: dict[int, dict[str, str]] = {}
        self.overruled: frozenset[int] = frozenset()
        """Accounts whose ARR in the accounts file was declared to be right."""

    def take(self, steps: Sequence[Step], found: Mapping[int, Mapping[str, Any]]) -> None:
        """Take what the steps of one kind say."""
        names = dict.fromkeys(name for one in found.values() for name in one)
        for name in names:
            values = {at: one[name] for at, one in found.items() if name in one}
            if name not in _FIELDS:
                for at, text in values.items():
                    self._extra.setdefault(at, {})[name] = text
                continue
            for at in self._beaten(steps[0], name, values):
                del values[at]
            if name == "arr" and steps[0].join.conflict.get("arr") != "join":  # a rounded twelfth is no news
                values = {at: value for at, value in values.items() if not self._rounded(at, value)}
            for at, value in values.items():
                self._values.setdefault(at, {})[name] = value

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts with their joined values."""
        return tuple(self._joined(at, one) for at, one in enumerate(self._accounts))

    def _beaten(self, step: Step, name: str, values: Mapping[int, Any]) -> list[int]:
        """Return the accounts for which the accounts file is right."""
        if name not in self._stated.fields:
            return []
        differ = [at for at, value in values.items() if self._differs(at, name, value)]
        if not differ:
            return []
        samples = [self._shown(at, name, values[at]) for at in differ]
        what = label(name)
        winner = step.wins(
            name,
            samples,
            f"{what} of {count(len(differ), 'account')} is another one than in the accounts file; "
            "which is right?",
            self._stated.file,
        )
        for sample in samples:
            step.log.add(
                "warning",
                f"{what} differs from the accounts file; "
                + {"join": "this file's is taken", "accounts": "the accounts file's is kept"}.get(
                    winner or "", "a question says which is right"
                ),
                value=sample,
                kind=f"{what} differs from the accounts file",
            )
        if winner != "accounts":
            return []
        if name == "arr":
            self.overruled = frozenset(differ)
        return differ

    def _differs(self, at: int, name: str, value: Any) -> bool:
        one = self._accounts[at]
        own = getattr(one, name)
        if own is None or own == "" or name in one.imputed:
            return False
        return not self._rounded(at, value) if name == "arr" else bool(own != value)

    def _rounded(self, at: int, value: float) -> bool:
        """Tell whether the accounts file states this ARR but for rounding."""
        one = self._accounts[at]
        stated = "arr" in self._stated.fields and "arr" not in one.imputed
        return stated and abs(one.arr - value) <= max(_CENTS, _SHARE * max(one.arr, value))

    def _shown(self, at: int, name: str, value: Any) -> str:
        one = self._accounts[at]
        own = getattr(one, name)
        if isinstance(value, float):
            return f"{one.name} ({one.id}): {own:,.2f} in the accounts file, {value:,.2f} joined"
        return f"{one.name} ({one.id}): {own} in the accounts file, {value} joined"

    def _joined(self, at: int, one: Account) -> Account:
        values = self._values.get(at, {})
        extra = self._extra.get(at)
        if not values and not extra:
            return one
        changes: dict[str, Any] = {**values, "imputed": one.imputed - set(values)}
        if extra:
            kept = {key: text for key, text in one.extra.items() if key not in extra}
            filled = {key: text for key, text in extra.items() if text}
            changes["extra"] = MappingProxyType({**kept, **filled})
        return replace(one, **changes)


def _owners_wanted(steps: Sequence[Step], stated: frozenset[str]) -> bool:
    """Tell whether the latest opportunity says who the owner is: where nothing else does, by an answer."""
    step = next((one for one in steps if "owner" in one.read), None)
    if step is None:
        return False
    if step.join.conflict.get("owner") == "join":
        return True
    if "owner" in stated or step.join.conflict.get("owner") == "accounts":
        step.log.add(
            "info",
            'owners are the accounts file\'s; owner = "join" under [join.conflict] takes them from here',
            column=step.header("owner"),
        )
        return False
    answer = step.log.ask(
        "owner",
        f"the accounts file names no owner: shall column {step.header('owner')!r} of the latest opportunity?",
        ("latest", "none"),
    )
    return answer == "latest"


def _note_without(
    step: Step, accounts: Sequence[Account], arr: Mapping[int, float], stated: frozenset[str]
) -> None:
    put = "their ARR stays that of the accounts file" if "arr" in stated else "their ARR counts as 0"
    for at, one in enumerate(accounts):
        if at not in arr:
            step.log.add(
                "warning",
                f"no contract names this account; {put}",
                value=f"{one.name} ({one.id})",
                kind="no contract names this account",
            )


def _note_unreadable(step: Step) -> None:
    for name, one in step.read.items():
        if name not in _HARD or step.join.kind != "contracts":
            note_dropped(step.table, step.columns, name, one, step.log)


def _report(step: Step, summed: contracts.Result, merge: _Merge, accounts: int) -> Joined:
    if step.join.kind != "contracts":
        return step.report(accounts)
    live = summed.of(step)
    parts = {
        "arr_live": [amount for _, amount in live],
        "arr_joined": [amount for at, amount in live if at is not None and at not in merge.overruled],
        "arr_overruled": [amount for at, amount in live if at in merge.overruled],
        "arr_unmatched": [amount for at, amount in live if at is None],
    }
    return step.report(accounts, **{name: math.fsum(amounts) for name, amounts in parts.items()})
