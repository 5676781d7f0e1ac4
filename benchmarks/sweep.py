"""A thousand scenarios of the sample, as `bookshift sweep` solves them: time, proven gaps, rules kept.

The gap is given as Bookshift shows it, points counted from each goal's own best, and as a share of all points
that goals and rules count, as `start.py` does. The pool's start counts; that nothing has to be compiled is
seen to before.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

import psutil

from bookshift_model.data import Data
from bookshift_model.decisions import Decisions
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.start.warmup import warm_up
from bookshift_model.sweep.axes import LEAVES, NOBODY, combinations, drawn, read_axis
from bookshift_model.sweep.run import local_pool, sweep
from bookshift_model.sweep.variation import Base, varied_policy, varied_roster

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.sweep.outcome import Outcome

VARIED: Final = ("continuity=0..80/10", "retention=10..60/5", "max_accounts.limit=21..28", "leaves=any")
"""3,600 combinations."""


def _cpu() -> float:
    """CPU seconds of this process and of those that it or they started and that still live."""
    this = psutil.Process()
    used = [one.cpu_times() for one in (this, *this.children(recursive=True))]
    return sum(one.user + one.system for one in used)


def told(gaps: Sequence[float]) -> str:
    """Median, 95th percentile and most, in per cent."""
    late = sorted(gaps)[min(len(gaps) - 1, int(0.95 * len(gaps)))]
    return f"median {statistics.median(gaps):.3%}, 95 of 100 within {late:.3%}, most {max(gaps):.3%}"


def of_all(base: Base, outcomes: Sequence[Outcome]) -> list[float]:
    """The gaps as shares of all points that goals and rules count."""
    rosters: dict[str, Data] = {}
    found = []
    for one in outcomes:
        leaves = one.choice.get(LEAVES, NOBODY)
        if leaves not in rosters:
            rosters[leaves] = Data(varied_roster(base.portfolio, one.choice), base.policy.formulas)
        problem = build(rosters[leaves], varied_policy(base.policy, one.choice))
        found.append((one.points - one.bound) / (one.points + problem.offset))
    return found


def main() -> None:
    """Measure, and print what came of it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--size", default="150x8")
    asked.add_argument("--most", type=int, default=1000)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--vary", nargs="+", default=VARIED)
    options = asked.parse_args()
    accounts, csms = map(int, options.size.split("x"))
    portfolio = sample(accounts, csms, options.seed)
    base = Base(portfolio=portfolio, policy=sample_policy(portfolio), decisions=Decisions())
    axes = [read_axis(one, portfolio) for one in options.vary]
    numbers = drawn(axes, options.most, options.seed)
    warm_up()
    done: list[Outcome] = []
    began, spent = time.perf_counter(), _cpu()
    with local_pool(options.processes) as pool:
        for part in sweep(base, axes, numbers, pool, seed=1, workers=options.processes):
            done += part
        cpu = _cpu() - spent
    wall = time.perf_counter() - began
    print(f"{len(done):,} of {combinations(axes):,} scenarios: {wall:.2f} s wall, {cpu:.2f} s CPU")
    print(f"gap: {told([one.gap if one.gap is not None else float('inf') for one in done])}")
    print(f"of all points: {told(of_all(base, done))}")
    broken = [one for one in done if one.broken]
    rules = Counter(rule for one in broken for rule in one.broken)
    print(f"every hard rule kept in {len(done) - len(broken):,}; broken: {dict(rules)}")


if __name__ == "__main__":
    main()
