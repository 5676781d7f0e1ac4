"""Further files joined to the accounts: what joins, what does not, and that nothing is counted twice."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.mapping import from_toml
from bookshift_io.intake.read import Intake, read_portfolio

AS_OF = date(2026, 11, 1)
CSMS = "csm_id,name,email\nC1,Ada,ada@x.example\nC2,Bo,bo@x.example\n"
ACCOUNTS = "Account ID,Account Name,Owner ID\nA1,Acme,C1\nA2,Bolt,C1\nA3,Coil,C2\n"
WITH_ARR = "Account ID,Account Name,Owner ID,ARR\nA1,Acme,C1,1200\nA2,Bolt,C1,500\nA3,Coil,C2,300\n"
HEAD = "Contract ID,Account ID,Status,Start Date,End Date,Annual Value"


def read(folder: Path, accounts: str = ACCOUNTS, answers: Any = None, **files: str) -> Intake:
    (folder / "accounts.csv").write_text(accounts, "utf-8")
    (folder / "csms.csv").write_text(CSMS, "utf-8")
    also = []
    for name, text in files.items():
        if name != "mapping":
            also.append(folder / f"{name}.csv")
            also[-1].write_text(text, "utf-8")
    known = {f"{name}.kind": name for name in ("contracts", "tickets", "usage", "opportunities", "contacts")}
    return read_portfolio(
        folder / "accounts.csv",
        folder / "csms.csv",
        answers={**known, **(answers or {})},
        as_of=AS_OF,
        also=also,
    )


def account(intake: Intake, key: str) -> Any:
    assert intake.portfolio is not None, (intake.questions, intake.findings)
    return intake.portfolio.accounts[intake.portfolio.account_index[key]]


def said(intake: Intake, text: str) -> list[Any]:
    return [one for one in intake.findings if text in one.message]


def test_contracts_in_force_are_summed_and_the_earliest_end_is_the_renewal(tmp_path: Path) -> None:
    rows = (
        "K1,A1,Active,2026-01-01,2026-12-31,1200",
        "K2,A1,Active,2026-06-01,2027-05-31,800",
        "K3,A1,Cancelled,2026-01-01,2026-11-30,5000",
        "K4,A2,Active,2027-01-01,2027-12-31,900",
        "K5,A2,Expired,2024-01-01,2024-12-31,400",
        "K6,A9,Active,2026-01-01,2027-12-31,70",
    )
    intake = read(tmp_path, contracts="\n".join((HEAD, *rows)))
    assert (account(intake, "A1").arr, account(intake, "A1").renewal) == (2000, date(2026, 12, 31))
    assert "arr" not in account(intake, "A1").imputed
    assert (account(intake, "A2").arr, account(intake, "A3").imputed) == (0, {"arr"})
    (joined,) = intake.joins
    assert (joined.rows_read, joined.used, joined.left_out, joined.unmatched) == (6, 2, 3, 1)
    assert (joined.arr_live, joined.arr_joined, joined.arr_unmatched) == (2070, 2000, 70)
    assert (joined.accounts, joined.accounts_without) == (2, 1)
    assert [(one.row, one.column) for one in said(intake, "no account has 'A9'")] == [(7, "Account ID")]
    assert [one.value for one in said(intake, "no contract names this account")] == ["Coil (A3)"]


@pytest.mark.parametrize(
    ("columns", "cells", "yearly"),
    [
        ("MRR", "100", 1200),
        ("Quarterly Amount", "300", 1200),
        ("ARR", "1200", 1200),
        ("TCV,Term (months)", "2400,24", 1200),
        ("TCV,Term", "3600,3 years", 1200),
        ("TCV,Term (years)", "3600,3", 1200),
        ("TCV,Term", "2400,730 days", 1200),
        ("TCV,Laufzeit", "2400,104 Wochen", 1200),
        ("TCV,Term", "2400,2 moons", 1200),
        ("Amount,Price Period", "100,Monthly", 1200),
        ("Amount,Price Period", "600,6 months", 1200),
        ("Amount,Price Period", "2000,total", 1000),
    ],
)
def test_amounts_of_any_term_become_amounts_a_year(
    tmp_path: Path, columns: str, cells: str, yearly: float
) -> None:
    head = f"Contract ID,Account ID,Start Date,End Date,{columns}"
    intake = read(tmp_path, contracts=f"{head}\nK1,A1,2026-01-01,2027-12-31,{cells}\n")
    assert account(intake, "A1").arr == yearly


def test_what_an_amount_is_for_is_asked_and_billing_is_no_proof(tmp_path: Path) -> None:
    text = "Contract ID,Account ID,Amount,Billing Frequency\nK1,A1,1200,quarterly\n"
    (asked,) = read(tmp_path, contracts=text).questions
    assert asked.key == "contracts.amount"
    assert account(read(tmp_path, contracts=text, answers={asked.key: "per year"}), "A1").arr == 1200
    assert (
        account(read(tmp_path, contracts=text, answers={asked.key: "per billing period"}), "A1").arr == 4800
    )


def test_a_renewal_replaces_its_predecessor_once_it_has_begun(tmp_path: Path) -> None:
    head = f"{HEAD},Renewed From"
    old = "K1,A1,Active,2026-01-01,2026-12-31,1000,"
    early = f"{head}\n{old}\nK2,A1,Active,2026-10-01,2027-09-30,1500,K1\n"
    found = account(read(tmp_path, contracts=early), "A1")
    assert (found.arr, found.renewal) == (1500, date(2027, 9, 30))
    signed = f"{head}\n{old}\nK2,A1,Active,2027-01-01,2027-12-31,1500,K1\n"
    found = account(read(tmp_path, contracts=signed), "A1")
    assert (found.arr, found.renewal) == (1000, date(2027, 12, 31)), "it is renewed already"
    circle = (
        f"{head}\nK1,A1,Active,2026-01-01,2026-12-31,1000,K2\nK2,A1,Active,2026-10-01,2027-09-30,1500,K1\n"
    )
    intake = read(tmp_path, contracts=circle)
    assert account(intake, "A1").arr == 2500
    assert len(said(intake, "name each other")) == 2


def test_a_long_line_of_renewals_is_followed_to_its_end(tmp_path: Path) -> None:
    chain = "".join(f"K{i},A1,Active,2026-01-01,2026-12-31,{i},K{i - 1}\n" for i in range(1, 5001))
    intake = read(tmp_path, contracts=f"{HEAD},Renewed From\nK0,A1,Active,2026-01-01,2026-12-31,7,\n{chain}")
    assert account(intake, "A1").arr == 5000


def test_what_renews_by_itself_goes_on_and_is_no_renewal_to_prepare(tmp_path: Path) -> None:
    head = f"{HEAD},Auto Renew"
    intake = read(
        tmp_path,
        contracts=f"{head}\nK1,A1,Active,2024-01-01,2025-12-31,1000,yes\nK2,A2,Active,2024-01-01,2025-12-31,9,no\n",
    )
    assert (account(intake, "A1").arr, account(intake, "A1").renewal) == (1000, None)
    assert account(intake, "A2").arr == 0


def test_rows_of_one_contract_are_lines_or_versions_which_only_people_know(tmp_path: Path) -> None:
    text = f"{HEAD}\nK1,A1,Active,2026-01-01,2026-12-31,100\nK1,A1,Active,2026-01-01,2026-12-31,250\n"
    (asked,) = read(tmp_path, contracts=text).questions
    assert (asked.key, asked.samples) == ("contracts.repeated", ("K1: 100.00, 250.00",))
    assert account(read(tmp_path, contracts=text, answers={asked.key: "lines"}), "A1").arr == 350
    intake = read(tmp_path, contracts=text, answers={asked.key: "versions"})
    assert account(intake, "A1").arr == 250
    assert intake.joins[0].left_out == 1


def test_what_is_sold_to_many_is_no_version_of_one_contract(tmp_path: Path) -> None:
    head = "Account ID,Subscription Name,Renewed From,Start Date,Annual Value"
    rows = "A1,Gold,,2026-01-01,100\nA2,Gold,,2026-01-01,200\nA2,Platinum,Gold,2026-05-01,300\n"
    intake = read(tmp_path, contracts=f"{head}\n{rows}")
    assert [account(intake, key).arr for key in ("A1", "A2")] == [100, 300]


def test_two_support_systems_may_number_their_tickets_alike(tmp_path: Path) -> None:
    head = "Account ID,Ticket ID,Status"
    rows = {"tickets": "A1,1,open\nA1,2,open", "tickets_old": "A2,1,open\nA1,2,open\nA2,1,open"}
    files = {one: f"{head}\n{rows[one]}\n" for one in rows}
    intake = read(tmp_path, accounts=WITH_ARR, answers={"tickets_old.kind": "tickets"}, **files)
    assert [account(intake, key).open_tickets for key in ("A1", "A2", "A3")] == [2, 1, 0]
    assert len(said(intake, "it repeats ticket")) == 2


def test_an_unknown_status_is_asked_once_for_all_its_rows(tmp_path: Path) -> None:
    text = f"{HEAD}\nK1,A1,Zombie,2026-01-01,2026-12-31,100\nK2,A2,Zombie,2026-01-01,2026-12-31,50\n"
    (asked,) = read(tmp_path, contracts=text).questions
    assert "2 rows" in asked.text
    ended = read(tmp_path, contracts=text, answers={asked.key: "ended"})
    live = read(tmp_path, contracts=text, answers={asked.key: "live"})
    assert (ended.joins[0].arr_live, live.joins[0].arr_live) == (0, 150)


def test_bad_amounts_are_rejected_with_their_row_and_can_be_mended(tmp_path: Path) -> None:
    text = f"{HEAD}\nK1,A1,Active,2026-01-01,2026-12-31,much\nK2,A1,Active,2026-01-01,2026-12-31,-5\n"
    intake = read(tmp_path, contracts=f"{text}K3,A1,Active,2026-01-01,2026-12-31,100\n")
    assert (account(intake, "A1").arr, intake.joins[0].rejected) == (100, 2)
    rows = list(csv.reader(io.StringIO(intake.rejects_csv("contracts"))))
    assert [row[0] for row in rows[1:]] == ["2", "3"]
    assert "below 0" in rows[2][1]


def test_where_both_files_state_arr_a_rule_decides_and_is_kept(tmp_path: Path) -> None:
    text = f"{HEAD}\nK1,A1,Active,2026-01-01,2026-12-31,900\nK2,A2,Active,2026-01-01,2026-12-31,500.5\n"
    asked = read(tmp_path, accounts=WITH_ARR, contracts=text)
    assert [one.key for one in asked.questions] == ["contracts.conflict.arr"]
    assert asked.questions[0].samples == ("Acme (A1): 1,200.00 in the accounts file, 900.00 joined",)
    assert asked.questions[0].choices == ("contracts.csv", "accounts.csv")
    files = {"contracts.csv": "join", "accounts.csv": "accounts"}
    for answer, arr in (("join", 900), ("accounts", 1200), ("contracts.csv", 900), ("accounts.csv", 1200)):
        answers, winner = {"contracts.conflict.arr": answer}, files.get(answer, answer)
        intake = read(tmp_path, accounts=WITH_ARR, contracts=text, answers=answers)
        assert account(intake, "A1").arr == arr
        assert account(intake, "A3").arr == 300, "what no contract names keeps its own"
        assert intake.mapping.joins[0].conflict == {"arr": winner}
        (joined,) = intake.joins
        assert joined.arr_live == joined.arr_joined + joined.arr_overruled + joined.arr_unmatched
        assert not [key for key in intake.mapping.answers if key.startswith("contracts.")]


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
    assert [one.open_tickets for one in intake.portfolio.accounts] == [0, 0, 2]  # type: ignore[union-attr]
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
    assert [(one.owner, one.open_deal) for one in intake.portfolio.accounts] == [  # type: ignore[union-attr]
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
    assert [one.champion_lost for one in intake.portfolio.accounts] == [True, False, False]  # type: ignore[union-attr]


def test_contracts_say_the_currency_where_nothing_else_does_and_never_mix(tmp_path: Path) -> None:
    rows = "K1,A1,Active,2026-01-01,2026-12-31,€ 900\n"
    intake = read(tmp_path, contracts=f"{HEAD}\n{rows}")
    assert intake.portfolio is not None
    assert (intake.portfolio.currency, intake.portfolio.total_arr) == ("EUR", 900)


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


DAYS = st.integers(-800, 800).map(lambda days: AS_OF + timedelta(days=days))
CONTRACTS = st.lists(
    st.fixed_dictionaries(
        {
            "Contract ID": st.sampled_from(["", *(f"K{i}" for i in range(6))]),
            "Account ID": st.sampled_from(["A1", "A2", "A3", "A9", ""]),
            "Status": st.sampled_from(["Active", "Cancelled", "", "Signed"]),
            "Start Date": st.one_of(st.just(""), DAYS.map(date.isoformat)),
            "End Date": st.one_of(st.just(""), DAYS.map(date.isoformat)),
            "Auto Renew": st.sampled_from(["yes", "no", ""]),
            "Annual Value": st.one_of(
                st.integers(0, 10**9).map(lambda cents: f"{cents / 100:.2f}"),
                st.sampled_from(["", "x", "-3"]),
            ),
            "MRR": st.sampled_from(["", "", "99.99", "10"]),
            "Renewed From": st.sampled_from(["", "", *(f"K{i}" for i in range(6))]),
        }
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=CONTRACTS, versions=st.sampled_from(["lines", "versions"]))
def test_every_row_and_all_arr_is_accounted_for(
    tmp_path: Path, rows: list[dict[str, str]], versions: str
) -> None:
    def joined(given: list[dict[str, str]]) -> tuple[Any, dict[str, float]]:
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(given)
        answers = {"contracts.repeated": versions, "contracts.key": "Account ID"}
        intake = read(tmp_path, contracts=text.getvalue(), answers=answers)
        assert intake.portfolio is not None, (intake.questions, intake.findings)
        return intake.joins[0], {one.id: one.arr for one in intake.portfolio.accounts}

    report, arr = joined(rows)
    parts = report.used + report.left_out + report.unmatched + report.rejected + report.blank
    assert report.rows_read == parts == len(rows)
    assert sum(arr.values()) == pytest.approx(report.arr_joined, abs=1e-6)
    assert report.arr_live == pytest.approx(report.arr_joined + report.arr_unmatched, abs=1e-6)
    assert (
        report.arr_live
        <= sum(
            max(float(row["Annual Value"] or 0), 12 * float(row["MRR"] or 0))
            for row in rows
            if row["Annual Value"] not in {"x", "-3"}
        )
        + 1e-6
    )
    named = [row for row in rows if row["Contract ID"]]
    if named:
        again, twice = joined(rows + [row for row in named if versions == "lines"])
        assert twice == pytest.approx(arr), "a row that stands twice counts once"
        assert again.arr_live == pytest.approx(report.arr_live)


@pytest.mark.parametrize(
    ("winner", "expected"), [("accounts", [9400, 500, 300]), ("join", [9399.96, 500, 700])]
)
def test_an_arr_that_differs_by_rounding_is_the_accounts_files(
    tmp_path: Path, winner: str, expected: list[float]
) -> None:
    contracts = "Account ID,Status,Start Date,End Date,MRR\nA1,Active,2026-01-01,2026-12-31,783.33\n"
    other = "A3,Active,2026-01-01,2026-12-31,58.3333333\n"
    stated = WITH_ARR.replace("1200", "9400")
    plain = read(tmp_path, stated, contracts=contracts)
    assert [account(plain, key).arr for key in ("A1", "A2", "A3")] == [9400, 500, 300]
    assert not said(plain, "differs from the accounts file")

    asked = {"contracts.conflict.arr": winner}
    found = read(tmp_path, stated, asked, contracts=contracts + other)
    assert [account(found, key).arr for key in ("A1", "A2", "A3")] == expected
