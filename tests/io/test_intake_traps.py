"""Thirty-eight files that spreadsheets, CRMs and their users really make, each with one trap."""

from __future__ import annotations

from datetime import date

import pytest

from bookshift_io.intake.intake import Intake
from bookshift_io.intake.read import read_portfolio
from bookshift_model.portfolio import Account

CSMS = b"csm_id,name\nC1,Ada\n"
NO_ARR = {"accounts.column.arr": "none"}
ID_IS_NAME = {"accounts.column.name": "Id"}


def read(data: bytes, answers: dict[str, str] | None = None) -> Intake:
    intake = read_portfolio(data, CSMS, answers=answers, as_of=date(2026, 6, 1))
    assert intake.accounts.rows_read == (
        intake.accounts.accepted + intake.accounts.rejected + intake.accounts.blank + intake.accounts.totals
    )
    assert (intake.portfolio is None) == bool(intake.questions or intake.refused)
    return intake


def accounts(data: bytes, answers: dict[str, str]) -> tuple[Account, ...]:
    assert {one.key for one in read(data).questions} == set(answers), "asks just that"
    intake = read(data, answers)
    assert intake.portfolio is not None
    return intake.portfolio.accounts


def names(data: bytes) -> list[str]:
    return [one.name for one in accounts(data, NO_ARR)]


def ids(data: bytes) -> list[str]:
    intake = read(data, NO_ARR | ID_IS_NAME)
    assert intake.portfolio is not None
    return [one.id for one in intake.portfolio.accounts]


def arr(data: bytes) -> list[float]:
    return [one.arr for one in accounts(data, ID_IS_NAME)]


def error(data: bytes) -> str:
    intake = read(data)
    assert intake.refused
    return "\n".join(str(one) for one in intake.findings if one.severity == "error")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            b"Id,Name,Country\n1,NA,NA\n2,None,Namibia\n3,null,NULL\n4,nan,n/a\n5,N/A,\n6,-,#N/A\n",
            ["NA", "None", "null", "nan", "N/A", "-"],
            id="companies called NA",
        ),
        pytest.param(b"\xef\xbb\xbfAccount ID,Name\n1,Acme\n", ["Acme"], id="byte order mark"),
        pytest.param(b"Account ID,Name\n1,Caf\xe9 \x80 \x92s\n", ["Café € ’s"], id="cp1252"),
        pytest.param(b"Id,Name\n1,Caf\xe9\n2,ok\n", ["Café", "ok"], id="one byte that is not UTF-8"),
        pytest.param("Account ID,Name\n1,Café\n".encode("utf-16"), ["Café"], id="utf-16"),
        pytest.param(b"Id,Name\r1,Acme\r2,Beta\r", ["Acme", "Beta"], id="CR only"),
        pytest.param(b"Id,Name\n1,Acme\xc2\xa0\n2,Acme\n", ["Acme", "Acme"], id="no-break space"),
        pytest.param(b"Id , Name \n 1 , Acme \n", ["Acme"], id="spaces"),
        pytest.param(
            b'Id,Name\n1,"=HYPERLINK(""http://x"",""y"")"\n2,+1 555\n3,-5\n4,@SUM(A1)\n',
            ['=HYPERLINK("http://x","y")', "+1 555", "-5", "@SUM(A1)"],
            id="formulas",
        ),
        pytest.param(
            b'Id,Name\n1,Acme "The Best" Inc\n2,"Say ""hi"""\n',
            ['Acme "The Best" Inc', 'Say "hi"'],
            id="inner quotation marks",
        ),
        pytest.param(b"Id,Name\n1,True\n2,False\n3,Yes\n", ["True", "False", "Yes"], id="names like flags"),
    ],
)
def test_names_stay_what_they_are(data: bytes, expected: list[str]) -> None:
    assert names(data) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            b"Id\n12345678901234567890\n9007199254740993\n",
            ["12345678901234567890", "9007199254740993"],
            id="integers over 2^53",
        ),
        pytest.param(b"Id,N\n1e5,a\n00E1,b\n12E3,c\n5D2,d\n", ["1e5", "00E1", "12E3", "5D2"], id="e ids"),
        pytest.param(b"Id\n9007199254740993\n\n5\n", ["9007199254740993", "5"], id="a blank among integers"),
        pytest.param(b"Id,Renewal\n001,31/12/2026\n", ["001"], id="leading zeros"),
        pytest.param(
            b"Id,V\n" + b"".join(b"%d,x\n" % i for i in range(1000, 31000)) + b"00042,x\n",
            [*map(str, range(1000, 31000)), "00042"],
            id="a leading zero after 30,000 rows",
        ),
        pytest.param(
            b"Id,V\n" + b"".join(b"%d,%d\n" % (i, i) for i in range(30000)) + b"30000,abc\n",
            [*map(str, range(30001))],
            id="a text after 30,000 numbers",
        ),
        pytest.param(b'Id,Note\n1,"line one\nline two"\n2,x\n', ["1", "2"], id="a line end in a cell"),
        pytest.param(b"Id,Note\n1," + b"x" * 200_000 + b"\n", ["1"], id="a cell of 200,000 characters"),
    ],
)
def test_ids_stay_what_they_are(data: bytes, expected: list[str]) -> None:
    assert ids(data) == expected


