"""Scenarios: made, renamed, put away, moved to a new data set, and opened for editing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from bookshift_io.workspace import journal
from bookshift_io.workspace.datasets import Datasets, sha256_of
from bookshift_io.workspace.encoding import canonical, stamp
from bookshift_io.workspace.scenario_journal import ScenarioJournal
from bookshift_io.workspace.scenario_rows import (
    ScenarioInfo,
    StoredState,
    checked_name,
    expect_draft,
    info,
    moves_text,
    row_named,
    row_of,
    state_from,
    stored,
)
from bookshift_model.decisions import Decisions
from bookshift_model.explain.words import count
from bookshift_model.session import Session, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift_io.workspace.engine import sqlite3
    from bookshift_io.workspace.journal import JournalEntry
    from bookshift_model.policy import Policy
    from bookshift_model.portfolio import Portfolio

Reason: TypeAlias = Literal["account gone", "CSM gone", "already there"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedMove:
    """A planned move that a new data set made void."""

    account: str
    csm: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebased:
    """A scenario on its new data set, and the moves that it lost on the way."""

    scenario: ScenarioInfo
    dropped: tuple[DroppedMove, ...]
    left: int | None = None
    """The data set that it was on before; None where it was on this one already."""


class OpenScenario(NamedTuple):
    """A scenario under edit."""

    session: Session
    journal: ScenarioJournal


class Scenarios(Datasets):
    """The scenarios of a workspace."""

    def scenarios(self, *, include_archived: bool = False) -> list[ScenarioInfo]:
        """All scenarios, the one changed last first."""
        where = "" if include_archived else "WHERE status <> 'archived'"
        with self.database.reading() as connection:
            found = connection.execute(f"SELECT * FROM scenarios {where} ORDER BY updated_at DESC, id DESC")  # noqa: S608 - of two texts of ours
            return [info(row) for row in found]

    def scenario(self, name_or_id: str | int) -> ScenarioInfo:
        """One scenario by id or name; raises `UnknownScenarioError` where there is none."""
        with self.database.reading() as connection:
            return info(_find(connection, name_or_id))

    def create_scenario(
        self,
        name: str,
        dataset_id: int,
        policy: Policy,
        decisions: Decisions | None = None,
        moves: Mapping[str, str] | None = None,
    ) -> ScenarioInfo:
        """Make a draft; raises `ScenarioError` where the name is taken or unusable."""
        state = StoredState.of(State(policy=policy, decisions=decisions or Decisions(), moves=moves or {}))

        def work(connection: sqlite3.Connection) -> ScenarioInfo:
            return self._insert(connection, name, dataset_id, state, kind="create", label="created")

        return self.database.write(work)

    def rename(self, scenario_id: int, name: str) -> ScenarioInfo:
        """Give a scenario another name; its content and version stay."""

        def work(connection: sqlite3.Connection) -> ScenarioInfo:
            row = row_of(connection, scenario_id)
            new = checked_name(connection, name, besides=scenario_id)
            if new == row["name"]:
                return info(row)
            connection.execute("UPDATE scenarios SET name = ? WHERE id = ?", (new, scenario_id))
            label = f"renamed “{row['name']}” to “{new}”"
            return self._event(connection, scenario_id, "rename", label, {"name": new, "was": row["name"]})

        return self.database.write(work)

    def archive(self, scenario_id: int) -> ScenarioInfo:
        """Put a scenario away; its name becomes free."""

        def work(connection: sqlite3.Connection) -> ScenarioInfo:
            row = row_of(connection, scenario_id)
            if row["status"] == "archived":
                return info(row)
            connection.execute("UPDATE scenarios SET status = 'archived' WHERE id = ?", (scenario_id,))
            label = f"archived “{row['name']}”"
            return self._event(connection, scenario_id, "archive", label, {"was": row["status"]})

        return self.database.write(work)

    def restore(self, scenario_id: int) -> ScenarioInfo:
        """Take an archived scenario back; one that was approved is approved again."""

        def work(connection: sqlite3.Connection) -> ScenarioInfo:
            row = row_of(connection, scenario_id)
            if row["status"] != "archived":
                return info(row)
            checked_name(connection, row["name"], besides=scenario_id)
            approvals = "SELECT 1 FROM approvals WHERE scenario_id = ?"
            approved = connection.execute(approvals, (scenario_id,)).fetchone()
            status = "draft" if approved is None else "approved"
            connection.execute("UPDATE scenarios SET status = ? WHERE id = ?", (status, scenario_id))
            label = f"restored “{row['name']}”"
            return self._event(connection, scenario_id, "restore", label, {"status": status})

        return self.database.write(work)

    def rebase_scenario(self, scenario_id: int, dataset_id: int) -> Rebased:
        """Move a draft to another data set: decisions stay, void moves are dropped, undo starts afresh."""
        portfolio = self.portfolio(dataset_id)
        return self.database.write(
            lambda connection: self._rebase(connection, scenario_id, dataset_id, portfolio)
        )

    def state(self, scenario_id: int) -> State:
        """What a scenario says now."""
        with self.database.reading() as connection:
            return state_from(stored(row_of(connection, scenario_id)).record)

    def session(self, scenario_id: int) -> Session:
        """Open a scenario for editing, with the history it had when it was left."""
        return self.open_scenario(scenario_id).session

    def open_scenario(self, scenario_id: int) -> OpenScenario:
        """A session together with its journal, whose `version` says which version the session shows."""
        with self.database.reading() as connection:
            row = row_of(connection, scenario_id)
            before = journal.settled(connection, scenario_id, row["history_from"])
            history = journal.history(journal.steps(connection, scenario_id, row["history_from"]), before)
        writes = ScenarioJournal(self, scenario_id, row["version"])
        portfolio = self.portfolio(row["dataset_id"])
        return OpenScenario(Session(portfolio, state_from(stored(row).record), writes, history), writes)

    def journal(self, scenario_id: int | None = None, limit: int = 50) -> list[JournalEntry]:
        """The newest journal rows first, of one scenario or of the workspace."""
        with self.database.reading() as connection:
            return journal.latest(connection, scenario_id, limit)

    def changes_since(self, seq: int, limit: int = 1000) -> list[JournalEntry]:
        """Journal rows after `seq`, oldest first; with `data_version` the way to follow other sessions."""
        with self.database.reading() as connection:
            return journal.since(connection, seq, limit)

    def request(self, request_id: str) -> JournalEntry | None:
        """The journal row that a request made; ``None`` where it did not go through."""
        with self.database.reading() as connection:
            return journal.by_request(connection, request_id)

    def _rebase(
        self,
        connection: sqlite3.Connection,
        scenario_id: int,
        dataset_id: int,
        portfolio: Portfolio,
        told: str = "",
    ) -> Rebased:
        """Move a draft inside the caller's transaction; `told` is added to what the journal says of it."""
        row = expect_draft(connection, scenario_id, None)
        if row["dataset_id"] == dataset_id:
            return Rebased(scenario=info(row), dropped=())
        old = state_from(stored(row).record)
        dropped = void_moves(old.moves, portfolio)
        gone = {one.account for one in dropped}
        moves = {account: csm for account, csm in old.moves.items() if account not in gone}
        version = row["version"] + 1
        void = f"; {count(len(dropped), 'move')} void" if dropped else ""
        entry = journal.append(
            connection,
            self.person,
            kind="rebase",
            label=f"moved to data set {dataset_id}{told}{void}",
            content=canonical(
                {
                    "dataset": sha256_of(connection, dataset_id),
                    "dropped": [[one.account, one.csm, one.reason] for one in dropped],
                }
            ),
            scenario_id=scenario_id,
            version=version,
        )
        connection.execute(
            "UPDATE scenarios SET dataset_id = ?, moves = ?, move_count = ?, version = ?, undo_depth = 0,"
            " history_from = ?, updated_at = ?, updated_by = ? WHERE id = ?",
            (
                dataset_id,
                moves_text(State(policy=old.policy, moves=moves)),
                len(moves),
                version,
                entry.seq,
                stamp(entry.at),
                self.person.name,
                scenario_id,
            ),
        )
        return Rebased(
            scenario=info(row_of(connection, scenario_id)), dropped=dropped, left=row["dataset_id"]
        )

    def _insert(
        self,
        connection: sqlite3.Connection,
        name: str,
        dataset_id: int,
        state: StoredState,
        *,
        kind: str,
        label: str,
        parent_id: int | None = None,
    ) -> ScenarioInfo:
        name = checked_name(connection, name)
        record = state.record
        sha256 = sha256_of(connection, dataset_id)
        scenario_id = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM scenarios").fetchone()[0]
        connection.execute(
            "INSERT INTO scenarios (id, name, dataset_id, parent_id, status, version, created_at, created_by,"
            " updated_at, updated_by, policy, decisions, moves, move_count, undo_depth, history_from)"
            " VALUES (?, ?, ?, ?, 'draft', 1, '', ?, '', ?, ?, ?, ?, ?, 0, 0)",
            (
                scenario_id,
                name,
                dataset_id,
                parent_id,
                self.person.name,
                self.person.name,
                state.policy,
                state.decisions,
                state.moves,
                len(record["moves"]),
            ),
        )
        entry = journal.append(
            connection,
            self.person,
            kind=kind,
            label=label,
            content=canonical({"dataset": sha256, "name": name, "parent": parent_id, **record}),
            scenario_id=scenario_id,
            version=1,
        )
        connection.execute(
            "UPDATE scenarios SET created_at = ?, updated_at = ?, history_from = ? WHERE id = ?",
            (stamp(entry.at), stamp(entry.at), entry.seq, scenario_id),
        )
        return info(row_of(connection, scenario_id))

    def _event(
        self, connection: sqlite3.Connection, scenario_id: int, kind: str, label: str, content: dict[str, Any]
    ) -> ScenarioInfo:
        entry = journal.append(
            connection,
            self.person,
            kind=kind,
            label=label,
            content=canonical(content),
            scenario_id=scenario_id,
        )
        connection.execute(
            "UPDATE scenarios SET updated_at = ?, updated_by = ? WHERE id = ?",
            (stamp(entry.at), self.person.name, scenario_id),
        )
        return info(row_of(connection, scenario_id))


def _find(connection: sqlite3.Connection, name_or_id: str | int) -> sqlite3.Row:
    return (
        row_of(connection, name_or_id) if isinstance(name_or_id, int) else row_named(connection, name_or_id)
    )


def void_moves(moves: Mapping[str, str], portfolio: Portfolio) -> tuple[DroppedMove, ...]:
    """The planned moves that a data set makes void, by account."""
    dropped: list[DroppedMove] = []
    for account, csm in sorted(moves.items()):
        reason: Reason | None = None
        if account not in portfolio.account_index:
            reason = "account gone"
        elif csm not in portfolio.csm_index:
            reason = "CSM gone"
        elif portfolio.accounts[portfolio.account_index[account]].owner == csm:
            reason = "already there"
        if reason is not None:
            dropped.append(DroppedMove(account=account, csm=csm, reason=reason))
    return tuple(dropped)
