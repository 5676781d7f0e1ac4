"""Owners that no CSM is, and accounts that have none, said from the findings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from findings_rig import back_here, open_findings, said, shown
from plan_rig import SAMPLE, SIZES, opened, running

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
            await open_findings(rig, "owner_unknown")
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
            await open_findings(rig, "owner_missing")
            await rig.press("enter", "c")
            await rig.dialog()
            assert f"Who has {SAMPLE.accounts[8].name} today?" in rig.text
            await rig.fill("liam")
            await rig.dialog()
            await rig.fill("")
            await back_here(rig)
            await rig.until(lambda: planner.portfolio.accounts[8].owner == "C-003", about="it has an owner")
