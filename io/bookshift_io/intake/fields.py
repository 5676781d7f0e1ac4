"""Columns of text to columns of typed values, each by the kind of its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bookshift_io.intake.columns import Columns
from bookshift_io.intake.dates import read_dates
from bookshift_io.intake.findings import Log
from bookshift_io.intake.numbers import (
    read_complexity,
    read_counts,
    read_expansion,
    read_fte,
    read_growth,
    read_money,
    read_numbers,
    read_probabilities,
    read_risk,
    read_scores,
)
from bookshift_io.intake.readings import Column, Readings
from bookshift_io.intake.tables import Table
from bookshift_io.intake.text import MAX_TEXT, clean
from bookshift_io.intake.vocabulary import Field, Kind
from bookshift_io.intake.words import (
    read_flags,
    read_grades,
    read_leave,
    read_levels,
    read_lists,
    read_timezones,
    read_touch_lists,
    read_touches,
)
from bookshift_model.portfolio import ORIGINAL

_CODE: Final = re.compile(r"[A-Z]{3}")


def _read_text(column: Column) -> Readings:
    values = {text: clean(text) for text in column.texts}
    changed = [text for text, value in values.items() if text != value]
    if changed:
        column.log.add(
            "info",
            f"{len(changed)} different cells were normalised: invisible characters are marked, "
            f"texts over {MAX_TEXT} characters are cut",
            column=column.header,
            value=values[changed[0]],
        )
    return Readings(values)


def _read_currency(column: Column) -> Readings:
    return column.each(
        lambda text: text if _CODE.fullmatch(text) else None,
        "expected a currency code such as EUR; correct the cell",
    )


_READERS: Final[Mapping[Kind, Callable[[Column], Readings]]] = {
    "text": _read_text,
    "owner": _read_text,
    "money": read_money,
    "currency": _read_currency,
    "score": read_scores,
    "probability": read_probabilities,
    "growth": read_growth,
    "number": read_numbers,
    "count": read_counts,
    "date": read_dates,
    "flag": read_flags,
    "grade": read_grades,
    "risk": read_risk,
    "expansion": read_expansion,
    "complexity": read_complexity,
    "touch": read_touches,
    "list": read_lists,
    "touches": read_touch_lists,
    "leave": read_leave,
    "level": read_levels,
    "timezone": read_timezones,
    "fte": read_fte,
}
_DEFAULTS: Final[Mapping[Kind, Any]] = {
    "text": "",
    "flag": False,
    "list": (),
    "touches": (),
    "leave": (),
    "fte": 1.0,
}


@dataclass(frozen=True, slots=True)
class Values:
    """One field of all rows."""

    cells: Sequence[str]
    """Trimmed texts; empty where the mapping says that a text means no value."""
    values: Sequence[Any]
    """Values by row; the kind's empty value (``None``, ``""``, ``False``, ``()``) where there is none."""
    bad: Mapping[int, str]
    """Rows whose cell could not be read, with what was expected."""
    currencies: Mapping[str, str]
    """Currencies that the cells name, each with the first text that does."""


def read_fields(
    table: Table,
    columns: Columns,
    fields: Sequence[Field],
    *,
    nulls: frozenset[str],
    log: Log,
    as_of: date,
) -> dict[str, Values]:
    """Return the typed values of every field that has a column, except ids, which stay text."""
    found: dict[str, Values] = {}
    for one in fields:
        if one.name in columns.position:
            i = columns.position[one.name]
            literal = one.kind == "id" or one.name == "name"
            found[one.name] = _read(
                table, i, one, nulls=frozenset() if literal else nulls, log=log, as_of=as_of
            )
    return found


def _read(table: Table, i: int, one: Field, *, nulls: frozenset[str], log: Log, as_of: date) -> Values:
    cells = [cell.strip() for cell in table.columns[i]]
    if nulls:
        cells = ["" if cell in nulls else cell for cell in cells]
    if one.kind == "id":
        return Values(cells, cells, {}, {})
    texts = dict.fromkeys(cells)
    texts.pop("", None)
    readings = _READERS[one.kind](Column(one.name, table.headers[i], tuple(texts), log, as_of))
    default = _DEFAULTS.get(one.kind)
    values = [readings.values.get(cell, default) for cell in cells]
    bad = (
        {row: readings.bad[cell] for row, cell in enumerate(cells) if cell in readings.bad}
        if readings.bad
        else {}
    )
    return Values(cells, values, bad, readings.currencies)


def note_dropped(table: Table, columns: Columns, name: str, read: Values, log: Log) -> None:
    """Report the unreadable cells of an optional field; the row stays, the cell is left empty."""
    header = table.headers[columns.position[name]]
    for row, expected in read.bad.items():
        log.add(
            "warning",
            f"{expected}; until then the cell counts as empty",
            row=table.lines[row],
            column=header,
            value=read.cells[row],
        )


def further_cells(
    table: Table, columns: Columns, read: Mapping[str, Values], texts: Sequence[str]
) -> list[dict[str, str]]:
    """Return by row what is kept as text: further columns, unreadable cells, originals of the fields `texts`.

    Originals and unreadable cells stand under `ORIGINAL` and the field's name.
    """
    headers = [table.headers[i] for i in columns.extra]
    rows: list[dict[str, str]] = (
        [
            {header: cell for header, cell in zip(headers, cells, strict=True) if cell}
            for cells in zip(*(table.columns[i] for i in columns.extra), strict=True)
        ]
        if headers
        else [{} for _ in range(table.rows)]
    )
    for name, one in read.items():
        raw = table.columns[columns.position[name]]
        for row in one.bad:
            rows[row][ORIGINAL + name] = raw[row]
        if name in texts:
            for row, (before, after) in enumerate(zip(raw, one.values, strict=True)):
                if before != after and one.cells[row]:
                    rows[row][ORIGINAL + name] = before
    return rows
