"""Exports a plan, and a portfolio: the two use cases of this package."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bookshift_io.export.manifest import Approved, FileEntry, Manifest, file_name
from bookshift_io.export.plan_sheets import CrmTarget, PlanSheets
from bookshift_io.export.records import account_columns, csm_columns
from bookshift_io.export.sheets import Sheet
from bookshift_io.export.writing import ExportError, write_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from bookshift_io.export.cells import Profile
    from bookshift_io.workspace.approvals import Approval
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportScenario:
    """What the manifest says about the plan, besides its figures."""

    name: str
    version: int
    fairness: str
    """The definition of fairness in force, a sentence."""
    app_version: str
    at: datetime
    """Now, with a time zone."""
    approval: Approval | None = None
    """Of this very scenario; without one the files are drafts."""


def export_plan(
    folder: Path,
    *,
    problem: Problem,
    assignment: Indices,
    scenario: ExportScenario,
    reasons: Mapping[int, str],
    order: Sequence[int] = (),
    profile: Profile = "system",
    crm: CrmTarget | None = None,
    overwrite: bool = False,
) -> Manifest:
    """Write the files of a plan and their manifest; all or none.

    Args:
        folder: made where it is missing; must not be a link.
        problem: portfolio, policy and decisions of the plan.
        assignment: (n,) CSM positions, −1 for nobody.
        scenario: name, version, approval.
        reasons: a sentence by account position.
        order: account positions, the losers first; moves that are missing follow by position.
        profile: *system* also writes the CRM's update and rollback, which *people* leaves out.
        crm: what the CRM calls its columns; Salesforce's if ``None``.
        overwrite: whether files of an earlier export may be replaced.

    Raises:
        ExportError: approval and plan differ, or the folder cannot be written; nothing was exported.

    """
    sheets = PlanSheets(problem, assignment, reasons, profile)
    if scenario.approval is not None:
        _check_approved(scenario, scenario.approval, problem, sheets)
    made = [sheets.plan(), sheets.moves(order), sheets.books()]
    if profile == "system":
        made += sheets.crm(crm or CrmTarget())
    draft = scenario.approval is None
    contents = {file_name(one.stem, profile, draft=draft): (one, one.to_csv(profile)) for one in made}
    manifest = _manifest(
        problem,
        scenario,
        profile,
        tuple(_entry(name, sheet, content) for name, (sheet, content) in contents.items()),
    )
    # The manifest comes last, so that where there is one, the files that it names are complete.
    files = {name: content for name, (_, content) in contents.items()}
    write_files(folder, files | {manifest.name: manifest.to_json().encode("ascii")}, overwrite=overwrite)
    return manifest


def write_portfolio(folder: Path, portfolio: Portfolio, *, overwrite: bool = False) -> tuple[FileEntry, ...]:
    """Write accounts.csv and csms.csv, exact for an import; raises `ExportError`."""
    owners = [one.owner for one in portfolio.accounts]
    accounts = account_columns(portfolio, owners, "system")
    sheets = (
        Sheet(stem="accounts", columns=accounts, arr=portfolio.total_arr),
        Sheet(stem="csms", columns=csm_columns(portfolio, "system"), arr=0.0),
    )
    files = {f"{one.stem}.csv": one.to_csv("system") for one in sheets}
    write_files(folder, files, overwrite=overwrite)
    return tuple(
        _entry(name, sheet, content) for (name, content), sheet in zip(files.items(), sheets, strict=True)
    )


def _check_approved(
    scenario: ExportScenario, approval: Approval, problem: Problem, sheets: PlanSheets
) -> None:
    if approval.version != scenario.version:
        raise ExportError(
            f"version {approval.version} of “{scenario.name}” is approved and this is version "
            f"{scenario.version}; approve it, or export it as a draft"
        )
    today = {
        one.id: problem.data.csms[j].id if j >= 0 else None
        for one, j in zip(problem.data.accounts, problem.baseline.tolist(), strict=True)
    }
    approved = {
        account: csm
        for account, csm in approval.content["moves"].items()
        if account in today and today[account] != csm
    }
    if approved != sheets.owners_of_moves():
        raise ExportError(
            f"these moves are not those that were approved as “{scenario.name}”; "
            "open the scenario again and export it"
        )


def _entry(name: str, sheet: Sheet, content: bytes) -> FileEntry:
    return FileEntry(name=name, rows=sheet.rows, arr=sheet.arr, sha256=hashlib.sha256(content).hexdigest())


def _manifest(
    problem: Problem, scenario: ExportScenario, profile: Profile, files: tuple[FileEntry, ...]
) -> Manifest:
    approval = scenario.approval
    return Manifest(
        status="DRAFT" if approval is None else "approved",
        scenario=scenario.name,
        version=scenario.version,
        approval=None
        if approval is None
        else Approved(
            approver=approval.author,
            uid=approval.uid,
            at=approval.at,
            rationale=approval.rationale,
            sha256=approval.sha256,
        ),
        policy=problem.policy.name,
        fairness=scenario.fairness,
        profile=profile,
        data_as_of=problem.data.as_of,
        currency=problem.data.portfolio.currency,
        exported_at=scenario.at,
        app_version=scenario.app_version,
        files=files,
    )
