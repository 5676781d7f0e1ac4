"""The folders of machine code: whole or not, one process at a time, and none kept for ever.

A folder is whole when every file of code in it is as it was when the last loop had been compiled: machine
code with a wrong bit does not fail, it computes something else. What is missing or differs is compiled anew.
An index need only be complete: numba adds to it when a loop is called with arrays of another kind.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import stat
import tempfile
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_NAME: Final = "compiled-"
_LIST: Final = "complete"
_LOCK: Final = "lock"
_INDEX: Final = ".nbi"
_END: Final = b"."
"""The end of a pickle, which an index is."""
_UNUSED: Final = 7 * 24 * 3600.0
"""Seconds after which code of another version goes: two versions may take turns on a machine."""
_AGAIN: Final = 24 * 3600.0
"""Seconds after which a use is noted again."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The machine code of one version in one place."""

    path: Path

    @classmethod
    def under(cls, root: Path, version: str) -> Folder:
        """The folder of a version among those of others."""
        return cls(root / (_NAME + version))

    def is_whole(self) -> bool:
        """Whether everything was compiled, and is still there as it was."""
        listed = self._listed()
        return listed is not None and all(self._sum(name) == listed[name] for name in listed)

    def seal(self) -> None:
        """Note that everything is compiled, and what that is."""
        self.path.mkdir(parents=True, exist_ok=True)
        sums = {name: self._sum(name) for name in self._names()}
        made = self.path / f"{_LIST}.{os.getpid()}"
        made.write_text(json.dumps(sums), encoding="utf-8")
        made.replace(self.path / _LIST)

    def mend(self) -> int:
        """Remove the files that are not as they were; how many of those noted are gone or removed."""
        listed = self._listed() or {}
        damaged = [name for name in listed if self._sum(name) != listed[name]]
        for name in damaged:
            (self.path / name).unlink(missing_ok=True)
        return len(damaged)

    def clear(self) -> bool:
        """Remove all files; whether there were any. The lock stays: somebody may wait for it."""
        names = [*self._names(), _LIST] if self.path.is_dir() else []
        for name in names:
            (self.path / name).unlink(missing_ok=True)
        return len(names) > 1

    def take(self, other: Folder) -> None:
        """Copy what another folder has: numba reads no folder that it cannot write."""
        shutil.copytree(
            other.path, self.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(_LIST + "*", _LOCK)
        )

    @contextlib.contextmanager
    def alone(self, waits: Callable[[], object] = lambda: None) -> Iterator[None]:
        """Let one process at a time compile; the next finds all done, an interrupted one does no harm.

        `waits` is called first where another process is at it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / _LOCK).open("ab") as file:
            if not _lock(file, wait=False):
                waits()
                _lock(file, wait=True)
            yield

    def used(self) -> None:
        """Note that this version is in use, and remove what nobody used for a week."""
        with contextlib.suppress(OSError):
            if time.time() - _age(self.path) > _AGAIN:
                os.utime(self.path / _LIST)
        for other in self.path.parent.glob(_NAME + "*"):
            with contextlib.suppress(OSError):
                if other != self.path and time.time() - _age(other) > _UNUSED:
                    _remove(other)

    def _names(self) -> list[str]:
        return sorted(
            path.relative_to(self.path).as_posix() for path in self.path.rglob("*.nb[ci]") if path.is_file()
        )

    def _sum(self, name: str) -> list[int] | None:
        """Length and check sum of a file of code, nothing of an index; ``None`` where it cannot be read."""
        try:
            data = (self.path / name).read_bytes()
        except OSError:
            return None
        if name.endswith(_INDEX):
            return [] if data.endswith(_END) else None
        return [len(data), zlib.crc32(data)]

    def _listed(self) -> dict[str, list[int]] | None:
        """What was noted when everything was compiled; ``None`` where nothing was, or not legibly."""
        try:
            listed = json.loads((self.path / _LIST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return listed if isinstance(listed, dict) and listed else None


def writable(roots: Iterable[Path]) -> Path:
    """The first of these folders that can be written, else one for temporary files that is nobody else's."""
    for root in roots:
        with contextlib.suppress(OSError):
            root.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=root).close()
            return root
    return _temporary()


def _temporary() -> Path:
    """The user's own folder among temporary ones: code is loaded from it, so nobody else may have made it."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    root = Path(tempfile.gettempdir()) / f"bookshift-{user}"
    with contextlib.suppress(OSError):
        root.mkdir(mode=0o700)
    try:
        found = root.lstat()
    except OSError:
        return root
    if hasattr(os, "getuid") and (
        not stat.S_ISDIR(found.st_mode) or found.st_uid != user or found.st_mode & 0o022
    ):
        return Path(tempfile.mkdtemp(prefix="bookshift-"))
    return root


def _age(folder: Path) -> float:
    """When a folder was used last, as the clock says it."""
    noted = folder / _LIST
    return (noted if noted.exists() else folder).stat().st_mtime


def _remove(folder: Path) -> None:
    """Remove a folder, unless somebody compiles into it right now."""
    with (folder / _LOCK).open("ab") as file:
        if _lock(file, wait=False):
            shutil.rmtree(folder, ignore_errors=True)


def _lock(file: IO[bytes], *, wait: bool) -> bool:
    """Whether the lock is ours, which ends with the process at the latest; where there are none, go on."""
    try:
        fcntl = importlib.import_module("fcntl")
    except ImportError:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return wait
    return True
