"""Ids as they stand in a file: exact, unique, and suspected where a spreadsheet may have damaged them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bookshift_io.intake.columns import Columns
from bookshift_io.intake.findings import Log
from bookshift_io.intake.tables import Table
from bookshift_io.intake.text import MAX_TEXT, id_key, resembles_18
from bookshift_model.explain.words import count

_ID: Final = re.compile(r" (['\"]).*?\1")
_ROW: Final = re.compile(r"row [0-9]+")


_WEIGHTY: Final = ("arr", "owner", "renewal")
"""Fields in which two rows of one id differ worst."""
_SHOWN: Final = 40
"""Characters of a cell that are quoted."""


def id_faults(table: Table, columns: Columns, ids: Sequence[str], label: str) -> dict[int, str]:
    """Return the rows whose id cannot be used, with the reason."""
    faults: dict[int, str] = {}
    first: dict[str, int] = {}
    for row, text in enumerate(ids):
        if not text:
            faults[row] = f"it has no {label} id; give it one"
        elif len(text) > MAX_TEXT or not text.isprintable():
            faults[row] = (
                f"its {label} id has control characters or more than {MAX_TEXT} characters; correct it"
            )
        elif first.setdefault(id_key(text), row) != row:
            faults[row] = f"{label} id {text!r} {_twice(table, columns, first[id_key(text)], row)}"
    return faults


def _twice(table: Table, columns: Columns, first: int, row: int) -> str:
    """Say whether a row with the id of the `first` is its copy, or which of the two contradicts the other."""
    line = table.lines[first]
    known = [columns.position[name] for name in _WEIGHTY if name in columns.position]
    known += [i for i in range(len(table.headers)) if i not in known and i != columns.position["id"]]
    here, there = ([cell.strip() for cell in table.cells(one)] for one in (row, first))
    differ = [i for i in known if here[i] != there[i]]
    if not differ:
        return f"already stands in row {line} with the same values; delete one of the two rows"
    at, others = differ[0], len(differ) - 1
    more = f", and {count(others, 'more column differs', 'more columns differ')}" if others else ""
    return (
        f"already stands in row {line} with other values; {table.headers[at]} is {_quoted(here[at])} here, "
        f"{_quoted(there[at])} there{more}; row {line} was taken, so delete the one that is wrong"
    )


def _quoted(cell: str) -> str:
    return repr(cell if len(cell) <= _SHOWN else cell[: _SHOWN - 1] + "…") if cell else "empty"


def _kind(reason: str) -> str:
    """What a reason has in common with others: without the id, the row's number, and what to do."""
    return _ROW.sub("another row", _ID.sub("", reason).partition(";")[0])


def note_rejected(table: Table, faults: Mapping[int, str], log: Log) -> None:
    """Report rows that are not used, with the reason."""
    for row, reason in sorted(faults.items()):
        log.add(
            "error", f"row rejected: {reason}", row=table.lines[row], kind=f"row rejected: {_kind(reason)}"
        )


def warn_doubtful_ids(table: Table, columns: Columns, ids: Sequence[str], log: Log) -> None:
    """Report ids that a spreadsheet or a lookup seems to have changed; they are used as they stand."""
    known = {text: table.lines[row] for row, text in enumerate(ids)}
    for row, text in enumerate(ids):
        doubt = None
        if "E+" in text and text.replace("E+", "").replace(".", "").isdigit():
            doubt = "the id looks like a number that a spreadsheet has shortened; export the ids as text"
        elif text[:-3] in known and resembles_18(text, text[:-3]):
            doubt = (
                f"the id looks like the one in row {known[text[:-3]]} with wrong check characters; both are "
                "kept as different accounts, delete one if they are the same"
            )
        if doubt:
            header = table.headers[columns.position["id"]]
            log.add("warning", doubt, row=table.lines[row], column=header, value=text, kind=_kind(doubt))
