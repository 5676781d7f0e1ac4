"""The plan as a spreadsheet for people: six sheets with filters, formats, and words beside every colour."""

from __future__ import annotations

import io
import math
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from xlsxwriter import Workbook

from bookshift_io.export.cells import visible
from bookshift_io.export.document import BETTER, SAME, WORSE, Bullets, Heading, Paragraph, Table
from bookshift_io.export.marker import PEOPLE_MARKER, WORKBOOK_KEYWORD
from bookshift_io.export.room import WIDEST, height_of, width_of
from bookshift_io.export.sheets import Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from bookshift_io.export.cells import Cell
    from bookshift_io.export.document import Block, Document
    from bookshift_io.export.plan import ExportScenario
    from bookshift_io.export.sheets import Sheet

MOST_CHARACTERS: Final = 32_767
"""Characters that a cell of a spreadsheet holds."""

_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_date_format": "yyyy-mm-dd",
}
_SUMMARY: Final = ("In short", "Today and the plan", "Who is worse off", "What is proven", "Approval")
_POLICY: Final = ("What was asked", "Rules", "What was assumed")
_WIDTHS: Final = (52, 24, 24, 24, 48)
"""Of the columns of a sheet of words."""
_BANDS: Final = ((0.60, "idle"), (0.75, "room"), (0.85, "target"), (0.90, "watch"), (1.00, "act"))
_OVER: Final = "overload"
# Blue and orange, which people tell apart who do not tell red from green; each cell has its word besides.
_FILLS: Final = {
    "idle": "#D6E8F5", "room": "#EAF3FA", "watch": "#FCE9D4", "act": "#F9D0A8", _OVER: "#F2A46B",
    "better": "#D6E8F5", "worse": "#F9D0A8", BETTER: "#D6E8F5", WORSE: "#F9D0A8",
}  # fmt: skip
_MONEY, _SHARE, _HOURS, _COUNT = "#,##0", "0.0%", "#,##0.0", "#,##0"
_BY_NAME: Final = (
    ("expected_churn", _MONEY), ("churn", _SHARE), ("utilisation", _SHARE), ("industry_fit", _SHARE),
    ("hours", _HOURS), ("arr", _MONEY), ("renewals_q", _MONEY), ("expansion_amount", _MONEY),
    ("usage_growth", _SHARE),
)  # fmt: skip


