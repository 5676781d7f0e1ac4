"""The first start: the sample, a workspace of ones own, and the way to another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from first_run_rig import asked, first_start, no_tour, path
from plan_rig import SIZES, opened, running
from textual.widgets import Input

from bookshift.demo import open_demo
from bookshift.places import last_workspace, remember_tour, tour_seen
from bookshift.screens.first_run import FirstRunScreen
from bookshift.screens.path_prompt import candidates
from bookshift.screens.plan import PlanScreen


async def test_the_sample_opens_in_a_workspace_of_ones_own_and_the_tour_is_offered_once() -> None:
    async with first_start() as rig:
        await rig.press("enter")
        await no_tour(rig)
        planner = rig.app.planner
        assert planner is not None
        assert len(planner.portfolio.accounts) == 150
        assert planner.state.policy.rules["max_accounts"].mode == "hard"
        planner.lock([planner.portfolio.accounts[0].id])
    assert tour_seen()
    assert last_workspace() is None, "the demonstration is not what the next start opens"
    with open_demo() as again:
        assert len(again.state(again.scenarios()[0].id).decisions) == 1, "kept as it was left"
    async with first_start() as rig:
        await rig.press("enter")
        await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
        await rig.settled()
        assert "A short tour?" not in rig.text


async def test_a_workspace_is_opened_and_remembered(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    async with first_start() as rig:
        await rig.press("down", "enter")
        await path(rig, "Which workspace folder?", tmp_path / "nowhere")
        await rig.until(lambda: "There is no folder" in rig.text)
        await path(rig, "Which workspace folder?", tmp_path)
        await rig.until(lambda: "not a workspace" in rig.text)
        assert rig.app.screen.query_one(Input).value == str(tmp_path), "what was typed can be mended"
        await path(rig, "Which workspace folder?", tmp_path / "workspace")
        await no_tour(rig)
    assert last_workspace() == tmp_path / "workspace"


async def test_from_a_plan_another_workspace_is_opened_or_left_alone(tmp_path: Path) -> None:
    remember_tour()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with opened(tmp_path / "a") as planner, opened(tmp_path / "b") as other:
        other.workspace.rename(other.scenario.id, "Plan of b")
        async with running(planner) as rig:
            await rig.press("g", "w")
            await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen) and "is open" in rig.text)
            await rig.press("escape")
            await rig.until(lambda: rig.ready)
            await rig.press("S")
            await rig.until(lambda: rig.app.solving.running)
            await rig.press("g", "w")
            await rig.until(lambda: "A solve is under way" in rig.message)
            rig.solver.started()
            rig.solver.finished({})
            await rig.until(lambda: not rig.app.solving.running)
            await rig.press("g", "w")
            await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen))
            await rig.press("down", "enter")
            await path(rig, "Which workspace folder?", tmp_path / "b" / "workspace")
            await rig.until(lambda: rig.ready and "Plan of b" in rig.text.splitlines()[0])
            assert rig.app.planner is not None
            rig.app.planner.workspace.close()
    assert last_workspace() == tmp_path / "b" / "workspace"


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_screen_fits_and_q_leaves(size: tuple[int, int]) -> None:
    async with first_start(size) as rig:
        assert "Import two files" in rig.text
        assert "proposes a better plan" in " ".join(rig.text.split())
        assert "? help" in rig.text.splitlines()[-1]
        await rig.press("q")
        await rig.until(lambda: not rig.app.is_running)


def test_paths_are_completed_with_folders_and_wanted_files_only(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").touch()
    (tmp_path / "accounts.xlsx").touch()
    (tmp_path / "archive").mkdir()
    (tmp_path / ".hidden").mkdir()
    found: Any = candidates(f"{tmp_path}/a", (".csv",))
    assert found == [f"{tmp_path}/accounts.csv", f"{tmp_path}/archive/"]
    assert candidates(f"{tmp_path}/", folders=True) == [f"{tmp_path}/archive/"]
    assert candidates(f"{tmp_path}/.h") == [f"{tmp_path}/.hidden/"]
    assert candidates(f"{tmp_path}/nothing/x") == []


@pytest.mark.parametrize("typed", ["~nobody-of-that-name/x", "/" + "long" * 100, "a\0b"])
async def test_a_path_that_the_system_refuses_is_said(typed: str) -> None:
    async with first_start() as rig:
        await rig.press("down", "enter")
        await path(rig, "Which workspace folder?", Path(typed))
        await rig.until(lambda: "There is no folder" in " ".join(rig.text.split()))
        await rig.press("tab")
        await rig.until(lambda: "Nothing there begins like this" in rig.text)


async def test_a_folder_in_place_of_a_file_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    async with first_start((80, 24)) as rig:
        assert "a folder that you or a colleague made with Bookshift" in rig.text
        assert "…" not in rig.text
        await rig.press("down", "down", "enter")
        await path(rig, "File of the accounts", tmp_path)
        await rig.until(lambda: "is a folder; type / and tab to see" in asked(rig))
        assert rig.app.screen.query_one(Input).value == str(tmp_path)
        await rig.press("escape", "up", "enter")
        await path(rig, "Which workspace folder?", tmp_path / "file")
        await rig.until(lambda: "is a file; a folder is asked for" in asked(rig))
