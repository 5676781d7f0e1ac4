from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bookshift_io.intake.intake import Intake
from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.intake.read import read_portfolio

ACCOUNTS = b"""account_id,name,owner_id,arr,health_score,risk,renewal_date,strategic,required_skills,Nickname
A1,Acme,C1,1200.5,88,low,2026-12-31,true,api;sso,the big one
A2,Beta,ada@example.com,99,12,high,,,,
"""
CSMS = b"""csm_id,name,email,languages,touch_levels,fte,leave,level
C1,Ada,ada@example.com,en;de,high;mid,0.8,2026-12-01/2026-12-31,senior
"""


def read(accounts: bytes, csms: bytes = CSMS, answers: dict[str, str] | None = None) -> Intake:
    return read_portfolio(accounts, csms, answers=answers, as_of=date(2026, 6, 1), currency="EUR")


def conserves(intake: Intake) -> bool:
    return all(
        one.rows_read == one.accepted + one.rejected + one.blank + one.totals
        for one in (intake.accounts, intake.csms)
    )


def test_clean_files_become_a_portfolio() -> None:
    intake = read(ACCOUNTS)

    assert intake.portfolio is not None
    acme, beta = intake.portfolio.accounts
    assert (acme.id, acme.name, acme.owner, acme.arr) == ("A1", "Acme", "C1", 1200.5)
    assert (acme.health, acme.risk, acme.renewal, acme.strategic) == (88, "low", date(2026, 12, 31), True)
    assert acme.required_skills == ("api", "sso")
    assert acme.extra == {"Nickname": "the big one"}
    assert (beta.owner, beta.renewal, beta.strategic, beta.required_skills) == ("C1", None, False, ())
    ada = intake.portfolio.csms[0]
    assert (ada.languages, ada.touch_levels, ada.fte) == (("en", "de"), ("high", "mid"), 0.8)
    assert (ada.level, ada.leave) == ("senior", ((date(2026, 12, 1), date(2026, 12, 31)),))
    assert (intake.portfolio.as_of, intake.portfolio.currency) == (date(2026, 6, 1), "EUR")
    assert intake.findings == ()
    assert (intake.accounts.rows_read, intake.accounts.accepted, intake.accounts.arr_read) == (2, 2, 1299.5)


def test_files_are_read_from_disk_and_named_in_findings(tmp_path: Path) -> None:
    (tmp_path / "Q3 accounts.csv").write_bytes(b"id,name,arr\nA1,Acme,x\nA2,Beta,1\n")
    (tmp_path / "team.csv").write_bytes(CSMS)

    intake = read_portfolio(tmp_path / "Q3 accounts.csv", tmp_path / "team.csv")

    assert "Q3 accounts.csv, row 2, column 'arr': 'x' row rejected" in str(intake.findings[0])


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    intake = read_portfolio(tmp_path / "gone.csv", CSMS)

    assert intake.refused
    assert intake.portfolio is None
    assert str(intake.findings[0]) == (
        "gone.csv: the file cannot be opened (No such file or directory); check its name and rights"
    )


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        ("0055000000AbCdE", "0055000000AbCdEAAV"),
        ("ADA@example.com", "0055000000AbCdEAAV"),
        ("ada lovelace", "0055000000AbCdEAAV"),
        ("Lovelace,  Ada", "0055000000AbCdEAAV"),
        ("0055000000abcde", "0055000000abcde"),
        ("Grace Hopper", "Grace Hopper"),
        ("", None),
    ],
)
def test_an_owner_is_an_id_in_either_form_or_an_address_or_a_name(owner: str, found: str | None) -> None:
    csms = b"csm_id,name,email\n0055000000AbCdEAAV,Ada Lovelace,ada@example.com\n"
    intake = read(f'account_id,name,arr,owner\nA1,Acme,5,"{owner}"\n'.encode(), csms)

    assert intake.portfolio is not None
    assert intake.portfolio.accounts[0].owner == found
    reported = [one for one in intake.findings if "roster" in one.message]
    assert [one.value for one in reported] == ([owner] if owner and found == owner else [])


