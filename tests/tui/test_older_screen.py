"""A plan that newer data has left behind, in the application: said, listed, and copied onto the newest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from plan_rig import SAMPLE, SIZES, Rig, opened, running
from textual.screen import Screen

from bookshift.planner import Planner
from bookshift.screens.approve import ApproveDialog
from bookshift.screens.ax import AxScreen
from bookshift.screens.plan import PlanScreen
from bookshift.screens.policy import PolicyScreen
from bookshift.screens.reimporting import DriftScreen
from bookshift.screens.scenarios import ScenariosScreen
from bookshift_io.workspace import DatasetInfo

LEAVER = SAMPLE.csms[0].id
TO_LEAVER = next(one.id for one in SAMPLE.accounts if one.owner != LEAVER)
STAYS = next(one for one in SAMPLE.accounts if one.owner == SAMPLE.csms[1].id and one.id != TO_LEAVER)
NEWER = replace(SAMPLE, csms=SAMPLE.csms[1:])
BEHIND = "! 1 data set behind"


def words(rig: Rig) -> str:
    """What the dialog says, its lines joined."""
    return " ".join(" ".join(re.findall(r"│ (.*) │", rig.text)).split())


def import_meanwhile(planner: Planner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a colleague import between the reading of the newest data for a copy and its storing."""
    workspace, newest = planner.workspace, planner.workspace.current_dataset

    def read_then_import() -> DatasetInfo | None:
        found = newest()
        workspace.import_portfolio(replace(SAMPLE, csms=SAMPLE.csms[2:]))
        return found

    monkeypatch.setattr(workspace, "current_dataset", read_then_import)


@pytest.fixture
def behind(tmp_path: Path) -> Iterator[Planner]:
    """Plan 1, approved, with a move to a CSM who has left by now and one that still holds."""
    with opened(tmp_path) as planner:
        planner.move([TO_LEAVER], LEAVER)
        planner.move([STAYS.id], SAMPLE.csms[2].id)
        planner.workspace.approve(planner.scenario.id, "right", {})
        planner.workspace.import_portfolio(NEWER)
        planner.open(planner.scenario.id)
        yield planner


@pytest.mark.parametrize("size", SIZES)
async def test_an_opened_plan_says_that_it_is_on_older_data(behind: Planner, size: tuple[int, int]) -> None:
    async with running(behind, size) as rig:
        assert BEHIND in rig.text
        await rig.until(lambda: "Plan 1 is on data set 1, imported" in rig.message)
        await rig.until(lambda: "1 move of it names people or accounts that are gone" in rig.text)


async def test_newer_data_from_another_session_is_said_of_the_open_plan(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.workspace.approve(planner.scenario.id, "right", {})
        planner.open(planner.scenario.id)
        async with running(planner) as rig:
            assert BEHIND not in rig.text
            planner.workspace.import_portfolio(NEWER)
            rig.screen.look_around()
            await rig.until(lambda: BEHIND in rig.text)


async def test_a_copy_goes_on_with_the_newest_data_and_lists_what_is_void(behind: Planner) -> None:
    async with running(behind) as rig:
        await rig.press("C")
        await rig.until(lambda: "Name of the copy" in rig.text)
        assert "goes on with the newest data, which makes 1 move void" in words(rig)
        await rig.press("enter")
        await rig.until(lambda: isinstance(rig.app.screen, DriftScreen) and "CSM gone" in rig.text)
        assert "Plan 1 copy: 1 move void" in rig.text
        await rig.press("escape")
        await rig.until(lambda: rig.app.screen is rig.screen)
        assert "Plan 1 copy goes on with data set 2, the newest, no longer 1: 1 move void" in rig.message
        assert BEHIND not in rig.text
        assert behind.state.moves == {STAYS.id: SAMPLE.csms[2].id}


async def test_a_change_of_an_older_plan_is_made_again_on_the_newest_data(behind: Planner) -> None:
    async with running(behind) as rig:
        rig.screen.show_account(TO_LEAVER)
        await rig.press("x")
        await rig.until(lambda: "Go on in a new draft?" in rig.text)
        assert "newest data, which makes 1 move void" in words(rig)
        await rig.press("y")
        await rig.until(
            lambda: "goes on with data set 2, the newest: look again, then decide." in rig.message
        )
        assert behind.scenario.name == "Plan 1 (draft 2)"
        assert not behind.state.decisions
        assert len(behind.portfolio.csms) == len(NEWER.csms)


@pytest.mark.parametrize(
    ("chord", "home", "key"),
    [("", PlanScreen, "t"), ("gp", PolicyScreen, "+"), ("gx", AxScreen, "space")],
)
async def test_a_draft_that_cannot_be_made_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chord: str, home: type[Screen[None]], key: str
) -> None:
    with opened(tmp_path) as planner:
        planner.workspace.approve(planner.scenario.id, "right", {})
        planner.open(planner.scenario.id)
        async with running(planner) as rig:
            await rig.press(*chord)
            await rig.until(
                lambda: isinstance(rig.app.screen, home) and getattr(rig.app.screen, "figures", True)
            )
            if isinstance(rig.app.screen, PolicyScreen):
                assert rig.app.screen.grid.jump_to("goal fit")
            await rig.press(key)
            await rig.until(lambda: "Go on in a new draft?" in rig.text)
            import_meanwhile(planner, monkeypatch)
            await rig.press("y")
            await rig.until(lambda: "omebody else has imported data meanwhile" in rig.text)
            assert isinstance(rig.app.screen, home)
            assert [one.name for one in planner.workspace.scenarios()] == ["Plan 1"]


async def test_the_list_shows_whose_data_is_old_and_a_new_scenario_has_the_newest(behind: Planner) -> None:
    async with running(behind) as rig:
        await rig.press("g", "s")
        await rig.until(lambda: isinstance(rig.app.screen, ScenariosScreen) and "! 1 behind" in rig.text)
        await rig.press("C")
        await rig.until(lambda: "which makes 1 move void" in words(rig))
        await rig.press("enter")
        await rig.until(lambda: "made Plan 1 copy, on the newest data: 1 move void" in rig.text)
        assert "newest" in rig.text
        await rig.press("escape")
        await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
        await rig.press("g", "n")
        await rig.until(lambda: "Name of the new scenario" in rig.text)
        await rig.fill("Anew")
        await rig.until(lambda: behind.scenario.name == "Anew")
        assert behind.workspace.behind(behind.scenario.dataset_id) == 0


async def test_the_approval_of_a_draft_on_older_data_says_so_first(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.move([TO_LEAVER], LEAVER)
        planner.workspace.import_portfolio(NEWER)
        async with running(planner) as rig:
            await rig.press("A")
            await rig.until(lambda: isinstance(rig.app.screen, ApproveDialog))
            await rig.until(lambda: "! This plan is on data set 1" in rig.text)
            assert "C copies it onto the newest" in words(rig)


async def test_what_was_done_before_a_copy_is_not_undone_and_that_fits_a_small_terminal(
    behind: Planner,
) -> None:
    behind.open(behind.workspace.clone_scenario(behind.scenario.id, "Copy").scenario.id)
    async with running(behind, (80, 24)) as rig:
        await rig.press("u")
        await rig.until(lambda: "Nothing to undo: changes before the copy of 20" in rig.text)
        assert "stay; g s lists them." in rig.text
