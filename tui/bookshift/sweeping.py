"""A sweep or a curve in a process of its own, which can be stopped at any time with what is done."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift.planner import Planner

_COMMAND: Final = (sys.executable, "-P", "-m", "bookshift.sweep_child")
_PROGRESS: Final = re.compile(r"([0-9,]+) of ([0-9,]+) scenarios")
_ENOUGH: Final = 4
_MINUTES_FROM: Final = 100
_LONGEST: Final = 1 << 28
"""Bytes of a result: a million scenarios."""


class Pace:
    """How long a sweep will still take, by how long it took so far."""

    def __init__(self) -> None:
        self._first: tuple[float, int] | None = None

    def told(self, progress: str) -> str:
        """Progress (`12 of 1,000 scenarios`) with the time left, once enough is done to tell."""
        found = _PROGRESS.fullmatch(progress)
        if found is None:
            return progress
        done, of = (int(one.replace(",", "")) for one in found.groups())
        now = time.monotonic()
        if self._first is None and done:
            # Until the first is done, processes start.
            self._first = now, done
        if self._first is None or (more := done - self._first[1]) < _ENOUGH or done == of:
            return progress
        left = (of - done) * (now - self._first[0]) / more
        return f"{progress}, about {_long(left)} left"


def _long(seconds: float) -> str:
    return f"{max(1, round(seconds))} s" if seconds < _MINUTES_FROM else f"{round(seconds / 60)} min"


class SweepFailed(Exception):  # noqa: N818  (a sentence for the planner, not an error of ours)
    """The sweep ended without a result; the message says why."""


class Sweeping:
    """One sweep at a time."""

    def __init__(self) -> None:
        self._child: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        """Whether a sweep is under way."""
        return self._child is not None

    async def run(
        self, planner: Planner, command: str, *options: str, tell: Callable[[str], None]
    ) -> dict[str, Any]:
        """Run a command on the open scenario; `tell` hears how far it is. Returns what it prints as JSON.

        Raises `SweepFailed`.
        """
        folder, scenario = str(planner.workspace.folder), str(planner.scenario.id)
        # The thread of the event loop starts it: on Linux the child ends when that thread does.
        child = await asyncio.create_subprocess_exec(
            *_COMMAND, command, "--json", "-w", folder, "-s", scenario, *options,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            limit=_LONGEST, start_new_session=True,
        )  # fmt: skip
        self._child = child
        assert child.stdout is not None  # noqa: S101  (both were asked for)
        assert child.stderr is not None  # noqa: S101  (both were asked for)
        try:
            told, out = await asyncio.gather(_listen(child.stderr, tell), child.stdout.read())
            code = await child.wait()
        finally:
            self._child = None
            if child.returncode is None:
                # With all of its session: processes that are just starting cannot tell that it ended.
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                await child.wait()
            if child.stdin is not None:
                child.stdin.close()
        if code != 0:
            raise SweepFailed(told or "the sweep failed; the log says more")
        found: dict[str, Any] = json.loads(out)
        return found

    def stop(self) -> bool:
        """Stop the sweep, which then returns what is done; False where there is none."""
        if self._child is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGINT)
        return True


async def _listen(stream: asyncio.StreamReader, tell: Callable[[str], None]) -> str:
    """Pass progress on, and return the last other line."""
    last = ""
    while line := (await stream.readline()).decode(errors="replace").strip():
        if _PROGRESS.fullmatch(line):
            tell(line)
        else:
            last = line
    return last
