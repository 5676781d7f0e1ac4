from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookshift_io.export.manifest import Manifest
from bookshift_io.export.marker import PEOPLE_MARKER, is_for_people
from bookshift_io.export.plan import ExportScenario, prepare_plan, write_portfolio
from bookshift_io.export.records import ACCOUNT_HEADERS, CSM_HEADERS
from bookshift_io.export.writing import ExportError, FilesExistError
from bookshift_io.intake.read import read_portfolio
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS
from bookshift_io.workspace.approvals import Approval
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Forbid, Lock, Pin
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 1, 6, 9, 30, tzinfo=UTC)
DRAFT = ExportScenario(
    name="Q1 rebalancing", version=7, fairness="Equal hours for equal capacity.", app_version="0.1.0", at=NOW
)
HOSTILE = 'Zoë, "the\r\nbest" =1+1'


def problem_of(portfolio: Portfolio, decisions: Decisions | None = None) -> Problem:
    policy = Policy()
    return build(Data(portfolio, policy.formulas, decisions), policy)


def small() -> Problem:
    """Four accounts: one healthy, one with a hostile name, one of a CSM who left, one without owner."""
    accounts = (
        Account(id="A1", name="Acme", arr=1000.5, owner="C1", health=81.0, renewal=date(2026, 5, 1)),
        Account(id="A2", name=HOSTILE, arr=500.0, owner="C1", extra={"Nickname": "=cmd", "CSM Name": "Ada"}),
        Account(id="A3", name="Gone", arr=20.0, owner="C9", risk="high"),
        Account(id="A4", name="New", arr=7.0, open_tickets=3, required_skills=("api", "sso")),
    )
    csms = (Csm(id="C1", name="Ada", email="ada@example.com"), Csm(id="C2", name="@Bob"))
    decisions = Decisions((Lock(account="A1"), Forbid(account="A2", csm="C1"), Pin(account="A3", csm="C2")))
    return problem_of(Portfolio(accounts, csms, date(2026, 1, 5), "EUR"), decisions)


SMALL_PLAN = np.array([0, 1, 1, 0])
SMALL_REASONS = {1: "Ada is over capacity", 2: "The owner left"}


def export_plan(folder: Path, *, overwrite: bool = False, **arguments: Any) -> Manifest:
    return prepare_plan(**arguments).write(folder, overwrite=overwrite)


def export_small(folder: Path, **changes: Any) -> None:
    arguments: dict[str, Any] = {
        "problem": small(),
        "assignment": SMALL_PLAN,
        "scenario": DRAFT,
        "reasons": SMALL_REASONS,
    }
    export_plan(folder, **arguments | changes)


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), strict=True))


# The way out and in again


@pytest.mark.parametrize("seed", [1, 2])
def test_a_portfolio_is_read_back_equal(tmp_path: Path, seed: int) -> None:
    portfolio = sample(150, 8, seed)
    written = write_portfolio(tmp_path, portfolio)
    intake = read_portfolio(tmp_path / "accounts.csv", tmp_path / "csms.csv", as_of=portfolio.as_of)
    assert intake.portfolio == portfolio
    assert (intake.findings, intake.questions) == ((), ())
    assert [(one.name, one.rows, one.arr) for one in written] == [
        ("accounts.csv", 150, portfolio.total_arr),
        ("csms.csv", 8, 0.0),
    ]


def test_a_plan_is_read_back_as_the_same_accounts_with_their_new_owners(tmp_path: Path) -> None:
    problem = problem_of(sample(150, 8, 1))
    portfolio, plan = problem.data.portfolio, np.roll(problem.baseline, 1)
    export_plan(tmp_path, problem=problem, assignment=plan, scenario=DRAFT, reasons={0: "a, b\nc"})
    write_portfolio(tmp_path, portfolio)
    intake = read_portfolio(tmp_path / "plan-draft.csv", tmp_path / "csms.csv", as_of=portfolio.as_of)
    assert intake.questions == ()
    assert intake.portfolio is not None
    assert list(intake.portfolio.accounts) == [
        replace(one, owner=portfolio.csms[j].id) for one, j in zip(portfolio.accounts, plan, strict=True)
    ]


SOURCE = """Account ID,Account Name,CSM ID,ARR,Health Score,Owner,Owner,Renewal Date,Escalated,Notes,moved,ID
A1,"  Ac\u200bme ",C1,1000.5,81,Ada,Ada,2026-05-01,perhaps,"line 1\r\nline 2, ""quoted"" x",yes,x1
A2,"=1+1",C1,,n/k,Al,Bo,sometime,yes,=1+1,,x2
A3,,C9,12.125,7.5,,,2026-12-31,no,'quoted',no,x3
"""
ROSTER = b"""CSM ID,Name,FTE,Start Date,Leave,City,Country
C1,Ada,0.8,soon,2026-12-01/2026-12-31,Oslo,Norway
C2,Bo,much,,,,
"""


