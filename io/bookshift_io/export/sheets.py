"""A sheet: named columns of equal length, and its bytes as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bookshift_io.export.cells import Cell, Profile, cell_text
from bookshift_io.export.marker import PEOPLE_MARKER


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the cells of a CSV file are written and parted."""

    profile: Profile = "system"
    separator: str = ","
    line_end: str = "\r\n"
    decimal_comma: bool = False

    @property
    def ending(self) -> str:
        """Ending of the file's name."""
        return "tsv" if self.separator == "\t" else "csv"


EXACT: Final = Style()
"""For programs: comma, CRLF, UTF-8 without byte order mark."""

FOR_PEOPLE: Final[Mapping[str, Style]] = {
    "comma": Style(profile="people"),
    "semicolon": Style(profile="people", separator=";", decimal_comma=True),
    "tab": Style(profile="people", separator="\t"),
}
"""For spreadsheets, by what parts the cells: the countries with semicolons write decimals with a comma."""


@dataclass(frozen=True, slots=True)
class Column:
    """A header and its cells, from the first row to the last."""

    header: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file to be: what it is called without ending, its columns, and the ARR that its rows speak of."""

    stem: str
    columns: tuple[Column, ...]
    arr: float

    @property
    def rows(self) -> int:
        """Number of rows below the header."""
        return len(self.columns[0].cells)

    def to_csv(self, style: Style = EXACT) -> bytes:
        """UTF-8; for *people* with byte order mark and the marker column in front."""
        columns, profile = self.columns, style.profile
        if profile == "people":
            columns = (Column(PEOPLE_MARKER, range(1, self.rows + 1)), *columns)
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=style.separator, lineterminator=style.line_end)
        writer.writerow([cell_text(one.header, profile) for one in columns])
        texts = [
            [cell_text(cell, profile, decimal_comma=style.decimal_comma) for cell in one.cells]
            for one in columns
        ]
        writer.writerows(zip(*texts, strict=True))
        # A lone surrogate has no bytes in UTF-8; it becomes a question mark rather than an error.
        return out.getvalue().encode("utf-8-sig" if profile == "people" else "utf-8", errors="replace")
