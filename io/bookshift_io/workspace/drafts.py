"""What a person leaves lying about: the plan of the last solve, where they looked, half-typed forms."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bookshift_io.workspace.encoding import canonical, now, pack, stamp, unpack
from bookshift_io.workspace.scenario_rows import row_of
from bookshift_io.workspace.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift_io.workspace.engine import sqlite3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The best plan of a solve, not yet taken over into the scenario."""

    scenario_id: int
    version: int
    """Version of the scenario that was solved; where the scenario's is later, the plan is out of date."""
    content: dict[str, Any]
    author: str
    at: datetime


class Drafts(Store):
    """Things that survive a dropped line but belong to no journal."""

    def save_proposal(
        self, scenario_id: int, proposal: Mapping[str, Any], *, version: int | None = None
    ) -> None:
        """Keep a plan in place of the one before; `version` is the one solved, or else the current one."""
        content = pack(canonical(dict(proposal)))

        def work(connection: sqlite3.Connection) -> None:
            solved = row_of(connection, scenario_id)["version"] if version is None else version
            connection.execute(
                "INSERT OR REPLACE INTO proposals (scenario_id, version, content, author, uid, at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (scenario_id, solved, content, self.person.name, self.person.uid, stamp(now())),
            )

        self.database.write(work)

    def proposal(self, scenario_id: int) -> Proposal | None:
        """The plan that was kept, if any."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT * FROM proposals WHERE scenario_id = ?", (scenario_id,)
            ).fetchone()
        if row is None:
            return None
        return Proposal(
            scenario_id=scenario_id,
            version=row["version"],
            content=json.loads(unpack(row["content"])),
            author=row["author"],
            at=datetime.fromisoformat(row["at"]),
        )

    def clear_proposal(self, scenario_id: int) -> None:
        """Forget the plan that was kept."""
        self._execute("DELETE FROM proposals WHERE scenario_id = ?", (scenario_id,))

    def save_view(self, scenario_id: int, view: Mapping[str, Any]) -> None:
        """Keep where this user looks in a scenario, and that it is the one they opened last."""
        content = canonical(dict(view))
        if self._view_text(scenario_id) == content and self.last_opened() == scenario_id:
            return
        uid = self.person.uid

        def work(connection: sqlite3.Connection) -> None:
            row_of(connection, scenario_id)
            connection.execute("INSERT OR REPLACE INTO views VALUES (?, ?, ?)", (uid, scenario_id, content))
            connection.execute("INSERT OR REPLACE INTO last_opened VALUES (?, ?)", (uid, scenario_id))

        self.database.write(work)

    def view(self, scenario_id: int) -> dict[str, Any]:
        """Where this user looked last in a scenario; empty where they never did."""
        return dict(json.loads(self._view_text(scenario_id) or "{}"))

    def last_opened(self) -> int | None:
        """Id of the scenario that this user opened last."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT scenario_id FROM last_opened WHERE uid = ?", (self.person.uid,)
            ).fetchone()
        return None if row is None else int(row["scenario_id"])

    def save_draft(self, key: str, text: str) -> None:
        """Keep a half-typed form of this user."""
        if self.draft(key) != text:
            self._execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)", (self.person.uid, key, text))

    def draft(self, key: str) -> str | None:
        """What this user had typed, if anything."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT text FROM drafts WHERE uid = ? AND key = ?", (self.person.uid, key)
            ).fetchone()
        return None if row is None else str(row["text"])

    def drop_draft(self, key: str) -> None:
        """Forget a half-typed form; called once its content is committed."""
        if self.draft(key) is not None:
            self._execute("DELETE FROM drafts WHERE uid = ? AND key = ?", (self.person.uid, key))

    def _view_text(self, scenario_id: int) -> str | None:
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT content FROM views WHERE uid = ? AND scenario_id = ?", (self.person.uid, scenario_id)
            ).fetchone()
        return None if row is None else str(row["content"])

    def _execute(self, statement: str, values: tuple[Any, ...]) -> None:
        self.database.write(lambda connection: connection.execute(statement, values))
