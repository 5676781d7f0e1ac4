"""The cells of one sheet, row by row as text, and what is remarkable about them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.sheets.archive import DAMAGED, Archive
from bookshift_io.intake.sheets.book import unescaped
from bookshift_io.intake.sheets.formats import Render, plain
from bookshift_io.intake.sheets.limits import MAX_CELL, MAX_COLUMNS, Budget
from bookshift_io.intake.sheets.xml import MAX_DEPTH, feed, parser

NOTES_KEPT: Final = 100
"""Cells of one kind in one column that are told one by one; further ones are counted."""
WRITTEN_KEPT: Final = 10_000
"""Different texts that look like numbers of which one column is told."""
LAST_ROW: Final = 1_048_576
_EXACT: Final = 15
_TRUE: Final = ("1", "true")
_DIGITS: Final = "0123456789"
_MERGED_KEPT: Final = 10_000
_LOOKS_NUMERIC: Final = re.compile(r"\s*[-+(]?\s*[$€£]?\s*[0-9][0-9.,'\s]*[)%]?\s*")
_LOOKS_DATED: Final = re.compile(r"\s*[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{2,4}\s*")

Note = tuple[str, int, int, str]
"""Kind, row from 1, column from 0, text of the cell."""


@dataclass(slots=True)
class Remarks:
    """What is remarkable about a sheet, by kind."""

    notes: list[Note] = field(default_factory=list)
    more: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How many notes of a kind each column has, those that are not listed included."""
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last, from 0."""
    merged: list[str] = field(default_factory=list)
    numbers: set[int] = field(default_factory=set)
    """Columns with a number, from 0."""
    dates: set[int] = field(default_factory=set)
    """Columns with a date."""
    written: dict[int, set[str]] = field(default_factory=dict)
    """By column the text cells that look like numbers; of a column with too many of them not all."""

    def hide(self, first: str, last: str) -> None:
        """Keep that columns are hidden, which are numbered from 1."""
        if first.isdecimal() and last.isdecimal() and len(self.hidden_columns) < MAX_COLUMNS:
            self.hidden_columns.append((int(first[:9]) - 1, int(last[:9]) - 1))

    def note(self, kind: str, row: int, column: int, text: str) -> None:
        """Keep one remark on a cell."""
        self.more[kind, column] += 1
        if kind == "numeric":
            written = self.written.setdefault(column, set())
            if len(written) <= WRITTEN_KEPT:
                written.add(text)
        if self.more[kind, column] <= NOTES_KEPT:
            self.notes.append((kind, row, column, text[:NOTES_KEPT]))


def column_number(letters: str) -> int:
    """Return 0 for A, 26 for AA.

    Raises:
        IntakeError: the letters name no column.

    """
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise IntakeError(DAMAGED)
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - ord("A") + 1
    return number - 1


def letters_of(column: int) -> str:
    """Return A for 0, AA for 26."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


