"""Keys that come all at once, as over a slow line or from a paste, do what they do one after the other."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from outside import Session, assert_gone, assert_sound

from bookshift_io.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


@pytest.fixture
def session(workspace: Path) -> Iterator[Session]:
    """The application on the sample, at rest; it still answers in the end and leaves nothing behind."""
    with Session("open", workspace) as made:
        made.wait_ready()
        made.wait_for("/150")
        made.settle()
        yield made
        made.press("q")
        assert made.wait_exit() == 0
        assert_gone(made.mark)
    assert_sound(workspace)


def decisions(workspace: Path) -> list[str]:
    """What was decided, the newest first."""
    with Workspace.open(workspace) as here:
        return [one.label for one in here.journal(here.scenarios()[0].id) if one.kind == "do"]


def test_a_filter_in_one_go(session: Session) -> None:
    session.type("/owner=Rafael\r")
    session.wait_for("38 accounts match")
    session.wait_for("owner=Rafael")


def test_a_pin_with_its_reason_in_one_go(session: Session, workspace: Path) -> None:
    session.type("pAda\rbecause\r")
    session.wait_depth(1)
    session.wait_for(re.compile(r"pinned to Ada Keller by .*: because"))
    assert "Approve" not in session.text
    assert "TODAY" not in session.text
    assert len(decisions(workspace)) == 1


def test_a_lock_and_its_undo_and_an_export_that_is_left(session: Session) -> None:
    session.type("tboard\ru")
    session.wait_for("undone: locked")
    session.wait_depth(0)
    session.type("e\r")
    session.wait_for("Into which folder?")
    for _ in range(3):
        session.press("escape")
        time.sleep(0.3)
    session.wait_gone("Into which folder?")


def test_a_correction_in_a_field(session: Session) -> None:
    session.type("pabx\x7fc")
    session.wait_for("abc")
    session.press("escape")
    session.wait_gone("Enter picks")


def test_a_path_typed_over_the_one_that_is_there(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "out"
    session.type(f"e\r\x01\x0b{out}\r")
    session.wait_for("Enter writes these files")
    assert not out.exists()
    session.press("enter")
    session.wait_for("lists them")
    assert (out / "manifest.json").is_file() or list(out.iterdir())
    session.press("enter")
    session.wait_gone("SHA-256")


def test_a_command_from_the_palette(session: Session) -> None:
    session.type(":export\r\r")
    session.wait_for("Into which folder?")
    session.press("escape")
    session.wait_gone("Into which folder?")


def test_screens_that_open_and_close(session: Session) -> None:
    session.type("gpqgsqgbj?find\r2gpgg+q")
    session.wait_for(f"{HERE} Alan Keller")
    session.wait_for(re.compile(r"▸ 2 Accounts"))
    session.wait_gone("Policy:")


def test_many_keys_of_many_kinds(session: Session, workspace: Path) -> None:
    keys = "jjj jj pAda\rone\r/owner=Rafael\rjjjtwo\rG tthree\rggmLiam\ruUjj tast\r"
    assert len(keys) > 60
    session.type(keys)
    session.wait_for("locked Ardango Data")
    with Workspace.open(workspace) as here:
        scenario = here.scenarios()[0].id
        steps = [f"{one.kind} {one.label}" for one in reversed(here.journal(scenario))]
        reasons = sorted(one.reason for one in here.session(scenario).state.decisions)
    moved = "moved Lundanta Care Rafael Larsen → Liam Grant"
    assert steps == [
        "create created",
        "do pinned 2 accounts to Ada Keller",
        "do locked Norvatora Motors",
        "do locked Harvaro Medical",
        f"do {moved}",
        f"undo {moved}",
        f"redo {moved}",
        "do locked Ardango Data",
    ]
    # The t that opens each question is no part of the answer.
    assert reasons == ["ast", "one", "one", "three", "wo"]


def test_a_paste_is_text_and_no_key_whatever_stands_in_it(session: Session, workspace: Path) -> None:
    coloured = "\x1b[31mrafael\x1b[0m tq\x1b[" + "9" * 40 + "tboard\rA"
    session.type(f"\x1b[200~{coloured}\x1b[201~")
    session.type("/\x1b[200~owner=\x1b[31mRafael\nLarsen\x1b[0m\x1b[201~\r")
    session.wait_for('owner="Rafael Larsen"')
    session.wait_for("38 accounts match")
    assert not decisions(workspace)
