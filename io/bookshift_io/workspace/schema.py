"""The schema's version: read, check, and bring up to date in one transaction."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from bookshift_io.workspace.engine import sqlite3
from bookshift_io.workspace.errors import BusyError, NewerWorkspaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

APPLICATION_ID: Final = 0x42534654
"""``BSFT``: marks the file as ours."""

_PATIENCE: Final = 60.0
"""Seconds to wait for another session's migration."""


def application_id(connection: sqlite3.Connection) -> int:
    """The mark in the file's header."""
    return int(connection.execute("PRAGMA application_id").fetchone()[0])


def version_of(connection: sqlite3.Connection) -> int:
    """Schema version of the file; 0 where it has none."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(connection: sqlite3.Connection, known: int) -> None:
    """Raise `NewerWorkspaceError` where the file's schema is newer than `known`."""
    found = version_of(connection)
    if found > known:
        raise NewerWorkspaceError(
            f"the workspace was written by a newer Bookshift (schema {found}, this one knows {known}); "
            "upgrade Bookshift and start it again"
        )


def migrate(
    connection: sqlite3.Connection, migrations: Sequence[Iterable[str]], backup: Callable[[], object]
) -> None:
    """Bring the schema up to date: all steps in one transaction, after a backup, or not at all.

    Of several sessions that start at once, one does the work and the others find it done.
    """
    if version_of(connection) >= len(migrations):
        return
    _lock(connection)
    try:
        version = version_of(connection)
        if 0 < version < len(migrations):
            # Under the lock, so that nothing is committed between the copy and the first step.
            backup()
        for statements in migrations[version:]:
            for statement in statements:
                connection.execute(statement)
        if version < len(migrations):
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise sqlite3.IntegrityError(f"the migration leaves {len(broken)} broken references")
            connection.execute(f"PRAGMA user_version={len(migrations)}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _lock(connection: sqlite3.Connection) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if time.monotonic() > deadline:
                raise BusyError(
                    "another session has been upgrading the workspace for long; try again"
                ) from error
        else:
            return
