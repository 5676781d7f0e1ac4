"""Find a plan and prove how good it is: a good one at once, then better ones until the gap is closed.

All accounts anew:
1. The plan at hand, repaired where decisions no longer allow it.
2. The start engine: a plan close to the best, and prices that bound all plans. A plan at hand that they prove
   to be within the gap is returned as it is.
3. Neighbourhoods: a few books freed, the rest held, searched by branch and bound.
4. Every pair that a plan beyond the gap could use, searched to the gap or to proof.

After a change: `mend`, which moves few accounts besides.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from bookshift_model.certificate import Certificate, Priced, price
from bookshift_model.gaps import EQUAL, gap_of, improvement_gap_of, tolerance
from bookshift_model.improve import Improver
from bookshift_model.proven import plan_again, plan_anew, prices_of
from bookshift_model.readying import Readying
from bookshift_model.score import value
from bookshift_model.units import Units, cheapest, with_choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices

Status: TypeAlias = Literal["optimal", "gap_reached", "stopped", "time"]

_WIDE: Final = 0.02
"""A gap of the engine's plan that makes the linear relaxation worth its time."""
_SMALL: Final = 6_000
"""Eligible pairs up to which one search over all that matters beats neighbourhoods without the engine,"""
_LARGE: Final = 50_000
"""and with it."""
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
_STAY: Final = 0.1
"""Points that each account must gain that moves because of a change, besides those that were changed."""
_EXACT: Final = (1, 2, 4)
"""Books counted exactly for a higher bound."""
_READYING: Final = Readying()


