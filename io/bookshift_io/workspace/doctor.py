"""The doctor: is the ground under a workspace sound, and if not, what cures it."""

from __future__ import annotations

import grp
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from bookshift_io.workspace.backup import backups
from bookshift_io.workspace.engine import sqlite3, wal_is_safe
from bookshift_io.workspace.errors import WorkspaceError
from bookshift_io.workspace.filesystem import (
    DATABASE,
    FILE_MODE,
    FOLDER_MODE,
    HEADS,
    file_system,
    locks_are_unsafe,
)
from bookshift_io.workspace.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

_FEW: Final = 2**30
_TOO_FEW: Final = 100 * 2**20


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's report; `cure` is empty where nothing is to be done."""

    name: str
    status: Literal["ok", "warning", "fault"]
    text: str
    cure: str = ""


def doctor(path: str | os.PathLike[str] | None = None) -> list[Check]:
    """Check the SQLite engine and, where a workspace is named, its folder, permissions, content and disk."""
    if path is None:
        return [_engine()]
    folder = Path(path).absolute()
    return [_engine(), _file_system(folder), *_permissions(folder), *_content(folder), _space(folder)]


def _engine() -> Check:
    name = f"SQLite {sqlite3.sqlite_version} ({sqlite3.__name__.partition('.')[0]})"
    if wal_is_safe(sqlite3.sqlite_version_info):
        return Check("SQLite engine", "ok", f"{name}, safe in WAL mode")
    return Check(
        "SQLite engine",
        "warning",
        f"{name} has the WAL-reset fault, so the slower mode TRUNCATE is used and readers wait for writers",
        "install pysqlite3 0.6.1 or later",
    )


def _file_system(folder: Path) -> Check:
    kind = file_system(folder)
    if kind is None:
        return Check(
            "File system",
            "warning",
            "its type is not known on this system",
            "keep the workspace on a local disk",
        )
    if locks_are_unsafe(kind):
        return Check(
            "File system", "fault", f"{kind} does not keep locks", "move the workspace to a local disk"
        )
    return Check("File system", "ok", kind)


def _permissions(folder: Path) -> Iterator[Check]:
    wanted = ((folder, FOLDER_MODE), (folder / DATABASE, FILE_MODE), (folder / HEADS, FILE_MODE))
    groups = set()
    for path, mode in wanted:
        try:
            found = path.stat()
        except OSError as error:
            yield Check("Permissions", "fault", f"{path}: {error.strerror}", "restore it from a backup")
            continue
        groups.add(found.st_gid)
        have = stat.S_IMODE(found.st_mode)
        if have != mode:
            # Open to others is a leak; too narrow only keeps colleagues out.
            status: Literal["fault", "warning"] = "fault" if have & 0o007 else "warning"
            yield Check(
                "Permissions", status, f"{path} has mode {have:o}, not {mode:o}", f"chmod {mode:o} {path}"
            )
    if len(groups) > 1:
        yield Check(
            "Permissions",
            "warning",
            "the folder and its files belong to different groups",
            f"chgrp -R {_group(folder)} {folder}",
        )
    elif groups:
        yield Check(
            "Permissions", "ok", f"shared by the group {_group(folder)}; within it, roles are advisory"
        )


def _group(folder: Path) -> str:
    gid = folder.stat().st_gid
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _content(folder: Path) -> Iterator[Check]:
    try:
        with Workspace.open(folder) as workspace:
            mode = workspace.database.mode.upper()
            yield Check("Database", "ok", f"opens, journal mode {mode}")
            with workspace.database.reading() as connection:
                complaints = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)")]
            if complaints != ["ok"]:
                yield Check(
                    "Database", "fault", f"damaged: {complaints[0]}", "restore the newest file of backups/"
                )
            faults = workspace.verify()
    except WorkspaceError as error:
        text, _, cure = str(error).rpartition("; ")
        yield Check("Database", "fault", text, cure)
        return
    for fault in faults:
        yield Check("Audit trail", "fault", fault, "compare with the newest file of backups/ and restore it")
    if not faults:
        yield Check("Audit trail", "ok", "the journal is whole, and scenarios and approvals agree with it")
    kept = backups(folder)
    if kept:
        yield Check("Backups", "ok", f"{len(kept)}, the newest {kept[0].name}")
    else:
        yield Check(
            "Backups",
            "warning",
            "there is none yet",
            "open the workspace in the app, which makes one a day",
        )


def _space(folder: Path) -> Check:
    try:
        found = os.statvfs(folder)
    except OSError as error:
        return Check("Free space", "fault", f"{folder}: {error.strerror}", "name a workspace folder")
    free = found.f_bavail * found.f_frsize
    text = f"{free / 2**30:.1f} GiB"
    if free < _TOO_FEW:
        return Check("Free space", "fault", text, "free at least 1 GiB on the disk of the workspace")
    if free < _FEW:
        return Check("Free space", "warning", text, "free at least 1 GiB on the disk of the workspace")
    return Check("Free space", "ok", text)