def test_a_name_that_two_csms_share_means_neither() -> None:
    intake = read(b"account_id,name,arr,owner\nA1,Acme,5,Ada\n", b"csm_id,name\nC1,Ada\nC2,Ada\n")

    assert intake.portfolio is not None
    assert intake.portfolio.accounts[0].owner == "Ada"
    assert any("several CSMs have the name" in one.message for one in intake.findings)


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


def test_an_empty_arr_is_zero_and_says_so() -> None:
    intake = read(b"account_id,name,arr,segment\nA1,,,Ent\n")

    assert intake.portfolio is not None
    account = intake.portfolio.accounts[0]
    assert (account.arr, account.name, account.imputed) == (0, "A1", {"arr", "name"})
    assert {(one.row, one.column) for one in intake.findings if "put in its place" in one.message} == {
        (2, "arr"),
        (2, "name"),
    }


def test_an_unusable_optional_cell_is_dropped_kept_as_text_and_reported() -> None:
    intake = read(b"account_id,name,arr,health_score,renewal_date\nA1,Acme,5,104,soon\n")

    assert intake.portfolio is not None
    account = intake.portfolio.accounts[0]
    assert (account.health, account.renewal) == (None, None)
    assert account.extra == {"bookshift:health": "104", "bookshift:renewal": "soon"}
    dropped = {one.column: (one.row, one.value) for one in intake.findings if one.severity == "warning"}
    assert dropped["health_score"] == (2, "104")
    assert dropped["renewal_date"] == (2, "soon")


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


def test_what_the_mapping_calls_null_is_empty_but_never_an_id_or_a_name() -> None:
    accounts = b"account_id,name,arr,industry,health_score\nNA,NA,5,NA,NA\n"
    mapping = ColumnMapping(nulls=("NA",))
    intake = read_portfolio(accounts, CSMS, mapping=mapping)

    assert intake.portfolio is not None
    account = intake.portfolio.accounts[0]
    assert (account.id, account.name, account.industry, account.health) == ("NA", "NA", "", None)


def test_an_open_question_leaves_no_portfolio_and_the_answer_makes_one() -> None:
    accounts = b"account_id,name,arr,renewal_date\nA1,Acme,5,03/04/2026\n"

    asked = read(accounts)
    assert asked.portfolio is None
    assert not asked.refused
    assert [one.key for one in asked.questions] == ["accounts.dates.renewal"]
    assert asked.questions[0].choices == ("day-first", "month-first")
    assert asked.questions[0].samples == ("03/04/2026",)

    for key in ("accounts.dates.renewal", "accounts.dates"):
        answered = read(accounts, answers={key: "day-first"})
        assert answered.portfolio is not None
        assert answered.portfolio.accounts[0].renewal == date(2026, 4, 3)
        assert answered.mapping.answers == {key: "day-first"}

    wrong = read(accounts, answers={"accounts.dates": "dmy"})
    assert wrong.portfolio is None
    assert any(one.value == "dmy" and "choose one of day-first" in one.message for one in wrong.findings)


TWO_CURRENCIES = b"account_id,name,arr\nA1,Acme,\xe2\x82\xac500\nA2,Beta,700 GBP\nA3,Coil,900\n"


def test_amounts_in_two_currencies_are_asked_about_with_their_rows() -> None:
    asked = read_portfolio(TWO_CURRENCIES, CSMS)
    assert asked.portfolio is None
    [question] = asked.questions
    assert (question.key, question.choices) == ("accounts.currency", ("EUR", "GBP"))
    assert "EUR in row 2, GBP in row 3" in question.text
    [rate] = read_portfolio(TWO_CURRENCIES, CSMS, currency="EUR").questions
    assert (rate.key, rate.choices, rate.form) == ("accounts.rate.GBP", (), "a number such as 1.08")


def test_amounts_are_converted_at_the_rates_that_the_planner_gives_and_these_are_kept() -> None:
    answers = {"accounts.currency": "EUR", "accounts.rate.GBP": "1.2"}
    intake = read_portfolio(TWO_CURRENCIES, CSMS, answers=answers)
    assert intake.portfolio is not None
    assert intake.portfolio.currency == "EUR"
    assert [one.arr for one in intake.portfolio.accounts] == [500, 840, 900]
    assert intake.accounts.arr_read == intake.accounts.arr_accepted == 2240
    assert intake.mapping.rates == {"GBP": 1.2}
    again = read_portfolio(TWO_CURRENCIES, CSMS, mapping=intake.mapping)
    assert again.portfolio == intake.portfolio


