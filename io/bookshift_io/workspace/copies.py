"""Copies of scenarios: one of a scenario on older data goes on with the data in force, as drafts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift_io.workspace.datasets import current_id
from bookshift_io.workspace.errors import ChangedMeanwhileError
from bookshift_io.workspace.scenario_rows import MAX_NAME, ScenarioInfo, row_of, stored
from bookshift_io.workspace.scenarios import Rebased, Scenarios

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_io.workspace.engine import sqlite3


class Copies(Scenarios):
    """Drafts made of other scenarios."""

    def clone_scenario(self, scenario_id: int, name: str) -> Rebased:
        """Make a draft with the same content and a history of its own, on the data in force.

        Moves that this data makes void are dropped, as an import drops those of drafts. Raises
        `ChangedMeanwhileError` where somebody imports at this very moment.
        """
        return self._copy(lambda connection: self._clone(connection, row_of(connection, scenario_id), name))

    def reopen_as_draft(self, scenario_id: int) -> Rebased:
        """Clone a scenario under the next free name of the form “name (draft 2)”."""
        return self._copy(lambda connection: self._reopen(connection, scenario_id))

    def behind(self, dataset_id: int) -> int:
        """How many imports have come since a data set was in force last; 0 where it is in force."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT count(*) FROM intakes"
                " WHERE id > (SELECT coalesce(max(id), 0) FROM intakes WHERE dataset_id = ?)",
                (dataset_id,),
            ).fetchone()
        return int(row[0])

    def _copy(self, make: Callable[[sqlite3.Connection], ScenarioInfo]) -> Rebased:
        newest = self.current_dataset()
        # Read before the write lock is taken: it can be large.
        portfolio = None if newest is None else self.portfolio(newest.id)

        def work(connection: sqlite3.Connection) -> Rebased:
            if current_id(connection) != (None if newest is None else newest.id):
                raise ChangedMeanwhileError(
                    "somebody else has imported data meanwhile; look at what is in force, and copy again",
                    (),
                )
            made = make(connection)
            if newest is None or portfolio is None:
                return Rebased(scenario=made, dropped=())
            return self._rebase(connection, made.id, newest.id, portfolio)

        return self.database.write(work)

    def _reopen(self, connection: sqlite3.Connection, scenario_id: int) -> ScenarioInfo:
        row = row_of(connection, scenario_id)
        base, _, number = row["name"].rpartition(" (draft ")
        if not base or not number.removesuffix(")").isdigit():
            base = row["name"]
        names = {one["name"] for one in connection.execute("SELECT name FROM scenarios")}
        for count in range(2, len(names) + 3):
            ending = f" (draft {count})"
            name = base[: MAX_NAME - len(ending)] + ending
            if name not in names:
                break
        return self._clone(connection, row, name)

    def _clone(self, connection: sqlite3.Connection, row: sqlite3.Row, name: str) -> ScenarioInfo:
        return self._insert(
            connection,
            name,
            row["dataset_id"],
            stored(row),
            kind="clone",
            label=f"cloned from “{row['name']}”, version {row['version']}",
            parent_id=row["id"],
        )
