"""Our pipeline against general solvers on the same problems: one command, one table.

    python benchmarks/peers.py                               150x8, 600x20 and 2000x50, seeds 1 to 3
    python benchmarks/peers.py 10000x200 --seeds 1 --seconds 120
    python benchmarks/peers.py 50000x500 --only ours

Needs `pip install .[bench]` for CP-SAT and SCIP; a solver that is not installed is left out by name. Each
gets the same seeded problem in a process of its own, one core, and the same CPU seconds; the peers get the
whole model as Pyomo compiles it, and the time to state it is not counted against them. Every plan is judged
by the one `score.value`, and the gap is that of this value to the solver's own bound, as a share of the
value. CP-SAT wants whole numbers in its rows, so it gets the model rounded to ten-thousandths and proves its
bound for that.
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
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from bookshift_model.data import Data
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.units import Units
from bookshift_model.value import value

if TYPE_CHECKING:
    from bookshift_model.compiled import Compiled
    from bookshift_model.terms import Floats, Indices

MARKS: Final = (0.02, 0.01, 0.005, 0.002)
"""Gaps whose time is told."""
WHOLE: Final = 10**4
"""What CP-SAT's rows are multiplied with before they are rounded."""
GRACE: Final = 60.0
"""Seconds that a solver may take beyond its limit before its process is ended."""

Found = Callable[["Floats | None", "float | None"], None]
"""Hears the columns of a better plan, or None, and the bound, or None."""


class Heard(NamedTuple):
    """One solver on one problem: CPU seconds, points of the best plan, bound; and megabytes in the end."""

    news: list[tuple[float, float, float]]
    megabytes: float
    stated: float


class Run:
    """The problem, the clock, and the news."""

    def __init__(self, size: str, seed: int, seconds: float) -> None:
        accounts, csms = map(int, size.split("x"))
        portfolio = sample(accounts, csms, seed)
        policy = sample_policy(portfolio)
        self.problem = build(Data(portfolio, policy.formulas), policy)
        self.seconds = seconds
        self.units = Units.of_problem(self.problem)
        self.points, self.bound = math.inf, -math.inf
        self.pairs: tuple[Indices, Indices, Indices] | None = None
        self.stated = 0.0
        self.began = time.process_time()

    def state(self) -> Compiled:
        """The whole model as arrays; the clock starts when it is there."""
        from bookshift_model.compiled import compile_model  # noqa: PLC0415  (ours alone does without)
        from bookshift_model.formulation import formulate  # noqa: PLC0415

        formulation = formulate(self.units)
        compiled = compile_model(formulation)
        self.pairs = formulation.pair_unit, formulation.pair_csm, compiled.owns
        self.stated = time.process_time() - self.began
        self.began = time.process_time()
        return compiled

    @property
    def spent(self) -> float:
        """CPU seconds so far."""
        return time.process_time() - self.began

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.spent > self.seconds

    def columns(self, found: Floats | None, bound: float | None) -> None:
        """Note a better point of the model, judged as a plan, and a better bound."""
        points = math.inf
        if found is not None and self.pairs is not None:
            unit, csm, owns = self.pairs
            share = np.zeros((self.units.k, self.units.m))
            share[unit, csm] = found[owns]
            points = value(self.problem, self.units.expand(share.argmax(axis=1)))
        self.note(points, bound)

    def note(self, points: float, bound: float | None) -> None:
        """Print a line where the plan or the bound is better."""
        bound = -math.inf if bound is None or not abs(bound) < 1e15 else bound
        if points < self.points or bound > self.bound:
            self.points, self.bound = min(points, self.points), max(bound, self.bound)
            print(json.dumps([self.spent, self.points, self.bound]), flush=True)


def ours(run: Run) -> None:
    """The pipeline of the application."""
    from bookshift_model.best import Progress  # noqa: PLC0415
    from bookshift_model.optimise import optimise  # noqa: PLC0415
    from bookshift_model.start.warmup import warm_up  # noqa: PLC0415

    def heard(progress: Progress) -> None:
        run.note(math.inf if progress.points is None else progress.points, progress.bound)

    warm_up()
    for name in ("bookshift_model.compiled", "bookshift_model.formulation", "bookshift_model.highs"):
        importlib.import_module(name)  # which the application's child has loaded before it is asked
    run.began = time.process_time()
    found = optimise(run.problem, run.problem.baseline, gap=1e-6, on_event=heard, cancelled=lambda: run.over)
    run.note(found.points, found.bound)


