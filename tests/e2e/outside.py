"""The application as a person at a terminal meets it: its own process, its keys, what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil
from term import Terminal

from bookshift_io.workspace import Workspace
from bookshift_model.policy import Policy
from bookshift_model.sample import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BOOKSHIFT: Final = (sys.executable, "-P", "-c", "from bookshift.cli import main; main()")
LIMIT: Final = 120.0
"""Seconds after which something is taken not to come, on the slowest machine."""
GONE_SECONDS: Final = 20.0
"""Seconds after which nothing of a session may be left whose connection dropped."""
MARK: Final = "BOOKSHIFT_TEST_SESSION"

_DEPTH: Final = re.compile(r" undo (\d+) ")
BETTER: Final = re.compile(r"solving \d\d:\d\d  [^\n]*\b[1-9]\d* moves")
"""The status of a solve that has found something."""


@dataclass(frozen=True)
class Step:
    """A row of the history."""

    kind: str
    label: str


class Session(Terminal):
    """A `bookshift` command on a terminal; everything that it starts carries its mark."""

    def __init__(
        self,
        *arguments: str | Path,
        columns: int = 120,
        rows: int = 40,
        env: Mapping[str, str] | None = None,
        through: tuple[str | Path, ...] = BOOKSHIFT,
        mark: str | None = None,
    ) -> None:
        self.mark = mark or uuid.uuid4().hex
        super().__init__(
            [*through, *arguments], columns=columns, rows=rows, env={MARK: self.mark, **(env or {})}
        )

    @property
    def message(self) -> str:
        """The line that the application speaks on."""
        return self.lines[-2].strip()

    @property
    def depth(self) -> int:
        """How many changes the first line says can be undone; -1 where it does not say."""
        found = _DEPTH.search(self.lines[0] + " ")
        return -1 if found is None else int(found[1])

    def wait_ready(self) -> None:
        """Wait for the Plan screen."""
        self.wait_for(re.compile(r"▸ ?\d (Books|Accounts|Detail|Diff)|> ?\d (Books|Accounts|Detail|Diff)"))

    def wait_depth(self, depth: int) -> None:
        """Wait until so many changes can be undone."""
        self.wait_until(lambda: self.depth == depth, f"undo {depth}")

    def hush(self) -> None:
        """Empty the line that the application speaks on, so that what comes next is new."""
        if self.message:
            # Sent together with the next key it would be Alt.
            self.press("escape")
        self.wait_until(lambda: not self.message, "an empty line")

    def wait_until(
        self, condition: Callable[[], object], what: str = "the condition", timeout: float = LIMIT
    ) -> None:
        super().wait_until(condition, what, max(timeout, LIMIT))

    def wait_solving(self) -> None:
        """Start a solve and wait until it has found something."""
        self.press("S")
        self.wait_for(BETTER)

    def solvers(self) -> list[psutil.Process]:
        """The solver's processes."""
        return [one for one in alive(self.mark) if "bookshift_model.worker" in " ".join(one.cmdline())]


def alive(mark: str) -> list[psutil.Process]:
    """The processes that a session has started and that live."""
    found = []
    for one in psutil.process_iter():
        try:
            if one.environ().get(MARK) == mark and one.status() != psutil.STATUS_ZOMBIE:
                found.append(one)
        except psutil.Error:
            continue
    return found


def assert_gone(mark: str, within: float = GONE_SECONDS, *, but: tuple[int, ...] = ()) -> None:
    """Fail where a process of a session, except those with the ids `but`, outlives the time it has."""
    limit = time.monotonic() + within
    while left := [one for one in alive(mark) if one.pid not in but]:
        assert time.monotonic() < limit, f"after {within:g} s there is still {left}"
        time.sleep(0.05)


def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal."""
    return subprocess.run(
        [*BOOKSHIFT, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
        env={**os.environ, **(env or {})},
    )


def result(*arguments: str | Path) -> Any:
    """What a command says as JSON."""
    done = run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def workspace_of(folder: Path, accounts: int, csms: int, *, gap: float = 0.005) -> Path:
    """Make a workspace with one scenario of made-up accounts; a `gap` of 0 makes solves long."""
    with Workspace.create(folder) as made:
        data = made.import_portfolio(sample(accounts, csms, seed=1))
        made.create_scenario("Plan 1", data.id, Policy(gap=gap))
    return folder


def assert_sound(folder: Path) -> None:
    """Fail where the journal's chain or what was made of it is damaged."""
    with Workspace.open(folder) as here:
        assert here.verify() == []


def kept_plan(folder: Path) -> dict[str, Any]:
    """The solver's plan that the workspace keeps for its first scenario."""
    with Workspace.open(folder) as here:
        found = here.proposal(here.scenario("Plan 1").id)
    assert found is not None, "no plan of the solver was kept"
    return dict(found.content)
