"""Which sheet of a workbook is read, and what a workbook may call itself."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from xlsx import Maker, Sheet, book
from xlsxwriter import Workbook

from bookshift_io.export.marker import PEOPLE_MARKER, WORKBOOK_KEYWORD
from bookshift_io.intake.intake import Intake
from bookshift_io.intake.read import read_portfolio

ACCOUNTS = [["Account ID", "Account Name", "ARR", "CSM"], ["A1", "Acme", 5, "C1"], ["A2", "Beta", 6, "C1"]]
CSMS = [["CSM ID", "Name", "Email", "Languages", "FTE"], ["C1", "Ada", "ada@example.com", "en", 1]]
ROSTER = b"csm_id,name\nC1,Ada\n"


def made(**sheets: list[list[object]] | Sheet) -> bytes:
    return Maker().make(
        {
            name.replace("_", " "): one if isinstance(one, Sheet) else Sheet(one)
            for name, one in sheets.items()
        }
    )


def names(intake: Intake) -> list[str]:
    assert intake.portfolio is not None, (intake.questions, intake.findings)
    return [one.name for one in intake.portfolio.accounts]


def read(data: bytes, answers: Mapping[str, str] | None = None) -> Intake:
    return read_portfolio(data, ROSTER, answers=answers)


def test_one_workbook_holds_accounts_and_csms(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    notes = [["Read me"], ["Prepared by Ada for the account planning of 2026"]]
    path.write_bytes(made(Notes=notes, Team=CSMS, Customers=ACCOUNTS))

    intake = read_portfolio(path, path)

    assert names(intake) == ["Acme", "Beta"]
    assert intake.portfolio is not None
    assert [one.name for one in intake.portfolio.csms] == ["Ada"]
    assert [str(one) for one in intake.findings if one.kind == "sheets"] == [
        "book.xlsx:Customers: the sheet 'Customers' is read; these are not: 'Notes', 'Team'",
        "book.xlsx:Team: the sheet 'Team' is read; these are not: 'Notes', 'Customers'",
    ]


def test_two_sheets_that_both_look_like_accounts_are_a_question_that_an_answer_settles() -> None:
    data = made(Q1=ACCOUNTS, Q2=[ACCOUNTS[0], ["A9", "Zeta", 1, "C1"]], Team=CSMS)

    [question] = read(data).questions
    assert (question.key, question.choices) == ("accounts.sheet", ("Q1", "Q2"))
    assert question.samples == ("Q1: A1 | Acme | 5 | C1", "Q2: A9 | Zeta | 1 | C1")
    answered = read(data, {"accounts.sheet": "Q2"})
    assert names(answered) == ["Zeta"]
    assert answered.mapping.answers["accounts.sheet"] == "Q2"
    wrong = read(data, {"accounts.sheet": "Q3"})
    assert (wrong.questions, wrong.portfolio) != ((), None)
    assert any("is no answer to accounts.sheet" in one.message for one in wrong.findings)


def test_a_hidden_sheet_is_read_when_it_is_the_answer_or_the_only_one() -> None:
    old = Sheet([ACCOUNTS[0], ["A9", "Old", 1, "C1"]], state="veryHidden")

    assert names(read(made(Now=ACCOUNTS, Old=old))) == ["Acme", "Beta"]
    assert names(read(made(Now=ACCOUNTS, Old=old), {"accounts.sheet": "Old"})) == ["Old"]
    assert names(read(made(Empty=[], Old=old))) == ["Old"]


def test_rows_above_and_under_a_table_that_starts_in_the_middle_of_a_sheet() -> None:
    rows = [
        ["", "Accounts by CSM"],
        [],
        ["", "Account", "", "", "", "Renewal", "", "Total"],
        ["", "Account ID", "", "Account Name", "ARR", "Date", "Amount", "Amount"],
        ["", "A1", "", "Acme", 5, "2026-12-31", 4, 9],
        [],
        ["", "A2", "", "Beta", 6, "2027-01-31", 5, 11],
        ["", "Total", "", "", 11],
    ]
    intake = read(book(rows))

    assert intake.portfolio is not None
    assert [(one.id, one.arr, one.extra["Total Amount"]) for one in intake.portfolio.accounts] == [
        ("A1", 5, "9"),
        ("A2", 6, "11"),
    ]
    assert (intake.accounts.rows_read, intake.accounts.blank, intake.accounts.arr_read) == (3, 1, 11)
    assert {(one.row, one.message) for one in intake.findings if one.row} == {
        (1, "a line before the header, no record"),
        (3, "a line before the header, no record"),
        (4, "repeated column names carry the name of the group above them"),
        (8, "a footer line, not an account"),
    }


def test_cells_beside_a_table_are_a_column_that_is_named_and_told() -> None:
    intake = read(book([[*ACCOUNTS[0]], [*ACCOUNTS[1]], [*ACCOUNTS[2], "", "call them!"]]))

    assert intake.portfolio is not None
    assert intake.portfolio.accounts[1].extra == {"column 6": "call them!"}


@pytest.mark.parametrize("keywords", [WORKBOOK_KEYWORD, f"plan; {WORKBOOK_KEYWORD}, x"])
def test_a_workbook_made_for_people_is_refused(keywords: str) -> None:
    made_by = io.BytesIO()
    with Workbook(made_by, {"in_memory": True}) as workbook:
        workbook.set_properties({"keywords": keywords})
        workbook.add_worksheet("Accounts").write_row(0, 0, ACCOUNTS[0])
    for data in (made_by.getvalue(), book([[PEOPLE_MARKER, *ACCOUNTS[0]], [1, *ACCOUNTS[1]]])):
        [finding] = [one for one in read(data).findings if one.severity == "error"]
        assert finding.message.startswith("this export was made for people")


def test_names_of_sheets_are_shown_without_what_a_terminal_obeys() -> None:
    data = Maker().make({"A\u202e1": Sheet(ACCOUNTS), "Other": Sheet([["x"]])})

    [told] = [one for one in read(data).findings if one.kind == "sheets"]
    assert told.file == "accounts.csv:A\N{REPLACEMENT CHARACTER}1"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xlsx", b"account_id,name,arr\nA1,Acme,5\n", "this is no workbook, whatever its name"),
        ("a.csv", book([["account_id", "name", "arr"], ["A1", "Acme", 5]]), "this is a workbook, whatever"),
    ],
)
def test_a_file_under_another_name_is_read_as_what_it_is(
    tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    intake = read_portfolio(path, ROSTER)

    assert names(intake) == ["Acme"]
    assert any(one.message.startswith(said) for one in intake.findings)


def test_rejected_rows_of_a_sheet_come_back_as_csv_and_are_read_again() -> None:
    data = book([["account_id", "name", "arr"], ["A1", "Acme", 5], ["A2", "Beta", "lots"]])
    intake = read(data)
    text = intake.rejects_csv("accounts")

    assert text.splitlines()[1].startswith("3,")
    again = read(text.replace("lots", "7").encode())
    assert again.portfolio is not None
    assert [(one.id, one.arr) for one in again.portfolio.accounts] == [("A2", 7)]
