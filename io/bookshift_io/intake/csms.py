"""Rows of the roster to CSMs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bookshift_io.intake.columns import Columns
from bookshift_io.intake.fields import Values, further_cells, note_dropped
from bookshift_io.intake.findings import Log
from bookshift_io.intake.ids import id_faults, note_rejected
from bookshift_io.intake.scan import Reject
from bookshift_io.intake.tables import Table
from bookshift_io.intake.vocabulary import label
from bookshift_model.portfolio import Csm

TEXTS: Final = ("name", "email", "region", "location")
_NEVER_NEGATIVE: Final = ("hours", "min_arr", "max_arr")


def build_csms(
    table: Table, columns: Columns, read: Mapping[str, Values], log: Log
) -> tuple[tuple[Csm, ...], tuple[Reject, ...]]:
    """Return the CSMs of a roster and its rejected rows; an empty FTE is full time, a missing name the id."""
    ids = read["id"].values
    faults = id_faults(table, columns, ids, "CSM")
    for name in _NEVER_NEGATIVE:
        if name in read:
            read = {**read, name: _not_negative(read[name])}
    for name, one in read.items():
        note_dropped(table, columns, name, one, log)
    note_rejected(table, faults, log)
    _note_defaults(table, read, faults, log)
    extra = further_cells(table, columns, read, TEXTS)
    accepted: list[Csm] = []
    for row, values in enumerate(zip(*(one.values for one in read.values()), strict=True)):
        if row in faults:
            continue
        record: dict[str, Any] = dict(zip(read, values, strict=True))
        record["name"] = record["name"] or record["id"]
        if extra[row]:
            record["extra"] = MappingProxyType(extra[row])
        accepted.append(Csm(**record))
    rejects = tuple(
        Reject(table.lines[row], table.cells(row), reason) for row, reason in sorted(faults.items())
    )
    return tuple(accepted), rejects


def _note_defaults(table: Table, read: Mapping[str, Values], faults: Mapping[int, str], log: Log) -> None:
    if "fte" not in read:
        log.add("info", "no column holds FTE, so every CSM counts as full time")
    for name, put in (("name", "the id"), ("fte", "full time")):
        for row, cell in enumerate(read[name].cells if name in read else ()):
            if not cell and row not in faults:
                log.add(
                    "warning", f"no {label(name)} is given; {put} was put in its place", row=table.lines[row]
                )


def _not_negative(read: Values) -> Values:
    wrong = {
        row: "expected 0 or more; correct the cell"
        for row, value in enumerate(read.values)
        if value is not None and value < 0
    }
    values = [None if row in wrong else value for row, value in enumerate(read.values)]
    return Values(read.cells, values, {**read.bad, **wrong}, read.currencies)
