"""What can go wrong with a workspace; each message is one sentence for the person at the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from bookshift_io.workspace.journal import JournalEntry


class WorkspaceError(Exception):
    """Something about the workspace; the message says what, where, and what to do."""


class NotAWorkspaceError(WorkspaceError):
    """The path does not hold a usable workspace database."""


class NewerWorkspaceError(WorkspaceError):
    """The workspace was written by a newer Bookshift."""


class NoAccessError(WorkspaceError):
    """The file permissions do not let this user write."""


class BusyError(WorkspaceError):
    """Another session kept the database locked for too long; nothing was changed."""


class DamagedError(WorkspaceError):
    """The database file cannot be trusted."""


class TamperedError(WorkspaceError):
    """What was approved is not what is stored."""


class ScenarioError(WorkspaceError):
    """A scenario's name or state does not allow what was asked."""


class UnknownScenarioError(ScenarioError):
    """There is no such scenario, data set or approval."""


class FrozenError(ScenarioError):
    """The scenario is approved or archived and takes no changes."""


class ChangedMeanwhileError(WorkspaceError, ConflictError):
    """Somebody else changed the scenario since it was loaded; `entries` say who, when and what."""

    def __init__(self, message: str, entries: tuple[JournalEntry, ...]) -> None:
        super().__init__(message)
        self.entries = entries
