"""Writes finished files into a folder: all of them or none, never through a link, never over one unasked."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o640
FOLDER_MODE: Final = 0o750

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,79}")
_NO_HARD_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class ExportError(Exception):
    """Nothing was exported; the message says why and what to do."""


class FilesExistError(ExportError):
    """Files of these names are there already."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        """Name the files, so that a planner can be asked."""
        found = ", ".join(names)
        super().__init__(f"{folder} already holds {found}; choose another folder, or allow overwriting")
        self.names = names


def write_files(folder: Path, files: Mapping[str, bytes], *, overwrite: bool = False) -> None:
    """Write files of mode 0640 durably, making the folder where it is missing.

    Every file is complete under a temporary name before the first gets its own; on a failure, files that are
    new are taken away again. With `overwrite`, files already replaced stay replaced.

    Raises:
        FilesExistError: a name is taken and `overwrite` is not given; nothing was written.
        ExportError: the folder is a link or no folder, or the file system refused.

    """
    for name in files:
        if not _NAME.fullmatch(name):
            raise ExportError(f"{name!r} is no name for an export file; use letters, digits, dot, dash and _")
    handle = _open_folder(folder)
    try:
        if not overwrite:
            _refuse_taken(handle, folder, files)
        _write_all(handle, folder, files, overwrite=overwrite)
    except OSError as error:
        raise ExportError(
            f"the export into {folder} failed ({error.strerror}); "
            "make room or correct its rights, and try again"
        ) from error
    finally:
        os.close(handle)


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Take files of a folder away durably; what is gone already is no matter. Raises `ExportError`."""
    handle = _open_folder(folder)
    try:
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name, dir_fd=handle)
        os.fsync(handle)
    except OSError as error:
        raise ExportError(f"{folder} keeps a file that is out of date ({error.strerror})") from error
    finally:
        os.close(handle)


def _open_folder(folder: Path) -> int:
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        if folder.is_symlink():
            raise ExportError(f"{folder} is a symbolic link; name the folder that it points to") from error
        raise ExportError(f"{folder} cannot be used as a folder ({error.strerror}); name another") from error


def _refuse_taken(handle: int, folder: Path, files: Mapping[str, bytes]) -> None:
    taken = tuple(name for name in files if _exists(handle, name))
    if taken:
        raise FilesExistError(folder, taken)


def _write_all(handle: int, folder: Path, files: Mapping[str, bytes], *, overwrite: bool) -> None:
    temporary: dict[str, str] = {}
    new: list[str] = []
    try:
        for name, content in files.items():
            temporary[name] = f".{secrets.token_hex(8)}.tmp"
            _write(handle, temporary[name], content)
        for name, written in temporary.items():
            if overwrite:
                os.replace(written, name, src_dir_fd=handle, dst_dir_fd=handle)
            else:
                _publish(handle, folder, written, name)
                new.append(name)
        os.fsync(handle)
    except BaseException:
        for name in new:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=handle)
        raise
    finally:
        for written in temporary.values():
            if _exists(handle, written):
                os.unlink(written, dir_fd=handle)


def _write(handle: int, name: str, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, 0o600, dir_fd=handle), "wb") as file:
        # The process's umask shall not decide who may read.
        os.fchmod(file.fileno(), FILE_MODE)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _publish(handle: int, folder: Path, written: str, name: str) -> None:
    """Give a file its name unless that is taken; a link, unlike a rename, does not replace."""
    try:
        os.link(written, name, src_dir_fd=handle, dst_dir_fd=handle, follow_symlinks=False)
    except FileExistsError as error:
        raise FilesExistError(folder, (name,)) from error
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        _refuse_taken(handle, folder, {name: b""})
        os.rename(written, name, src_dir_fd=handle, dst_dir_fd=handle)


def _exists(handle: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=handle, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
