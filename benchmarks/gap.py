"""Solve published generalised-assignment instances as a special case of the model.

    python benchmarks/gap.py FOLDER [--seconds 60] [NAME …]

A job is an account, an agent a CSM, a job's resource its hours, and the cost of a pair its misfit; capacity
is a hard rule; nothing moves and nothing is balanced. FOLDER holds instances (agents and jobs, then costs by
agent, resources by agent, capacities) in folders of their own, and `best_known.csv`. NAME picks instances
by the start of their names, such as `gap1-` or `e05100`. Ratios are to the best known value: of the start
engine's plan, of the best after two seconds, and of the last.
"""

from __future__ import annotations

import argparse
import csv
import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from bookshift_model.amounts import Amounts
from bookshift_model.best import Progress
from bookshift_model.data import Data
from bookshift_model.optimise import optimise
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem
from bookshift_model.readying import Readying
from bookshift_model.terms import Book, Pair, Priced, Quantity

_SOON: Final = 2.0
"""Seconds after which an early plan is looked at."""


def problem_of(path: Path) -> Problem:
    """Read an instance as a problem: a pair costs its published cost, an hour too many more than any plan."""
    numbers = np.array(path.read_text(encoding="ascii").split(), dtype=np.float64)
    m, n = int(numbers[0]), int(numbers[1])
    costs, resources, capacity = np.split(numbers[2:], [m * n, 2 * m * n])
    accounts = tuple(Account(id=f"J{i}", name=f"Job {i}", arr=0.0) for i in range(n))
    csms = tuple(Csm(id=f"A{j}", name=f"Agent {j}") for j in range(m))
    policy = Policy()
    hours = Quantity("hours", "resource", "hours a month", resources.reshape(m, n).T)
    terms = (
        Priced("fit", Pair(Amounts.of(costs.reshape(m, n).T)), 1.0),
        Priced("utilisation_ceiling", Book(hours, capacity), 10.0 * float(costs.max()), hard=True),
    )
    anything = np.ones((n, m), dtype=bool)
    data = Data(Portfolio(accounts, csms, date(2026, 1, 5)), policy.formulas)
    return Problem(
        data, policy, terms, scales={}, firmness=1.0, allowed=anything, eligible=anything, permitted=anything,
        units=np.arange(n, dtype=np.int64), notes=(),
    )  # fmt: skip


@dataclass
class Early:
    """Points of the start engine's plan, and of the best plan after two seconds."""

    engine: float = math.nan
    soon: float = math.nan

    def __call__(self, progress: Progress) -> None:
        """Hear of a better plan or bound."""
        if progress.points is None or not math.isfinite(progress.points):
            return
        if progress.phase == "first plan":
            self.engine = progress.points
        if progress.seconds <= _SOON:
            self.soon = progress.points


def main() -> None:
    """Print value, bound, best known value and ratios to it for each instance: also early ones."""
    parser = argparse.ArgumentParser(description="Solve published assignment instances.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", help="starts of names; all instances without any")
    parser.add_argument("--seconds", type=float, default=60.0, help="limit for one instance")
    given = parser.parse_args()
    with (given.folder / "best_known.csv").open(encoding="utf-8", newline="") as file:
        known = {row["instance"]: float(row["bks_used"]) for row in csv.DictReader(file)}
    readying = Readying()
    readying.wait(lambda: False)
    print(
        f"{'instance':<24}{'value':>9}{'bound':>11}{'best':>9}{'engine':>9}{'2 s':>9}{'ratio':>9}{'CPU s':>8}"
        "  status"
    )
    for name, best in known.items():
        if given.names and not any(Path(name).name.startswith(one) for one in given.names):
            continue
        problem = problem_of(given.folder / name)
        early = Early()
        found = optimise(
            problem, problem.baseline, gap=0.0, seconds=given.seconds, on_event=early, readying=readying
        )
        bound = float("nan") if found.bound is None else found.bound
        print(
            f"{name:<24}{found.points:>9.0f}{bound:>11.2f}{best:>9.0f}"
            f"{early.engine / best:>9.4f}{early.soon / best:>9.4f}{found.points / best:>9.4f}"
            f"{found.cpu_seconds:>8.1f}  {found.status}",
            flush=True,
        )


if __name__ == "__main__":
    main()
