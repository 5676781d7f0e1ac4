"""Solves on the command line, and what is said of a plan that cannot be good."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from cli_rig import SAMPLE, Run, record

from bookshift.planner import Planner
from bookshift_io.workspace import Workspace
from bookshift_model.decisions import Forbid
from bookshift_model.session import Change


def test_one_shot_says_what_was_read_solves_and_writes_the_files(run: Run, tmp_path: Path) -> None:
    files = (SAMPLE / "accounts.csv", SAMPLE / "csms.csv", "--mapping", SAMPLE / "mapping.toml")
    code, out, err = run(
        "plan", *files, "--policy", SAMPLE / "policy.toml", "--out", tmp_path / "x", "--json", "--strict"
    )
    assert code == 0
    assert "accounts: 150 rows read = 150 accepted + 0 rejected + 0 blank" in err.splitlines()
    found = record(out)
    assert found["sense"] == "min"
    assert found["gap"] <= 0.005
    assert found["bound"] <= found["objective"]
    assert not [one for one in found["scorecard"]["violations"] if one["hard"]]
    with (tmp_path / "x" / "moves-draft.csv").open(newline="") as file:
        written = [row["account_id"] for row in csv.DictReader(file)]
    assert sorted(written) == sorted(one["account"] for one in found["moves"])


def test_after_a_pin_few_others_move_unless_all_are_asked_for(run: Run, workspace: Path) -> None:
    first = record(run("solve", "-w", workspace, "--json", "--quiet")[1])
    shown = record(run("show", "-w", workspace, "--json")[1])
    assert shown["gap"] == pytest.approx(first["gap"], rel=1e-6, abs=1e-9)
    assert "proven " in run("show", "-w", workspace)[1]
    run("pin", "-w", workspace, "-a", "A-00002", "-c", "C-003")
    repaired = record(run("solve", "-w", workspace, "--json", "--quiet")[1])
    assert (first["scope"], repaired["scope"]) == ("whole", "repair")
    before, after = ({one["account"]: one["to"] for one in plan["moves"]} for plan in (first, repaired))
    assert after.get("A-00002", "C-003") == "C-003"
    assert sum(before.get(one) != after.get(one) for one in {*before, *after}) <= 26
    whole = record(run("solve", "-w", workspace, "--whole", "--json", "--quiet")[1])
    assert whole["scope"] == "whole"


def test_a_solve_is_taken_over_and_a_second_one_changes_nothing(run: Run, workspace: Path) -> None:
    run("pin", "-w", workspace, "-a", "A-00001", "-c", "C-003")
    first = record(run("solve", "-w", workspace, "--json", "--quiet")[1])
    assert ("A-00001", "C-003") in {(one["account"], one["to"]) for one in first["moves"]}
    second = record(run("solve", "-w", workspace, "--json", "--quiet")[1])
    assert second["moves"] == first["moves"]
    assert record(run("undo", "-w", workspace, "--json")[1])["moves"] == 1


def test_what_cannot_be_followed_is_shown_and_the_last_forbid_is_refused(run: Run, workspace: Path) -> None:
    everyone = [f"C-{j:03}" for j in range(1, 9)]
    for csm in everyone[:-1]:
        assert run("forbid", "-w", workspace, "-a", "A-00001", "-c", csm)[0] == 0
    code, _, said = run("forbid", "-w", workspace, "-a", "A-00001", "-c", everyone[-1])
    assert code != 0
    assert "is forbidden to everybody but" in said
    assert record(run("show", "-w", workspace, "--json")[1])["notes"] == []
    # As after an import without the CSM who was left.
    with Workspace.open(workspace) as there:
        last = Forbid(account="A-00001", csm=everyone[-1])
        Planner(there, "Plan 1").session.do(Change(label="forbidden", decisions=((last.key, None, last),)))
    (note,) = record(run("show", "-w", workspace, "--json")[1])["notes"]
    assert note.startswith("Every CSM is forbidden for ")
    assert f"! {note}" in run("show", "-w", workspace)[1]
    assert note in record(run("why", "-w", workspace, "-a", "A-00001", "--json")[1])["sentences"]
    solved = run("solve", "-w", workspace, "--gap", "0.05", "--json")[1]
    assert record(solved)["notes"] == [note]


def test_show_names_the_policy_and_says_that_the_team_is_too_small(run: Run, workspace: Path) -> None:
    said = run("show", "-w", workspace)[1]
    assert said.startswith("Plan 1 (draft, version 1), policy “")
    assert "too small" not in said
    with Workspace.open(workspace) as there:
        planner = Planner(there, "Plan 1")
        policy = planner.state.policy.to_record()
        policy["formulas"]["capacity"]["productive_hours"] = 20
        planner.set_policy(planner.state.policy.with_record(policy), "less time")
    (note,) = record(run("show", "-w", workspace, "--json")[1])["notes"]
    assert note.startswith("The team is too small for any plan: it has ")
    assert f"! {note}" in run("show", "-w", workspace)[1]
