"""Every row is accepted, rejected with a reason or blank, and no ARR comes or goes on the way."""

from __future__ import annotations

import pytest
from intake_rig import conserves, read


def test_one_bad_row_costs_that_row_and_no_other() -> None:
    intake = read(
        b"account_id,name,arr\n"
        b"A1,Acme,5\n"
        b",nobody,7\n"
        b"A1,again,11\n"
        b"\n"
        b"A3,Gamma,abc\n"
        b"A4,Delta,-13\n"
        b"A5,Epsilon,17,surplus\n"
        b'A6,"Zeta"x,19\n'
        b"A7,Eta,23\n"
    )

    assert intake.portfolio is not None
    assert [one.id for one in intake.portfolio.accounts] == ["A1", "A7"]
    assert conserves(intake)
    assert (intake.accounts.rows_read, intake.accounts.rejected, intake.accounts.blank) == (9, 6, 1)
    assert (intake.accounts.arr_read, intake.accounts.arr_accepted) == (5 + 7 + 11 + 23, 28)
    assert intake.accounts.arr_rejected == 7 + 11
    assert intake.accounts.arr_unread == 4, "abc, -13, and two rows whose cells cannot be told apart"
    errors = {one.row: one.message for one in intake.findings if one.severity == "error"}
    assert sorted(row for row in errors if row) == [3, 4, 6, 7, 8, 9]
    assert "already stands in row 2" in errors[4]


def test_rejected_rows_can_be_corrected_and_read_again() -> None:
    first = read(b'account_id,name,arr,Note\nA1,Acme,5,\nA2,=1+1,x,"\'@home"\n')
    rejects = first.rejects_csv("accounts")

    assert rejects.splitlines()[0] == "bookshift_row,bookshift_reason,account_id,name,arr,Note"
    assert rejects.splitlines()[1].startswith("3,")
    assert "'=1+1" in rejects

    second = read(rejects.replace(",x,", ",7,").encode())
    assert second.portfolio is not None
    account = second.portfolio.accounts[0]
    assert (account.id, account.name, account.arr) == ("A2", "=1+1", 7)
    assert account.extra == {"Note": "'@home"}


def test_a_fault_down_a_whole_column_is_counted_not_listed_for_ever() -> None:
    rows = b"".join(b"A%d,Acme,5,soon\n" % i for i in range(250))
    intake = read(b"account_id,name,arr,renewal_date\n" + rows)

    found = [one for one in intake.findings if one.column == "renewal_date"]
    assert len(found) == 101
    assert found[-1].message.startswith("150 more of")


def test_a_row_with_nothing_but_an_id_is_rejected() -> None:
    intake = read(b"account_id,name,arr,segment\nA1,Acme,5,Ent\nsome remark,,,\n")

    assert intake.portfolio is not None
    assert len(intake.portfolio.accounts) == 1
    assert intake.findings[0].row == 3


@pytest.mark.parametrize(
    ("row", "read_in_all"),
    [
        pytest.param("A2,Beta,-1200", 1000, id="below 0"),
        pytest.param("A2,Beta,(1200)", 1000, id="below 0 as accountants write it"),
        pytest.param("A1,Beta,1200", 2200, id="duplicate"),
        pytest.param("A1,Beta,-1200", 1000, id="duplicate below 0"),
        pytest.param(",Beta,1200", 2200, id="no id"),
        pytest.param("A2,Beta,", 1000, id="empty"),
        pytest.param("A2,Beta,soon", 1000, id="unreadable"),
    ],
)
def test_no_more_arr_is_accepted_than_was_read(row: str, read_in_all: float) -> None:
    intake = read(f"id,name,arr\nA1,Acme,1000\n{row}\n".encode())

    counts = intake.accounts
    assert (counts.arr_read, counts.arr_accepted) == (read_in_all, 1000)
    assert counts.arr_rejected >= 0
    assert conserves(intake)


def test_rejected_rows_go_by_a_whole_title_and_those_alike_by_one() -> None:
    rows = b"id,name,arr,region\nA1,Acme,5,x\nA1,B,5,x\nA2,C,5,x\nA2,D;'E,5,x\nX,,,\n"
    kinds = [one.kind for one in read(rows).findings if "row rejected" in one.message]
    assert sorted(set(kinds)) == [
        "row rejected: account id already stands in another row with other values",
        "row rejected: it holds nothing but one cell",
    ]
    assert len(kinds) == 3


def test_rows_are_counted_as_a_spreadsheet_shows_them() -> None:
    intake = read(
        b"sep=,\n"
        b'account_id,name,"arr"\n'
        b'A1,"Acme\nRail\nLtd",5\n'
        b"\n"
        b'A2,"Be"ta,7\n'
        b'A3,"Ga\r\nmma",tbd\n'
        b"A4,Delta,-1\n"
    )

    said = {one.row: one.message for one in intake.findings if one.severity == "error"}
    assert sorted(said) == [4, 5, 6]
    assert "no ARR" in said[5]
    assert [line.partition(",")[0] for line in intake.rejects_csv("accounts").splitlines()[1:]] == ["4", "6"]


def test_rows_of_one_id_are_copies_or_say_in_what_they_differ() -> None:
    intake = read(b"account_id,name,Current ARR,Note\nA1,Acme,5,x\nA1,Acme , 5,x\nA1,Acme,9,y\nA1,Acme,5,\n")

    assert intake.portfolio is not None
    assert [one.arr for one in intake.portfolio.accounts] == [5]
    told = {one.row: one.message.partition("'A1' ")[2] for one in intake.findings if one.severity == "error"}
    assert told == {
        3: "already stands in row 2 with the same values; delete one of the two rows",
        4: "already stands in row 2 with other values; Current ARR is '9' here, '5' there, "
        "and 1 more column differs; row 2 was taken, so delete the one that is wrong",
        5: "already stands in row 2 with other values; Note is empty here, 'x' there; "
        "row 2 was taken, so delete the one that is wrong",
    }
    assert len({one.kind for one in intake.findings if one.severity == "error"}) == 2
