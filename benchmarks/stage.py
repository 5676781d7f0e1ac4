"""What the benchmarks share: workspaces of a size, the application on a terminal, its costs, and tables."""

from __future__ import annotations

import json
import random
import socket
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "tui"))

from term import Terminal  # noqa: E402 - the terminal of the tests

from bookshift_io.workspace import Workspace  # noqa: E402 - after the path to the terminal, as all below
from bookshift_model.policy import Policy  # noqa: E402
from bookshift_model.sample import sample  # noqa: E402
from bookshift_model.sample_policy import sample_policy  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS, ROWS = 120, 40
PATIENCE = 600.0


class Cost(NamedTuple):
    """What something cost the application."""

    loop: float
    """CPU seconds of the event loop's thread."""
    process: float
    """CPU seconds of all threads."""
    longest: float
    """CPU seconds of the longest single turn of the loop: how long a key press may have to wait."""
    sent: float
    """Bytes sent to the terminal."""


def cpu_of(process: int) -> float:
    """CPU seconds of a process so far, from its clock: Linux numbers it by the process."""
    return time.clock_gettime(~process << 3 | 2)


def peak_of(process: int) -> float:
    """Megabytes that a process held at most so far, as Linux counts them."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return float(status.partition("VmHWM:")[2].split()[0]) / 1024


def make_workspace(folder: Path, accounts: int, csms: int, seed: int = 1) -> None:
    """Make a workspace with a generated portfolio, one scenario, and a solver's plan that moves a tenth."""
    portfolio = sample(accounts, csms, seed)
    policy = sample_policy(portfolio) if accounts <= 5_000 else Policy()
    chance = random.Random(seed)
    moved = chance.sample(portfolio.accounts, accounts // 10)
    moves = {one.id: chance.choice(portfolio.csms).id for one in moved}
    moves = {one.id: moves[one.id] for one in moved if moves[one.id] != one.owner}
    with Workspace.create(folder) as workspace:
        dataset = workspace.import_portfolio(portfolio)
        scenario = workspace.create_scenario("Benchmark", dataset.id, policy)
        workspace.save_proposal(scenario.id, {"moves": moves, "points": 0.0, "gap": 0.01, "ended": True})


class Stage:
    """The application under the probe, on a terminal of 120 × 40."""

    def __init__(self, *arguments: str | Path, home: Path) -> None:
        with socket.socket(socket.AF_UNIX) as door:
            meeting = home / f"probe-{time.monotonic_ns()}"
            door.bind(str(meeting))
            door.listen()
            self.terminal = Terminal(
                [sys.executable, Path(__file__).with_name("probe.py"), meeting, *arguments],
                columns=COLUMNS,
                rows=ROWS,
                env=environment(home),
            )
            self._line = door.accept()[0].makefile("rwb", buffering=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.terminal.end()

    def ask(self) -> dict[str, Any]:
        """What the probe says now."""
        self._line.write(b"?")
        return dict(json.loads(self._line.readline()))

    def rest(self, quiet: float = 0.2) -> None:
        """Wait until nothing has been drawn and hardly anything calculated for a while."""
        limit = time.monotonic() + PATIENCE
        spent, since = cpu_of(self.terminal.process.pid), time.monotonic()
        while time.monotonic() < limit:
            drawn = self.terminal.settle(quiet=0.02, timeout=PATIENCE)
            now = cpu_of(self.terminal.process.pid)
            if drawn or now - spent > 0.002:
                since = time.monotonic()
            spent = now
            if time.monotonic() - since > quiet:
                return

    def cost(self, *keys: str, quiet: float = 0.2) -> Cost:
        """Press keys, wait until the application rests, and return what that cost."""
        before, drawn = self.ask(), self.terminal.drawn
        self.terminal.press(*keys)
        self.rest(quiet)
        after = self.ask()
        return Cost(
            after["loop"] - before["loop"],
            after["process"] - before["process"],
            after["longest"],
            self.terminal.drawn - drawn,
        )


def environment(home: Path) -> dict[str, str]:
    """Variables under which the application keeps its own files in a folder of the benchmark."""
    return {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "COLORTERM": "truecolor",
        # As installed: the first start compiles, every other one finds what it compiled.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(home / "bytecode"),
    }


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(*(statistics.median(figures) for figures in zip(*costs, strict=True)))


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a Markdown table."""
    print(f"\n{title}\n\n| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |", flush=True)
