"""Workbooks on the command line, and how far a long reading is."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from cli_rig import Run
from xlsx import Maker, Sheet, number

from bookshift.cli import output as shown

ACCOUNTS = [
    ["Account ID", "Account Name", "ARR", "CSM ID", "Renewal Date"],
    [number(1, "0000"), "Acme", number("1200.5", "[$€-2]#,##0.00"), "C1", number(46387, 14)],
    [number(2, "0000"), "Beta", number(800, "[$€-2]#,##0.00"), "C2", number(46388, 14)],
]
CSMS = [["CSM ID", "Name", "Email"], ["C1", "Ada", "ada@example.com"], ["C2", "Bo", "bo@example.com"]]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    path.write_bytes(Maker().make({"Customers": Sheet(ACCOUNTS), "Team": Sheet(CSMS)}))
    return path


def test_one_workbook_is_imported_and_planned(run: Run, book: Path, tmp_path: Path) -> None:
    assert run("init", tmp_path / "w")[0] == 0
    both = ("--as-of", "2026-01-05", "--json")
    code, out, _ = run("import", "-w", tmp_path / "w", "--accounts", book, "--csms", book, *both)

    assert code == 0
    found = json.loads(out)
    assert (found["rows_read"], found["accepted"], found["arr_accepted"]) == (2, 2, 2000.5)
    assert {one["file"] for one in found["findings"]} <= {"book.xlsx:Customers", "book.xlsx:Team"}

    code, out, _ = run("plan", book, book, *both)
    assert code == 0
    assert set(json.loads(out)["baseline"]["books"]) == {"C1", "C2"}


def test_a_choice_of_sheets_is_a_question_with_its_answers(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(Maker().make({"Old": Sheet(ACCOUNTS), "New": Sheet(ACCOUNTS[:2]), "Team": Sheet(CSMS)}))
    run("init", tmp_path / "w")
    files = ("import", "-w", tmp_path / "w", "--accounts", path, "--csms", path, "--as-of", "2026-01-05")
    code, out, _ = run(*files)

    assert code == 5
    assert "--answer accounts.sheet=New" in out
    code, out, _ = run(*files, "--answer", "accounts.sheet=New", "--json")
    assert (code, json.loads(out)["accepted"]) == (0, 1)


def test_a_reading_says_how_far_it_is_once_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.StringIO()
    monkeypatch.setattr("sys.stderr", told)
    with shown.reading(shown.Output()) as heard:
        heard("a.csv", 2_000)
    assert told.getvalue() == "", "nothing to say about what takes a moment"

    monkeypatch.setattr(shown, "_PATIENCE", -1.0)
    with shown.reading(shown.Output()) as heard:
        heard("a.csv", 12_000)
        heard("a.csv", 14_000)
    assert told.getvalue() == "a.csv: 12,000 rows read\n", "one line a second"
    with shown.reading(shown.Output(quiet=True)) as heard:
        heard("a.csv", 2_000)
    assert told.getvalue() == "a.csv: 12,000 rows read\n"
