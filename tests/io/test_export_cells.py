from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshift_io.export.cells import cell_text, number_text, visible
from bookshift_io.export.marker import PEOPLE_MARKER, is_for_people
from bookshift_io.export.sheets import FOR_PEOPLE, Column, Sheet
from bookshift_io.intake.read import read_portfolio

DANGEROUS = "=+-@\t\r＝＋－＠"  # noqa: RUF001 - a spreadsheet takes the wide forms for the narrow ones
hostile = st.text(
    st.sampled_from("aé=+-@'\",;|\t\r\n\x1b\u202e\u200b \U0001f600") | st.characters(codec="utf-8")
)


def rows_of(data: bytes, encoding: str = "utf-8") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode(encoding), newline=""), strict=True))


def sheet(*columns: Column) -> Sheet:
    return Sheet(stem="any", columns=columns, arr=0)


@given(st.lists(st.tuples(hostile, hostile), min_size=1, max_size=5), hostile)
@settings(deadline=None)
def test_a_csv_reader_gets_every_text_back(pairs: list[tuple[str, str]], header: str) -> None:
    names, notes = zip(*pairs, strict=True)
    data = sheet(Column("name", names), Column(header, notes)).to_csv()
    assert rows_of(data) == [["name", header], *map(list, pairs)]
    assert not data.startswith(b"\xef\xbb\xbf")
    assert data.startswith(b"name,")
    assert data.endswith(b"\r\n")


@given(st.lists(hostile, min_size=1, max_size=5), hostile)
@settings(deadline=None)
def test_no_cell_for_people_starts_like_a_formula_however_the_file_is_split(
    names: list[str], header: str
) -> None:
    text = sheet(Column(header, names)).to_csv(FOR_PEOPLE["comma"]).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not any(cell.startswith(tuple(DANGEROUS)) for cell in cells)
    for delimiter in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            for cell in row:
                assert not cell.lstrip('"\t\r\n').startswith(tuple(DANGEROUS))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=", "＝1"])  # noqa: RUF001 - a wide = runs, too
def test_a_formula_gets_an_apostrophe_for_people_only(text: str) -> None:
    assert cell_text(text, "people").startswith("'" + visible(text[0]))
    assert cell_text(text, "system") == text


@pytest.mark.parametrize("text", ["x;=1", "x\n=1", "x\r\n@a", 'x;"=1"', "x|+1", "x\t-1"])
def test_so_does_what_a_spreadsheet_with_another_delimiter_would_run(text: str) -> None:
    assert cell_text(text, "people").replace("'", "", 1) == visible(text) != cell_text(text, "people")


def test_a_terminal_that_prints_the_files_for_people_obeys_nothing_in_them() -> None:
    hostile = "a\x1b]52;c;eA==\x07b\u202ec\x9b2Jd\u200be\u2028f\ng"
    assert cell_text(hostile, "people").isprintable()
    assert cell_text(hostile, "system") == hostile


@pytest.mark.parametrize("text", ["Acme", "A-1", "a=b", "a@b.example", "'quoted", "1 - 2", ""])
def test_harmless_text_stays_as_it_is_for_people(text: str) -> None:
    assert cell_text(text, "people") == text


def test_negative_numbers_stay_numbers_for_people() -> None:
    assert cell_text(-1234567.5, "people") == "-1234567.5"
    assert cell_text(-3, "people") == "-3"


def test_people_get_four_decimals_and_programs_all() -> None:
    assert cell_text(2 / 3, "people") == "0.6667"
    assert float(cell_text(2 / 3, "system")) == 2 / 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (date(2026, 3, 1), "2026-03-01"),
        (("api", "sso"), "api;sso"),
        (12, "12"),
        (1200.0, "1200"),
        (1200.5, "1200.5"),
        (1e-7, "0.0000001"),
        (1e20, "100000000000000000000"),
        (-0.0, "0"),
    ],
)
def test_values_have_one_spelling(value: bool | date | tuple[str, ...] | float | None, text: str) -> None:
    assert cell_text(value, "system") == text


def read_back(value: float) -> tuple[float | None, int]:
    """What an import makes of a column with this one health trend, and how many questions it has."""
    accounts = f"account_id,name,arr,health_trend\r\nA1,Acme,1,{number_text(value)}\r\n".encode()
    intake = read_portfolio(accounts, b"csm_id,name\r\nC1,Ada\r\n", as_of=date(2026, 1, 5))
    found = None if intake.portfolio is None else intake.portfolio.accounts[0].health_trend
    return found, len(intake.questions)


@given(st.floats(-1e15, 1e15).filter(lambda value: value == 0 or abs(value) > 1e-30))
@settings(deadline=None)
def test_an_import_reads_the_same_number_and_need_not_ask_about_the_decimals(value: float) -> None:
    assert re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", number_text(value))
    assert read_back(value) == (value, 0)


@pytest.mark.parametrize("value", [12.345, 1.5, 1.125, -999.999, 0.125, 1234.125, 123456.0])
def test_three_decimals_are_not_taken_for_thousands(value: float) -> None:
    assert read_back(value) == (value, 0)


def test_files_for_people_are_marked_and_numbered() -> None:
    data = sheet(Column("name", ["Zoë", "Al"])).to_csv(FOR_PEOPLE["comma"])
    assert data.startswith(b"\xef\xbb\xbf")
    rows = rows_of(data, "utf-8-sig")
    assert rows == [[PEOPLE_MARKER, "name"], ["1", "Zoë"], ["2", "Al"]]
    assert is_for_people(rows[0])
    assert is_for_people(["name", f"\ufeff'{PEOPLE_MARKER} "])


def test_files_for_programs_are_not_marked() -> None:
    assert not is_for_people(rows_of(sheet(Column("name", ["Al"])).to_csv())[0])


def test_a_lone_surrogate_does_not_stop_an_export() -> None:
    assert rows_of(sheet(Column("name", ["a\ud800b"])).to_csv()) == [["name"], ["a?b"]]