@dataclass(frozen=True, kw_only=True)
class Change:
    """What was changed in a plan that is to stay as it is otherwise."""

    accounts: Indices
    """Positions of the accounts that were decided on or moved; none where the policy was changed."""
    held: Indices
    """Those among them that are to stay where they are, though no decision says so."""
    most: int
    """How many others may move."""
    prices: Certificate | None = None
    """Prices for about this problem, to begin with."""


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
    """`stopped` also where what a change touches was planned anew, and the gap asked for takes more."""
    assignment: Indices
    points: float
    """`score.value` of the assignment."""
    bound: float | None
    """No plan has fewer points; ``None`` where that was not known yet."""
    gap: float | None
    improvement_gap: float | None
    """Share of the possible improvement over today that is still open."""
    points_baseline: float
    certificate: Certificate | None
    """Prices that prove most of the bound: `certificate.lower_bound`."""
    note: str
    """A sentence where the solve went otherwise than it should."""
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
    change: Change | None = None,
    readying: Readying = _READYING,
) -> Result:
    """Solve from a plan (n,) of CSM positions, −1 for none; it comes back unchanged if it is within the gap.

    `seconds` is wall time; `known_bound` is what an earlier solve of the same problem proved: it can only
    tell that the plan at hand is good enough, so that what was solved before never leads to another plan.
    With a `change`, few accounts move besides those that were changed, and only what the change touches is
    searched. The result is the same for the same input and seed unless the clock or a cancel ended the solve.
    Events come from the calling thread.
    """
    solve = _Solve(
        problem,
        gap=gap,
        seconds=seconds,
        seed=seed,
        on_event=on_event,
        cancelled=cancelled,
        known=known_bound,
        change=change,
        readying=readying,
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
        change: Change | None,
        readying: Readying,
    ) -> None:
        self.problem = problem
        self.gap, self.seconds, self.seed = gap, seconds, seed
        self.on_event, self.cancelled = on_event, cancelled
        self.began, self.cpu_began = time.monotonic(), time.process_time()
        self.units = Units.of_problem(problem)
        self.improver = Improver(self.units)
        self.given = problem.given
        self.start: Indices = problem.baseline
        self.start_points = np.inf
        self.best: Indices = problem.baseline
        self.points = np.inf
        self.known = known
        self.change = change
        self.readying = readying
        self.bound: float | None = None
        self.certificate: Certificate | None = None
        self.exhausted = False
        """Whether every pair was searched to the gap, as far as the solver's arithmetic goes."""
        self.phase = "repair"

    def run(self, start: Indices) -> Result:
        """Go through the stages until one of them is enough."""
        with contextlib.suppress(_Done):
            self._stages(start)
        start_gap = gap_of(self.start_points, self.bound)
        if start_gap is not None and start_gap <= self._asked(self.start_points):
            # What was asked for was there from the start: nothing moves for less than that.
            self.best, self.points = self.start, self.start_points
        elif self.change is None:
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
            certificate=self.certificate,
            note=self.readying.trouble,
            seconds=time.monotonic() - self.began,
            cpu_seconds=time.process_time() - self.cpu_began,
        )

    # ---- the stages

    def _stages(self, start: Indices) -> None:
        choice = self._take(start)
        self._check()
        self.phase = "first plan"
        guide = self._from_engine(start) if self.readying.wait(self._must_stop) else None
        self._check()
        if guide is None:
            guide = self._without_engine(choice)
        elif self._open() > _WIDE and self.change is None:
            guide = max(guide, self._relaxed(guide.reduced), key=lambda one: one.bound)
        self._check()
        if self.change is not None:
            self.phase = "repairing"
            self._mend(guide, self.change)
            self._check()
            self.phase = "proving"
            self._tighten(guide)
            return
        if not self.readying.trouble:
            self.phase = "proving"
            self._tighten(guide)
        if int(self.units.eligible.sum()) > (_SMALL if self.readying.trouble else _LARGE):
            self.phase = "improving"
            self._improve(guide)
        self.phase = "polishing"
        self._close(guide)

    def _take(self, start: Indices) -> Indices:
        """The plan at hand as a choice: unchanged where decisions allow it, else repaired."""
        choice = self.improver.complete(start[self.units.lead])
        points = value(self.problem, self.units.expand(choice))
        gap = gap_of(points, self.known)
        if gap is not None and gap <= self._asked(points):
            self.bound = self.known
        self._offer(choice)
        self.start, self.start_points = self.best, self.points
        return choice

    def _from_engine(self, start: Indices) -> Priced:
        """The engine's plan, and what its prices prove."""
        if self.change is None:
            plan, prices = plan_anew(self.problem, start, self.seed)
        else:
            known = self.change.prices or prices_of(self.problem, self.seed)
            plan, prices = plan_again(self.problem, self.best, self._staying(start), known, self.seed)
        self.certificate = prices
        self._prove(plan.bound)
        self._offer(plan.assignment[self.units.lead])
        return price(self.units, prices)

    def _staying(self, start: Indices) -> Indices:
        """Accounts that the engine leaves where they are: those held, decided on, or just sent elsewhere."""
        if self.change is None:
            return np.zeros(0, dtype=np.int64)
        touched = self.change.accounts
        decided = touched[~self.problem.movable[touched]]
        return np.unique(np.concatenate([self.change.held, decided, np.flatnonzero(self.start != start)]))

    def _relaxed(self, near: Floats | None = None) -> Priced:
        """What the linear relaxation proves."""
        from bookshift_model.relax import relax  # noqa: PLC0415  (loads Pyomo and HiGHS)

        found = relax(self.units, self._must_stop, seed=self.seed, near=near)
        if found is None:
            raise _Done
        if self.bound is None or found.bound > self.bound:
            self.certificate = found.certificate
        self._prove(found.bound)
        return found

    def _without_engine(self, choice: Indices) -> Priced:
        """The relaxation; and the better of the plan at hand and the rounded one, improved by moves."""
        found = self._relaxed()
        self._check()
        unsure = np.count_nonzero(found.reduced <= EQUAL, axis=1) > 1
        rounded = self.improver.complete(np.where(unsure, -1, found.reduced.argmin(axis=1)))
        for one in (choice, rounded):
            self._offer(self.improver.descend(one, self._must_stop))
        return found

    def _open(self) -> float:
        return gap_of(self.points, self.bound) or 0.0

    def _tighten(self, guide: Priced) -> None:
        """Count more and more books exactly, those first that cost most beyond the bound, while that pays."""
        from bookshift_model.tighten import beyond, bound_with  # noqa: PLC0415

        excess = beyond(self.units, guide, self._choice())
        order = np.argsort(-excess, kind="stable")
        for number in _EXACT:
            if number >= self.units.m or not self.units.k:
                return
            before, open_still = self.bound or -np.inf, self.points - (self.bound or -np.inf)
            self._prove(
                bound_with(
                    self.units, guide, order[:number], self.points, seed=self.seed, stop=self._must_stop
                )
            )
            self._check()
            if (self.bound or -np.inf) - before <= _LITTLE * open_still:
                return

    def _improve(self, guide: Priced) -> None:
        """Search neighbourhoods until a round over all books brings little."""
        from bookshift_model.search import Search, neighbourhoods  # noqa: PLC0415

        near = cheapest(guide.reduced, _CANDIDATES) & self.units.eligible
        near = with_choice(near, np.where(self._keeps_owner(), self.units.owner, -1))
        search = Search(self.units, with_choice(near, self._choice()), seed=self.seed)
        before = self.points
        for round_ended, free in neighbourhoods(guide.reduced, self._choice, self._dearest, books=_BOOKS):
            search.run(
                self._choice(),
                free,
                gap=self._asked(self.points) / 50,
                nodes=_NODES,
                stop=self._enough,
                found=self._offer,
            )
            self._check()
            if round_ended:
                if before - self.points <= _LITTLE * (self.points - guide.bound):
                    return
                before = self.points

    def _mend(self, guide: Priced, change: Change) -> None:
        """Search around what was changed."""
        from bookshift_model.mend import mend  # noqa: PLC0415

        before = self.start[self.units.lead]
        touched = np.concatenate(
            [of[change.accounts] for of in (self.start, self.problem.baseline, self.best)]
        )
        centres = np.unique(touched[touched >= 0])
        mend(
            self.units, guide.reduced, before, centres, np.unique(self.units.of[change.held]), price=_STAY,
            changes=change.most + len(change.accounts),
            seed=self.seed, gap=self._asked(self.points) / 50, current=self._choice, stop=self._enough,
            found=self._offer,
        )  # fmt: skip

    def _dearest(self) -> Indices:
        return self.improver.dearest(self._choice())

    def _keeps_owner(self) -> NDArray[bool_]:
        """(k,) whether a unit may stay with today's owner."""
        owner = self.units.owner
        stays: NDArray[bool_] = (owner >= 0) & self.units.eligible[
            np.arange(self.units.k), np.maximum(owner, 0)
        ]
        return stays

    def _close(self, guide: Priced) -> None:
        """Search every pair that a plan better than the gap asks for could use, the likeliest first.

        A plan with any other pair has at least `limit` points, so the lesser of `limit` and the bound of
        this search holds for all plans.
        """
        from bookshift_model.search import Search  # noqa: PLC0415

        everything = np.ones(self.units.k, dtype=bool)
        reduced = np.sort(guide.reduced[self.units.eligible])
        size = _PAIRS
        while True:
            limit = self.points - self._asked(self.points) * abs(self.points) + tolerance(self.points)
            if size < len(reduced):
                limit = min(limit, guide.bound + float(reduced[size]))
            pairs = self.units.eligible & (guide.bound + guide.reduced <= limit)
            search = Search(self.units, with_choice(pairs, self._choice()), seed=self.seed)
            ended = search.run(
                self._choice(), everything, gap=0.999 * self._asked(self.points), nodes=None,
                stop=self._enough, found=self._offer, bounded=partial(self._prove_within, limit),
            )  # fmt: skip
            self._prove_within(limit, ended.bound)
            self._check()
            if size >= len(reduced):
                self.exhausted = ended.finished
                return
            size *= 2

    # ---- the best so far

    def _choice(self) -> Indices:
        return self.best[self.units.lead]

    def _worth(self, assignment: Indices, points: float) -> float:
        """Points, and after a change the price of what moves besides."""
        if self.change is None or self.start_points == np.inf:
            return points
        return points + _STAY * float(np.count_nonzero(assignment != self.start))

    def _moves_too_many(self, assignment: Indices) -> bool:
        if self.change is None or self.start_points == np.inf:
            return False
        most = self.change.most + len(self.change.accounts)
        return bool(np.count_nonzero(assignment != self.start) > most)

    def _offer(self, choice: Indices, *, equal: bool = False) -> None:
        """Judge a choice and keep it if it is better, or as good where `equal` is asked for."""
        assignment = self.units.expand(choice)
        points = value(self.problem, assignment)
        if self._moves_too_many(assignment):
            return
        margin = tolerance(points)
        worth, known = self._worth(assignment, points), self._worth(self.best, self.points)
        better = worth < known - margin
        if better or (equal and worth <= known + margin):
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
        return gap is not None and gap <= self._asked(self.points)

    def _asked(self, points: float) -> float:
        """The gap asked for, less where the points of rules that nobody can keep would make it easy."""
        return self.gap * abs(points - self.given) / max(abs(points), EQUAL)

    def _enough(self) -> bool:
        return self._reached() or self._must_stop()

    def _check(self) -> None:
        if self._enough():
            raise _Done

    def _status(self) -> Status:
        if self._reached():
            return "optimal" if gap_of(self.points, self.bound) == 0 else "gap_reached"
        if self.exhausted:
            # What is left is the solver's arithmetic, where prices of rules are beyond its precision.
            return "gap_reached" if self.gap > 0 else "optimal"
        return "time" if self._late() and not self.cancelled() else "stopped"
