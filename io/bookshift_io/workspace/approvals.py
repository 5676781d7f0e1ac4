"""Approvals: a scenario frozen with its figures, bound to who, when, why and a hash of the whole content."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bookshift_io.workspace import journal
from bookshift_io.workspace.datasets import sha256_of
from bookshift_io.workspace.encoding import canonical, digest, pack, stamp, unpack
from bookshift_io.workspace.errors import DamagedError, ScenarioError, TamperedError, UnknownScenarioError
from bookshift_io.workspace.heads import note_head, read_heads
from bookshift_io.workspace.scenario_rows import expect_draft, row_of, stored
from bookshift_io.workspace.scenarios import Scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift_io.workspace.engine import sqlite3


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A plan: what was approved, by whom, when and why."""

    scenario_id: int
    version: int
    """Version of the scenario that was approved."""
    sha256: str
    """Of the canonical content."""
    author: str
    uid: int
    at: datetime
    rationale: str
    seq: int
    """Its row in the journal."""
    content: dict[str, Any] = field(repr=False)
    """The frozen JSON: scenario, version, dataset (hash), policy, decisions, moves, figures."""


class Approvals(Scenarios):
    """Approved scenarios."""

    def approve(
        self,
        scenario_id: int,
        rationale: str,
        figures: Mapping[str, Any],
        *,
        version: int | None = None,
        request_id: str | None = None,
    ) -> Approval:
        """Freeze a draft; `version` is the one that the approver looked at.

        Raises `ChangedMeanwhileError` where the draft has another version now, `FrozenError` where it is no
        draft, and `ScenarioError` without a rationale. A request id that is known returns its approval.
        """
        reason = rationale.strip()
        if not reason:
            raise ScenarioError("an approval needs a rationale; say in a sentence why this plan is right")

        def work(connection: sqlite3.Connection) -> Approval:
            known = journal.by_request(connection, request_id)
            if known is not None:
                if known.scenario_id != scenario_id or known.kind != "approve":
                    raise ScenarioError(
                        f"the request id {request_id} was used for something else; use a new one"
                    )
                return _approval(_row(connection, scenario_id))
            row = expect_draft(connection, scenario_id, version)
            content = canonical(
                {
                    "scenario": scenario_id,
                    "version": row["version"],
                    "dataset": sha256_of(connection, row["dataset_id"]),
                    "figures": dict(figures),
                    **stored(row).record,
                }
            )
            sha256 = digest(content)
            entry = journal.append(
                connection,
                self.person,
                kind="approve",
                label=f"approved “{row['name']}”: {reason}",
                content=canonical({"sha256": sha256, "rationale": reason}),
                scenario_id=scenario_id,
                version=row["version"],
                request_id=request_id,
            )
            connection.execute(
                "UPDATE scenarios SET status = 'approved', updated_at = ?, updated_by = ? WHERE id = ?",
                (stamp(entry.at), self.person.name, scenario_id),
            )
            connection.execute(
                "INSERT INTO approvals"
                " (scenario_id, version, seq, sha256, content, rationale, author, uid, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    scenario_id,
                    row["version"],
                    entry.seq,
                    sha256,
                    pack(content),
                    reason,
                    self.person.name,
                    self.person.uid,
                    stamp(entry.at),
                ),
            )
            return _approval(_row(connection, scenario_id))

        approval = self.database.write(work)
        note_head(self.database, "approve")
        return approval

    def approval(self, scenario_id: int) -> Approval | None:
        """The approval of a scenario, as stored; ``None`` where it is not approved."""
        with self.database.reading() as connection:
            row = _row(connection, scenario_id)
        return None if row is None else _approval(row)

    def newest_approval(self) -> Approval | None:
        """The latest approval of any scenario, as stored; ``None`` where nothing was approved yet."""
        with self.database.reading() as connection:
            row = connection.execute("SELECT * FROM approvals ORDER BY seq DESC LIMIT 1").fetchone()
        return None if row is None else _approval(row)

    def verify_approval(self, scenario_id: int) -> Approval:
        """The approval, after everything it binds was computed again.

        Raises `TamperedError` where content, scenario, data set or journal are not what was approved, and
        `UnknownScenarioError` where there is no approval.
        """
        heads = read_heads(self.folder)
        with self.database.reading() as connection:
            row = _row(connection, scenario_id)
            if row is None:
                raise UnknownScenarioError(f"scenario {scenario_id} is not approved; approve it first")
            name = row_of(connection, scenario_id)["name"]
            try:
                fault = approval_fault(connection, row) or journal.chain_fault(connection, heads)
            except DamagedError as error:
                fault = str(error)
        if fault is not None:
            raise TamperedError(
                f"the approval of “{name}” does not hold: {fault}; restore a backup, or approve anew"
            )
        return _approval(row)


def approval_fault(connection: sqlite3.Connection, row: sqlite3.Row) -> str | None:
    """What is wrong with an approval, the chain of the journal aside; ``None`` where nothing is."""
    text = unpack(row["content"])
    if digest(text) != row["sha256"]:
        return "its content was changed"
    entry = connection.execute(
        "SELECT content, uid, kind, scenario_id FROM journal WHERE seq = ?", (row["seq"],)
    ).fetchone()
    expected = canonical({"sha256": row["sha256"], "rationale": row["rationale"]})
    if entry is None or tuple(entry) != (expected, row["uid"], "approve", row["scenario_id"]):
        return "the journal tells of another approval"
    content = json.loads(text)
    scenario = row_of(connection, row["scenario_id"])
    if scenario["status"] == "draft":
        return "the scenario was made a draft again"
    now = {
        **stored(scenario).record,
        "version": scenario["version"],
        "dataset": sha256_of(connection, scenario["dataset_id"]),
    }
    changed = [name for name, value in now.items() if content[name] != value]
    if changed:
        return f"the scenario's {' and '.join(changed)} changed since"
    data = connection.execute(
        "SELECT content FROM datasets WHERE id = ?", (scenario["dataset_id"],)
    ).fetchone()
    if digest(unpack(data["content"])) != content["dataset"]:
        return "the data set's content was changed"
    return None


def _row(connection: sqlite3.Connection, scenario_id: int) -> Any:
    return connection.execute("SELECT * FROM approvals WHERE scenario_id = ?", (scenario_id,)).fetchone()


def _approval(row: Any) -> Approval:
    return Approval(
        scenario_id=row["scenario_id"],
        version=row["version"],
        sha256=row["sha256"],
        author=row["author"],
        uid=row["uid"],
        at=datetime.fromisoformat(row["at"]),
        rationale=row["rationale"],
        seq=row["seq"],
        content=json.loads(unpack(row["content"])),
    )
