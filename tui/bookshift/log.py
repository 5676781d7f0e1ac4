"""The user's own log: where faults are written, so that the screen shows only a short id.

Nobody else can read the file. Tracebacks are written without local variables, and messages of exceptions
only where they speak of the program and not of the data.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import platformdirs

MAX_BYTES: Final = 1_000_000
"""Size at which the file becomes `bookshift.log.1` and a new one begins."""

# Their messages name attributes, types, modules and files. A KeyError or ValueError names a customer.
_SPEAK_OF_PROGRAM: Final = (
    AttributeError,
    ImportError,
    MemoryError,
    NameError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
)
_DEEPEST_CHAIN: Final = 10


def log_path() -> Path:
    """The log file of this user; it need not exist yet."""
    return platformdirs.user_state_path("bookshift", appauthor=False) / "bookshift.log"


def open_log() -> int:
    """Open the log for appending, readable by its owner alone; the caller closes the descriptor.

    The null device stands in where the file cannot be had (a full disk, a read-only home, somebody
    else's file): no one loses work for want of a log.
    """
    path = log_path()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            if path.lstat().st_size > MAX_BYTES:
                path.replace(path.with_name(path.name + ".1"))
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        log = os.open(path, flags, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)
    if _is_private(log):
        return log
    os.close(log)
    return os.open(os.devnull, os.O_WRONLY)


def note(message: str) -> None:
    """Write one line with the time and the process; keep account data out of `message`."""
    _append(f"{_now()} [{os.getpid()}] {message}\n")


def report(exception: BaseException) -> str:
    """Write an exception with its traceback and return the short id to show with "a fault of ours"."""
    short = secrets.token_hex(4)
    lines = [f"{_now()} [{os.getpid()}] fault {short}\n", *_described(exception, _DEEPEST_CHAIN)]
    _append("".join(lines))
    return short


def _is_private(log: int) -> bool:
    """Make the open file readable by its owner alone; false where it is no plain file of ours."""
    about = os.fstat(log)
    if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
        return False
    if stat.S_IMODE(about.st_mode) != 0o600:  # noqa: PLR2004 - its owner reads and writes
        os.fchmod(log, 0o600)
    return True


def _described(exception: BaseException, deepest: int) -> list[str]:
    """An exception and those behind it, oldest first, without local variables."""
    lines: list[str] = []
    behind = exception.__cause__ or (None if exception.__suppress_context__ else exception.__context__)
    if behind is not None and deepest:
        lines += [*_described(behind, deepest - 1), "which led to\n"]
    lines += traceback.format_tb(exception.__traceback__)
    kind = type(exception)
    message = (
        str(exception) if isinstance(exception, _SPEAK_OF_PROGRAM) else "(its message may hold account data)"
    )
    lines.append(f"{kind.__module__}.{kind.__qualname__}: {message}\n")
    if isinstance(exception, BaseExceptionGroup) and deepest:
        for one in exception.exceptions:
            lines += ["in the group\n", *_described(one, deepest - 1)]
    return lines


def _append(text: str) -> None:
    printable = "".join(one if one == "\n" or one.isprintable() else ascii(one)[1:-1] for one in text)
    log = open_log()
    try:
        with contextlib.suppress(OSError):
            os.write(log, printable.encode("utf-8", "backslashreplace"))
    finally:
        os.close(log)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
