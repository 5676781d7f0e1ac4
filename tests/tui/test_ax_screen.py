"""The AX rules with keys only: counts and hours follow each change, and the plan's policy holds it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from grids import texts
from plan_rig import SAMPLE, SIZES, Rig, opened, running

from bookshift import touches
from bookshift.panes.fields import BY_KEY
from bookshift.panes.query import matches, parse
from bookshift.screens.ax import AxScreen
from bookshift.screens.plan import PlanScreen
from bookshift.screens.policy import PolicyScreen
from bookshift.widgets.rows import Cell
from bookshift.widgets.statusline import MessageLine
from bookshift_model.ax import SHIPPED, words
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.workload import monthly_hours


def screen(rig: Rig) -> AxScreen:
    found = rig.app.screen
    assert isinstance(found, AxScreen)
    return found


def shown(rig: Rig) -> list[list[str]]:
    return texts(screen(rig).grid.rows)


async def open_rules(rig: Rig) -> None:
    await rig.press("g", "x")
    await rig.until(
        lambda: isinstance(rig.app.screen, AxScreen) and screen(rig).figures, about="the figures of the rules"
    )


def said(rig: Rig) -> str:
    return screen(rig).query_one(MessageLine).message


def test_figures_account_for_every_account_and_every_hour() -> None:
    policy = touches.with_stated_first(Policy(), stated_first=False)
    for one in (Policy(), policy):
        found = touches.figures(SAMPLE, one)
        assert sum(level.accounts for level in found.levels) == 150
        assert sum(found.decides) + found.stated == 150
        assert found.hours == pytest.approx(monthly_hours(SAMPLE, one.formulas).mean(axis=0).sum())


def test_a_rule_that_cannot_be_read_says_what_to_write() -> None:
    with pytest.raises(PolicyError, match="strategic, high, mid, low, tech"):
        touches.rule("arr >= 100k -> gold")


@pytest.mark.parametrize("size", SIZES)
async def test_rules_are_listed_with_whom_they_decide(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, size) as rig:
            await open_rules(rig)
            assert len(shown(rig)) == len(SHIPPED) + 2
            assert f"{shown(rig)[1][1]} -> {shown(rig)[1][2]}" == words(SHIPPED[0])
            assert shown(rig)[0][3] == str(sum(one.touch is not None for one in SAMPLE.accounts))
            assert "touch level" in rig.text
            assert "strategic" in rig.text
            await rig.press("escape")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


async def test_a_new_rule_changes_counts_hours_and_the_plan_and_is_undone(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        before = planner.card.books[0].hours
        async with running(planner) as rig:
            await open_rules(rig)
            await rig.press("space")
            await rig.until(lambda: not planner.state.policy.formulas.ax.stated_first, about="rules go first")
            await rig.press("n")
            await rig.dialog()
            await rig.fill("arr >= lots -> high")
            await rig.until(lambda: "needs a number" in rig.text, about="what to write instead")
            await rig.fill("arr >= 1 -> strategic")
            await rig.until(
                lambda: (
                    isinstance(rig.app.screen, AxScreen)
                    and shown(rig)[1][1:] == ["arr >= 1", "strategic", "150"]
                ),
                about="the rule decides all",
            )
            await rig.until(lambda: "hours a month" in said(rig))
            assert planner.card.books[0].hours > before
            await rig.press("J")
            await rig.until(lambda: shown(rig)[2][1] == "arr >= 1", about="later")
            await rig.press("x")
            await rig.until(lambda: len(shown(rig)) == len(SHIPPED) + 2, about="removed")
            await rig.press("u", "u", "u", "u")
            await rig.until(lambda: planner.state.policy == Policy(), about="all undone")
            assert planner.card.books[0].hours == pytest.approx(before)


async def test_what_is_painted_while_a_rule_is_being_removed_is_the_list_as_it_was(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_rules(rig)
            before = shown(rig)
            rules = planner.state.policy.formulas.ax.rules
            # In the thread that stores it, the policy is another before the screen hears of it.
            planner.set_policy(touches.with_rules(planner.state.policy, rules[1:]), "removed")
            assert shown(rig) == before


async def test_lines_that_are_no_rule_stay(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_rules(rig)
            await rig.press("G", "x")
            await rig.until(lambda: "This line stays" in said(rig))
            await rig.press("enter")
            await rig.dialog()
            await rig.press("j", "enter")
            await rig.until(
                lambda: planner.state.policy.formulas.ax.otherwise == "low", about="otherwise low"
            )


async def test_accounts_show_and_filter_the_level_in_force(tmp_path: Path) -> None:
    accounts = list(SAMPLE.accounts)
    accounts[0] = replace(accounts[0], touch=None, complexity=5, segment="")
    portfolio = replace(SAMPLE, accounts=tuple(accounts))
    with opened(tmp_path, portfolio) as planner:
        async with running(planner, (200, 60)) as rig:
            view = rig.screen.view
            assert view is not None
            field = BY_KEY["touch"]
            assert field.cell(view, 0) == Cell("high~", "dim")
            assert field.cell(view, 1) == accounts[1].touch
            stated = sum(one.touch == "high" for one in accounts)
            assert int(matches(view, parse("touch=high")).sum()) == stated + 1
            await rig.press("g", "x", "space")
            await rig.until(lambda: not planner.state.policy.formulas.ax.stated_first, about="rules go first")
            await rig.press("escape")
            await rig.until(lambda: rig.ready)
            await rig.until(lambda: rig.screen.view is not view, about="the new levels")
            view = rig.screen.view
            assert view is not None
            levels = planner.problem.data.touch
            assert [getattr(field.cell(view, i), "text", "") for i in range(3)] == [
                f"{one}~" for one in levels[:3]
            ]


async def test_the_policy_leads_to_the_rules_and_shows_what_became_of_them(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("g", "p")
            await rig.until(lambda: isinstance(rig.app.screen, PolicyScreen))
            policy = rig.app.screen
            assert isinstance(policy, PolicyScreen)
            assert policy.grid.jump_to("ax rules")
            await rig.until(lambda: "enter opens" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: isinstance(rig.app.screen, AxScreen) and screen(rig).figures)
            await rig.press("x")
            await rig.until(lambda: len(planner.state.policy.formulas.ax.rules) == len(SHIPPED) - 1)
            await rig.press("escape")
            await rig.until(lambda: rig.app.screen is policy and "yours" in rig.text)
            await rig.press("g", "x")
            await rig.until(lambda: isinstance(rig.app.screen, AxScreen))
