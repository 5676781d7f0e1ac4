"""Two files become a portfolio, with the defaults, owners and questions that go with it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from intake_rig import CSMS, conserves, read

from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.intake.read import read_portfolio

ACCOUNTS = b"""account_id,name,owner_id,arr,health_score,risk,renewal_date,strategic,required_skills,Nickname
A1,Acme,C1,1200.5,88,low,2026-12-31,true,api;sso,the big one
A2,Beta,ada@example.com,99,12,high,,,,
"""


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
