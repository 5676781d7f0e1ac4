"""The one mutable object: a scenario being edited, with a history that survives a restart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from bookshift_model.decisions import (
    Decision,
    Decisions,
    accounts_of,
    decision_from_record,
    decision_to_record,
)
from bookshift_model.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bookshift_model.portfolio import Portfolio

Step: TypeAlias = Literal["do", "undo", "redo"]


class ConflictError(Exception):
    """A change expects something that is no longer so; the message says what is there now."""


@dataclass(frozen=True)
class State:
    """What a scenario says at one moment: policy, decisions, and who is to own what."""

    policy: Policy
    decisions: Decisions = field(default_factory=Decisions)
    moves: Mapping[str, str] = field(default_factory=dict)
    """Account id to CSM id, only where the plan differs from today's owner."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One gesture of a person: invertible, labelled, and checked against what it expects to find.

    Each entry is (what, before, after); ``None`` means absent.
    """

    label: str
    decisions: tuple[tuple[str, Decision | None, Decision | None], ...] = ()
    moves: tuple[tuple[str, str | None, str | None], ...] = ()
    policy: tuple[Policy, Policy] | None = None
    reason: str = ""
    """Why, of a move by hand; a decision carries its own."""

    def apply(self, state: State) -> State:
        """Return the state after the change; raises `ConflictError` where the state is not as expected."""
        for key, before, _ in self.decisions:
            if (now := state.decisions.get(key)) != before:
                raise ConflictError(_decided_meanwhile(before, now))
        for account, was, _ in self.moves:
            if state.moves.get(account) != was:
                msg = f"account {account} was moved meanwhile; look at it and try again"
                raise ConflictError(msg)
        if self.policy is not None and state.policy != self.policy[0]:
            msg = "the policy was changed meanwhile; look at it and try again"
            raise ConflictError(msg)
        moves = {**state.moves, **{account: to for account, _, to in self.moves if to is not None}}
        for account, _, to in self.moves:
            if to is None:
                moves.pop(account, None)
        return State(
            policy=state.policy if self.policy is None else self.policy[1],
            decisions=state.decisions.replaced({key: after for key, _, after in self.decisions}),
            moves=moves,
        )

    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(
            label=self.label,
            decisions=tuple((key, after, before) for key, before, after in self.decisions),
            moves=tuple((account, to, was) for account, was, to in self.moves),
            policy=None if self.policy is None else (self.policy[1], self.policy[0]),
        )

    @property
    def empty(self) -> bool:
        """Whether the change would change nothing."""
        return not (self.decisions or self.moves or self.policy)

    def to_record(self) -> dict[str, Any]:
        """JSON values of the change."""
        record: dict[str, Any] = {"label": self.label}
        if self.decisions:
            record["decisions"] = [
                [key, *(None if one is None else decision_to_record(one) for one in pair)]
                for key, *pair in self.decisions
            ]
        if self.moves:
            record["moves"] = [list(move) for move in self.moves]
        if self.policy:
            record["policy"] = [one.to_record() for one in self.policy]
        if self.reason:
            record["reason"] = self.reason
        return record

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Change:
        """Rebuild what `to_record` made."""
        policy = record.get("policy")
        return cls(
            label=record["label"],
            decisions=tuple(
                (key, *(None if one is None else decision_from_record(one) for one in pair))
                for key, *pair in record.get("decisions", ())
            ),
            moves=tuple((account, was, to) for account, was, to in record.get("moves", ())),
            policy=None if policy is None else (Policy.from_record(policy[0]), Policy.from_record(policy[1])),
            reason=record.get("reason", ""),
        )


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A change that is in the journal."""

    seq: int
    change: Change
    author: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class History:
    """What can be undone (oldest first) and redone (next first)."""

    done: tuple[Entry, ...] = ()
    undone: tuple[Entry, ...] = ()
    settled: tuple[Entry, ...] = ()
    """What made the scenario before `done`, oldest first, and is no longer undone: changes from before an
    import, and those of the scenario that this one is a copy of."""


class Journal(Protocol):
    """Where a session's changes become durable before anybody sees them."""

    @property
    def version(self) -> int:
        """Version of the scenario that the session shows; grows by one with each step that is appended."""
        ...

    def commit(
        self, step: Step, change: Change, after: State, *, of: int | None, request_id: str | None
    ) -> Entry:
        """Append one step durably; `of` is the entry that an undo or redo refers to.

        Raises `ConflictError` where somebody else changed the scenario since it was loaded.
        A `request_id` that is already in the journal changes nothing and returns its entry.
        """
        ...


class Session:
    """A scenario under edit; every change is in the journal before `state` shows it."""

    def __init__(
        self, portfolio: Portfolio, state: State, journal: Journal, history: History | None = None
    ) -> None:
        self.portfolio = portfolio
        self.state = state
        self._journal = journal
        self._done = list(history.done if history else ())
        self._undone = list(history.undone if history else ())
        self._settled = history.settled if history else ()

    @property
    def history(self) -> History:
        """What can be undone and redone now, and what came before."""
        return History(done=tuple(self._done), undone=tuple(self._undone), settled=self._settled)

    def do(self, change: Change, *, request_id: str | None = None) -> Entry | None:
        """Apply a change; an empty one does nothing and returns ``None``.

        Nor does one whose `request_id` went through before, also where its entry was undone since: that
        entry is returned.
        """
        if change.empty:
            return None
        after = change.apply(self.state)
        version = self._journal.version
        entry = self._journal.commit("do", change, after, of=None, request_id=request_id)
        if self._journal.version == version:
            return entry
        self.state = after
        self._done.append(entry)
        self._undone.clear()
        return entry

    def undo(self) -> Entry | None:
        """Take back the latest change; ``None`` where there is none."""
        if not self._done:
            return None
        entry = self._done[-1]
        back = entry.change.inverse()
        after = back.apply(self.state)
        self._journal.commit("undo", back, after, of=entry.seq, request_id=None)
        self.state = after
        self._undone.insert(0, self._done.pop())
        return entry

    def redo(self) -> Entry | None:
        """Apply again what was undone last; ``None`` where there is nothing."""
        if not self._undone:
            return None
        entry = self._undone[0]
        after = entry.change.apply(self.state)
        self._journal.commit("redo", entry.change, after, of=entry.seq, request_id=None)
        self.state = after
        self._done.append(self._undone.pop(0))
        return entry


def _decided_meanwhile(before: Decision | None, now: Decision | None) -> str:
    about = ", ".join(accounts_of(one)) if (one := before or now) else ""
    return f"a decision about account {about} was changed meanwhile; look at it and try again"


def moves_between(
    before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[tuple[str, str | None, str | None], ...]:
    """The `Change.moves` that turn one set of moves into another."""
    accounts: Iterable[str] = sorted({*before, *after})
    return tuple((a, before.get(a), after.get(a)) for a in accounts if before.get(a) != after.get(a))
