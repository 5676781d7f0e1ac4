"""Which scenario the application opens with; nothing here knows of a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift.places import demo_workspace, remember_workspace, sample_folder
from bookshift.planner import Planner
from bookshift_io.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path


def open_planner(folder: Path | None, *, demo: bool = False) -> Planner | None:
    """Open the scenario that this person had open last, or the newest; None where there is none yet.

    Raises a `WorkspaceError` where the folder holds no usable workspace.
    """
    workspace = _demo() if demo else None if folder is None else Workspace.open(folder)
    if workspace is None:
        return None
    scenarios = {one.id for one in workspace.scenarios()}
    if not scenarios:
        workspace.close()
        return None
    if not demo:
        remember_workspace(workspace.folder)
    last = workspace.last_opened()
    return Planner(workspace, last if last in scenarios else workspace.scenarios()[0].id)


def _demo() -> Workspace:
    """Open this person's copy of the sample, made the first time."""
    folder = demo_workspace()
    if folder.exists():
        return Workspace.open(folder)
    from bookshift.imports import Files, read_policy, store  # noqa: PLC0415 - only the first demonstration needs it

    sample = sample_folder()
    files = Files(sample / "accounts.csv", sample / "csms.csv", sample / "mapping.toml")
    intake = files.read()
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    workspace = Workspace.create(folder)
    store(workspace, files, intake, read_policy(str(sample / "policy.toml")))
    return workspace
