"""``bookshift export`` and its options, which the workspace keeps."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cli_rig import Run, imported, record
from plan_rig import SAMPLE, opened

from bookshift.exports import approve, proof
from bookshift.planner import Planner
from bookshift_io.export.crm import CrmOptions
from bookshift_io.export.kept import NAME, keep_options, kept_options
from bookshift_io.export.plan import ExportOptions
from bookshift_io.intake.read import read_portfolio
from bookshift_io.workspace import Workspace
from bookshift_model.portfolio import Portfolio

if TYPE_CHECKING:
    from pathlib import Path


ACCOUNT, OTHER = SAMPLE.accounts[0], next(one.id for one in SAMPLE.csms if one.id != SAMPLE.accounts[0].owner)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace whose accounts have HubSpot's ids in a column, with one move."""
    accounts = tuple(
        replace(one, extra={"HS Object ID": str(900 + k)}) for k, one in enumerate(SAMPLE.accounts)
    )
    portfolio = Portfolio(accounts, SAMPLE.csms, SAMPLE.as_of, SAMPLE.currency)
    with opened(tmp_path, portfolio) as planner:
        planner.move([ACCOUNT.id], OTHER)
    return tmp_path / "workspace"


def test_several_profiles_make_one_export_with_one_manifest(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    profiles = ("system", "people", "workbook", "report", "hubspot")
    options = [word for one in profiles for word in ("--profile", one)]
    code, out, err = run("export", "-w", workspace, *options, "--out", tmp_path / "x", "--json")
    assert code == 0
    found = record(out)
    assert {one["profile"] for one in found["files"]} == set(profiles)
    names = {one["name"] for one in found["files"]} | {found["manifest"]}
    assert {one.name for one in (tmp_path / "x").iterdir()} == names
    assert found["manifest"] == "manifest-draft.json"
    assert found["warnings"] == json.loads((tmp_path / "x" / found["manifest"]).read_text())["warnings"]
    assert "before HubSpot loads it, approve it, and then export again" in err


def test_a_dry_run_writes_nothing_and_needs_no_folder(run: Run, workspace: Path, tmp_path: Path) -> None:
    code, out, _ = run("export", "-w", workspace, "--profile", "hubspot", "--dry-run", "--json")
    assert code == 0
    found = record(out)
    assert (found["written"], found["folder"]) == (False, None)
    assert [(one["name"], one["rows"]) for one in found["files"]] == [
        ("hubspot_update-draft.csv", 1),
        ("hubspot_rollback-draft.csv", 1),
    ]
    assert not list(tmp_path.glob("**/*.csv"))
    assert run("export", "-w", workspace)[0] == 2


def test_the_sample_is_no_salesforce_export_and_is_refused_with_the_cure(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    code, out, err = run("export", "-w", workspace, "--profile", "salesforce", "--out", tmp_path / "x")
    assert (code, out, err.count("\n")) == (7, "", 1)
    assert f"{ACCOUNT.id} has no Salesforce id" in err
    assert "--key-from" in err
    assert not (tmp_path / "x").exists()


def test_options_of_a_crm_are_kept_for_everybody_in_the_workspace(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    export = ("export", "-w", workspace, "--profile", "generic")
    chosen = ("--target", "CSM", "--key", "Nr", "--owner-from", "email", "--separator", "semicolon")
    assert run(*export, *chosen, "--out", tmp_path / "1")[0] == 0
    assert (tmp_path / "1" / "generic_update-draft.csv").read_text().splitlines()[0] == "Nr,CSM"
    assert run(*export, "--out", tmp_path / "2")[0] == 0
    assert (tmp_path / "2" / "generic_update-draft.csv").read_text().splitlines()[0] == "Nr,CSM"
    assert kept_options(workspace) == ExportOptions(
        separator="semicolon", crm={"generic": CrmOptions(target="CSM", key="Nr", owner_from="email")}
    )
    assert run(*export, "--target", "", "--out", tmp_path / "3")[0] == 0
    assert (tmp_path / "3" / "generic_update-draft.csv").read_text().splitlines()[0] == "Nr,owner_id"
    code, _, err = run("export", "-w", workspace, "--target", "x", "--out", tmp_path / "4")
    assert code == 2
    assert "speak of one CRM" in " ".join(err.split())


def test_a_rollback_of_imported_files_has_the_targets_own_column(run: Run, tmp_path: Path) -> None:
    accounts, folder = tmp_path / "a.csv", tmp_path / "w"
    accounts.write_text(
        "Record ID,Company name,Company owner,Customer Success Manager,ARR\n"
        "1,Acme,Sales 3,ada@example.com,9\n2,Bolt,,ada@example.com,8\n"
    )
    csms = "User ID,Name,Email\n7,Ada,ada@example.com\n8,Ben,ben@example.com\n"
    assert imported(run, folder, accounts, csms)[0] == 0
    assert run("move", "-w", folder, "-a", "1", "-a", "2", "-c", "8")[0] == 0
    code, _, said = run("export", "-w", folder, "--profile", "hubspot", "--out", tmp_path / "x")
    assert code == 0
    rows = (tmp_path / "x" / "hubspot_rollback-draft.csv").read_text().splitlines()
    assert rows == ["Record ID,Company owner", "1,Sales 3"]
    assert "the rollback leaves out 1 of 2 accounts (Bolt): nobody is in Company owner today" in said


def test_people_get_the_separator_of_their_spreadsheet(run: Run, workspace: Path, tmp_path: Path) -> None:
    people = ("export", "-w", workspace, "--profile", "people")
    assert run(*people, "--separator", "semicolon", "--out", tmp_path / "s")[0] == 0
    line = (tmp_path / "s" / "moves-people-draft.csv").read_text("utf-8-sig").splitlines()[1].split(";")
    assert line[1] == ACCOUNT.id
    assert any("," in cell and cell.replace(",", "").isdigit() for cell in line), "decimals have a comma"
    assert run(*people, "--separator", "tab", "--out", tmp_path / "t")[0] == 0
    assert (tmp_path / "t" / "moves-people-draft.tsv").read_text("utf-8-sig").splitlines()[1].split("\t")[
        1
    ] == ACCOUNT.id
    assert run(*people, "--separator", "colon", "--out", tmp_path / "c")[0] == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[1]", b"{", b'{"separator": 7, "crm": 3}', b'{"separator": [1]}',
     b'{"crm": {"salesforce": [], "x": {}}}',
     b'{"crm": {"hubspot": {"target": 5, "key": "' + b"k" * 500 + b'"}}}', b"[" * 30_000, b"\xff\xfe"],
)  # fmt: skip
def test_kept_options_that_are_none_are_the_usual_ones(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    found = kept_options(tmp_path)
    assert found.separator == "comma"
    assert set(found.crm.values()) <= {CrmOptions()}


def test_kept_options_are_not_read_or_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "other").write_text('{"separator": "tab"}')
    (tmp_path / "w" / NAME).symlink_to(tmp_path / "other")
    assert kept_options(tmp_path / "w") == ExportOptions()
    keep_options(tmp_path / "w", ExportOptions(separator="semicolon"))
    assert (tmp_path / "other").read_text() == '{"separator": "tab"}'
    assert kept_options(tmp_path / "w").separator == "semicolon"


def test_a_plan_that_is_exported_and_imported_again_is_the_same_plan(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    assert run("export", "-w", workspace, "--out", tmp_path / "x")[0] == 0
    roster = tmp_path / "csms.csv"
    roster.write_text("csm_id,name\n" + "".join(f"{one.id},{one.name}\n" for one in SAMPLE.csms))
    found = read_portfolio(tmp_path / "x" / "plan-draft.csv", roster, as_of=SAMPLE.as_of)
    assert found.questions == ()
    assert found.portfolio is not None
    owners = {one.id: one.owner for one in found.portfolio.accounts}
    assert owners == {one.id: one.owner for one in SAMPLE.accounts} | {ACCOUNT.id: OTHER}
    assert all(one.extra["source: HS Object ID"] for one in found.portfolio.accounts)


def test_hard_rules_that_the_plan_breaks_are_warned_of_also_once_it_is_approved(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    warning = re.compile(r"^! the plan breaks [\d,]+ hard rules?: .", re.MULTILINE)
    with Workspace.open(workspace) as here:
        planner = Planner(here, "Plan 1")
        assert not planner.card.broken
        planner.set_policy(planner.state.policy.with_rule("max_accounts", mode="hard", limit=1), "one each")
        assert planner.card.broken
        first = planner.card.broken[0].sentence
        approve(planner, "good enough")
    said = run("export", "-w", workspace, "--dry-run")[2]
    assert warning.search(said)
    assert first in said
    code, _, said = run("export", "-w", workspace, "--out", tmp_path / "x")
    assert code == 0
    assert warning.search(said)


# What is proven


def test_the_proof_of_a_solve_stays_with_the_plan_until_it_is_changed(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        assert proof(planner) == ""
        planner.keep_proposal({"moves": {ACCOUNT.id: OTHER}, "points": 1.0, "gap": 0.004})
        entry = planner.accept()
        assert entry is not None
        assert entry.change.label == "accepted a plan with 1 move, proven within 0.4 % of the best possible"
        assert proof(planner).startswith("The plan is proven within 0.4 % of the best possible: no plan")
        planner.lock([SAMPLE.accounts[5].id])
        assert "1 change was made by hand since, of which nothing is proven" in proof(planner)
        planner.undo()
        approve(planner, "good")
        assert proof(planner).startswith("The plan is proven within 0.4 %")


@pytest.mark.parametrize(("gap", "says"), [(0.0, "No other plan scores better"), (None, "")])
def test_a_best_plan_and_one_without_proof(tmp_path: Path, gap: float | None, says: str) -> None:
    with opened(tmp_path) as planner:
        planner.keep_proposal({"moves": {ACCOUNT.id: OTHER}, "points": 1.0, "gap": gap})
        planner.accept()
        assert proof(planner)[: len("No other plan scores better")] == says


def test_a_waiting_plan_is_said_before_files_without_it_are_used(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    with Workspace.open(workspace) as here:
        here.save_proposal(here.scenario("Plan 1").id, {"moves": {ACCOUNT.id: OTHER}})
    said = run("export", "-w", workspace, "--out", tmp_path / "x")[2]
    assert "a solved plan waits and is not in these files" in said
    assert "take the solved plan over, approve it, and then export again" in said
