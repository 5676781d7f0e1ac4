"""The database file: opened with checks, written through one function, polled cheaply."""

from __future__ import annotations

import os
import random
import stat
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from bookshift_io.workspace.backup import back_up
from bookshift_io.workspace.engine import (
    BUSY_MS,
    connect,
    journal_mode,
    settle_journal_mode,
    sqlite3,
    translated,
)
from bookshift_io.workspace.errors import BusyError, NoAccessError, NotAWorkspaceError
from bookshift_io.workspace.filesystem import DATABASE, refuse_network
from bookshift_io.workspace.migrations import MIGRATIONS
from bookshift_io.workspace.schema import APPLICATION_ID, application_id, migrate, refuse_newer, version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

T = TypeVar("T")

_NOTICE: Final = 1.0
"""Seconds of waiting before it is said."""

_PAUSE: Final = 0.01
"""Longest pause between two attempts to get the lock, seconds."""

_BUSY: Final = 5


class Database:
    """Two connections to one file: one that writes and one that reads and polls, each behind a lock.

    Any thread may call; a reader never waits for a writer in WAL mode.
    """

    def __init__(self, folder: Path, migrations: Sequence[Iterable[str]] = MIGRATIONS) -> None:
        """Open the database of a workspace folder; raises a `WorkspaceError` where it is not safe to."""
        self.folder = folder
        self.path = folder / DATABASE
        self.on_wait: Callable[[str], None] | None = None
        self._version = len(migrations)
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._refuse_unusable()
        with translated(self.path):
            self._writer = self._open_checked(migrations)
            try:
                self._reader = self._open_reader()
            except BaseException:
                self._writer.close()
                raise

    def close(self) -> None:
        """Close both connections; closing twice is harmless."""
        with self._reading, self._writing:
            self._reader.close()
            self._writer.close()

    @property
    def mode(self) -> str:
        """Journal mode in force."""
        with self._reading:
            return journal_mode(self._reader)

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one transaction that holds the write lock from its start, and commit it durably.

        `work` only talks to the connection: no files, no waiting, no callbacks. After a second of waiting for
        another session `on_wait` is told. Raises `BusyError` after ten, with nothing changed.
        """
        with self._writing, translated(self.path):
            self._begin()
            try:
                refuse_newer(self._writer, self._version)
                result = work(self._writer)
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            return result

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one moment of the database until the block ends."""
        with self._reading, translated(self.path):
            self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                self._reader.execute("COMMIT")

    def data_version(self) -> int:
        """A number that differs after any commit by anybody, this session included; costs microseconds."""
        with self._reading, translated(self.path):
            return int(self._reader.execute("PRAGMA data_version").fetchone()[0])

    def _begin(self) -> None:
        start = time.monotonic()
        told = False
        self._writer.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    self._writer.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as error:
                    if (error.sqlite_errorcode & 0xFF) != _BUSY:
                        raise
                    waited = time.monotonic() - start
                    if waited * 1000 > BUSY_MS:
                        raise BusyError(
                            f"the workspace {self.folder} is busy: another session has been writing for "
                            f"{waited:.0f} s; nothing was changed, try again"
                        ) from error
                    if waited > _NOTICE and not told and self.on_wait is not None:
                        told = True
                        self.on_wait("waiting for another session's change to be written")
                    # Uneven, so that sessions that wait together do not meet again; and shorter with time, so
                    # that who has waited longest comes next.
                    time.sleep(random.uniform(0.2, 1) * _PAUSE / (1 + 20 * waited))  # noqa: S311 - no secret
                else:
                    return
        finally:
            self._writer.execute(f"PRAGMA busy_timeout={BUSY_MS}")

    def _refuse_unusable(self) -> None:
        # By stat alone: to open and close the file would drop the locks of this process's connections.
        try:
            found = self.path.stat()
        except FileNotFoundError:
            raise NotAWorkspaceError(
                f"{self.folder} is not a workspace (it has no {DATABASE}); make one with bookshift init"
            ) from None
        except OSError as error:
            raise NoAccessError(
                f"{self.folder} cannot be read: {error.strerror}; ask its owner for access"
            ) from error
        if not stat.S_ISREG(found.st_mode) or found.st_size == 0:
            raise NotAWorkspaceError(
                f"{self.path} is empty or no file and cannot be read; restore the newest file of backups/"
            )
        refuse_network(self.folder)
        if not (os.access(self.folder, os.W_OK) and os.access(self.path, os.R_OK | os.W_OK)):
            raise NoAccessError(f"you may not write in {self.folder}; ask its owner to add you to its group")

    def _open_checked(self, migrations: Sequence[Iterable[str]]) -> sqlite3.Connection:
        connection = connect(self.path)
        try:
            _refuse_foreign(connection, self.path)
            refuse_newer(connection, len(migrations))
            settle_journal_mode(connection)
            migrate(connection, migrations, lambda: back_up(self.folder, "before-upgrade"))
        except BaseException:
            connection.close()
            raise
        return connection

    def _open_reader(self) -> sqlite3.Connection:
        connection = connect(self.path)
        if journal_mode(self._writer) != "wal":
            connection.execute("PRAGMA journal_mode=truncate")
        connection.execute("PRAGMA query_only=ON")
        return connection


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    if application_id(connection) != APPLICATION_ID or version_of(connection) == 0:
        raise NotAWorkspaceError(f"{path} is not a Bookshift database; name another folder")
