"""The sheet of a workbook that holds a table, chosen by its column names, else asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from bookshift_io.export.marker import WORKBOOK_KEYWORD
from bookshift_io.intake.findings import IntakeError, Log, Severity
from bookshift_io.intake.progress import Progress
from bookshift_io.intake.scan import Row
from bookshift_io.intake.sheets.grid import NOTES_KEPT, letters_of
from bookshift_io.intake.sheets.reader import Reader
from bookshift_io.intake.text import clean
from bookshift_model.explain.words import count as numbered

MADE_FOR_PEOPLE: Final = (
    "this export was made for people: its cells were changed to be safe in a spreadsheet; "
    "import the one made for systems"
)
CLOSE: Final = 0.6
"""Share of the best sheet's known column names from which another sheet could be meant as well."""
_SAMPLE: Final = 80
_NO_RESULT: Final = (
    "holds a formula without its result; open the workbook in a spreadsheet program, save it, and import "
    "it again"
)
_LONG: Final = (
    "holds a number of more than 15 digits, of which a spreadsheet keeps 15; "
    "if it is an id, export the column as text"
)
_SWAPPED: Final = (
    "is a text among dates: a spreadsheet that expected another order of day and month may have swapped them "
    "in the others; import the export as it came from its source"
)
_MESSAGES: Final[Mapping[str, tuple[Severity, str]]] = {
    "error": ("warning", "holds an error of the spreadsheet; correct its formula or its value"),
    "formula": ("error", _NO_RESULT),
    "long": ("warning", _LONG),
}
_BESIDE: Final[Mapping[str, tuple[str, str]]] = {
    "numeric": ("numbers", "is a text among numbers; turn it into a number, or all of them into texts"),
    "dated": ("dates", _SWAPPED),
}
"""Texts that look like values: which set of columns makes them remarkable, and why."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet, and what the reading process found remarkable about them."""

    rows: list[Row]
    remarks: Mapping[str, Any]


def read_workbook(
    data: bytes,
    log: Log,
    known: Callable[[str], bool],
    rival: Callable[[str], bool],
    progress: Progress,
) -> Sheet | None:
    """Read the sheet that looks like the table asked for; the log's file is that sheet from then on.

    `known` and `rival` tell which column names mean something in this table and in the other one.
    Returns ``None`` while it is a question which sheet that is.

    Raises:
        IntakeError: the workbook cannot be read, or was made for people.

    """
    rows: list[Row] = []
    file = log.file
    remarks: Mapping[str, Any] = {}
    with Reader("workbook", data, lambda: progress(file, len(rows))) as reader:
        answers = reader.answers()
        about = next(answers)
        if WORKBOOK_KEYWORD in re.split(r"[\s,;]+", about["keywords"]):
            raise IntakeError(MADE_FOR_PEOPLE)
        sheets = _named(about["sheets"])
        number = _choose(sheets, log, known, rival)
        if number is None:
            return None
        name = sheets[number]["name"]
        others = ", ".join(repr(one["name"]) for one in sheets if one["rows"] and one["name"] != name)
        log.file = f"{file}:{name}"
        if others:
            log.add("info", f"the sheet {name!r} is read; these are not: {others}", kind="sheets")
        if about["since_1904"]:
            log.add(
                "info",
                "this workbook counts its days from 1904: cells formatted as dates were read so, plain day "
                "numbers are not",
                kind="1904",
            )
        reader.choose(number)
        for answer in answers:
            if "rows" in answer:
                rows += [Row(line, cells, spans=False) for line, cells in answer["rows"]]
            else:
                remarks = answer
    return Sheet(rows, remarks)


def written_in(remarks: Mapping[str, Any], kept: Sequence[int]) -> dict[int, frozenset[str]]:
    """Return by each column of the table with native numbers the texts in it that look like numbers.

    `kept` are the columns of the sheet that the table has. A column with too many such texts is left out.
    """
    if not remarks:
        return {}
    texts = dict(map(tuple, remarks["written"]))
    certain = set(remarks["numbers"]) - set(remarks["unsure"])
    return {at: frozenset(texts.get(column, ())) for at, column in enumerate(kept) if column in certain}


