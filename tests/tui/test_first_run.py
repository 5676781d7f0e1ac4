"""The first start: the sample, a workspace, an import with its questions; and the tour that goes with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from plan_rig import SAMPLE, SIZES, Rig, opened, running
from textual.widgets import Input

from bookshift.app import BookshiftApp
from bookshift.demo import open_demo
from bookshift.places import last_workspace, remember_tour, tour_seen
from bookshift.planner import Planner
from bookshift.screens.first_run import FirstRunScreen
from bookshift.screens.importing import ImportScreen
from bookshift.screens.path_prompt import candidates
from bookshift.screens.plan import PlanScreen
from bookshift.screens.reimporting import ReimportScreen
from bookshift.screens.tour import STEPS, Tour
from bookshift.widgets.statusline import MessageLine
from bookshift_io.export.plan import write_portfolio
from bookshift_io.workspace import Workspace

OTHER = next(csm.id for csm in SAMPLE.csms if csm.id != SAMPLE.accounts[0].owner)


@asynccontextmanager
async def first_start(size: tuple[int, int] = (120, 40), *, empty: Path | None = None) -> AsyncIterator[Rig]:
    app = BookshiftApp(None, empty=empty)
    async with app.run_test(size=size) as pilot:
        rig = Rig(app, pilot, cast("Planner", None))
        await rig.until(lambda: isinstance(app.screen, FirstRunScreen) and "Try the sample" in rig.text)
        yield rig
        if app.planner is not None:
            app.planner.workspace.close()


async def path(rig: Rig, question: str, where: Path) -> None:
    await rig.until(lambda: question in rig.text)
    await rig.fill(str(where))


async def begin_import(rig: Rig, accounts: Path, csms: Path, folder: Path) -> None:
    await rig.press("down", "down", "enter")
    await path(rig, "File of the accounts", accounts)
    await path(rig, "File of the CSMs", csms)
    await path(rig, "New folder for the workspace", folder)
    await rig.until(lambda: isinstance(rig.app.screen, ImportScreen) and rig.app.screen.intake)


def state_the_day(file: Path) -> None:
    """Put a title over the accounts, as a CRM's report has it, so that these tests go on any day."""
    file.write_text(f"Accounts, as of {SAMPLE.as_of}\n\n{file.read_text('utf-8')}", "utf-8")


async def take_the_day(rig: Rig) -> None:
    asks = f"says “Accounts | as of {SAMPLE.as_of}”; is the day of the data {SAMPLE.as_of}, or"
    await rig.until(lambda: asks in " ".join(rig.text.split()))
    await rig.press("enter")
    await rig.until(lambda: "Only you can know" in rig.text and "another day such as" in rig.text)
    await rig.press("enter")
    await rig.until(lambda: f"day of the data: {SAMPLE.as_of}" in rig.text and "(asked)" not in rig.text)


async def no_tour(rig: Rig) -> None:
    await rig.until(lambda: "A short tour?" in rig.text)
    await rig.press("escape")
    await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))


async def test_the_sample_opens_in_a_workspace_of_ones_own_and_the_tour_is_offered_once() -> None:
    async with first_start() as rig:
        await rig.press("enter")
        await no_tour(rig)
        planner = rig.app.planner
        assert planner is not None
        assert len(planner.portfolio.accounts) == 150
        assert planner.state.policy.rules["max_accounts"].mode == "hard"
        planner.lock([planner.portfolio.accounts[0].id])
    assert tour_seen()
    assert last_workspace() is None, "the demonstration is not what the next start opens"
    with open_demo() as again:
        assert len(again.state(again.scenarios()[0].id).decisions) == 1, "kept as it was left"
    async with first_start() as rig:
        await rig.press("enter")
        await rig.until(lambda: isinstance(rig.app.screen, PlanScreen))
        await rig.pilot.pause()
        assert "A short tour?" not in rig.text