def test_originals_unreadable_cells_and_further_columns_survive_any_number_of_rounds(tmp_path: Path) -> None:
    portfolio = read_portfolio(SOURCE.encode(), ROSTER, as_of=date(2026, 1, 5)).portfolio
    assert portfolio is not None
    assert portfolio.accounts[0].extra["bookshift:name"] == "  Ac\u200bme "
    assert portfolio.accounts[1].extra["bookshift:health"] == "n/k"
    rounds = [portfolio]
    for number in range(3):
        folder = tmp_path / str(number)
        problem = problem_of(rounds[-1])
        export_plan(folder, problem=problem, assignment=problem.baseline, scenario=DRAFT, reasons={})
        write_portfolio(folder, rounds[-1])
        intake = read_portfolio(folder / "plan-draft.csv", folder / "csms.csv", as_of=portfolio.as_of)
        assert intake.questions == ()
        assert intake.portfolio is not None
        rounds.append(intake.portfolio)
    renamed = {"Owner": "source: Owner", "Owner (2)": "source: Owner (2)", "ID": "source: ID"}
    expected = replace(
        portfolio,
        accounts=tuple(
            replace(one, extra={renamed.get(key, key): value for key, value in one.extra.items()})
            for one in portfolio.accounts
        ),
    )
    for after in rounds[1:]:
        assert after.accounts == expected.accounts
        assert [replace(one, extra={}) for one in after.csms] == [
            replace(one, extra={}) for one in portfolio.csms
        ]
        assert after.csms[0].extra == {"source: Country": "Norway", "bookshift:start": "soon"}
        assert after.csms[1].extra == {"bookshift:fte": "much"}


def test_a_further_column_is_never_taken_for_the_new_owner(tmp_path: Path) -> None:
    export_small(tmp_path)
    csms = b"csm_id,name\nC1,Ada\nC2,Bob\n"
    found = read_portfolio(tmp_path / "plan-draft.csv", csms, as_of=date(2026, 1, 5)).portfolio
    assert found is not None
    assert [one.owner for one in found.accounts] == ["C1", "C2", "C2", "C1"]
    assert found.accounts[1].extra["source: CSM Name"] == "Ada"
    assert found.currency == "EUR"


def test_what_an_earlier_plan_said_is_replaced(tmp_path: Path) -> None:
    account = Account(id="A1", name="Acme", arr=1.0, owner="C1", extra={"plan_hours": "99", "Note": "x"})
    problem = problem_of(Portfolio((account,), (Csm(id="C1", name="Ada"),), date(2026, 1, 5)))
    export_small(tmp_path, problem=problem, assignment=problem.baseline, reasons={})
    header, row = csv.reader((tmp_path / "plan-draft.csv").read_text("utf-8").splitlines())
    assert len(header) == len(set(header))
    assert "99" not in row


def test_every_field_has_a_column_that_the_import_knows() -> None:
    known = {one.name for one in ACCOUNT_FIELDS}
    assert set(ACCOUNT_HEADERS) == known
    assert known - {"currency"} == {one.name for one in fields(Account)} - {"imputed", "corrected", "extra"}
    assert set(CSM_HEADERS) == {one.name for one in CSM_FIELDS}
    assert set(CSM_HEADERS) == {one.name for one in fields(Csm)} - {"extra"}


def test_the_industry_fit_is_empty_where_nobody_states_an_industry(tmp_path: Path) -> None:
    accounts = tuple(Account(id=f"A{i}", name=f"Acme {i}", arr=1.0, owner="C1") for i in range(3))
    problem = problem_of(Portfolio(accounts, (Csm(id="C1", name="Ada"),), date(2026, 1, 5)))
    export_plan(tmp_path, problem=problem, assignment=problem.baseline, scenario=DRAFT, reasons={})
    (book,) = table(tmp_path / "books-draft.csv")
    assert (book["accounts_plan"], book["industry_fit_today"], book["industry_fit_plan"]) == ("3", "", "")


texts = st.text(max_size=20)


