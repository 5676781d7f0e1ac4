"""CSV text to records with their file lines, by the standard library's reader in its strict mode."""

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
    """One record with the file line it starts on."""

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
    text: str, delimiter: str, skipped: int, log: Log, progress: Callable[[int], None]
) -> tuple[list[Row], list[Reject]]:
    """Return the records of a CSV text, and the lines that are none; `skipped` lines stand before the text.

    Raises:
        IntakeError: a quotation mark is not closed, so that nobody can tell rows from text, or there is
            too much.

    """
    rows: list[Row] = []
    broken: dict[int, str] = {}
    count = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
            rows.append(Row(line + skipped, cells, reader.line_num > line))
            count += len(cells)
        except StopIteration:
            return rows, _broken_rows(text, broken, skipped)
        except csv.Error as error:
            if "unexpected end" in str(error) or reader.line_num > line:
                raise IntakeError(
                    "a quotation mark opens a cell here and is not closed properly; "
                    "close it, or double each quotation mark inside a quoted cell",
                    row=line + skipped,
                ) from error
            reason = (
                f"a cell is longer than {MAX_FIELD} characters; shorten it"
                if "limit" in str(error)
                else "text follows a closing quotation mark; double quotation marks inside a quoted cell"
            )
            log.add("error", f"row rejected: {reason}", row=line + skipped)
            broken[line] = reason
        if len(rows) > MAX_ROWS + 1 or count > MAX_CELLS:  # one is the header
            most = f"{MAX_ROWS:,} rows" if len(rows) > MAX_ROWS + 1 else f"{MAX_CELLS:,} cells"
            raise IntakeError(f"the file has more than {most}; split it")
        if len(rows) % _TOLD_EACH == 0:
            progress(len(rows))


def _broken_rows(text: str, reasons: dict[int, str], skipped: int) -> list[Reject]:
    """Return rows that the CSV reader gave up, each as one cell with the whole line."""
    lines = enumerate(io.StringIO(text, newline=""), 1) if reasons else ()
    return [
        Reject(number + skipped, (line.rstrip("\r\n"),), reasons[number])
        for number, line in lines
        if number in reasons
    ]
