"""Data sets: imported portfolios, kept whole and never changed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bookshift_io.workspace import journal
from bookshift_io.workspace.encoding import canonical, digest, pack, stamp, unpack
from bookshift_io.workspace.errors import UnknownScenarioError
from bookshift_io.workspace.store import Store
from bookshift_model.explain.words import count
from bookshift_model.portfolio import Portfolio
from bookshift_model.records import from_record, to_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift_io.workspace.database import Database
    from bookshift_io.workspace.engine import sqlite3
    from bookshift_io.workspace.identity import Person

_KEPT = 2
"""Portfolios held in memory: the one on screen and the one it is compared with."""


_SELECT = (
    "SELECT id, sha256, as_of, currency, accounts, csms, arr, source, imported_at, imported_by FROM datasets"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that was imported; `rows` = `accepted` + `rejected` + `blank`, rows of totals among those."""

    name: str
    sha256: str
    rows: int
    accepted: int = 0
    rejected: int = 0
    blank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a data set came from."""

    files: tuple[SourceFile, ...] = ()
    mapping: str = ""
    """The mapping of columns to fields, as TOML."""
    findings: tuple[Any, ...] = ()
    """JSON values, as the importer reports them."""
    counts: Any = field(default_factory=dict)
    """JSON object of further figures of the import."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetInfo:
    """A data set without its rows."""

    id: int
    sha256: str
    """Of the canonical portfolio."""
    as_of: date
    currency: str
    accounts: int
    csms: int
    arr: float
    """Sum of ARR in `currency`."""
    source: Source
    imported_at: datetime
    imported_by: str
    is_new: bool = False
    """Whether this very import made it; false where the same content was there already."""


@dataclass(frozen=True, slots=True)
class Package:
    """A portfolio as it is stored, packed before the write lock is taken."""

    portfolio: Portfolio
    content: bytes
    sha256: str
    source: Source
    manifest: str

    @classmethod
    def of(cls, portfolio: Portfolio, source: Source) -> Package:
        """Write a portfolio and where it came from down."""
        text = canonical(to_record(portfolio))
        return cls(portfolio, pack(text), digest(text), source, canonical(to_record(source)))

    @property
    def label(self) -> str:
        """What the journal says of it."""
        files = ", ".join(one.name for one in self.source.files) or "a portfolio"
        book = self.portfolio
        return f"imported {files}: {count(len(book.accounts), 'account')}, {count(len(book.csms), 'CSM')}"


class Datasets(Store):
    """The data sets of a workspace."""

    def __init__(self, database: Database, person: Person) -> None:
        super().__init__(database, person)
        self._portfolios: dict[int, Portfolio] = {}

    def import_portfolio(self, portfolio: Portfolio, source: Source | None = None) -> DatasetInfo:
        """Keep a portfolio; identical content makes no second data set but returns the first one."""
        package = Package.of(portfolio, source or Source())
        info = self.database.write(lambda connection: insert_dataset(connection, self.person, package))
        self._keep(info.id, portfolio)
        return info

    def datasets(self) -> list[DatasetInfo]:
        """All data sets, newest first."""
        with self.database.reading() as connection:
            return [_info(row) for row in connection.execute(f"{_SELECT} ORDER BY id DESC")]

    def current_dataset(self) -> DatasetInfo | None:
        """The data set of the latest import; ``None`` where nothing was imported yet."""
        with self.database.reading() as connection:
            current = current_id(connection)
        return None if current is None else self.dataset(current)

    def dataset(self, dataset_id: int) -> DatasetInfo:
        """One data set; raises `UnknownScenarioError` where there is none."""
        with self.database.reading() as connection:
            row = connection.execute(f"{_SELECT} WHERE id = ?", (dataset_id,)).fetchone()
        if row is None:
            raise _unknown(dataset_id)
        return _info(row)

    def portfolio(self, dataset_id: int) -> Portfolio:
        """The portfolio of a data set; raises `UnknownScenarioError` where there is none."""
        found = self._portfolios.get(dataset_id)
        if found is None:
            with self.database.reading() as connection:
                row = connection.execute(
                    "SELECT content FROM datasets WHERE id = ?", (dataset_id,)
                ).fetchone()
            if row is None:
                raise _unknown(dataset_id)
            found = from_record(Portfolio, json.loads(unpack(row["content"])))
        self._keep(dataset_id, found)
        return found

    def _keep(self, dataset_id: int, portfolio: Portfolio) -> None:
        self._portfolios.pop(dataset_id, None)
        self._portfolios[dataset_id] = portfolio
        for old in list(self._portfolios)[:-_KEPT]:
            self._portfolios.pop(old, None)


def insert_dataset(
    connection: sqlite3.Connection, person: Person, package: Package, told: str = ""
) -> DatasetInfo:
    """Keep a data set inside the caller's transaction; `told` is added to what the journal says of it.

    Where its content is there already, it is that data set which is in force again.
    """
    found = connection.execute(f"{_SELECT} WHERE sha256 = ?", (package.sha256,)).fetchone()
    current = current_id(connection)
    if found is not None and found["id"] == current:
        return _info(found)
    portfolio = package.portfolio
    entry = journal.append(
        connection,
        person,
        kind="import",
        label=package.label + told,
        content=import_record(package.sha256, package.manifest),
    )
    if found is None:
        cursor = connection.execute(
            "INSERT INTO datasets (sha256, as_of, currency, accounts, csms, arr, source, content,"
            " imported_at, imported_by, uid) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                package.sha256,
                portfolio.as_of.isoformat(),
                portfolio.currency,
                len(portfolio.accounts),
                len(portfolio.csms),
                portfolio.total_arr,
                package.manifest,
                package.content,
                stamp(entry.at),
                person.name,
                person.uid,
            ),
        )
        row = connection.execute(f"{_SELECT} WHERE id = ?", (cursor.lastrowid,)).fetchone()
    else:
        row = found
    connection.execute(
        "INSERT INTO intakes (dataset_id, previous_id, at, author, uid) VALUES (?, ?, ?, ?, ?)",
        (row["id"], current, stamp(entry.at), person.name, person.uid),
    )
    return _info(row, is_new=found is None)


def current_id(connection: sqlite3.Connection) -> int | None:
    """Id of the data set of the latest import; ``None`` where nothing was imported yet."""
    row = connection.execute("SELECT dataset_id FROM intakes ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else int(row["dataset_id"])


def import_record(sha256: str, source: str) -> str:
    """What the journal says of an import: hashes of the portfolio and of where it came from."""
    return canonical({"dataset": sha256, "source": digest(source)})


def sha256_of(connection: sqlite3.Connection, dataset_id: int) -> str:
    """Hash of a data set's content; raises `UnknownScenarioError` where there is none."""
    row = connection.execute("SELECT sha256 FROM datasets WHERE id = ?", (dataset_id,)).fetchone()
    if row is None:
        raise _unknown(dataset_id)
    return str(row["sha256"])


def _unknown(dataset_id: int) -> UnknownScenarioError:
    return UnknownScenarioError(f"there is no data set {dataset_id}; import one, or name one that is listed")


def _info(row: Mapping[str, Any], *, is_new: bool = False) -> DatasetInfo:
    return DatasetInfo(
        id=row["id"],
        sha256=row["sha256"],
        as_of=date.fromisoformat(row["as_of"]),
        currency=row["currency"],
        accounts=row["accounts"],
        csms=row["csms"],
        arr=row["arr"],
        source=from_record(Source, json.loads(row["source"])),
        imported_at=datetime.fromisoformat(row["imported_at"]),
        imported_by=row["imported_by"],
        is_new=is_new,
    )
