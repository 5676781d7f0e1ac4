"""Backups: made by SQLite itself, each verified before it counts, the newest seven kept."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from bookshift_io.workspace.encoding import now
from bookshift_io.workspace.engine import connect, translated
from bookshift_io.workspace.errors import DamagedError
from bookshift_io.workspace.filesystem import BACKUPS, DATABASE, make_file, make_folder, sync_folder
from bookshift_io.workspace.schema import APPLICATION_ID, application_id

if TYPE_CHECKING:
    from pathlib import Path

KEEP: Final = 7
_PREFIX: Final = "bookshift-"


def backups(folder: Path) -> list[Path]:
    """The backups of a workspace, newest first."""
    return sorted((folder / BACKUPS).glob(f"{_PREFIX}*.db"), reverse=True)


def back_up(folder: Path, why: str) -> Path:
    """Copy the database to ``backups/``, verify the copy, drop all but the newest seven, return the new one.

    Raises `DamagedError` where the copy does not verify; then the older backups are untouched.
    """
    target = folder / BACKUPS / f"{_PREFIX}{now():%Y%m%dT%H%M%S.%fZ}-{why}.db"
    if not target.parent.is_dir():
        make_folder(target.parent)
    part = target.with_suffix(f".part-{os.getpid()}")
    make_file(part)
    try:
        with translated(folder):
            _copy(folder / DATABASE, part)
            _verify(part)
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    for old in backups(folder)[KEEP:]:
        old.unlink(missing_ok=True)
    return target


def _copy(source: Path, target: Path) -> None:
    reader = connect(source)
    writer = connect(target)
    try:
        reader.backup(writer)
        # One self-contained file: no -wal beside it that somebody could forget to copy.
        writer.execute("PRAGMA journal_mode=DELETE")
    finally:
        writer.close()
        reader.close()


def _verify(copy: Path) -> None:
    connection = connect(copy)
    try:
        complaints = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
        ours = application_id(connection) == APPLICATION_ID
        rows = connection.execute("SELECT count(*) FROM journal").fetchone()[0]
    finally:
        connection.close()
    if complaints != ["ok"] or not ours or not rows:
        raise DamagedError(
            f"the backup {copy.name} does not verify ({complaints[0]}), so it was not kept; "
            "run bookshift doctor on the workspace"
        )
