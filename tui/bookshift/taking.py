"""A point of a curve or a sweep: the plan that was solved for it, with its proof, to be taken as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bookshift.points import OF_WHAT, proven
from bookshift_model.explain.moved import Moved
from bookshift_model.gaps import gap_of

if TYPE_CHECKING:
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.sweep.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A plan, what is proven of it, and from what it was varied."""

    points: float
    """Hard rules priced in."""
    moves: Mapping[str, str]
    """Account id to CSM id, where that is not today's owner."""
    bound: float
    unavoidable: float
    certificate: Mapping[str, Any]
    """Prices that prove most of the bound, as JSON values."""
    origin: str
    """`proof.digest` of the scenario that was varied."""

    @property
    def gap(self) -> float | None:
        """Proven for the plan, as of any solve."""
        return gap_of(self.points, self.bound, self.unavoidable)

    def to_record(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)


def point_of(plan: Outcome, proof: Outcome, origin: str) -> Point:
    """The plan of one scenario, under the policy of the one (often the same) that proves how good it is."""
    return Point(
        points=float(plan.points),
        moves=dict(plan.moves),
        bound=float(proof.bound),
        unavoidable=float(min(plan.unavoidable, proof.unavoidable)),
        certificate=proof.certificate.to_record(),
        origin=origin,
    )


def said_of(point: Point, portfolio: Portfolio) -> str:
    """What was put in force, and what else can be done."""
    how = proven(point.gap).removesuffix(OF_WHAT)
    facts = ", ".join(filter(None, (str(Moved.of_plan(point.moves, portfolio)), how)))
    return f"{facts} — u takes it back, g S improves it"
