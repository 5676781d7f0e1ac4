"""Which scenario the application opens with, and what an opening does besides; no screen is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift import log
from bookshift.places import remember_workspace
from bookshift.planner import Planner
from bookshift_io.workspace import Workspace, WorkspaceError

if TYPE_CHECKING:
    from pathlib import Path


def open_planner(folder: Path | None, *, demo: bool = False) -> Planner | None:
    """Open the scenario that this person had open last, or the newest; None where there is none yet.

    Raises a `WorkspaceError` where the folder holds no usable workspace.
    """
    workspace: Workspace | None = None
    if demo:
        from bookshift.demo import open_demo  # noqa: PLC0415 - most starts never need it

        workspace = open_demo()
    elif folder is not None:
        workspace = Workspace.open(folder)
    if workspace is None:
        return None
    planner = planner_at(workspace)
    if planner is None:
        workspace.close()
    elif not demo:
        remember_workspace(workspace.folder)
    return planner


def planner_at(workspace: Workspace) -> Planner | None:
    """Open the scenario that this person had open last, else the one changed last; None without any."""
    known = [one.id for one in workspace.scenarios()]
    last = workspace.last_opened()
    return Planner(workspace, last if last in known else known[0]) if known else None


def back_up_daily(workspace: Workspace) -> None:
    """Make today's backup if nobody has made it; a workspace that cannot be copied is a note in the log."""
    try:
        workspace.backup_if_due()
    except (OSError, WorkspaceError) as error:
        log.report(error)
