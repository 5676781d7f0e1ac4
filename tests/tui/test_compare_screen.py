"""Plans side by side, sweeps and the move-limit curve, with the processes that solve them."""

from __future__ import annotations

from pathlib import Path

from plan_rig import Rig, opened, running

from bookshift.screens.compare import CompareScreen
from bookshift.screens.curve import CurveScreen
from bookshift.screens.plan import PlanScreen
from bookshift.widgets.grid import Grid
from bookshift.widgets.statusline import MessageLine
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy

SMALL = sample(40, 4, 1)
LONG = 60.0


def said(rig: Rig) -> str:
    return rig.app.screen.query_one(MessageLine).message


def rows(rig: Rig) -> list[list[str]]:
    found = rig.app.screen.query_one(Grid).rows
    return [[getattr(cell, "text", cell) for cell in found.cells(at)] for at in range(len(found))]


async def open_compare(rig: Rig) -> None:
    await rig.press("g", "c")
    await rig.until(lambda: isinstance(rig.app.screen, CompareScreen) and len(rows(rig)) > 1)


async def test_scenarios_stand_beside_today_by_one_yardstick(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        planner.move([SMALL.accounts[0].id], SMALL.csms[-1].id)
        planner.workspace.clone_scenario(planner.scenario.id, "Other way [/]")
        async with running(planner) as rig:
            await open_compare(rig)
            await rig.until(lambda: len(rows(rig)) == 3)
            assert [one[0].removeprefix("● ").strip() for one in rows(rig)] == [
                "Today's books", "Other way [/]", "Plan 1",
            ]  # fmt: skip
            assert [one[1] for one in rows(rig)] == ["0", "1", "1"]
            await rig.press("x")
            await rig.until(lambda: "goes along the chart" in rig.text)
            await rig.press("down", "enter")
            await rig.until(lambda: "ARR moved, ARR" in rig.text)
            await rig.press("j", "enter")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen) and rig.ready)
            assert planner.scenario.name == "Other way [/]"


async def test_a_point_of_a_sweep_becomes_a_scenario_and_is_solved(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        async with running(planner) as rig:
            await open_compare(rig)
            await rig.press("S")
            await rig.until(lambda: "What shall vary?" in rig.text)
            await rig.press("G", "end", "down", "down", "down", "down", "down", "enter")
            await rig.until(lambda: "KEY=VALUES" in rig.text)
            await rig.fill("continuity=5,40")
            await rig.until(lambda: "sweep over continuity" in rig.text, about="the sweep", patience=LONG)
            assert "2 plans" in rig.text
            assert all("%" in one[4] for one in rows(rig))
            taken = rows(rig)[0][0].removeprefix("●").strip()
            await rig.press("enter")
            await rig.dialog()
            await rig.fill("Swept")
            await rig.until(
                lambda: isinstance(rig.app.screen, PlanScreen) and rig.solvers and rig.solver.jobs
            )
            assert planner.scenario.name == "Swept"
            tried = float(taken.removeprefix("continuity "))
            assert planner.state.policy.weights["continuity"] == tried
            assert rig.solver.jobs[-1].policy == planner.state.policy


async def test_a_sweep_that_means_nothing_says_why(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        async with running(planner, (80, 24)) as rig:
            await open_compare(rig)
            await rig.press("S")
            await rig.until(lambda: "What shall vary?" in rig.text)
            await rig.press("end", "down", "down", "down", "down", "down", "enter")
            await rig.until(lambda: "KEY=VALUES" in rig.text)
            await rig.fill("happiness=1,2")
            await rig.until(lambda: "is no goal" in said(rig), patience=LONG)


async def test_leaving_in_the_middle_of_a_sweep_ends_its_process(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        async with running(planner) as rig:
            await open_compare(rig)
            screen = rig.app.screen
            assert isinstance(screen, CompareScreen)
            await rig.press("S")
            await rig.until(lambda: "What shall vary?" in rig.text)
            await rig.press("j", "enter")
            await rig.until(lambda: "sweeping" in said(rig) and screen.stop(), patience=LONG)
            await rig.until(lambda: not screen.stop(), about="the end of the process", patience=LONG)
            await rig.press("q")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


async def test_a_move_limit_is_taken_with_one_key(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL, sample_policy(SMALL)) as planner:
        async with running(planner) as rig:
            await rig.press("g", "m")
            await rig.until(lambda: isinstance(rig.app.screen, CurveScreen) and rows(rig), patience=LONG)
            assert rows(rig)[-1][0] == "no limit"
            assert "share of the improvement" in rig.text
            limit = next(int(one[0]) for one in rows(rig) if one[2] != "–")
            await rig.press(*["j"] * [one[0] for one in rows(rig)].index(str(limit)))
            await rig.until(lambda: "of what is possible" in said(rig))
            await rig.press("enter")
            await rig.until(
                lambda: isinstance(rig.app.screen, PlanScreen) and rig.solvers and rig.solver.jobs
            )
            taken = planner.state.policy.rules["move_budget"].model_dump()
            assert (taken["mode"], taken["limit"]) == ("hard", limit)
            await rig.press("u")
            await rig.until(lambda: planner.state.policy.rules["move_budget"].mode == "off")
