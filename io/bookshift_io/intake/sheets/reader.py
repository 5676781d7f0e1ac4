"""The parent's end of a reading process: what it sends is passed on, however it ends."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Final, Literal, Self

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.sheets.child import CPU_SECONDS, MEMORY, OUT_OF_MEMORY
from bookshift_io.lines import Lines

WALL_SECONDS: Final = 120.0
"""Seconds that reading one file may take on a busy machine."""
_TICK: Final = 0.2
_CHUNK: Final = 1 << 16
_LONGEST_LINE: Final = 1 << 27
_AS_CSV: Final = "save the table as CSV (UTF-8) and import that"


class Reader:
    """One child that reads one file. A context: at its end the child is gone, whatever happened.

    `heard` is called a few times a second while the child works; what it raises ends the reading.
    """

    def __init__(
        self, kind: Literal["workbook", "records"], data: bytes, heard: Callable[[], None] = lambda: None
    ) -> None:
        self._heard = heard
        self._deadline = time.monotonic() + WALL_SECONDS
        self._complete = Lines(_LONGEST_LINE)
        self._ended = False
        try:
            self._child = subprocess.Popen(
                # -P keeps the current folder, which others may write to, off the import path.
                [sys.executable, "-P", "-m", "bookshift_io.intake.sheets.child", kind],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise IntakeError(
                f"no process could be started to read it ({error.strerror}); try again"
            ) from error
        assert self._child.stdin is not None  # noqa: S101 - both were asked for
        assert self._child.stdout is not None  # noqa: S101 - both were asked for
        self.pid = self._child.pid
        self._stdin, self._stdout = self._child.stdin, self._child.stdout
        os.set_blocking(self._stdin.fileno(), False)
        self._unsent = memoryview(len(data).to_bytes(8, "big") + data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        with contextlib.suppress(ProcessLookupError):
            if self._child.poll() is None:
                os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        self._stdout.close()

    def choose(self, number: int) -> None:
        """Ask for the rows of one sheet."""
        self._unsent = memoryview(f"{number}\n".encode())

    def answers(self) -> Iterator[dict[str, Any]]:
        """Return what the child says, line by line, until it needs an answer or ends.

        Raises:
            IntakeError: it refused the file, or could not read it within its limits.

        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdout, selectors.EVENT_READ)
            while not self._ended:
                self._heard()
                if time.monotonic() > self._deadline:
                    raise IntakeError(f"reading it took more than {WALL_SECONDS:.0f} seconds; {_AS_CSV}")
                if self._unsent and self._stdin not in selector.get_map():
                    selector.register(self._stdin, selectors.EVENT_WRITE)
                for key, _ in selector.select(_TICK):
                    if key.fileobj is self._stdout:
                        yield from map(_record, self._lines())
                    elif not self._send():
                        selector.unregister(self._stdin)
        self._say_how_it_ended()

    def _lines(self) -> list[bytes]:
        """Return the lines that are complete by now."""
        chunk = os.read(self._stdout.fileno(), _CHUNK)
        self._ended = not chunk
        lines = self._complete.add(chunk)
        if lines is None:
            raise IntakeError(f"a row of it is too long; {_AS_CSV}")
        return lines

    def _send(self) -> bool:
        """Send what the pipe takes now, and tell whether something is left."""
        try:
            self._unsent = self._unsent[os.write(self._stdin.fileno(), self._unsent[:_CHUNK]) :]
        except BlockingIOError:
            return True
        except BrokenPipeError:  # the end of the child's output tells why
            self._unsent = self._unsent[:0]
        return bool(self._unsent)

    def _say_how_it_ended(self) -> None:
        code = self._child.wait()
        if code == 0:
            return
        if code == OUT_OF_MEMORY:
            raise IntakeError(f"reading it takes more than {MEMORY >> 20} MB of memory; {_AS_CSV}")
        if code == -signal.SIGXCPU:
            raise IntakeError(f"reading it takes more than {CPU_SECONDS} seconds of computing; {_AS_CSV}")
        raise IntakeError(f"reading it failed; {_AS_CSV}")


def _record(line: bytes) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(line)
    if "refused" in record:
        raise IntakeError(record["refused"], row=record["row"])
    return record
