"""Approving and exporting the open scenario: an approved one as approved, any other as a draft."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bookshift.exports import approve, described, export, fairness, reasons_of, write
from bookshift.handmade import movers
from bookshift.planner import Planner
from bookshift_io.export.crm import CRMS
from bookshift_io.export.plan import PROFILES
from bookshift_io.export.writing import FilesExistError
from bookshift_io.workspace import Person, TamperedError, Workspace, WorkspaceError
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADA = Person(uid=1001, name="ada")


@pytest.fixture
def planner(tmp_path: Path) -> Iterator[Planner]:
    team = Portfolio(
        tuple(
            Account(id=f"A{i}", name=f"=Acme {i}", arr=100.0 * (i + 1), owner=f"C{i % 2}", risk=risk)
            for i, risk in enumerate((None, "low", "high", None))
        ),
        (Csm(id="C0", name="Ada"), Csm(id="C1", name="Ben")),
        date(2026, 1, 5),
        "EUR",
    )  # fmt: skip
    with Workspace.create(tmp_path / "W", person=ADA) as made:
        made.create_scenario("Plan 1", made.import_portfolio(team).id, Policy())
        planner = Planner(made, "Plan 1")
        planner.move(["A0", "A2"], "C1")
        yield planner


def rows(folder: Path, stem: str) -> list[dict[str, str]]:
    (path,) = [one for one in folder.glob("*.csv") if one.name.startswith(stem)]
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_a_draft_is_exported_as_a_draft(planner: Planner, tmp_path: Path) -> None:
    manifest = export(planner, tmp_path / "out", ["system"])
    assert (manifest.status, manifest.scenario, manifest.approval) == ("DRAFT", "Plan 1", None)
    assert manifest.currency == "EUR"
    assert manifest.fairness == fairness(planner.state.policy)
    assert len(rows(tmp_path / "out", "plan")) == 4
    moves = rows(tmp_path / "out", "moves")
    assert len(moves) == 2
    assert {entry.name for entry in manifest.files} <= {one.name for one in (tmp_path / "out").iterdir()}


def test_those_lose_first_whose_expected_churn_rises_most(planner: Planner, tmp_path: Path) -> None:
    export(planner, tmp_path / "out", ["system"])
    churn, arr = planner.problem.data.churn, planner.problem.data.arr
    rise = {f"A{i}": arr[i] * (churn[i, 1] - churn[i, 0]) for i in (0, 2)}
    moves = rows(tmp_path / "out", "moves")
    found = [next(cell for cell in row.values() if cell in rise) for row in moves]
    assert found == sorted(rise, key=lambda a: -rise[a]) == ["A2", "A0"]


def test_who_moved_an_account_by_hand_stands_in_every_file(planner: Planner, tmp_path: Path) -> None:
    export(planner, tmp_path / "out", ["system", "report"])
    reasons = {row["account_id"]: row["reason"] for row in rows(tmp_path / "out", "moves")}
    assert all(one.startswith("moved by hand (ada, 20") for one in reasons.values())
    (report,) = (tmp_path / "out").glob("*.md")
    assert report.read_text("utf-8").count("moved by hand (ada, 20") >= 2


def test_a_copy_and_a_fresh_import_remember_who_moved_what(planner: Planner) -> None:
    planner.move(["A1"], "C0")
    planner.undo()
    planner.redo()
    planner.undo()
    first = planner.workspace.scenario("Plan 1")
    later = replace(planner.session.portfolio, as_of=date(2026, 2, 2))
    planner.workspace.rebase_scenario(first.id, planner.workspace.import_portfolio(later).id)
    copy = planner.workspace.clone_scenario(first.id, "copy").scenario
    planner.open("copy")
    assert not planner.session.history.done
    made = movers(planner.session.history, planner.portfolio, planner.assignment, named=True)
    assert {i: who.partition(",")[0] for i, who in made.items()} == {0: "ada", 2: "ada"}
    # Back with its owner of today it is no move any more.
    planner.move(["A0"], "C0")
    assert set(movers(planner.session.history, planner.portfolio, planner.assignment)) == {2}
    # The plan of a solve, even where it is what a person had wanted before.
    planner.keep_proposal({"moves": {"A0": "C1", "A2": "C1"}, "gap": None})
    planner.accept()
    assert set(movers(planner.session.history, planner.portfolio, planner.assignment)) == {2}
    assert copy.parent_id == first.id


@pytest.mark.parametrize("profile", [one for one in PROFILES if one not in CRMS or one == "generic"])
def test_every_profile_writes_a_manifest_that_counts(planner: Planner, tmp_path: Path, profile: str) -> None:
    manifest = export(planner, tmp_path / "out", [profile])
    stored = [json.loads(one.read_text("utf-8")) for one in (tmp_path / "out").glob("*.json")]
    assert len(stored) == 1
    assert manifest.version == planner.scenario.version
    with pytest.raises(FilesExistError):
        export(planner, tmp_path / "out", [profile])
    export(planner, tmp_path / "out", [profile], overwrite=True)


def test_what_is_approved_is_exported_with_its_approver(planner: Planner, tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="rationale"):
        approve(planner, "  ")
    approval = approve(planner, "carries the risk on two shoulders", request="r")
    assert planner.scenario.status == "approved"
    manifest = export(planner, tmp_path / "out", ["system"])
    assert manifest.status == "approved"
    assert manifest.approval is not None
    assert (manifest.approval.approver, manifest.approval.rationale) == ("ada", approval.rationale)


def test_what_was_approved_and_changed_behind_our_back_is_not_exported(
    planner: Planner, tmp_path: Path
) -> None:
    approve(planner, "fine")

    def tamper(connection: Any) -> None:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE scenarios SET moves = '{}'")

    planner.workspace.database.write(tamper)
    planner.open("Plan 1")
    with pytest.raises(TamperedError):
        export(planner, tmp_path / "out", ["system"])
    assert not list((tmp_path).glob("out/*.csv"))


def test_any_assignment_can_be_written(planner: Planner, tmp_path: Path) -> None:
    named = described("what if", 7, planner.state.policy)
    swapped = np.array([1, 0, 1, 0])
    manifest = write(tmp_path / "out", planner.problem, swapped, named)
    assert (manifest.status, manifest.version) == ("DRAFT", 7)
    assert len(rows(tmp_path / "out", "moves")) == 4
    assert set(reasons_of(planner.problem, swapped, [0, 3])) == {0, 3}


def test_fairness_says_the_dead_band_in_force() -> None:
    assert fairness(Policy.from_record({"dead_band": 0.05})).endswith(
        "and up to 5% off target costs nothing."
    )