def test_ids_and_postcodes_keep_their_zeros() -> None:
    data = b"Id,Zip\n00123,02139\n0045,10001\n"

    assert [(one.id, one.extra) for one in accounts(data, NO_ARR | ID_IS_NAME)] == [
        ("00123", {"Zip": "02139"}),
        ("0045", {"Zip": "10001"}),
    ]


def test_salesforce_ids_that_differ_by_case_only_are_two_accounts() -> None:
    data = b"Id\n0015000000XyZAb\n0015000000xyZAb\n0015000000XyZAbIAV\n"

    assert ids(data) == ["0015000000XyZAb", "0015000000xyZAb", "0015000000XyZAbIAV"]
    findings = read(data, NO_ARR | ID_IS_NAME).findings
    doubt = next(one for one in findings if one.value == "0015000000XyZAbIAV")
    assert (doubt.row, "wrong check characters" in doubt.message) == (4, True)


def test_both_forms_of_one_salesforce_id_are_one_account() -> None:
    intake = read(b"Id,Name,ARR\n0015000000XyZAb,Acme,1\n0015000000XyZAbAAN,Acme,1\n")

    assert intake.accounts.rejected == 1
    assert any("already stands in row 2" in one.message and one.row == 3 for one in intake.findings)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"Id;ARR\n1;1.234,56\n2;99,5\n", [1234.56, 99.5], id="semicolon, decimal comma"),
        pytest.param(b"sep=;\nId;ARR\n1;5\n", [5], id="sep hint"),
        pytest.param(b"Id\tARR\n1\t5\n2\t6\n", [5, 6], id="tabs"),
        pytest.param(b"Report: Accounts\nGenerated 2026-01-01\n\nId,ARR\n1,5\n", [5], id="preamble"),
        pytest.param(b"Id,ARR\n1,5\n2,6\nTotal,11\n", [5, 6], id="total line"),
        pytest.param(b"Id,,ARR\n1,x,5\n", [5], id="a column without a name"),
    ],
)
def test_amounts_are_found(data: bytes, expected: list[float]) -> None:
    assert arr(data) == expected


def test_a_column_without_a_name_is_named_kept_and_reported() -> None:
    data = b"Id,,ARR\n1,x,5\n"

    assert accounts(data, ID_IS_NAME)[0].extra == {"column 2": "x"}
    assert any("column 2 has no name" in one.message for one in read(data).findings)


def test_a_total_that_is_no_total_is_an_account() -> None:
    intake = read(b"Id,Name,ARR\n1,Acme,5\nTotal,Total,9\n")

    assert intake.portfolio is not None
    assert [one.name for one in intake.portfolio.accounts] == ["Acme", "Total"]


def test_mixed_currencies_are_asked_about_with_their_rows() -> None:
    data = 'Id,ARR\n1,"$1,234.56"\n2,1.2M\n3,€500\n4,(300)\n'.encode()

    intake = read(data, ID_IS_NAME)
    assert intake.portfolio is None
    assert any("$ in row 2, EUR in row 4" in one.text for one in intake.questions)
    assert any((one.row, one.value) == (5, "(300)") for one in intake.findings)


def test_a_day_above_12_proves_the_order_wherever_it_stands() -> None:
    few = b"Id,Renewal\n1,03/04/2026\n2,31/12/2026\n3,2026-05-06\n4,6-May-26\n5,45678\n"
    late = b"Id,Renewal\n" + b"".join(b"%d,01/02/2026\n" % i for i in range(120)) + b"999,31/12/2026\n"

    answers = NO_ARR | ID_IS_NAME
    assert [one.renewal for one in accounts(few, answers)] == [
        date(2026, 4, 3),
        date(2026, 12, 31),
        date(2026, 5, 6),
        date(2026, 5, 6),
        date(2025, 1, 21),
    ]
    assert {one.renewal for one in accounts(late, answers)} == {date(2026, 2, 1), date(2026, 12, 31)}


def test_percent_is_a_score() -> None:
    data = b"Id,Health\n1,87%\n2,5.5%\n"

    assert [one.health for one in accounts(data, NO_ARR | ID_IS_NAME)] == [87, 5.5]


