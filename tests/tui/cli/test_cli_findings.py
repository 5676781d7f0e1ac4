"""What ``check`` says of an import: as many errors as the import did, under ids that can be typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from cli_rig import Run, imported, record

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workspace(run: Run, tmp_path: Path) -> Path:
    accounts, folder = tmp_path / "hub 2026-11-20.csv", tmp_path / "w"
    accounts.write_text(
        "Record ID,Company name,Company owner,CSM,ARR,Health\n"
        "1,Acme,Sales 3,Ada,n/a,n/a\n2,Bolt,Sales 1,Ada,-,60\n3,Clio,Sales 2,Ada,90,70\n"
    )
    code, out, err = imported(run, folder, accounts, "User ID,Name\n7,Ada\n")
    assert code == 0
    assert "2 errors" in out + err
    return folder


def test_an_arr_that_is_missing_is_an_error_for_import_and_check(run: Run, workspace: Path) -> None:
    text = run("check", "-w", workspace)[1]
    assert "; 2 errors, " in text
    assert "error: no ARR for 67 % of accounts (2 open) [missing:arr]" in text
    assert "cannot be read" not in text, "n/a in health is an empty cell"
    assert run("correct", "-w", workspace, "-a", "1", "--field", "arr", "--value", "5")[0] == 0
    assert "; 1 error, " in run("check", "-w", workspace)[1]


def test_a_finding_of_a_file_has_an_id_that_can_be_typed(run: Run, workspace: Path) -> None:
    text = run("check", "-w", workspace)[1]
    (line,) = [one for one in text.splitlines() if "this one is kept" in one and "[" in one]
    found = re.search(r"\[(file-[0-9a-f]{6})\]$", line)
    assert found is not None
    assert "Nothing to do, unless that is wrong." in text
    shown = record(run("check", "-w", workspace, "--finding", found[1], "--json")[1])
    assert shown["short"] == found[1]
    assert shown["id"].startswith("file:hub 2026-11-20.csv:Company owner:")
    assert run("accept-finding", "-w", workspace, found[1], "--reason", "sales")[0] == 0
    assert record(run("check", "-w", workspace, "-f", shown["id"], "--json")[1])["accepted"] == 1
    assert found[1] in run("check", "-w", workspace, "-f", "file-000000")[2]


def test_scenarios_are_put_away_and_taken_back_by_the_option_of_other_commands(
    run: Run, workspace: Path
) -> None:
    assert run("clone", "-w", workspace, "--name", "other")[0] == 0
    assert run("archive", "-w", workspace, "-s", "other")[0] == 0
    assert "other" not in run("scenarios", "-w", workspace)[1]
    assert run("restore", "-w", workspace, "--scenario", "2")[0] == 0
    for words in ((), ("other", "-s", "other")):
        assert run("archive", "-w", workspace, *words)[0] == 2
    assert "other" in run("scenarios", "-w", workspace)[1]
