"""What the application does at its start besides showing a screen."""

from __future__ import annotations

from pathlib import Path

from bookshift.log import log_path
from bookshift.opening import back_up_daily, open_planner
from bookshift.planner import Planner
from bookshift_io.workspace import Workspace
from bookshift_model.policy import Policy
from bookshift_model.sample import sample


def made(folder: Path) -> Workspace:
    workspace = Workspace.create(folder)
    dataset = workspace.import_portfolio(sample(12, 3, 1))
    for name in ("First", "Second"):
        workspace.create_scenario(name, dataset.id, Policy())
    return workspace


def test_the_scenario_that_was_open_last_opens_again(tmp_path: Path) -> None:
    workspace = made(tmp_path / "w")
    workspace.save_view(workspace.scenario("First").id, {})
    workspace.close()
    planner = open_planner(tmp_path / "w")
    assert isinstance(planner, Planner)
    assert planner.scenario.name == "First"


def test_an_empty_workspace_opens_no_scenario(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w").close()
    assert open_planner(tmp_path / "w") is None


def test_one_backup_a_day_is_made(tmp_path: Path) -> None:
    workspace = made(tmp_path / "w")
    back_up_daily(workspace)
    back_up_daily(workspace)
    assert len(list((tmp_path / "w" / "backups").iterdir())) == 1


def test_a_backup_that_fails_stops_nobody_and_is_noted(tmp_path: Path) -> None:
    workspace = made(tmp_path / "w")
    (tmp_path / "w" / "backups").rmdir()
    (tmp_path / "w" / "backups").write_text("in the way")
    back_up_daily(workspace)
    assert log_path().exists()
