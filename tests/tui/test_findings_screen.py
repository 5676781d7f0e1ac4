"""The findings about the data with keys only: look, correct, take a proposal, accept, take back, go there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from plan_rig import SAMPLE, SIZES, Rig, opened, running
from test_older_screen import import_meanwhile
from test_quality import DIRTY
from textual.widgets import Input

from bookshift.planner import Planner
from bookshift.screens.findings import FindingsScreen
from bookshift.screens.plan import PlanScreen
from bookshift.widgets.statusline import MessageLine
from bookshift_model.portfolio import Portfolio

FIRST = SAMPLE.accounts[0]
TINY = replace(
    DIRTY,
    accounts=(
        *DIRTY.accounts[:3],
        *(replace(one, renewal=one.renewal.replace(year=2024)) if one.renewal else one
          for one in DIRTY.accounts[3:40]),
        *DIRTY.accounts[40:],
    ),
)  # fmt: skip


def screen(rig: Rig) -> FindingsScreen:
    found = rig.app.screen
    assert isinstance(found, FindingsScreen)
    return found


def shown(rig: Rig) -> list[list[str]]:
    rows = screen(rig).grid.rows
    return [[getattr(cell, "text", cell) for cell in rows.cells(at)] for at in range(len(rows))]


def said(rig: Rig) -> str:
    return screen(rig).query_one(MessageLine).message


async def open_findings(rig: Rig) -> None:
    await rig.press("g", "f")
    await rig.until(lambda: isinstance(rig.app.screen, FindingsScreen) and shown(rig), about="the findings")


async def go_to(rig: Rig, id_: str) -> None:
    assert screen(rig).grid.jump_to(id_)
    await rig.pilot.pause()


async def back_here(rig: Rig) -> None:
    await rig.until(lambda: isinstance(rig.app.screen, FindingsScreen), about="the dialog closes")


@pytest.mark.parametrize("size", SIZES)
async def test_it_shows_findings_worst_first_with_counts_and_readiness(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner, size) as rig:
            await open_findings(rig)
            titles = [row[2] for row in shown(rig)]
            assert "ARR of 0" in titles
            families = [
                at for at, title in enumerate(titles) if title.startswith("family has several owners")
            ]
            assert [titles.index("ARR of 0") < at for at in families] == [True]
            assert "Readiness 9" in rig.text
            assert "What to do" in rig.text
            await rig.press("i")
            assert "points" in rig.text
            await rig.press("escape", "escape")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


async def test_a_value_is_corrected_by_hand_taken_back_and_shown_in_the_plan(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner) as rig:
            await open_findings(rig)
            await go_to(rig, "unreadable:health")
            await rig.press("enter")
            assert shown(rig)[0][0] == FIRST.name
            assert shown(rig)[0][3:5] == ["870", "87"]
            await rig.press("c")
            await rig.dialog()
            await rig.fill("86")
            await rig.dialog()
            await rig.fill("asked the CSM")
            await back_here(rig)
            await rig.until(lambda: not shown(rig), about="the finding is gone")
            assert "health 870 → 86" in said(rig)
            assert planner.portfolio.accounts[0].health == 86
            await rig.press("escape")
            await go_to(rig, "corrected")
            await rig.press("enter")
            assert "corrected by" in shown(rig)[0][6]
            assert "asked the CSM" in shown(rig)[0][6]
            await rig.press("enter")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
            await rig.until(lambda: rig.screen.detail.account == FIRST.id, about="the account in the detail")
            await rig.until(lambda: "corrected by" in rig.screen.detail.body.text, about="who, when and why")
            assert "asked the CSM; the source says 870" in rig.screen.detail.body.text
            at = rig.screen.accounts.body.rows.find(FIRST.id)
            assert "86*" in [
                getattr(one, "text", one) for one in rig.screen.accounts.body.rows.cells(at or 0)
            ]
            await rig.press("u")
            await rig.until(lambda: planner.portfolio.accounts[0].health is None, about="undone")
            await rig.until(lambda: "Not in the data, so assumed" in rig.screen.detail.body.text)
            assert "counts as good for hours" in rig.screen.detail.body.text


async def test_a_value_that_is_none_is_refused_before_the_reason_and_stays_to_be_mended(
    tmp_path: Path,
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner, (80, 24)) as rig:
            await open_findings(rig)
            await go_to(rig, "unreadable:health")
            await rig.press("enter", "c")
            await rig.dialog()
            for typed in ("870", "many"):
                await rig.fill(typed)
                await rig.until(lambda now=typed: f"'{now}' is no health; type" in rig.text, about=typed)
                assert rig.app.screen.query_one(Input).value == typed
                assert "Why correct" not in rig.text
            await rig.fill("86")
            await rig.until(lambda: "Why correct health of" in rig.text)
            await rig.fill("asked the CSM")
            await back_here(rig)
            await rig.until(lambda: planner.portfolio.accounts[0].health == 86)
            (made,) = planner.state.decisions.corrections()
            assert made.reason == "asked the CSM"


async def test_what_is_proposed_is_taken_for_all_after_a_question_and_undone_at_once(tmp_path: Path) -> None:
    with opened(tmp_path, TINY) as planner:
        async with running(planner) as rig:
            await open_findings(rig)
            await go_to(rig, "renewal_past")
            number = int(shown(rig)[[row[2] for row in shown(rig)].index("renewal date in the past")][1])
            assert number > 20
            await rig.press("p")
            await rig.dialog()
            await rig.press("y")
            await rig.until(lambda: "Why take" in rig.text)
            await rig.fill("they renew every year")
            await back_here(rig)
            await rig.until(lambda: len(planner.state.decisions) == number, about="all corrected")
            await rig.until(lambda: "renewal date in the past" not in [row[2] for row in shown(rig)])
            await rig.press("u")
            await rig.until(lambda: len(planner.state.decisions) == 0, about="all back")
            await rig.until(lambda: "renewal date in the past" in [row[2] for row in shown(rig)])


async def test_a_finding_is_accepted_with_a_reason_and_taken_back(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner) as rig:
            await open_findings(rig)
            await go_to(rig, "arr_zero")
            await rig.press("a")
            await rig.dialog()
            await rig.fill("a free customer")
            await back_here(rig)
            await rig.until(lambda: shown(rig)[-1][:4] == ["✓ settled", "", "ARR of 0", "1"], about="settled")
            await go_to(rig, "arr_zero")
            await rig.press("x")
            await rig.until(lambda: len(planner.state.decisions) == 0, about="taken back")


async def test_keys_that_cannot_do_anything_say_why(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner) as rig:
            await open_findings(rig)
            await go_to(rig, "family_split")
            await rig.press("p")
            await rig.until(lambda: "Nothing is proposed" in said(rig))
            await rig.press("x")
            await rig.until(lambda: "Nothing was corrected" in said(rig))
            await go_to(rig, "arr_zero")
            await rig.press("c")
            await rig.until(lambda: "Enter shows 1 row;" in said(rig))
            await rig.press("enter", "c")
            await rig.dialog()
            assert "unknown" not in rig.text
            await rig.fill("lots")
            await rig.until(lambda: "'lots' is no ARR" in rig.text)
            await rig.press("escape")
            await back_here(rig)


async def test_clean_data_has_nothing_to_show(tmp_path: Path) -> None:
    one = replace(FIRST, parent="", usage=70.0)
    alone = Portfolio((one,), SAMPLE.csms, SAMPLE.as_of)
    with opened(tmp_path, alone) as planner:
        async with running(planner) as rig:
            await rig.press("g", "f")
            await rig.until(
                lambda: isinstance(rig.app.screen, FindingsScreen) and "Readiness 100" in rig.text
            )
            assert "Nothing is wrong with the data." in rig.text
            await rig.press("enter", "a", "p", "c", "x", "i")
            await rig.until(lambda: "points" in rig.text, about="the readiness by field")
            await rig.press("q", "q")
            await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


LEFT = replace(
    SAMPLE,
    accounts=(
        *(replace(one, owner="Liam Grnat") for one in SAMPLE.accounts[:5]),
        *(replace(one, owner="Zoe Gone") for one in SAMPLE.accounts[5:8]),
        replace(SAMPLE.accounts[8], owner=None),
        *SAMPLE.accounts[9:],
    ),
)


@pytest.mark.parametrize("size", SIZES)
async def test_one_key_says_which_csm_all_accounts_of_an_owner_have(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(tmp_path, LEFT) as planner:
        async with running(planner, size) as rig:
            await open_findings(rig)
            await go_to(rig, "owner_unknown")
            await rig.press("c")
            assert "Enter shows the rows" in said(rig)
            await rig.press("enter")
            assert shown(rig)[0][3:5] == ["Liam Grnat", "Liam Grant"]
            await rig.press("c")
            await rig.dialog()
            assert "“Liam Grnat” has 5 accounts: which CSM is that?" in rig.text
            # The one whose name is nearly that is under the cursor already.
            await rig.press("enter")
            await rig.dialog()
            await rig.fill("a slip of the pen")
            await back_here(rig)
            await rig.until(lambda: len(shown(rig)) == 3, about="only those of the other owner are left")
            assert "corrected owner of 5 accounts: Liam Grnat → Liam Grant" in said(rig)
            assert {one.owner for one in planner.portfolio.accounts[:5]} == {"C-003"}
            assert planner.problem.baseline[0] == planner.portfolio.csm_index["C-003"]
            await rig.press("u")
            await rig.until(lambda: len(shown(rig)) == 8, about="undone in one step")
            assert planner.portfolio.accounts[0].owner == "Liam Grnat"


async def test_marked_accounts_without_an_owner_get_one(tmp_path: Path) -> None:
    with opened(tmp_path, LEFT) as planner:
        async with running(planner) as rig:
            await open_findings(rig)
            await go_to(rig, "owner_missing")
            await rig.press("enter", "c")
            await rig.dialog()
            assert f"Who has {SAMPLE.accounts[8].name} today?" in rig.text
            await rig.fill("liam")
            await rig.dialog()
            await rig.fill("")
            await back_here(rig)
            await rig.until(lambda: planner.portfolio.accounts[8].owner == "C-003", about="it has an owner")


OTHERWISE = replace(DIRTY, accounts=(DIRTY.accounts[0], replace(DIRTY.accounts[1], arr=77_000.0),
                                     *DIRTY.accounts[2:]))  # fmt: skip


async def asked_for_a_draft(rig: Rig) -> None:
    """Take the proposed correction of an approved plan, up to the question about a draft."""
    await open_findings(rig)
    await go_to(rig, "unreadable:health")
    await rig.press("p")
    await rig.until(lambda: "Why take" in rig.text)
    await rig.fill("a zero too many")
    await rig.until(lambda: "Go on in a new draft?" in rig.text)


def approved(planner: Planner) -> None:
    planner.workspace.approve(planner.scenario.id, "right", {})
    planner.open(planner.scenario.id)


async def test_what_was_typed_on_old_data_corrects_nothing_in_the_newest(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        approved(planner)
        planner.workspace.import_portfolio(OTHERWISE)
        async with running(planner) as rig:
            await open_findings(rig)
            await go_to(rig, "arr_zero")
            await rig.press("enter", "c")
            await rig.dialog()
            await rig.fill("50000")
            await rig.until(lambda: "Why correct ARR" in rig.text)
            await rig.fill("the old file had none")
            await rig.until(lambda: "Go on in a new draft?" in rig.text)
            await rig.press("y")
            await back_here(rig)
            await rig.until(lambda: "goes on with data set 2, the newest: look again" in said(rig))
            assert planner.scenario.name == "Plan 1 (draft 2)"
            assert not planner.state.decisions
            assert planner.portfolio.accounts[1].arr == 77_000
            assert not shown(rig), "the newest data has no account of that finding"
            await rig.press("escape")
            assert "ARR of 0" not in [row[2] for row in shown(rig)]
            await go_to(rig, "unreadable:health")
            await rig.press("p")
            await rig.until(lambda: "Why take" in rig.text)
            await rig.fill("looked again")
            await rig.until(lambda: planner.portfolio.accounts[0].health == 87)


async def test_a_correction_of_an_approved_plan_goes_on_in_a_draft_on_the_same_data(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        approved(planner)
        async with running(planner) as rig:
            await asked_for_a_draft(rig)
            await rig.press("y")
            await rig.until(lambda: planner.portfolio.accounts[0].health == 87)
            assert planner.scenario.name == "Plan 1 (draft 2)"


async def test_an_import_while_a_value_is_typed_is_looked_at_first(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner) as rig:
            await open_findings(rig)
            await go_to(rig, "arr_zero")
            await rig.press("enter", "c")
            await rig.dialog()
            await rig.fill("50000")
            await rig.until(lambda: "Why correct ARR" in rig.text)
            made = planner.workspace.import_portfolio(OTHERWISE)
            planner.workspace.rebase_scenario(planner.scenario.id, made.id)
            await rig.fill("the old file had none")
            await back_here(rig)
            await rig.until(lambda: not shown(rig), about="the newest data is shown")
            assert "nothing was changed: meanwhile" in said(rig).lower()
            assert not planner.state.decisions
            assert planner.portfolio.accounts[1].arr == 77_000


async def test_a_draft_that_cannot_be_made_is_said_and_the_findings_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        approved(planner)
        async with running(planner) as rig:
            await asked_for_a_draft(rig)
            import_meanwhile(planner, monkeypatch)
            await rig.press("y")
            await back_here(rig)
            await rig.until(lambda: "omebody else has imported data meanwhile" in said(rig))
            assert planner.scenario.name == "Plan 1"
            assert [one.name for one in planner.workspace.scenarios()] == ["Plan 1"]
