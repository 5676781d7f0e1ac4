"""The findings about the data with keys only: look, accept, take back, go there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from findings_rig import DIRTY, back_here, go_to, open_findings, said, shown
from plan_rig import SAMPLE, SIZES, opened, running

from bookshift.screens.findings import FindingsScreen
from bookshift.screens.plan import PlanScreen
from bookshift_model.portfolio import Portfolio

FIRST = SAMPLE.accounts[0]


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


async def test_a_finding_is_accepted_with_a_reason_and_taken_back(tmp_path: Path) -> None:
    with opened(tmp_path, DIRTY) as planner:
        async with running(planner) as rig:
            await open_findings(rig, "arr_zero")
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
            await open_findings(rig, "family_split")
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
