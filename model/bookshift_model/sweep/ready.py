"""What a worker needs before its first scenario, loaded by importing this.

On Linux workers are forked from one process that has imported it; elsewhere each of them does.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from typing import Final

from bookshift_model.parent import OWNER, tie_to_parent

# Ctrl-C is left to whoever listens to the outcomes.
signal.signal(signal.SIGINT, signal.SIG_IGN)
if multiprocessing.parent_process() is None and OWNER in os.environ:
    # Workers are forked from this one. It would compile to the end before it sees that nobody is left.
    tie_to_parent(int(os.environ[OWNER]))


def _trouble() -> Exception | None:
    """Why the machine code cannot be loaded: the worker says so, not the process that only forks it."""
    try:
        from bookshift_model.start.warmup import warm_up  # noqa: PLC0415  (takes a while: Ctrl-C may come)

        warm_up()
    except Exception as error:  # noqa: BLE001  (whatever a compiler may fail with)
        return error
    return None


TROUBLE: Final = _trouble()
# Scenarios leave few cycles behind, and to look for them takes a tenth of the time.
gc.freeze()
gc.set_threshold(100_000)
