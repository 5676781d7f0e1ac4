"""The command line as a script sees it: exit codes, JSON, and what stays untouched on failure."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from cli_rig import SAMPLE, Run, record


def test_the_sample_in_the_repository_is_what_the_generator_makes(run: Run, tmp_path: Path) -> None:
    assert run("sample", "--accounts", "150", "--csms", "8", "--seed", "1", "--out", tmp_path / "s")[0] == 0
    for name in ("accounts.csv", "csms.csv", "policy.toml", "mapping.toml"):
        assert (tmp_path / "s" / name).read_bytes() == (SAMPLE / name).read_bytes()


def test_a_decision_is_kept_undone_and_done_again(run: Run, workspace: Path) -> None:
    pin = ("pin", "-w", workspace, "-a", "A-00001", "-c", "C-003", "--reason", "knows them", "--json")
    made = record(run(*pin)[1])
    assert made["changed"]
    assert made["moves"] == 1
    assert not record(run(*pin)[1])["changed"], "saying it twice changes nothing"
    code, out, _ = run("why", "-w", workspace, "-a", "A-00001")
    assert code == 0
    assert "knows them" in out
    assert record(run("undo", "-w", workspace, "--json")[1])["moves"] == 0
    assert record(run("redo", "-w", workspace, "--json")[1])["moves"] == 1
    labels = [one["label"] for one in record(run("history", "-w", workspace, "--json")[1])["entries"]]
    assert labels[0] == "pinned Tarnaby Data to Liam Grant"


def test_the_history_says_why(run: Run, workspace: Path) -> None:
    run("lock", "-w", workspace, "-a", "A-00004", "-a", "A-00005", "--reason", "old friends")
    run("move", "-w", workspace, "-a", "A-00001", "-c", "C-003", "--reason", "asked for him")
    correct = ("--field", "health", "--value", "40", "--reason", "survey of May")
    assert run("correct", "-w", workspace, "-a", "A-00002", *correct)[0] == 0
    run("undo", "-w", workspace)
    entries = record(run("history", "-w", workspace, "--json")[1])["entries"]
    told = [(one["kind"], one["reason"]) for one in entries[:4]]
    assert told == [("undo", ""), ("do", "survey of May"), ("do", "asked for him"), ("do", "old friends")]
    lines = run("history", "-w", workspace)[1].splitlines()
    assert lines[0].split()[-1] == "why"
    assert [line.rpartition("  ")[2] for line in lines[3:5]] == ["asked for him", "old friends"]
    answer = record(run("why", "-w", workspace, "-a", "A-00001", "--json")[1])
    assert ": asked for him)" in answer["reason"]


def test_what_was_done_before_an_import_or_a_copy_is_not_undone_and_that_is_said(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    assert "There is nothing to undo (" in run("undo", "-w", workspace)[1]
    run("move", "-w", workspace, "-a", "A-00001", "-c", "C-003")
    assert run("clone", "-w", workspace, "--name", "Copy")[0] == 0
    out = run("undo", "-w", workspace, "-s", "Copy")[1]
    assert "Nothing to undo: changes before the copy of 20" in out
    fewer = (SAMPLE / "csms.csv").read_text("utf-8").replace("0.8", "0.7")
    (tmp_path / "csms.csv").write_text(fewer, "utf-8")
    files = ("--accounts", SAMPLE / "accounts.csv", "--csms", tmp_path / "csms.csv", "--as-of", "2026-01-06")
    assert run("import", "-w", workspace, *files)[0] == 0
    out = run("undo", "-w", workspace, "-s", "Plan 1")[1]
    assert "Nothing to undo: changes before the import of 20" in out
    assert "stay; bookshift history lists them" in out
    assert "moved Tarnaby Data" in run("history", "-w", workspace, "-s", "Plan 1")[1]
    assert "There is nothing to do again" in run("redo", "-w", workspace, "-s", "Plan 1")[1]


def test_why_says_that_a_person_moved_the_account(run: Run, workspace: Path) -> None:
    run("move", "-w", workspace, "-a", "A-00001", "-c", "C-003")
    answer = record(run("why", "-w", workspace, "-a", "A-00001", "--json")[1])
    assert answer["reason"].startswith("moved by hand (you, 20")
    (move,) = record(run("show", "-w", workspace, "--json")[1])["moves"]
    assert move["reason"].startswith("moved by hand (you, 20")
    run("undo", "-w", workspace)
    assert "moved by" not in record(run("why", "-w", workspace, "-a", "A-00001", "--json")[1])["reason"]


def test_the_same_request_id_changes_nothing_the_second_time(run: Run, workspace: Path) -> None:
    request = "6f0d1f2e-5a41-4c6e-9d6f-1df8f4b1c001"
    move = ("move", "-w", workspace, "-a", "A-00001", "-c", "C-003", "--request-id", request, "--json")
    first = record(run(*move)[1])
    assert record(run(*move)[1])["version"] == first["version"]


def test_csms_are_found_by_name_and_accounts_by_id(run: Run, workspace: Path) -> None:
    assert run("move", "-w", workspace, "-a", "A-00001", "-c", "liam grant")[0] == 0
    code, _, err = run("move", "-w", workspace, "-a", "A-99999", "-c", "C-003")
    assert (code, err.count("\n")) == (7, 1)
    assert "A-99999" in err
    assert run("move", "-w", workspace, "-a", "A-00001", "-c", "nobody")[0] == 7


def test_a_strategic_account_says_why_it_stays(run: Run, workspace: Path) -> None:
    with (SAMPLE / "accounts.csv").open(newline="") as file:
        strategic = next(row for row in csv.DictReader(file) if row["strategic"] == "yes")
    _, out, _ = run("why", "-w", workspace, "-a", strategic["account_id"])
    assert "strategic" in out


def test_check_names_what_today_breaks(run: Run, workspace: Path) -> None:
    baseline = record(run("check", "-w", workspace, "--json")[1])["baseline"]
    broken = {(one["rule"], one["csm"]) for one in baseline["violations"] if one["hard"]}
    assert ("max_accounts", "C-005") in broken
    assert baseline["books"]["C-005"]["accounts"] == 38
    assert sum(one["arr"] for one in baseline["books"].values()) == pytest.approx(16_000_100)


def test_a_preset_becomes_the_policy_and_prints_as_toml(run: Run, workspace: Path) -> None:
    assert run("policy", "-w", workspace, "best-fit")[0] == 0
    assert 'name = "Best fit"' in run("policy", "-w", workspace)[1]
    code, _, err = run("policy", "-w", workspace, "no-such-preset")
    assert (code, err.count("\n")) == (7, 1)


def test_diff_names_the_account_that_differs(run: Run, workspace: Path) -> None:
    run("clone", "-w", workspace, "--name", "other")
    run("pin", "-w", workspace, "--scenario", "other", "-a", "A-00001", "-c", "C-003")
    found = record(run("diff", "-w", workspace, "Plan 1", "other", "--json")[1])
    assert found["owners"] == [{"account": "A-00001", "first": "C-007", "second": "C-003"}]
    assert len(found["inputs"]) == 1


def test_an_approved_scenario_is_frozen_and_its_export_says_so(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    run("move", "-w", workspace, "-a", "A-00001", "-c", "C-003")
    assert run("approve", "-w", workspace, "--rationale", " ")[0] == 7
    approval = record(run("approve", "-w", workspace, "--rationale", "agreed", "--json")[1])
    code, _, err = run("move", "-w", workspace, "-a", "A-00002", "-c", "C-003")
    assert (code, err.count("\n")) == (7, 1)
    code, out, _ = run("export", "-w", workspace, "--out", tmp_path / "x", "--json")
    assert code == 0
    manifest = json.loads((tmp_path / "x" / record(out)["manifest"]).read_text())
    assert manifest["status"] == "approved"
    assert manifest["approval"]["sha256"] == approval["sha256"]
    with (tmp_path / "x" / "moves.csv").open(newline="") as file:
        assert [(row["account_id"], row["to_id"]) for row in csv.DictReader(file)] == [("A-00001", "C-003")]


def test_what_was_put_away_is_taken_back(run: Run, workspace: Path) -> None:
    run("clone", "-w", workspace, "--name", "other")
    assert run("approve", "-w", workspace, "-s", "other", "--rationale", "agreed")[0] == 0
    code, _, err = run("restore", "-w", workspace, "other")
    assert (code, err.count("\n")) == (7, 1)
    assert "“other” (number 2) is not archived" in err
    assert run("archive", "-w", workspace, "other")[0] == 0
    assert [one["name"] for one in listed(run, workspace)] == ["Plan 1"]
    assert record(run("restore", "-w", workspace, "other", "--json")[1])["status"] == "approved"
    assert {one["name"]: one["status"] for one in listed(run, workspace)} == {
        "Plan 1": "draft",
        "other": "approved",
    }
    run("archive", "-w", workspace, "other")
    run("clone", "-w", workspace, "--scenario", "Plan 1", "--name", "other")
    code, _, err = run("restore", "-w", workspace, "2")
    assert (code, err.count("\n")) == (7, 1)
    assert "there is a scenario “other” already" in err


def listed(run: Run, workspace: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = record(run("scenarios", "-w", workspace, "--json")[1])["scenarios"]
    return found


def test_an_export_never_replaces_files_unasked(run: Run, workspace: Path, tmp_path: Path) -> None:
    export = ("export", "-w", workspace, "--out", tmp_path / "x")
    assert run(*export)[0] == 0
    before = (tmp_path / "x" / "plan-draft.csv").read_bytes()
    run("move", "-w", workspace, "-a", "A-00001", "-c", "C-003")
    code, _, err = run(*export)
    assert code == 7
    assert "plan-draft.csv" in err
    assert (tmp_path / "x" / "plan-draft.csv").read_bytes() == before
    assert run(*export, "--overwrite")[0] == 0
    assert (tmp_path / "x" / "plan-draft.csv").read_bytes() != before
    assert run(*export, "--profile", "no-such-crm")[0] == 2


def test_today_has_no_decisions_to_compare_with(run: Run, workspace: Path) -> None:
    run("pin", "-w", workspace, "-a", "A-00001", "-c", "C-003")
    found = record(run("diff", "-w", workspace, "today", "Plan 1", "--json")[1])
    assert len(found["inputs"]) == 1
    assert [one["account"] for one in found["owners"]] == ["A-00001"]


def test_nothing_that_a_terminal_obeys_is_printed(run: Run, workspace: Path) -> None:
    reason = "\x1b]0;owned\x07 \u202eknows them"
    assert run("pin", "-w", workspace, "-a", "A-00001", "-c", "C-003", "--reason", reason)[0] == 0
    for asked in (("why", "-w", workspace, "-a", "A-00001"), ("diff", "-w", workspace, "today", "Plan 1")):
        code, out, _ = run(*asked)
        assert code == 0
        assert "knows them" in out
        assert all(one.isprintable() for one in out.split("\n"))


def test_a_scenario_may_be_called_a_number(run: Run, workspace: Path) -> None:
    assert run("clone", "-w", workspace, "--name", "2027")[0] == 0
    assert record(run("show", "-w", workspace, "-s", "2027", "--json")[1])["scenario"] == "2027"
    assert record(run("show", "-w", workspace, "-s", "1", "--json")[1])["scenario"] == "Plan 1"
    code, _, err = run("show", "-w", workspace, "-s", "²")
    assert (code, err.count("\n")) == (7, 1)


def test_a_backup_holds_what_the_workspace_held(run: Run, workspace: Path, tmp_path: Path) -> None:
    run("move", "-w", workspace, "-a", "A-00001", "-c", "C-003")
    made = Path(record(run("backup", "-w", workspace, "--json")[1])["file"])
    restored = tmp_path / "restored"
    restored.mkdir()
    (restored / "bookshift.db").write_bytes(made.read_bytes())
    assert record(run("show", "-w", restored, "--json")[1])["moves"][0]["account"] == "A-00001"


def test_the_application_is_refused_without_a_terminal(run: Run, workspace: Path) -> None:
    code, out, err = run("open", workspace)
    assert (code, out, err.count("\n")) == (2, "", 1)


def test_a_place_that_is_no_workspace_is_said_so(run: Run, tmp_path: Path) -> None:
    code, out, err = run("show", "-w", tmp_path)
    assert (code, out, err.count("\n")) == (7, "", 1)
    assert str(tmp_path) in err


def test_unknown_options_and_versions(run: Run) -> None:
    assert run("show", "--no-such-option")[0] == 2
    assert run("--version")[1].startswith("bookshift ")


def test_init_says_nothing_when_told_so(run: Run, tmp_path: Path) -> None:
    assert run("init", tmp_path / "said")[1].startswith("made the workspace ")
    assert run("init", tmp_path / "quiet", "-q") == (0, "", "")
    assert (tmp_path / "quiet").is_dir()