@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_names_reasons_and_further_cells_are_exact(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    accounts = tuple(
        Account(id=f"A{i}", name=name, arr=1.0, owner="C1", extra={"Note": note})
        for i, (name, note, _) in enumerate(rows)
    )
    problem = problem_of(Portfolio(accounts, (Csm(id="C1", name="Ada"),), date(2026, 1, 5)))
    reasons = {i: reason for i, (_, _, reason) in enumerate(rows)}
    export_plan(
        tmp_path,
        problem=problem,
        assignment=problem.baseline,
        scenario=DRAFT,
        reasons=reasons,
        overwrite=True,
    )
    found = table(tmp_path / "plan-draft.csv")
    assert [(row["name"], row["Note"], row["plan_reason"]) for row in found] == rows


# What stands in the files


def test_the_plan_names_new_and_old_owner_and_what_holds_an_account(tmp_path: Path) -> None:
    export_small(tmp_path)
    rows = table(tmp_path / "plan-draft.csv")
    assert [(row["owner_id"], row["previous_owner_id"], row["plan_moved"]) for row in rows] == [
        ("C1", "C1", "no"),
        ("C2", "C1", "yes"),
        ("C2", "C9", "yes"),
        ("C1", "", "yes"),
    ]
    assert [row["plan_held"] for row in rows] == ["lock", "forbid C1", "pin", ""]
    assert [row["plan_reason"] for row in rows] == ["", "Ada is over capacity", "The owner left", ""]
    hours = small().data.hours
    assert [float(row["plan_hours"]) for row in rows] == [hours[i, j] for i, j in enumerate(SMALL_PLAN)]


def test_moves_come_in_the_order_given_and_the_rest_by_position(tmp_path: Path) -> None:
    export_small(tmp_path, order=[2, 0, 2])
    rows = table(tmp_path / "moves-draft.csv")
    assert [(row["account_id"], row["from_id"], row["to_id"]) for row in rows] == [
        ("A3", "C9", "C2"),
        ("A2", "C1", "C2"),
        ("A4", "", "C1"),
    ]
    moved = rows[1]
    churn = small().data.churn
    assert float(moved["expected_churn_change"]) == pytest.approx(500 * (churn[1, 1] - churn[1, 0]))
    assert (moved["name"], moved["reason"], moved["arr"]) == (HOSTILE, "Ada is over capacity", "500")
    assert (rows[0]["hours_from"], rows[0]["expected_churn_change"]) == ("", "")


def test_books_conserve_accounts_and_arr(tmp_path: Path) -> None:
    export_small(tmp_path)
    rows = table(tmp_path / "books-draft.csv")
    assert [(row["csm_id"], row["accounts_today"], row["accounts_plan"]) for row in rows] == [
        ("C1", "2", "2"),
        ("C2", "0", "2"),
    ]
    assert [row["arr_plan"] for row in rows] == ["1007.5", "520"]
    assert [row["arr_today"] for row in rows] == ["1500.5", "0"]
    assert [(row["accounts_received"], row["accounts_given"]) for row in rows] == [("1", "1"), ("2", "0")]


def test_an_unchanged_plan_has_no_moves_and_nothing_else(tmp_path: Path) -> None:
    problem = small()
    export_small(tmp_path, assignment=problem.baseline, reasons={})
    assert table(tmp_path / "moves-draft.csv") == []
    assert [row["owner_id"] for row in table(tmp_path / "plan-draft.csv")] == ["C1", "C1", "C9", ""]


def test_imputed_values_are_named_and_left_for_the_next_import_to_impute(tmp_path: Path) -> None:
    portfolio = read_portfolio(SOURCE.encode(), ROSTER, as_of=date(2026, 1, 5)).portfolio
    assert portfolio is not None
    problem = problem_of(portfolio)
    for profile in ("system", "people"):
        export_small(tmp_path, problem=problem, assignment=problem.baseline, reasons={}, profiles=[profile])
    exact, shown = table(tmp_path / "plan-draft.csv"), table(tmp_path / "plan-people-draft.csv")
    assert [row["plan_imputed"] for row in exact] == ["", "arr", "name"]
    assert [(row["name"], row["arr"]) for row in exact[1:]] == [("=1+1", ""), ("", "12.1250")]
    assert [(row["name"], row["arr"]) for row in shown[1:]] == [("'=1+1", "0"), ("A3", "12.1250")]


# For people


def test_people_get_names_a_marker_and_nothing_that_runs(tmp_path: Path) -> None:
    export_small(tmp_path, profiles=["people"], order=[1])
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "books-people-draft.csv",
        "manifest-people-draft.json",
        "moves-people-draft.csv",
        "plan-people-draft.csv",
    ]
    for path in tmp_path.glob("*.csv"):
        rows = table(path)
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert is_for_people(rows[0])
        assert [row[PEOPLE_MARKER] for row in rows] == [str(i + 1) for i in range(len(rows))]
    plan = table(tmp_path / "plan-people-draft.csv")
    assert [row["plan_owner_name"] for row in plan] == ["Ada", "'@Bob", "'@Bob", "Ada"]
    assert [row["previous_owner_name"] for row in plan] == ["Ada", "Ada", "", ""]
    assert plan[1]["Nickname"] == "'=cmd"
    moved = table(tmp_path / "moves-people-draft.csv")[0]
    assert (moved["from_name"], moved["to_name"]) == ("Ada", "'@Bob")


