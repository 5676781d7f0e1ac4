"""Two CSMs of one name: told apart in every list and file for people, and found by id and e-mail."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_rig import Run, record
from gestures import decided, first_two, pick, reason
from plan_rig import SAMPLE, opened, running

from bookshift.panes.query import QueryError, matches, parse, understood
from bookshift.panes.table import Table
from bookshift.panes.view import View
from bookshift.planner import Planner
from bookshift.screens.approve import facts
from bookshift.text import fit
from bookshift_io.export.plan_sheets import PlanSheets
from bookshift_model.decisions import Forbid, Pin
from bookshift_model.portfolio import Portfolio

FIRST, SECOND = SAMPLE.csms[0].id, SAMPLE.csms[1].id


def namesakes() -> Portfolio:
    both = (replace(one, name="Alex Kim", email=f"alex.{one.id}@acme.io") for one in SAMPLE.csms[:2])
    return replace(SAMPLE, csms=(*both, *SAMPLE.csms[2:]))


@pytest.mark.parametrize(
    ("text", "cells", "fitted"),
    [
        ("Alex Kim (C02)", 14, "Alex Kim (C02)"),
        ("Alex Kim (C02)", 13, "Alex Ki…(C02)"),
        ("→ Alexandra Kimberley (C02)", 14, "→ Alexan…(C02)"),
        ("Alex Kim (0055g000004XyzQAAS)", 14, "Alex K…yzQAAS)"),
        ("Acme Corporation (formerly Bolt)", 14, "Acme Corporat…"),
        ("Alex Kim (C02)", 7, "Alex K…"),
        ("Alex Kim (C02) is away", 14, "Alex Kim (C02…"),
    ],
)
def test_what_tells_names_apart_is_cut_last(text: str, cells: int, fitted: str) -> None:
    assert fit(text, cells).rstrip() == fitted


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_row_says_which_of_them_it_is(tmp_path: Path, size: tuple[int, int]) -> None:
    with opened(tmp_path, namesakes()) as planner:
        planner.move([one.id for one in SAMPLE.accounts if one.owner == FIRST][:3], SECOND)
        async with running(planner, size) as rig:
            for key in "1234":
                await rig.press(key)
                await rig.until(lambda: rig.ready and f"{FIRST})" in rig.text, about=key)
                assert not re.search(r"Alex Kim(?! ?\(|…)", rig.text), rig.text
            assert f"→ Alex Kim ({SECOND})" in planner.session.history.done[-1].change.label


@pytest.mark.parametrize("by", [SECOND, f"alex.{SECOND}", f"kim ({SECOND})"])
async def test_a_picker_finds_by_id_and_address(tmp_path: Path, by: str) -> None:
    with opened(tmp_path, namesakes()) as planner:
        async with running(planner) as rig:
            first, _ = first_two(rig)
            await rig.press("x")
            await rig.dialog()
            await rig.press("escape")
            await rig.until(lambda: rig.ready)
            await rig.press("p")
            await rig.dialog()
            await rig.fill(by)
            await reason(rig)
            await rig.until(lambda: decided(planner, Pin))
        (pin,) = decided(planner, Pin)
        assert (pin.account, pin.csm) == (first, SECOND)


async def test_a_picker_says_by_what_nobody_was_found(tmp_path: Path) -> None:
    with opened(tmp_path, namesakes()) as planner:
        async with running(planner) as rig:
            await pick(rig, "x", "zzz")
            await rig.until(lambda: "No CSM has that name, id or e-mail." in rig.text)
            assert not decided(planner, Forbid)


def test_files_for_people_tell_them_apart_and_those_for_programs_keep_the_source(tmp_path: Path) -> None:
    with opened(tmp_path, namesakes()) as planner:
        planner.move([one.id for one in SAMPLE.accounts if one.owner == FIRST][:3], SECOND)
        people = PlanSheets(planner.problem, planner.assignment, {}, "people")
        for sheet in (people.moves([]), people.books(), people.plan()):
            named = {
                text for one in sheet.columns if one.header.endswith("_name") for text in map(str, one.cells)
            }
            assert {f"Alex Kim ({FIRST})", f"Alex Kim ({SECOND})"} <= named
            assert "Alex Kim" not in named
        names = [one.name for one in planner.portfolio.csms]
        assert names[:2] == ["Alex Kim", "Alex Kim"]


def test_what_is_said_of_all_alike_leaves_what_was_said_of_one(run: Run, tmp_path: Path) -> None:
    unclear = replace(
        namesakes(),
        accounts=tuple(
            replace(one, owner="Alex Kim") if at < 6 else one for at, one in enumerate(SAMPLE.accounts)
        ),
    )
    with opened(tmp_path, unclear) as planner:
        own = SAMPLE.accounts[2].id

        def correct(*words: str) -> dict[str, Any]:
            code, out, _ = run(
                "correct", "-w", planner.workspace.folder, "--field", "owner", *words, "--json"
            )
            assert code == 0
            return record(out)

        label = correct("-a", own, "--value", SECOND)["label"]
        assert label.endswith(f": owner Alex Kim? → Alex Kim ({SECOND})")
        done = correct("--was", "Alex Kim", "--value", FIRST)
        assert (done["left"], done["label"]) == (
            1, f"corrected owner of 5 accounts: Alex Kim? → Alex Kim ({FIRST})"
        )  # fmt: skip
        owners = [one.owner for one in Planner(planner.workspace, "Plan 1").portfolio.accounts[:6]]
        assert owners == [FIRST, FIRST, SECOND, FIRST, FIRST, FIRST]
        assert correct("--was", "Alex Kim", "--value", FIRST, "--again")["left"] == 0
        assert Planner(planner.workspace, "Plan 1").portfolio.accounts[2].owner == FIRST


def test_a_filter_takes_id_and_address_and_asks_which_of_two(tmp_path: Path) -> None:
    with opened(tmp_path, namesakes()) as planner:
        view = View.of(planner, Table(planner.portfolio), "plan", None)

        def found(text: str) -> list[str | None]:
            rows = matches(view, parse(text)).nonzero()[0]
            return sorted({planner.portfolio.accounts[int(i)].owner for i in rows}, key=str)

        for text in (SECOND, f"alex.{SECOND}@acme.io", f'"Alex Kim ({SECOND})"'):
            assert found(f"owner={text}") == [SECOND]
            assert understood(view, parse(f"owner={text}")) == f"owner is “Alex Kim ({SECOND})”"
        assert found("owner=alex") == [FIRST, SECOND]
        for text in ("owner=Alex Kim", "owner!=alex kim"):
            with pytest.raises(QueryError, match=re.escape(f'"Alex Kim ({FIRST})" or ')):
                matches(view, parse(text))


async def test_whose_accounts_are_open_is_said_in_the_list_and_at_approval(tmp_path: Path) -> None:
    whole = namesakes()
    accounts = (replace(whole.accounts[0], owner="Alex Kim"), *whole.accounts[1:])
    with opened(tmp_path, replace(whole, accounts=accounts)) as planner:
        assert "a name that 2 CSMs have" in str(facts(planner, ""))
        async with running(planner) as rig:
            assert rig.screen.accounts.body.jump_to(accounts[0].id)
            await rig.press("2")
            await rig.until(lambda: "Alex Kim?" in rig.text)