def highs(run: Run) -> None:
    """HiGHS alone, as it comes."""
    import highspy  # noqa: PLC0415

    compiled = run.state()
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, setting in (("log_to_console", False), ("threads", 1), ("mip_rel_gap", 1e-6)):
        solver.setOptionValue(name, setting)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(compiled.cost), len(compiled.row_lower)
    lp.col_cost_, lp.offset_ = compiled.cost, compiled.offset
    lp.col_lower_, lp.col_upper_ = compiled.lower, compiled.upper
    lp.row_lower_, lp.row_upper_ = compiled.row_lower, compiled.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = compiled.matrix.indptr, compiled.matrix.indices
    lp.a_matrix_.value_ = compiled.matrix.data
    whole = np.zeros(len(compiled.cost), dtype=bool)
    whole[compiled.owns] = True
    lp.integrality_ = [
        highspy.HighsVarType.kInteger if one else highspy.HighsVarType.kContinuous for one in whole
    ]
    solver.passModel(lp)

    def found(event: Any) -> None:
        run.columns(np.array(event.data_out.mip_solution), event.data_out.mip_dual_bound)

    def logged(event: Any) -> None:
        run.columns(None, event.data_out.mip_dual_bound)

    def may_stop(event: Any) -> None:
        if run.over:
            event.interrupt()

    solver.cbMipImprovingSolution += found
    solver.cbMipLogging += logged
    solver.cbMipInterrupt += may_stop
    solver.cbSimplexInterrupt += may_stop
    solver.cbIpmInterrupt += may_stop
    solver.run()
    info = solver.getInfo()
    run.columns(np.array(solver.getSolution().col_value), info.mip_dual_bound)


def scip(run: Run) -> None:
    """SCIP as it comes."""
    from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model, quicksum  # noqa: PLC0415

    compiled = run.state()
    model = Model()
    model.hideOutput()
    owns = set(compiled.owns.tolist())
    columns = [
        model.addVar(
            vtype="B" if j in owns else "C",
            lb=None if np.isinf(low) else float(low),
            ub=None if np.isinf(up) else float(up),
            obj=float(cost),
        )
        for j, (low, up, cost) in enumerate(zip(compiled.lower, compiled.upper, compiled.cost, strict=True))
    ]
    model.addObjoffset(compiled.offset)
    for at, coefs, low, up in _rows(compiled):
        total = quicksum(float(a) * columns[j] for j, a in zip(at, coefs, strict=True))
        if low == up:
            model.addCons(total == float(low))
        else:
            if np.isfinite(low):
                model.addCons(total >= float(low))
            if np.isfinite(up):
                model.addCons(total <= float(up))
    run.began = time.process_time()

    class Listener(Eventhdlr):  # type: ignore[misc]
        """Hears better plans and solved nodes."""

        def eventinit(self) -> None:
            """Ask for both."""
            for kind in (SCIP_EVENTTYPE.BESTSOLFOUND, SCIP_EVENTTYPE.NODESOLVED, SCIP_EVENTTYPE.LPSOLVED):
                self.model.catchEvent(kind, self)

        def eventexec(self, event: Any) -> None:
            """Note it, and stop when the time is up."""
            found = None
            if event.getType() == SCIP_EVENTTYPE.BESTSOLFOUND:
                best = self.model.getBestSol()
                found = np.array([self.model.getSolVal(best, one) for one in columns])
            run.columns(found, self.model.getDualbound())
            if run.over:
                self.model.interruptSolve()

    model.includeEventhdlr(Listener(), "listener", "notes plans and bounds")
    model.setParam("limits/time", run.seconds + GRACE / 2)
    model.setParam("timing/clocktype", 1)
    model.optimize()
    best = model.getBestSol() if model.getNSols() else None
    found = None if best is None else np.array([model.getSolVal(best, one) for one in columns])
    run.columns(found, model.getDualbound())