def test_rates_are_into_one_currency_and_of_no_use_for_another() -> None:
    first = read_portfolio(TWO_CURRENCIES, CSMS, currency="USD", answers={
        "accounts.rate.EUR": "1.1", "accounts.rate.GBP": "1.3",
    })  # fmt: skip
    assert first.portfolio is not None
    only = TWO_CURRENCIES.replace(b"GBP", b"EUR")
    later = read_portfolio(only, CSMS, mapping=first.mapping)
    assert later.portfolio is not None
    assert (later.portfolio.currency, later.portfolio.accounts[0].arr) == ("USD", 550)
    for other in (
        read_portfolio(TWO_CURRENCIES, CSMS, mapping=first.mapping, currency="EUR"),
        read_portfolio(TWO_CURRENCIES, CSMS, mapping=first.mapping, answers={"accounts.currency": "EUR"}),
    ):
        assert [one.key for one in other.questions] == ["accounts.rate.GBP"]


def test_a_currency_column_says_which_row_is_converted() -> None:
    data = b"account_id,name,arr,currency\nA1,Acme,100,USD\nA2,Beta,100,CHF\n"
    intake = read_portfolio(data, CSMS, currency="USD", mapping=ColumnMapping(rates={"CHF": 1.25}))
    assert intake.portfolio is not None
    assert [one.arr for one in intake.portfolio.accounts] == [100, 125]


@pytest.mark.parametrize("rate", ["0", "-1", "1,08", "nan", "much"])
def test_a_rate_that_is_none_is_said_and_asked_again(rate: str) -> None:
    intake = read_portfolio(TWO_CURRENCIES, CSMS, currency="EUR", answers={"accounts.rate.GBP": rate})
    assert [one.key for one in intake.questions] == ["accounts.rate.GBP"]
    assert any(one.value == rate and "write a number such as 1.08" in one.message for one in intake.findings)


@pytest.mark.parametrize(
    ("accounts", "currency"),
    [
        (b"account_id,name,arr\nA1,Acme,CHF 5\n", "CHF"),
        (b"account_id,name,ARR (EUR)\nA1,Acme,5\n", "EUR"),
        (b"account_id,name,arr,CurrencyIsoCode\nA1,Acme,5,GBP\n", "GBP"),
        (b"account_id,name,arr\nA1,Acme,$5\n", "USD"),
        (b"account_id,name,arr\nA1,Acme,5\n", "USD"),
    ],
)
def test_the_currency_is_what_the_file_proves(accounts: bytes, currency: str) -> None:
    intake = read_portfolio(accounts, CSMS)

    assert intake.portfolio is not None
    assert intake.portfolio.currency == currency


def test_a_roster_without_a_usable_row_is_refused() -> None:
    intake = read(ACCOUNTS, b"csm_id,name\n,Ada\n")

    assert intake.refused
    assert conserves(intake)
    assert intake.csms.rejected == 1


def test_a_csm_without_name_or_fte_gets_defaults_and_says_so() -> None:
    intake = read(ACCOUNTS, b"csm_id,name,fte,min_arr\nC1,,,-5\n")

    assert intake.portfolio is not None
    csm = intake.portfolio.csms[0]
    assert (csm.name, csm.fte, csm.min_arr, csm.extra) == ("C1", 1, None, {"bookshift:min_arr": "-5"})
    messages = [
        one.message for one in intake.findings if one.file == "csms.csv" and one.severity == "warning"
    ]
    assert len(messages) == 3
    assert any("column holds FTE" in one.message for one in read(ACCOUNTS, b"csm_id,name\nC1,Ada\n").findings)


def test_columns_that_a_plan_added_are_not_read_back() -> None:
    intake = read(b"account_id,name,arr,plan_reason,Note\nA1,Acme,5,load,n\n")

    assert intake.portfolio is not None
    assert intake.portfolio.accounts[0].extra == {"Note": "n"}


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
