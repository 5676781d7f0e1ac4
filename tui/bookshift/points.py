"""Points as people see them: how far the goals and the soft rules are from ideal; hard rules are counted.

The solver prices a broken hard rule far above every goal, so that no plan breaks one for a gain. That price
says nothing about size: eighteen of them make a plan like any other look a hundred times as bad. So the
points shown leave it out, and how many hard rules are broken stands beside them in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift.text import count
from bookshift_model.explain.words import minus
from bookshift_model.gaps import EQUAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bookshift_model.explain.standing import Effect
    from bookshift_model.score import Scorecard

_NOTHING = 0.05
"""Change that the one decimal does not show."""


def points_of(card: Scorecard) -> float:
    """Points of a plan; 0 where every goal is at its own best and every soft rule is kept."""
    return card.points - sum(one.points for one in card.broken)


def written(points: float) -> str:
    """Points of a plan: 1,083.4."""
    return minus(f"{points:,.1f}")


def change(points: float) -> str:
    """A change with its sign: −2.3; fewer are better."""
    return minus(f"{points:+,.1f}") if abs(points) >= _NOTHING else "0"


def compared(before: Scorecard, after: Scorecard) -> str:
    """Both figures of two plans: 149.3 → 83.4 points, hard rules broken 18 → 0."""
    points = " → ".join(dict.fromkeys(written(points_of(one)) for one in (before, after)))
    return f"{points} points, {rules_compared(before, after)}"


def rules_compared(before: Scorecard, after: Scorecard) -> str:
    """How often hard rules are broken in two plans: hard rules broken 18 → 0."""
    if not before.broken and not after.broken:
        return "every hard rule kept"
    return "hard rules broken " + " → ".join(dict.fromkeys(count(len(one.broken)) for one in (before, after)))


OF_WHAT: Final = " of the best possible"
_DECIMALS: Final = ((0.1, 0), (0.001, 1))
"""From which gap on so many decimals say enough."""


def proven(gap: float | None) -> str:
    """How good a plan is at least, in plain words; nothing where nothing is proven."""
    if gap is None:
        return ""
    if gap <= EQUAL:
        return "proven the best possible"
    decimals = next((places for above, places in _DECIMALS if gap >= above), 2)
    # A gap that is there is never written as none.
    return f"proven within {max(0.01, 100 * gap):.{decimals}f} %{OF_WHAT}"


def of_effects(effects: Iterable[Effect]) -> tuple[float, int, int]:
    """Change in points, and how many hard rules a shift brings closer to being kept and breaks further."""
    found = list(effects)
    hard = [one.points for one in found if one.hard]
    points = sum(one.points for one in found if not one.hard)
    return points, sum(one < 0 for one in hard), sum(one > 0 for one in hard)
