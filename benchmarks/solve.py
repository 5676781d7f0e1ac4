"""How fast the solver plans: first plan, gap over time, memory; and what a pin costs once a plan is there.

    python benchmarks/solve.py                              150x8, 600x20 and 2000x50, seeds 1 to 5, 30 pins
    python benchmarks/solve.py 600x20 --seeds 1 2 --seconds 20 --pins 0

All through the application's own client and a real child, whose CPU seconds are its process's: they hold on a
machine that has other work. A plan counts from the moment that the application hears of it.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final, NamedTuple

import psutil
from stage import cpu_of, peak_of, table

from bookshift.solver import SolveError, Solver
from bookshift.solver_events import Bound, Event, Failed, Finished, Incumbent, Started
from bookshift.solver_job import Job, Repair
from bookshift_model.decisions import Decisions, Pin
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bookshift_model.portfolio import Portfolio

MARKS: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
PATIENCE: Final = 600.0


class Found(NamedTuple):
    """One event of a solve, when it was heard, and what the child had spent by then."""

    event: Event
    wall: float
    cpu: float


class Solved(NamedTuple):
    """One solve, from its start to its end."""

    heard: list[Found]
    megabytes: float

    @property
    def end(self) -> Finished:
        """How it ended; raises `SolveError` where it failed."""
        last = self.heard[-1].event
        if isinstance(last, Failed):
            raise SolveError(last.error)
        assert isinstance(last, Finished)  # noqa: S101 - a solve ends with one or the other
        return last

    @property
    def ready(self) -> Found:
        """The problem is built."""
        return next(one for one in self.heard if isinstance(one.event, Started))

    @property
    def first(self) -> Found:
        """The first plan with a proven gap."""
        return next(
            one
            for one in self.heard
            if isinstance(one.event, Incumbent | Finished) and one.event.gap is not None
        )

    def gap_at(self, seconds: float) -> float:
        """The proven gap of the best plan after so many seconds; NaN while there is none."""
        gaps = [
            one.event.gap
            for one in self.heard
            if isinstance(one.event, Incumbent | Bound | Finished) and one.wall <= seconds
        ]
        return next((gap for gap in reversed(gaps) if gap is not None), math.nan)


class Bench:
    """A solver, its child, and the clock."""

    def __init__(self) -> None:
        self._events: SimpleQueue[Event] = SimpleQueue()
        self.solver = Solver(self._events.put)

    @staticmethod
    def settle() -> None:
        """Wait until the child has loaded all that it loads ahead, in a thread of its own."""
        for child in psutil.Process().children():
            spent = -1.0
            while (now := sum(child.cpu_times()[:2])) > spent:
                spent = now
                time.sleep(0.5)

    def solve(self, job: Job) -> Solved:
        """Solve, and note when each event is heard."""
        heard: list[Found] = []
        began, spent, megabytes = time.monotonic(), _Spent(), 0.0
        self.solver.solve(job)
        while not heard or not isinstance(heard[-1].event, Finished | Failed):
            event = self._events.get(timeout=PATIENCE)
            heard.append(Found(event, time.monotonic() - began, spent.seconds))
            megabytes = spent.megabytes
        return Solved(heard, megabytes)


class _Spent:
    """What the child has spent since now, and the most that it ever held; one that is gone spends nothing."""

    def __init__(self) -> None:
        self._began: dict[int, float] = {}
        for process in psutil.Process().children():
            self._began[process.pid] = cpu_of(process.pid)

    @property
    def seconds(self) -> float:
        """CPU seconds of the child that there is."""
        return sum(cpu_of(one.pid) - self._began.get(one.pid, 0.0) for one in psutil.Process().children())

    @property
    def megabytes(self) -> float:
        """At most so far."""
        return sum(peak_of(one.pid) for one in psutil.Process().children())


def plans(size: str, seeds: Iterable[int], seconds: float, gap: float | None) -> tuple[object, ...]:
    """The row of one size: for each seed a child that has loaded its libraries and solved something tiny."""
    accounts, csms = map(int, size.split("x"))
    solved, loaded = [], []
    for seed in seeds:
        portfolio = sample(accounts, csms, seed)
        bench = Bench()
        with bench.solver:
            tiny = sample(12, 3, 1)
            bench.solver.load(tiny)
            loaded.append(bench.solve(Job(policy=sample_policy(tiny))).heard[-1].cpu)
            bench.solver.load(portfolio)
            bench.settle()
            solved.append(bench.solve(Job(policy=sample_policy(portfolio), gap=gap, seconds=seconds)))
    ready = [one.ready for one in solved]
    first = [one.first for one in solved]
    return (
        size.replace("x", " × "),
        _median(loaded),
        _median(one.cpu - began.cpu for one, began in zip(first, ready, strict=True)),
        _median(one.wall - began.wall for one, began in zip(first, ready, strict=True)),
        _percent(_gap(one) for one in first),
        *(_percent(one.gap_at(began.wall + mark) for one, began in zip(solved, ready, strict=True))
          for mark in MARKS),
        _percent(one.end.gap for one in solved),
        _median(one.heard[-1].wall - began.wall for one, began in zip(solved, ready, strict=True)),
        " ".join(one.end.status for one in solved),
        f"{statistics.median(one.megabytes for one in solved):,.0f}",
    )  # fmt: skip


def pins(size: str, count: int) -> None:
    """Pin accounts of the solved sample one at a time, and repair the plan in the same child."""
    accounts, csms = map(int, size.split("x"))
    portfolio = sample(accounts, csms, 1)
    policy = sample_policy(portfolio)
    bench = Bench()
    chance = random.Random(1)
    first, last, others, gaps, ignored = [], [], [], [], 0
    first_cpu, last_cpu = [], []
    with bench.solver:
        bench.solver.load(portfolio)
        base = bench.solve(Job(policy=policy, seconds=max(30.0, accounts * csms / 200_000))).end
        bench.settle()  # what the child makes ready after a solve is there before anybody has chosen a pin
        for _ in range(count):
            pin = _some_pin(chance, portfolio, base.moves)
            wanted = _with(portfolio, base.moves, pin)
            repair = Repair(accounts=(pin.account,), certificate=base.certificate)
            job = Job(policy=policy, decisions=Decisions([pin]), moves=wanted, repair=repair)
            solved = bench.solve(job)
            owners = {one.id: solved.end.moves.get(one.id, one.owner) for one in portfolio.accounts}
            ignored += owners[pin.account] != pin.csm
            changed = sum(owners[one.id] != wanted.get(one.id, one.owner) for one in portfolio.accounts)
            others.append(changed)
            plan = (one for one in solved.heard if isinstance(one.event, Bound | Incumbent) and one.event.gap)
            shown = next(plan, solved.heard[-1])
            first.append(1000 * shown.wall)
            first_cpu.append(1000 * shown.cpu)
            last.append(1000 * solved.heard[-1].wall)
            last_cpu.append(1000 * solved.heard[-1].cpu)
            gaps.append(100 * (solved.end.gap or 0.0))
    table(
        f"A pin on the solved sample, {size}, {count} different pins; {ignored} of them not respected",
        ("", "p50", "p95", "most"),
        [
            ("repaired plan and its proof, wall ms", *(f"{one:,.0f}" for one in _spread(first))),
            ("CPU ms of the child", *(f"{one:,.0f}" for one in _spread(first_cpu))),
            ("end of the solve, wall ms", *(f"{one:,.0f}" for one in _spread(last))),
            ("CPU ms of the child", *(f"{one:,.0f}" for one in _spread(last_cpu))),
            ("proven gap, %", *(f"{one:.2f}" for one in _spread(gaps))),
            ("other accounts that change", *(f"{one:.0f}" for one in _spread(others))),
        ],
    )


def _some_pin(chance: random.Random, portfolio: Portfolio, moves: Mapping[str, str]) -> Pin:
    account = chance.choice([one for one in portfolio.accounts if not one.strategic])
    here = moves.get(account.id, account.owner)
    return Pin(account=account.id, csm=chance.choice([one.id for one in portfolio.csms if one.id != here]))


def _with(portfolio: Portfolio, moves: Mapping[str, str], pin: Pin) -> dict[str, str]:
    """The moves with the pinned account where it is pinned."""
    wanted = {**moves, pin.account: pin.csm}
    if portfolio.accounts[portfolio.account_index[pin.account]].owner == pin.csm:
        del wanted[pin.account]
    return wanted


def _gap(one: Found) -> float | None:
    return one.event.gap if isinstance(one.event, Incumbent | Finished) else None


def _median(figures: Iterable[float]) -> str:
    return f"{statistics.median(figures):.2f}"


def _percent(gaps: Iterable[float | None]) -> str:
    """The median and the worst of some gaps; those not proven yet count as worst."""
    known = sorted(math.inf if one is None or math.isnan(one) else one for one in gaps)
    words = [
        f"{100 * one:.2f}" if one < math.inf else "–" for one in (statistics.median_high(known), known[-1])
    ]
    return " / ".join(words)


def _spread(figures: list[float] | list[int]) -> tuple[float, float, float]:
    ordered = sorted(figures)
    return statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1], ordered[-1]


def main() -> None:
    """Measure what the arguments name, or everything."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("sizes", nargs="*", default=["150x8", "600x20", "2000x50"])
    options.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3, 4, 5])
    options.add_argument("--seconds", type=float, default=60.0, help="time limit of each solve")
    options.add_argument("--gap", type=float, help="proven gap to stop at; the policy's 0.005")
    options.add_argument("--pins", type=int, default=30)
    given = options.parse_args()
    print(f"Python {sys.version.split()[0]}")
    rows = []
    for size in given.sizes:
        rows.append(plans(size, given.seeds, given.seconds, given.gap))
        print(*rows[-1], sep="  ", file=sys.stderr)
    if rows:
        marks = [f"gap after {mark:g} s" for mark in MARKS]
        table(
            f"Solves to a proven gap; seeds {' '.join(map(str, given.seeds))};"
            " gaps in percent, median / worst; “–” not proven yet",
            ("size", "child ready, CPU s", "first plan, CPU s", "wall s", "its gap", *marks, "gap at the end",
             "end, wall s", "how it ended", "MB"),
            rows,
        )  # fmt: skip
    if given.pins:
        for size in given.sizes:
            pins(size, given.pins)


if __name__ == "__main__":
    main()
