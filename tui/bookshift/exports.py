"""Approving a scenario, and writing its files: approved ones as approved, all others as drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from bookshift import __version__
from bookshift.handmade import movers
from bookshift.older import older
from bookshift.reports import card_record
from bookshift.scope import ACCEPTED
from bookshift_io.export.crm import CRMS
from bookshift_io.export.kept import keep_options, kept_options
from bookshift_io.export.plan import (
    TOLD,
    ExportOptions,
    ExportScenario,
    PreparedExport,
    prepare_plan,
)
from bookshift_io.intake.mapping import from_toml
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.why import why_each
from bookshift_model.explain.words import count as numbered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bookshift.planner import Planner
    from bookshift_io.export.manifest import Manifest
    from bookshift_io.workspace.approvals import Approval
    from bookshift_model.policy import Policy
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


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


def reasons_of(
    problem: Problem, assignment: Indices, accounts: Sequence[int], by_hand: Mapping[int, str] | None = None
) -> dict[int, str]:
    """One line for each of these accounts (positions): why it has its CSM in this assignment.

    `by_hand` says who moved an account by hand, as `movers` does.
    """
    before, after = Standing(problem, problem.baseline), Standing(problem, assignment)
    return {one.account: one.reason for one in why_each(before, after, accounts, brief=True, movers=by_hand)}


def prepare(
    planner: Planner, profiles: Sequence[str], options: ExportOptions | None = None
) -> PreparedExport:
    """Make the files of the open scenario without writing any; its manifest has names, rows and warnings.

    Without options those count that were given last in this workspace. Raises `ExportError` where a file
    would be of no use, and `TamperedError` where an approved scenario is no longer what was approved.
    """
    workspace, info = planner.workspace, planner.scenario
    approval = workspace.approval(info.id)
    if approval is not None:
        workspace.verify_approval(info.id)
    data, found = workspace.dataset(info.dataset_id), older(workspace, info)
    scenario = replace(
        described(info.name, info.version, planner.state.policy, approval),
        proof=proof(planner),
        findings=tuple(data.source.findings),
        sources=tuple(one.name for one in data.source.files),
        columns=from_toml(data.source.mapping).accounts,
        data_set=data.id,
        data_imported_at=data.imported_at,
        data_sets_behind=0 if found is None else found.behind,
    )
    options = options or kept_options(workspace.folder)
    problem, assignment = planner.problem, planner.assignment
    by_hand = movers(planner.session.history, planner.portfolio, assignment, named=True)
    made = _prepare(problem, assignment, scenario, profiles, options=options, by_hand=by_hand)
    behind = [] if found is None else [f"the plan is {found}; a copy of it goes on with the newest data"]
    warnings = *behind, *_of_drafts(planner, made), *_of_rules(planner), *made.manifest.warnings
    return replace(made, manifest=replace(made.manifest, warnings=warnings))


def export(
    planner: Planner,
    folder: Path,
    profiles: Sequence[str],
    *,
    options: ExportOptions | None = None,
    overwrite: bool = False,
) -> Manifest:
    """Write the files of the open scenario under some of `PROFILES`, and keep the options for next time.

    Raises as `prepare` does, and `FilesExistError` where files are in the way; then nothing was written.
    """
    return finish(planner, prepare(planner, profiles, options), folder, options, overwrite=overwrite)


def finish(
    planner: Planner,
    prepared: PreparedExport,
    folder: Path,
    options: ExportOptions | None = None,
    *,
    overwrite: bool = False,
) -> Manifest:
    """Write what was prepared; raises `ExportError`, and then nothing was written."""
    manifest = prepared.write(folder, overwrite=overwrite)
    if options is not None:
        keep_options(planner.workspace.folder, options)
    return manifest


def proof(planner: Planner) -> str:
    """How good the open scenario is proven to be, a sentence; empty where no solve is known of."""
    done = planner.session.history.done
    place = next((k for k in reversed(range(len(done))) if done[k].change.label.startswith(ACCEPTED)), None)
    if place is None:
        return ""
    label, since = done[place].change.label, len(done) - 1 - place
    _, _, how = label.partition(", ")
    if not how:
        return ""
    if since:
        times = "change was" if since == 1 else "changes were"
        return (
            f"The plan began as one that was {how} under the policy of then; {since} {times} made by hand "
            "since, of which nothing is proven. Solve again for a proof of the whole."
        )
    if how == "proven the best possible":
        return "No other plan scores better under this policy: that is proven, and not only not found."
    return (
        f"The plan is {how}: no plan whatsoever can score better than it by more than that under this "
        "policy. The proof is of the score: which of several plans this close is found is left to the search."
    )


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
    profiles: Sequence[str] = ("system",),
    *,
    overwrite: bool = False,
) -> Manifest:
    """Write the files of any plan, in the moves those first whose expected churn rises most."""
    return _prepare(problem, assignment, scenario, profiles).write(folder, overwrite=overwrite)


def _prepare(
    problem: Problem,
    assignment: Indices,
    scenario: ExportScenario,
    profiles: Sequence[str],
    *,
    options: ExportOptions | None = None,
    by_hand: Mapping[int, str] | None = None,
) -> PreparedExport:
    moved = [int(i) for i in np.flatnonzero(assignment != problem.baseline)]
    churn = problem.data.churn
    before = problem.data.at_baseline(churn)

    def lost(account: int) -> float:
        after = float(churn[account, assignment[account]])
        return float(problem.data.arr[account]) * (float(before[account]) - after)

    return prepare_plan(
        problem=problem,
        assignment=assignment,
        scenario=scenario,
        profiles=profiles,
        # A comparison with today finds them anyway.
        reasons=None if TOLD & set(profiles) else reasons_of(problem, assignment, moved, by_hand),
        movers=by_hand,
        order=sorted(moved, key=lambda i: (lost(i), i)),
        options=options,
    )


def _of_rules(planner: Planner) -> list[str]:
    """That hard rules are broken in the plan, approved or not."""
    broken = planner.card.broken
    if not broken:
        return []
    more = f", and {len(broken) - 1:,} more" if len(broken) > 1 else ""
    return [f"the plan breaks {numbered(len(broken), 'hard rule')}: {broken[0].sentence}{more}"]


def _of_drafts(planner: Planner, made: PreparedExport) -> list[str]:
    """What to do first, and in which order, where the files would not hold an approved plan."""
    if made.manifest.status == "approved":
        return []
    waits = planner.proposal is not None
    crms = [CRMS[one].name for one in made.manifest.profiles if one in CRMS]
    steps = [*(["take the solved plan over"] if waits else []), "approve it", "export again"]
    order = f"{', '.join(steps[:-1])}, and then {steps[-1]}"
    if crms:
        return [f"this is a DRAFT that nobody has approved: before {' or '.join(crms)} loads it, {order}"]
    if waits:
        return [f"a solved plan waits and is not in these files: {order}"]
    return []
