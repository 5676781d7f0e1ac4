"""The journal: append-only, hash-chained rows that say who did what, when."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from bookshift_io.workspace.encoding import canonical, digest, now, stamp
from bookshift_io.workspace.errors import DamagedError, ScenarioError
from bookshift_model.session import Change, Entry, History

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bookshift_io.workspace.engine import sqlite3
    from bookshift_io.workspace.heads import Head
    from bookshift_io.workspace.identity import Person

GENESIS: Final = "0" * 64
"""What the first row names as its predecessor."""

STEPS: Final = ("do", "undo", "redo")

_HASHED: Final = (
    "previous",
    "seq",
    "at",
    "kind",
    "scenario_id",
    "version",
    "author",
    "uid",
    "label",
    "refers_to",
    "request_id",
    "content",
)
_MAX_REQUEST: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One row: a step (do, undo, redo) or an event (init, import, create, clone, rebase, approve, …)."""

    seq: int
    at: datetime
    kind: str
    scenario_id: int | None
    version: int | None
    """Version of the scenario that the row made."""
    author: str
    uid: int
    label: str
    refers_to: int | None
    """For an undo or redo: the row that was taken back or applied again."""
    request_id: str
    content: str
    hash: str

    @property
    def record(self) -> dict[str, Any]:
        """The content as JSON values: for a step the change, for an event its particulars."""
        return dict(json.loads(self.content))

    @property
    def reason(self) -> str:
        """Why, as the person said who decided or moved; empty where nothing was said, and for an undo."""
        if self.kind not in {"do", "redo"}:
            return ""
        record = self.record
        made = (after.get("reason") for _, _, after in record.get("decisions", ()) if after is not None)
        return "; ".join(dict.fromkeys(filter(None, (record.get("reason"), *made))))

    @property
    def change(self) -> Change:
        """The change of a step; raises `KeyError` for an event."""
        return Change.from_record(self.record)

    @property
    def told(self) -> str:
        """Who did what, in a sentence."""
        did = {"undo": "undid: ", "redo": "did again: "}.get(self.kind, "")
        return f"{self.author} {did}{self.label}"

    def as_entry(self) -> Entry:
        """The step as a session knows it."""
        return Entry(seq=self.seq, change=self.change, author=self.author, at=self.at)


