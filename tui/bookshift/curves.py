"""The move-limit curve: how much of the possible improvement each number of moves brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

from bookshift import sweeps
from bookshift.points import points_of
from bookshift.reports import table
from bookshift.scatter import Axis, Dot, scatter
from bookshift.taking import Point, point_of
from bookshift.text import count, percent
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.words import count as numbered
from bookshift_model.rules import RULES
from bookshift_model.sweep.axes import Axis as Varied

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from bookshift.planner import Planner
    from bookshift.sweeps import Swept
    from bookshift_model.sweep.outcome import Outcome

SHARES: Final = (
    *(0.0, 0.02, 0.04, 0.06, 0.08, 0.10, 0.12, 0.15, 0.18, 0.20, 0.22, 0.25, 0.28, 0.30, 0.35, 0.40, 0.50),
    *(0.60, 0.80, 1.0),
)
"""Move limits, as shares of all accounts; the last is no limit."""
RULE: Final = "move_budget"
_LIMIT: Final = RULES[RULE].name


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The best plan found with so many moves or fewer."""

    limit: int
    point: Point
    unowned: int
    """Accounts placed that have no owner on the roster, which no limit counts."""
    captured: float | None
    """Share of the improvement over today that some number of moves can bring, in points of goals and soft
    rules; None where so few moves leave hard rules broken that more keep."""
    broken: Mapping[str, int]
    """Hard rules broken, and how often."""
    lasting: Mapping[str, int]
    """What the best plan of all limits breaks, so that more moves do not help."""

    @property
    def moves(self) -> int:
        """Accounts that the plan gives to somebody else than today."""
        return len(self.point.moves)

    @property
    def counted(self) -> int:
        """Those of the moves that a limit counts."""
        return self.moves - self.unowned


def curve(
    planner: Planner,
    *,
    processes: int | None = None,
    careful: bool = False,
    tell: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[Step]:
    """Solve under every limit; fewer steps where it was stopped."""
    n = len(planner.portfolio.accounts)
    limits = tuple(str(one) for one in sorted({round(share * n) for share in SHARES}))
    axes = (Varied(f"{RULE}.mode", ("hard",)), Varied(f"{RULE}.limit", limits))
    swept = sweeps.run(planner, axes, processes=processes, careful=careful, tell=tell)
    roster = planner.portfolio.csm_index
    unowned = {one.id for one in planner.portfolio.accounts if one.owner not in roster}
    return steps(swept, points_of(planner.baseline_card), unowned)


def steps(swept: Swept, today: float, unowned: Container[str] = ()) -> list[Step]:
    """The curve of a sweep over move limits, by what `today` has in points of goals and soft rules.

    A plan that keeps a lower limit keeps a higher one too, so where the search found less with more moves
    allowed, the plan before stands. `unowned` are the accounts without an owner on the roster.
    """
    if not swept.outcomes:
        return []
    plans: list[Outcome] = []
    best = swept.outcomes[0]
    for one in swept.outcomes:
        best = one if one.points < best.points else best
        plans.append(best)
    lasting = best.broken
    clean = [one for one in plans if one.broken.keys() <= lasting.keys()]
    # What no plan keeps is broken more or less: that counts too, from the worst on.
    worst = today + max(one.points - one.soft_points for one in clean)
    possible = worst - best.points
    return [
        Step(
            limit=int(one.choice[f"{RULE}.limit"]),
            point=point_of(plan, one, swept.origin),
            unowned=sum(account in unowned for account in plan.moves),
            captured=((worst - plan.points) / possible if possible > 0 else 1.0) if plan in clean else None,
            broken=dict(plan.broken),
            lasting=dict(lasting),
        )
        for one, plan in zip(swept.outcomes, plans, strict=True)
    ]


def dots(found: Sequence[Step], here: int | None = None) -> list[Dot]:
    """The curve for a chart; `here` is the limit that is chosen."""
    known = [(one.limit, one.counted, one.captured) for one in found if one.captured is not None]
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
                "moved": one.moves,
                "unowned": one.unowned,
                "captured": one.captured,
                "gap": one.point.gap,
                "broken": dict(one.broken),
                "lasting": dict(one.lasting),
                **one.point.to_record(),
            }
            for one in found
        ]
    }


def of_record(told: Mapping[str, Any]) -> list[Step]:
    """The curve from what `record` made."""
    return [
        Step(
            point=Point(**{one.name: step[one.name] for one in fields(Point)}),
            **{name: step[name] for name in ("limit", "unowned", "captured", "broken", "lasting")},
        )
        for step in told["steps"]
    ]


def told(found: Sequence[Step]) -> str:
    """The curve as a table under a chart."""
    if not found:
        return "no limit was solved before it was stopped"
    placed = any(one.unowned for one in found)
    rows = [
        (
            count(one.limit),
            count(one.counted),
            *((count(one.unowned),) if placed else ()),
            percent(one.captured),
            percent(one.point.gap, 2),
            rules_told(one),
        )
        for one in found
    ]
    head = (
        "at most", "moves", *(("placed",) if placed else ()),
        "of the improvement", "gap", "hard rules",
    )  # fmt: skip
    lines = [*scatter(dots(found), *axes(), 72, 16), "", table(head, rows), *remarks(found)]
    return "\n".join(lines)


def remarks(found: Sequence[Step]) -> list[str]:
    """What has to be said of the whole curve."""
    said = []
    if unowned := max(one.unowned for one in found):
        said.append(f"no limit counts the {numbered(unowned, 'account')} placed that nobody has today")
    if lasting := _broken(found[0].lasting):
        said.append(f"no plan found keeps {lasting}, however many moves")
    return said


def said(one: Step) -> str:
    """A step in a sentence."""
    lasting = f"; no plan found keeps {_broken(one.lasting)}" if one.lasting else ""
    if one.captured is None:
        fewer = {name: times for name, times in one.broken.items() if name not in one.lasting}
        few = f"{numbered(one.limit, 'move')} {'is' if one.limit == 1 else 'are'} too few"
        return f"{few} to keep the hard rules: {_broken(fewer, one)}{lasting}"
    without = " (which nobody has today, and no limit counts)" if one.unowned else ""
    bring = "brings" if one.moves == 1 else "bring"
    moved = f"{Moved(one.counted, one.unowned)}{without}"
    return f"{moved} {bring} {percent(one.captured)} of what is possible{lasting}"


def told_of(one: Step) -> list[str]:
    """All there is to say of a step, a line each: a list has no room for many rules."""
    # A sentence about too few moves names the rules itself, any sentence those that no plan keeps.
    more = one.captured is not None and one.broken.keys() - one.lasting.keys()
    broken = [f"hard rules broken: {rules_told(one)}"] if more else []
    return [said(one), *broken]


def rules_told(one: Step) -> str:
    """Which hard rules the plan of a step breaks."""
    return _broken(one.broken, one) or "kept"


def _broken(rules: Mapping[str, int], of: Step | None = None) -> str:
    """Rules and how often; of a step by how much its own limit is exceeded, first of all."""
    words = [f"{name} ×{times}" for name, times in rules.items()]
    if of is not None and _LIMIT in rules and of.counted > of.limit:
        words.remove(f"{_LIMIT} ×{rules[_LIMIT]}")
        words.insert(0, f"{count(of.counted - of.limit)} over limit")
    return ", ".join(words)
