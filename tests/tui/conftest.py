"""A real terminal for tests: a child on a pseudo-terminal, its bytes, and what they draw."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The child takes the pseudo-terminal as its own, as a login shell does, so that closing it hangs up.
_OWN_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
_SEQUENCE = re.compile(r"\x1b\[([?>=<]?)([\d;]*)([a-zA-Z])|\x1b\[\?\d+\$p|\x1b[^\[]|.", re.DOTALL)
_SETTLED = 0.2


class Pty:
    """A Python program running on a pseudo-terminal of its own."""

    def __init__(self, program: Path, width: int, height: int, environment: dict[str, str]) -> None:
        self.width, self.height = width, height
        self._master, slave = os.openpty()
        self._resize(width, height)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _OWN_TERMINAL + program.read_text(encoding="utf-8")],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment},
        )
        os.close(slave)

    def read(self, *, patience: float = 20.0) -> bytes:
        """All that is drawn until nothing more comes; waits for the first byte."""
        drawn = b""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            ready, _, _ = select.select([self._master], [], [], _SETTLED if drawn else 0.1)
            if ready:
                try:
                    drawn += os.read(self._master, 65536)
                except OSError:
                    break
            elif drawn or self.process.poll() is not None:
                break
        return drawn

    def read_until(self, expected: bytes) -> bytes:
        """All that is drawn until this is among it, and nothing more comes."""
        drawn = b""
        for _ in range(20):
            drawn += self.read(patience=2)
            if expected in drawn:
                return drawn
        raise AssertionError(f"{expected!r} was not drawn; this was: {drawn[-500:]!r}")

    def idle(self, seconds: float) -> bytes:
        """All that is drawn within this time."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        return os.read(self._master, 65536) if ready else b""

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def press(self, keys: str) -> bytes:
        """Type, and return what is drawn for it."""
        self.send(keys)
        return self.read()

    def resize(self, width: int, height: int) -> None:
        """Change the size of the window."""
        self.width, self.height = width, height
        self._resize(width, height)

    def hang_up(self) -> None:
        """Close the terminal, as a dropped connection does."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def end(self) -> None:
        """Leave nothing behind."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self.hang_up()

    def _resize(self, width: int, height: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))


class Screen:
    """The little of a terminal that the application uses: what its bytes draw."""

    def __init__(self, width: int, height: int) -> None:
        self.cells = [[(" ", "")] * width for _ in range(height)]
        self._x = self._y = 0
        self._style: dict[str, str] = {}

    def feed(self, output: str) -> None:
        """Draw."""
        for found in _SEQUENCE.finditer(output):
            private, numbers, final = found.group(1, 2, 3)
            if final is None and not found.group().startswith("\x1b"):
                self._put(found.group())
            elif not private and final == "H":
                y, x = (numbers or "1;1").split(";")
                self._y, self._x = int(y) - 1, int(x) - 1
            elif not private and final == "G":
                self._x = int(numbers) - 1
            elif not private and final == "m":
                self._turn(numbers)

    @property
    def lines(self) -> list[str]:
        """The text of each line."""
        return ["".join(grapheme for grapheme, _ in row) for row in self.cells]

    def _put(self, character: str) -> None:
        if character in "\r\n":
            self._x, self._y = (0, self._y) if character == "\r" else (self._x, self._y + 1)
            return
        width = cell_len(character)
        row = self.cells[self._y]
        if not width:
            before = self._x - 1 if row[self._x - 1][0] else self._x - 2
            row[before] = (row[before][0] + character, row[before][1])
            return
        style = ";".join(sorted(self._style.values()))
        if character == " ":
            seen = {"background", "4", "5", "7", "9"} if "7" not in self._style else set(self._style)
            style = ";".join(sorted(value for name, value in self._style.items() if name in seen))
        row[self._x : self._x + width] = [(character, style)] + [("", style)] * (width - 1)
        self._x += width

    def _turn(self, numbers: str) -> None:
        codes = (numbers or "0").split(";")
        while codes:
            code = codes.pop(0)
            if code == "0":
                self._style.clear()
            elif code in {"38", "48"}:
                taken = 4 if codes[0] == "2" else 2
                self._style["foreground" if code == "38" else "background"] = ";".join([code, *codes[:taken]])
                del codes[:taken]
            elif code in {"39", "49"}:
                self._style.pop("foreground" if code == "39" else "background", None)
            elif code in {"22", "23", "24", "25", "27", "29"}:
                for ended in ("1", "2") if code == "22" else (code[1],):
                    self._style.pop(ended, None)
            elif len(code) == 1:
                self._style[code] = code
            else:
                name = "foreground" if code[0] in "39" else "background"
                self._style[name] = code


@pytest.fixture
def run_in_terminal(tmp_path: Path) -> Iterator[Callable[..., Pty]]:
    """Start programs on terminals of their own; all are ended with the test."""
    started: list[Pty] = []

    def run(source: str, width: int = 120, height: int = 40, **environment: str) -> Pty:
        program = tmp_path / f"program_{len(started)}.py"
        program.write_text(source, encoding="utf-8")
        started.append(Pty(program, width, height, environment))
        return started[-1]

    yield run
    for pty in started:
        pty.end()


@pytest.fixture(scope="session")
def blank_screen() -> type[Screen]:
    """What turns terminal output into lines of text."""
    return Screen
