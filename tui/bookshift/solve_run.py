"""One solve: for which plan it was asked, what is known of it, and how its state and its end are said."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from bookshift.points import OF_WHAT, points_of, proven, written
from bookshift.solver_events import Failed, Finished, Incumbent
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.words import count
from bookshift_model.unclear import unclear_among

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bookshift.planner import Planner
    from bookshift.solver_job import Repair
    from bookshift_model.problem import Problem
    from bookshift_model.score import Scorecard

_KEYS: Final = " — i preview, a accept, r reject"
_BEST_SO_FAR: Final = ", the best so far"
_ENDS: Final = {
    "stopped": f"stopped{_BEST_SO_FAR}",
    "time": f"time is up{_BEST_SO_FAR}",
    "stalled": "as far as it gets",
}


class Outcome(NamedTuple):
    """The end of a solve in a sentence, its tone, and the same in fewer words for a narrow terminal."""

    text: str
    tone: str = ""
    shorter: tuple[str, ...] = ()

    @classmethod
    def of(cls, *facts: str, before: str, tone: str = "") -> Self:
        """A plan that waits. The keys give way first, which the last line has, too, then needless words."""
        said = f"{before}: {', '.join(filter(None, facts))}"
        brief = said.removesuffix(OF_WHAT)
        return cls(said + _KEYS, tone, (said, brief, brief.replace(_BEST_SO_FAR, "")))


@dataclass(slots=True)
class Run:
    """One solve: for which scenario, and what is known of it."""

    id: int
    planner: Planner
    scenario: int
    version: int
    moves_then: Mapping[str, str]
    card_then: Scorecard
    problem_then: Problem
    digest_then: str
    repair: Repair | None = None
    """What is planned anew; all accounts where ``None``."""
    since: float = field(default_factory=time.monotonic)
    phase: str = "starting"
    gap: float | None = None
    best: Incumbent | None = None
    ended: Finished | Failed | None = None
    cancelled: bool = False

    def status(self) -> str:
        """The state of the solve in one line."""
        elapsed = int(time.monotonic() - self.since)
        parts = [
            f"{'solving' if self.repair is None else 'repairing'} {elapsed // 60:02d}:{elapsed % 60:02d}"
        ]
        if self.best is None:
            parts.append(self.phase)
        else:
            # What is proven stands where a narrow terminal does not cut it.
            parts.append(proven(self.gap).removesuffix(OF_WHAT) or self.phase)
            parts += [self._moved(self.best.moves), self._figures(self.best)]
        return "  ".join((*parts, "ctrl+c stops" if self.best is None else "ctrl+c keeps the best"))

    def _moved(self, moves: Mapping[str, str]) -> str:
        """How many accounts a plan moves and places."""
        return str(Moved.of_plan(moves, self.problem_then.data.portfolio))

    def _figures(self, best: Incumbent) -> str:
        """Hard rules and points of the best plan, and as they were at the start."""
        if best.broken:
            return f"hard rules broken {len(self.card_then.broken):,} → {best.broken:,}"
        # Without a broken hard rule the solver's points are the ones shown everywhere.
        return f"{written(points_of(self.card_then))} → {written(best.points)} points, hard rules kept"

    def outcome(self) -> Outcome:
        """The end of the solve in a sentence."""
        end = self.ended
        if isinstance(end, Failed):
            return Outcome(end.error, "bad")
        if end is None:
            return Outcome("")
        moves, same = self._moved(end.moves), dict(end.moves) == dict(self.moves_then)
        if end.note and same:
            return Outcome(f"{end.note.rstrip('.')}: yours stays as it is.", "warn")
        if end.note:
            # What went wrong comes first: the end of a long line is cut.
            return Outcome.of(moves, before=end.note.rstrip("."), tone="warn")
        how = proven(end.gap)
        if same:
            return Outcome(f"No better plan was found{', ' + how if how else ''}: yours stays as it is.")
        # Those of unclear owner are said of the accounts that are named last before them.
        named: Collection[str] = end.moves
        if self.repair is not None:
            named = self._others(end.moves)
            moves = f"{count(len(named), 'account').replace(' ', ' other ')} would change"
        elif self.moves_then:
            named = self._others(end.moves)
            moves = f"{moves}, {len(named):,} unlike yours"
        found = _ENDS.get(end.status, "plan found" if self.repair is None else "repaired")
        unclear = self._unclear(named)
        return Outcome.of(moves, unclear, how, before=found, tone="warn" if unclear else "")

    def _unclear(self, accounts: Collection[str]) -> str:
        """How many of these accounts have an owner whose name several CSMs have."""
        many = unclear_among(self.problem_then.data.portfolio, accounts)
        return f"{many:,} of them of unclear owner (g f)" if many else ""

    def _others(self, moves: Mapping[str, str]) -> set[str]:
        """The accounts that a plan gives to somebody else, besides those that were changed."""
        own = set() if self.repair is None else {*self.repair.accounts}
        either = {*moves, *self.moves_then} - own
        return {one for one in either if moves.get(one) != self.moves_then.get(one)}
