"""Rows of the accounts table to accounts; a row without a usable id or ARR is rejected, nothing else is."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from bookshift_io.intake.columns import Columns
from bookshift_io.intake.fields import Values, further_cells, note_dropped
from bookshift_io.intake.findings import Log
from bookshift_io.intake.ids import id_faults, note_rejected, warn_doubtful_ids
from bookshift_io.intake.meanings import NO_VALUE
from bookshift_io.intake.owners import Roster
from bookshift_io.intake.scan import Reject
from bookshift_io.intake.tables import Table
from bookshift_io.intake.vocabulary import label
from bookshift_model.explain.words import count
from bookshift_model.portfolio import Account
from bookshift_model.read_absent import says_nothing

ARR_QUESTION: Final = "accounts.column.arr"
TEXTS: Final = ("name", "industry", "region", "segment", "language", "location", "parent")


@dataclass(frozen=True, slots=True)
class Accounts:
    """What became of the rows of an accounts table."""

    accounts: tuple[Account, ...]
    rejects: tuple[Reject, ...]
    arr_read: float
    """Sum of every ARR of 0 or more that could be read, in rows accepted or not."""
    arr_accepted: float
    arr_unread: int = 0
    """Rejected rows whose ARR is in neither sum: it cannot be read, or is below 0."""
    lines: tuple[int, ...] = ()
    """Row of the file for each account."""


def build_accounts(
    table: Table,
    columns: Columns,
    read: Mapping[str, Values],
    roster: Roster | None,
    log: Log,
    *,
    joined: Collection[str] = (),
) -> Accounts:
    """Return the accounts of a table and its rejected rows.

    An ARR that is empty or says so (``tbd``) is taken as 0 and a missing name as the id, both marked in
    `imputed`. An optional cell that cannot be read is left empty and reported. Without a `roster`, owners
    stay as they stand. Of fields that another file tells (`joined`) it is not reported that they have no
    column here.
    """
    ids = read["id"].values
    faults = id_faults(table, columns, ids, "account")
    _only_an_id(table, faults)
    note_rejected(table, faults, log)
    arr = _arr(table, columns, read.get("arr"), faults, log)
    warn_doubtful_ids(table, columns, ids, log)
    for name, one in read.items():
        if name != "arr":
            note_dropped(table, columns, name, one, log)
    extra = further_cells(table, columns, read, TEXTS)
    fields = _fields(read, arr)
    if "owner" in read:
        fields["owner"] = _owners(table, columns, read["owner"], roster, log)
    elif "owner" not in joined:
        log.add("warning", "no column names the owner, so every account is without one")
    names = tuple(fields)
    accepted: list[Account] = []
    imputed_arr, imputed_name = _imputed(table, columns, read, faults, log, joined=joined)
    for row, values in enumerate(zip(*fields.values(), strict=True)):
        if row in faults:
            continue
        record: dict[str, Any] = dict(zip(names, values, strict=True))
        if row in imputed_name:
            record["name"] = ids[row]
        marks = [name for name, rows in (("arr", imputed_arr), ("name", imputed_name)) if row in rows]
        if marks:
            record["imputed"] = frozenset(marks)
        if extra[row]:
            record["extra"] = MappingProxyType(extra[row])
        accepted.append(Account(**record))
    rejects = tuple(
        Reject(table.lines[row], table.cells(row), reason) for row, reason in sorted(faults.items())
    )
    return Accounts(
        tuple(accepted),
        rejects,
        math.fsum(value for value in arr if value is not None),
        math.fsum(one.arr for one in accepted),
        # Of a row that has too few or too many cells nobody knows which of them is the ARR.
        arr.count(None) + (len(table.rejects) if "arr" in read else 0),
        tuple(line for row, line in enumerate(table.lines) if row not in faults),
    )


def _arr(
    table: Table, columns: Columns, read: Values | None, faults: dict[int, str], log: Log
) -> list[float | None]:
    """Return ARR by row, ``None`` where unreadable or negative, which is its row's fault."""
    if read is None:
        return [0.0] * table.rows
    wrong = dict(read.bad)
    for row, value in enumerate(read.values):
        if value is not None and value < 0:
            wrong[row] = "ARR is below 0; correct the cell"
    for row, reason in wrong.items():
        log.add(
            "error",
            f"row rejected: {reason}",
            row=table.lines[row],
            column=table.headers[columns.position["arr"]],
            value=read.cells[row],
        )
        faults.setdefault(row, f"ARR: {reason}")
    return [None if row in wrong else value or 0.0 for row, value in enumerate(read.values)]