async def test_a_workspace_is_opened_and_remembered(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    async with first_start() as rig:
        await rig.press("down", "enter")
        await path(rig, "Which workspace folder?", tmp_path / "nowhere")
        await rig.until(lambda: "There is no folder" in rig.text)
        await path(rig, "Which workspace folder?", tmp_path)
        await rig.until(lambda: "not a workspace" in rig.text)
        assert rig.app.screen.query_one(Input).value == str(tmp_path), "what was typed can be mended"
        await path(rig, "Which workspace folder?", tmp_path / "workspace")
        await no_tour(rig)
    assert last_workspace() == tmp_path / "workspace"


async def test_a_workspace_that_was_just_made_opens_and_takes_what_is_imported(tmp_path: Path) -> None:
    remember_tour()
    folder = tmp_path / "q3"
    Workspace.create(folder).close()
    write_portfolio(tmp_path, SAMPLE)
    state_the_day(tmp_path / "accounts.csv")
    async with first_start(empty=folder) as rig:
        assert f"{folder} is open, without a scenario" in rig.text
        assert "no workspace is open" not in rig.text
        await rig.press("enter")
        await path(rig, "File of the accounts", tmp_path / "accounts.csv")
        await path(rig, "File of the CSMs", tmp_path / "csms.csv")
        await rig.until(lambda: "Folder of the workspace" in rig.text and str(folder) in rig.text)
        await rig.press("enter")
        await rig.until(lambda: isinstance(rig.app.screen, ImportScreen) and rig.app.screen.intake)
        await take_the_day(rig)
        await rig.press("s")
        await rig.until(lambda: isinstance(rig.app.screen, PlanScreen) and rig.ready)
        assert last_workspace() == folder


async def test_two_files_are_imported_with_every_row_accounted_for(tmp_path: Path) -> None:
    write_portfolio(tmp_path, SAMPLE)
    with (tmp_path / "accounts.csv").open("a") as file:
        file.write("A-99999,Broken [/] Row,C-001,much\n")
    state_the_day(tmp_path / "accounts.csv")
    async with first_start() as rig:
        await begin_import(rig, tmp_path / "accounts.csv", tmp_path / "csms.csv", tmp_path / "new")
        await take_the_day(rig)
        said = " ".join(rig.text.split())
        assert "accounts.csv: 151 rows read = 150 accepted + 1 rejected + 0 blank" in said
        assert "csms.csv: 8 rows read = 8 accepted + 0 rejected + 0 blank" in said
        assert "1 error" in rig.text.splitlines()[1]
        await rig.press("shift+tab")
        await rig.until(lambda: "x error" in rig.text)
        await rig.press("w")
        await rig.until((tmp_path / "rejects-accounts.csv").exists)
        assert "Broken [/] Row" in (tmp_path / "rejects-accounts.csv").read_text()
        await rig.until(lambda: "rejects-accounts.csv says why: correct your own file, then r" in rig.text)
        await rig.press("s")
        await no_tour(rig)
    with Workspace.open(tmp_path / "new") as made:
        assert made.portfolio(1) == SAMPLE
        assert made.dataset(1).source.files[0].rejected == 1
    assert "Broken [/] Row" in (tmp_path / "new" / "rejects.csv").read_text()
    assert last_workspace() == tmp_path / "new"


async def test_a_question_is_answered_from_its_choices_and_nothing_is_guessed(tmp_path: Path) -> None:
    (tmp_path / "csms.csv").write_text("id,name\nC1,Ada\nC2,Ben\n")
    (tmp_path / "accounts.csv").write_text(
        "id,name,arr,owner,renewal date\nA1,Acme,1000,C1,03/04/2027\nA2,Bolt,2000,C2,05/06/2027\n"
    )
    async with first_start() as rig:
        await begin_import(rig, tmp_path / "accounts.csv", tmp_path / "csms.csv", tmp_path / "new")
        assert "? renewal" in rig.text
        await rig.press("s")
        await rig.until(lambda: "nothing to keep yet" in rig.app.screen.query_one(MessageLine).message)
        await rig.press("enter")
        await rig.until(lambda: "Only you can know" in rig.text)
        choices = rig.app.screen._choices  # type: ignore[attr-defined]
        await rig.press("enter")
        await rig.until(lambda: isinstance(rig.app.screen, ImportScreen) and "? renewal" not in rig.text)
        await rig.press("s")
        await no_tour(rig)
        planner = rig.app.planner
        assert planner is not None
        renewal = planner.portfolio.accounts[0].renewal
        assert renewal is not None
        first = next(iter(choices))
        assert (renewal.month, renewal.day) == ((4, 3) if first.casefold().startswith("day") else (3, 4))


async def test_leaving_an_import_keeps_nothing(tmp_path: Path) -> None:
    write_portfolio(tmp_path, SAMPLE)
    async with first_start((80, 24)) as rig:
        await begin_import(rig, tmp_path / "accounts.csv", tmp_path / "csms.csv", tmp_path / "new")
        await rig.press("escape")
        await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen))
        assert not (tmp_path / "new").exists()


