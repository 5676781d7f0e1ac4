"""Values corrected from the findings, typed or taken as they are proposed, and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from findings_rig import DIRTY, back_here, go_to, open_findings, said, shown
from plan_rig import SAMPLE, opened, running
from textual.widgets import Input

from bookshift.screens.plan import PlanScreen

FIRST = SAMPLE.accounts[0]


async def test_a_value_is_corrected_by_hand_taken_back_and_shown_in_the_plan(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner) as rig:
            await open_findings(rig, "unreadable:health")
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
            await rig.until(lambda: "counts as good for hours" in rig.screen.detail.body.text)
            assert "Not in the data, so assumed" in rig.screen.detail.body.text


async def test_a_value_that_is_none_is_refused_before_the_reason_and_stays_to_be_mended(
    tmp_path: Path,
) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner, (80, 24)) as rig:
            await open_findings(rig, "unreadable:health")
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


TINY = replace(
    DIRTY,
    accounts=(
        *DIRTY.accounts[:3],
        *(replace(one, renewal=one.renewal.replace(year=2024)) if one.renewal else one
          for one in DIRTY.accounts[3:40]),
        *DIRTY.accounts[40:],
    ),
)  # fmt: skip


async def test_what_is_proposed_is_taken_for_all_after_a_question_and_undone_at_once(tmp_path: Path) -> None:
    with opened(tmp_path, TINY) as planner:
        async with running(planner) as rig:
            await open_findings(rig, "renewal_past")
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
