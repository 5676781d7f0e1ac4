"""What one scenario of a sweep came to: its figures, the hard rules it breaks, and how good it is proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from bookshift_model.explain.moved import Moved
from bookshift_model.gaps import gap_of
from bookshift_model.goals import GOALS

if TYPE_CHECKING:
    from bookshift_model.certificate import Certificate
    from bookshift_model.score import Scorecard


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure by which scenarios are compared; less is better."""

    id: str
    name: str
    unit: str
    of: Callable[[Scorecard], float]
    by_team: bool = False
    """Whether it is measured against what this very team could have: not comparable between teams."""


_BY_TEAM: Final = frozenset({
    "workload_balance", "arr_balance", "account_balance", "renewal_balance", "risk_concentration",
    "expansion",
})  # fmt: skip
"""Goals counted from a target for each CSM, or from the best of those on the roster."""


def _goal_value(goal: str) -> Callable[[Scorecard], float]:
    return lambda card: next(one.value for one in card.goals if one.id == goal)


def _busiest(card: Scorecard) -> float:
    return max(one.utilisation for one in card.books)


FIGURES: Final[Mapping[str, Figure]] = {
    one.id: one
    for one in (
        Figure("moves", "Accounts moved", "accounts", lambda card: float(Moved.of(card.moves).moves)),
        Figure("moved_arr", "ARR moved", "ARR", lambda card: card.moved_arr - card.placed_arr),
        Figure(
            "busiest",
            "Busiest book",
            "share of capacity",
            _busiest,
        ),
        Figure(
            "most_high_risk",
            "Most high-risk accounts in a book",
            "accounts",
            lambda card: float(max(b.high_risk for b in card.books)),
        ),
        Figure("broken", "Hard rules broken", "times", lambda card: float(len(card.broken))),
        *(
            Figure(goal.id, goal.name, goal.unit, _goal_value(goal.id), goal.id in _BY_TEAM)
            for goal in GOALS.values()
        ),
    )
}
"""By id: moves, load, risk, and each goal in its own unit, which a change of weights does not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One scenario, solved; the points are those of its own policy."""

    number: int
    """Its place among all combinations of the axes."""
    choice: Mapping[str, str]
    """Axis to value."""
    points: float
    soft_points: float
    """Points without what broken hard rules add: those of goals and soft rules."""
    bound: float
    """No plan for this scenario has fewer points."""
    certificate: Certificate
    """Prices that prove most of the bound."""
    moves: Mapping[str, str]
    """The plan: account id to CSM id, where that is not today's owner."""
    figures: Mapping[str, float]
    """Figure id to value, see `FIGURES`."""
    broken: Mapping[str, int]
    """Name of each hard rule that the plan breaks, and how often."""
    notes: tuple[str, ...]
    """Decisions and rules that could not be followed."""

    @property
    def unavoidable(self) -> float:
        """Points of the hard rules that it breaks: as many may be unavoidable."""
        return self.points - self.soft_points

    @property
    def gap(self) -> float | None:
        """Proven for the plan: `gaps.gap_of`, as of any solve."""
        return gap_of(self.points, self.bound, self.unavoidable)


def broken_rules(card: Scorecard) -> dict[str, int]:
    """Names of the hard rules that a plan breaks, with how often."""
    return dict(Counter(one.name for one in card.broken))


class Compared(Protocol):
    """A plan with its figures."""

    @property
    def figures(self) -> Mapping[str, float]:
        """By id of `FIGURES`."""
        ...

    @property
    def broken(self) -> Mapping[str, int]:
        """Hard rules that it breaks."""
        ...


Plan = TypeVar("Plan", bound=Compared)


def front(plans: Sequence[Plan], x: str, y: str) -> list[Plan]:
    """The plans that no other beats in both figures, by rising `x`; of equals the first.

    Only those that keep every hard rule compete, as long as one does: to break rules is an easy way to win.
    """
    kept = [one for one in plans if not one.broken] or list(plans)
    order = sorted(kept, key=lambda one: (one.figures[x], one.figures[y]))
    found: list[Plan] = []
    for one in order:
        if not found or one.figures[y] < found[-1].figures[y]:
            found.append(one)
    return found
