"""Runs `bookshift` and tells the benchmark what its event loop spends: ``probe.py SOCKET ARGUMENT …``.

Each byte that comes through the socket is answered with a line of JSON: CPU seconds of the event loop's
thread and of the process since the start, and of the longest turn of the loop since the byte before.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HEAVY = frozenset({"highspy", "numba", "pandas", "pyomo", "scipy"})


class Turns:
    """The longest turn of the event loop, in CPU seconds, since it was asked for last."""

    def __init__(self) -> None:
        self._longest = 0.0

    def timed(self, run: Callable[[asyncio.Handle], None]) -> Callable[[asyncio.Handle], None]:
        """What runs a turn, as something that notes how long it takes in the main thread."""

        def run_timed(handle: asyncio.Handle) -> None:
            began = time.thread_time()
            run(handle)
            if threading.current_thread() is threading.main_thread():
                self._longest = max(self._longest, time.thread_time() - began)

        return run_timed

    def take(self) -> float:
        """The longest turn; the next one asked for is counted from here."""
        longest, self._longest = self._longest, 0.0
        return longest


def _answer(line: socket.socket, turns: Turns) -> None:
    clock = time.pthread_getcpuclockid(threading.main_thread().ident)
    while line.recv(1):
        answer = {
            "loop": time.clock_gettime(clock),
            "process": time.process_time(),
            "longest": turns.take(),
            "memory": _megabytes(),
            "heavy": sorted(HEAVY & sys.modules.keys()),
            "modules": len(sys.modules),
        }
        line.sendall(json.dumps(answer).encode() + b"\n")


def _megabytes() -> float:
    """Most memory so far; `getrusage` counts what the process was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Run the program."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(sys.argv[1])
    turns = Turns()
    threading.Thread(target=_answer, args=(line, turns), daemon=True).start()
    # asyncio has no other place to time a turn.
    asyncio.Handle._run = turns.timed(asyncio.Handle._run)  # noqa: SLF001
    sys.argv = ["bookshift", *sys.argv[2:]]
    from bookshift.cli import main as run  # noqa: PLC0415 - the probe comes first

    run()


if __name__ == "__main__":
    main()
