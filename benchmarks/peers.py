"""Our pipeline against general solvers on the same problems: one command, one table.

    python benchmarks/peers.py                               150x8, 600x20 and 2000x50, seeds 1 to 3
    python benchmarks/peers.py 10000x200 --seeds 1 --seconds 120
    python benchmarks/peers.py 50000x500 --seeds 1 --seconds 40

Needs `pip install .[bench]` for CP-SAT and SCIP; a solver that is not installed is left out by name. Each
gets the same seeded problem in a process of its own, one core, and the same CPU seconds; the peers get the
whole model as Pyomo compiles it, and the time to state it is not counted against them. Every plan is judged
by the one `score.value`, and the gap is that of this value to the solver's own bound, as a share of the
value. CP-SAT wants whole numbers in its rows, so it gets the model rounded to ten-thousandths and proves its
bound for that. A peer that needs more address space than nine tenths of the memory is told not to fit.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import math
import os
import statistics
import subprocess
import sys
from typing import Final, NamedTuple

from solvers.run import Run

MARKS: Final = (0.02, 0.01, 0.005, 0.002)
"""Gaps whose time is told."""
GRACE: Final = 60.0
"""Seconds that a solver may take beyond its limit before its process is ended."""


class Heard(NamedTuple):
    """One solver on one problem."""

    news: list[tuple[float, float, float]]
    """CPU seconds, points of the best plan, bound."""
    megabytes: float = math.nan
    """The most that it held; NaN where its process was ended."""
    stated: float = math.inf
    """CPU seconds to state the model; infinite where that did not come to an end."""
    fits: bool = True
    """Whether there was memory enough."""


SOLVERS: Final = {"ours": "numba", "highs": "highspy", "cpsat": "ortools", "scip": "pyscipopt"}
"""By name, which is that of its module in `solvers`: the package that it needs."""


def heard_of(solver: str, size: str, seed: int, seconds: float) -> Heard:
    """Run one solver in a process of its own."""
    command = [
        sys.executable,
        __file__,
        size,
        "--alone",
        solver,
        "--seeds",
        str(seed),
        "--seconds",
        str(seconds),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, **_ONE_CORE}
    ) as child:
        try:
            out, _ = child.communicate(timeout=8 * seconds + 10 * GRACE)
        except subprocess.TimeoutExpired:
            child.kill()
            out, _ = child.communicate()
    lines = [json.loads(line) for line in out.splitlines() if line.startswith(("[", "{"))]
    news = [tuple(line) for line in lines if isinstance(line, list)]
    return Heard(news, **next((line for line in lines if isinstance(line, dict)), {}))


_ONE_CORE: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def alone(solver: str, size: str, seed: int, seconds: float) -> None:
    """What the child does: solve, and print news."""
    import resource  # noqa: PLC0415  (not on every system, and only here)

    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 9 // 10
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    run, fits = Run(size, seed, seconds), True
    try:
        importlib.import_module(f"solvers.{solver}").solve(run)
    except MemoryError:
        fits = False
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"megabytes": most, "stated": run.stated, "fits": fits}), flush=True)


def gap(points: float, bound: float) -> float:
    """Share of the points that is not proven; infinite without plan or bound."""
    if not (math.isfinite(points) and math.isfinite(bound)):
        return math.inf
    return max(0.0, points - bound) / max(abs(points), 1e-6)


def row(solver: str, runs: list[Heard]) -> tuple[str, ...]:
    """Medians over the seeds; “–” where not half of them got there."""
    firsts, reached = [], {mark: [] for mark in MARKS}
    ends: list[float] = []
    for one in runs:
        firsts.append(next((at for at, points, bound in one.news if gap(points, bound) < math.inf), math.inf))
        for mark, times in reached.items():
            times.append(next((at for at, points, bound in one.news if gap(points, bound) <= mark), math.inf))
        ends.append(gap(*one.news[-1][1:]) if one.news else math.inf)
    memory = [one.megabytes for one in runs]
    return (
        solver,
        _seconds([one.stated for one in runs]) if all(one.fits for one in runs) else "does not fit",
        _seconds(firsts),
        *(_seconds(times) for times in reached.values()),
        f"{statistics.median_high(ends):.3%}" if statistics.median_high(ends) < math.inf else "–",
        "–" if any(map(math.isnan, memory)) else f"{statistics.median(memory):,.0f}",
    )


def _seconds(times: list[float]) -> str:
    found = statistics.median_high(times)
    return f"{found:.2f}" if found < math.inf else "–"


def main() -> None:
    """Measure what the arguments name."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("sizes", nargs="*", default=["150x8", "600x20", "2000x50"])
    options.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    options.add_argument("--seconds", type=float, default=60.0, help="CPU seconds for each solve")
    options.add_argument("--only", nargs="+", choices=SOLVERS, default=list(SOLVERS))
    options.add_argument("--alone", choices=SOLVERS, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.alone:
        alone(given.alone, given.sizes[0], given.seeds[0], given.seconds)
        return
    there = [one for one in given.only if importlib.util.find_spec(SOLVERS[one])]
    for missing in sorted(set(given.only) - set(there)):
        print(f"{missing} is left out: {SOLVERS[missing]} is not installed", file=sys.stderr)
    versions = [f"{SOLVERS[one]} {importlib.metadata.version(SOLVERS[one])}" for one in there]
    print(
        f"Python {sys.version.split()[0]}, {', '.join(versions)}; seeds {given.seeds}; CPU seconds, medians"
    )
    head = ("solver", "stated", "first gap", *(f"≤ {mark:.1%}" for mark in MARKS), "gap at the end", "MB")
    for size in given.sizes:
        print(f"\n{size.replace('x', ' × ')}, {given.seconds:g} CPU s each\n\n| {' | '.join(head)} |")
        print("|---" * len(head) + "|")
        for solver in there:
            runs = [heard_of(solver, size, seed, given.seconds) for seed in given.seeds]
            print(f"| {' | '.join(row(solver, runs))} |", flush=True)


if __name__ == "__main__":
    main()