def _only_an_id(table: Table, faults: dict[int, str]) -> None:
    if len(table.headers) < 3:  # noqa: PLR2004 - of two columns one is often empty
        return
    for row, cells in enumerate(zip(*table.columns, strict=True)):
        if row not in faults and sum(map(bool, map(str.strip, cells))) == 1:
            faults[row] = "it holds nothing but one cell; complete it, or delete it if it is a footer"


def _fields(read: Mapping[str, Values], arr: list[float | None]) -> dict[str, Sequence[Any]]:
    fields: dict[str, Sequence[Any]] = {
        name: one.values for name, one in read.items() if name not in ("currency", "risk", "expansion", "arr")
    }
    fields["arr"] = arr
    for name, number in (("risk", "churn_probability"), ("expansion", "expansion_amount")):
        if name in read:
            mixed = read[name].values
            fields[name] = [value if isinstance(value, str) else None for value in mixed]
            stated = fields.get(number, [None] * len(mixed))
            fields[number] = [
                value if value is not None else own if isinstance(own, float) else None
                for value, own in zip(stated, mixed, strict=True)
            ]
    return fields


def _imputed(
    table: Table,
    columns: Columns,
    read: Mapping[str, Values],
    faults: Mapping[int, str],
    log: Log,
    *,
    joined: Collection[str],
) -> tuple[frozenset[int], frozenset[int]]:
    rows = range(table.rows)
    if "arr" not in read:
        if "arr" not in joined and not any(one.key == ARR_QUESTION for one in log.questions):
            log.add("error", "no column holds ARR, so every account counts as 0")
        without_arr = frozenset(rows)
    else:
        cells, unread = read["arr"].cells, read["arr"].bad
        without_arr = frozenset(
            row for row in rows if not cells[row] or (says_nothing(cells[row], "money") and row not in unread)
        )
    without_name = frozenset(row for row in rows if not read["name"].cells[row])
    for name, missing, put in (("arr", without_arr, "0"), ("name", without_name, "the id")):
        for row in sorted(missing - set(faults)) if name in read else ():
            log.add(
                "error" if name == "arr" else "warning",
                f"no {label(name)} is given; {put} was put in its place",
                row=table.lines[row],
                column=table.headers[columns.position[name]],
                value=read[name].cells[row] or None,
            )
    return without_arr, without_name


def _owners(
    table: Table, columns: Columns, read: Values, roster: Roster | None, log: Log
) -> list[str | None]:
    known = {text: roster.find(text) if roster else text for text in dict.fromkeys(read.values) if text}
    if roster:
        known |= {text: "" for text, found in known.items() if found is None and says_nothing(text, "owner")}
        rows: dict[str, list[int]] = {text: [] for text, found in known.items() if found is None}
        for row, text in enumerate(read.values):
            if text in rows:
                rows[text].append(row)
        for text, places in rows.items():
            meant, accounts = roster.meant_by(text), count(len(places), "account")
            if meant is not None:
                answer = log.ask(
                    f"value.owner.{text}",
                    f"column {table.headers[columns.position['owner']]!r}: {text!r} owns {accounts}; is that "
                    f"{meant}, the only CSM of that name?",
                    (meant, NO_VALUE),
                    tuple(f"row {table.lines[row]}" for row in places[:3]),
                )
                known[text] = roster.find(answer) if answer and answer != NO_VALUE else ""
                continue
            shared = roster.is_shared(text)
            log.add(
                "warning",
                f"several CSMs have the name that owns {accounts}; say who is meant under the "
                "findings (g f), or have the export name owners by id or e-mail"
                if shared
                else f"the owner of {accounts} is not in the roster; say who it is under the "
                "findings (g f), add the CSM, or leave it if they have left",
                row=table.lines[places[0]],
                column=table.headers[columns.position["owner"]],
                value=text,
                kind="several CSMs have the owner's name" if shared else "the owner is not in the roster",
            )
    owners = {text: text if found is None else found or None for text, found in known.items()}
    return [owners.get(text) for text in read.values]
