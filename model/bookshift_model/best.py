"""The best plan so far and the bound on all plans: what the stages of a solve move, tell, and stop by."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from bookshift_model.gaps import EQUAL, doubt, gap_of, tolerance
from bookshift_model.value import judged

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.certificate import Certificate
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices
    from bookshift_model.units import Units

Status: TypeAlias = Literal["optimal", "gap_reached", "repaired", "stalled", "stopped", "time"]
"""`repaired`: what a change touches was planned anew, and the gap asked for takes more.
`stalled`: more search and more proof bring next to nothing, and the gap asked for was not reached."""

STAY: Final = 0.1
"""Points that each account must gain that moves because of a change, besides those that were changed."""
_LITTLE_MORE: Final = 2.0
"""Gap of a plan at hand, in times of what was asked for, that is worth a look before it is given up."""
_REFUSED: Final = "A bound was above a plan and is not believed, so less is claimed; please report it."


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
    unavoidable: float
    gap: float | None
    points: float | None
    assignment: Indices | None
    seconds: float


class Done(Exception):  # noqa: N818  (not an error: it unwinds the stages)
    """The gap is reached, or the clock or a cancel says stop."""


class Best:
    """The best choice that was offered, judged by the score, and the highest bound that was proven."""

    def __init__(
        self,
        problem: Problem,
        units: Units,
        *,
        gap: float,
        seconds: float | None,
        on_event: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        change: Change | None,
    ) -> None:
        self._problem, self._units = problem, units
        self._gap, self._seconds = gap, seconds
        self._on_event, self._cancelled = on_event, cancelled
        self._change = change
        self.unavoidable = np.inf
        """The least points of hard rules that a plan was seen with: gaps leave them out."""
        self._began = time.monotonic()
        self.assignment: Indices = problem.baseline
        self.points = np.inf
        self._bounds: list[float] = []
        self.note = ""
        """A sentence where a bound was no bound."""
        self.start: Indices = problem.baseline
        """The plan at hand, repaired where decisions no longer allow it."""
        self.start_points = np.inf
        self.exhausted = False
        """Whether every pair was searched to the gap, as far as the solver's arithmetic goes."""
        self.phase = "repair"

    @property
    def seconds(self) -> float:
        """Wall time since the solve began."""
        return time.monotonic() - self._began

    @property
    def gap(self) -> float | None:
        """What is proven of the best plan."""
        return self._gap_of(self.points)

    @property
    def bound(self) -> float | None:
        """The highest that is proven; the points of the best plan where arithmetic puts it above them."""
        return min(self._bounds[-1], self.points) if self._bounds else None

    def _gap_of(self, points: float) -> float | None:
        return gap_of(points, self.bound, self.unavoidable)

    def choice(self) -> Indices:
        """(k,) the best plan, by unit."""
        return self.assignment[self._units.lead]

    def begin(self, choice: Indices, known: float | None) -> None:
        """Take the plan at hand, and an earlier proof if that is all that was asked for."""
        plan = self._units.expand(choice)
        points, self.unavoidable = judged(self._problem, plan)
        gap = gap_of(points, known, self.unavoidable)
        if known is not None and (gap is None or gap <= self._gap):
            self._bounds.append(known)  # which the plan may refute
        self.offer(choice)
        self.start, self.start_points = self.assignment, self.points

    def may_stay(self) -> bool:
        """Whether a little more proof could show that the plan at hand is as good as was asked."""
        gap = self._gap_of(self.start_points)
        return gap is not None and self._gap < gap <= _LITTLE_MORE * self._gap and not self.must_stop()

    def stay(self) -> bool:
        """Keep the plan at hand if it is as good as was asked: nothing moves for less than that."""
        gap = self._gap_of(self.start_points)
        if gap is None or gap > self._gap:
            return False
        self.assignment, self.points = self.start, self.start_points
        return True

    def offer(self, choice: Indices, *, equal: bool = False) -> None:
        """Judge a choice and keep it if it is better, or as good where `equal` is asked for."""
        assignment = self._units.expand(choice)
        if self._moves_too_many(assignment):
            return
        points, hard = judged(self._problem, assignment)
        margin = tolerance(points, self.unavoidable)
        worth, known = self._worth(assignment, points), self._worth(self.assignment, self.points)
        better = worth < known - margin
        if better or (equal and worth <= known + margin):
            self.assignment, self.points = assignment, points
            self.unavoidable = min(self.unavoidable, hard)
            self._believe()
            if better:
                self._tell(assignment)

    def _worth(self, assignment: Indices, points: float) -> float:
        """Points, and after a change the price of what moves besides."""
        if self._change is None or self.start_points == np.inf:
            return points
        return points + STAY * float(np.count_nonzero(assignment != self.start))

    def _moves_too_many(self, assignment: Indices) -> bool:
        if self._change is None or self.start_points == np.inf:
            return False
        others = assignment != self.start
        others[self._change.accounts] = False
        return bool(np.count_nonzero(others) > self._change.most)

    def prove(self, bound: float) -> None:
        """Raise the bound."""
        if not np.isfinite(bound):
            return
        before = self.bound
        self._bounds = sorted((*self._bounds, float(bound)))
        self._believe()
        if self.bound is not None and (before is None or self.bound > before):
            self._tell(None)

    def _believe(self) -> None:
        """Give up the bounds that the best plan refutes, by more than arithmetic can be wrong."""
        while self._bounds and self._bounds[-1] > self.points + doubt(self.points):
            del self._bounds[-1]
            self.note = _REFUSED

    def prove_within(self, limit: float, bound: float) -> None:
        """Raise the bound by one that holds for plans below a limit."""
        self.prove(min(bound, limit))

    def _tell(self, assignment: Indices | None) -> None:
        self._on_event(
            Progress(
                phase=self.phase, bound=self.bound, unavoidable=self.unavoidable, gap=self.gap,
                points=float(self.points), assignment=assignment, seconds=self.seconds,
            )
        )  # fmt: skip

    # ---- when to stop

    def asked(self) -> float:
        """The gap asked for, as a share of all points of the best plan."""
        return self._gap * abs(self.points - self.unavoidable) / max(abs(self.points), EQUAL)

    def apart(self) -> float:
        """Points by which a small search may miss its best: they matter little for the gap asked for."""
        return self.asked() * abs(self.points) / 50

    def distance(self) -> float:
        """Points of the best plan beyond the bound."""
        return float(self.points - (-np.inf if self.bound is None else self.bound))

    def open(self) -> float:
        """The gap, 0 where nothing is proven."""
        return self.gap or 0.0

    def reached(self) -> bool:
        """Whether the gap is as asked."""
        gap = self.gap
        return gap is not None and gap <= self._gap

    def must_stop(self) -> bool:
        """Whether the clock or a cancel says so."""
        return self._cancelled() or self._late()

    def _late(self) -> bool:
        return self._seconds is not None and self.seconds >= self._seconds

    def enough(self) -> bool:
        """Whether to go no further."""
        return self.reached() or self.must_stop()

    def check(self) -> None:
        """Raise `Done` if that is so."""
        if self.enough():
            raise Done

    def status(self) -> Status:
        """Why the solve ended."""
        if self.reached():
            return "optimal" if self.gap == 0 else "gap_reached"
        if self.exhausted and not self.note:
            # What is left is the solver's arithmetic, where prices of rules are beyond its precision.
            return "gap_reached" if self._gap > 0 else "optimal"
        if self.must_stop():
            return "time" if self._late() and not self._cancelled() else "stopped"
        return "stalled" if self._change is None else "repaired"
