"""Workbooks made part by part, as spreadsheet programs write them and as they do not."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"


@dataclass(frozen=True)
class Cell:
    """A cell as it stands in the file: its content as XML, its type, and its number format."""

    inner: str
    kind: str = "n"
    code: str | int | None = None


def number(value: object, code: str | int | None = None) -> Cell:
    return Cell(f"<v>{value}</v>", "n", code)


def error(text: str) -> Cell:
    return Cell(f"<f>1/0</f><v>{text}</v>", "e")


@dataclass
class Sheet:
    rows: Sequence[Sequence[object]]
    state: str = "visible"
    before: str = ""
    """XML between the root and the rows."""
    after: str = ""
    hidden_rows: frozenset[int] = frozenset()


@dataclass
class Maker:
    """Collects shared texts and formats while sheets are written."""

    since_1904: bool = False
    keywords: str = ""
    shared: bool = True
    parts: dict[str, str | bytes] = field(default_factory=dict)
    """Further parts, which go before the made ones of the same name."""
    texts: dict[str, int] = field(default_factory=dict)
    codes: dict[str | int, int] = field(default_factory=dict)

    def cell(self, place: str, value: object) -> str:
        if isinstance(value, str):
            if not self.shared:
                return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
            at = self.texts.setdefault(value, len(self.texts))
            return f'<c r="{place}" t="s"><v>{at}</v></c>'
        if isinstance(value, bool):
            return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
        one = value if isinstance(value, Cell) else number(value)
        style = ""
        if one.code is not None:
            style = f' s="{self.codes.setdefault(one.code, len(self.codes) + 1)}"'
        return f'<c r="{place}" t="{one.kind}"{style}>{one.inner}</c>'

    def sheet(self, one: Sheet) -> str:
        lines = []
        for at, row in enumerate(one.rows, 1):
            cells = "".join(
                self.cell(f"{letters(column)}{at}", value)
                for column, value in enumerate(row)
                if value is not None and value != ""
            )
            hidden = ' hidden="1"' if at in one.hidden_rows else ""
            lines.append(f'<row r="{at}"{hidden}>{cells}</row>')
        return (
            f'<worksheet xmlns="{MAIN}">{one.before}<sheetData>{"".join(lines)}</sheetData>'
            f"{one.after}</worksheet>"
        )

    def make(self, sheets: Mapping[str, Sheet]) -> bytes:
        made: dict[str, str | bytes] = {
            f"xl/worksheets/sheet{i}.xml": self.sheet(one) for i, one in enumerate(sheets.values(), 1)
        }
        made["xl/workbook.xml"] = (
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">'
            f'<workbookPr date1904="{int(self.since_1904)}"/><sheets>'
            + "".join(
                f'<sheet name={quoteattr(name)} sheetId="{i}" state="{one.state}" r:id="r{i}"/>'
                for i, (name, one) in enumerate(sheets.items(), 1)
            )
            + "</sheets></workbook>"
        )
        made["xl/_rels/workbook.xml.rels"] = relations(
            [
                *((f"r{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)),
                ("s", "sharedStrings", "sharedStrings.xml"),
                ("f", "styles", "/xl/styles.xml"),
            ]
        )
        made["_rels/.rels"] = relations([("r1", "officeDocument", "xl/workbook.xml")])
        texts = "".join(f'<si><t xml:space="preserve">{escape(one)}</t></si>' for one in self.texts)
        made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{texts}</sst>'
        made["xl/styles.xml"] = self.styles()
        made["docProps/core.xml"] = (
            f'<cp:coreProperties xmlns:cp="{CORE}"><cp:keywords>{escape(self.keywords)}</cp:keywords>'
            "</cp:coreProperties>"
        )
        return archive(made | self.parts)

    def styles(self) -> str:
        own = {code: 164 + i for i, code in enumerate(self.codes) if isinstance(code, str)}
        codes = "".join(
            f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for code, number in own.items()
        )
        used = "".join(f'<xf numFmtId="{own.get(str(code), code)}"/>' for code in self.codes)
        return (
            f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/>'
            f'</cellStyleXfs><cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
        )


def book(rows: Sequence[Sequence[object]], name: str = "Accounts", **options: object) -> bytes:
    """A workbook with one sheet."""
    return Maker(**options).make({name: Sheet(rows)})


def relations(found: Iterable[tuple[str, str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="{one}" Type="{OFFICE}/{kind}" Target="{target}"/>' for one, kind, target in found
    )
    return f'<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return made.getvalue()


def letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
