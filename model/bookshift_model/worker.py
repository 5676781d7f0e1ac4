"""The solver's process: `python -m bookshift_model.worker`, JSON lines on stdin and stdout.

It never outlives its parent: it ends when stdin closes, even in the middle of a solve, and on Linux when
the parent dies. Standard output carries events only: whatever a library prints goes to stderr. A solve that
ignores the clock is ended from outside it; every better plan was told by then.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from typing import IO, TYPE_CHECKING, Any, Final

from bookshift_model.parent import tie_to_parent
from bookshift_model.readying import Readying

if TYPE_CHECKING:
    from bookshift_model.jobs import Jobs

_MEMORY: Final = 12 * 1024**3
"""Bytes of address space: several times what the largest supported portfolio takes, libraries included."""
_LONGEST: Final = 4 * 3600.0
"""Seconds that any solve may take, asked for or not."""
_GRACE: Final = 300.0
"""Seconds beyond its own limit after which a solve is taken for stuck: it may have to wait for a compiler."""
_LONGEST_PROBE: Final = 30.0
"""Seconds after which a question between solves is taken for stuck."""
_COLLECTED: Final = 20_000
"""Objects between collections: most of what a solve makes is gone without one."""


class Worker:
    """Reads requests in a thread of its own, so that a cancel or the end of input is heard during a solve."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]) -> None:
        self._source, self._sink = source, sink
        self._requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._cancelled: set[Any] = set()
        self._writing = threading.Lock()
        self._deadline: float | None = None

    def run(self) -> None:
        """Serve requests until the input ends; does not return."""
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        threading.Thread(target=self._watch, name="clock", daemon=True).start()
        readying = Readying()
        readying.begin()
        jobs_module = importlib.import_module("bookshift_model.jobs")
        jobs: Jobs = jobs_module.Jobs(self.emit, readying)
        threading.Thread(target=jobs_module.load_ahead, args=[readying], name="ahead", daemon=True).start()
        self.emit({"event": "ready", "versions": jobs_module.versions()})
        while True:
            self._serve(jobs, self._requests.get())

    def emit(self, event: dict[str, Any]) -> None:
        """Write one event as a line; a parent that no longer reads means the end."""
        line = json.dumps(event, ensure_ascii=False, allow_nan=False).encode() + b"\n"
        try:
            with self._writing:
                self._sink.write(line)
                self._sink.flush()
        except OSError:
            os._exit(0)

    def _serve(self, jobs: Jobs, request: dict[str, Any]) -> None:
        number = request.get("id")
        try:
            if request.get("op") == "portfolio":
                jobs.take_portfolio(request["portfolio"])
            elif request.get("op") == "solve":
                self._deadline = time.monotonic() + min(request.get("seconds") or _LONGEST, _LONGEST) + _GRACE
                jobs.solve(request, lambda: number in self._cancelled)
            elif request.get("op") == "probe":
                self._probe(jobs, request)
        except Exception as error:  # noqa: BLE001  (one bad request must not end the child)
            traceback.print_exc(file=sys.stderr)
            self.emit({"event": "failed", "id": number, "error": _sentence(error)})
        finally:
            self._deadline = None

    def _probe(self, jobs: Jobs, request: dict[str, Any]) -> None:
        """Answer a question as long as nothing else waits; its end is told in any case."""
        number = request.get("id")
        self._deadline = time.monotonic() + _LONGEST_PROBE
        jobs.probe(request, lambda: number in self._cancelled or not self._requests.empty())
        self.emit({"event": "answered", "id": number})

    def _read(self) -> None:
        with contextlib.suppress(OSError):
            for line in self._source:
                self._hear(line)
        os._exit(0)

    def _hear(self, line: bytes) -> None:
        try:
            request = json.loads(line)
            operation = request["op"]
        except (ValueError, TypeError, KeyError):
            self.emit({"event": "failed", "id": None, "error": "A request is not a line of JSON with an op."})
            return
        if operation == "cancel":
            self._cancelled.add(request.get("id"))
        elif operation in {"portfolio", "solve", "probe"}:
            self._requests.put(request)
        else:
            self.emit({
                "event": "failed", "id": request.get("id"), "error": f"There is no operation {operation!r}.",
            })  # fmt: skip

    def _watch(self) -> None:
        while True:
            time.sleep(1.0)
            deadline = self._deadline
            if deadline is not None and time.monotonic() > deadline:
                sys.stderr.write("The solver did not stop in time and is ended.\n")
                os._exit(3)


def _sentence(error: Exception) -> str:
    """One sentence for a planner."""
    if isinstance(error, MemoryError):
        return "The solver ran out of memory; close other programs or solve a smaller portfolio."
    if isinstance(error, (ValueError, RuntimeError)):
        text = " ".join(str(error).split())
        return text if text.endswith(".") else f"{text}."
    return f"The solver failed with {type(error).__name__}: {' '.join(str(error).split())}; solve again."


def _limit_memory() -> None:
    """Let a runaway solve fail here and not take the machine with it; where there is no such limit, go on."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main() -> None:
    """Set the process up and serve."""
    tie_to_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    # One process, one core: the parent and other planners need the rest.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    gc.set_threshold(_COLLECTED)
    sink = os.fdopen(os.dup(1), "wb", closefd=True)
    os.dup2(2, 1)
    Worker(sys.stdin.buffer, sink).run()


if __name__ == "__main__":
    main()
