"""The whole story with keys alone, from the sample to exported files; all of it is there on the next day."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

from outside import Session, assert_gone, assert_sound, result

from bookshift_io.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

HERE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
"""Before the row under the cursor."""
FOUND = re.compile(
    r"plan found: (\d+) moves?, (?:\d+ unlike yours, )?proven .*best possible — i preview, a accept, r reject"
)


def quit_(session: Session) -> None:
    """Leave, with nothing left behind."""
    session.press("q")
    assert session.wait_exit() == 0
    assert_gone(session.mark)


def wait_view_kept(session: Session, workspace: Path, scenario: str, **expected: str) -> None:
    """Wait until where this person looks is kept; it is once it has rested for a second."""
    with Workspace.open(workspace) as here:
        number = here.scenario(scenario).id
        accounts = {one.name: one.id for one in here.session(number).portfolio.accounts}
        wanted = {name: accounts.get(value, value) for name, value in expected.items()}
        session.wait_until(
            lambda: wanted.items() <= here.view(number).items(), f"the view {expected} to be kept"
        )


def test_the_whole_story(workspace: Path, tmp_path: Path) -> None:  # noqa: PLR0915 - one story
    out = tmp_path / "out"
    with Session("open", workspace) as session:
        session.wait_ready()
        session.wait_for("/150")
        session.wait_for("All  ")

        # What does not fit the filter goes.
        session.press("/")
        session.wait_for("words anywhere, then field=a value")
        session.type("owner=Rafael")
        session.press("enter")
        session.wait_for(re.compile(r"38 accounts match: owner begins with “Rafael”; esc drops the filter"))
        name = session.wait_for(re.compile(rf"{HERE} (\S+ \S+)"))[1]

        # A pin with a reason.
        session.press("p")
        session.wait_for("Enter picks")
        session.type("Ada")
        session.wait_for(re.compile(rf"│ +{HERE} Ada Keller"))
        session.press("enter")
        session.wait_for(f"Why pin {name} to Ada Keller?")
        session.type("speaks their language")
        session.press("enter")
        session.wait_depth(1)
        session.wait_for(f"pinned {name} to Ada Keller")
        session.wait_for(": speaks their language")

        # A lock.
        session.press("j", "j", "t")
        session.wait_for("Why lock")
        session.press("enter")
        session.wait_depth(2)
        session.wait_for("locked ")

        # A solve to its end, looked at before it is taken.
        session.press("S")
        found = session.wait_for(FOUND)
        session.press("i")
        session.wait_for("PREVIEW of the solver's plan")
        session.press("L")
        session.wait_for("▸ 4 Diff")
        session.wait_for("worse off")
        session.press("i")
        session.wait_gone("PREVIEW")
        session.press("a")
        session.wait_for(f"accepted: {found[1]} moves in the plan; u takes it back")
        session.wait_depth(3)
        session.wait_for(f"{found[1]} moves   ")

        # There and back.
        session.press("u")
        session.wait_for("undone: accepted a plan")
        session.wait_depth(2)
        session.wait_for("   1 move   ")
        session.press("U")
        session.wait_for("done again: accepted a plan")
        session.wait_depth(3)

        # A copy, and its files.
        session.press("C")
        session.wait_for("Name of the copy")
        session.type("For the board")
        session.press("enter")
        session.wait_for("this is For the board")
        session.press("e")
        session.wait_for("For a system")
        session.press("enter")
        session.wait_for("Into which folder?")
        session.type(str(out))
        session.press("enter")
        session.wait_for("Enter writes these files")
        session.press("enter")
        session.wait_for("lists them")
        session.press("enter")
        session.wait_gone("DRAFT: not approved")
        session.press("2")
        session.wait_for("▸ 2 Accounts")
        session.press("G")
        session.wait_for("38/38")
        last = session.wait_for(re.compile(rf"{HERE} (\S+ \S+) .*Rafael"))[1]
        wait_view_kept(session, workspace, "For the board", pane="accounts", account=last)
        quit_(session)

    check_files(out, int(found[1]))

    with Session("open", workspace) as session:
        session.wait_for("For the board")
        session.wait_for("38/38")
        session.wait_for(re.compile(rf"{HERE} {last}"))
        session.press("<")
        session.wait_for("this is Plan 1")
        session.wait_depth(3)
        session.wait_for(f"{found[1]} moves   ")
        session.press("escape")
        session.wait_gone("owner=Rafael")
        session.press("/")
        session.wait_for("words anywhere, then field=a value")
        session.type(name)
        session.press("enter")
        session.wait_for("speaks their language")
        session.press("u", "u")
        session.wait_depth(1)
        quit_(session)
    assert [one["name"] for one in result("scenarios", "-w", workspace)["scenarios"]][1:] == ["For the board"]
    assert_sound(workspace)


def check_files(out: Path, moves: int) -> None:
    """The exported files say that they are a draft, and hold the plan."""
    (manifest,) = [json.loads(one.read_text("utf-8")) for one in out.glob("*manifest*.json")]
    assert manifest["status"] == "DRAFT"
    assert manifest["scenario"] == "For the board"
    (moved,) = out.glob("*moves*.csv")
    with moved.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == moves + 1


def test_a_short_story_on_a_small_terminal(workspace: Path) -> None:
    with Session("open", workspace, columns=80, rows=24) as session:
        session.wait_for("▸2 Accounts")
        session.press("t")
        session.wait_for("Why lock")
        session.type("board's wish")
        session.press("enter")
        session.wait_for("locked ")
        session.press("3")
        session.wait_for("▸3 Detail")
        session.wait_for("board's wish")
        session.press("S")
        session.wait_for("plan found: ")
        session.press("a")
        session.wait_for("accepted: ")
        session.press("4")
        session.wait_for("▸4 Diff")
        session.press("?")
        session.wait_for("type to find a command")
        session.press("escape")
        session.wait_gone("type to find a command")
        session.press("1")
        session.wait_for("▸1 Books")
        wait_view_kept(session, workspace, "Plan 1", pane="books")
        quit_(session)
    with Session("open", workspace, columns=80, rows=24) as session:
        session.wait_for("▸1 Books")
        quit_(session)


def test_a_first_run_offers_the_sample_and_remembers_it() -> None:
    with Session() as session:
        session.wait_for("How would you like to begin?")
        session.wait_for(f"{HERE} Try the sample")
        session.press("enter")
        session.wait_for("A short tour?")
        session.press("escape")
        session.wait_gone("A short tour?")
        session.wait_for("/150")
        session.press("t")
        session.wait_for("Why lock")
        session.press("enter")
        session.wait_depth(1)
        quit_(session)
    with Session("demo") as session:
        session.wait_ready()
        session.wait_depth(1)
        quit_(session)
