"""The commands that find, correct and accept what is wrong with the data."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from cli_rig import Run, imported, record
from findings_rig import DIRTY, rows_of
from plan_rig import SAMPLE, opened

from bookshift.planner import Planner
from bookshift.quality import CORRECTED, examined
from bookshift.screens.findings_rows import item_cells, item_rows
from bookshift_io.workspace import Workspace


def test_the_commands_find_correct_accept_and_take_back(run: Run, tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        key = SAMPLE.accounts[0].id

        def here(*words: str) -> tuple[int, str, str]:
            return run(words[0], "-w", planner.workspace.folder, *words[1:])

        def told(*words: str) -> dict[str, Any]:
            code, out, _ = here(*words, "--json")
            assert code == 0
            return record(out)

        code, text, _ = here("check")
        assert code == 0
        assert "Data: readiness 9" in text
        assert "'870' this is no health that can be read; 87?" in text
        ids = [one["id"] for one in told("check")["findings"]]
        assert {"unreadable:health", "arr_zero", "missing:health"} <= set(ids)
        done = told("correct", "-a", key, "--field", "health", "--value", "87")
        assert done["changed"]
        assert done["label"] == f"corrected {SAMPLE.accounts[0].name}: health 870 → 87"
        assert not told("correct", "-a", key, "--field", "health", "--value", "87")["changed"]
        code, _, said = here("correct", "-a", key, "--field", "health", "--value", "870")
        assert code == 7
        assert "a number from 0 to 100, such as 62.5" in said
        assert here("correct", "--field", "health", "--value", "8")[0] == 2
        said = here("correct", "--field", "region", "--was", "XX", "--value", "EU")[2]
        assert "no account says 'XX'" in said
        region = SAMPLE.accounts[0].region
        done = told("correct", "--field", "region", "--was", region, "--value", "Mars")
        many = sum(one.region == region for one in SAMPLE.accounts)
        assert done["label"] == f"corrected region of {many} accounts: {region} → Mars"
        assert here("undo")[0] == 0
        assert told("accept-finding", "arr_zero", "--reason", "free")["changed"]
        (row,) = told("check", "--finding", "arr_zero")["rows"]
        assert row["decided"].endswith("free")
        assert here("accept-finding", "nonsense")[0] == 7
        assert told("take-back", "-a", key, "-a", SAMPLE.accounts[1].id)["changed"]
        assert here("undo")[0] == 0
        assert told("check", "--finding", "arr_zero")["accepted"] == 1


def test_check_names_the_line_of_the_file_past_blank_and_rejected_rows(run: Run, tmp_path: Path) -> None:
    accounts, mapping, w = tmp_path / "a.csv", tmp_path / "m.toml", tmp_path / "w"
    accounts.write_text(
        "id,name,ARR,Score,owner\n\nA1,Acme,1000,70,C1\nA2,Bolt,-5,70,C1\nA3,Coil,900,870,C1\nA4,Dune,10000,,Max\n"
    )
    mapping.write_text('[accounts]\n"Score" = "health"\n')
    assert imported(run, w, accounts, "id,name\nC1,Ada\n", "--mapping", mapping)[0] == 0
    found = {one["id"]: one for one in record(run("check", "-w", w, "--json")[1])["findings"]}
    (row,) = found["unreadable:health"]["rows"]
    assert (row["account"], row["row"], row["column"], row["value"]) == ("A3", 5, "Score", "870")
    assert found["owner_unknown"]["rows"][0]["row"] == 6
    rejected = [one for one in found.values() if one["severity"] == "error"]
    assert [one["rows"][0]["row"] for one in rejected] == [4]
    titles = " ".join(one["title"] for one in found.values())
    assert "until then the cell counts as empty" not in titles, "said once, not twice"


def test_what_the_file_says_in_place_of_a_value_is_shown(run: Run, tmp_path: Path) -> None:
    accounts, w = tmp_path / "a.csv", tmp_path / "w"
    accounts.write_text("id,name,ARR,owner\nA1,Acme,1000,C1\nA2,Bolt,n/a,C1\nA3,Coil,,C1\n")
    assert imported(run, w, accounts, "id,name\nC1,Ada\n")[0] == 0
    with Workspace.open(w) as workspace:
        found = examined(Planner(workspace, workspace.scenarios()[0].id))
        items = {one.account: one for one in rows_of(found, "missing:arr")}
        assert {key: (one.shown, one.value) for key, one in items.items()} == {
            "A2": ("n/a", ""),
            "A3": ("", ""),
        }
        cells = [getattr(one, "text", one) for one in item_cells(items["A2"])]
        assert cells[3] == "n/a"
        told = "\n".join(str(one) for one in item_rows(items["A2"], "a.csv", None))
        assert "n/a: not stated" in told


def test_a_workspace_with_a_correction_that_cannot_be_read_opens_and_says_so(
    run: Run, tmp_path: Path
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        key, folder = SAMPLE.accounts[0].id, planner.workspace.folder
        planner.correct([(key, "arr", "777")])
    with closing(sqlite3.connect(folder / "bookshift.db")) as base, base:
        # What a release took that had no limit for amounts.
        huge = "9" + "0" * 108
        base.execute("UPDATE scenarios SET decisions = replace(decisions, '\"777\"', ?)", (f'"{huge}"',))
    code, out, _ = run("check", "-w", folder, "--finding", CORRECTED, "--json")
    (row,) = record(out)["rows"]
    assert (code, row["account"]) == (0, key)
    assert row["message"].endswith("not in force: that is no ARR; take it back and type it again")
    assert run("take-back", "-w", folder, "-a", key)[0] == 0
    left = record(run("check", "-w", folder, "--json")[1])["findings"]
    assert not any(one["id"] == CORRECTED for one in left)


def test_a_new_scenario_begins_with_what_is_known_of_the_data_and_no_other_decision(
    run: Run, tmp_path: Path
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        key = SAMPLE.accounts[0].id
        planner.correct([(key, "health", "87")])
        planner.lock([SAMPLE.accounts[2].id])
        assert run("new", "-w", planner.workspace.folder, "--name", "Other")[0] == 0
        planner.open("Other")
        assert [one.key for one in planner.state.decisions] == [
            one.key for one in planner.state.decisions.corrections()
        ]
        assert planner.portfolio.accounts[0].health == 87
