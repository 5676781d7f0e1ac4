"""The reading process: ``python -m bookshift_io.intake.sheets.child workbook|records``.

It gets the bytes of one file on standard input, after their number in eight bytes, and answers with lines
of JSON: the beginnings of all sheets, and after the number of one of them on standard input its rows and
remarks; or one line that says why the file is refused. It opens no file, and ends with its parent.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from typing import IO, Any, Final

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.sheets.archive import Archive
from bookshift_io.intake.sheets.book import read_book, read_strings
from bookshift_io.intake.sheets.grid import WRITTEN_KEPT, Grid
from bookshift_io.intake.sheets.records import Records
from bookshift_model.parent import tie_to_parent

MEMORY: Final = 1 << 30
"""Bytes of address space."""
CPU_SECONDS: Final = 30
"""A table of two million cells takes six."""
OUT_OF_MEMORY: Final = 75
"""Exit code."""
HEAD_ROWS: Final = 50
"""Rows of a sheet by which it is chosen."""
HEAD_TEXT: Final = 200
_HEADS: Final = 1_000_000
"""Characters of the beginnings of all sheets together."""
_LINE: Final = 500_000
"""Characters of rows from which on they are sent."""

Rows = list[tuple[int, list[str]]]


def main() -> None:
    """Set the process up and answer."""
    tie_to_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_CPU", CPU_SECONDS)
    _limit("RLIMIT_CORE", 0)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    data = source.read(int.from_bytes(source.read(8), "big"))
    try:
        answers = _records(data) if sys.argv[1:] == ["records"] else _workbook(data, source)
        for one in answers:
            _send(sink, one)
    except IntakeError as error:
        _send(sink, {"refused": str(error), "row": error.row})
    except MemoryError:
        # Nothing more can be made here; the parent knows the number.
        os._exit(OUT_OF_MEMORY)


def _limit(name: str, most: int) -> None:
    """Set a limit, never above the one that is there; where there is no such limit, go on."""
    with contextlib.suppress(ImportError, AttributeError, ValueError, OSError):
        resource = importlib.import_module("resource")
        kind = getattr(resource, name)
        now = resource.getrlimit(kind)[1]
        soft = most if now == resource.RLIM_INFINITY else min(most, now)
        # The hard CPU limit kills; the soft one ends with a signal of its own, which tells the reason.
        resource.setrlimit(kind, (soft, now if name == "RLIMIT_CPU" else soft))


def _workbook(data: bytes, source: IO[bytes]) -> Iterator[dict[str, Any]]:
    archive = Archive(data)
    book = read_book(archive)
    strings = read_strings(archive, book.strings_part)
    room = _HEADS // len(book.sheets)
    heads = []
    for sheet in book.sheets:
        grid = Grid(strings, book.renders, lenient=True)
        rows = _head(grid.rows(archive, sheet.part), room)
        heads.append({"name": sheet.name, "hidden": sheet.hidden, "rows": rows})
    yield {"sheets": heads, "keywords": book.keywords, "since_1904": book.since_1904}
    chosen = source.readline().strip()
    if not chosen.isdigit() or int(chosen) >= len(book.sheets):
        return
    grid = Grid(strings, book.renders)
    yield from _lines(grid.rows(archive, book.sheets[int(chosen)].part))
    found = grid.remarks
    yield {
        "notes": found.notes,
        "counts": [[kind, column, count] for (kind, column), count in found.more.items()],
        "hidden_rows": found.hidden_rows,
        "hidden_columns": found.hidden_columns,
        "merged": found.merged,
        "numbers": sorted(found.numbers),
        "written": [
            [column, sorted(texts)] for column, texts in found.written.items() if len(texts) <= WRITTEN_KEPT
        ],
        "unsure": [column for column, texts in found.written.items() if len(texts) > WRITTEN_KEPT],
        "dates": sorted(found.dates),
    }


def _records(data: bytes) -> Iterator[dict[str, Any]]:
    found = Records(data)
    yield from _lines(found.rows())
    yield {"complete": found.complete, "children": found.children}


def _head(parts: Iterable[Rows], room: int) -> list[list[str]]:
    """Return the first rows of a sheet, at least one, up to so many characters."""
    rows: list[list[str]] = []
    for part in parts:
        for _, cells in part:
            rows.append([cell[:HEAD_TEXT] for cell in cells])
            room -= sum(map(len, rows[-1])) + len(cells)
            if len(rows) == HEAD_ROWS or room < 0:
                return rows
    return rows


def _lines(parts: Iterable[Rows]) -> Iterator[dict[str, Any]]:
    waiting: Rows = []
    size = 0
    for part in parts:
        for row in part:
            waiting.append(row)
            size += sum(map(len, row[1])) + len(row[1])
            if size > _LINE:
                yield {"rows": waiting}
                waiting, size = [], 0
    if waiting:
        yield {"rows": waiting}


def _send(sink: IO[bytes], record: dict[str, Any]) -> None:
    """Write one line; a parent that no longer reads means the end."""
    try:
        sink.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        sink.flush()
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    main()
