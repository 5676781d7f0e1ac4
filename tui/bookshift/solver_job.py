"""A job for the solver, and what is known of it while it runs."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from bookshift.solver_events import Event, Finished, Incumbent, Preparing, Progress, Started, Status
from bookshift_model.decisions import Decisions, decision_to_record
from bookshift_model.gaps import gap_of, improvement_gap_of
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio

_PAIRS_A_SECOND: Final = 1_500_000
"""Pairs of accounts and CSMs that a new child reads and builds a problem of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What was changed in a plan that is to stay as it is otherwise; ids of accounts."""

    accounts: tuple[str, ...] = ()
    """Those that were decided on or moved; none where the policy was changed."""
    held: tuple[str, ...] = ()
    """Those that were moved by hand, and stay there."""
    most: int = 25
    """How many others may move."""
    certificate: Mapping[str, Any] | None = field(default=None, compare=False)
    """Prices that are known of the plan before the change, for large portfolios; made where ``None``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to solve, on the portfolio given to `Solver.load`."""

    policy: Policy
    decisions: Decisions = field(default_factory=Decisions)
    moves: Mapping[str, str] = field(default_factory=dict)
    """The plan shown now, account id → CSM id where it differs from today's owner: the start."""
    gap: float | None = None
    """Proven gap at which to stop; the policy's where ``None``."""
    seconds: float | None = None
    """Time limit; none where ``None``."""
    seed: int | None = None
    """The policy's where ``None``."""
    repair: Repair | None = None
    """Plan only what a change touches; all accounts where ``None``."""
    known: float | None = None
    """What is proven already: a plan shown now that it proves good enough stays as it is."""

    def to_record(self) -> dict[str, Any]:
        """The job as the child reads it."""
        return {
            "policy": self.policy.to_record(),
            "decisions": [decision_to_record(one) for one in self.decisions],
            "moves": dict(self.moves),
            "gap": self.gap,
            "seconds": self.seconds,
            "seed": self.seed,
            "repair": None if self.repair is None else asdict(self.repair),
            "known": self.known,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a CSM would cost an account if the rest adapts, on the portfolio given to `Solver.load`."""

    policy: Policy
    decisions: Decisions = field(default_factory=Decisions)
    account: str | None = None
    """Only prices where ``None``."""
    here: str | None = None
    """The CSM that has the account in what is shown."""
    moves: Mapping[str, str] = field(default_factory=dict)
    """The plan shown, account id → CSM id where it differs from today's owner."""
    certificate: Mapping[str, Any] | None = None
    """Prices that are known; they are made where ``None``."""
    most: int = 20
    """CSMs that get a longer look at most."""
    seconds: float = 0.3
    """How long longer looks may go on."""

    def to_record(self) -> dict[str, Any]:
        """The question as the child reads it."""
        return {
            "policy": self.policy.to_record(),
            "decisions": [decision_to_record(one) for one in self.decisions],
            "account": self.account,
            "here": self.here,
            "moves": dict(self.moves),
            "certificate": self.certificate,
            "most": self.most,
            "seconds": self.seconds,
        }


@dataclass(slots=True)
class Solve:
    """A solve under way, when it has to end, and the best plan it has streamed."""

    id: int
    job: Job
    deliver: Callable[[Event], None]
    portfolio: Portfolio | None = None
    began: float = field(default_factory=time.monotonic)
    deadline: float = math.inf
    cancelled: bool = False
    forced: bool = False
    """Whether nobody is to wait for the child."""
    retried: bool = False
    extended: bool = False
    """Whether there was time added for a first proof."""
    started: Started | None = None
    best: Incumbent | None = None
    bound: float | None = None
    unavoidable: float = 0.0

    def saw(self, event: Progress, overrun: float) -> None:
        """Remember what the child streamed; from `Started` on it has its own limit and `overrun` seconds."""
        if isinstance(event, Started):
            self.started = event
            limit = self.job.seconds
            self._set_deadline(math.inf if limit is None else time.monotonic() + limit + overrun)
            return
        if isinstance(event, Preparing):
            # The child says when the clock begins anew.
            self._set_deadline(math.inf)
            return
        self.unavoidable = event.unavoidable
        if event.bound is not None and (self.bound is None or event.bound > self.bound):
            self.bound = event.bound
        if isinstance(event, Incumbent) and (self.best is None or event.points <= self.best.points):
            self.best = event

    def _set_deadline(self, deadline: float) -> None:
        if not self.cancelled:
            self.deadline = deadline

    @property
    def rebuilding(self) -> float:
        """Seconds, about, that another child would take to get as far as this one."""
        known = self.portfolio
        return 0.0 if known is None else len(known.accounts) * len(known.csms) / _PAIRS_A_SECOND

    def kept(self, status: Status, note: str = "") -> Finished | None:
        """The end that the child would have reported, from what it streamed; ``None`` without a plan."""
        if self.started is None or self.best is None:
            return None
        return self._finished(self.started, self.best.moves, self.best.points, status, note)

    def kept_or_unchanged(self, status: Status, note: str = "") -> Finished | None:
        """As `kept`, with the plan shown at the start as the first; its score came with `Started`."""
        if self.started is None:
            return None
        return self.kept(status, note) or self._finished(
            self.started, self.job.moves, self.started.points_now, status, note
        )

    def outlived(self, how: str) -> Finished | None:
        """The end where the child was gone first (`how`, in words); ``None`` without a plan.

        A repair begins from the plan at hand without streaming it.
        """
        if self.best is None and self.job.repair is not None:
            return self.kept_or_unchanged("stopped", f"The solver {how} before it found a better plan.")
        return self.kept("stopped", f"The solver {how}; its best plan is kept.")

    def _finished(
        self, started: Started, moves: Mapping[str, str], points: float, status: Status, note: str
    ) -> Finished:
        return Finished(
            id=self.id,
            status=status,
            moves=moves,
            points=points,
            bound=self.bound,
            unavoidable=self.unavoidable,
            gap=gap_of(points, self.bound, self.unavoidable),
            improvement_gap=improvement_gap_of(points, self.bound, started.points_baseline, self.unavoidable),
            points_baseline=started.points_baseline,
            seconds=time.monotonic() - self.began,
            cpu_seconds=None,
            seed=self.job.policy.seed if self.job.seed is None else self.job.seed,
            note=note,
            scope="whole" if self.job.repair is None else "repair",
        )


@dataclass(frozen=True, slots=True)
class Lingering:
    """A solve that has ended for everybody but its child, and how long that may take."""

    solve: int
    until: float
