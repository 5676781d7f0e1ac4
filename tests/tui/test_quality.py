"""The quality of the data of a scenario: found, corrected, accepted, kept over an import."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from plan_rig import SAMPLE, opened

from bookshift.cli import main
from bookshift.planner import Planner
from bookshift.quality import CORRECTED, Lines, examined
from bookshift.screens.findings_rows import item_cells, item_rows
from bookshift_io.intake.places import runs_of
from bookshift_io.workspace import Source, SourceFile, Workspace

DIRTY = replace(
    SAMPLE,
    accounts=(
        replace(SAMPLE.accounts[0], health=None, extra={"bookshift:health": "870"}),
        replace(SAMPLE.accounts[1], arr=0.0),
        *SAMPLE.accounts[2:],
    ),
)


def test_a_correction_changes_the_figures_and_closes_the_finding(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        before = examined(planner)
        (item,) = before.items(before.entry("unreadable:health"))  # type: ignore[arg-type]
        assert (item.account, item.value, item.suggest) == (SAMPLE.accounts[0].id, "870", "87")
        planner.correct([(item.account, "health", item.suggest)], "a zero too many")
        after = examined(planner)
        assert after.entry("unreadable:health") is None
        assert after.ready.score > before.ready.score
        assert planner.portfolio.accounts[0].health == 87
        (done,) = after.items(after.entry(CORRECTED))  # type: ignore[arg-type]
        assert done.decided.startswith(f"corrected by {planner.workspace.person.name} on ")
        assert done.decided.endswith("a zero too many")
        planner.undo()
        assert examined(planner).entry("unreadable:health") is not None
        assert planner.portfolio is planner.session.portfolio


def test_an_accepted_finding_is_counted_apart_until_its_value_changes(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        found = examined(planner)
        entry = found.entry("arr_zero")
        assert entry is not None
        planner.accept_findings(found.subjects(entry, found.items(entry)), entry.title, "free of charge")
        after = examined(planner)
        entry = after.entry("arr_zero")
        assert entry is not None
        assert (entry.open, entry.accepted) == (0, 1)
        assert "free of charge" in after.items(entry)[0].decided
        assert after.ready.score > found.ready.score
        assert after.entries[-1].open == 0, "what is settled stands last"


def test_it_holds_over_an_import_until_the_source_says_something_else(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        key = SAMPLE.accounts[0].id
        planner.correct([(key, "health", "87")])
        same = replace(DIRTY, as_of=DIRTY.as_of.replace(day=DIRTY.as_of.day + 1))
        planner.workspace.rebase_scenario(planner.scenario.id, planner.workspace.import_portfolio(same).id)
        planner.open(planner.scenario.id)
        assert planner.portfolio.accounts[0].health == 87
        fresh = replace(same, accounts=(replace(SAMPLE.accounts[0], health=52.0), *DIRTY.accounts[1:]))
        planner.workspace.rebase_scenario(planner.scenario.id, planner.workspace.import_portfolio(fresh).id)
        planner.open(planner.scenario.id)
        assert planner.portfolio.accounts[0].health == 52
        found = examined(planner)
        (item,) = found.items(found.entry("overtaken:health"))  # type: ignore[arg-type]
        assert (item.value, item.suggest) == ("52.0", "87")
        assert "not in force" in found.items(found.entry(CORRECTED))[0].says  # type: ignore[arg-type]


def test_a_finding_names_line_and_column_of_the_file() -> None:
    lines = Lines(
        Source(
            files=(SourceFile(name="crm.csv", sha256="", rows=4),),
            mapping='[accounts]\n"Kunde" = "name"\n"Punkte" = "health"\n',
            counts={"lines": runs_of([2, 3, 7, 8, 12])},
        )
    )
    assert runs_of([2, 3, 7, 8, 12]) == [[0, 2], [2, 7], [4, 12]]
    assert [lines.of(i) for i in range(5)] == [2, 3, 7, 8, 12]
    assert (lines.header("health"), lines.header("renewal")) == ("Punkte", "renewal date")
    assert Lines(Source()).of(3) is None


def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, Any]:
    monkeypatch.setattr(sys, "argv", ["bookshift", *words])
    with pytest.raises(SystemExit) as end:
        main()
    printed = capsys.readouterr()
    try:
        return int(end.value.code or 0), json.loads(printed.out)
    except ValueError:
        return int(end.value.code or 0), printed.out + printed.err


def test_the_commands_find_correct_accept_and_take_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        w, key = str(planner.workspace.folder), SAMPLE.accounts[0].id

        def run(*words: str) -> tuple[int, Any]:
            return call(capsys, monkeypatch, words[0], "-w", w, *words[1:])

        code, text = run("check")
        assert code == 0
        assert "Data: readiness 9" in text
        assert "'870' this is no health that can be read; 87?" in text
        ids = [one["id"] for one in run("check", "--json")[1]["findings"]]
        assert {"unreadable:health", "arr_zero", "missing:health"} <= set(ids)
        code, done = run("correct", "-a", key, "--field", "health", "--value", "87", "--json")
        assert (code, done["changed"]) == (0, True)
        assert done["label"] == f"corrected {SAMPLE.accounts[0].name}: health 870 → 87"
        assert not run("correct", "-a", key, "--field", "health", "--value", "87", "--json")[1]["changed"]
        code, said = run("correct", "-a", key, "--field", "health", "--value", "870")
        assert code == 7
        assert "a number from 0 to 100, such as 62.5" in said
        assert run("correct", "--field", "health", "--value", "8")[0] == 2
        assert (
            "no account says 'XX'" in run("correct", "--field", "region", "--was", "XX", "--value", "EU")[1]
        )
        region = SAMPLE.accounts[0].region
        done = run("correct", "--field", "region", "--was", region, "--value", "Mars", "--json")[1]
        many = sum(one.region == region for one in SAMPLE.accounts)
        assert done["label"] == f"corrected region of {many} accounts: {region} → Mars"
        assert run("undo")[0] == 0
        assert run("accept-finding", "arr_zero", "--reason", "free", "--json")[1]["changed"]
        (row,) = run("check", "--finding", "arr_zero", "--json")[1]["rows"]
        assert row["decided"].endswith("free")
        assert run("accept-finding", "nonsense")[0] == 7
        assert run("take-back", "-a", key, "-a", SAMPLE.accounts[1].id, "--json")[1]["changed"]
        assert run("undo")[0] == 0
        assert run("check", "--finding", "arr_zero", "--json")[1]["accepted"] == 1


def test_a_proposed_owner_is_taken_by_name_and_named_in_the_list_of_corrections(tmp_path: Path) -> None:
    misspelt = replace(
        SAMPLE,
        accounts=(replace(SAMPLE.accounts[0], owner="Liam Grnat"), *SAMPLE.accounts[1:]),
    )
    with opened(tmp_path, misspelt) as planner:
        found = examined(planner)
        (item,) = found.items(found.entry("owner_unknown"))  # type: ignore[arg-type]
        planner.correct([(item.account, "owner", item.suggest)])
        assert planner.portfolio.accounts[0].owner == "C-003"
        after = examined(planner)
        assert after.ready.score > found.ready.score
        (done,) = after.items(after.entry(CORRECTED))  # type: ignore[arg-type]
        assert done.says == "owner: Liam Grnat → Liam Grant"
        planner.take_back([done.key], "it")
        assert planner.portfolio.accounts[0].owner == "Liam Grnat"


def test_check_names_the_line_of_the_file_past_blank_and_rejected_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text(
        "id,name,ARR,Score,owner\n\nA1,Acme,1000,70,C1\nA2,Bolt,-5,70,C1\nA3,Coil,900,870,C1\nA4,Dune,10000,,Max\n"
    )
    (tmp_path / "c.csv").write_text("id,name\nC1,Ada\n")
    (tmp_path / "m.toml").write_text('[accounts]\n"Score" = "health"\n')
    w = str(tmp_path / "w")
    assert call(capsys, monkeypatch, "init", w)[0] == 0
    words = ("--accounts", str(tmp_path / "a.csv"), "--csms", str(tmp_path / "c.csv"))
    mapping = ("--mapping", str(tmp_path / "m.toml"))
    assert call(capsys, monkeypatch, "import", "-w", w, *words, *mapping)[0] == 0
    found = {one["id"]: one for one in call(capsys, monkeypatch, "check", "-w", w, "--json")[1]["findings"]}
    (row,) = found["unreadable:health"]["rows"]
    assert (row["account"], row["row"], row["column"], row["value"]) == ("A3", 5, "Score", "870")
    assert found["owner_unknown"]["rows"][0]["row"] == 6
    rejected = [one for one in found.values() if one["severity"] == "error"]
    assert [one["rows"][0]["row"] for one in rejected] == [4]
    titles = " ".join(one["title"] for one in found.values())
    assert "until then the cell counts as empty" not in titles, "said once, not twice"


def test_what_the_file_says_in_place_of_a_value_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text("id,name,ARR,owner\nA1,Acme,1000,C1\nA2,Bolt,n/a,C1\nA3,Coil,,C1\n")
    (tmp_path / "c.csv").write_text("id,name\nC1,Ada\n")
    w = str(tmp_path / "w")
    assert call(capsys, monkeypatch, "init", w)[0] == 0
    words = ("--accounts", str(tmp_path / "a.csv"), "--csms", str(tmp_path / "c.csv"))
    assert call(capsys, monkeypatch, "import", "-w", w, *words)[0] == 0
    with Workspace.open(w) as workspace:
        found = examined(Planner(workspace, workspace.scenarios()[0].id))
        items = {one.account: one for one in found.items(found.entry("missing:arr"))}  # type: ignore[arg-type]
        assert {key: (one.shown, one.value) for key, one in items.items()} == {
            "A2": ("n/a", ""),
            "A3": ("", ""),
        }
        cells = [getattr(one, "text", one) for one in item_cells(items["A2"])]
        assert cells[3] == "n/a"
        told = "\n".join(str(one) for one in item_rows(items["A2"], "a.csv", None))
        assert "n/a: not stated" in told


def test_a_workspace_with_a_correction_that_cannot_be_read_opens_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        key, folder = SAMPLE.accounts[0].id, planner.workspace.folder
        planner.correct([(key, "arr", "777")])
    with closing(sqlite3.connect(folder / "bookshift.db")) as base, base:
        # What a release took that had no limit for amounts.
        huge = "9" + "0" * 108
        base.execute("UPDATE scenarios SET decisions = replace(decisions, '\"777\"', ?)", (f'"{huge}"',))
    w = str(folder)
    code, found = call(capsys, monkeypatch, "check", "-w", w, "--finding", CORRECTED, "--json")
    assert (code, found["rows"][0]["account"]) == (0, key)
    assert found["rows"][0]["message"].endswith(
        "not in force: that is no ARR; take it back and type it again"
    )
    assert call(capsys, monkeypatch, "take-back", "-w", w, "-a", key)[0] == 0
    assert not any(
        one["id"] == CORRECTED for one in call(capsys, monkeypatch, "check", "-w", w, "--json")[1]["findings"]
    )


def test_a_new_scenario_begins_with_what_is_known_of_the_data_and_no_other_decision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        key = SAMPLE.accounts[0].id
        planner.correct([(key, "health", "87")])
        planner.lock([SAMPLE.accounts[2].id])
        w = str(planner.workspace.folder)
        assert call(capsys, monkeypatch, "new", "-w", w, "--name", "Other")[0] == 0
        planner.open("Other")
        assert [one.key for one in planner.state.decisions] == [
            one.key for one in planner.state.decisions.corrections()
        ]
        assert planner.portfolio.accounts[0].health == 87


def test_a_score_is_compared_with_the_import_before_which_need_not_be_the_newest(tmp_path: Path) -> None:
    worse = replace(
        SAMPLE, accounts=tuple(replace(one, health=(one.health or 0) / 4) for one in SAMPLE.accounts)
    )
    with opened(tmp_path) as planner:
        said = []
        for data in (worse, SAMPLE, replace(SAMPLE, as_of=SAMPLE.as_of + timedelta(days=1))):
            planner.workspace.rebase_scenario(
                planner.scenario.id, planner.workspace.import_portfolio(data).id
            )
            planner.open(planner.scenario.id)
            said.append(examined(planner).drifted)
    assert ["moved by -" in one or "moved by −" in one for one in said] == [True, False, False]
    assert ["moved by +" in one for one in said] == [False, True, False]
