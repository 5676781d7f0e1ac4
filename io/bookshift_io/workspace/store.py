"""What every part of a workspace shares: the database and who is at the keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bookshift_io.workspace.database import Database
    from bookshift_io.workspace.identity import Person


class Store:
    """A database with a person who uses it."""

    def __init__(self, database: Database, person: Person) -> None:
        self.database = database
        self.person = person

    @property
    def folder(self) -> Path:
        """The folder of the workspace."""
        return self.database.folder
