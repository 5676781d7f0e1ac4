"""Solve the scenarios of a sweep on any executor: a pool of local processes, or a cluster's.

Every scenario is solved by itself, from the same base and seed: its outcome does not depend on which worker
takes it, nor on how many there are.
"""

from __future__ import annotations

import concurrent.futures
import math
import multiprocessing
import os
import sys
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from bookshift_model.data import Data
from bookshift_model.parent import OWNER
from bookshift_model.problem import build
from bookshift_model.proven import certificate_of
from bookshift_model.score import score
from bookshift_model.sweep.axes import JOINS, LEAVES, NOBODY, Axis, choice
from bookshift_model.sweep.outcome import FIGURES, Outcome, broken_rules
from bookshift_model.sweep.variation import Base, varied_policy, varied_roster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

    from bookshift_model.start.engine import Effort

_MOST_TOGETHER: Final = 10
"""Scenarios that a worker takes at once, so that progress shows."""
_SHARES: Final = 8
"""Parts for each worker, so that none waits long for the last."""


def local_pool(processes: int | None = None) -> concurrent.futures.Executor:
    """A pool of processes on this machine, one for each core where not said; they end with this process.

    The thread that gives the first pool work is to live as long as any (`tie_to_parent`).
    """
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    return concurrent.futures.ProcessPoolExecutor(
        processes or os.cpu_count(), mp_context=_context(), initializer=_begin
    )


def _context() -> BaseContext:
    """How workers start: on Linux forked from one process that has loaded everything."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    os.environ[OWNER] = str(os.getpid())
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["bookshift_model.sweep.ready", __name__])
    return context


def sweep(
    base: Base,
    axes: Sequence[Axis],
    numbers: Sequence[int],
    executor: concurrent.futures.Executor,
    *,
    seed: int,
    workers: int,
    effort: Effort = "brief",
) -> Iterator[list[Outcome]]:
    """Solve the scenarios of these numbers; yields them in parts, as they are done.

    Raises `SweepError` or `PolicyError` for a scenario that cannot be, and `BrokenExecutor` where no worker
    can start; when the caller stops listening, what has not begun is left undone.
    """
    text = base.to_json()
    # Scenarios of one roster next to each other: a worker makes its arrays once.
    ordered = sorted(numbers, key=lambda number: (*_roster(choice(axes, number)), number))
    futures: list[concurrent.futures.Future[list[Outcome]]] = []
    try:
        for part in _parts(ordered, workers):
            # One by one: whatever stops this, those before are cancelled.
            futures += [_submitted(executor, text, tuple(axes), part, seed, effort)]
        for future in concurrent.futures.as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _submitted(executor: concurrent.futures.Executor, *work: Any) -> concurrent.futures.Future[list[Outcome]]:
    try:
        return executor.submit(outcomes, *work)
    except (EOFError, ConnectionError) as error:
        msg = "the process that workers are forked from was ended"
        raise concurrent.futures.BrokenExecutor(msg) from error


def _parts(numbers: Sequence[int], workers: int) -> Iterator[Sequence[int]]:
    """Cut the work: one scenario for each worker first, so that something shows soon, then more."""
    most = max(1, min(_MOST_TOGETHER, math.ceil(len(numbers) / (workers * _SHARES))))
    size, at, given = 1, 0, 0
    while at < len(numbers):
        yield numbers[at : at + size]
        at, given = at + size, given + 1
        if given % workers == 0:
            size = min(most, 2 * size)


def outcomes(
    base: str, axes: Sequence[Axis], numbers: Sequence[int], seed: int, effort: Effort = "brief"
) -> list[Outcome]:
    """Solve some scenarios of a sweep here; `base` is what `Base.to_json` made."""
    return [_outcome(base, choice(axes, number), number, seed, effort) for number in numbers]


def _outcome(base: str, chosen: Mapping[str, str], number: int, seed: int, effort: Effort) -> Outcome:
    from bookshift_model.start.engine import first_plan  # noqa: PLC0415  (loads machine code: workers only)

    known = _base(base)
    policy = varied_policy(known.policy, chosen)
    data = _data(base, *_roster(chosen))
    problem = build(data, policy)
    found = first_plan(problem, seed=seed, start=problem.baseline, effort=effort)
    card = score(problem, found.assignment)
    return Outcome(
        number=number,
        choice=chosen,
        points=card.points,
        soft_points=card.points - sum(one.points for one in card.broken),
        bound=found.bound,
        certificate=certificate_of(problem, found.prices),
        moves={
            data.accounts[one.account].id: data.csms[one.csm_to].id for one in card.moves if one.csm_to >= 0
        },
        figures={figure.id: figure.of(card) for figure in FIGURES.values()},
        broken=broken_rules(card),
        notes=problem.notes,
    )


@lru_cache(maxsize=1)
def _base(text: str) -> Base:
    return Base.from_json(text)


def _roster(chosen: Mapping[str, str]) -> tuple[str, str]:
    """Who leaves and who joins."""
    return chosen.get(LEAVES, NOBODY), chosen.get(JOINS, NOBODY)


@lru_cache(maxsize=2)
def _data(base: str, leaves: str, joins: str) -> Data:
    """The arrays of one roster, which all its scenarios share."""
    known = _base(base)
    roster = varied_roster(known.portfolio, {LEAVES: leaves, JOINS: joins})
    return Data(roster, known.policy.formulas, known.decisions)


def _begin() -> None:
    """Have the machine code ready before the first scenario, and end with the pool's owner."""
    owner = multiprocessing.parent_process()
    if owner is not None:
        threading.Thread(target=_end_with, args=(owner,), daemon=True).start()
    from bookshift_model.sweep.ready import TROUBLE  # noqa: PLC0415  (loads machine code: workers only)

    if TROUBLE is not None:
        raise TROUBLE


def _end_with(owner: BaseProcess) -> None:
    """End when the owner does: a worker is mostly a child of the process that it was forked from."""
    owner.join()
    os._exit(1)