def workbook(document: Document, sheets: Sequence[Sheet], scenario: ExportScenario) -> bytes:
    """XLSX with the books, the moves and the accounts of `sheets`, in this order, and what the report says.

    The same plan gives the same bytes. Memory does not grow with the number of accounts, but for the file
    itself.
    """
    out = io.BytesIO()
    book = Workbook(out, _OPTIONS)
    approval = scenario.approval
    # Of the plan, not of the clock: so the file's hash means something.
    made = approval.at if approval is not None else datetime(2000, 1, 1, tzinfo=UTC)
    book.set_properties(
        {
            "title": visible(document.title),
            "subject": visible(document.status),
            "author": "Bookshift",
            "keywords": WORKBOOK_KEYWORD,
            "comments": visible(document.about),
            "created": made.astimezone(UTC).replace(tzinfo=None),
        }
    )
    formats = _Formats(book)
    books, moves, accounts = sheets
    _write_blocks(book.add_worksheet("Summary"), formats, _head(document) + _parts(document, _SUMMARY))
    _write_sheet(book.add_worksheet("Books"), formats, _with_bands(books), frozen=2)
    _write_sheet(book.add_worksheet("Moves"), formats, _with_words(moves), frozen=2)
    _write_sheet(book.add_worksheet("Accounts"), formats, _without_empty(accounts), frozen=2)
    _write_blocks(book.add_worksheet("Policy and rules"), formats, _parts(document, _POLICY))
    _write_sheet(book.add_worksheet("Findings"), formats, _findings(scenario), frozen=0)
    book.close()
    return out.getvalue()


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        """A format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **properties})
        return self._made[key]

    @property
    def header(self) -> Format:
        """Of the first row of a sheet."""
        return self.of(bold=True, text_wrap=True, bottom=2, bg_color="#EEF1F4")


def _head(document: Document) -> list[Block]:
    return [Heading(document.title), Paragraph(document.status), Paragraph(document.about)]


def _parts(document: Document, headings: Sequence[str]) -> list[Block]:
    """The blocks under these headings."""
    found: list[Block] = []
    wanted = False
    for one in document.blocks:
        if isinstance(one, Heading):
            wanted = one.text in headings
        if wanted:
            found.append(one)
    return found


def _write_blocks(sheet: Worksheet, formats: _Formats, blocks: Sequence[Block]) -> None:
    """Titles, sentences and tables, one below the other."""
    for k, width in enumerate(_WIDTHS):
        sheet.set_column(k, k, width)
    sheet.hide_gridlines(2)
    _print_well(sheet)
    title, text, row = formats.of(bold=True, font_size=13), formats.of(text_wrap=True), 0
    for block in blocks:
        match block:
            case Heading(words):
                row += row > 0
                _put(sheet, row, 0, words, title)
                row += 1
            case Paragraph(words):
                _put_sentence(sheet, row, words, text)
                row += 1
            case Bullets(items):
                for one in items:
                    _put_sentence(sheet, row, one, text)
                    row += 1
            case Table():
                row = _put_table(sheet, row, block, formats)
            case _:
                pass  # the charts' figures are those of the sheet Books


def _put_table(sheet: Worksheet, row: int, table: Table, formats: _Formats) -> int:
    """Write a table; the row below the empty one after it."""
    _put(sheet, row, 0, table.caption, formats.of(italic=True))
    for k, one in enumerate(table.head):
        _put(sheet, row + 1, k, one, formats.of(bold=True, bottom=1))
    for at, cells in enumerate(table.rows, row + 2):
        _set_height(sheet, at, zip(cells, _WIDTHS, strict=False))
        for k, one in enumerate(cells):
            _put(sheet, at, k, one, _of_word(formats, one) or formats.of(text_wrap=True))
    return row + 3 + len(table.rows)


def _put_sentence(sheet: Worksheet, row: int, words: str, style: Format) -> None:
    """Write a sentence over all columns, wrapped where it is longer than they are wide."""
    if _set_height(sheet, row, [(words, sum(_WIDTHS))]):
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", style)
        _put(sheet, row, 0, words, style)
    else:
        _put(sheet, row, 0, words, None)


def _set_height(sheet: Worksheet, row: int, wrapped: Iterable[tuple[str, float]]) -> bool:
    """Make a row as high as texts in cells so wide need it; whether that is more than one line."""
    height = height_of(wrapped)
    if height is not None:
        sheet.set_row(row, height)
    return height is not None


def _of_word(formats: _Formats, word: str) -> Format | None:
    if word in _FILLS:
        return formats.of(bg_color=_FILLS[word], bold=word == WORSE)
    return formats.of(font_color="#5B6670") if word == SAME else None


def _write_sheet(sheet: Worksheet, formats: _Formats, columns: Sequence[Column], *, frozen: int) -> None:
    """A table with a frozen header, filters, widths and formats; its last column marks it as for people."""
    rows = len(columns[0].cells)
    columns = (*columns, Column(PEOPLE_MARKER, range(1, rows + 1)))
    styles = [_style(formats, one) for one in columns]
    titles, widths = [_title(one.header) for one in columns], [_width(one) for one in columns]
    for k, (width, style) in enumerate(zip(widths, styles, strict=True)):
        sheet.set_column(k, k, width, style)
    sheet.freeze_panes(1, frozen)
    sheet.autofilter(0, 0, max(1, rows), len(columns) - 1)
    _print_well(sheet)
    sheet.repeat_rows(0)
    _set_height(sheet, 0, zip(titles, widths, strict=True))
    for k, one in enumerate(titles):
        _put(sheet, 0, k, one, formats.header)
    cells = [one.cells for one in columns]
    words = [one.header in {"band", "change"} for one in columns]
    wrapped = [(one.cells, width) for one, width in zip(columns, widths, strict=True) if _is_wrapped(one)]
    for row in range(rows):
        _set_height(sheet, row + 1, ((str(values[row]), width) for values, width in wrapped))
        for k, values in enumerate(cells):
            value = values[row]
            if value is not None and value != "":
                style = _of_word(formats, str(value)) if words[k] else None
                _put(sheet, row + 1, k, value, style or styles[k])


def _put(sheet: Worksheet, row: int, column: int, value: Cell, style: Format | None) -> None:
    """Write a value as what it is: text is never a formula, a link, or a number."""
    if isinstance(value, str):
        sheet.write_string(row, column, visible(value)[:MOST_CHARACTERS], style)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "yes" if value else "no", style)
    elif isinstance(value, tuple):
        sheet.write_string(row, column, visible("; ".join(value))[:MOST_CHARACTERS], style)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, time()), style)
    elif value is not None and math.isfinite(value):
        sheet.write_number(row, column, value, style)


def _style(formats: _Formats, column: Column) -> Format | None:
    """The format of a column, by its values and its name."""
    first = next((one for one in column.cells if one is not None and one != ""), None)
    if isinstance(first, date):
        return formats.of(num_format="yyyy-mm-dd")
    if isinstance(first, (str, bool, tuple)) or first is None:
        return formats.of(text_wrap=True) if _is_wrapped(column) else formats.of()
    found = next((form for name, form in _BY_NAME if name in column.header), None)
    return formats.of(num_format=found) if found else formats.of()


def _width(column: Column) -> float:
    return WIDEST if _is_wrapped(column) else width_of(_title(column.header), column.cells)


def _is_wrapped(column: Column) -> bool:
    return "reason" in column.header


def _title(header: str) -> str:
    """A header as people write it; columns of the planner's own files keep theirs."""
    if header == PEOPLE_MARKER or not header.islower():
        return header
    words = header.replace("_", " ")
    return (words[:1].upper() + words[1:]).replace("arr", "ARR").replace("Arr", "ARR").replace("Csm", "CSM")


