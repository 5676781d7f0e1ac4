"""Rows between the accounts that sum up those above them, as spreadsheets kept by hand have them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bookshift_io.intake.columns import Columns
from bookshift_io.intake.findings import Log
from bookshift_io.intake.tables import Table
from bookshift_model.explain.words import count
from bookshift_model.read_numbers import parse

_LABEL: Final = re.compile(
    r"\b(grand|sub|zwischen|gesamt|teil|end|sous)?[- ]?"
    r"(totals?|totale|totaal|summe|sum|gesamt|insgesamt|ergebnis|somme|suma|razem)\b",
    re.IGNORECASE,
)
LEAVE_OUT: Final = "leave out"
ACCOUNTS: Final = "accounts"
_SHOWN: Final = 8
_LONGEST: Final = 80
_CLOSE: Final = 1.0
"""Units of the currency that a sum of rounded figures may be off."""


def without_subtotals(table: Table, columns: Columns, log: Log) -> Table:
    """Return the table without rows that sum up those above; one remark says which they are.

    Such a row has no id, or its label in place of one; cells that are empty; and the ARR of the rows since
    the last such row, or of all above. One with a label for an id and another ARR is asked about: it may be
    the total of a longer list. Whatever has an id of its own is left for the reader.
    """
    if not {"id", "arr"} <= columns.position.keys():
        return table
    ids, arr = columns.position["id"], columns.position["arr"]
    found, doubtful = _subtotals(table, ids, arr)
    if doubtful:
        answer = log.ask(
            "totals",
            f"{len(doubtful)} row(s) have a word for a total in place of an id, but not the ARR of the rows "
            "above; are they totals to leave out, or accounts?",
            (LEAVE_OUT, ACCOUNTS),
            tuple(f"row {table.lines[row]}: {doubtful[row]}" for row in sorted(doubtful)[:3]),
        )
        if answer == ACCOUNTS:
            found, _ = _subtotals(table, ids, arr, ask=False)
        elif answer == LEAVE_OUT:
            _say(log, table, arr, doubtful, "left out as totals, as was answered")
            found = {**found, **doubtful}
    summed = {row: text for row, text in found.items() if row not in doubtful}
    if not found:
        return table
    if summed:
        one, many = "row sums up the rows above it and was", "rows sum up the rows above them and were"
        _say(log, table, arr, summed, f"{count(len(summed), one, many)} left out")
    kept = [row for row in range(table.rows) if row not in found]
    return replace(
        table,
        columns=tuple(tuple(column[row] for row in kept) for column in table.columns),
        lines=tuple(table.lines[row] for row in kept),
        totals=len(found),
    )


def _say(log: Log, table: Table, arr: int, rows: Mapping[int, str], why: str) -> None:
    """Note rows that are left out, with the first of them."""
    lines = ", ".join(str(table.lines[row]) for row in sorted(rows)[:_SHOWN])
    log.add(
        "info",
        f"{why}: row {lines}" + (", and more" * (len(rows) > _SHOWN)),
        row=table.lines[min(rows)],
        column=table.headers[arr],
        value=rows[min(rows)],
        kind="subtotals",
    )


def _subtotals(
    table: Table, ids: int, arr: int, *, ask: bool = True
) -> tuple[dict[int, str], dict[int, str]]:
    """Return the rows that are subtotals, each with its label, and those that may be.

    Without `ask`, those that may be count as accounts.
    """
    native = table.native(arr, set(table.columns[arr]))
    found: dict[int, str] = {}
    doubtful: dict[int, str] = {}
    since = [0.0, 0.0]  # read with a decimal point, and with a decimal comma
    everything = [0.0, 0.0]
    above = 0
    for row, text in enumerate(table.columns[arr]):
        figures = _figures(text.strip(), native=text in native)
        label = _label(table, row, ids) if above else ""
        sums = zip((*figures, *figures), (*since, *everything), strict=True)
        if label and any(own is not None and own > 0 and _same(own, total) for own, total in sums):
            found[row] = label
            since = [0.0, 0.0]
            continue
        if label and ask and table.columns[ids][row].strip():
            doubtful[row] = label
            continue
        above += 1
        for at, own in enumerate(figures):
            since[at] += own or 0.0
            everything[at] += own or 0.0
    return found, doubtful


def _figures(text: str, *, native: bool) -> tuple[float | None, float | None]:
    number = parse(text)
    if number is None:
        return None, None
    return number.point, number.point if native else number.comma


def _same(own: float, total: float) -> bool:
    return math.isclose(own, total, rel_tol=1e-6, abs_tol=_CLOSE)


def _label(table: Table, row: int, ids: int) -> str:
    """Return the label of a row that may be a subtotal, empty for one that is a record."""
    own = table.columns[ids][row].strip()
    if own and not _LABEL.search(own):
        return ""
    filled = [text for column in table.columns if (text := column[row].strip())]
    if 2 * len(filled) > len(table.columns) + 1 or len(filled) == len(table.columns):
        return ""
    return next((text for text in filled if len(text) <= _LONGEST and _LABEL.search(text)), "")
