"""The side file ``audit.heads``: heads of the journal's hash chain, so that a missing tail is found."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bookshift_io.workspace import journal
from bookshift_io.workspace.encoding import canonical, stamp
from bookshift_io.workspace.errors import WorkspaceError
from bookshift_io.workspace.filesystem import HEADS

if TYPE_CHECKING:
    from pathlib import Path

    from bookshift_io.workspace.database import Database

_TORN: Final = b" (torn)"
"""How a line ends that was not written to its end."""


@dataclass(frozen=True, slots=True)
class Head:
    """The journal's last entry at one moment."""

    seq: int
    hash: str
    at: str
    why: str


def append_head(folder: Path, head: Head) -> None:
    """Add a line durably; the file is only ever appended to.

    A line that a power cut has torn is ended first, so that this one stands by itself.
    """
    line = canonical({"at": head.at, "hash": head.hash, "seq": head.seq, "why": head.why}) + "\n"
    try:
        handle = os.open(folder / HEADS, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            size = os.fstat(handle).st_size
            torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
            os.write(handle, (_TORN + b"\n" if torn else b"") + line.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise WorkspaceError(
            f"the change is saved, but not its mark in {folder / HEADS} ({error.strerror}); run doctor"
        ) from error


def note_head(database: Database, why: str) -> None:
    """Add the journal's present head; called after each approval and backup."""
    with database.reading() as connection:
        last = journal.latest(connection, None, 1)[0]
    append_head(database.folder, Head(last.seq, last.hash, stamp(last.at), why))


def read_heads(folder: Path) -> list[Head]:
    """All heads, oldest first, without those that a power cut has torn.

    Raises `WorkspaceError` where the file is missing or a whole line is not a head.
    """
    path = folder / HEADS
    try:
        lines = path.read_bytes().split(b"\n")[:-1]  # what stands after the last line end is torn
        return [Head(**json.loads(line)) for line in lines if not line.endswith(_TORN)]
    except (OSError, ValueError, TypeError) as error:
        raise WorkspaceError(
            f"{path} is missing or damaged ({error}); restore it from a backup of the folder"
        ) from error
