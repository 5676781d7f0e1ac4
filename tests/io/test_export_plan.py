"""The files of a plan: what each says, for programs and for people, drafts and approved."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from export_rig import (
    DRAFT,
    HOSTILE,
    NOW,
    SMALL_PLAN,
    SMALL_REASONS,
    export_plan,
    export_small,
    problem_of,
    small,
    table,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookshift_io.export.marker import PEOPLE_MARKER, is_for_people
from bookshift_io.export.writing import ExportError, FilesExistError
from bookshift_io.intake.read import read_portfolio
from bookshift_io.workspace.approvals import Approval
from bookshift_model.portfolio import Account, Csm, Portfolio

if TYPE_CHECKING:
    from pathlib import Path


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
    assert float(moved["expected_churn_change"]) == pytest.approx(
        500 * (churn[1, 1] - churn[1, 0]), abs=0.005
    )
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


def test_amounts_that_were_computed_stop_at_the_cent_and_those_of_accounts_stay_exact(tmp_path: Path) -> None:
    owed = (100.1, 200.2, 0.3, 2821291.5324)
    accounts = tuple(
        Account(id=f"A{k}", name=f"Acme {k}", arr=arr, owner="C1", renewal=date(2026, 2, 1))
        for k, arr in enumerate(owed)
    )
    csms = (Csm(id="C1", name="Ada"), Csm(id="C2", name="Bob", fte=0.7), Csm(id="C3", name="Cy", fte=0.3))
    problem = problem_of(Portfolio(accounts, csms, date(2026, 1, 5), "EUR"))
    export_small(tmp_path, problem=problem, assignment=np.array([0, 0, 0, 1]), reasons={})
    books, moves = table(tmp_path / "books-draft.csv"), table(tmp_path / "moves-draft.csv")
    assert (books[0]["arr_today"], books[0]["arr_plan"]) == ("2821592.13", "300.6")
    assert [row["renewals_q1_plan"] for row in books] == ["300.6", "2821291.53", "0"]
    assert moves[0]["expected_churn_change"] != ""
    amounts = [moves[0]["expected_churn_change"]]
    named = ("target_arr", "arr_", "expected_churn_", "renewals_q")
    amounts += [row[header] for row in books for header in row if header.startswith(named)]
    assert all(len(one.partition(".")[2]) <= 2 for one in amounts), amounts
    assert [float(row["arr"]) for row in table(tmp_path / "plan-draft.csv")] == list(owed)
    hours = [row[header] for row in books for header in row if "hours" in header]
    assert all(len(one.partition(".")[2]) <= 4 for one in hours), hours


def test_an_unchanged_plan_has_no_moves_and_nothing_else(tmp_path: Path) -> None:
    problem = small()
    export_small(tmp_path, assignment=problem.baseline, reasons={})
    assert table(tmp_path / "moves-draft.csv") == []
    assert [row["owner_id"] for row in table(tmp_path / "plan-draft.csv")] == ["C1", "C1", "C9", ""]


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
