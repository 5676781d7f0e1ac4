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

HEAVY = frozenset({"highspy", "numba", "pandas", "pyomo", "scipy"})
_longest = 0.0


def _timed(handle: asyncio.Handle, run=asyncio.Handle._run) -> None:  # noqa: ANN001, SLF001
    global _longest  # noqa: PLW0603 - one number between two threads
    began = time.thread_time()
    run(handle)
    if threading.current_thread() is threading.main_thread():
        _longest = max(_longest, time.thread_time() - began)


def _answer(line: socket.socket) -> None:
    global _longest  # noqa: PLW0603
    clock = time.pthread_getcpuclockid(threading.main_thread().ident)
    while line.recv(1):
        answer = {
            "loop": time.clock_gettime(clock),
            "process": time.process_time(),
            "longest": _longest,
            "memory": _megabytes(),
            "heavy": sorted(HEAVY & sys.modules.keys()),
            "modules": len(sys.modules),
        }
        _longest = 0.0
        line.sendall(json.dumps(answer).encode() + b"\n")


def _megabytes() -> float:
    """Most memory so far; `getrusage` counts what the process was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Run the program."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(sys.argv[1])
    threading.Thread(target=_answer, args=(line,), daemon=True).start()
    asyncio.Handle._run = _timed  # noqa: SLF001
    sys.argv = ["bookshift", *sys.argv[2:]]
    from bookshift.cli import main as run  # noqa: PLC0415

    run()


if __name__ == "__main__":
    main()
