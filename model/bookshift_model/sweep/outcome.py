"""What one scenario of a sweep came to: its figures, the hard rules it breaks, and how good it is proven."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bookshift_model.goals import GOALS

if TYPE_CHECKING:
    from bookshift_model.score import Scorecard


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure by which scenarios are compared; less is better."""

    id: str
    name: str
    unit: str
    of: Callable[[Scorecard], float]


def _goal_value(goal: str) -> Callable[[Scorecard], float]:
    return lambda card: next(one.value for one in card.goals if one.id == goal)


def _busiest(card: Scorecard) -> float:
    return max(one.utilisation for one in card.books)


FIGURES: Final[Mapping[str, Figure]] = {
    one.id: one
    for one in (
        Figure("moves", "Accounts moved", "accounts", lambda card: float(len(card.moves))),
        Figure("moved_arr", "ARR moved", "ARR", lambda card: card.moved_arr),
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
        *(Figure(goal.id, goal.name, goal.unit, _goal_value(goal.id)) for goal in GOALS.values()),
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
    gap: float
    """Proven: no plan for this scenario is better by more than this share of its points."""
    figures: Mapping[str, float]
    """Figure id to value, see `FIGURES`."""
    broken: Mapping[str, int]
    """Name of each hard rule that the plan breaks, and how often."""
    notes: tuple[str, ...]
    """Decisions and rules that could not be followed."""


def broken_rules(card: Scorecard) -> dict[str, int]:
    """Names of the hard rules that a plan breaks, with how often."""
    return dict(Counter(one.name for one in card.broken))


def front(outcomes: Sequence[Outcome], x: str, y: str) -> list[Outcome]:
    """The scenarios that no other beats in both figures, by rising `x`; of equals the first.

    Only those that keep every hard rule compete, as long as one does: to break rules is an easy way to win.
    """
    kept = [one for one in outcomes if not one.broken] or list(outcomes)
    order = sorted(kept, key=lambda one: (one.figures[x], one.figures[y], one.number))
    found: list[Outcome] = []
    for one in order:
        if not found or one.figures[y] < found[-1].figures[y]:
            found.append(one)
    return found
