"""A CSV file as a table of text: header found, preamble, footer and misshapen rows set aside."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bookshift_io.export.marker import is_for_people
from bookshift_io.intake import dialect
from bookshift_io.intake.decode import decode
from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.footers import is_footer
from bookshift_io.intake.formula import unguard
from bookshift_io.intake.scan import Reject, Row, field_limit, scan

MAX_COLUMNS: Final = 1_000
REJECT_COLUMNS: Final = ("bookshift_line", "bookshift_reason")
"""The first columns of a rejects file; a file that has them is read without them."""
MAX_FOOTERS: Final = 20
_FIGURE: Final = re.compile(r"[-+$€£(]?[0-9][0-9.,:/ -]*[%)]?")
"""A number or a date, which no column is called."""
HEADER_WITHIN: Final = 50
"""Rows that are not blank among which the header is looked for."""


@dataclass(frozen=True, slots=True)
class Table:
    """The data rows of one file, by column, as text exactly as it stood there."""

    file: str
    headers: tuple[str, ...]
    """Column names, unique: a repeated one carries its number, an empty one its position."""
    repeats: tuple[str, ...]
    """The same names without the numbers."""
    columns: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    """File line of each row, counted from 1."""
    rejects: tuple[Reject, ...]
    blank: int
    """Rows without data after the header: blank lines and repeated headers."""

    @property
    def rows(self) -> int:
        """Number of data rows."""
        return len(self.lines)

    def cells(self, row: int) -> tuple[str, ...]:
        """Return one row as it stood in the file."""
        return tuple(column[row] for column in self.columns)


def read_table(data: bytes, log: Log, known: Callable[[str], bool]) -> Table | None:
    """Read the bytes of a CSV file; `known` tells which header texts have a meaning.

    Returns ``None`` while a question about encoding or delimiter is open.

    Raises:
        IntakeError: the file cannot be read at all.

    """
    text = decode(data, log)
    if text is None:
        return None
    hinted = dialect.hint(text)
    skipped = 0
    if hinted is not None:
        delimiter: str | None = hinted[0]
        text = text[hinted[1] :]
        skipped = 1
    else:
        with field_limit():
            delimiter = dialect.delimiter_of(text, log)
    if delimiter is None:
        return None
    with field_limit():
        rows, broken = scan(text, delimiter, skipped, log)
    if rows and tuple(rows[0].cells[: len(REJECT_COLUMNS)]) == REJECT_COLUMNS:
        rows = [Row(row.line, [*map(unguard, row.cells[len(REJECT_COLUMNS) :])], row.spans) for row in rows]
    return _shape(rows, broken, delimiter, log, known)


def _shape(
    rows: list[Row], broken: list[Reject], delimiter: str, log: Log, known: Callable[[str], bool]
) -> Table:
    at = _header_position(rows, known)
    header = rows[at]
    preamble = [row for row in rows[:at] if not _is_blank(row.cells)]
    for row in preamble:
        full = len(row.cells) >= len(header.cells) > 1 and all(map(str.strip, row.cells))
        log.add(
            "warning" if full else "info",
            "a line before the header, not used",
            row=row.line,
            value=_joined(row),
            kind="preamble",
        )
    body = rows[at + 1 :]
    kept, blank = _without_blank(body, header, known, log)
    kept = _without_footers(kept, len(header.cells), log)
    headers, repeats, width = _names(header, kept, log)
    if is_for_people(headers):
        raise IntakeError(
            "this export was made for people: its cells were changed to be safe in a spreadsheet; "
            "import the one made for systems",
            row=header.line,
        )
    good: list[Row] = []
    rejects = [one for one in broken if one.line > header.line]
    for row in kept:
        reason = _misshapen(row, width, delimiter)
        if reason:
            log.add("error", f"row rejected: {reason}", row=row.line, kind="row rejected: number of cells")
            rejects.append(Reject(row.line, tuple(row.cells), reason))
        else:
            good.append(row)
    columns = tuple(zip(*(row.cells[:width] for row in good), strict=True)) if good else ((),) * width
    return Table(
        file=log.file,
        headers=headers,
        repeats=repeats,
        columns=columns,
        lines=tuple(row.line for row in good),
        rejects=tuple(rejects),
        blank=blank,
    )


def _header_position(rows: list[Row], known: Callable[[str], bool]) -> int:
    """Return the row with most known column names; without any, the first row of the usual width."""
    candidates = [i for i, row in enumerate(rows) if not _is_blank(row.cells)][:HEADER_WITHIN]
    if not candidates:
        raise IntakeError("the file holds no rows; export it again")
    scores = {i: sum(map(known, {cell.strip() for cell in rows[i].cells})) for i in candidates}
    best = max(candidates, key=lambda i: scores[i])
    if scores[best]:
        return best
    usual = Counter(len(rows[i].cells) for i in candidates).most_common(1)[0][0]
    first = next(i for i in candidates if len(rows[i].cells) == usual)
    if any(map(_FIGURE.fullmatch, map(str.strip, rows[first].cells))):
        raise IntakeError(
            "no row with column names was found; put one first, such as account_id,name,arr",
            row=rows[first].line,
        )
    return first


def _without_blank(
    body: list[Row], header: Row, known: Callable[[str], bool], log: Log
) -> tuple[list[Row], int]:
    names = [cell.strip() for cell in header.cells]
    kept: list[Row] = []
    last = max((i for i, row in enumerate(body) if not _is_blank(row.cells)), default=-1)
    for i, row in enumerate(body[: last + 1]):
        if _is_blank(row.cells):
            continue
        second = i == 0 and _is_header(row.cells, known)
        if second or (row.cells[0].strip() == names[0] and [cell.strip() for cell in row.cells] == names):
            log.add(
                "info",
                "a second header row, not used",
                row=row.line,
                value=_joined(row),
                kind="second header",
            )
            continue
        kept.append(row)
    return kept, len(body) - len(kept)


def _without_footers(rows: list[Row], width: int, log: Log) -> list[Row]:
    for _ in range(MAX_FOOTERS):
        if not rows or not is_footer(rows[-1].cells, width, [row.cells for row in rows[:-1]]):
            break
        log.add(
            "info",
            "a footer line, not an account",
            row=rows[-1].line,
            value=_joined(rows[-1]),
            kind="footer",
        )
        rows = rows[:-1]
    return rows


def _names(header: Row, rows: list[Row], log: Log) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    names = [re.sub(r"\s+", " ", cell).strip() for cell in header.cells]
    filled = max((i for i, name in enumerate(names) if name), default=-1) + 1
    if not any(any(map(str.strip, row.cells[filled : len(names)])) for row in rows):
        names = names[:filled]
    if not names:
        raise IntakeError("the header row is empty; give each column a name", row=header.line)
    if len(names) > MAX_COLUMNS:
        raise IntakeError(f"the file has more than {MAX_COLUMNS} columns; export fewer", row=header.line)
    seen: Counter[str] = Counter()
    unique: list[str] = []
    for position, name in enumerate(names, 1):
        seen[name] += 1
        shown = name or f"column {position}"
        if not name:
            log.add("warning", f"column {position} has no name; it is called {shown!r}", row=header.line)
        elif seen[name] > 1:
            shown = f"{name} ({seen[name]})"
            log.add(
                "warning",
                f"column {position} repeats a name; it is called {shown!r}",
                row=header.line,
                column=name,
            )
        while shown in unique:
            shown += "'"
        unique.append(shown)
    return tuple(unique), tuple(names), len(names)


def _misshapen(row: Row, width: int, delimiter: str) -> str | None:
    found = len(row.cells)
    if found < width or any(map(str.strip, row.cells[width:])):
        return (
            f"it has {found} cells where the header has {width}; add or remove delimiters, or quote the cell"
        )
    if row.spans:
        for cell in row.cells:
            if any(line.count(delimiter) >= width - 1 > 0 for line in cell.splitlines()[1:-1]):
                return "whole lines were read as one cell; a closing quotation mark is probably missing"
    return None


def _is_header(cells: list[str], known: Callable[[str], bool]) -> bool:
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) > 1 and all(map(known, filled))


def _is_blank(cells: list[str]) -> bool:
    return not any(map(str.strip, cells))


def _joined(row: Row) -> str:
    return " | ".join(cell.strip() for cell in row.cells if cell.strip())
