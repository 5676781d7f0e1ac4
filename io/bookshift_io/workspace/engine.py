"""The SQLite engine: which one is used, whether its WAL mode is safe, and how a connection is set up."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

from bookshift_io.workspace.errors import (
    BusyError,
    DamagedError,
    NoAccessError,
    NotAWorkspaceError,
    WorkspaceError,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path
else:
    try:
        from pysqlite3 import dbapi2 as sqlite3
    except ImportError:
        import sqlite3

__all__ = [
    "BUSY_MS",
    "connect",
    "journal_mode",
    "settle_journal_mode",
    "sqlite3",
    "translated",
    "wal_is_safe",
]

BUSY_MS: Final = 10_000
"""How long one statement waits for a lock."""

_WAL_LIMIT: Final = 8 * 2**20

_PRAGMAS: Final = (
    f"busy_timeout={BUSY_MS}",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "mmap_size=0",
    "synchronous=FULL",
    # Without these two, macOS leaves an acknowledged commit in the drive's cache.
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
    f"journal_size_limit={_WAL_LIMIT}",
)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether a version has the fix for the WAL-reset bug: 3.51.3, 3.50.7, 3.44.6 and their successors."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def connect(path: Path, *, mode: Literal["rw", "ro"] = "rw") -> sqlite3.Connection:
    """Open an existing file; it is never created. Callers keep each connection to one thread at a time."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def journal_mode(connection: sqlite3.Connection) -> str:
    """The journal mode in force: ``wal``, ``truncate`` or another."""
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])


def settle_journal_mode(connection: sqlite3.Connection) -> str:
    """Put a connection into the safest mode that its engine allows, and return that mode.

    An engine with the WAL-reset bug never writes in WAL mode: `WorkspaceError` where others hold it there.
    """
    wanted = "wal" if wal_is_safe(sqlite3.sqlite_version_info) else "truncate"
    if journal_mode(connection) != wanted:
        connection.execute("PRAGMA busy_timeout=0")
        try:
            connection.execute(f"PRAGMA journal_mode={wanted}")
        except sqlite3.OperationalError:
            # Somebody is using the database now; whoever opens it next tries again.
            if journal_mode(connection) != "wal":
                connection.execute("PRAGMA journal_mode=truncate")
        finally:
            connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    mode = journal_mode(connection)
    if mode == "wal" and wanted != "wal":
        raise WorkspaceError(
            f"SQLite {sqlite3.sqlite_version} has a known fault in the mode that another session uses; "
            "install pysqlite3, or close the other sessions and try again"
        )
    return mode


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the engine's errors into sentences that name the workspace."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.DatabaseError as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        if code not in _SENTENCES:
            raise WorkspaceError(
                f"the workspace {path} failed: {error}; run bookshift doctor on it"
            ) from error
        kind, text = _SENTENCES[code]
        raise kind(text.format(path=path)) from error


_SENTENCES: Final[dict[int, tuple[type[WorkspaceError], str]]] = {
    5: (BusyError, "the workspace {path} is busy: another session has been writing for long; try again"),
    8: (NoAccessError, "you may not write in the workspace {path}; ask its owner to add you to its group"),
    10: (
        WorkspaceError,
        "the disk refuses to serve the workspace {path}; nothing was changed; free space, or see doctor",
    ),
    11: (DamagedError, "the workspace {path} is damaged; restore the newest file of its folder backups"),
    13: (WorkspaceError, "the disk that holds the workspace {path} is full; free some space and try again"),
    14: (NoAccessError, "the workspace {path} cannot be opened; check the permissions of the folder"),
    26: (NotAWorkspaceError, "{path} is not a Bookshift database; name another folder"),
}
