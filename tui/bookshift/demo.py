"""The demonstration: a person's own workspace with the shipped sample in it, made the first time."""

from __future__ import annotations

from bookshift.places import demo_workspace, sample_folder
from bookshift_io.workspace import Workspace, WorkspaceError


def open_demo() -> Workspace:
    """Open the person's demonstration as they left it; raises a `WorkspaceError` where that cannot be."""
    folder = demo_workspace()
    if folder.is_dir() and any(not one.name.startswith(".") for one in folder.iterdir()):
        workspace = Workspace.open(folder)
        if workspace.scenarios(include_archived=True):
            return workspace
    else:
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        workspace = Workspace.create(folder)
    from bookshift.imports import Files, read_policy, store  # noqa: PLC0415 - only the first time

    sample = sample_folder()
    files = Files(sample / "accounts.csv", sample / "csms.csv", sample / "mapping.toml")
    intake = files.read()
    if intake.portfolio is None:
        workspace.close()
        raise WorkspaceError(f"the sample in {sample} cannot be read; install Bookshift again")
    store(workspace, files, intake, read_policy(str(sample / "policy.toml")), None)
    return workspace