def cpsat(run: Run) -> None:
    """CP-SAT with one worker."""
    from ortools.sat.python import cp_model  # noqa: PLC0415

    compiled = run.state()
    model = cp_model.CpModel()
    owns = set(compiled.owns.tolist())
    most = 10**5 * WHOLE
    columns = []
    for j, (low, up) in enumerate(zip(compiled.lower, compiled.upper, strict=True)):
        if j in owns:
            columns.append(model.new_int_var(int(low), int(up), ""))
        else:
            columns.append(
                model.new_int_var(
                    -most if np.isinf(low) else math.floor(low * WHOLE),
                    most if np.isinf(up) else math.ceil(up * WHOLE),
                    "",
                )
            )
    for at, coefs, low, up in _rows(compiled):
        whole = [round(a * WHOLE) if j in owns else round(a) for j, a in zip(at, coefs, strict=True)]
        if not any(j not in owns for j in at) and np.allclose(coefs, np.round(coefs)) and low == up:
            whole, scale = [round(a) for a in coefs], 1
        else:
            scale = WHOLE
        total = cp_model.LinearExpr.weighted_sum([columns[j] for j in at], whole)
        model.add_linear_constraint(
            total,
            cp_model.INT_MIN if np.isinf(low) else round(low * scale),
            cp_model.INT_MAX if np.isinf(up) else round(up * scale),
        )
    costs = [float(c) if j in owns else float(c) / WHOLE for j, c in enumerate(compiled.cost)]
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, costs) + float(compiled.offset))
    run.began = time.process_time()

    class Listener(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
        """Hears better plans."""

        def on_solution_callback(self) -> None:
            """Note the plan."""
            found = np.zeros(len(columns))
            for j in compiled.owns:
                found[j] = self.value(columns[j])
            run.columns(found, self.best_objective_bound)

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = run.seconds
    solver.parameters.relative_gap_limit = 1e-6
    solver.best_bound_callback = lambda bound: run.columns(None, bound)
    solver.solve(model, Listener())
    run.columns(None, solver.best_objective_bound)


def _rows(compiled: Compiled) -> Any:
    """Each row: positions, coefficients, lower and upper end."""
    matrix = compiled.matrix.tocsr()
    for row in range(matrix.shape[0]):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        yield (
            matrix.indices[part].tolist(),
            matrix.data[part],
            compiled.row_lower[row],
            compiled.row_upper[row],
        )


SOLVERS: Final[dict[str, tuple[str, Callable[[Run], None]]]] = {
    "ours": ("numba", ours),
    "highs": ("highspy", highs),
    "cpsat": ("ortools", cpsat),
    "scip": ("pyscipopt", scip),
}
"""By name: the module it needs, and how it runs."""


def heard_of(solver: str, size: str, seed: int, seconds: float) -> Heard | None:
    """Run one solver in a process of its own; None where it told nothing at all."""
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
    end = next(
        (line for line in lines if isinstance(line, dict)), {"megabytes": math.nan, "stated": math.nan}
    )
    return Heard(news, end["megabytes"], end["stated"]) if news else None


_ONE_CORE: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def alone(solver: str, size: str, seed: int, seconds: float) -> None:
    """What the child does: solve, and print news."""
    import resource  # noqa: PLC0415  (not on every system, and only here)

    run = Run(size, seed, seconds)
    SOLVERS[solver][1](run)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"megabytes": most, "stated": run.stated}), flush=True)


def gap(points: float, bound: float) -> float:
    """Share of the points that is not proven; infinite without plan or bound."""
    if not (math.isfinite(points) and math.isfinite(bound)):
        return math.inf
    return max(0.0, points - bound) / max(abs(points), 1e-6)


def row(solver: str, runs: list[Heard | None]) -> tuple[str, ...]:
    """Medians over the seeds; “–” where not half of them got there."""
    firsts, reached = [], {mark: [] for mark in MARKS}
    ends: list[float] = []
    for one in runs:
        news = [] if one is None else one.news
        firsts.append(next((at for at, points, bound in news if gap(points, bound) < math.inf), math.inf))
        for mark, times in reached.items():
            times.append(next((at for at, points, bound in news if gap(points, bound) <= mark), math.inf))
        ends.append(gap(*news[-1][1:]) if news else math.inf)
    stated = [one.stated for one in runs if one is not None]
    memory = [one.megabytes for one in runs if one is not None]
    return (
        solver,
        _seconds(stated),
        _seconds(firsts),
        *(_seconds(times) for times in reached.values()),
        f"{statistics.median_high(ends):.3%}" if statistics.median_high(ends) < math.inf else "–",
        f"{statistics.median(memory):,.0f}" if memory else "–",
    )


def _seconds(times: list[float]) -> str:
    found = statistics.median_high(times) if times else math.inf
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
    there = [one for one in given.only if importlib.util.find_spec(SOLVERS[one][0])]
    for missing in sorted(set(given.only) - set(there)):
        print(f"{missing} is left out: {SOLVERS[missing][0]} is not installed", file=sys.stderr)
    versions = [f"{SOLVERS[one][0]} {importlib.metadata.version(SOLVERS[one][0])}" for one in there]
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
