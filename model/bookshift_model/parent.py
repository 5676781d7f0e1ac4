"""A process that helps another never outlives it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

OWNER: Final = "BOOKSHIFT_OWNER"
"""The variable of the environment that tells a helper whose it is, where nothing else can."""
_PR_SET_PDEATHSIG: Final = 1


def tie_to_parent(parent: int | None = None) -> None:
    """Die with the parent, on Linux; if it died before that was arranged, end now.

    Where the parent's id is known, give it: it may have died long before this process asks whose child it is.
    The system watches the parent's *thread* that started this process: start it from one that lives long.
    """
    parent = os.getppid() if parent is None else parent
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
