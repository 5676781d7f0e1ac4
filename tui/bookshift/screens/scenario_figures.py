"""Two figures for each scenario of a list, as far as they are cheap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bookshift.points import points_of
from bookshift.screens.policy_figures import Judge
from bookshift_model.score import score

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookshift_io.workspace import ScenarioInfo, Workspace

_CHEAP: Final = 2_000_000
"""Accounts times CSMs up to which a draft is judged for a list."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a list says of a scenario; None where it is too dear to work out."""

    scenario: int
    version: int
    points: float | None
    broken: int | None
    """Hard rules broken, how often in all."""


def briefs(workspace: Workspace, scenarios: Sequence[ScenarioInfo]) -> Iterator[Brief]:
    """Judge one scenario with each step: approved ones as they were approved, others as they are."""
    judges: dict[int, Judge] = {}
    for one in scenarios:
        approval = workspace.approval(one.id)
        if approval is not None:
            plan = approval.content.get("figures", {}).get("plan", {})
            broken = sum(bool(rule["hard"]) for rule in plan.get("violations", ()))
            yield Brief(one.id, one.version, plan.get("points"), broken)
            continue
        if one.dataset_id not in judges:
            judges[one.dataset_id] = Judge(workspace.portfolio(one.dataset_id))
        judge = judges[one.dataset_id]
        if len(judge.portfolio.accounts) * len(judge.portfolio.csms) > _CHEAP:
            yield Brief(one.id, one.version, None, None)
            continue
        state = workspace.state(one.id)
        problem = judge.problem(state)
        card = score(problem, judge.assignment(problem, state.moves))
        yield Brief(one.id, one.version, points_of(card), len(card.broken))
