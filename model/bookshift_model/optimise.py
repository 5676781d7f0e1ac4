"""Find a plan and prove how good it is: a good one early, then better ones until the gap is closed.

1. The plan at hand, repaired where decisions no longer allow it.
2. The linear relaxation: a bound over all pairs. A plan within the gap is returned as it is.
3. The plan at hand improved by moves and swaps; where that leaves much to gain, the rounded relaxation too.
4. Neighbourhoods: a few books freed, the rest held, searched by branch and bound.
5. Every pair that a plan beyond the gap could use, searched to the gap or to proof.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from bookshift_model.gaps import EQUAL, gap_of, improvement_gap_of, tolerance
from bookshift_model.improve import Improver
from bookshift_model.relax import cheapest, relax, with_choice
from bookshift_model.score import value
from bookshift_model.search import Search, neighbourhoods
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.problem import Problem
    from bookshift_model.relax import Relaxation
    from bookshift_model.terms import Indices

Status: TypeAlias = Literal["optimal", "gap_reached", "stopped", "time"]

_NEAR: Final = 0.10
"""A plan at hand that moves bring within this gap is worth swaps."""
_WARM: Final = 0.02
"""A plan at hand that swaps bring within this gap is kept close to."""
_SMALL: Final = 6_000
"""Eligible pairs up to which one search over all that matters beats neighbourhoods."""
_BOOKS: Final = 5
"""Books in a neighbourhood."""
_NODES: Final = 100
"""Nodes of a search in a neighbourhood."""
_PAIRS: Final = 10_000
"""Pairs in the first search for proof."""
_LITTLE: Final = 0.1
"""Share of what is open that a round over all books must bring for another one."""
_CANDIDATES: Final = 3
"""Pairs of each unit in a neighbourhood, by reduced cost."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """News from a solve; with an assignment when there is a better plan."""

    phase: str
    bound: float | None
    gap: float | None
    points: float | None
    assignment: Indices | None
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a solve ended: why it stopped, the best plan, and what is proven about it."""

    status: Status
    assignment: Indices
    points: float
    """`score.value` of the assignment."""
    bound: float | None
    """No plan on eligible pairs, units whole, has fewer points; ``None`` where that was not known yet.

    A plan on other pairs breaks a decision or a hard rule that could be kept. It may have fewer points where
    that spares a worse breach elsewhere; such plans are not looked for.
    """
    gap: float | None
    improvement_gap: float | None
    """Share of the possible improvement over today that is still open."""
    points_baseline: float
    seconds: float
    cpu_seconds: float


def optimise(
    problem: Problem,
    start: Indices,
    *,
    gap: float,
    seconds: float | None = None,
    seed: int = 1,
    on_event: Callable[[Progress], None] = lambda _progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    known_bound: float | None = None,
) -> Result:
    """Solve from a plan (n,) of CSM positions, −1 for none; it comes back unchanged if it is within the gap.

    `seconds` is wall time; `known_bound` is what an earlier solve of the same problem proved: it can only
    tell that the plan at hand is good enough, so that what was solved before never leads to another plan.
    The result is the same for the same input and seed unless the clock or a cancel ended the solve. Events
    come from the calling thread.
    """
    solve = _Solve(
        problem,
        gap=gap,
        seconds=seconds,
        seed=seed,
        on_event=on_event,
        cancelled=cancelled,
        known=known_bound,
    )
    return solve.run(start)


class _Done(Exception):  # noqa: N818  (not an error: it unwinds the stages)
    """The gap is reached, or the clock or a cancel says stop."""


