"""Whatever ends the application, nothing that its screen showed is lost and no process is left behind."""

from __future__ import annotations

import fcntl
import re
import signal
import struct
import termios
import time
from typing import TYPE_CHECKING, Final

import pytest
from outside import (
    BOOKSHIFT,
    LIMIT,
    Session,
    Step,
    assert_gone,
    assert_sound,
    kept_plan,
    workspace_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

QUIT_SECONDS: Final = 20.0
"""The solve would go on for longer."""


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace on which a solve outlasts the test; none of its tests changes the plan."""
    return workspace_of(tmp_path_factory.mktemp("slow") / "w", 1_500, 30, gap=0.0)


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
