"""What planners decide before and between solves: pins, locks, forbids, groups, and what the data says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from bookshift_model.records import from_record, to_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


def _key(word: str, *ids: str) -> str:
    """One text for a word and some ids that no others have: ids may hold spaces."""
    return " ".join([word, *map(repr, ids)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """Who decided, when and why; a decision holds through its `expires` day."""

    author: str = ""
    at: datetime | None = None
    reason: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin(_Decided):
    """An account goes to a CSM."""

    account: str
    csm: str

    @property
    def key(self) -> str:
        """Shared with `Lock`: an account is held in one way at a time."""
        return f"hold {self.account}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock(_Decided):
    """An existing relationship does not change."""

    account: str

    @property
    def key(self) -> str:
        """Shared with `Pin`: an account is held in one way at a time."""
        return f"hold {self.account}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbid(_Decided):
    """An account must not go to a CSM."""

    account: str
    csm: str

    @property
    def key(self) -> str:
        """One per account and CSM."""
        return _key("forbid", self.account, self.csm)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTogether(_Decided):
    """These accounts have one owner."""

    accounts: tuple[str, ...]

    @property
    def key(self) -> str:
        """One per set of accounts."""
        return _key("together", *sorted(self.accounts))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepApart(_Decided):
    """No two of these accounts have the same owner."""

    accounts: tuple[str, ...]

    @property
    def key(self) -> str:
        """One per set of accounts."""
        return _key("apart", *sorted(self.accounts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(_Decided):
    """A value of an account is taken as another one than its source says."""

    account: str
    field: str
    was: str
    """What the source said when this was decided; the correction holds as long as it still says so."""
    value: str
    """The value in its place, as text; empty for unknown."""

    @property
    def key(self) -> str:
        """One per account and field."""
        return _key("correct", self.account, self.field)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptFinding(_Decided):
    """A finding about the data is seen and left as it is."""

    finding: str
    """The group that it belongs to."""
    about: str
    """Id of the account, or another subject."""
    value: str = ""
    """The value that was accepted; another one is a new finding."""

    @property
    def key(self) -> str:
        """One per finding and subject."""
        return _key("accepted", self.finding, self.about)


Decision: TypeAlias = Pin | Lock | Forbid | KeepTogether | KeepApart | Correct | AcceptFinding

KINDS: Final[dict[str, type[Decision]]] = {
    "pin": Pin,
    "lock": Lock,
    "forbid": Forbid,
    "together": KeepTogether,
    "apart": KeepApart,
    "correct": Correct,
    "accept": AcceptFinding,
}
_KIND_OF: Final = {kind: name for name, kind in KINDS.items()}


def kind_of(decision: Decision) -> str:
    """The word for a decision: pin, lock, forbid, together, apart, correct or accept."""
    return _KIND_OF[type(decision)]


def accounts_of(decision: Decision) -> tuple[str, ...]:
    """Ids of the accounts that a decision speaks of."""
    if isinstance(decision, (KeepTogether, KeepApart)):
        return decision.accounts
    return () if isinstance(decision, AcceptFinding) else (decision.account,)


def about_data(decision: Decision) -> bool:
    """Whether it says what the data is to be taken for, and not who owns what."""
    return isinstance(decision, (Correct, AcceptFinding))


def decision_to_record(decision: Decision) -> dict[str, Any]:
    """JSON values of a decision, with its kind."""
    return {"kind": kind_of(decision), **to_record(decision)}


def decision_from_record(record: Mapping[str, Any]) -> Decision:
    """Rebuild what `decision_to_record` made; raises `KeyError`, `TypeError` or `ValueError` otherwise."""
    fields = dict(record)
    return from_record(KINDS[fields.pop("kind")], fields)


class Decisions:
    """An immutable set of decisions, by key."""

    __slots__ = ("_by_key",)

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._by_key: dict[str, Decision] = {one.key: one for one in decisions}

    def __iter__(self) -> Iterator[Decision]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decisions) and self._by_key == other._by_key

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._by_key)))

    def get(self, key: str) -> Decision | None:
        """The decision under a key, if any."""
        return self._by_key.get(key)

    def about(self, account: str) -> list[Decision]:
        """Every decision on who owns the account."""
        return [one for one in self if not about_data(one) and account in accounts_of(one)]

    def on_data(self) -> Decisions:
        """Corrections and acceptances alone: what a new scenario on the same data begins with."""
        return Decisions(one for one in self if about_data(one))

    def corrections(self) -> tuple[Correct, ...]:
        """The values that are taken as others than their source says."""
        return tuple(one for one in self if isinstance(one, Correct))

    def correction(self, account: str, field: str) -> Correct | None:
        """The correction of one value, if any."""
        found = self._by_key.get(_key("correct", account, field))
        return found if isinstance(found, Correct) else None

    def accepted(self, finding: str, about: str) -> AcceptFinding | None:
        """The acceptance of a finding, if any."""
        found = self._by_key.get(_key("accepted", finding, about))
        return found if isinstance(found, AcceptFinding) else None

    def hold(self, account: str) -> Pin | Lock | None:
        """The pin or lock that holds the account, if any."""
        found = self._by_key.get(f"hold {account}")
        return found if isinstance(found, (Pin, Lock)) else None

    def forbids(self, account: str, csm: str | None) -> bool:
        """Whether the account must not go to the CSM."""
        return csm is not None and _key("forbid", account, csm) in self._by_key

    def replaced(self, changes: Mapping[str, Decision | None]) -> Decisions:
        """A new set with each key set to its decision, or without it where that is ``None``."""
        merged: dict[str, Decision | None] = {**self._by_key, **changes}
        return Decisions(one for one in merged.values() if one is not None)

    def in_force(self, day: date) -> Decisions:
        """Those on who owns what that have not expired before `day`."""
        return Decisions(
            one for one in self if not about_data(one) and (one.expires is None or one.expires >= day)
        )