async def test_the_tour_goes_on_when_its_key_was_used(tmp_path: Path) -> None:
    account = SAMPLE.accounts[5]
    with opened(tmp_path) as planner:
        async with running(planner) as rig:

            def step() -> str:
                found = rig.screen.query_one(Tour).step
                return "" if found is None else found.command

            await rig.press("g", "t")
            await rig.until(lambda: rig.screen.query(Tour) and "Tour 1/8" in rig.text)
            assert [one.command for one in STEPS][:2] == [step(), "pin"]
            for keys, question in (("t", "Why lock"), ("p", "")):
                await rig.press("j", keys)
                await rig.dialog()
                if not question:
                    await rig.press("enter")
                    await rig.until(lambda: "Why pin" in rig.text)
                await rig.press("enter")
                await rig.until(lambda: rig.app.screen is rig.screen)
            await rig.until(lambda: step() == "solve")
            await rig.press("S")
            await rig.until(lambda: step() == "solve.preview")
            rig.solver.started()
            target = next(csm.id for csm in SAMPLE.csms if csm.id != account.owner)
            rig.solver.finished({**planner.state.moves, account.id: target})
            await rig.until(lambda: rig.screen.proposal is not None)
            for key, following in (("i", "losers"), ("L", "solve.accept"), ("a", "undo"), ("u", "export")):
                await rig.press(key)
                await rig.until(lambda wanted=following: step() == wanted, about=following)
            await rig.press("e")
            await rig.until(lambda: step() == "")
            await rig.press("escape")
            await rig.until(lambda: rig.app.screen is rig.screen)
            assert "That was the tour" in rig.text
            await rig.press("escape")
            await rig.until(lambda: not rig.screen.query(Tour))


async def test_from_a_plan_another_workspace_is_opened_or_left_alone(tmp_path: Path) -> None:
    remember_tour()
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with opened(tmp_path / "a") as planner, opened(tmp_path / "b") as other:
        other.workspace.rename(other.scenario.id, "Plan of b")
        async with running(planner) as rig:
            await rig.press("g", "w")
            await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen) and "is open" in rig.text)
            await rig.press("escape")
            await rig.until(lambda: rig.ready)
            await rig.press("S")
            await rig.until(lambda: rig.app.solving.running)
            await rig.press("g", "w")
            await rig.until(lambda: "A solve is under way" in rig.message)
            rig.solver.started()
            rig.solver.finished({})
            await rig.until(lambda: not rig.app.solving.running)
            await rig.press("g", "w")
            await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen))
            await rig.press("down", "enter")
            await path(rig, "Which workspace folder?", tmp_path / "b" / "workspace")
            await rig.until(lambda: rig.ready and "Plan of b" in rig.text.splitlines()[0])
            assert rig.app.planner is not None
            rig.app.planner.workspace.close()
    assert last_workspace() == tmp_path / "b" / "workspace"


