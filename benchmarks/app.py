"""What the application costs: first paint, each key at four sizes, bytes on the wire, also during a solve.

    python benchmarks/app.py                   everything (ten minutes on two cores)
    python benchmarks/app.py start             first paint only
    python benchmarks/app.py 5000x100 2000x50+solve

CPU time is measured, not wall time, so that the figures hold on a machine that has other work; medians of the
repetitions. Budgets stand in the head of each table.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stage import ROOT, Cost, Stage, cpu_of, environment, make_workspace, median, table
from term import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES: Final = ("150x8", "2000x50", "5000x100", "50000x500", "2000x50+solve")
STARTS: Final = 9
REPEATS: Final = 5
IDLE_SECONDS: Final = 3.0
HELD: Final = 20
TICKS_SECONDS: Final = 5.0

# What is measured: name, keys that prepare it, keys that are measured, keys that take it back.
Keys = tuple[str, ...]
ONE_KEY: Final[tuple[tuple[str, Keys, Keys, Keys], ...]] = (
    ("cursor down, detail follows", (), ("j",), ()),
    ("cursor up, detail follows", (), ("k",), ()),
    (f"cursor down, held: each of {HELD} rows", (), ("j",) * HELD, ("home",)),
    ("page down", (), ("pagedown",), ()),
    ("mark", (), ("space",), ("escape",)),
    ("pane: accounts to books", (), ("1",), ("2",)),
    ("pane: detail to diff", ("3",), ("4",), ("3", "2")),
    ("next book (its accounts, its detail)", ("1",), ("j",), ("k", "2")),
    ("sort by ARR, the other way", ("l", "l"), ("s",), ("s", "h", "h")),
    ("sort by name", (), ("s",), ("l", "l", "s", "s", "h", "h")),
    ("filter by a word", ("/", *"ba"), ("enter",), ("escape",)),
    ("filter by a field", ("/", *"arr>100k"), ("enter",), ("escape",)),
    ("preview the solver's plan", (), ("i",), ("i",)),
    ("today's books", (), ("b",), ("b",)),
    ("pin: rank every CSM", (), ("p",), ("escape",)),
    ("pin", ("p", "down", "enter"), ("enter",), ("u",)),
    ("move by hand", ("m", "down", "down"), ("enter",), ("u",)),
    ("undo", ("m", "down", "down", "enter"), ("u",), ()),
    ("losers and diff", (), ("L",), ("2",)),
    ("commands", (), (":",), ("escape",)),
    ("commands: a letter typed", (":",), ("p",), ("escape", "escape")),
    ("commands closed", (":",), ("escape",), ()),
    ("help", (), ("?",), ("escape",)),
    ("help closed", ("?",), ("escape",), ()),
    ("scenarios", (), ("g", "s"), ("q",)),
    ("scenarios closed", ("g", "s"), ("q",), ()),
    ("policy", (), ("g", "p"), ("q",)),
    ("policy closed", ("g", "p"), ("q",), ()),
    ("compare", (), ("g", "c"), ("q",)),
    ("compare closed", ("g", "c"), ("q",), ()),
    ("findings", (), ("g", "f"), ("q",)),
    ("findings closed", ("g", "f"), ("q",), ()),
)


def first_paint(home: Path, *arguments: str) -> Iterator[tuple[float, float]]:
    """CPU and wall seconds from exec to the first whole Plan screen, once for each start."""
    program = [sys.executable, "-c", "from bookshift.cli import main; main()", *arguments]
    for _ in range(STARTS + 1):
        began = time.monotonic()
        with Terminal(program, columns=120, rows=40, env=environment(home)) as terminal:
            terminal.wait_for(WHOLE)
            yield cpu_of(terminal.process.pid), time.monotonic() - began
            terminal.press("q")
            terminal.wait_exit()


WHOLE: Final = "? help"


def start(home: Path) -> None:
    """Measure first paints."""
    folder = home / "workspace-start"
    make_workspace(folder, 150, 8)
    rows = []
    for words in (("demo",), ("open", str(folder)), ()):
        paints = list(first_paint(home, *words))[1:]  # the first one compiles
        cpu, wall = (statistics.median(figures) for figures in zip(*paints, strict=True))
        with Stage(*words, home=home) as stage:
            stage.terminal.wait_for(WHOLE)
            seen = stage.ask()
        shown = " ".join(("bookshift", *(one if one != str(folder) else "FOLDER" for one in words)))
        rows.append(
            (shown, f"{cpu:.2f}", f"{min(paints)[0]:.2f}", f"{wall:.2f}", seen["modules"],
             ", ".join(seen["heavy"]) or "none", f"{seen['memory']:.0f}")
        )  # fmt: skip
    table(
        f"First paint, 150 × 8 (budget 0.6 CPU s; {STARTS} starts)",
        ("command", "CPU s, median", "CPU s, least", "wall s", "modules", "heavy ones among them", "MB"),
        rows,
    )


def measure(stage: Stage, prepare: Keys, keys: Keys, back: Keys) -> Cost:
    """One key press, from a state at rest to a state at rest."""
    for key in prepare:
        stage.terminal.press(key)
        stage.rest()
    cost = stage.cost(*keys)
    for key in back:
        stage.terminal.press(key)
        stage.rest()
    return cost


def keys(home: Path, size: str) -> None:
    """Measure every key on one size."""
    shape, _, solving = size.partition("+")
    accounts, csms = map(int, shape.split("x"))
    folder = home / f"workspace-{size}"
    make_workspace(folder, accounts, csms)
    repeats = REPEATS if accounts < 50_000 else 3
    with Stage("open", folder, home=home) as stage:
        stage.terminal.wait_for(WHOLE, timeout=600)
        opened = stage.ask()
        stage.rest()
        rows = []
        if solving:
            stage.terminal.press("S")
            stage.terminal.wait_for("solving 00:1")
            rows.append(("status tick", *figures(_ticks(stage))))
        else:
            drawn = stage.terminal.drawn
            stage.terminal.settle(quiet=IDLE_SECONDS)
            rows.append((f"idle, {IDLE_SECONDS:g} s", "", "", "", stage.terminal.drawn - drawn))
        for name, prepare, pressed, back in ONE_KEY:
            if solving and "solver" in name:
                continue
            cost = median([measure(stage, prepare, pressed, back) for _ in range(repeats)])
            times = len(pressed)
            each = Cost(cost.loop / times, cost.process / times, cost.longest, cost.sent / times)
            rows.append((name, *figures(each)))
            if solving and stage.terminal.text.count("solving") == 0:
                rows.append(("(the solve ended here)", "", "", "", ""))
                solving = ""
        memory = stage.ask()["memory"]
    table(
        f"{accounts:,} × {csms}{' while a solve runs' if '+' in size else ''}: opened with"
        f" {opened['process']:.2f} CPU s, {memory:,.0f} MB",
        ("key", "longest turn, ms", "event loop, ms", "all threads, ms", "bytes"),
        rows,
    )


def _ticks(stage: Stage) -> Cost:
    before, drawn, began = stage.ask(), stage.terminal.drawn, time.monotonic()
    while time.monotonic() - began < TICKS_SECONDS:
        stage.terminal.settle(quiet=0.1)
    after, ticks = stage.ask(), 2 * (time.monotonic() - began)
    return Cost(
        (after["loop"] - before["loop"]) / ticks,
        (after["process"] - before["process"]) / ticks,
        after["longest"],
        round((stage.terminal.drawn - drawn) / ticks),
    )


def figures(cost: Cost) -> tuple[str, str, str, str]:
    """The cells of a cost."""
    longest, loop, process = (f"{1000 * one:.1f}" for one in (cost.longest, cost.loop, cost.process))
    return longest, loop, process, f"{cost.sent:,.0f}"


def main() -> None:
    """Measure what the arguments name, or everything."""
    commit = subprocess.run(
        ["git", "-C", ROOT, "log", "-1", "--format=%h"],  # noqa: S607 - whichever git there is
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    print(f"Bookshift {commit}, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as home:
        for one in sys.argv[1:] or ("start", *SIZES):
            if one == "start":
                start(Path(home))
            else:
                keys(Path(home), one)


if __name__ == "__main__":
    main()
