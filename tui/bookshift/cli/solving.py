"""Solving from the command line: progress, Ctrl-C that keeps the best plan, and how good it is in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookshift.cli.output import Progress
from bookshift.points import proven
from bookshift.reports import card_record, move_records
from bookshift.solver import Solver
from bookshift.solver_events import Bound, Event, Finished, Incumbent, Preparing
from bookshift.solver_job import Job
from bookshift_model.explain.moved import Moved

if TYPE_CHECKING:
    from bookshift.cli.output import Output
    from bookshift.solver_job import Repair
    from bookshift_model.decisions import Decisions
    from bookshift_model.policy import Policy
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.score import Scorecard

_ENDS = {
    "optimal": "no better plan exists",
    "gap_reached": "good enough as asked",
    "repaired": "kept to what was changed, --whole plans all accounts",
    "stalled": "this is as far as it gets, the best plan so far is kept",
    "stopped": "stopped, the best plan so far is kept",
    "time": "the time was up, the best plan so far is kept",
}


def solve(
    output: Output,
    portfolio: Portfolio,
    policy: Policy,
    decisions: Decisions,
    moves: dict[str, str],
    *,
    gap: float | None,
    seconds: float | None,
    seed: int | None,
    repair: Repair | None = None,
    known: float | None = None,
) -> Finished:
    """Solve and wait, with progress on stderr; raises `SolveError` where there is no plan."""
    progress = Progress(output)

    def heard(event: Event) -> None:
        if isinstance(event, Incumbent):
            moved = Moved.of_plan(event.moves, portfolio)
            progress.show(f"{event.seconds:5.1f} s  {moved}  {proof(event.gap)}")
        elif isinstance(event, Preparing):
            progress.show(event.words)
        elif isinstance(event, Bound):
            progress.show(f"{event.seconds:5.1f} s  {event.phase}  {proof(event.gap)}")

    job = Job(
        policy=policy, decisions=decisions, moves=moves, gap=gap, seconds=seconds, seed=seed, repair=repair,
        known=known,
    )  # fmt: skip
    with Solver() as solver:
        solver.load(portfolio)
        try:
            return solver.run(job, heard)
        finally:
            progress.done()


def proof(gap: float | None) -> str:
    """How good a plan is proven to be, in plain words."""
    return proven(gap) or "nothing proven yet"


def ending(finished: Finished) -> str:
    """Why a solve ended, and how good its plan is proven to be."""
    note = f" {finished.note}" if finished.note else ""
    how = _ENDS[finished.status]
    still = finished.improvement_gap or 0.0
    improvement = f", {100 * still:.1f} % of the improvement still open" if still >= 0.0005 else ""  # noqa: PLR2004 - less is written as 0.0
    return f"{how}; {proof(finished.gap)}{improvement}; {finished.seconds:.1f} s{note}"


def solve_record(
    finished: Finished, portfolio: Portfolio, plan: Scorecard, baseline: Scorecard, reasons: list[str]
) -> dict[str, Any]:
    """The result of a solve as JSON values."""
    return {
        "sense": "min",
        "status": finished.status,
        "scope": finished.scope,
        "objective": finished.points,
        "bound": finished.bound,
        "unavoidable": finished.unavoidable,
        "gap": finished.gap,
        "improvement_gap": finished.improvement_gap,
        "seconds": finished.seconds,
        "seed": finished.seed,
        "moves": move_records(portfolio, plan, reasons),
        "scorecard": card_record(plan),
        "baseline": card_record(baseline),
    }
