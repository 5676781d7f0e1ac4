"""A sweep over the open scenario: run it, tell what came of it, write it down."""

from __future__ import annotations

import contextlib
import math
import os
import statistics
import time
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bookshift.proof import digest
from bookshift.reports import table
from bookshift.text import count, percent
from bookshift_io.export.sweep import sweep_sheet
from bookshift_io.export.writing import write_files
from bookshift_model.explain.words import count as numbered
from bookshift_model.sweep.axes import (
    JOINS,
    LEAVES,
    Axis,
    SweepError,
    combinations,
    drawn,
    in_words,
    read_axis,
)
from bookshift_model.sweep.outcome import FIGURES, Outcome, front
from bookshift_model.sweep.variation import Base, check_effect, varied_policy

if TYPE_CHECKING:
    import concurrent.futures
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from bookshift.planner import Planner
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.start.engine import Effort

MOST: Final = 1_000
"""Scenarios of a sweep where nobody says how many."""
_SHOWN: Final = 20
_MANY: Final = 100
"""From so many scenarios on a share of them says more than the worst."""
_STOPPED: Final = "then stopped"
_LOST: Final = "then a worker process was ended from outside (is memory short? --processes 1 takes less)"
_NO_WORKER: Final = "no worker of the sweep could start; bookshift doctor says what the solver lacks"
OWN_TARGETS: Final = (
    "targets move with the team: balance is off each team's own; compare teams by the busiest book"
)


@dataclass(frozen=True, kw_only=True)
class Swept:
    """The scenarios of a sweep that were solved, by number."""

    axes: tuple[Axis, ...]
    outcomes: tuple[Outcome, ...]
    asked: int
    """Scenarios that were to be solved; more than the outcomes where it was stopped."""
    total: int
    """Combinations that the axes span."""
    seed: int
    origin: str
    """`proof.digest` of the scenario that was varied."""
    seconds: float
    ended: str = ""
    """Why it ended before all were solved, in words; nothing where they were."""


def axes_of(planner: Planner, varied: Sequence[str]) -> tuple[Axis, ...]:
    """Read what varies, as `KEY=VALUES`.

    Raises `SweepError` for what means nothing, comes twice, or changes nothing because its rule is off, and
    `PolicyError` for a value that no policy takes.
    """
    axes = tuple(read_axis(one, planner.portfolio) for one in varied)
    keys = [axis.key for axis in axes]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise SweepError(f"{twice} varies twice; put all its values into one")
    if not axes:
        raise SweepError("a sweep varies at least one thing, such as continuity=10,20,40")
    policy = planner.state.policy
    check_effect(policy, axes)
    for axis in axes:
        for value in axis.values:
            varied_policy(policy, {axis.key: value})
    return axes


def roster_varies(axes: Iterable[str]) -> bool:
    """Whether scenarios with these axes differ in who is on the team, and so in every target."""
    return not {LEAVES, JOINS}.isdisjoint(axes)


def usual_figure(axes: Iterable[str]) -> str:
    """The figure to hold against moves: the workload's balance; between teams one on the same yardstick."""
    return "busiest" if roster_varies(axes) else "workload_balance"


