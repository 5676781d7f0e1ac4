"""An import from the first screen: its files, its questions, and the workspace that it goes into."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from first_run_rig import first_start, no_tour, path
from plan_rig import SAMPLE, Rig, opened, running

from bookshift.places import last_workspace, remember_tour
from bookshift.screens.first_run import FirstRunScreen
from bookshift.screens.importing import ImportScreen
from bookshift.screens.plan import PlanScreen
from bookshift.screens.reimporting import ReimportScreen
from bookshift.widgets.grid import Grid
from bookshift.widgets.statusline import MessageLine
from bookshift_io.export.plan import write_portfolio
from bookshift_io.workspace import Workspace


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
    taken = f"day of the data: {SAMPLE.as_of}"
    await rig.until(lambda: taken in " ".join(rig.text.split()) and "(asked)" not in rig.text)


async def test_a_workspace_that_was_just_made_opens_and_takes_what_is_imported(tmp_path: Path) -> None:
    remember_tour()
    folder = tmp_path / "q3"
    Workspace.create(folder).close()
    write_portfolio(tmp_path, SAMPLE)
    state_the_day(tmp_path / "accounts.csv")
    async with first_start((200, 60), empty=folder) as rig:
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
        picked = rig.app.screen.query_one(Grid).key
        assert picked is not None
        await rig.press("enter")
        await rig.until(lambda: isinstance(rig.app.screen, ImportScreen) and "? renewal" not in rig.text)
        await rig.press("s")
        await no_tour(rig)
        planner = rig.app.planner
        assert planner is not None
        renewal = planner.portfolio.accounts[0].renewal
        assert renewal is not None
        assert (renewal.month, renewal.day) == ((4, 3) if picked.startswith("day") else (3, 4))


async def test_leaving_an_import_keeps_nothing(tmp_path: Path) -> None:
    write_portfolio(tmp_path, SAMPLE)
    async with first_start((80, 24)) as rig:
        await begin_import(rig, tmp_path / "accounts.csv", tmp_path / "csms.csv", tmp_path / "new")
        await rig.press("escape")
        await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen))
        assert not (tmp_path / "new").exists()


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
