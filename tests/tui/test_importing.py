"""The import screen: columns, questions and decisions by keys alone, with figures that follow at once."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
from plan_rig import PATIENCE, Rig
from textual import events

from bookshift.app import BookshiftApp
from bookshift.imports import Files
from bookshift.planner import Planner
from bookshift.screens.field_picker import FieldPicker
from bookshift.screens.first_run import FirstRunScreen
from bookshift.screens.importing import ImportScreen
from bookshift.screens.path_prompt import named
from bookshift.widgets.grid import Grid
from bookshift_io.workspace import Workspace

CSMS = "csm_id,name\nC1,Ada\nC2,Ben\n"
ACCOUNTS = (
    "Record ID,Company,Owner,MRR,Annual Revenue,Renewal Date,Coverage Model,Zusatz\n"
    "A1,Acme,Ada,100,9000000,03/04/2027,Tier 1,5\n"
    "A2,Bolt,Ben,250,1,05/06/2027,Tier 1,6\n"
    "A3,Coil,Ben,50,1,05/06/2027,high,7\n"
)


@asynccontextmanager
async def importing(
    folder: Path, accounts: str = ACCOUNTS, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[tuple[Rig, ImportScreen]]:
    (folder / "accounts.csv").write_text(accounts, "utf-8")
    (folder / "csms.csv").write_text(CSMS, "utf-8")
    app = BookshiftApp(None)
    async with app.run_test(size=size) as pilot:
        rig = Rig(app, pilot, cast("Planner", None))
        await rig.until(lambda: isinstance(app.screen, FirstRunScreen) and "Try the sample" in rig.text)
        screen = await opened(rig, folder)
        yield rig, screen
        if app.planner is not None:
            app.planner.workspace.close()


async def opened(rig: Rig, folder: Path) -> ImportScreen:
    screen = ImportScreen(Files(folder / "accounts.csv", folder / "csms.csv"), folder / "new")
    rig.app.push_screen(screen)
    await rig.until(lambda: rig.app.screen is screen and screen.intake is not None)
    await rig.settled()
    return screen


def line(rig: Rig, begins: str) -> str:
    found = [one[2:] for one in rig.text.splitlines() if one[2:].startswith(begins)]
    assert found, f"no line begins with {begins!r} in\n{rig.text}"
    return " ".join(found[0].split())


def said(rig: Rig) -> str:
    return " ".join(rig.text.split())


async def settled(rig: Rig, screen: ImportScreen, text: str) -> None:
    await rig.until(lambda: rig.app.screen is screen and text in said(rig), about=text)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_questions_come_first_and_every_column_says_what_it_is(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with importing(tmp_path, size=size) as (rig, screen):
        await settled(rig, screen, "accounts.csv: 3 rows read = 3 accepted + 0 rejected + 0 blank")
        rows = [one[2:].split("  ")[0] for one in rig.text.splitlines()[3:14]]
        assert rows[:3] == ["? ARR", "? renewal", "? Tier 1"]
        assert rows[3:] == ACCOUNTS.splitlines()[0].split(",")
        assert "id sure 100% 100%" in line(rig, "Record ID")
        assert "kept as it is open" in line(rig, "MRR")
        assert "touch sure 100% 33%" in line(rig, "Coverage Model"), "two of three wait for an answer"
        assert "3 questions" in rig.text.splitlines()[1]
        assert "? help" in rig.text.splitlines()[-1]
        assert "MRR times 12" in rig.text, "what can be answered stands below"
        assert screen.intake is not None
        assert screen.intake.portfolio is None


async def test_the_day_of_the_data_is_said_unasked_and_taken_back(tmp_path: Path) -> None:
    today = f"{datetime.now().astimezone().date()}"
    async with importing(tmp_path) as (rig, screen):
        await settled(rig, screen, f"day of the data: {today}")
        for text, follows in (("2026-03-31", "day of the data: 2026-03-31"), ("March", "“March” is no day;")):
            await rig.press("d")
            await rig.until(lambda: "Of which day is the data?" in rig.text)
            await rig.fill(text)
            await settled(rig, screen, follows)
        assert "day of the data: 2026-03-31" in said(rig), "as it was"
        await rig.press("d")
        await rig.until(lambda: "Of which day is the data?" in rig.text)
        await rig.fill("")
        await settled(rig, screen, f"day of the data: {today}")


async def test_answers_and_totals_follow_each_other_until_it_is_kept(tmp_path: Path) -> None:
    async with importing(tmp_path) as (rig, screen):
        await rig.press("enter")
        await rig.until(lambda: "Only you can know" in rig.text)
        await rig.press("down", "down", "enter")
        await settled(rig, screen, "ARR: 4.8k read = 4.8k accepted")
        assert "ARR, times 12 decided" in line(rig, "MRR")
        await rig.press("enter")
        await rig.until(lambda: "day-first" in rig.text and "Only you can know" in rig.text)
        await rig.press("enter")
        await settled(rig, screen, "1 question")
        await rig.press("enter")
        await rig.until(lambda: "Only you can know" in rig.text)
        await rig.press("down", "enter")
        await settled(rig, screen, "Nothing is kept yet")
        assert "touch sure 100% 100%" in line(rig, "Coverage Model")
        await rig.press("a")
        await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen), about="kept")
        assert not rig.app.import_drafts
    with Workspace.open(tmp_path / "new") as made:
        one = made.portfolio(1).accounts[0]
        assert (one.arr, one.touch, str(one.renewal)) == (1200, "high", "2027-04-03")


async def test_a_column_is_read_as_another_field_ignored_and_left_to_its_name_again(tmp_path: Path) -> None:
    async with importing(tmp_path) as (rig, screen):
        await rig.press("G", "enter")
        await rig.until(lambda: isinstance(rig.app.screen, FieldPicker))
        await rig.press(*"expansion a", "enter")
        await settled(rig, screen, "Zusatz expansion amount decided 100% 100%")
        await rig.press("enter")
        await rig.until(lambda: isinstance(rig.app.screen, FieldPicker))
        await rig.settled()
        assert rig.app.screen.query_one(Grid).key == "expansion_amount", "what it is now, to begin with"
        await rig.press("escape")
        await rig.press("m")
        await rig.until(lambda: "multiplied by?" in rig.text)
        await rig.press(*"many", "enter")
        await settled(rig, screen, "“many” is no number above 0")
        await rig.press("m")
        await rig.until(lambda: "multiplied by?" in rig.text)
        await rig.press(*"1000", "enter")
        await settled(rig, screen, "expansion amount, times 1000")
        await rig.press("x")
        await settled(rig, screen, "Zusatz not read decided")
        await rig.press("x")
        await settled(rig, screen, "Zusatz kept as it is decided")
        await rig.press("u")
        await rig.until(lambda: "kept as it is 100%" in line(rig, "Zusatz"))
        await rig.press("u")
        await settled(rig, screen, "Nothing was decided here about this column")


async def test_a_field_taken_by_another_column_moves(tmp_path: Path) -> None:
    async with importing(tmp_path, "id,name,arr,owner,Betrag\nA1,Acme,5,C1,7\n") as (rig, screen):
        await rig.press("G", "enter")
        await rig.until(lambda: isinstance(rig.app.screen, FieldPicker))
        await rig.press(*"arr", "enter")
        await settled(rig, screen, "Betrag ARR decided")
        assert "kept as it is" in line(rig, "arr ")
        assert "ARR: 7 read = 7 accepted" in said(rig)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_file_that_is_none_of_accounts_says_what_it_is_and_where_it_belongs(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    tickets = "Ticket ID,Account ID,Account Name,Status,Severity\n1,A1,Acme,Open,high\n"
    async with importing(tmp_path, tickets, size) as (rig, _):
        await rig.until(lambda: "this looks like tickets (it has Ticket ID" in " ".join(rig.text.split()))
        assert "with --also (J on the import screen)" in " ".join(rig.text.split())
        await rig.press("tab")
        await rig.until(lambda: "csm_id" in rig.text)
        assert "this looks like tickets" not in rig.text


async def test_tabs_lead_through_the_files_to_the_findings(tmp_path: Path) -> None:
    async with importing(tmp_path, ACCOUNTS + "A4,Dune,Ben,much,1,05/06/2027,high,7\n") as (rig, screen):
        await rig.press("tab")
        await settled(rig, screen, "[csms.csv (csms)]")
        assert "id sure" in line(rig, "csm_id")
        await rig.press("tab")
        await settled(rig, screen, "no column holds FTE")
        await rig.press("x")
        await settled(rig, screen, "tab goes to a file")
        await rig.press("enter")
        await settled(rig, screen, "Here is nothing to decide: mend it in your file")
        await rig.press("tab")
        await settled(rig, screen, "[accounts.csv (accounts, 3 questions)]")


async def test_leaving_keeps_no_trace_but_the_answers_for_the_same_files(tmp_path: Path) -> None:
    async with importing(tmp_path) as (rig, screen):
        await rig.press("enter")
        await rig.until(lambda: "Only you can know" in rig.text)
        await rig.press("down", "down", "enter")
        await settled(rig, screen, "ARR: 4.8k read")
        await rig.press("escape")
        await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen))
        assert not (tmp_path / "new").exists()
        assert not (rig.app.import_drafts.keys() - {(tmp_path / "accounts.csv", tmp_path / "csms.csv")})
        again = await opened(rig, tmp_path)
        await settled(rig, again, "ARR: 4.8k read = 4.8k accepted")


async def test_a_rate_is_typed(tmp_path: Path) -> None:
    accounts = "id,name,arr,owner\nA1,Acme,€100,C1\nA2,Bolt,£100,C2\n"
    async with importing(tmp_path, accounts) as (rig, screen):
        await rig.press("enter")
        await rig.until(lambda: "Only you can know" in rig.text)
        await rig.press("enter")
        await settled(rig, screen, "at which rate?")
        await rig.press("enter")
        await rig.until(lambda: "how much EUR is one GBP?" in said(rig) and rig.app.screen is not screen)
        await rig.press(*"1.2", "enter")
        await settled(rig, screen, "ARR: 220 read = 220 accepted")


async def test_keys_are_heard_while_a_large_file_is_read_and_the_latest_decision_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = ",".join(["id", "name", "arr", "owner", *(f"Own {i}" for i in range(16))])
    body = "\n".join(",".join([f"A{i}", f"Company {i}", "7", "C1", *["text"] * 16]) for i in range(20))
    read, go = Files.read, threading.Event()

    def read_for_long(files: Files, *known: Any, **named: Any) -> Any:
        assert go.wait(PATIENCE)
        return read(files, *known, **named)

    async with importing(tmp_path, f"{header}\n{body}\n") as (rig, screen):
        await rig.until(lambda: "20 accepted" in rig.text)
        await rig.press("G")
        monkeypatch.setattr(Files, "read", read_for_long)
        grid = screen.query_one("#columns", Grid)
        for at in range(15, 10, -1):
            assert grid.key is not None
            assert grid.key.endswith(f"Own {at}")
            await rig.press("x", "k")
            await rig.until(lambda now=at: not (grid.key or "").endswith(f"Own {now}"), about="heard")
        go.set()
        await rig.until(lambda: "not read decided" in line(rig, "Own 15"))
        await rig.until(
            lambda: [one.field for one in screen.intake.columns["accounts"]][-5:] == ["ignore"] * 5
        )  # type: ignore[union-attr]
        await rig.press("escape")
        await rig.until(lambda: isinstance(rig.app.screen, FirstRunScreen))


async def test_hostile_column_names_are_text(tmp_path: Path) -> None:
    hostile = '"[bold]x[/]","\x1b]52;c;eA==\x07","\u202eevil"'
    accounts = f"id,name,arr,owner,{hostile}\nA1,Acme,5,C1,[/],\x1b[2J,b\n"
    async with importing(tmp_path, accounts) as (rig, screen):
        assert "[bold]x[/]" in rig.text
        await rig.press("G")
        await settled(rig, screen, "kept as it is")
        assert "\x1b" not in rig.text
        assert "\x07" not in rig.text


async def test_a_dropped_file_is_where_the_import_begins(tmp_path: Path) -> None:
    (tmp_path / "my accounts.csv").write_text(ACCOUNTS, "utf-8")
    app = BookshiftApp(None)
    async with app.run_test(size=(120, 40)) as pilot:
        rig = Rig(app, pilot, cast("Planner", None))
        await rig.until(lambda: isinstance(app.screen, FirstRunScreen) and "Try the sample" in rig.text)
        app.screen.post_message(events.Paste(str(tmp_path / "nothing.csv")))
        await rig.until(lambda: "What was pasted is no file" in rig.text)
        app.screen.post_message(events.Paste(f"'{tmp_path}/my accounts.csv'\n"))
        await rig.until(lambda: "File of the accounts" in rig.text and "my accounts.csv" in rig.text)


@pytest.mark.parametrize(
    "typed",
    [
        "/a/my file.csv",
        "'/a/my file.csv'",
        '"/a/my file.csv" ',
        "/a/my\\ file.csv",
        "file:///a/my%20file.csv",
    ],
)
def test_a_path_is_understood_as_terminals_paste_it(typed: str) -> None:
    assert named(typed) == Path("/a/my file.csv")


@pytest.mark.parametrize("width", [80, 100, 120])
async def test_every_tab_is_in_sight_however_long_the_names_of_the_files(tmp_path: Path, width: int) -> None:
    name = "Kundenliste Geschäftsjahr 2027 (final) Version 3 von Berta.csv"
    rows = "".join(f"B{at},Firma {at},Ada,n/a,1,05/06/2027,Tier 1,7\n" for at in range(30))
    rows += "B99,,Ada,5,1,05/06/2027,Tier 1,7\n"
    (tmp_path / name).write_text(ACCOUNTS + rows, "utf-8")
    (tmp_path / f"CSM {name}").write_text(CSMS, "utf-8")
    async with BookshiftApp(None).run_test(size=(width, 24)) as pilot:
        rig = Rig(cast("BookshiftApp", pilot.app), pilot, cast("Planner", None))
        await rig.until(lambda: "Try the sample" in rig.text)
        screen = ImportScreen(Files(tmp_path / name, tmp_path / f"CSM {name}"), tmp_path / "new")
        rig.app.push_screen(screen)
        await rig.until(lambda: screen.intake is not None and "(accounts" in rig.text)
        for opened_ in ("(accounts", "(csms", "findings: "):
            line = next(one for one in rig.text.splitlines() if "findings: " in one)
            inside = line[line.index("[") : line.index("]")]
            assert opened_ in inside, "the open tab is whole"
            assert all(one in line for one in ("accounts", "csms", "findings: ")), line
            assert "a.csv (" in inside or "findings" in inside, "the end of a name tells it from others"
            assert ", " in line[line.index("findings") :], "more than the worst kind of finding"
            assert not line.rstrip().endswith("…")
            await rig.press("tab")
            await rig.settled()


async def test_rows_whose_arr_cannot_be_read_are_said_with_the_totals(tmp_path: Path) -> None:
    bad = 'A1,Acme,Ada,1000.5\nA2,Bolt,Ben,"64.490,36"\nA3,Coil,Ben,soon\nA1,Acme,Ada,250\n'
    async with importing(tmp_path, f"id,name,owner,arr\n{bad}", (80, 24)) as (rig, screen):
        await settled(rig, screen, "ARR: 1.3k read = 1.0k accepted, 250 in rejected rows; in none of these: ")
        told = "the ARR of 2 rejected rows, which cannot be read or is below 0; day of the data: "
        assert told in said(rig)