def tell(remarks: Mapping[str, Any], lines: Sequence[int], headers: Mapping[int, str], log: Log) -> None:
    """Put what is remarkable about a table's cells into the log.

    Args:
        remarks: what the reading process said at its end.
        lines: rows of the table, by their number in the sheet.
        headers: names of the table's columns, by their position in the sheet.
        log: where to.

    """
    if not remarks:
        return
    within = set(lines)
    for kind, row, column, text in remarks["notes"]:
        about = _about(kind, column, remarks)
        if about is not None and row in within and column in headers:
            severity, message = about
            log.add(
                severity,
                f"cell {letters_of(column)}{row} {message}",
                row=row,
                column=headers[column],
                value=text,
                kind=message,
            )
    for kind, column, count in remarks["counts"]:
        about = _about(kind, column, remarks)
        if about is not None and count > NOTES_KEPT and column in headers:
            severity, message = about
            log.add(severity, f"one of {count:,} cells of this column {message}", column=headers[column])
    hidden = [row for row in remarks["hidden_rows"] if row in within]
    if hidden:
        log.add(
            "info",
            f"{numbered(len(hidden), 'hidden row was', 'hidden rows were')} read like the others",
            row=hidden[0],
            kind="hidden rows",
        )
    for first, last in remarks["hidden_columns"]:
        for column in sorted(one for one in headers if first <= one <= last):
            log.add(
                "info",
                f"column {letters_of(column)} is hidden in the sheet; it was read like the others",
                column=headers[column],
                kind="a hidden column was read like the others",
            )
    _tell_merged(remarks["merged"], within, headers, log)


def _about(kind: str, column: int, remarks: Mapping[str, Any]) -> tuple[Severity, str] | None:
    """Return what to say about a kind of cell, or ``None`` where it is not remarkable in its column."""
    if kind in _MESSAGES:
        return _MESSAGES[kind]
    among, message = _BESIDE[kind]
    return ("warning", message) if column in remarks[among] else None


def _tell_merged(merged: Sequence[str], within: set[int], headers: Mapping[int, str], log: Log) -> None:
    for place in merged:
        found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", place)
        if found is None or int(found[2]) not in within:
            continue
        column = next((one for one in headers if letters_of(one) == found[1]), None)
        log.add(
            "warning",
            f"the cells {place} are merged: only the first of them has a value; unmerge them and fill each",
            row=int(found[2]),
            column=None if column is None else headers[column],
            kind="cells are merged: only the first of them has a value",
        )


def _named(sheets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sheets under names that are fit to be shown, each its own."""
    seen: set[str] = set()
    for number, one in enumerate(sheets, 1):
        name = clean(one["name"]) or f"sheet {number}"
        while name in seen:
            name += "'"
        seen.add(name)
        one["name"] = name
    return sheets


def _choose(
    sheets: list[dict[str, Any]], log: Log, known: Callable[[str], bool], rival: Callable[[str], bool]
) -> int | None:
    """Return the position of the sheet to read, or ``None`` while that is a question."""
    filled = [i for i, one in enumerate(sheets) if one["rows"]]
    if not filled:
        raise IntakeError("the workbook has no sheet with cells in it; save it again and import that")
    shown = [i for i in filled if not sheets[i]["hidden"]] or filled
    own, other = cache(known), cache(rival)  # many sheets of a workbook hold the same words
    scores = {i: _score(sheets[i]["rows"], own, other) for i in shown}
    best = max(scores.values())
    likely = [i for i, score in scores.items() if score >= CLOSE * best] if best else shown
    answered = f"{log.table}.sheet" in log.answers
    if len(likely) == 1 and not answered:
        return likely[0]
    names = [sheets[i]["name"] for i in (filled if answered else likely)]
    samples = tuple(f"{sheets[i]['name']}: {_second_row(sheets[i]['rows'])}" for i in likely[:3])
    answer = log.ask("sheet", "which sheet of the workbook holds the table?", tuple(names), samples)
    return None if answer is None else next(i for i, one in enumerate(sheets) if one["name"] == answer)


def _second_row(rows: list[list[str]]) -> str:
    """Return a row that tells a sheet from others with the same column names."""
    return " | ".join(filter(None, rows[min(1, len(rows) - 1)]))[:_SAMPLE]


def _score(rows: list[list[str]], known: Callable[[str], bool], rival: Callable[[str], bool]) -> int:
    """Return how many column names of a sheet mean something, 0 where more mean something else."""
    best = 0
    for row in rows:
        names = {cell.strip() for cell in row} - {""}
        own = sum(map(known, names))
        if own > best and own >= sum(map(rival, names)):
            best = own
    return best
