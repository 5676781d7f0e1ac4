"""Where a session's changes become durable: one transaction per gesture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift_io.workspace import journal
from bookshift_io.workspace.encoding import canonical, stamp
from bookshift_io.workspace.errors import ScenarioError
from bookshift_io.workspace.scenario_rows import decisions_text, expect_draft, moves_text, policy_text

if TYPE_CHECKING:
    from bookshift_io.workspace.engine import sqlite3
    from bookshift_io.workspace.store import Store
    from bookshift_model.session import Change, Entry, State, Step

_DEPTH: Final = {"do": 1, "undo": -1, "redo": 1}


class ScenarioJournal:
    """The journal of one scenario, as `bookshift_model.session.Journal` describes it."""

    def __init__(self, store: Store, scenario_id: int, version: int) -> None:
        self.scenario_id = scenario_id
        self.version = version
        """The version that the session shows; a commit on any other raises `ChangedMeanwhileError`."""
        self._store = store

    def commit(
        self, step: Step, change: Change, after: State, *, of: int | None, request_id: str | None
    ) -> Entry:
        """Write one step, the state after it and the new version in one transaction.

        Raises `ChangedMeanwhileError` (a `ConflictError`) where another session was first, and `FrozenError`
        where the scenario is approved or archived. A request id that is known returns its entry.
        """
        content = canonical(change.to_record())
        # What the change does not touch is not written again.
        policy = policy_text(after) if change.policy else None
        decisions = decisions_text(after) if change.decisions else None
        moves = moves_text(after) if change.moves else None

        def work(connection: sqlite3.Connection) -> tuple[Entry, int]:
            known = journal.by_request(connection, request_id)
            if known is not None:
                if known.scenario_id != self.scenario_id or known.kind not in journal.STEPS:
                    raise ScenarioError(
                        f"the request id {request_id} was used for something else; use a new one"
                    )
                return known.as_entry(), self.version
            expect_draft(connection, self.scenario_id, self.version)
            entry = journal.append(
                connection,
                self._store.person,
                kind=step,
                label=change.label,
                content=content,
                scenario_id=self.scenario_id,
                version=self.version + 1,
                refers_to=of,
                request_id=request_id,
            )
            connection.execute(
                "UPDATE scenarios SET policy = coalesce(?, policy), decisions = coalesce(?, decisions),"
                " moves = coalesce(?, moves), move_count = ?, undo_depth = undo_depth + ?,"
                " version = version + 1, updated_at = ?, updated_by = ?"
                " WHERE id = ? AND version = ? AND status = 'draft'",
                (
                    policy,
                    decisions,
                    moves,
                    len(after.moves),
                    _DEPTH[step],
                    stamp(entry.at),
                    self._store.person.name,
                    self.scenario_id,
                    self.version,
                ),
            )
            return entry.as_entry(), self.version + 1

        entry, self.version = self._store.database.write(work)
        return entry
