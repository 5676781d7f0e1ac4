"""One solver process and its two pipes, neither of which is ever waited on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from bookshift.log import open_log
from bookshift_io.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Sequence

# -P keeps the current folder, which others may write to, off the import path. faulthandler tells the log
# where a crash inside a compiled library happened.
WORKER: Final = (sys.executable, "-P", "-X", "faulthandler", "-m", "bookshift_model.worker")

_CHUNK: Final = 1 << 16
_LONGEST_LINE: Final = 1 << 26


class SolverProcess:
    """Starts at once; raises `OSError` where it cannot. Belongs to the thread that made it.

    On Linux the child asks to be killed when the thread that started it ends, so that thread has to
    live as long as the child is wanted.
    """

    def __init__(self, command: Sequence[str]) -> None:
        log = open_log()
        try:
            self._child = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                # A Ctrl-C on the terminal is for us alone.
                start_new_session=True,
            )
        finally:
            os.close(log)
        assert self._child.stdin is not None  # noqa: S101 - both were asked for
        assert self._child.stdout is not None  # noqa: S101 - both were asked for
        self._stdin = self._child.stdin
        self._stdout = self._child.stdout
        for pipe in (self._stdin, self._stdout):
            os.set_blocking(pipe.fileno(), False)
        self._unsent = bytearray()
        self._lines = Lines(_LONGEST_LINE)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._child.pid

    @property
    def reads_from(self) -> int:
        """Descriptor to watch for lines of the child."""
        return self._stdout.fileno()

    @property
    def writes_to(self) -> int | None:
        """Descriptor to watch while something is unsent, else ``None``."""
        return self._stdin.fileno() if self._unsent else None

    def send(self, record: dict[str, Any]) -> None:
        """Queue one line and send what the pipe takes now."""
        self._unsent += json.dumps(record, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        self.flush()

    def flush(self) -> None:
        """Send what the pipe takes now. A closed pipe is silent here: the end of its output tells."""
        try:
            while self._unsent:
                del self._unsent[: os.write(self._stdin.fileno(), self._unsent[:_CHUNK])]
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._unsent.clear()

    def lines(self) -> list[bytes] | None:
        """Complete lines that have come; ``None`` once the child is gone or talks without end."""
        try:
            chunk = os.read(self._stdout.fileno(), _CHUNK)
        except BlockingIOError:
            return []
        return self._lines.add(chunk) if chunk else None

    def end(self, patience: float) -> str:
        """Close the child's input, wait up to `patience` seconds, then kill; says how it ended."""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        try:
            code = self._child.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()
            code = self._child.wait()
        self._stdout.close()
        return _how_it_ended(code)

    def kill(self) -> None:
        """Kill the child and whatever it started; from any thread."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            # Once waited for, the number may belong to somebody else.
            if self._child.poll() is None:
                os.killpg(self._child.pid, signal.SIGKILL)


def _how_it_ended(code: int) -> str:
    """Words for an exit code as `subprocess` gives it."""
    if code >= 0:
        return f"ended unexpectedly (exit code {code})"
    try:
        return f"was ended by the system ({signal.Signals(-code).name})"
    except ValueError:
        return f"was ended by the system (signal {-code})"
