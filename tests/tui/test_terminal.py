"""A session ends with its terminal, leaves no process behind, and refuses to start without one."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from bookshift.terminal import choose, refuse_without_terminal, utf8_or_ascii

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from term import Terminal

APP = """
import asyncio, os, pathlib, sys, time
from bookshift import terminal
from bookshift.terminal import Watchdog
from textual.app import App
from textual.widgets import Static

class Demo(App):
    def compose(self):
        yield Static("ready" + "to go")

    def on_mount(self):
        if os.environ.get("FLOOD"):
            self.set_interval(0.01, self.flood)
        if os.environ.get("STUCK"):
            self.set_timer(0.5, lambda: time.sleep(60))

    def flood(self):
        self.query_one(Static).update("".join(chr(97 + os.urandom(1)[0] % 26) for _ in range(4000)))

terminal.GRACE_SECONDS = float(os.environ.get("GRACE", "3"))
app = Demo()
note = pathlib.Path(os.environ["NOTE"])
watchdog = Watchdog(lambda: note.write_text("solver ended"), lambda: app.call_later(app.exit))
watchdog.start()
app.run(mouse=False)
watchdog.stop()
sys.exit(128 + watchdog.received if watchdog.received else 0)
"""


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "note"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_session_and_the_solver(
    run_in_terminal: Callable[..., Terminal], note: Path, number: signal.Signals
) -> None:
    one = run_in_terminal(APP, NOTE=str(note), GRACE="600")
    one.wait_for("readyto go")
    one.kill(number)
    assert one.wait_exit() == 128 + number
    assert b"\x1b[?25h" in one.raw.rpartition(b"\x1b[?25l")[2], "the cursor is shown again"
    assert b"\x1b[?1049l" in one.raw
    assert note.read_text() == "solver ended"


def test_a_dropped_connection_ends_the_session_and_the_solver(
    run_in_terminal: Callable[..., Terminal], note: Path
) -> None:
    one = run_in_terminal(APP, NOTE=str(note), GRACE="600")
    one.wait_for("readyto go")
    one.hang_up()
    assert one.wait_exit() == 129
    assert note.read_text() == "solver ended"


def test_a_dropped_connection_ends_a_session_whose_reader_had_stalled(
    run_in_terminal: Callable[..., Terminal], note: Path
) -> None:
    one = run_in_terminal(APP, NOTE=str(note), FLOOD="1")
    time.sleep(3)  # nobody reads: the queue of output is full long before
    assert one.process.poll() is None
    one.hang_up()
    assert one.wait_exit() == 129
    assert note.read_text() == "solver ended"


def test_a_session_that_is_stuck_is_ended_and_the_terminal_given_back(
    run_in_terminal: Callable[..., Terminal], note: Path
) -> None:
    one = run_in_terminal(APP, NOTE=str(note), STUCK="1")
    one.wait_for("readyto go")
    time.sleep(0.7)
    one.kill(signal.SIGTERM)
    assert one.wait_exit() == 128 + signal.SIGTERM
    assert b"\x1b[?25h" in one.raw.rpartition(b"\x1b[?25l")[2], "the cursor is shown again"
    assert b"\x1b[?1049l" in one.raw
    assert note.read_text() == "solver ended"


def test_a_watchdog_that_is_not_needed_leaves_no_trace() -> None:
    script = (
        "import signal\n"
        "from bookshift.terminal import Watchdog\n"
        "watchdog = Watchdog(lambda: None, lambda: None)\n"
        "watchdog.start(); watchdog.stop(); watchdog.stop()\n"
        "assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL\n"
        "assert signal.set_wakeup_fd(-1) == -1\n"
        "assert watchdog.received == 0\n"
    )
    command = [sys.executable, "-c", script]
    finished = subprocess.run(command, stdin=subprocess.DEVNULL, check=False, timeout=60)
    assert finished.returncode == 0


def test_without_a_terminal_it_says_so_in_one_sentence() -> None:
    script = "from bookshift.terminal import refuse_without_terminal as refuse; print(refuse())"
    said = subprocess.run(
        [sys.executable, "-c", script], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    ).stdout
    assert "standard input is not one" in said
    assert said.count("\n") == 1


def test_a_dumb_terminal_is_refused(run_in_terminal: Callable[..., Terminal]) -> None:
    script = "from bookshift.terminal import refuse_without_terminal as refuse; print(refuse(), flush=True)"
    run_in_terminal(script, TERM="dumb").wait_for("TERM is dumb")
    run_in_terminal(script, TERM="").wait_for("TERM is not set")
    run_in_terminal(script).wait_for("None")


def test_a_terminal_that_is_closed_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_descriptor: int) -> bool:
        raise OSError

    monkeypatch.setattr(os, "isatty", gone)
    assert "not one" in (refuse_without_terminal({"TERM": "xterm"}) or "")


def _stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")


@pytest.mark.parametrize(
    ("environment", "encoding", "unicode", "drawn"),
    [
        ({"LANG": "en_US.UTF-8"}, "utf-8", True, "│é".encode()),
        ({"LANG": "C.UTF-8"}, "ascii", True, "│é".encode()),
        ({"LC_ALL": "de_DE.ISO-8859-1", "LANG": "C.utf8"}, "iso-8859-1", False, b"?\xe9"),
        ({"LANG": "C"}, "ascii", False, b"??"),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, "utf-8", False, "│é".encode()),
    ],
)
def test_the_character_set_follows_the_terminal(
    environment: dict[str, str], encoding: str, unicode: bool, drawn: bytes
) -> None:
    stderr = _stream(encoding)
    assert utf8_or_ascii(environment, stderr) is unicode
    stderr.write("│é")
    stderr.flush()
    assert stderr.buffer.getvalue() == drawn


def test_a_stream_that_cannot_change_draws_ascii() -> None:
    assert utf8_or_ascii({"LANG": "en_US.UTF-8"}, io.StringIO()) is False


def test_choices_over_ssh_save_bytes_and_leave_what_the_user_set() -> None:
    environment = {"TERM": "xterm-256color", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}
    assert choose(environment, _stream("utf-8"))
    assert environment["TEXTUAL_ANIMATIONS"] == "none"
    assert environment["TEXTUAL_COLOR_SYSTEM"] == "256"

    environment = {"TERM": "xterm", "COLORTERM": "truecolor", "TEXTUAL_COLOR_SYSTEM": "standard"}
    assert choose(environment, _stream("utf-8"))
    assert environment == {"TERM": "xterm", "COLORTERM": "truecolor", "TEXTUAL_COLOR_SYSTEM": "standard"}


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({"TERM": "xterm", "COLORTERM": "24bit"}, "truecolor"),
        ({"TERM": "xterm-direct"}, "truecolor"),
        ({"TERM": "screen-256color"}, "256"),
        ({"TERM": "linux"}, "standard"),
    ],
)
def test_colours_are_those_the_terminal_has(environment: dict[str, str], colours: str) -> None:
    choose(environment, _stream("utf-8"))
    assert environment["TEXTUAL_COLOR_SYSTEM"] == colours


def test_nothing_of_textual_is_imported_before_the_choices() -> None:
    script = "import sys, bookshift.terminal; assert not {'textual', 'rich'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
