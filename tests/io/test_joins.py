"""Further files joined to the accounts: what joins, what does not, and that nothing is counted twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from join_rig import AS_OF, HEAD, WITH_ARR, account, read, said

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.mapping import from_toml
from bookshift_io.intake.read import read_portfolio


def test_two_support_systems_may_number_their_tickets_alike(tmp_path: Path) -> None:
    head = "Account ID,Ticket ID,Status"
    rows = {"tickets": "A1,1,open\nA1,2,open", "tickets_old": "A2,1,open\nA1,2,open\nA2,1,open"}
    files = {one: f"{head}\n{rows[one]}\n" for one in rows}
    intake = read(tmp_path, accounts=WITH_ARR, answers={"tickets_old.kind": "tickets"}, **files)
    assert [account(intake, key).open_tickets for key in ("A1", "A2", "A3")] == [2, 1, 0]
    repeated = said(intake, "it repeats ticket")
    assert [one.kind for one in repeated] == ["the row counts for nothing: it repeats a ticket"] * 2


def test_an_accepted_step_is_saved_and_knows_the_next_edition_of_its_file(tmp_path: Path) -> None:
    text = f"{HEAD}\nK1,A1,Active,2026-01-01,2026-12-31,900\n"
    first = read(tmp_path, **{"Contracts 2026-10-31": text})
    assert first.questions == ()
    mapping = from_toml(first.mapping.to_toml())
    assert mapping == first.mapping
    later = tmp_path / "contracts 2026-11-30.csv"
    later.write_text(text.replace("900", "950"), "utf-8")
    again = read_portfolio(
        tmp_path / "accounts.csv", tmp_path / "csms.csv", mapping=mapping, as_of=AS_OF, also=[later]
    )
    assert account(again, "A1").arr == 950
    renamed = tmp_path / "export.csv"
    renamed.write_text(text, "utf-8")
    named = replace(mapping, joins=(replace(mapping.joins[0], columns={"Annual Value": "annual"}),))
    by_columns = read_portfolio(
        tmp_path / "accounts.csv", tmp_path / "csms.csv", mapping=named, as_of=AS_OF, also=[renamed]
    )
    assert account(by_columns, "A1").arr == 900
    without = read_portfolio(
        tmp_path / "accounts.csv", tmp_path / "csms.csv", mapping=mapping, as_of=AS_OF,
        answers={"accounts.column.arr": "none"},
    )  # fmt: skip
    assert said(without, "none was given with --also")


def test_exports_that_are_all_called_alike_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    contracts = f"{HEAD}\nK1,A1,Active,2026-01-01,2026-12-31,900\n"
    tickets = "Account ID,Case Number,Status,Priority,Opened Date\nA1,7,open,low,2026-10-01\n"
    both = {"report1700000001": contracts, "report1700000002": tickets}
    asked = read(tmp_path, **both).questions
    assert [(one.key, one.choices[0]) for one in asked] == [
        ("report.kind", "contracts"),
        ("report_2.kind", "tickets"),
    ]
    known = {one.key: one.choices[0] for one in asked}
    intake = read(tmp_path, answers=known, **both)
    assert (account(intake, "A1").arr, account(intake, "A1").open_tickets) == (900, 1)
    mapping = from_toml(intake.mapping.to_toml())
    for name, text in both.items():  # the next month's, the other way round
        (tmp_path / f"{name}.csv").unlink()
        (tmp_path / f"report1800000{len(text)}.csv").write_text(text, "utf-8")
    also = sorted(tmp_path.glob("report18*"), key=lambda one: "Case" not in one.read_text("utf-8"))
    paths = tmp_path / "accounts.csv", tmp_path / "csms.csv"
    again = read_portfolio(*paths, mapping=mapping, as_of=AS_OF, also=also)
    assert (account(again, "A1").arr, account(again, "A1").open_tickets) == (900, 1)
    # Tickets alone are never taken for contracts that state no amount.
    only = replace(mapping, joins=mapping.joins[:1])
    asked = read_portfolio(*paths, mapping=only, as_of=AS_OF, also=also[:1]).questions
    assert "report_2.kind" in {one.key for one in asked}


def test_files_of_one_join_each_keep_their_rejected_rows(tmp_path: Path) -> None:
    files = {
        f"contracts_{year}": f"{HEAD}\nK{year},A1,Active,2026-01-01,2026-12-31,9\nL{year},Z{year},,,,5\n"
        for year in (2025, 2026)
    }
    intake = read(tmp_path, **files)
    assert account(intake, "A1").arr == 18
    rejected = [intake.rejects_csv(one.name) for one in intake.joins]
    assert [("Z2025" in one, "Z2026" in one) for one in rejected] == [(True, False), (False, True)]


def test_a_file_that_is_not_to_be_joined_is_left_alone(tmp_path: Path) -> None:
    text = f"{HEAD}\nK1,A1,Active,2026-01-01,2026-12-31,900\n"
    open_ = read(tmp_path, accounts=WITH_ARR, mystery=text)
    assert [one.key for one in open_.questions] == ["mystery.kind", "mystery.conflict.arr"]
    assert open_.questions[0].choices[0] == "contracts"
    intake = read(tmp_path, accounts=WITH_ARR, mystery=text, answers={"mystery.kind": "none"})
    assert (account(intake, "A1").arr, intake.joins, intake.mapping.joins) == (1200, (), ())


@pytest.mark.parametrize(
    ("accounts", "keys", "match"),
    [
        ("Account ID,Account Name,ARR\n001A0000001bCdE,Acme,1\n001A0000001bCdF,Bolt,2\n",
         ("001A0000001bCdEIAU", "001A0000001bCdF"), "id"),
        ("Account ID,Account Name,ARR\nA1,Acme  Rail,1\nA2,Bolt,2\n", ("ACME RAIL", "bolt"), "name"),
        ("Account ID,Account Name,ARR,ERP No\nA1,Acme,1,9001\nA2,Bolt,2,9002\n", ("9001", "9002"), "column"),
        ("Account ID,Account Name,ARR,Parent Account\nA1,Acme,1,Holding\nA2,Bolt,2,Group\n",
         ("Holding", "Group"), "parent"),
    ],
)  # fmt: skip
def test_the_key_is_found_by_what_it_finds(
    tmp_path: Path, accounts: str, keys: tuple[str, str], match: str
) -> None:
    text = "Ticket ID,Customer,Status\n" + "".join(f"{i},{key},Open\n" for i, key in enumerate(keys))
    intake = read(tmp_path, accounts=accounts, tickets=text)
    assert intake.portfolio is not None, intake.questions
    assert [one.open_tickets for one in intake.portfolio.accounts] == [1, 1]
    assert (intake.mapping.joins[0].match, intake.mapping.joins[0].key) == (match, "Customer")


def test_a_name_or_family_of_two_accounts_is_never_guessed(tmp_path: Path) -> None:
    accounts = "Account ID,Account Name,ARR\nA1,Acme,1\nA2,acme,2\nA3,Bolt,3\n"
    text = "Ticket ID,Account Name,Status\n1,Acme,Open\n2,Bolt,Open\n3,Bolt,Open\n"
    intake = read(tmp_path, accounts=accounts, tickets=text)
    assert [one.open_tickets for one in intake.portfolio.accounts] == [0, 0, 2]
    assert [one.row for one in said(intake, "2 accounts have that name")] == [2]


def test_tickets_are_counted_once_with_severity_and_escalations(tmp_path: Path) -> None:
    text = (
        "Ticket ID,Account ID,Status,Priority,Created Date,Escalated\n"
        "1,A1,Open,Urgent,2026-10-01,yes\n2,A1,Pending,High,2026-01-01,no\n3,A1,Solved,Low,2026-10-02,yes\n"
        "1,A1,Open,Urgent,2026-10-01,yes\n4,A2,Closed,Low,2026-10-02,yes\n5,A9,Open,Low,2026-10-02,no\n"
    )
    intake = read(tmp_path, accounts=WITH_ARR, tickets=text)
    one = account(intake, "A1")
    assert (one.open_tickets, one.escalation) == (2, True)
    assert (one.extra["Tickets last 90 days"], one.extra["Open tickets by severity"]) == (
        "2", "1 critical, 1 high",
    )  # fmt: skip
    assert (account(intake, "A2").open_tickets, account(intake, "A2").escalation) == (0, False)
    (joined,) = intake.joins
    assert (joined.rows_read, joined.used, joined.left_out, joined.unmatched) == (6, 4, 1, 1)


def test_usage_is_the_last_value_and_its_change_in_a_quarter(tmp_path: Path) -> None:
    text = (
        "Account ID,Month,Adoption Score,Logins\nA1,2026-07-31,40,10\nA1,2026-10-31,60,12\n"
        "A1,2026-12-31,90,99\nA2,2026-10-31,50,\n"
    )
    intake = read(tmp_path, accounts=WITH_ARR, usage=text)
    assert (account(intake, "A1").usage, account(intake, "A1").usage_growth) == (60, 0.5)
    assert (account(intake, "A2").usage, account(intake, "A2").usage_growth) == (50, None)
    assert intake.joins[0].left_out == 1, "a month after the day of the data"
    seats = "Account ID,Month,Active Users,Seats\nA1,2026-10-31,30,120\n"
    assert account(read(tmp_path, accounts=WITH_ARR, usage=seats), "A1").usage == 25
    users = "Account ID,Month,Active Users\nA1,2026-07-31,300,\nA1,2026-10-31,330\n".replace("300,", "300")
    one = account(read(tmp_path, accounts=WITH_ARR, usage=users), "A1")
    assert (one.usage, one.usage_growth, one.extra["Usage (last value)"]) == (None, 0.1, "330")


def test_the_latest_opportunity_names_the_owner_where_nothing_else_does(tmp_path: Path) -> None:
    accounts = "Account ID,Account Name,ARR\nA1,Acme,1\nA2,Bolt,2\n"
    text = (
        "Opportunity ID,Account ID,Stage,Created Date,Opportunity Owner\n"
        "O1,A1,Closed Won,2026-01-01,Ada\nO2,A1,Negotiation,2026-06-01,Bo\nO3,A2,Closed Lost,2026-01-01,Ada\n"
    )
    (asked,) = read(tmp_path, accounts=accounts, opportunities=text).questions
    assert asked.key == "opportunities.owner"
    intake = read(tmp_path, accounts=accounts, opportunities=text, answers={asked.key: "latest"})
    assert [(one.owner, one.open_deal) for one in intake.portfolio.accounts] == [
        ("C2", True), ("C1", False),
    ]  # fmt: skip
    has_owner = read(tmp_path, accounts=WITH_ARR, opportunities=text)
    assert account(has_owner, "A1").owner == "C1", "the accounts file's own goes before"


def test_a_champion_is_lost_when_all_of_them_have_left(tmp_path: Path) -> None:
    text = (
        "Contact ID,Account ID,Role,Status\n1,A1,Champion,Left company\n2,A1,User,Active\n"
        "3,A2,Champion,Left company\n4,A2,Champion,Active\n"
    )
    intake = read(tmp_path, accounts=WITH_ARR, contacts=text)
    assert [one.champion_lost for one in intake.portfolio.accounts] == [True, False, False]


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("[[join]]\nkind = 'stories'\nfile = 'x'\n", "the kind 'stories'"),
        ("[[join]]\nkind = 'usage'\n", "needs kind and file"),
        ("[[join]]\nkind = 'usage'\nfile = 'x'\nmatch = 'column'\n", "needs column"),
        ("[[join]]\nkind = 'usage'\nfile = 'x'\nwhat = 'y'\n", "has 'what'"),
        ("[[join]]\nkind = 'usage'\nfile = 'x'\n[[join]]\nkind = 'usage'\nfile = 'x'\n", "two joins called"),
        ("[[join]]\nkind = 'usage'\nfile = 'x'\n[join.conflict]\nusage = 'me'\n", "conflict about usage"),
    ],
)
def test_a_join_that_cannot_be_used_says_why(part: str, message: str) -> None:
    with pytest.raises(IntakeError, match=message):
        from_toml(part)


def test_a_declared_key_that_is_gone_refuses_the_file(tmp_path: Path) -> None:
    mapping = from_toml("[[join]]\nkind = 'contracts'\nfile = 'contracts'\nkey = 'Konto'\n")
    read(tmp_path, accounts=WITH_ARR)
    (tmp_path / "contracts.csv").write_text(f"{HEAD}\nK1,A1,Active,2026-01-01,2026-12-31,9\n", "utf-8")
    intake = read_portfolio(
        tmp_path / "accounts.csv", tmp_path / "csms.csv", mapping=mapping, as_of=AS_OF,
        also=[tmp_path / "contracts.csv"],
    )  # fmt: skip
    assert intake.refused
    assert said(intake, "joins this file by column 'Konto', which it does not have")
