"""Machine code for the loops of this package: made once, kept on disk, and never stale.

numba notices that a file changed, not that a function it calls in another file did. So the code is kept under
a name made of all sources of this package and of whatever else decides how it comes out.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np
import platformdirs

_HERE: Final = Path(__file__).resolve().parent


def _fingerprint() -> str:
    """Of the sources, the interpreter, numpy and the processor."""
    digest = hashlib.sha256()
    for source in sorted(_HERE.glob("*.py")):
        digest.update(source.read_bytes())
    for part in (sys.version, np.__version__, platform.machine(), platform.processor()):
        digest.update(part.encode())
    return digest.hexdigest()[:16]


def _folder() -> Path:
    """Next to the sources where they can be written, as Python does; else among the user's caches."""
    beside = _HERE / "__pycache__"
    root = beside if os.access(beside if beside.exists() else _HERE, os.W_OK) else _of_user()
    return root / f"compiled-{_fingerprint()}"


def _of_user() -> Path:
    return Path(platformdirs.user_cache_dir("bookshift"))


FOLDER: Final = _folder()
"""Where the machine code is kept."""
_MADE: Final = _HERE / "__pycache__" / FOLDER.name
_DONE: Final = FOLDER / "complete"

os.environ.setdefault("NUMBA_CACHE_DIR", str(FOLDER))

import numba  # noqa: E402  (it reads the folder when it is imported)

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of arrays; it leaves the interpreter's lock while it runs."""
    return cast("Function", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def inlined(function: Function) -> Function:
    """Compile a function into the loops that call it: to pass it a problem takes longer than its work."""
    made = numba.njit(cache=True, nogil=True, error_model="numpy", forceinline=True)(function)
    return cast("Function", made)


def is_ready() -> bool:
    """Whether everything was compiled for this user, so that no call has to wait for it."""
    return _DONE.exists()


def is_made() -> bool:
    """Whether somebody who may write next to the sources has compiled everything, as on a shared server."""
    return (_MADE / _DONE.name).exists()


def adopt() -> None:
    """Copy what was compiled next to the sources, if it was: numba reads no folder that it cannot write."""
    if is_made() and not is_ready():
        shutil.copytree(_MADE, FOLDER, dirs_exist_ok=True, ignore=shutil.ignore_patterns(_DONE.name, "lock"))


def mark_ready() -> None:
    """Note that everything is compiled."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    _DONE.touch()
