"""Whatever ends the application, nothing that its screen showed is lost and no process is left behind."""

from __future__ import annotations

import fcntl
import json
import os
import random
import re
import signal
import struct
import sys
import termios
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pytest
from outside import (
    BOOKSHIFT,
    LIMIT,
    Session,
    assert_gone,
    assert_sound,
    kept_plan,
    run,
    workspace_of,
)

from bookshift.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KILLS: Final = int(os.environ.get("E2E_KILLS", "12"))
SEED: Final = int(os.environ.get("E2E_SEED", "1"))
QUIT_SECONDS: Final = 3.0


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A workspace on which everything is quick."""
    return workspace_of(tmp_path / "small", 60, 6)


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace on which a solve outlasts the test; none of its tests changes the plan."""
    return workspace_of(tmp_path_factory.mktemp("slow") / "w", 1_500, 30, gap=0.0)


# Kills


@dataclass(frozen=True)
class Step:
    """A row of the history."""

    kind: str
    label: str


def depth_of(steps: list[Step]) -> tuple[int, int]:
    """How many changes can be undone and done again after these steps."""
    done = undone = 0
    for step in steps:
        if step.kind == "do":
            done, undone = done + 1, 0
        else:
            by = 1 if step.kind == "redo" else -1
            done, undone = done + by, undone - by
    return done, undone


@pytest.fixture
def history(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Path], list[Step]]:
    """Ask ``bookshift history --json``, in this process, for the steps of a workspace, the oldest first."""

    def ask(folder: Path) -> list[Step]:
        monkeypatch.setattr(
            sys, "argv", ["bookshift", "history", "-w", str(folder), "--limit", "1000", "--json"]
        )
        with pytest.raises(SystemExit) as end:
            main()
        assert not end.value.code
        entries = json.loads(capsys.readouterr().out)["entries"]
        steps = [Step(one["kind"], one["label"]) for one in reversed(entries)]
        return [one for one in steps if one.kind in {"do", "undo", "redo"}]

    return ask


class Planner:
    """Somebody at the keys who decides at random, and notes what the screen showed as done."""

    def __init__(self, session: Session, rng: random.Random, known: list[Step]) -> None:
        self.session, self.rng = session, rng
        self.shown = list(known)

    def plan_action(self) -> tuple[str, list[tuple[str, str]]]:
        """A kind of step, and its keys, each with what the screen shows before the next is pressed."""
        done, undone = depth_of(self.shown)
        choices = ["pin", "lock", "pin", "lock"] + ["undo"] * bool(done) + ["redo"] * bool(undone)
        kind = self.rng.choice(choices)
        if kind == "undo":
            return "undo", [("u", "")]
        if kind == "redo":
            return "redo", [("U", "")]
        away = [("j", "")] * self.rng.randrange(1, 4)
        # A reason of its own makes each decision a change.
        reason = f"reason {self.rng.randrange(10**6)}"
        if kind == "lock":
            # Unlocks where it is locked already, without a question.
            return "do", [*away, ("t", "Why lock|released|!"), (reason, reason), ("enter", "")]
        down = [("down", "")] * self.rng.randrange(3)
        asked = ("p", "Enter picks|release it first")
        pick = [asked, *down, ("enter", "Why pin"), (reason, reason), ("enter", "")]
        return "do", [*away, *pick]

    def act(self, *, stop_at: int | None = None) -> str | None:
        """Do something and note it once it shows; `stop_at` says after which key to leave it."""
        session = self.session
        session.hush()
        kind, keys = self.plan_action()
        before = session.depth
        for index, (key, expected) in enumerate(keys):
            session.press(key) if len(key) == 1 or key in {"enter", "down"} else session.type(key)
            if index == stop_at:
                return kind
            if expected:
                session.wait_for(re.compile(expected))
            if session.message.startswith(("released", "!")):
                break
        if session.message.startswith("!"):
            return None
        step = {"do": 1, "redo": 1, "undo": -1}[kind]
        session.wait_depth(before + step)
        session.wait_until(lambda: session.message, "a message")
        label = session.message.removeprefix("undone: ").removeprefix("done again: ")
        self.shown.append(Step(kind, label))
        return None


