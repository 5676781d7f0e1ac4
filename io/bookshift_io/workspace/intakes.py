"""A fresh export taken in as a whole: data set, archive of what is gone, and every draft moved to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bookshift_io.workspace.copies import Copies
from bookshift_io.workspace.datasets import (
    DatasetInfo,
    Package,
    Source,
    current_id,
    insert_dataset,
    sha256_of,
)
from bookshift_io.workspace.errors import ChangedMeanwhileError
from bookshift_io.workspace.scenario_rows import ScenarioInfo, StoredState
from bookshift_io.workspace.scenarios import Rebased
from bookshift_model.decisions import Decisions
from bookshift_model.session import State

if TYPE_CHECKING:
    from collections.abc import Collection

    from bookshift_io.workspace.engine import sqlite3
    from bookshift_model.policy import Policy
    from bookshift_model.portfolio import Account, Portfolio


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """An account that an export did not hold any more: kept as it was seen last."""

    account: str
    name: str
    arr: float
    owner: str | None
    last_seen: date
    """The day of the last data that held it."""
    dataset_id: int
    """The last data set that held it, where all of it still stands."""
    gone_at: datetime
    gone_by: str
    """Who imported the export that lacked it."""
    back_at: datetime | None = None
    """When an export brought it back; None while it is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A data set in the workspace, and what happened to accounts and scenarios."""

    dataset: DatasetInfo
    previous: int | None
    """The data set in force before; None for the first."""
    created: ScenarioInfo | None
    """The first scenario, or the draft that was made of an approved one."""
    rebased: tuple[Rebased, ...]
    """Drafts that went on to the new data; a draft that was made for it is among them."""
    archived: tuple[str, ...] = ()
    """Accounts that the export lacks."""
    back: tuple[str, ...] = ()
    """Accounts that had been archived and are in the export again."""


_ABSENCES = (
    "SELECT a.*, gone.at AS gone_at, gone.author AS gone_by, back.at AS back_at FROM absences AS a"
    " JOIN intakes AS gone ON gone.id = a.intake_id LEFT JOIN intakes AS back ON back.id = a.back_id"
)


class Intakes(Copies):
    """Imports over a living workspace."""

    def take_in(
        self,
        portfolio: Portfolio,
        source: Source,
        policy: Policy,
        first: str,
        *,
        over: int | None,
        told: str = "",
    ) -> Imported:
        """Keep a portfolio and move every draft to it, all in one transaction or not at all.

        `over` is the data set that the person looked at (None for an empty workspace), `first` the name of
        the scenario that is made under `policy` where there is none, and `told` what the journal says of the
        change. Where all scenarios are approved, a draft of the one changed last goes on. Raises
        `ChangedMeanwhileError` where somebody else has imported since `over`, unless it was the very same.
        """
        package = Package.of(portfolio, source)
        before = None if over is None else self.portfolio(over)

        def work(connection: sqlite3.Connection) -> Imported:
            current = current_id(connection)
            same = current is not None and sha256_of(connection, current) == package.sha256
            if current != over and not same:
                raise ChangedMeanwhileError(
                    "somebody else has imported data meanwhile; look at what is in force, and import again",
                    (),
                )
            dataset = insert_dataset(connection, self.person, package, told)
            archived: tuple[str, ...] = ()
            back: tuple[str, ...] = ()
            if before is not None and not same:
                back = _return(connection, portfolio.account_index)
                archived = _archive(connection, before, portfolio.account_index, over)
            created, rebased = self._go_on(
                connection, dataset.id, portfolio, policy=policy, first=first, told=told
            )
            return Imported(
                dataset=dataset,
                previous=current,
                created=created,
                rebased=rebased,
                archived=archived,
                back=back,
            )

        imported = self.database.write(work)
        self._keep(imported.dataset.id, portfolio)
        return imported

    def absences(self, *, ever: bool = False) -> list[Absence]:
        """The archived accounts, the latest to go first; with `ever` those that came back, too."""
        where = "" if ever else " WHERE a.back_id IS NULL"
        with self.database.reading() as connection:
            found = connection.execute(f"{_ABSENCES}{where} ORDER BY a.intake_id DESC, a.account_id")
            return [_absence(row) for row in found]

    def previous_dataset(self, dataset_id: int | None = None) -> int | None:
        """The data set that the latest import, or that of `dataset_id`, replaced; ``None`` for the first."""
        with self.database.reading() as connection:
            row = connection.execute(
                "SELECT previous_id FROM intakes WHERE coalesce(?, dataset_id) = dataset_id"
                " ORDER BY id DESC LIMIT 1",
                (dataset_id,),
            ).fetchone()
        return None if row is None else row["previous_id"]

    def _go_on(
        self,
        connection: sqlite3.Connection,
        dataset_id: int,
        portfolio: Portfolio,
        *,
        policy: Policy,
        first: str,
        told: str,
    ) -> tuple[ScenarioInfo | None, tuple[Rebased, ...]]:
        scenarios = connection.execute(
            "SELECT id, status, dataset_id FROM scenarios WHERE status <> 'archived'"
            " ORDER BY updated_at DESC, id DESC"
        ).fetchall()
        if not scenarios:
            empty = StoredState.of(State(policy=policy, decisions=Decisions(), moves={}))
            made = self._insert(connection, first, dataset_id, empty, kind="create", label="created")
            return made, ()
        elsewhere = [one for one in scenarios if one["dataset_id"] != dataset_id]
        drafts = [one["id"] for one in elsewhere if one["status"] == "draft"]
        reopened = None
        if not drafts and len(elsewhere) == len(scenarios):
            reopened = self._reopen(connection, scenarios[0]["id"])
            drafts = [reopened.id]
        moved = tuple(self._rebase(connection, one, dataset_id, portfolio, told) for one in drafts)
        return (moved[0].scenario if reopened else None), moved


def _archive(
    connection: sqlite3.Connection, before: Portfolio, there: Collection[str], dataset_id: int | None
) -> tuple[str, ...]:
    gone = [one for one in before.accounts if one.id not in there]
    intake = _latest_intake(connection)
    connection.executemany(
        "INSERT INTO absences (account_id, intake_id, name, arr, owner, last_seen, dataset_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [_row(one, intake, before.as_of, dataset_id) for one in gone],
    )
    return tuple(one.id for one in gone)


def _row(account: Account, intake: int, day: date, dataset_id: int | None) -> tuple[Any, ...]:
    return (account.id, intake, account.name, account.arr, account.owner, day.isoformat(), dataset_id)


def _return(connection: sqlite3.Connection, there: Collection[str]) -> tuple[str, ...]:
    away = connection.execute("SELECT account_id FROM absences WHERE back_id IS NULL ORDER BY account_id")
    back = tuple(row["account_id"] for row in away if row["account_id"] in there)
    intake = _latest_intake(connection)
    connection.executemany(
        "UPDATE absences SET back_id = ? WHERE account_id = ? AND back_id IS NULL",
        [(intake, one) for one in back],
    )
    return back


def _latest_intake(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT max(id) FROM intakes").fetchone()[0])


def _absence(row: sqlite3.Row) -> Absence:
    return Absence(
        account=row["account_id"],
        name=row["name"],
        arr=row["arr"],
        owner=row["owner"],
        last_seen=date.fromisoformat(row["last_seen"]),
        dataset_id=row["dataset_id"],
        gone_at=datetime.fromisoformat(row["gone_at"]),
        gone_by=row["gone_by"],
        back_at=None if row["back_at"] is None else datetime.fromisoformat(row["back_at"]),
    )
