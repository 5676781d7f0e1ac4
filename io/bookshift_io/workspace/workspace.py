"""The workspace: a folder with a database, its backups and the heads of its audit trail."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from bookshift_io.workspace import journal
from bookshift_io.workspace.approvals import Approvals
from bookshift_io.workspace.audit import audit
from bookshift_io.workspace.backup import back_up, backups
from bookshift_io.workspace.database import Database
from bookshift_io.workspace.drafts import Drafts
from bookshift_io.workspace.encoding import canonical, now, stamp
from bookshift_io.workspace.engine import connect, settle_journal_mode, translated
from bookshift_io.workspace.errors import NoAccessError, NotAWorkspaceError
from bookshift_io.workspace.filesystem import (
    BACKUPS,
    DATABASE,
    HEADS,
    make_file,
    make_folder,
    refuse_network,
    sync_folder,
)
from bookshift_io.workspace.heads import Head, append_head, note_head
from bookshift_io.workspace.identity import Person, me
from bookshift_io.workspace.intakes import Intakes
from bookshift_io.workspace.migrations import MIGRATIONS
from bookshift_io.workspace.schema import APPLICATION_ID, migrate

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


_A_DAY: Final = 24 * 3600


class Workspace(Intakes, Approvals, Drafts):
    """Everything that is kept; any thread may call it, and what a call changes is durable on its return."""

    @classmethod
    def create(cls, path: str | os.PathLike[str], *, person: Person | None = None) -> Workspace:
        """Make a workspace in a new or empty folder and open it; raises a `WorkspaceError` otherwise."""
        folder = Path(path).absolute()
        person = person or me()
        try:
            _make(folder, person)
        except OSError as error:
            raise NoAccessError(
                f"no workspace can be made in {folder}: {error.strerror}; name another folder"
            ) from error
        return cls.open(folder, person=person)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, person: Person | None = None) -> Workspace:
        """Open a workspace; raises a `WorkspaceError` where it is none, too new, or not ours to write."""
        return cls(Database(Path(path).absolute()), person or me())

    def on_wait(self, tell: Callable[[str], None] | None) -> None:
        """Have `tell` called, in the writing thread, when a write has waited for a second."""
        self.database.on_wait = tell

    def data_version(self) -> int:
        """A number that differs after any commit by anybody; cheap enough for four times a second."""
        return self.database.data_version()

    def verify(self) -> list[str]:
        """What is wrong with journal, data sets, scenarios and approvals, a sentence each; empty is good."""
        return audit(self.database)

    def backup(self) -> Path:
        """Make a verified backup, note the journal's head in ``audit.heads``, and keep the newest seven."""
        made = back_up(self.folder, "manual")
        note_head(self.database, "backup")
        return made

    def backup_if_due(self) -> Path | None:
        """Make a backup where the newest is a day old or there is none; for a quiet moment after opening."""
        newest = next(iter(backups(self.folder)), None)
        if newest is not None and now().timestamp() - newest.stat().st_mtime < _A_DAY:
            return None
        return self.backup()

    def close(self) -> None:
        """Close the database; nothing is lost without it."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _make(folder: Path, person: Person) -> None:
    if (folder / DATABASE).exists():
        raise NotAWorkspaceError(f"{folder} is a workspace already; open it, or name another folder")
    if folder.exists() and any(not one.name.startswith(".bookshift") for one in folder.iterdir()):
        raise NotAWorkspaceError(f"{folder} is not empty; name a new or empty folder for the workspace")
    make_folder(folder)
    refuse_network(folder)
    # Made under another name and linked at the end: nobody ever finds half a workspace.
    part = folder / f".bookshift.{os.getpid()}.{secrets.token_hex(4)}"
    make_file(part)
    try:
        with translated(folder):
            connection = connect(part)
            try:
                settle_journal_mode(connection)
                connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
                migrate(connection, MIGRATIONS, lambda: None)
                # The random mark makes the chains of two workspaces differ from their first row on.
                first = journal.append(
                    connection,
                    person,
                    kind="init",
                    label="made the workspace",
                    content=canonical({"workspace": secrets.token_hex(16)}),
                )
            finally:
                connection.close()
        make_folder(folder / BACKUPS)
        make_file(folder / HEADS)
        append_head(folder, Head(first.seq, first.hash, stamp(first.at), "init"))
        os.link(part, folder / DATABASE)
    except FileExistsError:
        raise NotAWorkspaceError(
            f"somebody is making a workspace in {folder} now; open it in a moment"
        ) from None
    finally:
        part.unlink()
    sync_folder(folder)
