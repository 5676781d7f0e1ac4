"""CSV text to records, counted as a spreadsheet shows them, by the standard library's strict reader."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.sheets.limits import MAX_CELL, MAX_CELLS, MAX_ROWS

MAX_FIELD: Final = MAX_CELL
"""Characters in one cell."""
_TOLD_EACH: Final = 2_000
"""Rows after which progress is told."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record with its row: a record over several lines, or a blank line, is one row of a spreadsheet."""

    line: int
    cells: list[str]
    spans: bool
    """Whether it goes over several lines."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not used, as it stood in the file, and why."""

    line: int
    cells: tuple[str, ...]
    reason: str


@contextmanager
def field_limit() -> Iterator[None]:
    """Let CSV readers take cells of up to `MAX_FIELD` characters; the limit is one for the whole process."""
    before = csv.field_size_limit(MAX_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def scan(
    text: str, delimiter: str, log: Log, progress: Callable[[int], None]
) -> tuple[list[Row], list[Reject]]:
    """Return the records of a CSV text, and the lines that are none.

    Raises:
        IntakeError: a quotation mark is not closed, so that nobody can tell rows from text, or there is
            too much.

    """
    rows: list[Row] = []
    broken: dict[int, tuple[int, str]] = {}
    count = number = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        number += 1
        try:
            cells = next(reader)
            rows.append(Row(number, cells, reader.line_num > line))
            count += len(cells)
        except StopIteration:
            return rows, _broken_rows(text, broken)
        except csv.Error as error:
            if "unexpected end" in str(error) or reader.line_num > line:
                raise IntakeError(
                    "a quotation mark opens a cell here and is not closed properly; "
                    "close it, or double each quotation mark inside a quoted cell",
                    row=number,
                ) from error
            reason = (
                f"a cell is longer than {MAX_FIELD} characters; shorten it"
                if "limit" in str(error)
                else "text follows a closing quotation mark; double quotation marks inside a quoted cell"
            )
            log.add("error", f"row rejected: {reason}", row=number)
            broken[line] = number, reason
        if len(rows) > MAX_ROWS + 1 or count > MAX_CELLS:  # one is the header
            most = f"{MAX_ROWS:,} rows" if len(rows) > MAX_ROWS + 1 else f"{MAX_CELLS:,} cells"
            raise IntakeError(f"the file has more than {most}; split it")
        if len(rows) % _TOLD_EACH == 0:
            progress(len(rows))


def _broken_rows(text: str, broken: dict[int, tuple[int, str]]) -> list[Reject]:
    """Return rows that the CSV reader gave up, each as one cell with the whole line."""
    lines = enumerate(io.StringIO(text, newline=""), 1) if broken else ()
    return [
        Reject(broken[at][0], (line.rstrip("\r\n"),), broken[at][1]) for at, line in lines if at in broken
    ]