def test_which_of_two_columns_of_one_name_is_asked() -> None:
    data = b"Id,Name,Name\n1,a,b\n"

    question = next(one for one in read(data).questions if one.key == "accounts.column.name")
    assert question.choices == ("Name", "Name (2)")
    account = accounts(data, NO_ARR | {"accounts.column.name": "Name (2)"})[0]
    assert (account.name, account.extra) == ("b", {"Name": "a"})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", "accounts.csv: the file is empty", id="empty"),
        pytest.param(b"Id,Name\n", "no row that can be used", id="header only"),
        pytest.param(b"Id,Name\n1,A\0B\n", "accounts.csv, row 2: a NUL character", id="NUL"),
        pytest.param(
            "Id,Näme\n".encode() + b"\xff\xe9\n1,A\0B\n",
            "accounts.csv, row 3: a NUL character",
            id="NUL where the encoding is a question too",
        ),
        pytest.param(
            b'Id,Name\n1,"Acme\n2,Beta\n3,Gamma\n', "row 2: a quotation mark opens a cell", id="open quote"
        ),
        pytest.param(
            b"Id,Name,ARR\n1,Acme,5,9\n2,Beta,6,8\n", "row 2: row rejected: it has 4 cells", id="all too long"
        ),
        pytest.param(b"\xff\xfea", "the byte order mark says utf-16", id="cut UTF-16"),
        pytest.param(b"Id,Name\n1,\x81\xff\n", "row 2: the file is neither UTF-8", id="no encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data: bytes, expected: str) -> None:
    assert expected in error(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"Id,Name,ARR\n1,Acme,5\n2,Beta,6,EXTRA\n", id="long"),
        pytest.param(b"Id,Name,ARR\n1,Acme,5\n2,Beta\n", id="short"),
    ],
)
def test_a_misshapen_row_is_rejected_and_the_other_kept(data: bytes) -> None:
    intake = read(data)

    assert intake.portfolio is not None
    assert [one.id for one in intake.portfolio.accounts] == ["1"]
    assert [one.line for one in intake.rejects["accounts"][1]] == [3]


def test_an_arr_that_is_said_to_be_missing_keeps_its_account() -> None:
    intake = read(b"Id,Name,ARR\n1,A,5\n2,B,tbd\n3,C,N/A\n4,D,\n5,E,?\n6,F,k.A.\n7,G,12x\n")

    assert intake.portfolio is not None
    assert [one.id for one in intake.portfolio.accounts if "arr" in one.imputed] == list("23456")
    assert [one.line for one in intake.rejects["accounts"][1]] == [8]
    named = {(one.row, one.value) for one in intake.findings if one.severity == "error"}
    assert {(3, "tbd"), (4, "N/A"), (5, None), (6, "?"), (7, "k.A.")} < named


SUBTOTALS = b"""Id,Name,Owner,Segment,ARR
1,A,,x,5
2,B,,x,7
,Summe Tier A,,,12
3,C,,x,30
Zwischensumme,,,,30
4,Total,,x,30
,Gesamt,,,72
"""


def test_subtotals_are_left_out_and_said_once() -> None:
    intake = read(SUBTOTALS)

    assert intake.portfolio is not None
    assert [one.id for one in intake.portfolio.accounts] == ["1", "2", "3", "4"]
    assert (intake.accounts.totals, intake.accounts.blank) == (3, 0)
    assert intake.accounts.arr_read == intake.accounts.arr_accepted == 72
    assert not [one for one in intake.findings if one.severity == "error"]
    assert [one.message for one in intake.findings if one.kind == "subtotals"] == [
        "3 rows sum up the rows above them and were left out: row 4, 6, 8"
    ]


@pytest.mark.parametrize(("answer", "ids"), [("leave out", "1 2 3"), ("accounts", "1 2 Gesamt 3")])
def test_a_total_of_other_rows_is_asked_about(answer: str, ids: str) -> None:
    data = b"Id,Name,Owner,Segment,ARR\n1,A,,x,5\n2,B,,x,7\nGesamt,,,,900\n3,C,,x,30\nTotal,,,,42\n"
    (question,) = read(data).questions
    assert question.key == "accounts.totals"
    assert question.samples == ("row 4: Gesamt",)
    intake = read(data, answers={"accounts.totals": answer})
    assert intake.portfolio is not None
    assert [one.id for one in intake.portfolio.accounts] == ids.split()
    said = [one.message for one in intake.findings if one.kind == "subtotals"]
    left_out = "left out as totals, as was answered: row 4"
    assert (left_out in said) == (answer == "leave out")


def test_a_row_without_an_id_that_adds_up_nothing_is_an_error_still() -> None:
    intake = read(b"Id,Name,Owner,Segment,ARR\n1,A,,x,5\n2,B,,x,7\n,Total Energies,,,19\n3,C,,x,1\n")

    assert intake.accounts.rejected == 1
    assert intake.accounts.arr_read == 32


def test_lines_of_a_report_below_its_records_are_no_records() -> None:
    data = (
        b"Id,Name,Owner,Segment,ARR\n1,A,,x,5\n2,B,,x,7\n\nAccounts by Tier\n"
        b"Copyright 2026 Salesforce, Inc.\n"
        b"Confidential Information - Do Not Distribute\nGenerated By: Ada King\nNorthwind GmbH\n"
    )
    intake = read(data)

    assert intake.accounts.rejected == 0
    assert sum(one.kind == "footer" for one in intake.findings) == 5
    apart = read(b"Id,Name,Owner,Segment,ARR\n1,A,,x,5\n\n0015X,,,,\n")
    assert apart.accounts.rejected == 1, "one cell that may be an id"
