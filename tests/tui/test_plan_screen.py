"""The Plan screen at every size: what it shows and copies."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from grids import texts
from plan_rig import SAMPLE, SIZES, opened, running
from rich.cells import cell_len

from bookshift.panes.pane import Pane
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.sample_policy import sample_policy

HOSTILE = (
    "Oops [/] closing",
    "ACME [EU] [bold]",
    "\x1b]52;c;eA==\x07 clip",
    "a\u202eb\u200b",
    "表計算株式会社",
    "=1+1\tx\ny",
)


def hostile() -> Portfolio:
    """The sample with names that terminals and markup would obey."""
    accounts = [
        replace(account, name=HOSTILE[i % len(HOSTILE)], industry=HOSTILE[(i + 1) % len(HOSTILE)])
        for i, account in enumerate(SAMPLE.accounts)
    ]
    csms = [replace(csm, name=HOSTILE[i % len(HOSTILE)]) for i, csm in enumerate(SAMPLE.csms)]
    return replace(SAMPLE, accounts=tuple(accounts), csms=tuple(csms))


@pytest.mark.parametrize(
    ("size", "shown"),
    [((80, 24), 1), ((120, 40), 3), ((200, 60), 4), ((60, 20), 1), ((200, 30), 3)],
)
async def test_as_many_panes_as_fit(tmp_path: Path, size: tuple[int, int], shown: int) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, size) as rig:
            assert sum(pane.display for pane in rig.screen.query(Pane)) == shown
            lines = rig.text.splitlines()
            assert lines[0].startswith(" Plan 1")
            assert lines[-1].endswith("? help")
            assert all(cell_len(line) <= size[0] for line in lines)


async def test_a_window_too_small_says_so_and_recovers(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, (80, 24)) as rig:
            await rig.pilot.resize_terminal(50, 12)
            await rig.until(lambda: "Bookshift needs 80×24" in rig.text)
            assert "Plan 1" not in rig.text
            await rig.pilot.resize_terminal(120, 40)
            await rig.until(lambda: "Plan 1" in rig.text and "1 Books" in rig.text)
            assert "needs 80" not in rig.text
            first = rig.screen.accounts.body.key
            await rig.press("j")
            assert rig.screen.accounts.body.key != first, "the keys are back too"


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_names_are_shown_and_obeyed_nowhere(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path, hostile()) as planner:
        async with running(planner, size) as rig:
            seen = ""
            for key in ("1", "2", "w", "4", "2", "m"):
                await rig.press(key)
                await rig.settled()
                seen += rig.text
            await rig.dialog()
            seen += rig.text
            await rig.press("enter")
            await rig.until(lambda: not rig.app.over_home)
            await rig.press("p")
            await rig.dialog()
            await rig.press("enter")
            await rig.dialog()
            seen += rig.text
            assert "ACME [EU]" in seen
            assert all(character.isprintable() for character in seen.replace("\n", ""))


async def test_books_say_by_word_who_is_overloaded_and_who_breaks_rules(tmp_path: Path) -> None:
    with opened(tmp_path, policy=sample_policy(SAMPLE)) as planner:
        async with running(planner, (200, 60)) as rig:
            rows = rig.screen.books.body.rows
            named = {rows.key(at): cells for at, cells in enumerate(texts(rows))}
            for book in planner.card.books:
                assert ("OVERLOAD" in named[book.csm]) == (book.utilisation > 1)
                hard = [one for one in planner.card.broken if one.csm == book.csm]
                assert (f"! {len(hard)}" in named[book.csm]) == bool(hard)
            assert "rules broken" in rig.text.splitlines()[0]


@pytest.mark.parametrize("size", SIZES)
async def test_the_policy_in_force_is_named(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, size) as rig:
            assert re.search(r"policy:? Fewest moves", rig.text)
            planner.set_policy(Policy.preset("balanced"), "policy changed")
            rig.screen.plan_changed()
            await rig.until(lambda: bool(re.search(r"policy:? Balanced", rig.text)))


async def test_a_team_too_small_is_told_without_any_rule_about_hours(tmp_path: Path) -> None:
    few = SAMPLE.csms[:3]
    with opened(tmp_path, replace(SAMPLE, csms=few)) as planner:
        assert planner.state.policy.rules["utilisation_ceiling"].mode == "off"
        async with running(planner, (80, 24)) as rig:
            await rig.until(lambda: re.search(r"broken   ! \d+\.\d FTE short", rig.text))
            await rig.press("1", "3")
            await rig.until(lambda: "! The team is too small for any plan: it has " in rig.text)
            assert "FTE are missing." in rig.text


async def test_copied_rows_are_a_table_without_control_characters(tmp_path: Path) -> None:
    with opened(tmp_path, hostile()) as planner:
        async with running(planner) as rig:
            await rig.press("v", "j", "j", "v", "y")
            await rig.until(lambda: "copied 3 rows" in rig.message)
            lines = rig.app.clipboard.split("\n")
            assert len(lines) == 4
            assert {len(line.split("\t")) for line in lines} == {13}
            assert all(cell.isprintable() for line in lines for cell in line.split("\t"))


async def test_detail_gives_reason_ranking_fields_and_history(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        account = planner.portfolio.accounts[0]
        planner.pin([account.id], planner.portfolio.csms[0].id, "asked for by the customer")
        async with running(planner) as rig:
            rig.screen.accounts.body.jump_to(account.id)
            await rig.until(lambda: account.id in rig.screen.detail.body.text)
            text = rig.screen.detail.body.text
            assert "asked for by the customer" in text
            assert all(csm.name in text for csm in planner.portfolio.csms)
            assert account.industry in text
            assert "History" in text
            short = len(text)
            await rig.press("w")
            await rig.until(lambda: len(rig.screen.detail.body.text) > short)


async def test_why_not_answers_for_the_picked_csm(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("W")
            await rig.dialog()
            await rig.type("liam")
            await rig.press("enter")
            await rig.until(lambda: "is not with Liam Grant" in rig.text)
            assert rig.screen.active_pane.id == "detail"


async def test_scenarios_are_cloned_begun_and_switched(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.move([planner.portfolio.accounts[0].id], planner.portfolio.csms[0].id)
        moves = dict(planner.state.moves)
        async with running(planner) as rig:
            await rig.press("C")
            await rig.dialog()
            await rig.press("enter")
            await rig.until(lambda: planner.scenario.name == "Plan 1 copy")
            assert planner.state.moves == moves
            await rig.press("g", "n")
            await rig.dialog()
            await rig.type("empty")
            await rig.press("enter")
            await rig.until(lambda: planner.scenario.name == "empty")
            await rig.until(lambda: "scenario 3 of 3" in rig.text)
            assert not planner.state.moves
            await rig.press("greater_than_sign")
            await rig.until(lambda: planner.scenario.name == "Plan 1" and "scenario 1 of 3" in rig.text)
            await rig.press("less_than_sign")
            await rig.until(lambda: planner.scenario.name == "empty")


async def test_losers_come_first_in_the_diff_with_their_reasons(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        for account in planner.portfolio.accounts[:12]:
            planner.move([account.id], planner.portfolio.csms[4].id)
        async with running(planner, (200, 60)) as rig:
            await rig.press("L")
            await rig.until(lambda: rig.screen.diff.diff is not None)
            found = rig.screen.diff.diff
            assert found is not None
            rows = rig.screen.diff.body.rows
            losers = [
                SAMPLE.accounts[one.account].id for one in found.losing_accounts if one.account is not None
            ]
            assert [rows.key(i) for i in range(len(losers))] == losers
            assert len(rows) == len(found.moves)
            assert losers
            assert "worse" in rig.text


async def test_the_diff_says_which_moves_were_made_by_hand_and_by_whom(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        planner.move(["A-00001", "A-00002", "A-00003"], "C-003")
        async with running(planner, (200, 60)) as rig:
            await rig.press("4")
            await rig.until(lambda: len(rig.screen.diff.body.rows) >= 2, about="the moves")
            rows = rig.screen.diff.body.rows
            cells = texts(rows)
            for cell in cells:
                begins, ends = ("by hand; ", "; you, 20") if cell[1] else ("moved by hand (you, 20", "")
                assert cell[6].startswith(begins)
                assert ends in cell[6]
            worse = next(rows.key(i) for i in range(len(rows)) if cells[i][1])
            planner.pin([worse], "C-003")
            rig.screen.project()
            await rig.until(lambda: "pinned; " in rig.text, about="the pin")


async def test_which_key_shows_what_may_follow(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("g")
            await rig.until(lambda: "g d diff" in rig.text.splitlines()[-1])
            await rig.press("escape")
            await rig.until(lambda: "? help" in rig.text.splitlines()[-1])
