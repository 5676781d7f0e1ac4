"""Machine code for the loops of this package: made once, kept on disk, and never stale.

numba notices that a file changed, not that a function it calls in another file did. So the code is kept under
a name made of all sources of this package and of whatever else decides how it comes out.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numba
import numpy as np
import platformdirs
from numba.core import config
from numba.core.registry import cpu_target
from numba.extending import register_jitable

from bookshift_model.start.folder import Folder, writable

_HERE: Final = Path(__file__).resolve().parent
_BESIDE: Final = _HERE / "__pycache__"
_CALLERS: Final = frozenset({"__init__", "__main__", "engine", "folder", "warmup"})
"""Modules that no loop reads."""


_PLACE: Final = "NUMBA_CACHE_DIR"
_ALGEBRA: Final = "scipy.linalg"


def _version() -> str:
    """Of the sources and where they lie, the interpreter, the compiler, and the processor as it sees it."""
    digest = hashlib.sha256(bytes(_HERE))
    for source in sorted(_HERE.glob("*.py")):
        if source.stem not in _CALLERS:
            digest.update(source.read_bytes())
    versions = (sys.version, np.__version__, numba.__version__, importlib.metadata.version("llvmlite"))
    processor = cpu_target.target_context.codegen().magic_tuple()
    asked = (f"{name}={value}" for name, value in sorted(os.environ.items()) if _decides(name))
    for part in (*versions, *processor, *asked):
        digest.update(part.encode())
    return digest.hexdigest()[:16]


def _decides(name: str) -> bool:
    """Whether a variable of the environment may change what numba makes of a loop."""
    return name.startswith("NUMBA_") and name != _PLACE


_NAME: Final = _version()
MADE: Final = Folder.under(_BESIDE, _NAME)
"""Next to the sources, as Python keeps its code: compiled by who may write there, as on a shared server."""
OWN: Final = Folder.under(writable([_BESIDE, Path(platformdirs.user_cache_dir("bookshift"))]), _NAME)
"""Where this process keeps machine code: there if it may, else in the user's cache, or a temporary folder."""


def _without_algebra() -> None:
    """Load the part of numba that looks whether scipy's linear algebra is there, without loading that.

    The loops use none, and to load it takes a fifth of what a process takes to be ready.
    """
    modules = cast("dict[str, object]", sys.modules)
    if _ALGEBRA not in modules:
        modules[_ALGEBRA] = None
        try:
            importlib.import_module("numba.np.arraymath")
        finally:
            del modules[_ALGEBRA]


_without_algebra()

# Set whatever it was: code of other versions may be in a folder that somebody else chose.
os.environ[_PLACE] = str(OWN.path)
config.reload_config()  # type: ignore[no-untyped-call]

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a function of arrays; it leaves the interpreter's lock while it runs.

    One with a leading underscore is called by other loops only: it is compiled as a part of them.
    """
    if function.__name__.startswith("_"):
        return _part(function)
    return cast("Function", numba.njit(cache=True, nogil=True, error_model="numpy")(function))


def lent(function: Function) -> Function:
    """Compile a part of other loops that is only lent arrays: it makes none and returns none.

    So it need not count who holds them. That is most of the work of a short function with several ways
    through it, as numba sees only on straight ways that what is taken is given back.
    """
    return _part(function, _nrt=False)


def inlined(function: Function) -> Function:
    """Compile a `lent` part into the loops that call it: to pass it a problem takes longer than its work."""
    return _part(function, _nrt=False, forceinline=True)


def _part(function: Function, **options: bool) -> Function:
    """What is no entry from Python needs no code that takes Python's objects apart, nor a file of its own."""
    made: Function = register_jitable(error_model="numpy", **options)(function)
    return made
