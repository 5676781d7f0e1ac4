"""Plans side by side, sweeps and the move-limit curve, with the processes that solve them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from grids import texts
from plan_rig import Rig, opened, running
from textual.widgets import Input

from bookshift.candidates import written
from bookshift.curves import Step, told_of
from bookshift.planner import Planner
from bookshift.points import points_of
from bookshift.proof import proof_of
from bookshift.screens.compare import CompareScreen
from bookshift.screens.curve import CurveScreen
from bookshift.screens.plan import PlanScreen
from bookshift.screens.vary import offers
from bookshift.sweeping import Pace
from bookshift.taking import Point
from bookshift.text import percent
from bookshift.widgets.grid import Grid
from bookshift.widgets.statusline import MessageLine
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.sweep.outcome import FIGURES

SMALL = sample(40, 4, 1)
LONG = 60.0


def said(rig: Rig) -> str:
    return rig.app.screen.query_one(MessageLine).message


def rows(rig: Rig) -> list[list[str]]:
    return texts(rig.app.screen.query_one(Grid).rows)


def proven(planner: Planner, gap: str) -> bool:
    """Whether the plan is proven as well as a list has said."""
    proof = proof_of(planner)
    return proof is not None and percent(proof.gap, 2) == gap


async def open_compare(rig: Rig) -> None:
    await rig.press("g", "c")
    await rig.until(lambda: isinstance(rig.app.screen, CompareScreen) and len(rows(rig)) > 1)


async def vary(rig: Rig, choice: int) -> None:
    """Take one of what a sweep may vary."""
    await rig.press("S")
    await rig.until(lambda: "What shall vary?" in rig.text)
    await rig.press(*["down"] * choice, "enter")


async def sweep_over(rig: Rig, axis: str) -> None:
    """Sweep over an axis that is typed."""
    await open_compare(rig)
    await vary(rig, 5)
    await rig.until(lambda: "KEY=VALUES" in rig.text)
    await rig.fill(axis)


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


async def test_a_point_of_a_sweep_becomes_a_scenario_with_the_plan_that_the_point_shows(
    tmp_path: Path,
) -> None:
    with opened(tmp_path, SMALL) as planner:
        async with running(planner) as rig:
            await sweep_over(rig, "continuity=5,41")
            await rig.until(lambda: "sweep over continuity" in rig.text, about="the sweep", patience=LONG)
            assert "2 plans" in rig.text
            assert all("%" in one[4] for one in rows(rig))
            headings = [column.key for column in rig.app.screen.query_one(Grid).columns]
            shown = dict(zip(headings, rows(rig)[0], strict=True))
            taken = shown["name"].removeprefix("●").strip()
            await rig.press("enter")
            await rig.dialog()
            await rig.fill("Swept")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen) and rig.ready)
            assert planner.scenario.name == "Swept"
            tried = float(taken.removeprefix("continuity "))
            assert planner.state.policy.weights["continuity"] == tried
            assert planner.state.policy.name == "Fewest moves, changed"
            assert shown["x"] == str(len(planner.card.moves)) == str(len(planner.state.moves))
            figures = {one: FIGURES[one].of(planner.card) for one in FIGURES}
            assert shown["y"] == written("workload_balance", figures["workload_balance"])
            for name in set(headings) & set(FIGURES):
                assert shown[name] == written(name, figures[name])
            assert proven(planner, shown["gap"])
            assert f"Swept: {shown['x']} moves, proven" in rig.message
            assert not any(solver.jobs for solver in rig.solvers)
            await open_compare(rig)
            await rig.until(lambda: len(rows(rig)) == 3)
            mine = next(one for one in rows(rig) if one[0].endswith("Swept"))
            assert mine[4] == shown["gap"]


async def test_a_sweep_of_a_scenario_that_was_changed_since_is_not_taken(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        async with running(planner) as rig:
            await sweep_over(rig, "continuity=5")
            await rig.until(lambda: "sweep over continuity" in rig.text, about="the sweep", patience=LONG)
            planner.lock([next(one.id for one in SMALL.accounts if one.owner)])
            await rig.press("enter")
            await rig.dialog()
            await rig.fill("Swept")
            await rig.until(lambda: "has changed since the sweep" in said(rig))
            assert len(planner.workspace.scenarios()) == 1


async def test_a_sweep_over_older_data_is_not_taken_and_says_where_to_sweep(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        planner.workspace.approve(planner.scenario.id, "right", {})
        planner.open(planner.scenario.id)
        async with running(planner) as rig:
            await sweep_over(rig, "continuity=5")
            await rig.until(lambda: "sweep over continuity" in rig.text, about="the sweep", patience=LONG)
            planner.workspace.import_portfolio(replace(SMALL, accounts=SMALL.accounts[1:]))
            await rig.press("enter")
            await rig.dialog()
            await rig.fill("Swept")
            await rig.until(lambda: "is on older data: copy it onto the newest" in said(rig))
            assert len(planner.workspace.scenarios()) == 1


async def test_what_may_vary_is_read_whole_where_there_is_room(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        async with running(planner, (120, 40)) as rig:
            await open_compare(rig)
            await rig.press("S")
            await rig.until(lambda: "What shall vary?" in rig.text)
            for choice, _ in offers(planner.state.policy).values():
                assert f"{choice.name} " in rig.text
                assert choice.says in rig.text


def test_the_time_left_is_told_by_the_pace_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("bookshift.sweeping.time.monotonic", lambda: now)
    pace = Pace()
    assert pace.told("0 of 1,000 scenarios") == "0 of 1,000 scenarios"
    now = 9.0
    assert pace.told("10 of 1,000 scenarios") == "10 of 1,000 scenarios"
    now = 19.0
    assert pace.told("110 of 1,000 scenarios") == "110 of 1,000 scenarios, about 89 s left"
    now = 109.0
    assert pace.told("210 of 1,000 scenarios") == "210 of 1,000 scenarios, about 7 min left"
    assert pace.told("1,000 of 1,000 scenarios") == "1,000 of 1,000 scenarios"


async def test_teams_are_compared_on_the_same_yardstick(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        async with running(planner) as rig:
            await open_compare(rig)
            await vary(rig, 4)
            await rig.until(lambda: "sweep over joins=any" in rig.text, about="the sweep", patience=LONG)
            assert "targets move with the team" in rig.text
            assert "Busiest book, share of capacity" in rig.text
            await rig.press("y")
            await rig.until(lambda: "goes up the chart" in rig.text)
            await rig.press(*["down"] * (list(FIGURES).index("workload_balance") - 2), "enter")
            await rig.until(lambda: "hours a month off target, by each team's own target" in rig.text)


async def test_a_sweep_that_means_nothing_says_why(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        async with running(planner, (80, 24)) as rig:
            await sweep_over(rig, "happiness=1,2")
            await rig.until(lambda: "'happiness' is no goal" in rig.text)
            assert rig.app.screen.query_one(Input).value == "happiness=1,2"
            await rig.fill("max_accounts.limit=5,6")
            await rig.until(lambda: "let max_accounts.mode=hard" in rig.text)
            await rig.press("escape")
            await rig.until(lambda: isinstance(rig.app.screen, CompareScreen))
            assert len(rows(rig)) == 2


async def test_leaving_in_the_middle_of_a_sweep_ends_its_process(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL) as planner:
        async with running(planner) as rig:
            await open_compare(rig)
            screen = rig.app.screen
            assert isinstance(screen, CompareScreen)
            await rig.press("S")
            await rig.until(lambda: "What shall vary?" in rig.text)
            await rig.press("j", "enter")
            await rig.until(lambda: "729 scenarios, each solved by itself" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: rig.app.screen is screen)
            assert not screen.stop(), "Enter is no yes: nothing was started"
            await rig.press("S")
            await rig.until(lambda: "What shall vary?" in rig.text)
            await rig.press("j", "enter")
            await rig.until(lambda: "Solve so many?" in rig.text)
            await rig.press("y")
            before = rows(rig)
            await rig.until(lambda: "sweeping" in said(rig) and screen.stop(), patience=LONG)
            await rig.until(lambda: not screen.stop(), about="the end of the process", patience=LONG)
            assert rows(rig) == before or "scenarios were solved" in said(rig)
            await rig.press("q")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_names_of_scenarios_are_whole_beside_their_figures(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(tmp_path) as planner:
        for name in ("No region limit at all", "Keep the strategic ones"):
            planner.workspace.clone_scenario(planner.scenario.id, name)
        async with running(planner, size) as rig:
            await rig.press("g", "c")
            await rig.until(lambda: isinstance(rig.app.screen, CompareScreen) and len(rows(rig)) == 4)
            for name in ("No region limit at all", "Keep the strategic ones", "Hard rules"):
                assert name in rig.text


def test_every_rule_that_a_step_breaks_is_said_somewhere() -> None:
    many = {f"Rule number {at}": at for at in range(2, 8)}
    point = Point(points=1.0, moves={}, bound=0.9, unavoidable=0.0, certificate={}, origin="")
    one = Step(limit=5, point=point, unowned=0, captured=0.5, broken=many, lasting={})
    assert all(f"{name} ×{times}" in "".join(told_of(one)) for name, times in many.items())
    assert len(told_of(one)) == 2
    few = Step(limit=5, point=point, unowned=0, captured=None, broken=many, lasting={})
    assert all(f"{name} ×{times}" in "".join(told_of(few)) for name, times in many.items())
    assert len(told_of(few)) == 1, "the sentence names them"


async def test_a_move_limit_is_taken_with_one_key(tmp_path: Path) -> None:
    with opened(tmp_path, SMALL, sample_policy(SMALL)) as planner:
        async with running(planner) as rig:
            await rig.press("g", "m")
            await rig.until(lambda: isinstance(rig.app.screen, CurveScreen) and rows(rig), patience=LONG)
            assert rows(rig)[-1][0] == "no limit"
            assert "share of the improvement" in rig.text
            limit = next(int(one[0]) for one in rows(rig) if one[2] != "–")
            await rig.press(*["j"] * [one[0] for one in rows(rig)].index(str(limit)))
            await rig.until(lambda: "of what is possible" in rig.text)
            shown = next(one for one in rows(rig) if one[0] == str(limit))
            today, least = (
                points_of(planner.baseline_card),
                min(one.point.points for one in rig.app.screen.steps if not one.broken),
            )
            await rig.press("enter")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen) and rig.ready)
            assert shown[1] == str(len(planner.card.moves))
            gained, possible = (today - one for one in (points_of(planner.card), least))
            assert shown[2] == percent(gained / possible)
            assert proven(planner, shown[3])
            assert f"at most {limit} moves: {shown[1]} moves, proven" in rig.message
            assert not any(solver.jobs for solver in rig.solvers)
            taken = planner.state.policy.rules["move_budget"].model_dump()
            assert (taken["mode"], taken["limit"]) == ("hard", limit)
            await rig.press("u")
            await rig.until(lambda: planner.state.policy.rules["move_budget"].mode == "off")
            assert not planner.state.moves
