"""The workbook: safe to open, marked as for people, and legible in any spreadsheet program."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import pytest
from report_rig import APPROVED, FORMULA, HOSTILE, made, small

from bookshift_io.export.marker import PEOPLE_MARKER, WORKBOOK_KEYWORD
from bookshift_model.decisions import Decisions, Pin

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Book:
    """Sheets of an XLSX as rows of (text, kind), read from its XML."""

    def __init__(self, content: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        names = ET.fromstring(self.zip.read("xl/workbook.xml")).iter(f"{MAIN}sheet")  # noqa: S314 - our own
        self.sheets = {one.attrib["name"]: k for k, one in enumerate(names, 1)}
        self.core = self.zip.read("docProps/core.xml").decode()

    def xml(self, name: str) -> ET.Element:
        return ET.fromstring(self.zip.read(f"xl/worksheets/sheet{self.sheets[name]}.xml"))  # noqa: S314 - our own

    def rows(self, name: str) -> list[dict[str, tuple[str, str]]]:
        return [
            {
                re.sub(r"\d", "", cell.attrib["r"]): ("".join(cell.itertext()), cell.attrib.get("t", "n"))
                for cell in row
            }
            for row in self.xml(name).iter(f"{MAIN}row")
        ]

    def table(self, name: str) -> list[dict[str, tuple[str, str]]]:
        head, *rows = self.rows(name)
        return [{head[k][0]: value for k, value in one.items() if k in head} for one in rows]


def test_the_workbook_has_six_sheets_marked_as_for_people() -> None:
    book = Book(made("workbook")["workbook-draft.xlsx"])
    assert list(book.sheets) == ["Summary", "Books", "Moves", "Accounts", "Policy and rules", "Findings"]
    assert f"<cp:keywords>{WORKBOOK_KEYWORD}</cp:keywords>" in book.core
    for name in ("Books", "Moves", "Accounts", "Findings"):
        assert PEOPLE_MARKER in [text for text, _ in book.rows(name)[0].values()]
        sheet = book.xml(name)
        (pane,) = sheet.iter(f"{MAIN}pane")
        assert pane.attrib["state"] == "frozen"
        assert sheet.find(f"{MAIN}autoFilter") is not None


def test_no_cell_is_a_formula_a_link_or_a_number_that_was_text() -> None:
    book = Book(made("workbook")["workbook-draft.xlsx"])
    for name in book.sheets:
        assert not list(book.xml(name).iter(f"{MAIN}f"))
        assert book.xml(name).find(f"{MAIN}hyperlinks") is None
    accounts = book.table("Accounts")
    assert accounts[1]["Name"] == (FORMULA, "inlineStr")
    assert accounts[0]["Name"][0] == HOSTILE.replace("\u202e", "\N{REPLACEMENT CHARACTER}")
    assert book.table("Findings")[0]["Value"] == (FORMULA, "inlineStr")


def test_figures_are_numbers_and_words_stand_beside_colours() -> None:
    problem = small()
    book = Book(made("workbook", problem=problem)["workbook-draft.xlsx"])
    accounts = book.table("Accounts")
    assert accounts[0]["ARR"] == ("100000", "n")
    moves = {one["Account id"][0]: one for one in book.table("Moves")}
    assert set(moves) == {"A1", "A3"}
    rise = float(moves["A1"]["Expected churn change"][0])
    churn = problem.data.churn
    assert rise == pytest.approx(100_000 * (churn[0, 1] - churn[0, 0]), abs=0.005)
    assert moves["A1"]["Change"][0] == ("worse" if rise > 0 else "better")
    assert all(
        one["Band"][0] in {"idle", "room", "target", "watch", "act", "overload"}
        for one in book.table("Books")
    )
    assert sum(float(one["ARR plan"][0]) for one in book.table("Books")) == 100_520.0


def test_an_approved_workbook_says_so() -> None:
    book = Book(made("workbook", APPROVED)["workbook.xlsx"])
    assert "APPROVED by ann on 6 January 2026" in book.core
    assert ("APPROVED by ann on 6 January 2026", "inlineStr") in [
        cell for row in book.rows("Summary") for cell in row.values()
    ]


def test_what_is_wrapped_has_the_height_for_it() -> None:
    pins = Decisions([Pin(account="A1", csm="C2", reason="word " * 40), Pin(account="A3", csm="C2")])
    book = Book(made("workbook", problem=small().with_decisions(pins))["workbook-draft.xlsx"])

    def heights(name: str) -> list[float]:
        return [float(one.attrib.get("ht", 15)) for one in book.xml(name).iter(f"{MAIN}row")]

    head, *moves = heights("Moves")
    assert head >= 30, "“Expected churn change” is wider than its figures"
    found = {one["Account id"][0]: high for one, high in zip(book.table("Moves"), moves, strict=True)}
    assert found == {"A1": 60, "A3": 15}
    summary = book.xml("Summary")
    merged = [one.attrib["ref"] for one in summary.iter(f"{MAIN}mergeCell")]
    sentences = {
        one.attrib["r"]: float(one.attrib.get("ht", 15))
        for one in summary.iter(f"{MAIN}row")
        if any(len("".join(cell.itertext())) > 200 for cell in list(one)[:1])
    }
    assert merged == [f"A{row}:E{row}" for row in sentences]
    assert min(sentences.values()) >= 30
