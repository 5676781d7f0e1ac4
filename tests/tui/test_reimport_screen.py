"""A fresh export in the application: shown before it is kept, list by list, and to be read again later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from plan_rig import SAMPLE, SIZES, opened, running

from bookshift.reimport import ARR, GONE, preview, told
from bookshift.screens.confirm import Confirm
from bookshift.screens.reimporting import DriftScreen, ReimportScreen
from bookshift_io.workspace import Source
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio

OTHER = next(one.id for one in SAMPLE.csms if one.id != SAMPLE.accounts[3].owner)


def fresh(keep: int = 140) -> Portfolio:
    first, second, *rest = SAMPLE.accounts[:keep]
    newcomer = replace(first, id="NEW", name="Newcomer")
    changed = replace(rest[1], owner=OTHER)
    return replace(
        SAMPLE, accounts=(replace(second, arr=second.arr + 5), newcomer, rest[0], changed, *rest[2:])
    )


@pytest.mark.parametrize("size", SIZES)
async def test_every_kind_of_change_has_its_list(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path) as planner:
        planner.lock([SAMPLE.accounts[0].id])
        seen = preview(planner.workspace, fresh())
        assert seen is not None
        async with running(planner, size) as rig:
            answers: list[Any] = []
            rig.app.push_screen(ReimportScreen(seen), answers.append)
            await rig.until(lambda: "[all 14]" in rig.text)
            assert "Plan 1: 1 decision void" in rig.text
            for group in ("[gone 11]", "[new 1]", "[owner 1]", "[changed 1]", "[all 14]"):
                await rig.press("tab")
                await rig.until(lambda wanted=group: wanted in rig.text, about=group)
            await rig.press("shift+tab")
            await rig.until(lambda: "[changed 1]" in rig.text)
            assert SAMPLE.accounts[1].name[:10] in rig.text
            await rig.press("escape")
            await rig.until(lambda: answers == [None])


async def test_a_part_of_the_list_is_kept_only_after_two_yes(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        seen = preview(planner.workspace, fresh(60))
        assert seen is not None
        assert [one.key for one in seen.questions] == [GONE, ARR]
        assert [one.key for one in seen.unanswered({GONE: "yes", ARR: "no"})] == [ARR]
        async with running(planner, (80, 24)) as rig:
            answers: list[Any] = []
            rig.app.push_screen(ReimportScreen(seen), answers.append)
            await rig.until(lambda: "filtered report" in rig.text)
            await rig.press("s")
            await rig.until(lambda: isinstance(rig.app.screen, Confirm))
            await rig.press("enter")
            await rig.until(lambda: "Nothing was kept." in rig.text)
            await rig.press("s")
            for question in ("accounts are not in this export", "the ARR total would change"):
                await rig.until(
                    lambda wanted=question: isinstance(rig.app.screen, Confirm) and wanted in rig.text
                )
                await rig.press("y")
            await rig.until(lambda: answers == [True])


async def test_what_the_latest_import_changed_can_be_read_again(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner, (120, 40)) as rig:
            await rig.press("g", "i")
            await rig.until(lambda: "first data of the workspace" in rig.message)
        seen = preview(planner.workspace, fresh())
        assert seen is not None
        assert told(seen).startswith("imported: accounts 1 new, 11 gone, 1 with new ARR, 1 with new owner")
        planner.workspace.take_in(fresh(), Source(), Policy(), "x", over=seen.over.id)
        planner.open("Plan 1")
        async with running(planner, (120, 40)) as rig:
            await rig.press("g", "i")
            await rig.until(lambda: isinstance(rig.app.screen, DriftScreen) and "[all 14]" in rig.text)
            await rig.press("s")
            await rig.until(lambda: "It is kept already." in rig.text)
            await rig.press("escape")
            await rig.until(lambda: rig.ready)
