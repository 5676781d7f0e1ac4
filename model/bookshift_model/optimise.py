"""Find a plan and prove how good it is: a good one at once, then better ones until the gap is closed.

All accounts anew:
1. The plan at hand, repaired where decisions no longer allow it.
2. The start engine: a plan close to the best, and prices that bound all plans. A plan at hand that they prove
   to be within the gap is returned as it is.
3. `further`: the engine searches longer and counts books whole, whichever brings more for its work.
4. `nearby`: a few books freed, the rest held, searched by branch and bound.
5. `closing`: every pair that a plan beyond the gap could use, searched to the gap or to proof.
Where neither gets on, the solve has stalled and ends.

After a change: `mend`, which moves few accounts besides.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.best import STAY, Best, Done
from bookshift_model.certificate import Certificate, Priced
from bookshift_model.gaps import EQUAL, improvement_gap_of
from bookshift_model.improve import Improver
from bookshift_model.proven import bound_again, guided, plan_again, plan_anew, prices_of
from bookshift_model.readying import Readying
from bookshift_model.units import Units
from bookshift_model.value import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import floating
    from numpy.typing import NDArray

    from bookshift_model.best import Change, Progress, Status
    from bookshift_model.further import Further
    from bookshift_model.guide import Guide
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices

_WIDE: Final = 0.02
"""A gap of the engine's plan that makes the linear relaxation worth its time."""
_CAREFUL: Final = 4
"""Effort of counting books, in times of the least,"""
_SOME_PAIRS: Final = 500_000
"""where there are no more pairs: else once is enough."""
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
    """Points of hard rules of the plan with fewest of them: as many may be unavoidable."""
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
        self._searched_by: Guide | None = None
        self._priced: Priced | None = None
        self._further: Further | None = None

    def run(self, start: Indices, known: float | None) -> None:
        """Go through the stages until one of them is enough."""
        with contextlib.suppress(Done):
            self._stages(start, known)
        if not self.best.stay() and self.change is None:
            self.best.offer(self.improver.settle(self.best.choice()), equal=True)

    # ---- the stages

    def _stages(self, start: Indices, known: float | None) -> None:
        choice = self.improver.complete(self._at_hand(start))
        self.best.begin(choice, known)
        self.best.check()
        self.best.phase = "first plan"
        engine = self.readying.wait(self.best.must_stop)
        if engine:
            self._from_engine(start)
        if self.best.must_stop():
            raise Done
        if not engine:
            self._without_engine(choice)
        elif not self.best.reached() and self.best.open() > _WIDE and self.change is None:
            found = self._relaxed(self._guide().slack)
            if found.bound > self._guide().level:
                self._search_by(found)
        if self.change is None and self.best.may_stay():
            # An earlier solve may have ended with this plan, and have proved more about it by now.
            self._count(self.best.start[self.units.lead], self._careful)
        self.best.check()
        if self.change is not None:
            self.best.phase = "repairing"
            self._mend(self._guide(), self.change)
            self.best.check()
            self.best.phase = "proving"
            self._prove_again()
            return
        self._go_further()
        self._with_highs(self._guide())

    def _at_hand(self, start: Indices) -> Indices:
        """(k,) where units are in a plan: with an account that is held, else with the first."""
        choice = start[self.units.lead]
        if self.change is not None:
            # Of several that are held at different places, the first counts.
            held = self.change.held[::-1]
            held = held[self.units.eligible[self.units.of[held], start[held]] & (start[held] >= 0)]
            choice[self.units.of[held]] = start[held]
        return choice

    @property
    def _careful(self) -> int:
        return _CAREFUL if self.units.eligible.size <= _SOME_PAIRS else 1

    def _guide(self) -> Guide:
        """What pairs cost at the best prices: made where it is needed, as there may be 25 million."""
        if self._searched_by is None:
            assert self.certificate is not None  # noqa: S101 - nothing is searched before there are prices
            self._searched_by = guided(self.problem, self.certificate)
        return self._searched_by

    def _search_by(self, priced: Priced | None) -> None:
        """Search by what the relaxation found, or by what the engine makes of the best prices."""
        self._priced = priced
        self._searched_by = None if priced is None else priced.guide()

    def _from_engine(self, start: Indices) -> None:
        """The engine's plan, and what its prices prove."""
        if self.change is None:
            plan, prices = plan_anew(self.problem, start, self.seed)
        else:
            known = self.change.prices or prices_of(self.problem)
            plan, prices = plan_again(self.problem, self.best.assignment, self._staying(start), known)
        self.certificate = prices
        self.best.prove(plan.bound)
        self.best.offer(plan.assignment[self.units.lead])

    def _staying(self, start: Indices) -> Indices:
        """Accounts that the engine leaves where they are: those held, decided on, or just sent elsewhere."""
        if self.change is None:
            return np.zeros(0, dtype=np.int64)
        touched = self.change.accounts
        decided = touched[self.problem.eligible[touched].sum(axis=1) <= 1]
        return np.unique(
            np.concatenate([self.change.held, decided, np.flatnonzero(self.best.start != start)])
        )

    def _relaxed(self, near: NDArray[floating[Any]] | None = None) -> Priced:
        """What the linear relaxation proves."""
        from bookshift_model.relax import relax  # noqa: PLC0415  (loads Pyomo and HiGHS)

        found = relax(self.units, self.best.must_stop, seed=self.seed, near=near)
        if found is None:
            raise Done
        if self.best.bound is None or found.bound > self.best.bound:
            self.certificate = found.certificate
        self.best.prove(found.bound)
        return found

    def _without_engine(self, choice: Indices) -> None:
        """The relaxation; and the better of the plan at hand and the rounded one, improved by moves."""
        found = self._relaxed()
        self._search_by(found)
        self.best.check()
        unsure = np.count_nonzero(found.reduced <= EQUAL, axis=1) > 1
        rounded = self.improver.complete(np.where(unsure, -1, found.reduced.argmin(axis=1)))
        for one in (choice, rounded):
            self.best.offer(self.improver.descend(one, self.best.must_stop))

    def _engine(self) -> Further | None:
        """The engine at the best prices; nothing where it cannot be had."""
        if self._further is None and self.certificate is not None and not self.readying.trouble:
            from bookshift_model.further import Further  # noqa: PLC0415  (loads the engine)

            self._further = Further(self.units, self.certificate, self.seed)
        return self._further

    def _go_further(self) -> None:
        """Have the engine search on, and count books whole."""
        engine = self._engine()
        if engine is None:
            return
        self.best.phase = "searching on"
        engine.close_in(self.best)
        if engine.certificate != self.certificate:
            self.certificate = engine.certificate
            self._search_by(None)
        self.best.check()

    def _with_highs(self, guide: Guide) -> None:
        """Search neighbourhoods, then everything, by branch and bound."""
        from bookshift_model.closing import close  # noqa: PLC0415  (loads Pyomo and HiGHS)
        from bookshift_model.nearby import improve  # noqa: PLC0415

        self.best.phase = "improving"
        before = self.best.points
        improve(self.best, self.units, guide, seed=self.seed)
        if self.best.points < before:
            self._count(self.best.choice(), self._careful)
        self.best.check()
        self.best.phase = "polishing"
        close(self.best, self.units, guide, self._priced, seed=self.seed)

    def _prove_again(self) -> None:
        """Count books whole once, and again where that takes no time."""
        if self.certificate is not None and not self.readying.trouble:
            self.best.prove(bound_again(self.problem, self.best.assignment, self.certificate))
            self.best.check()
            if self.units.eligible.size <= _SOME_PAIRS:
                self._count(self.best.choice(), 1)

    def _count(self, choice: Indices, effort: int) -> None:
        """Count books whole, given a good choice."""
        engine = self._engine()
        if engine is not None:
            self.best.prove(engine.count(choice, effort, self.best.must_stop))

    def _mend(self, guide: Guide, change: Change) -> None:
        """Search around what was changed."""
        from bookshift_model.mend import mend  # noqa: PLC0415  (loads the search)

        before = self.best.start[self.units.lead]
        touched = np.concatenate(
            [of[change.accounts] for of in (self.best.start, self.problem.baseline, self.best.assignment)]
        )
        centres = np.unique(touched[touched >= 0])
        mend(
            self.units, guide, before, centres, np.unique(self.units.of[change.held]),
            spared=np.unique(self.units.of[change.accounts]), price=STAY, changes=change.most,
            seed=self.seed, apart=self.best.apart(), current=self.best.choice,
            stop=self.best.enough, found=self.best.offer,
        )  # fmt: skip