async def test_a_fresh_export_goes_into_the_open_workspace(tmp_path: Path) -> None:
    remember_tour()
    first, second, third, *rest = SAMPLE.accounts
    another = next(csm.id for csm in SAMPLE.csms if csm.id != third.owner)
    fresh = replace(
        SAMPLE, accounts=(replace(first, arr=first.arr + 1), replace(third, owner=another), *rest)
    )
    write_portfolio(tmp_path, fresh)
    state_the_day(tmp_path / "accounts.csv")
    with opened(tmp_path) as planner:
        planner.pin([second.id], next(csm.id for csm in SAMPLE.csms if csm.id != second.owner))
        planner.lock([first.id])
        moved = rest[0].id
        target = next(csm.id for csm in SAMPLE.csms if csm.id != rest[0].owner)
        planner.move([moved], target)
        async with running(planner, (200, 60)) as rig:
            await rig.press("g", "w")
            await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen))
            await rig.press("down", "down", "enter")
            await path(rig, "File of the accounts", tmp_path / "accounts.csv")
            await path(rig, "File of the CSMs", tmp_path / "csms.csv")
            await rig.until(lambda: "Folder of the workspace: this one" in rig.text)
            await rig.press("enter")
            await rig.until(lambda: isinstance(rig.app.screen, ImportScreen) and rig.app.screen.intake)
            await take_the_day(rig)
            await rig.press("s")
            await rig.until(lambda: isinstance(rig.app.screen, ReimportScreen))
            await rig.press("s")
            await rig.until(lambda: rig.ready and "imported" in rig.message)
            assert rig.message == (
                "imported: accounts 1 gone, 1 with new ARR, 1 with new owner; "
                "Plan 1: 1 move and 1 decision void"
            )
            made = rig.app.planner
            assert made is not None
            assert made.workspace is planner.workspace
            assert len(made.portfolio.accounts) == 149
            assert made.state.moves[moved] == target, "what still makes sense is kept"
            assert any(getattr(one, "account", "") == first.id for one in made.state.decisions)


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_screen_fits_and_q_leaves(size: tuple[int, int]) -> None:
    async with first_start(size) as rig:
        assert "Import two files" in rig.text
        assert "proposes a better plan" in " ".join(rig.text.split())
        assert "? help" in rig.text.splitlines()[-1]
        await rig.press("q")
        await rig.until(lambda: not rig.app.is_running)


def test_paths_are_completed_with_folders_and_wanted_files_only(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").touch()
    (tmp_path / "accounts.xlsx").touch()
    (tmp_path / "archive").mkdir()
    (tmp_path / ".hidden").mkdir()
    found: Any = candidates(f"{tmp_path}/a", (".csv",))
    assert found == [f"{tmp_path}/accounts.csv", f"{tmp_path}/archive/"]
    assert candidates(f"{tmp_path}/", folders=True) == [f"{tmp_path}/archive/"]
    assert candidates(f"{tmp_path}/.h") == [f"{tmp_path}/.hidden/"]
    assert candidates(f"{tmp_path}/nothing/x") == []


@pytest.mark.parametrize("typed", ["~nobody-of-that-name/x", "/" + "long" * 100, "a\0b"])
async def test_a_path_that_the_system_refuses_is_said(typed: str) -> None:
    async with first_start() as rig:
        await rig.press("down", "enter")
        await path(rig, "Which workspace folder?", Path(typed))
        await rig.until(lambda: "There is no folder" in " ".join(rig.text.split()))
        await rig.press("tab")
        await rig.until(lambda: "Nothing there begins like this" in rig.text)


async def test_the_tour_can_be_begun_again_at_any_time(tmp_path: Path) -> None:
    with opened(tmp_path) as planner:
        async with running(planner) as rig:
            await rig.press("g", "t", "g", "t", "g", "t")
            await rig.until(lambda: "Tour 1/8" in rig.text)
            await rig.press("escape")
            await rig.until(lambda: not rig.screen.query(Tour))


async def test_a_folder_in_place_of_a_file_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    async with first_start((80, 24)) as rig:
        assert "a folder that you or a colleague made with Bookshift" in rig.text
        assert "…" not in rig.text
        await rig.press("down", "down", "enter")
        await path(rig, "File of the accounts", tmp_path)
        await rig.until(lambda: "is a folder; type / and tab to see" in " ".join(rig.text.split()))
        assert rig.app.screen.query_one(Input).value == str(tmp_path)
        await rig.press("escape", "up", "enter")
        await path(rig, "Which workspace folder?", tmp_path / "file")
        await rig.until(lambda: "is a file; a folder is asked for" in " ".join(rig.text.split()))
