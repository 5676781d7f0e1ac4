"""What the first paint does without and a key soon wants: loaded while nobody waits."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SCREENS: Final = ("help", "scenarios", "compare", "findings", "curve", "export", "approve", "policy")
"""Modules of `bookshift.screens`, those that load fastest first."""
_PAUSE: Final = 0.02
"""Seconds between two modules in which a key has the interpreter for itself."""


def load_screens(wanted: Callable[[], bool]) -> None:
    """Load the screens, in a thread, for as long as they are `wanted`."""
    for name in SCREENS:
        if not wanted():
            return
        importlib.import_module(f"bookshift.screens.{name}")
        time.sleep(_PAUSE)
