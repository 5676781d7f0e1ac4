"""Columns of text to columns of typed values, each by the kind of its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from bookshift_io.intake.columns import Columns
from bookshift_io.intake.dates import read_dates
from bookshift_io.intake.findings import Log
from bookshift_io.intake.leave import read_leave
from bookshift_io.intake.mapping import ColumnMapping, factor
from bookshift_io.intake.meanings import NO_VALUE, ask_meanings
from bookshift_io.intake.memo import Memo
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
from bookshift_io.intake.units import KINDS as UNIT_KINDS
from bookshift_io.intake.units import ask_unit
from bookshift_io.intake.vocabulary import Field, Kind
from bookshift_io.intake.words import (
    items,
    languages,
    read_flags,
    read_grades,
    read_languages,
    read_levels,
    read_lists,
    read_timezones,
    read_touch_lists,
    read_touches,
    words,
)
from bookshift_model.explain.words import count
from bookshift_model.portfolio import ORIGINAL
from bookshift_model.read_absent import says_nothing

Made = TypeVar("Made")

_CODE: Final = re.compile(r"[A-Z]{3}")


def _read_text(column: Column) -> Readings:
    values = {text: clean(text) for text in column.texts}
    changed = [text for text, value in values.items() if text != value]
    if changed:
        column.log.add(
            "info",
            f"{count(len(changed), 'cell was', 'different cells were')} normalised: "
            f"invisible characters are marked, texts over {MAX_TEXT} characters are cut",
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
    "languages": read_languages,
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
    "languages": (),
    "touches": (),
    "leave": (),
    "fte": 1.0,
}


@dataclass(frozen=True, slots=True)
class Values:
    """One field of all rows."""

    cells: Sequence[str]
    """Trimmed texts, as the mapping translates them; empty where it says that a text means no value."""
    values: Sequence[Any]
    """Values by row; the kind's empty value (``None``, ``""``, ``False``, ``()``) where there is none."""
    bad: Mapping[int, str]
    """Rows whose cell could not be read, with what was expected."""
    currencies: Mapping[str, str]
    """Currencies that the cells name, each with the first text that does."""
    convention: str = ""
    """How cells were read that could be read in two ways, and what proves it."""
    unit: str = ""
    """What the figures were multiplied by, such as ``times 12``."""
    waiting: int = 0
    """Rows whose word is a question still."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What the mapping says about one column, and the day of the data."""

    as_of: date
    nulls: frozenset[str]
    meant: Mapping[str, str]
    """Texts and what they mean, in the form of `words`."""
    unit: str


def read_fields(
    table: Table,
    columns: Columns,
    fields: Sequence[Field],
    *,
    given: ColumnMapping,
    log: Log,
    as_of: date,
    memo: Memo | None = None,
) -> dict[str, Values]:
    """Return the typed values of every field that has a column, except ids, which stay text."""
    found: dict[str, Values] = {}
    units = {**given.units.get(log.table, {}), **columns.units}
    for one in fields:
        if one.name not in columns.position:
            continue
        i = columns.position[one.name]
        literal = one.kind == "id" or one.name == "name"
        rules = _Rules(
            as_of,
            frozenset() if literal else frozenset(given.nulls),
            {} if literal else {words(text): mean for text, mean in given.values.get(one.name, {}).items()},
            units.get(table.headers[i], ""),
        )

        def read(part: Log, i: int = i, one: Field = one, rules: _Rules = rules) -> Values:
            return _read(table, i, one, rules, part)

        answers = tuple(
            item for item in log.answers.items() if one.name in item[0].split(".") or item[0].count(".") == 1
        )
        key = (id(table), i, one.name, rules.nulls, *rules.meant.items(), rules.unit, as_of, answers)
        found[one.name] = remembered(memo, key, read, log)
    return found


def remembered(memo: Memo | None, key: Hashable, read: Callable[[Log], Made], log: Log) -> Made:
    """Return what `read` gives, which may be known from before; what it notes is logged each time."""

    def make() -> tuple[Made, Log]:
        part = log.fork()
        return read(part), part

    made, part = memo.once(key, make) if memo else make()
    log.absorb(part)
    return made


def _read(table: Table, i: int, one: Field, rules: _Rules, log: Log) -> Values:
    cells = [cell.strip() for cell in table.columns[i]]
    if one.kind == "id":
        return Values(cells, cells, {}, {})
    swaps = _swaps(cells, one.kind, rules)
    if swaps:
        cells = [swaps.get(cell, cell) for cell in cells]
    texts = dict.fromkeys(cells)
    texts.pop("", None)
    # The roster may well have a “TBD” who owns accounts.
    literal = one.name == "name" or one.kind == "owner"
    nothing = {text: "" for text in texts if not literal and says_nothing(text, one.kind)}
    if nothing:
        texts = {text: None for text in texts if text not in nothing}
        # Of ARR the remark says what stands there.
        cells = cells if one.name == "arr" else [nothing.get(cell, cell) for cell in cells]
    native = table.native(i, texts)
    column = Column(one.name, table.headers[i], tuple(texts), log, rules.as_of, native)
    readings = _READERS[one.kind](column)
    understood, open_ = _answered(one, column, table, cells, readings)
    values = {**readings.values, **understood}
    unreadable = {
        text: why for text, why in readings.bad.items() if text not in understood and text not in open_
    }
    default = _DEFAULTS.get(one.kind)
    by_row = [values.get(cell, default) for cell in cells]
    unit = rules.unit or ask_unit(column, one.kind)
    if unit and one.kind in UNIT_KINDS:
        by = factor(unit)
        by_row = [value * by if isinstance(value, float) else value for value in by_row]
    elif unit:
        log.add("warning", f"the mapping's unit {unit!r} has no effect on {one.kind}s", column=column.header)
    bad = (
        {row: unreadable[cell] for row, cell in enumerate(cells) if cell in unreadable} if unreadable else {}
    )
    waiting = sum(1 for cell in cells if cell in open_) if open_ else 0
    return Values(cells, by_row, bad, readings.currencies, readings.convention, unit, waiting)


def _swaps(cells: Sequence[str], kind: Kind, rules: _Rules) -> dict[str, str]:
    """Return the texts that the mapping puts others in place of; of a list, each item by itself."""
    swaps = dict.fromkeys(rules.nulls & set(cells), "")
    for text in set(cells) - swaps.keys() if rules.meant else ():
        mean = rules.meant.get(words(text))
        if mean is None and kind in ("list", "languages", "touches"):
            parts = languages(text) if kind == "languages" else items(text)
            kept = [rules.meant.get(words(part), part) for part in parts]
            mean = ";".join(part for part in kept if part != NO_VALUE) if kept != list(parts) else None
        if mean is not None:
            swaps[text] = "" if mean == NO_VALUE else mean
    return swaps


def _answered(
    one: Field, column: Column, table: Table, cells: Sequence[str], readings: Readings
) -> tuple[dict[str, Any], set[str]]:
    """Return the values of unknown words that a planner has explained, and those that are a question."""
    answers = ask_meanings(one, column, cells, table.lines, readings.bad)
    meant = {text: mean for text, mean in answers.items() if mean is not None}
    told = tuple(dict.fromkeys(mean for mean in meant.values() if mean != NO_VALUE))
    known = _READERS[one.kind](Column(one.name, column.header, told, column.log, column.as_of)).values
    default = _DEFAULTS.get(one.kind)
    return {text: known.get(mean, default) for text, mean in meant.items()}, answers.keys() - meant.keys()


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
