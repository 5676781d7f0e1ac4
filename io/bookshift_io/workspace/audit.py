"""The audit: does the workspace still say what its journal says, and is the journal whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift_io.workspace import journal
from bookshift_io.workspace.approvals import approval_fault
from bookshift_io.workspace.datasets import import_record, sha256_of
from bookshift_io.workspace.encoding import digest, unpack
from bookshift_io.workspace.errors import DamagedError, WorkspaceError
from bookshift_io.workspace.heads import read_heads
from bookshift_io.workspace.scenario_rows import state_from, stored
from bookshift_model.session import ConflictError, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_io.workspace.database import Database
    from bookshift_io.workspace.engine import sqlite3


def audit(database: Database) -> list[str]:
    """What is wrong, one sentence each; empty where chain, data sets, scenarios and approvals all hold."""
    try:
        heads = read_heads(database.folder)
    except WorkspaceError as error:
        return [str(error)]
    with database.reading() as connection:
        chain = journal.chain_fault(connection, heads)
        return [
            *([] if chain is None else [chain]),
            *_dataset_faults(connection),
            *_scenario_faults(connection),
            *_approval_faults(connection),
        ]


def replayed(connection: sqlite3.Connection, scenario_id: int) -> tuple[State, int, str]:
    """State, version and hash of the data set that the journal gives for a scenario.

    Raises `ConflictError` where a step does not fit the one before.
    """
    state: State | None = None
    version, dataset = 0, ""
    for row in journal.of_scenario(connection, scenario_id):
        if row.kind in ("create", "clone"):
            record = row.record
            state, dataset = state_from(record), record["dataset"]
        elif state is None:
            raise ConflictError("its first journal row is missing")
        elif row.kind == "rebase":
            record = row.record
            gone = {account for account, _, _ in record["dropped"]}
            moves = {account: csm for account, csm in state.moves.items() if account not in gone}
            state = State(policy=state.policy, decisions=state.decisions, moves=moves)
            dataset = record["dataset"]
        elif row.kind in journal.STEPS:
            state = row.change.apply(state)
        version = row.version or version
    if state is None:
        raise ConflictError("it has no journal")
    return state, version, dataset


def _scenario_faults(connection: sqlite3.Connection) -> Iterator[str]:
    for row in connection.execute("SELECT * FROM scenarios ORDER BY id").fetchall():
        try:
            state, version, dataset = replayed(connection, row["id"])
            holds = state == state_from(stored(row).record)
        except (ConflictError, KeyError, TypeError, ValueError) as error:
            yield f"the journal of scenario “{row['name']}” cannot be replayed: {error}"
            continue
        if not holds or version != row["version"] or dataset != sha256_of(connection, row["dataset_id"]):
            yield f"scenario “{row['name']}” is not what its journal says"


def _dataset_faults(connection: sqlite3.Connection) -> Iterator[str]:
    told = {row["content"] for row in connection.execute("SELECT content FROM journal WHERE kind = 'import'")}
    for row in connection.execute("SELECT id, sha256, source, content FROM datasets"):
        try:
            holds = digest(unpack(row["content"])) == row["sha256"]
            holds = holds and import_record(row["sha256"], row["source"]) in told
        except DamagedError:
            holds = False
        if not holds:
            yield f"data set {row['id']} is not what was imported"


def _approval_faults(connection: sqlite3.Connection) -> Iterator[str]:
    for row in connection.execute("SELECT * FROM approvals").fetchall():
        try:
            fault = approval_fault(connection, row)
        except DamagedError as error:
            fault = str(error)
        if fault is not None:
            yield f"the approval of scenario {row['scenario_id']} does not hold: {fault}"
