"""What the commands print: results on stdout, progress on stderr, one JSON object with ``--json``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from bookshift.text import plain

_PATIENCE: Final = 1.0
"""Seconds after which a person wants to see that something moves."""


@dataclass
class Output:
    """Where a command's words go."""

    as_json: bool = False
    quiet: bool = False

    def result(self, record: dict[str, Any], text: str) -> None:
        """Print the result: the record with ``--json``, else the text with nothing that a terminal obeys."""
        sys.stdout.write(
            json.dumps(record, ensure_ascii=True, allow_nan=False)
            if self.as_json
            else "\n".join(map(plain, text.split("\n")))
        )
        sys.stdout.write("\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """Print a remark that is no result."""
        if not self.quiet:
            sys.stderr.write("".join(f"{plain(line)}\n" for line in text.split("\n")))
            sys.stderr.flush()


class Progress:
    """A line that is redrawn on a terminal, and one line a second elsewhere; nothing when quiet."""

    def __init__(self, output: Output) -> None:
        self._quiet = output.quiet
        self._terminal = sys.stderr.isatty()
        self._last = 0.0
        self._drawn = False

    def show(self, text: str) -> None:
        """Say how far it is."""
        now = time.monotonic()
        if self._quiet or now - self._last < (0.1 if self._terminal else 1.0):
            return
        self._last = now
        self._drawn = self._terminal
        sys.stderr.write(f"\r\x1b[K{plain(text)}" if self._terminal else plain(text) + "\n")
        sys.stderr.flush()

    def done(self) -> None:
        """Clear the line."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


@contextmanager
def reading(output: Output) -> Iterator[Callable[[str, int], None]]:
    """Show how far the reading of files is: yields what hears the file and its rows."""
    progress = Progress(output)
    began = time.monotonic()

    def heard(file: str, rows: int) -> None:
        if time.monotonic() - began > _PATIENCE:
            progress.show(f"{file}: {rows:,} rows read" if rows else f"{file}: unpacking")

    try:
        yield heard
    finally:
        progress.done()
