"""The move-limit curve: how much of the possible improvement each number of moves brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bookshift import sweeps
from bookshift.points import points_of
from bookshift.reports import table
from bookshift.scatter import Axis, Dot, scatter
from bookshift.text import count, percent
from bookshift_model.sweep.axes import Axis as Varied

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bookshift.planner import Planner
    from bookshift.sweeps import Swept

SHARES: Final = (
    *(0.0, 0.02, 0.04, 0.06, 0.08, 0.10, 0.12, 0.15, 0.18, 0.20, 0.22, 0.25, 0.28, 0.30, 0.35, 0.40, 0.50),
    *(0.60, 0.80, 1.0),
)
"""Move limits, as shares of all accounts; the last is no limit."""
RULE: Final = "move_budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The best plan found with so many moves or fewer."""

    limit: int
    moves: int
    captured: float | None
    """Share of the improvement over today that some number of moves can bring, in points of goals and soft
    rules; None where so few moves leave hard rules broken that more could keep."""
    gap: float
    """Proven under this limit, for the plan found under it."""
    broken: Mapping[str, int]
    """Hard rules broken, and how often."""


def curve(
    planner: Planner,
    *,
    processes: int | None = None,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[Step]:
    """Solve under every limit; fewer steps where it was stopped. Raises `PolicyError`."""
    n = len(planner.portfolio.accounts)
    limits = tuple(str(one) for one in sorted({round(share * n) for share in SHARES}))
    axes = (Varied(f"{RULE}.mode", ("hard",)), Varied(f"{RULE}.limit", limits))
    swept = sweeps.run(planner, axes, processes=processes, tell=tell)
    return steps(swept, points_of(planner.baseline_card))


def steps(swept: Swept, today: float) -> list[Step]:
    """The curve of a sweep over move limits, by what `today` has in points of goals and soft rules.

    A plan that keeps a lower limit keeps a higher one too, so where the search found less with more moves
    allowed, the plan before stands.
    """
    if not swept.outcomes:
        return []
    fewest = min(sum(one.broken.values()) for one in swept.outcomes)
    clean = [one.soft_points for one in swept.outcomes if sum(one.broken.values()) == fewest]
    possible = today - min(clean)
    found, best = [], swept.outcomes[0]
    for one in swept.outcomes:
        best = one if one.points < best.points else best
        reached = (today - best.soft_points) / possible if possible > 0 else 1.0
        found.append(
            Step(
                limit=int(one.choice[f"{RULE}.limit"]),
                moves=round(best.figures["moves"]),
                captured=reached if sum(best.broken.values()) == fewest else None,
                gap=max(0.0, best.points - one.bound) / max(abs(best.points), 1e-6),
                broken=best.broken,
            )
        )
    return found


def dots(found: Sequence[Step], here: int | None = None) -> list[Dot]:
    """The curve for a chart; `here` is the limit that is chosen."""
    known = [(one.limit, one.moves, one.captured) for one in found if one.captured is not None]
    return [
        Dot(moves, captured, "◆" if limit == here else "●", limit == here) for limit, moves, captured in known
    ]


def axes() -> tuple[Axis, Axis]:
    """What goes along the chart and up."""
    return Axis("accounts moved", count), Axis("share of the improvement", percent)


def record(found: Sequence[Step]) -> dict[str, Any]:
    """The curve as JSON values."""
    return {
        "steps": [
            {
                "limit": one.limit,
                "moves": one.moves,
                "captured": one.captured,
                "gap": one.gap,
                "broken": dict(one.broken),
            }
            for one in found
        ]
    }


def of_record(told: Mapping[str, Any]) -> list[Step]:
    """The curve from what `record` made."""
    return [Step(**one) for one in told["steps"]]


def told(found: Sequence[Step]) -> str:
    """The curve as a table under a chart."""
    if not found:
        return "no limit was solved before it was stopped"
    rows = [
        (
            count(one.limit),
            count(one.moves),
            percent(one.captured),
            f"{one.gap:.2%}",
            rules_told(one),
        )
        for one in found
    ]
    head = ("at most", "moved", "of the improvement", "gap", "hard rules")
    return "\n".join([*scatter(dots(found), *axes(), 72, 16), "", table(head, rows)])


def rules_told(one: Step) -> str:
    """Which hard rules the plan of a step breaks."""
    return ", ".join(f"{name} ×{times}" for name, times in one.broken.items()) or "kept"