def _print_well(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")


def _with_bands(books: Sheet) -> list[Column]:
    """The books, with the band of the plan's utilisation in a word."""
    columns = list(books.columns)
    place = next(k for k, one in enumerate(columns) if one.header == "utilisation_plan")
    return [
        *columns[: place + 1],
        Column("band", list(map(_band, columns[place].cells))),
        *columns[place + 1 :],
    ]


def _band(use: Cell) -> str:
    if not isinstance(use, (int, float)):
        return ""
    return next((name for limit, name in _BANDS if use < limit), "act" if use == 1 else _OVER)


def _with_words(moves: Sheet) -> list[Column]:
    """The moves, with what happens to the expected churn in a word."""
    columns = list(moves.columns)
    place = next(k for k, one in enumerate(columns) if one.header == "expected_churn_change")
    words = [_word(one) for one in columns[place].cells]
    return [*columns[: place + 1], Column("change", words), *columns[place + 1 :]]


def _word(change: Cell) -> str:
    if not isinstance(change, (int, float)):
        return ""
    return "same" if abs(change) < 0.5 else "worse" if change > 0 else "better"  # noqa: PLR2004 - half a unit of money


def _without_empty(accounts: Sheet) -> list[Column]:
    """The columns in which anything stands."""
    return [one for one in accounts.columns if any(cell not in (None, "", ()) for cell in one.cells)] or list(
        accounts.columns
    )


def _findings(scenario: ExportScenario) -> list[Column]:
    names = ("severity", "file", "row", "column", "value", "message")
    nothing = {"severity": "none", "message": "The import found nothing to complain about."}
    return [Column(name, [one.get(name) for one in scenario.findings or (nothing,)]) for name in names]
