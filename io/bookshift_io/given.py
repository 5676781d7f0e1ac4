"""Files that a person names: read up to a limit, and never waited for as pipes and devices would have it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

_STREAMS: Final = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""Names of what somebody else has opened for this process: a pipe there has a writer."""
_KINDS: Final = (
    (stat.S_ISDIR, "it is a folder and no file"),
    (stat.S_ISFIFO, "it is a named pipe and no file"),
)


def read_given(path: Path, most: int) -> bytes:
    """Return what is in a file, its first `most` bytes where it holds more.

    A pipe is read only where a shell made it (`<(…)`, `/dev/stdin`): any other might never be written to.
    Raises `OSError`, whose ``strerror`` is fit to be shown, for what cannot be opened or is no file.
    """
    # Without O_NONBLOCK the opening of a named pipe waits for its writer.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        _refuse_unread(os.fstat(handle).st_mode, path)
        os.set_blocking(handle, True)
    except OSError:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as file:
        return file.read(most)


def _refuse_unread(mode: int, path: Path) -> None:
    """Raise `OSError` for what is no file."""
    if stat.S_ISREG(mode) or (stat.S_ISFIFO(mode) and str(path).startswith(_STREAMS)):
        return
    said = next((said for is_kind, said in _KINDS if is_kind(mode)), "it is a device and no file")
    raise OSError(errno.EINVAL, said, str(path))
