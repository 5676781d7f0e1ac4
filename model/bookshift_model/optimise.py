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
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.best import STAY, Best, Done
from bookshift_model.certificate import Certificate, Priced, price
from bookshift_model.gaps import EQUAL, improvement_gap_of, tolerance
from bookshift_model.improve import Improver
from bookshift_model.proven import bound_of, plan_again, plan_anew, prices_of
from bookshift_model.readying import Readying
from bookshift_model.score import value
from bookshift_model.unavoidable import unavoidable
from bookshift_model.units import Units, cheapest, with_choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.best import Change, Progress, Status
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices

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
_EXACT: Final = (1, 2, 4)
"""Books counted exactly for a higher bound."""
_READYING: Final = Readying()


@dataclass(frozen=True, kw_only=True)
class Result:
    """How a solve ended: why it stopped, the best plan, and what is proven about it."""

    status: Status
    assignment: Indices
    points: float
    """`score.value` of the assignment."""
    bound: float | None
    """No plan has fewer points; ``None`` where that was not known yet."""
    unavoidable: float
    """Points of hard rules that no plan can spare, as far as that is proven."""
    gap: float | None
    """`gaps.gap_of` of these three."""
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
    cpu_began = time.process_time()
    units = Units.of_problem(problem)
    best = Best(
        problem, units, gap=gap, seconds=seconds, on_event=on_event, cancelled=cancelled, change=change
    )
    solve = _Solve(problem, best, units, seed=seed, change=change, readying=readying)
    solve.run(start, known_bound)
    baseline = value(problem, problem.baseline)
    return Result(
        status=best.status(),
        assignment=best.assignment,
        points=best.points,
        bound=best.bound,
        unavoidable=best.unavoidable,
        gap=best.gap,
        improvement_gap=improvement_gap_of(best.points, best.bound, baseline, best.unavoidable),
        points_baseline=baseline,
        certificate=solve.certificate,
        note=" ".join(filter(None, (readying.trouble, best.note))),
        seconds=best.seconds,
        cpu_seconds=time.process_time() - cpu_began,
    )