def test_a_kill_at_any_moment_loses_nothing_that_was_shown(
    small: Path, history: Callable[[Path], list[Step]]
) -> None:
    rng = random.Random(SEED)
    known: list[Step] = []
    for _ in range(KILLS):
        with Session("open", small) as session:
            session.wait_ready()
            session.wait_depth(depth_of(known)[0])
            planner = Planner(session, rng, known)
            for _ in range(rng.randrange(3)):
                planner.act()
            in_flight = planner.act(stop_at=rng.randrange(8))
            session.kill(signal.SIGKILL)
            session.process.wait()
            assert_gone(session.mark)
        now = history(small)
        assert now[: len(planner.shown)] == planner.shown
        unseen = now[len(planner.shown) :]
        assert [one.kind for one in unseen] in ([], [in_flight])
        known = now
    assert len(known) >= KILLS
    assert_sound(small)


# Ends


def test_a_hang_up_during_a_solve_leaves_no_process_and_keeps_the_best_plan(slow: Path) -> None:
    with Session("open", slow) as session:
        session.wait_ready()
        session.wait_solving()
        assert session.solvers()
        session.hang_up()
        assert_gone(session.mark)
        assert session.process.wait() == 128 + signal.SIGHUP
    assert kept_plan(slow)["moves"]
    assert_sound(slow)


def test_a_termination_restores_the_terminal(small: Path) -> None:
    with Session("open", small) as session:
        session.wait_ready()
        session.kill(signal.SIGTERM)
        assert session.wait_exit() == 128 + signal.SIGTERM
        assert b"\x1b[?1049l" in session.raw
        assert_gone(session.mark)


def test_quitting_during_a_solve_gives_the_prompt_back_and_the_plan_waits(slow: Path) -> None:
    with Session("open", slow) as session:
        session.wait_ready()
        session.wait_solving()
        began = time.monotonic()
        session.press("q")
        assert session.wait_exit() == 0
        assert time.monotonic() - began < QUIT_SECONDS
        assert_gone(session.mark)
    with Session("open", slow) as session:
        session.wait_for(re.compile(r"The solver's plan is still here: \d+ moves"))
        session.press("i")
        session.wait_for("PREVIEW")


def test_a_solver_that_is_killed_is_told_of_and_the_next_solve_works(slow: Path) -> None:
    with Session("open", slow) as session:
        session.wait_ready()
        session.wait_solving()
        (solver,) = session.solvers()
        solver.kill()
        session.wait_for("its best plan is kept")
        session.hush()
        session.wait_solving()
        session.press("ctrl+c")
        session.wait_for(re.compile(r"stopped, the best so far: \d+ moves"))
        session.press("q")
        assert session.wait_exit() == 0


# A terminal that does not read


def unread(session: Session) -> int:
    """Bytes that wait in the terminal to be read."""
    return int(struct.unpack("i", fcntl.ioctl(session._ours, termios.FIONREAD, b"\0\0\0\0"))[0])


def stall(session: Session) -> None:
    """Have the application draw, unread, until drawing more adds nothing."""
    limit = time.monotonic() + LIMIT
    full, grown, asked = 0, time.monotonic(), 0.0
    while not full or asked < grown or time.monotonic() - asked < 1:
        assert time.monotonic() < limit, "the application draws on and on"
        if unread(session) > full:
            full, grown = unread(session), time.monotonic()
        elif (full and asked < grown and time.monotonic() - grown > 0.2) or not asked:
            session.type("\x0c" * 20)
            asked = time.monotonic()
        time.sleep(0.02)


def test_a_stalled_terminal_holds_up_nothing_but_the_screen(
    small: Path, history: Callable[[Path], list[Step]]
) -> None:
    with Session("open", small) as session:
        session.wait_ready()
        stall(session)
        session.press("j", "t")
        session.wait_for("Why lock")
        session.press("enter")
        session.wait_depth(1)
        stall(session)
        session.kill(signal.SIGTERM)
        assert_gone(session.mark)
        assert session.process.wait() == 128 + signal.SIGTERM
    assert [one.kind for one in history(small)] == ["do"]


# Suspending


def test_ctrl_z_gives_the_shell_and_fg_the_whole_screen(small: Path) -> None:
    shell = ("bash", "--norc", "--noprofile", "-i")
    with Session(through=shell, env={"PS1": "shell> "}) as session:
        session.wait_for("shell>")
        command = " ".join(f"'{word}'" for word in (*BOOKSHIFT, "open", str(small)))
        session.type(f"clear; {command}\n")
        session.wait_ready()
        session.press("ctrl+z")
        session.wait_for("Stopped")
        session.type("clear; fg\n")
        session.wait_ready()
        session.wait_for("? help")
        session.press("j")
        session.wait_for("2/60")
        session.press("q")
        session.wait_for("shell>")
        session.type("exit\n")
        assert session.wait_exit() == 0


# Sizes and kinds of terminal


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
