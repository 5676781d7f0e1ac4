"""The parts of a workbook around its cells: the list of sheets, shared texts, formats, keywords."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import Final

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.sheets.archive import DAMAGED, Archive
from bookshift_io.intake.sheets.formats import Render, render_of
from bookshift_io.intake.sheets.limits import MAX_CELL, MAX_CELLS
from bookshift_io.intake.sheets.xml import elements, feed, parser

MAX_SHEETS: Final = 200
MAX_STYLES: Final = 100_000
_WORKSHEET: Final = "/worksheet"
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATES: Final = range(0xD800, 0xE000)
_CORE: Final = "docProps/core.xml"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One sheet with a grid of cells."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Book:
    """What a workbook says about itself."""

    sheets: tuple[SheetPart, ...]
    since_1904: bool
    strings_part: str | None
    renders: tuple[Render | None, ...]
    """By style number, how numbers are written; ``None`` for exactly."""
    keywords: str


def read_book(archive: Archive) -> Book:
    """Read everything but the cells and their texts.

    Raises:
        IntakeError: it is no workbook, or damaged.

    """
    main = next(
        (target for kind, target in _relations(archive, "").values() if kind.endswith("/officeDocument")),
        "xl/workbook.xml",
    )
    relations = _relations(archive, main)
    by_kind = {kind.rpartition("/")[2]: target for kind, target in relations.values()}
    sheets: list[SheetPart] = []
    since_1904 = False
    for path, attributes in elements(archive.chunks(main)):
        if path[-1] == "workbookPr":
            since_1904 = attributes.get("date1904", "0") in ("1", "true", "on")
        elif path[-2:] == ("sheets", "sheet"):
            identifier = next((one for name, one in attributes.items() if name.endswith(":id")), "")
            kind, part = relations.get(identifier, ("", ""))
            if kind.endswith(_WORKSHEET) and part in archive:
                hidden = attributes.get("state", "visible") != "visible"
                sheets.append(SheetPart(attributes.get("name", ""), part, hidden))
    if not sheets:
        raise IntakeError(DAMAGED)
    if len(sheets) > MAX_SHEETS:
        raise IntakeError(
            f"the workbook has more than {MAX_SHEETS} sheets; save the one that is needed as CSV"
        )
    strings = by_kind.get("sharedStrings")
    styles = by_kind.get("styles")
    return Book(
        tuple(sheets),
        since_1904,
        strings if strings is not None and strings in archive else None,
        _renders(archive, styles, since_1904=since_1904) if styles is not None and styles in archive else (),
        _keywords(archive),
    )


def read_strings(archive: Archive, part: str | None) -> list[str]:
    """Return the texts that cells refer to by number; without the readings that stand over Japanese.

    Raises:
        IntakeError: there are too many, or one is too long.

    """
    texts = _Texts()
    if part is not None:
        for _ in feed(parser(texts.start, texts.end, texts.hear), archive.chunks(part)):
            if len(texts.found) > MAX_CELLS:
                raise IntakeError(f"the workbook has more than {MAX_CELLS:,} texts; split it")
    return texts.found


class _Texts:
    """Hears the elements of the shared texts."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._size = 0
        self._listening = self._phonetic = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self._listening = not self._phonetic
        elif name == "rPh":
            self._phonetic = True

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "t":
            self._listening = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.found.append(unescaped("".join(self._pieces)))
            self._pieces.clear()
            self._size = 0

    def hear(self, data: str) -> None:
        if self._listening:
            self._size += len(data)
            if self._size > MAX_CELL:
                raise IntakeError(f"a cell is longer than {MAX_CELL:,} characters; shorten it")
            self._pieces.append(data)


def unescaped(text: str) -> str:
    """Return a text with the characters that workbooks write as ``_x000D_``."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if code in _SURROGATES else chr(code)


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return id to kind and target of what a part refers to inside the workbook."""
    folder, name = posixpath.split(part)
    described = posixpath.join(folder, "_rels", f"{name}.rels")
    if described not in archive:
        return {}
    return {
        attributes.get("Id", ""): (
            attributes.get("Type", ""),
            posixpath.join("/", folder, attributes.get("Target", "")),
        )
        for path, attributes in elements(archive.chunks(described))
        if path[-1] == "Relationship" and attributes.get("TargetMode") != "External"
    }


def _renders(archive: Archive, part: str, *, since_1904: bool) -> tuple[Render | None, ...]:
    codes: dict[int, str] = {}
    used: list[int] = []
    for path, attributes in elements(archive.chunks(part)):
        if path[-1] == "numFmt":
            codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif path[-2:] == ("cellXfs", "xf"):
            used.append(_number(attributes.get("numFmtId")))
    if len(used) > MAX_STYLES:
        raise IntakeError(DAMAGED)
    made = {one: render_of(one, codes.get(one), since_1904=since_1904) for one in set(used)}
    return tuple(made[one] for one in used)


def _number(text: str | None) -> int:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,9}", text) else 0


def _keywords(archive: Archive) -> str:
    if _CORE not in archive:
        return ""
    found: list[str] = []
    inside = False

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal inside
        inside = name.rpartition(":")[2] == "keywords"

    def end(_: str) -> None:
        nonlocal inside
        inside = False

    def text(data: str) -> None:
        if inside:
            found.append(data)

    for _ in feed(parser(start, end, text), archive.chunks(_CORE)):
        pass
    return "".join(found)