def test_an_import_refuses_what_was_made_for_people(tmp_path: Path) -> None:
    export_small(tmp_path, profiles=["people"])
    csms = b"csm_id,name\nC1,Ada\n"
    intake = read_portfolio(tmp_path / "plan-people-draft.csv", csms, as_of=date(2026, 1, 5))
    assert intake.portfolio is None
    assert any("made for people" in one.message for one in intake.findings)


def test_programs_get_no_names_of_csms(tmp_path: Path) -> None:
    export_small(tmp_path)
    for path in tmp_path.glob("*.csv"):
        assert "Bob" not in path.read_text("utf-8")


# The manifest, drafts and approvals


def approval(**changes: Any) -> Approval:
    return Approval(
        **{
            "scenario_id": 3,
            "version": 7,
            "sha256": "ab" * 32,
            "author": "ann",
            "uid": 1001,
            "at": NOW,
            "rationale": "Evens out the load",
            "seq": 40,
            "content": {"moves": {"A2": "C2", "A3": "C2", "A4": "C1"}},
            **changes,
        }
    )


def test_the_manifest_says_what_each_file_holds(tmp_path: Path) -> None:
    problem = small()
    manifest = export_plan(
        tmp_path, problem=problem, assignment=SMALL_PLAN, scenario=DRAFT, reasons=SMALL_REASONS
    )
    record = json.loads((tmp_path / "manifest-draft.json").read_text("ascii"))
    assert {one["name"] for one in record["files"]} == {one.name for one in tmp_path.glob("*.csv")}
    assert [(one["name"], one["rows"], one["arr"]) for one in record["files"]] == [
        ("plan-draft.csv", 4, 1527.5),
        ("moves-draft.csv", 3, 527.0),
        ("books-draft.csv", 2, 1527.5),
    ]
    for one in manifest.files:
        content = (tmp_path / one.name).read_bytes()
        assert one.sha256 == hashlib.sha256(content).hexdigest()
        assert len(table(tmp_path / one.name)) == one.rows
    assert math.fsum(float(row["arr"]) for row in table(tmp_path / "plan-draft.csv")) == 1527.5
    assert {key: record[key] for key in ("application", "status", "scenario", "version", "approval")} == {
        "application": "Bookshift",
        "status": "DRAFT",
        "scenario": "Q1 rebalancing",
        "version": 7,
        "approval": None,
    }
    assert {key: record[key] for key in ("policy", "profiles", "data_as_of", "currency", "exported_at")} == {
        "policy": "Fewest moves",
        "profiles": ["system"],
        "data_as_of": "2026-01-05",
        "currency": "EUR",
        "exported_at": "2026-01-06T09:30:00+00:00",
    }
    assert (record["fairness"], record["app_version"]) == ("Equal hours for equal capacity.", "0.1.0")


def test_an_approved_plan_bears_its_approval(tmp_path: Path) -> None:
    export_small(tmp_path, scenario=replace(DRAFT, approval=approval()))
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "books.csv",
        "manifest.json",
        "moves.csv",
        "plan.csv",
    ]
    record = json.loads((tmp_path / "manifest.json").read_text("ascii"))
    assert record["status"] == "approved"
    assert record["approval"] == {
        "approver": "ann",
        "uid": 1001,
        "at": "2026-01-06T09:30:00+00:00",
        "rationale": "Evens out the load",
        "sha256": "ab" * 32,
    }


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": 6}, "version 6 of “Q1 rebalancing” is approved and this is version 7"),
        ({"content": {"moves": {"A2": "C2", "A3": "C2"}}}, "not those that were approved"),
        ({"content": {"moves": {"A2": "C2", "A3": "C1", "A4": "C1"}}}, "not those that were approved"),
    ],
)
def test_nothing_but_what_was_approved_is_exported_as_approved(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(ExportError, match=says):
        export_small(tmp_path / "out", scenario=replace(DRAFT, approval=approval(**changes)))
    assert not (tmp_path / "out").exists()


def test_an_export_is_repeated_only_when_asked_and_is_the_same(tmp_path: Path) -> None:
    export_small(tmp_path)
    first = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    with pytest.raises(FilesExistError) as caught:
        export_small(tmp_path)
    assert set(caught.value.names) == set(first)
    export_small(tmp_path, overwrite=True)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == first