def append(
    connection: sqlite3.Connection,
    person: Person,
    *,
    kind: str,
    label: str,
    content: str,
    scenario_id: int | None = None,
    version: int | None = None,
    refers_to: int | None = None,
    request_id: str | None = None,
) -> JournalEntry:
    """Add a row to the chain inside the caller's transaction; `content` is canonical JSON."""
    last = connection.execute("SELECT seq, at, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    # The clock may step back; the journal's times do not.
    at = stamp(now()) if last is None else max(stamp(now()), last["at"])
    row: dict[str, Any] = {
        "previous": GENESIS if last is None else last["hash"],
        "seq": 1 if last is None else last["seq"] + 1,
        "at": at,
        "kind": kind,
        "scenario_id": scenario_id,
        "version": version,
        "author": person.name,
        "uid": person.uid,
        "label": label,
        "refers_to": refers_to,
        "request_id": checked_request(request_id),
        "content": content,
    }
    row["hash"] = hash_of(row)
    connection.execute(
        "INSERT INTO journal (seq, at, kind, scenario_id, version, author, uid, label, refers_to, request_id,"
        " content, previous, hash) VALUES (:seq, :at, :kind, :scenario_id, :version, :author, :uid, :label,"
        " :refers_to, :request_id, :content, :previous, :hash)",
        row,
    )
    return _entry(row)


def checked_request(request_id: str | None) -> str:
    """The client's request id, or a new one; raises `ScenarioError` where it is unusable."""
    if request_id is None:
        return str(uuid.uuid4())
    if not 0 < len(request_id) <= _MAX_REQUEST or not request_id.isprintable():
        raise ScenarioError(f"the request id must have 1 to {_MAX_REQUEST} printable characters; use a UUID")
    return request_id


def hash_of(row: Any) -> str:
    """SHA-256 over all other columns of a row, the predecessor's hash included."""
    return digest(canonical([row[name] for name in _HASHED]))


def by_request(connection: sqlite3.Connection, request_id: str | None) -> JournalEntry | None:
    """The row that a request made, if it went through."""
    if request_id is None:
        return None
    row = connection.execute("SELECT * FROM journal WHERE request_id = ?", (request_id,)).fetchone()
    return None if row is None else _entry(row)


def latest(connection: sqlite3.Connection, scenario_id: int | None, limit: int) -> list[JournalEntry]:
    """The newest rows first, of one scenario or of the whole workspace."""
    where, values = ("", ()) if scenario_id is None else ("WHERE scenario_id = ?", (scenario_id,))
    found = connection.execute(
        f"SELECT * FROM journal {where} ORDER BY seq DESC LIMIT ?",  # noqa: S608 - of two texts of ours
        (*values, limit),
    )
    return [_entry(row) for row in found]


def since(connection: sqlite3.Connection, seq: int, limit: int) -> list[JournalEntry]:
    """Rows after `seq`, oldest first."""
    found = connection.execute("SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit))
    return [_entry(row) for row in found]


def after_version(connection: sqlite3.Connection, scenario_id: int, version: int) -> list[JournalEntry]:
    """Rows that made later versions of a scenario, oldest first."""
    found = connection.execute(
        "SELECT * FROM journal WHERE scenario_id = ? AND version > ? ORDER BY seq", (scenario_id, version)
    )
    return [_entry(row) for row in found]


def steps(connection: sqlite3.Connection, scenario_id: int, after: int) -> Iterator[JournalEntry]:
    """The do, undo and redo rows of a scenario after a row, oldest first."""
    found = connection.execute(
        "SELECT * FROM journal WHERE scenario_id = ? AND seq > ? AND kind IN (?, ?, ?) ORDER BY seq",
        (scenario_id, after, *STEPS),
    )
    return (_entry(row) for row in found)


def of_scenario(connection: sqlite3.Connection, scenario_id: int) -> Iterator[JournalEntry]:
    """All rows of a scenario, oldest first."""
    found = connection.execute("SELECT * FROM journal WHERE scenario_id = ? ORDER BY seq", (scenario_id,))
    return (_entry(row) for row in found)


def chain_fault(connection: sqlite3.Connection, heads: Sequence[Head]) -> str | None:
    """The first break of the hash chain, or a head that it lacks; ``None`` where it is whole."""
    noted = {head.seq: head.hash for head in heads}
    previous, seq = GENESIS, 0
    for row in connection.execute("SELECT * FROM journal ORDER BY seq"):
        seq += 1
        if row["seq"] != seq:
            return f"the journal lacks row {seq}"
        if row["previous"] != previous or row["hash"] != hash_of(row):
            return f"the journal was changed at row {seq}"
        previous = row["hash"]
        if noted.pop(seq, previous) != previous:
            return f"row {seq} of the journal is not the one noted in audit.heads"
    if noted:
        return f"the journal ends at row {seq}, but audit.heads knows row {max(noted)}"
    if not heads or heads[0].seq != 1:
        return "audit.heads lacks its first line"
    return None


def settled(connection: sqlite3.Connection, scenario_id: int, until: int) -> list[JournalEntry]:
    """The steps that made a scenario up to a row, oldest first, without those taken back.

    Those of the scenario that it is a copy of go before its own.
    """
    rows = connection.execute(
        "SELECT * FROM journal WHERE scenario_id = ? AND seq <= ? ORDER BY seq", (scenario_id, until)
    )
    made: list[JournalEntry] = []
    steps_of: dict[int | None, JournalEntry] = {}
    for row in map(_entry, rows):
        if row.kind == "clone" and (parent := row.record["parent"]) is not None:
            made = settled(connection, parent, row.seq)
        elif row.kind == "do":
            steps_of[row.seq] = row
            made.append(row)
        elif row.kind == "undo":
            made.remove(steps_of[row.refers_to])
        elif row.kind == "redo":
            made.append(steps_of[row.refers_to])
    return made


def history(rows: Iterable[JournalEntry], before: Iterable[JournalEntry] = ()) -> History:
    """What can be undone and redone after the steps; a new change after an undo closes the redo branch.

    `before` are steps that are no longer undone.

    Raises `DamagedError` where a step takes back or repeats another one than it can.
    """
    done: list[JournalEntry] = []
    undone: list[JournalEntry] = []
    for row in rows:
        if row.kind == "do":
            done.append(row)
            undone.clear()
        elif row.kind == "undo" and done and done[-1].seq == row.refers_to:
            undone.insert(0, done.pop())
        elif row.kind == "redo" and undone and undone[0].seq == row.refers_to:
            done.append(undone.pop(0))
        else:
            raise DamagedError(
                f"row {row.seq} of the journal does not fit those before; run bookshift doctor"
            )
    return History(
        done=tuple(row.as_entry() for row in done),
        undone=tuple(row.as_entry() for row in undone),
        settled=tuple(row.as_entry() for row in before),
    )


def _entry(row: Any) -> JournalEntry:
    return JournalEntry(
        seq=row["seq"],
        at=datetime.fromisoformat(row["at"]),
        kind=row["kind"],
        scenario_id=row["scenario_id"],
        version=row["version"],
        author=row["author"],
        uid=row["uid"],
        label=row["label"],
        refers_to=row["refers_to"],
        request_id=row["request_id"],
        content=row["content"],
        hash=row["hash"],
    )
