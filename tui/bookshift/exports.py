"""Approving a scenario, and writing its files: approved ones as approved, all others as drafts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift import __version__
from bookshift.reports import card_record
from bookshift_io.export.plan import ExportScenario, export_plan
from bookshift_io.export.plan_sheets import CRM_TARGETS
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.why import why_each

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bookshift.planner import Planner
    from bookshift_io.export.manifest import Manifest
    from bookshift_io.workspace.approvals import Approval
    from bookshift_model.policy import Policy
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


PROFILES: Final = ("system", "people", *CRM_TARGETS)
"""system: exact, for programs; people: for spreadsheets; the others: system, in the words of that CRM."""


def fairness(policy: Policy) -> str:
    """The definition of fairness in force, one sentence for every plan."""
    return (
        "Fair is a book in proportion to its CSM's capacity (full-time equivalent, less ramp and leave): "
        "each CSM's target is that share of all workload, ARR and accounts, "
        f"and up to {policy.dead_band:.0%} off target costs nothing."
    )


def approve(planner: Planner, rationale: str, *, request: str | None = None) -> Approval:
    """Freeze the open scenario with a rationale; who and when are recorded with it.

    Raises a `WorkspaceError` without a rationale, for a frozen scenario, or where it changed meanwhile.
    """
    figures = {"plan": card_record(planner.card), "baseline": card_record(planner.baseline_card)}
    approval = planner.workspace.approve(
        planner.scenario.id, rationale, figures, version=planner.scenario.version, request_id=request
    )
    planner.open(planner.scenario.id)
    return approval


def reasons_of(problem: Problem, assignment: Indices, accounts: Sequence[int]) -> dict[int, str]:
    """One line for each of these accounts (positions): why it has its CSM in this assignment."""
    before, after = Standing(problem, problem.baseline), Standing(problem, assignment)
    return {one.account: one.reason for one in why_each(before, after, accounts, brief=True)}


def export(planner: Planner, folder: Path, profile: str, *, overwrite: bool = False) -> Manifest:
    """Write the files of the open scenario under one of `PROFILES`.

    Raises `ExportError` (`FilesExistError` where files are in the way), and then nothing was written, and
    `TamperedError` where an approved scenario is no longer what was approved.
    """
    approval = planner.workspace.approval(planner.scenario.id)
    if approval is not None:
        planner.workspace.verify_approval(planner.scenario.id)
    named = described(planner.scenario.name, planner.scenario.version, planner.state.policy, approval)
    return write(folder, planner.problem, planner.assignment, named, profile, overwrite=overwrite)


def described(name: str, version: int, policy: Policy, approval: Approval | None = None) -> ExportScenario:
    """What a manifest says about a plan of now."""
    return ExportScenario(
        name=name,
        version=version,
        fairness=fairness(policy),
        app_version=__version__,
        at=datetime.now(UTC),
        approval=approval,
    )


def write(
    folder: Path,
    problem: Problem,
    assignment: Indices,
    scenario: ExportScenario,
    profile: str = "system",
    *,
    overwrite: bool = False,
) -> Manifest:
    """Write the files of a plan, in the moves those first whose expected churn rises most."""
    moved = [int(i) for i in np.flatnonzero(assignment != problem.baseline)]
    churn = problem.data.churn
    before = problem.data.at_baseline(churn)

    def lost(account: int) -> float:
        after = float(churn[account, assignment[account]])
        return float(problem.data.arr[account]) * (float(before[account]) - after)

    return export_plan(
        folder,
        problem=problem,
        assignment=assignment,
        scenario=scenario,
        reasons=reasons_of(problem, assignment, moved),
        order=sorted(moved, key=lambda i: (lost(i), i)),
        profile="people" if profile == "people" else "system",
        crm=CRM_TARGETS.get(profile),
        overwrite=overwrite,
    )
