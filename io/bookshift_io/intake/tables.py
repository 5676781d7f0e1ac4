"""A file as a table of text: header found, preamble, footer and misshapen rows set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from bookshift_io.export.marker import is_for_people
from bookshift_io.intake import dialect
from bookshift_io.intake.decode import check, decode
from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.footers import MANY, is_footer, is_line
from bookshift_io.intake.foreign import format_of
from bookshift_io.intake.formula import unguard
from bookshift_io.intake.header import Names, column_names, header_position, is_blank, is_header
from bookshift_io.intake.json_records import read_records
from bookshift_io.intake.progress import Progress, unheard
from bookshift_io.intake.scan import Reject, Row, field_limit, scan
from bookshift_io.intake.sheets.limits import MAX_CELLS
from bookshift_io.intake.workbook import MADE_FOR_PEOPLE, read_workbook, tell, written_in

_NATIVE: Final = re.compile(r"-?[€$£]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?%?", re.ASCII)
"""How the reading process writes a number of a workbook."""
REJECT_COLUMNS: Final = ("bookshift_row", "bookshift_reason")
"""The first columns of a rejects file; a file that has them is read without them."""
MAX_FOOTERS: Final = 20
_TITLE: Final = 500
"""Characters of a line before the header that are looked at."""
_WORKBOOKS: Final = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb")


@dataclass(frozen=True, slots=True)
class Table:
    """The data rows of one file, by column, as text exactly as it stood there."""

    file: str
    """The file; of a workbook also the sheet, as in ``book.xlsx:Accounts``."""
    headers: tuple[str, ...]
    """Column names, unique: a repeated one carries its number, an empty one its position."""
    repeats: tuple[str, ...]
    """The same names without the numbers."""
    columns: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    """Number of each row as a spreadsheet shows it, or of the record, counted from 1."""
    rejects: tuple[Reject, ...]
    blank: int
    """Rows without data after the header: blank lines, repeated headers and what stands around those."""
    written: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """By the columns with native numbers of a workbook: texts in them that only look like numbers."""
    titles: tuple[tuple[int, str], ...] = ()
    """Lines before the header, each with its place in the file."""
    totals: int = 0
    """Rows that were left out because they sum up others."""

    @property
    def rows(self) -> int:
        """Number of data rows."""
        return len(self.lines)

    def native(self, column: int, texts: Iterable[str]) -> frozenset[str]:
        """Return those `texts` of a column that a workbook holds as numbers."""
        written = self.written.get(column)
        if written is None:
            return frozenset()
        return frozenset(one for one in texts if one not in written and _NATIVE.fullmatch(one))

    def cells(self, row: int) -> tuple[str, ...]:
        """Return one row as it stood in the file."""
        return tuple(column[row] for column in self.columns)


@dataclass(frozen=True, slots=True)
class _Read:
    """The rows of one file, whatever its format."""

    rows: list[Row]
    broken: list[Reject] = field(default_factory=list)
    delimiter: str | None = None
    """``None`` where rows are not told by delimiters: each then has as many cells as there are columns."""
    remarks: Mapping[str, Any] = field(default_factory=dict)
    """What is remarkable about the cells of a workbook."""
    bare: bool = False
    """Whether the column names come first and nothing but records follows."""


def _nothing(_text: str) -> bool:
    return False


def read_table(
    data: bytes,
    log: Log,
    known: Callable[[str], bool],
    rival: Callable[[str], bool] = _nothing,
    progress: Progress = unheard,
) -> Table | None:
    """Read the bytes of a CSV file, a workbook or a JSON file.

    Args:
        data: the file.
        log: takes what is noticed; its file is named with the sheet that was read.
        known: which header texts have a meaning here.
        rival: which have one in the other table, of which a workbook may hold a sheet as well.
        progress: hears how many rows were read.

    Returns:
        The table, or ``None`` while a question about encoding, delimiter or sheet is open.

    Raises:
        IntakeError: the file cannot be read at all.

    """
    check(data)
    form = format_of(data)
    if (form == "workbook") != log.file.lower().endswith(_WORKBOOKS) and "." in log.file:
        said = "a workbook, whatever its name" if form == "workbook" else "no workbook, whatever its name"
        log.add("info", f"this is {said}; it was read as what it is")
    match form:
        case "workbook":
            sheet = read_workbook(data, log, known, rival, progress)
            read = None if sheet is None else _Read(sheet.rows, remarks=sheet.remarks)
        case "records":
            read = _Read(read_records(data, log, progress), bare=True)
        case "text":
            read = _read_text(data, log, progress)
    return None if read is None else _shape(read, log, known)


def _read_text(data: bytes, log: Log, progress: Progress) -> _Read | None:
    text = decode(data, log)
    if text is None:
        return None
    hinted = dialect.hint(text)
    if hinted is not None:
        delimiter: str | None = hinted[0]
        text = text[hinted[1] :]  # a spreadsheet does not show that line, and does not count it
    else:
        with field_limit():
            delimiter = dialect.delimiter_of(text, log)
    if delimiter is None:
        return None
    with field_limit():
        rows, broken = scan(text, delimiter, log, lambda count: progress(log.file, count))
    if rows and tuple(rows[0].cells[: len(REJECT_COLUMNS)]) == REJECT_COLUMNS:
        rows = [Row(row.line, [*map(unguard, row.cells[len(REJECT_COLUMNS) :])], row.spans) for row in rows]
    return _Read(rows, broken, delimiter)


def _shape(read: _Read, log: Log, known: Callable[[str], bool]) -> Table:
    rows = read.rows
    at = 0 if read.bare else header_position(rows, known)
    header = rows[at]
    preamble = [row for row in rows[:at] if not is_blank(row.cells)]
    for row in preamble:
        full = len(row.cells) >= len(header.cells) > 1 and all(map(str.strip, row.cells))
        log.add(
            "warning" if full else "info",
            "a line before the header, no record",
            row=row.line,
            value=_joined(row),
            kind="preamble",
        )
    kept, blank = rows[at + 1 :], 0
    if not read.bare:
        kept, blank = _without_blank(kept, header, preamble, known, log)
        kept = _without_footers(kept, len(header.cells), log)
    if read.delimiter is None:
        # A workbook does not hold its blank rows: they are the numbers that are missing.
        blank += sum(two.line - one.line - 1 for one, two in pairwise(rows[at:]))
        _fill(header, kept)
    names = column_names(header, preamble[-1] if preamble else None, kept, log)
    if is_for_people(names.unique):
        raise IntakeError(MADE_FOR_PEOPLE, row=header.line)
    good, rejects = _told_apart(kept, names, read.delimiter, log)
    columns = tuple(zip(*(row.cells[: names.width] for row in good), strict=True))
    if not good:
        columns = ((),) * names.width
    lines = tuple(row.line for row in good)
    tell(read.remarks, lines, dict(zip(names.kept, names.unique, strict=True)), log)
    return Table(
        file=log.file,
        headers=names.unique,
        repeats=names.repeats,
        columns=tuple(columns[i] for i in names.kept),
        lines=lines,
        rejects=(*(one for one in read.broken if one.line > header.line), *rejects),
        blank=blank,
        written=written_in(read.remarks, names.kept),
        titles=tuple((row.line, " ".join(_joined(row).split())[:_TITLE]) for row in preamble),
    )


def _told_apart(
    rows: list[Row], names: Names, delimiter: str | None, log: Log
) -> tuple[list[Row], list[Reject]]:
    """Return the rows that have a cell for each column, and the others as rejects."""
    good: list[Row] = []
    rejects: list[Reject] = []
    for row in rows:
        reason = None if delimiter is None else _misshapen(row, names.width, delimiter)
        if reason:
            log.add("error", f"row rejected: {reason}", row=row.line, kind="row rejected: number of cells")
            rejects.append(Reject(row.line, tuple(row.cells), reason))
        else:
            good.append(row)
    return good, rejects


def _fill(header: Row, rows: list[Row]) -> None:
    """Give all rows of a sheet the same number of cells: cells at the end that are empty are not in it.

    Raises:
        IntakeError: a few cells far to the right would make a huge table.

    """
    widest = max(rows, key=lambda row: len(row.cells), default=header)
    width = max(len(header.cells), len(widest.cells))
    if width * len(rows) > MAX_CELLS:
        raise IntakeError(
            "this row has cells far to the right of the table; delete them and import it again",
            row=widest.line,
        )
    for row in (header, *rows):
        row.cells.extend([""] * (width - len(row.cells)))


def _without_blank(
    body: list[Row], header: Row, preamble: list[Row], known: Callable[[str], bool], log: Log
) -> tuple[list[Row], int]:
    names = _texts(header)
    titles = [_texts(row) for row in preamble]
    kept: list[Row] = []
    last = max((i for i, row in enumerate(body) if not is_blank(row.cells)), default=-1)
    for i, row in enumerate(body[: last + 1]):
        if is_blank(row.cells):
            continue
        second = i == 0 and is_header(row.cells, known)
        if second or (row.cells[0].strip() == names[0] and _texts(row) == names):
            _end_page(kept, len(header.cells), titles, log)
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


def _end_page(kept: list[Row], width: int, titles: list[list[str]], log: Log) -> None:
    """Take away what stands between the pages of a report: the footer of one, the title of the next."""
    for _ in range(MAX_FOOTERS):
        if not kept or not (_texts(kept[-1]) in titles or is_footer(kept[-1].cells, width, ())):
            return
        row = kept.pop()
        log.add("info", "a line between two pages, not used", row=row.line, value=_joined(row), kind="page")


def _without_footers(rows: list[Row], width: int, log: Log) -> list[Row]:
    apart = _set_apart(rows, width)
    for _ in range(MAX_FOOTERS):
        if not rows or not (
            (len(rows) > apart and is_line(rows[-1].cells))
            or is_footer(rows[-1].cells, width, [row.cells for row in rows[:-1]])
        ):
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


def _set_apart(rows: list[Row], width: int) -> int:
    """Return where the lines begin that stand below all records, a blank line after them."""
    begins = len(rows)
    for at in range(len(rows) - 1, 0, -1):
        if width < MANY or sum(map(bool, map(str.strip, rows[at].cells))) > 2:  # noqa: PLR2004 - "By:", a name
            break
        if rows[at].line > rows[at - 1].line + 1:
            begins = at
    return begins


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


def _texts(row: Row) -> list[str]:
    """Return the cells without blanks around them, up to the last that is filled."""
    cells = [cell.strip() for cell in row.cells]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _joined(row: Row) -> str:
    return " | ".join(cell.strip() for cell in row.cells if cell.strip())
