"""A command that the application runs beside itself: `python -m bookshift.sweep_child sweep …`.

It is the command line as it is, but never outlives the application: it ends with all processes of its session
when its input does, and on Linux when the application dies.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

from bookshift.cli.root import run
from bookshift_model.parent import tie_to_parent


def _end_with_input() -> None:
    # Not through sys.stdin, whose lock a thread must not hold while the interpreter ends.
    while os.read(0, 4096):
        pass
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    tie_to_parent()
    threading.Thread(target=_end_with_input, daemon=True).start()
    sys.exit(run())