class Grid:
    """Reads one sheet. Rows come as ``(number, cells)``; empty ones do not come.

    The methods hear of elements as they pass, ten million times in a large sheet: hence no layer between.
    """

    def __init__(
        self, strings: Sequence[str], renders: Sequence[Render | None], *, lenient: bool = False
    ) -> None:
        """Take what cells refer to; a `lenient` grid passes over cells too far to the right."""
        self.remarks = Remarks()
        self._lenient = lenient
        self._strings = strings
        self._renders = {str(i): one for i, one in enumerate(renders) if one is not None}
        self._columns: dict[str, int] = {}
        self._shared: dict[str, tuple[str, str]] = {}
        self._budget = Budget()
        self._ready: list[tuple[int, list[str]]] = []
        self._cells: list[str] = []
        self._pieces: list[str] = []
        self._size = self._depth = self._row = 0
        self._column = -1
        self._kind = "n"
        self._told = ""
        """The formula of a cell that has one."""
        self._style: str | None = None
        self._listening = self._phonetic = self._formula = self._valued = False

    def rows(self, archive: Archive, part: str) -> Iterator[list[tuple[int, list[str]]]]:
        """Read a sheet, some rows at a time.

        Raises:
            IntakeError: the sheet is damaged or too large.

        """
        for _ in feed(parser(self._start, self._end, self._hear), archive.chunks(part)):
            if self._ready:
                yield self._ready
                self._ready = []
        if self._ready:
            yield self._ready

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            place = attributes.get("r")
            if place is None:
                self._column += 1
            else:
                letters = place.rstrip(_DIGITS)
                column = self._columns.get(letters)
                if column is None:
                    column = self._columns[letters] = column_number(letters)
                self._column = column
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s")
            self._formula = self._valued = False
        elif name == "v" and self._kind != "inlineStr":
            self._listening = self._valued = True
            self._pieces.clear()
        elif name == "t":
            self._listening = not self._phonetic
            self._valued = True
        elif name == "f":
            self._formula = self._listening = True
        elif name != "v":
            self._start_other(name, attributes)

    def _start_other(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row = _row_number(attributes.get("r"), self._row)
            self._column = -1
            if attributes.get("hidden") in _TRUE:
                self.remarks.hidden_rows.append(self._row)
        elif name == "rPh":  # how to pronounce the text beside it
            self._phonetic = True
        elif name == "mergeCell" and len(self.remarks.merged) < _MERGED_KEPT:
            self.remarks.merged.append(attributes.get("ref", ""))
        elif name == "col" and attributes.get("hidden") in _TRUE:
            self.remarks.hide(attributes.get("min", ""), attributes.get("max", ""))
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise IntakeError(DAMAGED)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            if self._pieces or self._formula:
                self._end_cell()
        elif name in {"v", "t"}:
            self._listening = False
        elif name == "f":
            self._listening = False
            self._told = "".join(self._pieces)
            self._pieces.clear()
        else:
            self._depth -= 1
            if name == "rPh":
                self._phonetic = False
            elif name == "row" and self._cells:
                self._budget.spend(self._row, self._cells)
                self._ready.append((self._row, self._cells))
                self._cells = []

    def _end_cell(self) -> None:
        text = "".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        row, column = self._row, self._column
        # A result that is an empty text says so by its type; other programs write an empty result for none.
        if self._formula and not text and not (self._valued and self._kind == "str"):
            text = "=" + self._told
            self.remarks.note("formula", row, column, text)
        elif text:
            text = self._text(text, row, column)
        if text:
            cells = self._cells
            if column >= MAX_COLUMNS:
                self._far(row, column)
                return
            gap = column - len(cells)
            if gap < 0:
                cells[column] = text
                return
            if gap:
                cells.extend([""] * gap)
            cells.append(text)

    def _far(self, row: int, column: int) -> None:
        """Refuse a cell that no table reaches, or pass over it."""
        if not self._lenient:
            raise IntakeError(
                f"cell {letters_of(column)}{row} stands beyond the {MAX_COLUMNS:,} columns that are read; "
                "delete it",
                row=row,
            )

    def _hear(self, data: str) -> None:
        if self._listening:
            self._size += len(data)
            if self._size > MAX_CELL:
                raise IntakeError(f"a cell is longer than {MAX_CELL:,} characters; shorten it", row=self._row)
            self._pieces.append(data)

    def _text(self, text: str, row: int, column: int) -> str:
        """Return a cell as text, by the type that the file gives it."""
        match self._kind:
            case "n":
                return self._number(text, row, column)
            case "s":
                shown, look = self._shared.get(text) or self._share(text)
            case "b":
                return "TRUE" if text.strip() in _TRUE else "FALSE"
            case "e":
                self.remarks.note("error", row, column, text)
                return text
            case "d":
                self.remarks.dates.add(column)
                return text.removesuffix("Z").removesuffix("T00:00:00")
            case _:
                shown = unescaped(text)
                look = _look(shown)
        if look:
            self.remarks.note(look, row, column, shown)
        return shown

    def _number(self, text: str, row: int, column: int) -> str:
        render = None if self._style is None else self._renders.get(self._style)
        if render is not None:
            (self.remarks.dates if render.dated else self.remarks.numbers).add(column)
            return render.write(text)
        self.remarks.numbers.add(column)
        if len(text) <= _EXACT and text.isdigit():
            return text
        shown = plain(text)
        if len(shown.lstrip("-")) > _EXACT and "." not in shown:
            self.remarks.note("long", row, column, shown)
        return shown

    def _share(self, index: str) -> tuple[str, str]:
        if not index.isdecimal() or len(index) > _EXACT or int(index) >= len(self._strings):
            raise IntakeError(DAMAGED)
        text = self._strings[int(index)]
        self._shared[index] = found = (text, _look(text))
        return found


def _look(text: str) -> str:
    """Return what kind of value a text looks like."""
    if not text or text[0] not in " -+($€£0123456789":
        return ""
    if _LOOKS_DATED.fullmatch(text):
        return "dated"
    return "numeric" if _LOOKS_NUMERIC.fullmatch(text) else ""


def _row_number(given: str | None, before: int) -> int:
    if given is None:
        number = before + 1
    elif given.isdecimal() and len(given) <= len(str(LAST_ROW)):
        number = int(given)
    else:
        raise IntakeError(DAMAGED)
    if number > LAST_ROW:
        raise IntakeError(f"a sheet has at most {LAST_ROW:,} rows; {DAMAGED}")
    return number