def run(
    planner: Planner,
    axes: Sequence[Axis],
    *,
    most: int = MOST,
    seed: int | None = None,
    processes: int | None = None,
    scheduler: str | None = None,
    careful: bool = False,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> Swept:
    """Solve the scenarios, on this machine's cores or a Dask cluster; Ctrl-C keeps what is done.

    `careful` takes longer for each, for better plans and smaller gaps. `tell` hears how many are done of how
    many. What is done is kept where a worker is ended, too. Raises `SweepError` or `PolicyError`.
    """
    from bookshift_model.sweep.run import sweep  # noqa: PLC0415  (only what sweeps loads the solver's parts)

    began, origin = time.monotonic(), digest(planner)
    seed = planner.state.policy.seed if seed is None else seed
    effort: Effort = "standard" if careful else "brief"
    numbers = drawn(axes, most, seed)
    base = Base(portfolio=planner.portfolio, policy=planner.state.policy, decisions=planner.state.decisions)
    done: list[Outcome] = []
    tell(0, len(numbers))
    ended = ""
    try:
        with _executor(processes, scheduler) as (executor, workers):
            for part in sweep(base, axes, numbers, executor, seed=seed, workers=workers, effort=effort):
                done += part
                tell(len(done), len(numbers))
    except KeyboardInterrupt:
        ended = _STOPPED
    except BrokenExecutor as error:
        if not done:
            raise SweepError(_NO_WORKER) from error
        ended = _LOST
    return Swept(
        axes=tuple(axes),
        outcomes=tuple(sorted(done, key=lambda one: one.number)),
        asked=len(numbers),
        total=combinations(axes),
        seed=seed,
        origin=origin,
        seconds=time.monotonic() - began,
        ended=ended,
    )


@contextlib.contextmanager
def _executor(
    processes: int | None, scheduler: str | None
) -> Iterator[tuple[concurrent.futures.Executor, int]]:
    if scheduler is not None:
        from bookshift_model.sweep.cluster import cluster  # noqa: PLC0415  (few machines have one)

        with cluster(scheduler) as found:
            yield found
        return
    from bookshift_model.sweep.run import local_pool  # noqa: PLC0415  (only what sweeps loads the solver's parts)

    workers = processes or os.cpu_count() or 1
    with local_pool(workers) as pool:
        yield pool, workers


def record(swept: Swept) -> dict[str, Any]:
    """The sweep as JSON values."""
    return {
        "axes": {axis.key: list(axis.values) for axis in swept.axes},
        "combinations": swept.total,
        "asked": swept.asked,
        "seed": swept.seed,
        "seconds": swept.seconds,
        "ended": swept.ended,
        "origin": swept.origin,
        "figures": {one.id: {"name": one.name, "unit": one.unit} for one in FIGURES.values()},
        "scenarios": [
            {
                "number": one.number,
                "choice": dict(one.choice),
                "points": one.points,
                "soft_points": one.soft_points,
                "bound": one.bound,
                "unavoidable": one.unavoidable,
                "gap": one.gap,
                "figures": {key: _finite(value) for key, value in one.figures.items()},
                "broken": dict(one.broken),
                "notes": list(one.notes),
                "moves": dict(one.moves),
                "certificate": one.certificate.to_record(),
            }
            for one in swept.outcomes
        ],
    }


def told(swept: Swept, portfolio: Portfolio, x: str, y: str) -> str:
    """What came of it: how many keep the rules, how good they are proven, the trade-off of two figures."""
    if not swept.outcomes:
        return "no scenario was solved before the sweep was stopped"
    gaps = sorted(math.inf if one.gap is None else one.gap for one in swept.outcomes)
    kept = sum(not one.broken for one in swept.outcomes)
    best = front(swept.outcomes, x, y)
    drawn_ = "" if swept.total == swept.asked else f", drawn from {count(swept.total)} combinations"
    stopped = f" of {count(swept.asked)}, {swept.ended}," if swept.ended else ""
    took = f"{swept.seconds:,.0f} s"
    lines = [
        f"{numbered(len(swept.outcomes), 'scenario')}{stopped}{drawn_} in {took}; seed {swept.seed}",
        f"every hard rule kept in {count(kept)}, some broken in {count(len(swept.outcomes) - kept)}",
        f"proven gap: {_spread(gaps)}",
        "differences smaller than the gaps are not proven",
        *([OWN_TARGETS] if roster_varies(axis.key for axis in swept.axes) else []),
        "",
        f"Trade-off of {_named(x)} against {_named(y)}: no scenario beats these in both",
    ]
    rows = [
        (
            str(one.number),
            in_words(one.choice, portfolio),
            f"{one.figures[x]:,.6g}",
            f"{one.figures[y]:,.6g}",
            percent(one.gap, 2),
            ", ".join(f"{name} ×{times}" for name, times in one.broken.items()) or "kept",
        )
        for one in _thinned(best)
    ]
    head = ("scenario", "what varies", FIGURES[x].id, FIGURES[y].id, "gap", "hard rules")
    return "\n".join([*lines, table(head, rows)])


def _spread(gaps: Sequence[float]) -> str:
    """Of gaps in rising order: one, the middle and the most, or of many the middle and nearly all."""
    if len(gaps) == 1:
        return percent(gaps[0], 2)
    middle = f"median {percent(statistics.median(gaps), 2)}"
    if len(gaps) < _MANY:
        return f"{middle}, at most {percent(gaps[-1], 2)}"
    return f"{middle}, 95 of 100 within {percent(gaps[int(0.95 * len(gaps))], 2)}"


def written(swept: Swept, folder: Path, *, overwrite: bool) -> str:
    """Write every scenario with its exact figures as `sweep.csv`; raises `ExportError`."""
    name = "sweep.csv"
    sheet = sweep_sheet(swept.axes, swept.outcomes)
    write_files(folder, {name: sheet.to_csv()}, overwrite=overwrite)
    return name


def _thinned(best: list[Outcome]) -> list[Outcome]:
    """At most a screenful of a long trade-off, its ends among them."""
    if len(best) <= _SHOWN:
        return best
    return [best[round(at * (len(best) - 1) / (_SHOWN - 1))] for at in range(_SHOWN)]


def _named(figure: str) -> str:
    return f"{FIGURES[figure].name} ({FIGURES[figure].unit})"


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None
