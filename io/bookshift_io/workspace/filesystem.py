"""The folder of a workspace: how it is made, and on which file systems it may lie."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from bookshift_io.workspace.errors import NotAWorkspaceError

DATABASE: Final = "bookshift.db"
BACKUPS: Final = "backups"
HEADS: Final = "audit.heads"

FOLDER_MODE: Final = 0o2770
FILE_MODE: Final = 0o660

_NETWORK: Final = frozenset({"9p", "afs", "ceph", "cifs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"})


def file_system(path: Path, mountinfo: Path = Path("/proc/self/mountinfo")) -> str | None:
    """Type of the file system that holds a path, as Linux names it; ``None`` where it is not known."""
    try:
        lines = mountinfo.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    place = path.resolve()
    best, found = -1, None
    for line in lines:
        left, _, right = line.partition(" - ")
        point = left.split(" ")[4].encode("latin-1", "replace").decode("unicode_escape")
        mount = Path(point)
        # The longest mount point wins; of two on one point, the later one hides the earlier.
        if place.is_relative_to(mount) and len(mount.parts) >= best:
            best, found = len(mount.parts), right.split(" ")[0]
    return found


def locks_are_unsafe(kind: str | None) -> bool:
    """Whether a file system is one of NFS, CIFS, FUSE and their like, where SQLite's locks do not hold."""
    return kind is not None and (kind in _NETWORK or kind.startswith("fuse"))


def refuse_network(path: Path) -> None:
    """Raise `NotAWorkspaceError` where the path lies on a file system without dependable locks."""
    kind = file_system(path)
    if locks_are_unsafe(kind):
        raise NotAWorkspaceError(
            f"{path} lies on a {kind} file system, where two planners can damage the database; "
            "put the workspace on a disk of this machine"
        )


def make_folder(path: Path) -> None:
    """Make a folder that the group shares (2770), whatever the umask is."""
    path.mkdir(parents=True, exist_ok=True)
    # One that an administrator prepared belongs to somebody else, and only its owner may set the mode.
    if stat.S_IMODE(path.stat().st_mode) != FOLDER_MODE:
        path.chmod(FOLDER_MODE)


def make_file(path: Path) -> None:
    """Make a new empty file that the group may write (0660), whatever the umask is."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
    try:
        os.fchmod(handle, FILE_MODE)
    finally:
        os.close(handle)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