class _Solve:
    """One solve: the best so far, the bound, and the stages that move the two together."""

    def __init__(
        self,
        problem: Problem,
        best: Best,
        units: Units,
        *,
        seed: int,
        change: Change | None,
        readying: Readying,
    ) -> None:
        self.problem, self.best, self.units = problem, best, units
        self.seed = seed
        self.change, self.readying = change, readying
        self.improver = Improver(units)
        self.certificate: Certificate | None = None

    def run(self, start: Indices, known: float | None) -> None:
        """Go through the stages until one of them is enough."""
        with contextlib.suppress(Done):
            self._stages(start, known)
        if not self.best.stay() and self.change is None:
            self.best.offer(self.improver.settle(self.best.choice()), equal=True)

    # ---- the stages

    def _stages(self, start: Indices, known: float | None) -> None:
        choice = self.improver.complete(start[self.units.lead])
        self.best.begin(choice, known)
        self.best.check()
        self.best.phase = "first plan"
        guide = self._from_engine(start) if self.readying.wait(self.best.must_stop) else None
        if self.best.must_stop():
            raise Done
        if guide is None:
            guide = self._without_engine(choice)
        elif not self.best.reached() and self.best.open() > _WIDE and self.change is None:
            guide = max(guide, self._relaxed(guide.reduced), key=lambda one: one.bound)
        if self.change is None and self.best.may_stay():
            # An earlier solve may have ended with this plan, and have proved more about it by now.
            self._tighten(guide, self.best.start[self.units.lead], lambda: not self.best.may_stay())
        self.best.check()
        if self.change is not None:
            self.best.phase = "repairing"
            self._mend(guide, self.change)
            self.best.check()
            self.best.phase = "proving"
            self._tighten(guide, self.best.choice(), self.best.enough)
            return
        if not self.readying.trouble:
            self.best.phase = "proving"
            self._tighten(guide, self.best.choice(), self.best.enough)
            self.best.check()
        if int(self.units.eligible.sum()) > (_SMALL if self.readying.trouble else _LARGE):
            self.best.phase = "improving"
            self._improve(guide)
        self.best.phase = "polishing"
        self._close(guide)

    def _from_engine(self, start: Indices) -> Priced:
        """The engine's plan, and what its prices prove."""
        if self.change is None:
            plan, prices = plan_anew(self.problem, start, self.seed)
        else:
            known = self.change.prices or prices_of(self.problem, self.seed)
            plan, prices = plan_again(
                self.problem, self.best.assignment, self._staying(start), known, self.seed
            )
        self._certify(prices, plan.assignment, partial(bound_of, seed=self.seed))
        self.best.prove(plan.bound)
        self.best.offer(plan.assignment[self.units.lead])
        return price(self.units, prices)

    def _staying(self, start: Indices) -> Indices:
        """Accounts that the engine leaves where they are: those held, decided on, or just sent elsewhere."""
        if self.change is None:
            return np.zeros(0, dtype=np.int64)
        touched = self.change.accounts
        decided = touched[~self.problem.movable[touched]]
        return np.unique(
            np.concatenate([self.change.held, decided, np.flatnonzero(self.best.start != start)])
        )

    def _relaxed(self, near: Floats | None = None) -> Priced:
        """What the linear relaxation proves."""
        from bookshift_model.relax import relax  # noqa: PLC0415  (loads Pyomo and HiGHS)

        found = relax(self.units, self.best.must_stop, seed=self.seed, near=near)
        if found is None:
            raise Done
        if self.best.bound is None or found.bound > self.best.bound:
            self._certify(found.certificate, self.best.assignment)
        self.best.prove(found.bound)
        return found

    def _certify(
        self,
        prices: Certificate,
        plan: Indices,
        better: Callable[[Problem, Indices], float] | None = None,
    ) -> None:
        """Take prices for the result, and count by them what no plan can spare: before plans are compared."""
        self.certificate = prices
        found = unavoidable(self.problem, plan, prices, better)
        self.best.unavoidable = max(self.best.unavoidable, found)

    def _without_engine(self, choice: Indices) -> Priced:
        """The relaxation; and the better of the plan at hand and the rounded one, improved by moves."""
        found = self._relaxed()
        self.best.check()
        unsure = np.count_nonzero(found.reduced <= EQUAL, axis=1) > 1
        rounded = self.improver.complete(np.where(unsure, -1, found.reduced.argmin(axis=1)))
        for one in (choice, rounded):
            self.best.offer(self.improver.descend(one, self.best.must_stop))
        return found

    def _tighten(self, guide: Priced, choice: Indices, enough: Callable[[], bool]) -> None:
        """Count more and more books exactly, those first that cost a choice most beyond the bound."""
        from bookshift_model.tighten import beyond, bound_with  # noqa: PLC0415

        excess = beyond(self.units, guide, choice)
        order = np.argsort(-excess, kind="stable")
        for number in _EXACT:
            if number >= self.units.m or not self.units.k:
                return
            before, open_still = self.best.bound or -np.inf, self.best.points - (self.best.bound or -np.inf)
            found = bound_with(
                self.units, guide, order[:number], self.best.points, seed=self.seed, stop=self.best.must_stop
            )
            self.best.prove(found)
            if enough() or (self.best.bound or -np.inf) - before <= _LITTLE * open_still:
                return

    def _improve(self, guide: Priced) -> None:
        """Search neighbourhoods until a round over all books brings little."""
        from bookshift_model.search import Search, neighbourhoods  # noqa: PLC0415

        near = cheapest(guide.reduced, _CANDIDATES) & self.units.eligible
        near = with_choice(near, np.where(self._keeps_owner(), self.units.owner, -1))
        search = Search(self.units, with_choice(near, self.best.choice()), seed=self.seed)
        before = self.best.points
        for round_ended, free in neighbourhoods(guide.reduced, self.best.choice, self._dearest, books=_BOOKS):
            search.run(
                self.best.choice(),
                free,
                gap=self.best.asked() / 50,
                nodes=_NODES,
                stop=self.best.enough,
                found=self.best.offer,
            )
            self.best.check()
            if round_ended:
                if before - self.best.points <= _LITTLE * (self.best.points - guide.bound):
                    return
                before = self.best.points

    def _mend(self, guide: Priced, change: Change) -> None:
        """Search around what was changed."""
        from bookshift_model.mend import mend  # noqa: PLC0415

        before = self.best.start[self.units.lead]
        touched = np.concatenate(
            [of[change.accounts] for of in (self.best.start, self.problem.baseline, self.best.assignment)]
        )
        centres = np.unique(touched[touched >= 0])
        mend(
            self.units, guide.reduced, before, centres, np.unique(self.units.of[change.held]), price=STAY,
            changes=change.most + len(change.accounts),
            seed=self.seed, gap=self.best.asked() / 50, current=self.best.choice,
            stop=self.best.enough, found=self.best.offer,
        )  # fmt: skip

    def _dearest(self) -> Indices:
        return self.improver.dearest(self.best.choice())

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
            points = self.best.points
            limit = points - self.best.asked() * abs(points) + tolerance(points, self.best.unavoidable)
            if size < len(reduced):
                limit = min(limit, guide.bound + float(reduced[size]))
            pairs = self.units.eligible & (guide.bound + guide.reduced <= limit)
            search = Search(self.units, with_choice(pairs, self.best.choice()), seed=self.seed)
            ended = search.run(
                self.best.choice(), everything, gap=0.999 * self.best.asked(), nodes=None,
                stop=self.best.enough, found=self.best.offer, bounded=partial(self.best.prove_within, limit),
            )  # fmt: skip
            self.best.prove_within(limit, ended.bound)
            self.best.check()
            if size >= len(reduced):
                self.best.exhausted = ended.finished
                return
            size *= 2
