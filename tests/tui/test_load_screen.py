"""The load month by month with keys only, its bars, and the same on the command line."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from plan_rig import SAMPLE, Rig, opened, running
from rich.cells import cell_len

from bookshift import efforts, loads
from bookshift.bars import Bar, bars
from bookshift.screens.load import LoadScreen
from bookshift.screens.plan import PlanScreen
from bookshift.widgets.statusline import MessageLine
from bookshift_model.data import Data
from bookshift_model.explain.effort import explained
from bookshift_model.formulas import Formulas
from bookshift_model.load import Year

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Data(SAMPLE, Formulas())
YEAR = Year(DATA)


def screen(rig: Rig) -> LoadScreen:
    found = rig.app.screen
    assert isinstance(found, LoadScreen)
    return found


async def open_load(rig: Rig) -> None:
    await rig.press("g", "l")
    await rig.until(
        lambda: isinstance(rig.app.screen, LoadScreen) and screen(rig).load and "h a month" in rig.text,
        about="the months",
    )


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_csm_has_twelve_months_and_the_bars_follow_the_cursor(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, size) as rig:
            await open_load(rig)
            assert screen(rig).grid.key == ""
            lines = rig.text.splitlines()
            assert next(line for line in lines if "CSM " in line).split()[1:] == loads.months(
                YEAR.load(DATA.owner)
            )
            csm = SAMPLE.csms[0]
            wanted = list(loads.rows(YEAR.load(DATA.owner), SAMPLE.csm_names))[1]
            line = next(line for line in lines if csm.name in line)
            assert line.split()[-12:] == list(wanted[1:])
            assert any(line.lstrip().startswith("0 │") and "█" in line for line in lines)
            await rig.press("j")
            await rig.until(lambda: f"{csm.name}:" in rig.text, about="the bars of the first CSM")
            assert max(map(cell_len, rig.text.splitlines())) <= size[0]


async def test_a_plan_shows_its_handoffs_and_today_shows_none(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.move([SAMPLE.accounts[0].id], SAMPLE.csms[1].id)
        async with running(planner) as rig:
            await open_load(rig)
            assert "Load of the plan" in rig.text
            assert loads.HANDOFFS in rig.text
            assert "h out" in screen(rig).query_one(MessageLine).message
            await rig.press("b")
            await rig.until(lambda: "Load of today's books" in rig.text and loads.HANDOFFS not in rig.text)
            await rig.press("b")
            await rig.until(lambda: "Load of the plan" in rig.text)


async def test_enter_goes_to_the_book_and_escape_back(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await open_load(rig)
            await rig.press("escape")
            await rig.until(lambda: rig.ready)
            await open_load(rig)
            await rig.press("j", "j", "enter")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen) and rig.ready)
            assert rig.screen.books.chosen == SAMPLE.csms[1].id
            assert rig.screen.active_pane is rig.screen.accounts


@pytest.mark.parametrize(
    ("utilisation", "text", "tone"),
    [
        (1.314, "!131", "bad"),
        (1.001, "!101", "bad"),
        (1.0, "+100", "warn"),
        (0.9, "+90", "warn"),
        (0.894, "89", ""),
        (0.6, "60", ""),
        (0.594, "-59", "dim"),
        (0.0, "-0", "dim"),
        (12.5, "!999", "bad"),
        (math.inf, "none", "bad"),
        (math.nan, "–", "dim"),
    ],
)
def test_a_utilisation_is_told_by_its_symbol_and_its_tone(utilisation: float, text: str, tone: str) -> None:
    assert (loads.written(utilisation), loads.tone_of(utilisation)) == (text, tone)
    assert cell_len(text) <= 4


def test_overloads_are_said_month_by_month() -> None:
    load = YEAR.load((DATA.owner + 1) % DATA.m)
    for csm in range(DATA.m):
        said = loads.overloads(load, csm)
        assert len(said) == int((load.hours[:, csm] > load.capacity[:, csm]).sum())
    assert "January: " in loads.overloads(load, int(np.argmax(load.utilisation[0])))[0]
    assert "of it handoffs" in loads.overloads(load, int(np.argmax(load.utilisation[0])))[0]


def test_bars_reach_as_high_as_their_hours() -> None:
    months = [Bar("Jan", 100, 0, 100), Bar("Feb", 25, 25, 100), Bar("Mar", 100, 50, 75), Bar("Apr", 0, 0, 0)]
    lines = ["".join(span.text for span in one.spans) for one in bars(months, 60, 8)]
    assert len(lines) == 8
    assert lines[0].split()[0] == "150"
    columns = ["".join(line[6 + 9 * k + 4] for line in reversed(lines[:6])) for k in range(4)]
    assert columns == ["████  ", "█▒ ─  ", "███!!!", "─     "]
    assert lines[-1].split() == ["Jan", "Feb", "Mar", "Apr"]


@pytest.mark.parametrize("size", [(78, 8), (20, 5), (200, 30), (5, 1)])
def test_bars_keep_to_their_room(size: tuple[int, int]) -> None:
    months = [Bar("Jan", 80, 5, 100 - k) for k in range(12)]
    lines = ["".join(span.text for span in one.spans) for one in bars(months, *size)]
    assert len(lines) == max(5, size[1])
    assert max(map(cell_len, lines)) <= max(size[0], 10)


def test_an_overload_too_small_for_a_level_is_still_seen() -> None:
    lines = ["".join(span.text for span in one.spans) for one in bars([Bar("Jan", 100.5, 0, 100)], 40, 8)]
    assert any("!" in line for line in lines)
    assert not any(
        "!" in "".join(s.text for s in one.spans) for one in bars([Bar("Jan", 100, 0, 100)], 40, 8)
    )


def test_the_command_prints_the_table_and_gives_it_to_programs(
    tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    with opened(tmp_path) as planner:
        planner.move([SAMPLE.accounts[0].id], SAMPLE.csms[1].id)
        w = planner.workspace.folder
        code, out, _ = run("show", "-w", w, "--load")
        assert code == 0
        assert out.count(SAMPLE.csms[0].name) >= 2
        assert "Handoffs: " in out
        code, out, _ = run("show", "-w", w, "--load", "--json")
        told = json.loads(out)["load"]
        assert len(told["plan"]["months"]) == 12
        one = told["plan"]["csms"][SAMPLE.csms[1].id]
        assert sum(one["handoffs_in"]) > 0
        book = next(book for book in planner.card.books if book.csm == SAMPLE.csms[1].id)
        assert sum(one["accounts"]) / 12 == pytest.approx(book.hours)
        assert sum(one["capacity"]) / 12 == pytest.approx(book.capacity)
        assert not any(sum(csm["handoffs_in"]) for csm in told["today"]["csms"].values())


def test_why_takes_the_hours_apart(tmp_path: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    with opened(tmp_path) as planner:
        w, account = planner.workspace.folder, SAMPLE.accounts[3]
        code, out, _ = run("why", "-w", w, "-a", account.id, "--json")
        assert code == 0
        told = json.loads(out)["effort"]
        product = math.prod(one["figure"] for one in told["multiplied"])
        assert product + sum(one["figure"] for one in told["added"]) == pytest.approx(told["hours"])
        assert told["hours"] == DATA.hours[3, DATA.owner[3]]
        _, out, _ = run("why", "-w", w, "-a", account.id)
        assert f"{account.touch} touch" in out
        assert "level from the file" in out


async def test_detail_says_how_the_hours_come_about(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("2", "w")
            await rig.until(lambda: rig.screen.detail.account is not None)
            key = rig.screen.detail.account or ""
            found = explained(DATA, SAMPLE.account_index[key], int(DATA.owner[SAMPLE.account_index[key]]))
            wanted = [efforts.sum_line(found)]
            for _, name, origin in efforts.part_lines(found):
                wanted += [name, origin]
            await rig.until(lambda: all(one in rig.screen.detail.body.text for one in wanted))


def test_the_figure_at_the_top_of_the_bars_is_whole() -> None:
    for most, said in ((1045.0, "1,045 │"), (12_045.0, "12,045 │"), (100.0, " 100 │")):
        lines = [
            "".join(span.text for span in one.spans) for one in bars([Bar("May", most, 0, 9)] * 12, 76, 8)
        ]
        assert lines[0].startswith(said)
        assert all(len(one) <= 76 for one in lines)
        assert len({one.index("│") for one in lines[:-2]} | {lines[-2].index("└")}) == 1