class _Solve:
    """One solve: the best so far, the bound, and the stages that move the two together."""

    def __init__(
        self,
        problem: Problem,
        *,
        gap: float,
        seconds: float | None,
        seed: int,
        on_event: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        known: float | None,
    ) -> None:
        self.problem = problem
        self.gap, self.seconds, self.seed = gap, seconds, seed
        self.on_event, self.cancelled = on_event, cancelled
        self.began, self.cpu_began = time.monotonic(), time.process_time()
        self.units = Units.of_problem(problem)
        self.improver = Improver(self.units)
        self.start: Indices = problem.baseline
        self.start_points = np.inf
        self.best: Indices = problem.baseline
        self.points = np.inf
        self.known = known
        self.bound: float | None = None
        self.phase = "repair"

    def run(self, start: Indices) -> Result:
        """Go through the stages until one of them is enough."""
        with contextlib.suppress(_Done):
            self._stages(start)
        start_gap = gap_of(self.start_points, self.bound)
        if start_gap is not None and start_gap <= self.gap:
            # What was asked for was there from the start: nothing moves for less than that.
            self.best, self.points = self.start, self.start_points
        else:
            self._offer(self.improver.settle(self._choice()), equal=True)
        baseline = value(self.problem, self.problem.baseline)
        return Result(
            status=self._status(),
            assignment=self.best,
            points=self.points,
            bound=self.bound,
            gap=gap_of(self.points, self.bound),
            improvement_gap=improvement_gap_of(self.points, self.bound, baseline),
            points_baseline=baseline,
            seconds=time.monotonic() - self.began,
            cpu_seconds=time.process_time() - self.cpu_began,
        )

    # ---- the stages

    def _stages(self, start: Indices) -> None:
        choice = self._take(start)
        self._check()
        self.phase = "relaxation"
        relaxation = relax(self.units, self._must_stop, seed=self.seed)
        if relaxation is None:
            raise _Done
        self._prove(relaxation.bound)
        self._check()
        self.phase = "first plan"
        warm = self._first_plan(choice, relaxation)
        self.phase = "improving"
        changed = np.flatnonzero(choice != start[self.units.lead]) if warm else np.array([], dtype=np.int64)
        self._improve(relaxation, np.unique(np.append(choice[changed], start[self.units.lead][changed])))
        self.phase = "polishing"
        self._close(relaxation)

    def _take(self, start: Indices) -> Indices:
        """The plan at hand as a choice: unchanged where decisions allow it, else repaired."""
        choice = self.improver.complete(start[self.units.lead])
        gap = gap_of(value(self.problem, self.units.expand(choice)), self.known)
        if gap is not None and gap <= self.gap:
            self.bound = self.known
        self._offer(choice)
        self.start, self.start_points = self.best, self.points
        return choice

    def _first_plan(self, choice: Indices, relaxation: Relaxation) -> bool:
        """Improve the plan at hand, or else the rounded relaxation; whether the plan at hand will do."""
        self._descend(choice, within=_NEAR)
        warm = (gap_of(self.points, self.bound) or 0.0) <= _WARM
        if not warm:
            # On large problems a search around the relaxation does more in less time than swaps.
            self._descend(self._rounded(relaxation), within=1.0 if self._small() else 0.0)
        return warm

    def _small(self) -> bool:
        return int(self.units.eligible.sum()) <= _SMALL

    def _descend(self, choice: Indices, *, within: float) -> None:
        """Improve by moves, and by swaps where moves lead within a gap."""
        moved = self.improver.descend(choice, self._must_stop, swaps=False)
        self._offer(moved)
        self._check()
        points = value(self.problem, self.units.expand(moved))
        if (gap_of(points, self.bound) or 0.0) <= within:
            self._offer(self.improver.descend(moved, self._must_stop))
            self._check()

    def _rounded(self, relaxation: Relaxation) -> Indices:
        """Keep what the relaxation gives to one CSM; place the rest one by one, each where it costs least."""
        sure = relaxation.part.max(axis=1) > 1 - EQUAL
        return self.improver.complete(np.where(sure, relaxation.part.argmax(axis=1), -1))

    def _improve(self, relaxation: Relaxation, first: Indices) -> None:
        """Search neighbourhoods until a round over all books brings little; if small, the first only."""
        small = self._small()
        first = first[first >= 0]
        if small and not len(first):
            return
        near = cheapest(relaxation.reduced, _CANDIDATES) & self.units.eligible
        near = with_choice(near, np.where(self._keeps_owner(), self.units.owner, -1))
        search = Search(self.units, with_choice(near, self._choice()), seed=self.seed)

        def look(free: NDArray[bool_], nodes: int = _NODES) -> None:
            search.run(
                self._choice(), free, gap=self.gap / 50, nodes=nodes, stop=self._enough, found=self._offer
            )
            self._check()

        if not len(first):
            unsure = relaxation.part.max(axis=1) < 1 - EQUAL
            look(unsure | (relaxation.part.argmax(axis=1) != self._choice()), 5 * _NODES)
            self._descend(self._choice(), within=1.0)
        before = self.points
        for round_ended, free in neighbourhoods(
            relaxation.reduced, self._choice, self._dearest, books=_BOOKS, first=first
        ):
            look(free)
            if small or (round_ended and before - self.points <= _LITTLE * (self.points - relaxation.bound)):
                return
            if round_ended:
                before = self.points

    def _dearest(self) -> Indices:
        return self.improver.dearest(self._choice())

    def _keeps_owner(self) -> NDArray[bool_]:
        """(k,) whether a unit may stay with today's owner."""
        owner = self.units.owner
        stays: NDArray[bool_] = (owner >= 0) & self.units.eligible[
            np.arange(self.units.k), np.maximum(owner, 0)
        ]
        return stays

    def _close(self, relaxation: Relaxation) -> None:
        """Search every pair that a plan better than the gap asks for could use, the likeliest first.

        A plan with any other pair has at least `limit` points, so the lesser of `limit` and the bound of
        this search holds for all plans.
        """
        everything = np.ones(self.units.k, dtype=bool)
        reduced = np.sort(relaxation.reduced[self.units.eligible])
        size = _PAIRS
        while True:
            limit = self.points - self.gap * abs(self.points) + tolerance(self.points)
            if size < len(reduced):
                limit = min(limit, relaxation.bound + float(reduced[size]))
            pairs = self.units.eligible & (relaxation.bound + relaxation.reduced <= limit)
            search = Search(self.units, with_choice(pairs, self._choice()), seed=self.seed)
            ended = search.run(
                self._choice(), everything, gap=0.999 * self.gap, nodes=None, stop=self._enough,
                found=self._offer, bounded=partial(self._prove_within, limit),
            )  # fmt: skip
            self._prove_within(limit, ended.bound)
            self._check()
            if size >= len(reduced):
                return
            size *= 2

    # ---- the best so far

    def _choice(self) -> Indices:
        return self.best[self.units.lead]

    def _offer(self, choice: Indices, *, equal: bool = False) -> None:
        """Judge a choice and keep it if it is better, or as good where `equal` is asked for."""
        assignment = self.units.expand(choice)
        points = value(self.problem, assignment)
        margin = tolerance(points)
        better = points < self.points - margin
        if better or (equal and points <= self.points + margin):
            self.best, self.points = assignment, points
            if better:
                self._tell(assignment)

    def _prove_within(self, limit: float, bound: float) -> None:
        """Raise the bound by one that holds for plans below a limit."""
        self._prove(min(bound, limit))

    def _prove(self, bound: float) -> None:
        """Raise the bound; a bound above a plan in hand is the solver's tolerance, so the plan is it."""
        bound = min(bound, self.points)
        if np.isfinite(bound) and (self.bound is None or bound > self.bound):
            self.bound = bound
            self._tell(None)

    def _tell(self, assignment: Indices | None) -> None:
        points = float(self.points)
        self.on_event(
            Progress(
                phase=self.phase, bound=self.bound, gap=gap_of(points, self.bound), points=points,
                assignment=assignment, seconds=time.monotonic() - self.began,
            )
        )  # fmt: skip

    # ---- when to stop

    def _late(self) -> bool:
        return self.seconds is not None and time.monotonic() - self.began >= self.seconds

    def _must_stop(self) -> bool:
        return self.cancelled() or self._late()

    def _reached(self) -> bool:
        gap = gap_of(self.points, self.bound)
        return gap is not None and gap <= self.gap

    def _enough(self) -> bool:
        return self._reached() or self._must_stop()

    def _check(self) -> None:
        if self._enough():
            raise _Done

    def _status(self) -> Status:
        if self._reached():
            return "optimal" if gap_of(self.points, self.bound) == 0 else "gap_reached"
        return "time" if self._late() and not self.cancelled() else "stopped"
