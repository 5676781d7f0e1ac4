"""A terminal for end-to-end tests: a command on a pseudo-terminal of its own and the screen that it draws.

with Terminal(["bookshift", "demo"], columns=120, rows=40) as terminal:
    terminal.wait_for("1 Books")
    terminal.press("j", "ctrl+c", "shift+tab")
    terminal.type(":export")
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import psutil
import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PATIENCE: Final = 60.0
"""Seconds after which something that was waited for is taken not to come."""

KEYS: Final[Mapping[str, str]] = {
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "down": "\x1b[B",
    "end": "\x1b[F",
    "enter": "\r",
    "escape": "\x1b",
    "f1": "\x1bOP",
    "home": "\x1b[H",
    "left": "\x1b[D",
    "pagedown": "\x1b[6~",
    "pageup": "\x1b[5~",
    "right": "\x1b[C",
    "shift+tab": "\x1b[Z",
    "space": " ",
    "tab": "\t",
    "up": "\x1b[A",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}

# A session's leader gets the terminal that it opens first as its own: closing it hangs up, Ctrl-C interrupts.
_ON_OWN_TERMINAL: Final = 'exec "$@" <>"$0" >&0 2>&0'
# pyte draws the tails of these questions and keyboard modes, or takes them for colours.
_UNKNOWN_TO_PYTE: Final = re.compile(
    rb"\x1b\[(?:[<=>][\d;]*[a-zA-Z]|\?[\d;]*[mnu])|\x1bP.*?\x1b\\", re.DOTALL
)
_UNFINISHED: Final = re.compile(rb"\x1b(?:\[[<=>?]?[\d;]*|P.*)?\Z", re.DOTALL)


class Terminal:
    """Runs `command`; what it draws is read while one of the waiting methods runs, and only then.

    A test that does not wait is a stalled connection: a program that draws on is held up by it. The program
    leads its session, so Ctrl-Z reaches it only under a shell with job control: run that as the command.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._undrawn = b""
        self.raw = bytearray()
        """Every byte that came."""
        self._ours, theirs = os.openpty()
        self._set_size(columns, rows)
        self.process = subprocess.Popen(
            ["sh", "-c", _ON_OWN_TERMINAL, os.ttyname(theirs), *map(str, command)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", **(env or {})},
            cwd=cwd,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    # What is seen.

    @property
    def lines(self) -> list[str]:
        """The screen's lines, without blanks at their ends."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The screen's lines as one text."""
        return "\n".join(self.lines)

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column, from 0."""
        return self._screen.cursor.y, self._screen.cursor.x

    def cell(self, row: int, column: int) -> Any:
        """One cell as pyte's `Char`: data, fg, bg, bold, reverse and so on."""
        return self._screen.buffer[row][column]

    @property
    def picture(self) -> list[list[Any]]:
        """Every cell as it is seen."""
        return picture(self._screen)

    @property
    def drawn(self) -> int:
        """Bytes that came so far; take the difference around a key press for its price."""
        return len(self.raw)

    # What is done.

    def press(self, *keys: str) -> None:
        """Press keys: single characters, or names from `KEYS`."""
        for key in keys:
            if len(key) > 1 and key not in KEYS:
                raise KeyError(f"no key is called {key!r}")
            self.type(KEYS.get(key, key))

    def type(self, text: str) -> None:
        """Send text as it is."""
        unsent = text.encode()
        while unsent:
            unsent = unsent[os.write(self._ours, unsent) :]

    def answer(self, keys: str) -> bytes:
        """Send keys, and return what is drawn for them until nothing more comes."""
        before = self.drawn
        self.type(keys)
        self.wait_until(lambda: self.drawn > before, f"an answer to {keys!r}")
        self.settle()
        return bytes(self.raw[before:])

    def wipe(self) -> None:
        """Forget what is on the screen, so that it then shows only what is drawn from here on."""
        self._screen.reset()

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window; the program is told."""
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def hang_up(self) -> None:
        """Drop the connection."""
        if self._ours >= 0:
            os.close(self._ours)
            self._ours = -1

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the program."""
        self.process.send_signal(number)

    def children(self) -> list[psutil.Process]:
        """The processes that the program has started and that live, at any depth."""
        with contextlib.suppress(psutil.NoSuchProcess):
            return list(psutil.Process(self.process.pid).children(recursive=True))
        return []

    def is_stopped(self) -> bool:
        """Whether the program is suspended."""
        return bool(psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED)

    # What is waited for.

    def wait_for(self, wanted: str | re.Pattern[str], timeout: float = PATIENCE) -> re.Match[str]:
        """Wait until the screen, its lines as one text, shows a text or a pattern; returns the match."""
        pattern = re.compile(re.escape(wanted)) if isinstance(wanted, str) else wanted
        self.wait_until(
            lambda: pattern.search(self.text) is not None, f"{pattern.pattern!r} to appear", timeout
        )
        match = pattern.search(self.text)
        assert match is not None
        return match

    def wait_gone(self, unwanted: str | re.Pattern[str], timeout: float = PATIENCE) -> None:
        """Wait until the screen no longer shows a text or a pattern."""
        pattern = re.compile(re.escape(unwanted)) if isinstance(unwanted, str) else unwanted
        self.wait_until(lambda: pattern.search(self.text) is None, f"{pattern.pattern!r} to go", timeout)

    def wait_until(
        self, condition: Callable[[], object], what: str = "the condition", timeout: float = PATIENCE
    ) -> None:
        """Wait until a condition holds, drawing what comes; fails with the screen where it does not."""
        limit = time.monotonic() + timeout
        while not condition():
            gone = self.process.poll() is not None
            # What it wrote before it ended may still be on its way.
            if not self._draw(0.05) and gone and not condition():
                raise AssertionError(
                    self._story(f"the program ended ({self.process.returncode}) before {what}")
                )
            if time.monotonic() > limit:
                raise AssertionError(self._story(f"waited {timeout:g} s in vain for {what}"))

    def settle(self, quiet: float = 0.2, timeout: float = PATIENCE) -> int:
        """Draw until nothing comes for `quiet` seconds and the program rests; returns the bytes that came."""
        before, limit = self.drawn, time.monotonic() + timeout
        while self._draw(quiet) or self._is_at_work():
            if time.monotonic() > limit:
                raise AssertionError(self._story(f"the program still draws after {timeout:g} s"))
        return self.drawn - before

    def wait_exit(self, timeout: float = PATIENCE) -> int:
        """Wait until the program ends, drawing what comes; returns its exit code (negative: the signal)."""
        limit = time.monotonic() + timeout
        while self.process.poll() is None:
            if not self._draw(0.05) and time.monotonic() > limit:
                raise AssertionError(self._story(f"the program still runs after {timeout:g} s"))
        while self._draw(0.0):
            pass
        return int(self.process.returncode)

    def end(self) -> None:
        """Leave nothing behind: the program, what it started, and the terminal."""
        for process in [*self.children(), self.process]:
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                process.kill()
        self.process.wait()
        self.hang_up()

    def _draw(self, patience: float) -> bool:
        """Draw what comes within `patience` seconds; whether anything did."""
        if self._ours < 0:
            time.sleep(patience)
            return False
        if not select.select([self._ours], [], [], patience)[0]:
            return False
        try:
            came = os.read(self._ours, 1 << 16)
        except OSError:
            # Linux's word for the end of the other side.
            time.sleep(patience)
            return False
        self.raw += came
        came = _UNKNOWN_TO_PYTE.sub(b"", self._undrawn + came)
        unfinished = _UNFINISHED.search(came)
        cut = len(came) if unfinished is None else unfinished.start()
        self._undrawn = came[cut:]
        self._stream.feed(came[:cut])
        return bool(came)

    def _is_at_work(self) -> bool:
        """Whether a thread of the program runs, or would if the machine were less busy; only Linux tells."""
        for told in Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            with contextlib.suppress(OSError):
                if told.read_text("utf-8", "replace").rpartition(")")[2].split()[0] in {"R", "D"}:
                    return True
        return False

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _story(self, what: str) -> str:
        ruler = "-" * self._screen.columns
        return f"{what}; the screen:\n{ruler}\n{self.text}\n{ruler}"


def picture(screen: pyte.Screen) -> list[list[Any]]:
    """Every cell of a screen as it is seen: on a blank neither the letter's colour nor its weight is."""
    return [
        [_seen(screen.buffer[row][column]) for column in range(screen.columns)] for row in range(screen.lines)
    ]


def _seen(cell: Any) -> Any:
    if cell.data != " " or cell.reverse:
        return cell
    return cell._replace(fg="default", bold=False, italics=False)
