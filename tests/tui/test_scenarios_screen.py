"""The list of scenarios: what it says, what can be done with one, and that nothing is put away unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from grids import texts
from plan_rig import SAMPLE, SIZES, Rig, opened, running

from bookshift.points import points_of, written
from bookshift.screens.plan import PlanScreen
from bookshift.screens.scenarios import ScenariosScreen
from bookshift.widgets.grid import Grid
from bookshift.widgets.statusline import MessageLine
from bookshift_model.policy import PRESETS


def screen(rig: Rig) -> ScenariosScreen:
    found = rig.app.screen
    assert isinstance(found, ScenariosScreen)
    return found


def shown(rig: Rig, grid: str = "#scenarios") -> list[list[str]]:
    return texts(screen(rig).query_one(grid, Grid).rows)


async def open_list(rig: Rig) -> None:
    await rig.press("g", "s")
    await rig.until(lambda: isinstance(rig.app.screen, ScenariosScreen) and shown(rig))


async def name(rig: Rig, text: str) -> None:
    """Type a name into the prompt in place of what stands there."""
    await rig.dialog()
    await rig.press("home", "ctrl+k")
    await rig.type(text)
    await rig.press("enter")


async def test_it_lists_figures_and_the_history_of_the_chosen_one(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.lock([SAMPLE.accounts[0].id], "a friend")
        async with running(planner) as rig:
            await open_list(rig)
            await rig.until(lambda: shown(rig)[0][4] not in {"…", "–"}, about="the points")
            row = shown(rig)[0]
            assert row[0] == "Plan 1  (open)"
            assert row[1:3] == ["draft", "0"]
            assert row[3] == f"! {len(planner.card.broken)} broken" if planner.card.broken else "✓ kept"
            assert row[4] == written(points_of(planner.card))
            await rig.until(lambda: len(shown(rig, "#history")) == 2)
            assert [one[3] for one in shown(rig, "#history")] == [
                f"locked {SAMPLE.accounts[0].name}",
                "created",
            ]


async def test_a_new_scenario_under_a_preset_is_opened_with_enter(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_list(rig)
            await rig.press("n")
            await name(rig, "Q4 fair")
            await rig.until(lambda: "Which policy?" in rig.text)
            await rig.press("down", "down", "enter")
            await rig.until(lambda: isinstance(rig.app.screen, ScenariosScreen) and len(shown(rig)) == 2)
            made = planner.workspace.scenario("Q4 fair")
            weights = planner.workspace.state(made.id).policy.weights
            assert {goal: weight for goal, weight in weights.items() if weight} == PRESETS["balanced"]
            await rig.until(lambda: screen(rig).chosen == made)
            await rig.press("enter")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen) and planner.scenario == made)
            await rig.until(lambda: "Q4 fair" in rig.text.splitlines()[0])


async def test_clone_rename_archive_and_restore(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        workspace = planner.workspace
        async with running(planner) as rig:
            await open_list(rig)
            await rig.press("C")
            await name(rig, "Second")
            await rig.until(lambda: isinstance(rig.app.screen, ScenariosScreen) and len(shown(rig)) == 2)
            await rig.until(lambda: screen(rig).chosen and screen(rig).chosen.name == "Second")
            await rig.press("r")
            await name(rig, "Third [/] way")
            await rig.until(
                lambda: isinstance(rig.app.screen, ScenariosScreen) and shown(rig)[0][0] == "Third [/] way"
            )
            await rig.press("x")
            await rig.until(lambda: "Archive Third [/] way?" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: isinstance(rig.app.screen, ScenariosScreen))
            assert workspace.scenario("Third [/] way").status == "draft", "Enter means no"
            await rig.press("x")
            await rig.until(lambda: "y archives it" in rig.text)
            await rig.press("y")
            await rig.until(lambda: isinstance(rig.app.screen, ScenariosScreen) and len(shown(rig)) == 1)
            await rig.press("a")
            await rig.until(lambda: len(shown(rig)) == 2)
            assert screen(rig).grid.jump_to(str(workspace.scenario("Third [/] way").id))
            await rig.press("x")
            await rig.until(lambda: workspace.scenario("Third [/] way").status == "draft")


async def test_a_taken_name_and_the_open_scenario_are_refused_with_the_reason(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_list(rig)
            await rig.press("C")
            await name(rig, "Plan 1")
            await rig.until(
                lambda: (
                    isinstance(rig.app.screen, ScenariosScreen)
                    and "choose another name" in screen(rig).query_one(MessageLine).message
                )
            )
            await rig.press("x")
            await rig.until(lambda: "is open" in screen(rig).query_one(MessageLine).message)
            assert len(planner.workspace.scenarios()) == 1


@pytest.mark.parametrize("size", SIZES)
async def test_the_screen_fits_and_tab_goes_to_the_history(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, size) as rig:
            await open_list(rig)
            await rig.until(lambda: "created" in rig.text)
            assert "? help" in rig.text.splitlines()[-1]
            await rig.press("tab")
            await rig.until(lambda: screen(rig).query_one("#history", Grid).has_focus)
            await rig.press("q")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


@pytest.mark.parametrize("size", SIZES)
async def test_the_history_says_why(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path) as planner:
        planner.lock([SAMPLE.accounts[0].id], "a friend")
        async with running(planner, size) as rig:
            await open_list(rig)
            await rig.until(lambda: "a friend" in rig.text)
