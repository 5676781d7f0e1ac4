"""Sizes and kinds of terminal, and none at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from outside import (
    Session,
    run,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_window_too_small_says_so_and_recovers(small: Path) -> None:
    with Session("open", small, columns=20, rows=5) as session:
        session.wait_for("needs")
        session.resize(80, 24)
        session.wait_ready()
        session.resize(2, 2)
        session.settle()
        session.resize(250, 60)
        session.wait_for(re.compile(r"4 Diff"))
        session.wait_for(re.compile(r"3 Detail"))
        session.resize(80, 24)
        session.wait_gone("4 Diff  ")
        session.press("q")
        assert session.wait_exit() == 0


@pytest.mark.parametrize("arguments", [(), ("open",)], ids=["bare", "open"])
def test_without_a_terminal_no_screen_is_opened(small: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments, *([small] if arguments else []))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "terminal" in done.stderr
    assert "\x1b" not in done.stderr


@pytest.mark.parametrize("kind", ["dumb", ""])
def test_a_terminal_that_cannot_move_its_cursor_is_refused(small: Path, kind: str) -> None:
    with Session("open", small, env={"TERM": kind}) as session:
        assert session.wait_exit() == 2
        assert b"\x1b" not in session.raw
        assert "TERM" in session.text
        assert len(session.raw.splitlines()) == 1


def test_a_locale_without_unicode_is_drawn_in_ascii(small: Path) -> None:
    with Session(
        "open", small, env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ) as session:
        session.wait_for("Books")
        session.wait_for("? help")
        session.press("p")
        session.wait_for("Enter picks")
        session.settle()
        assert bytes(session.raw).isascii()
        assert "\\u" not in session.text
        assert "+--" in session.text
        session.press("escape")
        session.wait_gone("Enter picks")
        session.press("q")
        assert session.wait_exit() == 0


def test_without_colours_marks_and_words_remain(small: Path) -> None:
    with Session("open", small, env={"NO_COLOR": "1"}) as session:
        session.wait_ready()
        session.wait_for("OVERLOAD")
        session.settle()
        assert coloured(session) == []
        session.press("q")
        assert session.wait_exit() == 0


def coloured(session: Session) -> list[str]:
    """The cells that have a hue; greys have none."""
    found = []
    for row, line in enumerate(session.lines):
        for column, text in enumerate(line):
            cell = session.cell(row, column)
            found += [f"{row},{column} {text} {hue}" for hue in (cell.fg, cell.bg) if not grey(hue)]
    return found


def grey(hue: str) -> bool:
    """Whether a colour of pyte's has no hue."""
    return hue in {"default", "black", "white"} or (len(hue) == 6 and hue[:2] == hue[2:4] == hue[4:])
