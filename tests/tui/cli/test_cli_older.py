"""A plan that newer data has left behind, on the command line: said wherever it counts, and copied onward."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from cli_rig import SAMPLE, Run, record


@pytest.fixture
def behind(run: Run, workspace: Path, tmp_path: Path) -> Path:
    """Plan 1, approved: A-00001 to C-001 and A-00002 to C-003; then C-003 leaves and A-00001 goes."""
    for account, csm in (("A-00001", "C-001"), ("A-00002", "C-003")):
        assert run("move", "-w", workspace, "-a", account, "-c", csm)[0] == 0
    assert run("approve", "-w", workspace, "--rationale", "fine")[0] == 0
    for name, column in (("accounts", "account_id"), ("csms", "csm_id")):
        with (SAMPLE / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row[column] not in {"A-00001", "C-003"}]
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    code, out, _ = run(
        "import", "-w", workspace, "--accounts", tmp_path / "accounts.csv", "--csms", tmp_path / "csms.csv",
        "--as-of", "2026-01-05",
    )  # fmt: skip
    assert code == 0
    assert "Plan 1 (draft 2) goes on; 2 moves void" in out
    return workspace


GONE = "1 data set behind; 2 moves of it name people or accounts that are gone"


def test_a_copy_goes_on_with_the_newest_data_and_says_what_became_void(run: Run, behind: Path) -> None:
    code, out, _ = run("clone", "-w", behind, "-s", "Plan 1", "--name", "Copy")
    assert code == 0
    assert "Copy goes on with data set 2, the newest, no longer 1: 2 moves void" in out
    assert "void: Copy (A-00001): move to" in out
    assert "→ account gone" in out
    assert "→ CSM gone" in out
    made = record(run("clone", "-w", behind, "-s", "Plan 1", "--name", "Again", "--json")[1])
    assert (made["dataset"], made["moves"]) == (2, 0)
    assert [one["reason"] for one in made["void"]["moves"]] == ["account gone", "CSM gone"]
    shown = record(run("show", "-w", behind, "-s", "Copy", "--json")[1])
    assert (shown["dataset"], shown["data_sets_behind"], shown["moves_gone"]) == (2, 0, 0)
    assert "gone" not in run("export", "-w", behind, "-s", "Copy", "--dry-run")[2]


def test_lists_and_show_say_how_far_a_plan_is_behind(run: Run, behind: Path) -> None:
    rows = {line.split("  ")[1]: line for line in run("scenarios", "-w", behind)[1].splitlines()}
    assert rows["Plan 1"].rstrip().endswith("1, 1 data set behind")
    assert rows["Plan 1 (draft 2)"].rstrip().endswith(" 2")
    listed = record(run("scenarios", "-w", behind, "--json")[1])["scenarios"]
    assert {one["name"]: one["data_sets_behind"] for one in listed} == {"Plan 1": 1, "Plan 1 (draft 2)": 0}
    out = run("show", "-w", behind, "-s", "Plan 1")[1]
    assert "! on data set 1, imported " in out
    assert GONE in out


def test_an_export_warns_and_its_manifest_says_which_data_it_is_of(
    run: Run, behind: Path, tmp_path: Path
) -> None:
    code, _, notes = run("export", "-w", behind, "-s", "Plan 1", "--out", tmp_path / "out")
    assert code == 0
    assert notes.startswith("! the plan is on data set 1, imported ")
    assert GONE in notes
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert (manifest["data_set"], manifest["data_sets_behind"]) == (1, 1)
    assert manifest["data_imported_at"] < manifest["exported_at"]
    assert GONE in manifest["warnings"][0]


def test_an_approval_on_older_data_is_told_so(run: Run, behind: Path) -> None:
    old = "Old draft"
    assert run("clone", "-w", behind, "--name", old, "-s", "Plan 1 (draft 2)")[0] == 0
    assert run("archive", "-w", behind, old)[0] == 0
    code, _, _ = run(
        "import", "-w", behind, "--accounts", SAMPLE / "accounts.csv", "--csms", SAMPLE / "csms.csv",
        "--as-of", "2026-01-05",
    )  # fmt: skip
    assert code == 0
    assert "(number 3), 1 data set behind: bookshift clone makes" in run("restore", "-w", behind, old)[1]
    code, out, notes = run("approve", "-w", behind, "-s", old, "--rationale", "fine", "--json")
    assert code == 0
    assert f"! {old} is on data set 2, imported " in notes
    assert "bookshift clone makes a copy on the newest data" in notes
    assert record(out)["data_sets_behind"] == 1


def test_a_new_scenario_is_on_the_data_in_force_also_where_that_is_older_data_again(
    run: Run, behind: Path
) -> None:
    run(
        "import", "-w", behind, "--accounts", SAMPLE / "accounts.csv", "--csms", SAMPLE / "csms.csv",
        "--as-of", "2026-01-05",
    )  # fmt: skip
    made = record(run("new", "-w", behind, "--name", "Fresh", "--json")[1])
    assert made["dataset"] == 1
