"""What a later portfolio changes against an earlier one: accounts and CSMs, field by field, and owners."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar

from bookshift_model.portfolio import Account, Csm, Portfolio

_SKIPPED: Final = frozenset({"id", "imputed", "extra"})
"""Not compared as fields: the key, how a value came about, and further columns, which are compared singly."""

T = TypeVar("T", Account, Csm)

_Person: TypeAlias = Callable[[str | None], str | None]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value that differs; a further column of the file stands under its own name."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Changed:
    """An account or CSM in both portfolios, and what differs."""

    id: str
    name: str
    """As it is called now."""
    fields: tuple[FieldChange, ...]

    def of(self, field: str) -> FieldChange | None:
        """The change of one field; ``None`` where it is as before."""
        return next((one for one in self.fields if one.field == field), None)


@dataclass(frozen=True, slots=True)
class Changes:
    """A later portfolio against an earlier one; each list in the order of the file."""

    before: Portfolio
    after: Portfolio
    new: tuple[Account, ...]
    gone: tuple[Account, ...]
    changed: tuple[Changed, ...]
    new_csms: tuple[Csm, ...]
    gone_csms: tuple[Csm, ...]
    changed_csms: tuple[Changed, ...]

    @property
    def nothing(self) -> bool:
        """Whether accounts and CSMs are the very same; the day of the data may be another one."""
        return not (
            self.new or self.gone or self.changed or self.new_csms or self.gone_csms or self.changed_csms
        )

    @property
    def gone_share(self) -> float:
        """Share of the earlier accounts that are gone, 0 to 1."""
        return len(self.gone) / len(self.before.accounts) if self.before.accounts else 0.0

    @property
    def arr_change(self) -> float:
        """Relative change of the ARR total; 0 where there was none before."""
        total = self.before.total_arr
        return (self.after.total_arr - total) / total if total else 0.0

    def with_field(self, field: str) -> tuple[Changed, ...]:
        """The accounts whose `field` differs."""
        return tuple(one for one in self.changed if one.of(field) is not None)


def compare(before: Portfolio, after: Portfolio) -> Changes:
    """What `after` changes against `before`; accounts and CSMs are the same where their ids are.

    An owner is the same where both name the same person, as `_person_of` tells.
    """
    person = _person_of(before, after)
    new, gone, changed = _compare(before.accounts, after.accounts, person)
    new_csms, gone_csms, changed_csms = _compare(before.csms, after.csms, person)
    return Changes(before, after, new, gone, changed, new_csms, gone_csms, changed_csms)


def _compare(
    before: Sequence[T], after: Sequence[T], person: _Person
) -> tuple[tuple[T, ...], tuple[T, ...], tuple[Changed, ...]]:
    was = {one.id: one for one in before}
    now = {one.id for one in after}
    changed = tuple(
        Changed(one.id, one.name, found)
        for one in after
        if one.id in was and was[one.id] != one and (found := _fields(was[one.id], one, person))
    )
    new = tuple(one for one in after if one.id not in was)
    return new, tuple(one for one in before if one.id not in now), changed


def _fields(was: T, now: T, person: _Person) -> tuple[FieldChange, ...]:
    """What differs, further columns last; owners are told apart by the person that their text means."""
    found = []
    for name in (one.name for one in fields(was) if one.name not in _SKIPPED):
        old, new = getattr(was, name), getattr(now, name)
        if name == "owner":
            old, new = person(old), person(new)
        if old != new:
            found.append(FieldChange(name, old, new))
    for name in dict.fromkeys([*was.extra, *now.extra]):
        old, new = was.extra.get(name, ""), now.extra.get(name, "")
        if old != new:
            found.append(FieldChange(name, old, new))
    return tuple(found)


def _person_of(then: Portfolio, now: Portfolio) -> _Person:
    """Tell who an owner text is: an id of either roster where only one CSM can be meant, else the text.

    Who has left the roster is in the later data by name or e-mail address only, with nothing changed.
    """

    @cache
    def person(owner: str | None) -> str | None:
        if owner is None or owner in now.csm_index or owner in then.csm_index:
            return owner
        for portfolio in (now, then):
            found = portfolio.csms_called(owner)
            if found:
                return portfolio.csms[found[0]].id if len(found) == 1 else owner
        return owner

    return person


@dataclass(frozen=True, slots=True)
class OwnerMove:
    """An account that has another owner than before."""

    account: str
    name: str
    was: str | None
    now: str | None
    planned: str | None = None
    """The owner that the approved plan gives it; None where the plan leaves it alone."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What became of an approved plan in the CRM, and what was moved besides it."""

    done: tuple[OwnerMove, ...]
    """Approved moves that the data shows."""
    waiting: tuple[OwnerMove, ...]
    """Approved moves whose account is still with the owner of then."""
    elsewhere: tuple[OwnerMove, ...]
    """Approved moves whose account went to somebody else, or to nobody."""
    gone: tuple[str, ...]
    """Approved moves whose account is not in the data any more."""
    outside: tuple[OwnerMove, ...]
    """Accounts that the plan leaves alone and that have another owner than when it was made."""

    @property
    def planned(self) -> int:
        """Number of approved moves."""
        return len(self.done) + len(self.waiting) + len(self.elsewhere) + len(self.gone)


def drift(moves: Mapping[str, str], then: Portfolio, now: Portfolio) -> Drift:
    """Compare an approved plan (`moves`: account to CSM, over the data `then`) with the data of `now`.

    Owners are persons, whether the data has their id, e-mail address or name.
    """
    person = _person_of(then, now)
    parts: dict[str, list[OwnerMove]] = {"done": [], "waiting": [], "elsewhere": [], "outside": []}
    gone: list[str] = []
    there = now.account_index
    for one in then.accounts:
        planned = moves.get(one.id)
        if one.id not in there:
            if planned is not None:
                gone.append(one.id)
            continue
        owner, was = person(now.accounts[there[one.id]].owner), person(one.owner)
        found = OwnerMove(one.id, one.name, was, owner, planned)
        if planned is None:
            if owner != was:
                parts["outside"].append(found)
        elif owner == planned:
            parts["done"].append(found)
        else:
            parts["waiting" if owner == was else "elsewhere"].append(found)
    return Drift(
        done=tuple(parts["done"]),
        waiting=tuple(parts["waiting"]),
        elsewhere=tuple(parts["elsewhere"]),
        gone=tuple(gone),
        outside=tuple(parts["outside"]),
    )
