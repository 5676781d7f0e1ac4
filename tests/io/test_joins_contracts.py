"""Contracts joined to accounts: what is in force, what an amount is for, and all ARR accounted for."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from join_rig import AS_OF, HEAD, WITH_ARR, account, read, said


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
    assert sorted(one.kind for one in said(intake, "the row counts for nothing")) == [
        "the row counts for nothing: it begins after 2026-11-01",
        "the row counts for nothing: it has ended or is not in force",
        "the row counts for nothing: it has ended or is not in force",
    ]


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


def test_contracts_say_the_currency_where_nothing_else_does_and_never_mix(tmp_path: Path) -> None:
    rows = "K1,A1,Active,2026-01-01,2026-12-31,€ 900\n"
    intake = read(tmp_path, contracts=f"{HEAD}\n{rows}")
    assert intake.portfolio is not None
    assert (intake.portfolio.currency, intake.portfolio.total_arr) == ("EUR", 900)


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
