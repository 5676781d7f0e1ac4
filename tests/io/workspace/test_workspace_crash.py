"""Kill -9, several processes at once, migrations cut short: what was acknowledged is there."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from bookshift_io.workspace import NewerWorkspaceError, Workspace
from bookshift_io.workspace.backup import backups
from bookshift_io.workspace.engine import wal_is_safe
from bookshift_io.workspace.migrations import MIGRATIONS
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bookshift_io.workspace import ScenarioInfo

KILLS = int(os.environ.get("BOOKSHIFT_KILLS", "25"))
KNOWN = len(MIGRATIONS)
PLANNERS, CHANGES = 6, 10


@pytest.mark.parametrize(("engine", "kills"), [("", KILLS), ("plain-engine", max(5, KILLS // 5))])
def test_no_acknowledged_change_is_lost_when_the_process_is_killed(
    workspace: Workspace, scenario: ScenarioInfo, children: Callable[..., Any], engine: str, kills: int
) -> None:
    workspace.close()
    report = children("kill", workspace.folder, scenario.id, kills, 7, *filter(None, [engine]))
    assert report["acknowledged"] >= kills
    assert report["lost"] == []
    assert report["faults"] == []


def test_planners_who_write_at_once_lose_nothing(tmp_path: Path, children: Callable[..., Any]) -> None:
    accounts = tuple(Account(id=f"A{i}", name=f"{i}", arr=1.0, owner="C1") for i in range(PLANNERS * CHANGES))
    roster = (Csm(id="C0", name="Ada"), Csm(id="C1", name="Bo"))
    with Workspace.create(tmp_path / "W") as made:
        from_file = Portfolio(accounts=accounts, csms=roster, as_of=made.journal()[0].at.date())
        scenario = made.create_scenario("Plan A", made.import_portfolio(from_file).id, Policy())
    report = children("contend", tmp_path / "W", scenario.id, PLANNERS, CHANGES)
    assert report == {
        "codes": [0] * PLANNERS,
        "moves": PLANNERS * CHANGES,
        "version": 1 + PLANNERS * CHANGES,
        "faults": [],
    }


def test_a_migration_killed_at_any_statement_leaves_the_old_schema_and_the_next_start_does_it(
    workspace: Workspace, scenario: ScenarioInfo, children: Callable[..., Any]
) -> None:
    workspace.close()
    report = children("migrate", workspace.folder)
    assert report["after_kills"] == [[9, [scenario.name], []]] * 4
    assert report["codes"] == [0] * 6
    assert any(one.name.endswith("-before-upgrade.db") for one in backups(workspace.folder))
    with pytest.raises(NewerWorkspaceError, match=f"schema {KNOWN + 1}, this one knows {KNOWN}"):
        Workspace.open(workspace.folder)


def test_a_session_that_is_open_while_the_schema_is_upgraded_stops_writing(
    workspace: Workspace, scenario: ScenarioInfo
) -> None:
    workspace.database.write(lambda connection: connection.execute(f"PRAGMA user_version={KNOWN + 1}"))
    with pytest.raises(NewerWorkspaceError):
        workspace.rename(scenario.id, "Plan B")
    assert workspace.scenario(scenario.id).name == "Plan A"


def test_an_engine_with_the_wal_fault_uses_the_safe_mode(
    workspace: Workspace, scenario: ScenarioInfo, children: Callable[..., Any]
) -> None:
    assert scenario.id == 1
    workspace.close()
    report = children("engine", workspace.folder, "plain-engine")
    assert report["module"] == "sqlite3"
    assert report["mode"] == ("wal" if report["safe"] else "truncate")
    assert report["faults"] == []


@pytest.mark.skipif(wal_is_safe(sqlite3.sqlite_version_info), reason="the interpreter's own SQLite is safe")
def test_an_engine_with_the_wal_fault_stays_out_while_others_use_wal_mode(
    workspace: Workspace, scenario: ScenarioInfo, children: Callable[..., Any]
) -> None:
    if workspace.database.mode != "wal":
        pytest.skip("no engine that is safe in WAL mode is installed")
    assert "close the other sessions" in children("engine", workspace.folder, "plain-engine")["refused"]
    workspace.rename(scenario.id, "Plan B")
    workspace.close()
    assert children("engine", workspace.folder, "plain-engine")["mode"] == "truncate"
    with Workspace.open(workspace.folder) as again:
        assert again.database.mode == "wal"
        assert again.scenario("Plan B").id == scenario.id
