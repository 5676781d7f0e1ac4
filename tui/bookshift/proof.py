"""How good a plan is proven to be: repeated here before it is shown, and said in plain words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bookshift import __version__, log
from bookshift.points import proven
from bookshift_model.certificate import Certificate, lower_bound
from bookshift_model.decisions import decision_to_record
from bookshift_model.gaps import gap_of, improvement_gap_of, tolerance
from bookshift_model.value import judged, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bookshift.planner import Planner
    from bookshift.solver_events import Finished
    from bookshift_model.decisions import Decisions
    from bookshift_model.policy import Policy
    from bookshift_model.problem import Problem

PROOF: Final = ("certificate", "bound", "unavoidable", "digest")
"""What a workspace keeps of a solve whose plan was taken over or dropped: it bounds all plans."""
_UNREPEATED: Final = "The proof could not be repeated here, so less is claimed."
_NOTHING: Final = 0.0005


@dataclass(frozen=True, slots=True)
class Proof:
    """How far a plan is from the best possible at most: as a share of its points, and of the improvement."""

    gap: float | None
    improvement_gap: float | None

    def __str__(self) -> str:
        """Plain words; nothing where nothing is proven."""
        how = proven(self.gap)
        if not how or not self.gap or self.improvement_gap is None or self.improvement_gap < _NOTHING:
            return how
        return f"{how}, {100 * self.improvement_gap:.1f} % of the improvement still open"


def checked(problem: Problem, end: Finished) -> Finished:
    """The end of a solve, its points recounted and its prices tried; what does not hold is not claimed."""
    if end.note:
        log.note(f"solve {end.id}: {end.note}")
    if end.certificate is None or end.certified is None:
        return end
    points = value(problem, assignment_of(problem, end.moves))
    bound = lower_bound(problem, Certificate.from_record(end.certificate))
    if abs(points - end.points) <= tolerance(points) and bound >= end.certified - tolerance(bound):
        return end
    log.note(f"solve {end.id}: {end.points} points and bound {end.certified} are {points} and {bound} here")
    return replace(
        end,
        points=points,
        bound=bound,
        gap=gap_of(points, bound, end.unavoidable),
        improvement_gap=improvement_gap_of(points, bound, end.points_baseline, end.unavoidable),
        note=end.note or _UNREPEATED,
    )


def assignment_of(problem: Problem, moves: Mapping[str, str]) -> NDArray[np.int64]:
    """(n,) today's assignment with moves."""
    made = problem.baseline.copy()
    accounts, csms = problem.data.portfolio.account_index, problem.data.portfolio.csm_index
    for account, csm in moves.items():
        if account in accounts and csm in csms:
            made[accounts[account]] = csms[csm]
    return made


def digest(planner: Planner) -> str:
    """Of what a bound depends on: data, policy, decisions, and the formulas of this version."""
    return digest_of(planner.scenario.dataset_id, planner.state.policy, planner.state.decisions)


def digest_of(dataset: int, policy: Policy, decisions: Decisions) -> str:
    """Of what a bound depends on: `_digest_of_prices`, and after a point that of the decisions."""
    of_decisions = _hash([decision_to_record(one) for one in decisions])
    return f"{_digest_of_prices(dataset, policy)}.{of_decisions}"


def same_prices(one: str, other: str) -> bool:
    """Whether two digests are of the same data and policy: decisions ask for no other prices."""
    return one.partition(".")[0] == other.partition(".")[0]


def _digest_of_prices(dataset: int, policy: Policy) -> str:
    """Of what good prices depend on: the version that found them, the number of the data, policy."""
    return _hash([__version__, dataset, policy.to_record()])


def _hash(record: list[Any]) -> str:
    return hashlib.sha256(json.dumps(record, sort_keys=True, default=str).encode()).hexdigest()


def known_bound(planner: Planner) -> float | None:
    """What an earlier solve proved under the same data, policy and decisions: it holds for any plan."""
    kept = planner.workspace.proposal(planner.scenario.id)
    if kept is None or kept.content.get("digest") != digest(planner):
        return None
    bound = kept.content.get("bound")
    return float(bound) if isinstance(bound, (int, float)) else None


def proof_of(planner: Planner) -> Proof | None:
    """What is proven of the plan shown, by the prices of the latest solve: they hold after any change."""
    kept = planner.workspace.proposal(planner.scenario.id)
    if kept is None or not isinstance(kept.content.get("certificate"), dict):
        return None
    problem, assignment = planner.problem, planner.assignment
    certificate = Certificate.from_record(kept.content["certificate"])
    bound, (points, spared) = lower_bound(problem, certificate), judged(problem, assignment)
    if kept.content.get("digest") == digest(planner):
        bound = max(bound, float(kept.content["bound"]))
        known = kept.content.get("unavoidable")
        spared = min(spared, float(known)) if isinstance(known, (int, float)) else spared
    today = planner.baseline_card.points
    return Proof(gap_of(points, bound, spared), improvement_gap_of(points, bound, today, spared))
