"""Scenario rows: how a state is stored, named, found and checked."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from bookshift_io.workspace import journal
from bookshift_io.workspace.encoding import canonical
from bookshift_io.workspace.errors import (
    ChangedMeanwhileError,
    FrozenError,
    NewerWorkspaceError,
    ScenarioError,
    UnknownScenarioError,
)
from bookshift_model.decisions import Decisions, decision_from_record, decision_to_record
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.session import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift_io.workspace.engine import sqlite3

Status = Literal["draft", "approved", "archived"]

MAX_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioInfo:
    """A scenario without its content."""

    id: int
    name: str
    dataset_id: int
    parent_id: int | None
    """The scenario it was cloned from."""
    status: Status
    version: int
    """Grows by one with each change of the content."""
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    moves: int
    undo_depth: int


class StoredState(NamedTuple):
    """A state as the three columns hold it: canonical JSON."""

    policy: str
    decisions: str
    moves: str

    @classmethod
    def of(cls, state: State) -> StoredState:
        """Write a state down."""
        return cls(policy_text(state), decisions_text(state), moves_text(state))

    @property
    def record(self) -> dict[str, Any]:
        """The three parts as JSON values."""
        return {name: json.loads(text) for name, text in self._asdict().items()}


def policy_text(state: State) -> str:
    """The policy as canonical JSON."""
    return canonical(state.policy.to_record())


def decisions_text(state: State) -> str:
    """The decisions as canonical JSON, in the order in which they were made."""
    return canonical([decision_to_record(one) for one in state.decisions])


def moves_text(state: State) -> str:
    """The moves as canonical JSON."""
    return canonical(dict(state.moves))


def state_from(record: Mapping[str, Any]) -> State:
    """Rebuild a state from the JSON values of its three parts.

    Raises `NewerWorkspaceError` for a policy that this version does not understand.
    """
    try:
        policy = Policy.from_record(record["policy"])
    except PolicyError as error:
        raise NewerWorkspaceError(
            f"another version of Bookshift wrote the policy of this scenario ({error}); open it with that one"
        ) from error
    return State(
        policy=policy,
        decisions=Decisions(decision_from_record(one) for one in record["decisions"]),
        moves=dict(record["moves"]),
    )


def stored(row: sqlite3.Row) -> StoredState:
    """The state in a row."""
    return StoredState(row["policy"], row["decisions"], row["moves"])


def info(row: sqlite3.Row) -> ScenarioInfo:
    """A row without its content."""
    return ScenarioInfo(
        id=row["id"],
        name=row["name"],
        dataset_id=row["dataset_id"],
        parent_id=row["parent_id"],
        status=row["status"],
        version=row["version"],
        created_at=datetime.fromisoformat(row["created_at"]),
        created_by=row["created_by"],
        updated_at=datetime.fromisoformat(row["updated_at"]),
        updated_by=row["updated_by"],
        moves=row["move_count"],
        undo_depth=row["undo_depth"],
    )


def row_of(connection: sqlite3.Connection, scenario_id: int) -> sqlite3.Row:
    """The row of a scenario; raises `UnknownScenarioError` where there is none."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM scenarios WHERE id = ?", (scenario_id,)
    ).fetchone()
    if row is None:
        raise UnknownScenarioError(f"there is no scenario {scenario_id}; list them with bookshift scenarios")
    return row


def row_named(connection: sqlite3.Connection, name: str) -> sqlite3.Row:
    """The row under a name (archived ones last) or a number; raises `UnknownScenarioError` for neither."""
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM scenarios WHERE name = ? ORDER BY status = 'archived', id DESC", (name,)
    ).fetchone()
    if row is not None:
        return row
    if name.isascii() and name.isdigit():
        return row_of(connection, int(name[:18]))
    there = connection.execute("SELECT name FROM scenarios WHERE status <> 'archived' ORDER BY id LIMIT 8")
    names = ", ".join(f"“{one['name']}”" for one in there) or "none yet"
    raise UnknownScenarioError(f"there is no scenario “{name}”; the scenarios are: {names}")


def checked_name(connection: sqlite3.Connection, name: str, *, besides: int | None = None) -> str:
    """The name without outer spaces; raises `ScenarioError` where it is unusable or taken."""
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise ScenarioError("a scenario needs a name; type one")
    if len(name) > MAX_NAME:
        raise ScenarioError(f"the name has {len(name)} characters; shorten it to {MAX_NAME}")
    if not name.isprintable():
        raise ScenarioError("the name holds a character that cannot be printed; type it anew")
    taken = connection.execute(
        "SELECT id FROM scenarios WHERE name = ? AND status <> 'archived' AND id IS NOT ?", (name, besides)
    ).fetchone()
    if taken is not None:
        raise ScenarioError(f"there is a scenario “{name}” already; choose another name")
    return name


def expect_draft(connection: sqlite3.Connection, scenario_id: int, version: int | None) -> sqlite3.Row:
    """The row of a draft at a version; raises `FrozenError` or `ChangedMeanwhileError` where it is not so.

    Without a version, any will do.
    """
    row = row_of(connection, scenario_id)
    if row["status"] == "approved":
        raise FrozenError(f"“{row['name']}” is approved and takes no changes; clone it and change the clone")
    if row["status"] == "archived":
        raise FrozenError(f"“{row['name']}” is archived and takes no changes; restore it first")
    if version is not None and row["version"] != version:
        entries = tuple(journal.after_version(connection, scenario_id, version))
        last = entries[-1]
        more = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
        raise ChangedMeanwhileError(
            f"nothing was changed: meanwhile {last.told}{more} in “{row['name']}”, "
            f"at {last.at:%Y-%m-%d %H:%M:%S} UTC; look at it and try again",
            entries,
        )
    return row
