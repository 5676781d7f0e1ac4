"""Exports a plan, and a portfolio: the two use cases of this package."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bookshift_io.export.crm import CRMS, CrmOptions, crm_with
from bookshift_io.export.manifest import Approved, FileEntry, Manifest, file_name
from bookshift_io.export.plan_sheets import PlanSheets
from bookshift_io.export.records import account_columns, csm_columns
from bookshift_io.export.sheets import EXACT, FOR_PEOPLE, Sheet, Style
from bookshift_io.export.write_back import write_back
from bookshift_io.export.writing import ExportError, write_files
from bookshift_io.workspace.approvals import Approval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.explain.diff import Diff
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices

PROFILES: Final = ("system", "people", "workbook", "report", *CRMS)
"""system: exact, for programs; people: CSV for spreadsheets; workbook: XLSX; report: HTML and Markdown; or a
CRM, which gets an update and a rollback."""

TOLD: Final = frozenset({"workbook", "report"})
"""Profiles that tell of the whole comparison with today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportScenario:
    """What the files say about the plan, besides its figures."""

    name: str
    version: int
    fairness: str
    """The definition of fairness in force, a sentence."""
    app_version: str
    at: datetime
    """Now, with a time zone."""
    approval: Approval | None = None
    """Of this very scenario; without one the files are drafts."""
    proof: str = ""
    """How good the plan is proven to be, a sentence; empty where nothing is known of it."""
    findings: tuple[Mapping[str, Any], ...] = ()
    """What the import found, as the data set keeps it."""
    sources: tuple[str, ...] = ()
    """Names of the files that were imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What a planner may choose besides the profiles."""

    separator: str = "comma"
    """What parts the cells of the *people* profile: one of `FOR_PEOPLE`."""
    crm: Mapping[str, CrmOptions] = field(default_factory=dict)
    """By profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedExport:
    """Finished files that are not written yet; `manifest` describes them."""

    manifest: Manifest
    files: Mapping[str, bytes]

    def write(self, folder: Path, *, overwrite: bool = False) -> Manifest:
        """Write all files or none, the manifest last; raises `ExportError`."""
        # Where there is a manifest, the files that it names are complete.
        last = {self.manifest.name: self.manifest.to_json().encode("ascii")}
        write_files(folder, {**self.files, **last}, overwrite=overwrite)
        return self.manifest


def prepare_plan(
    *,
    problem: Problem,
    assignment: Indices,
    scenario: ExportScenario,
    profiles: Sequence[str] = ("system",),
    reasons: Mapping[int, str] | None = None,
    order: Sequence[int] = (),
    options: ExportOptions | None = None,
) -> PreparedExport:
    """Make the files of a plan in memory.

    Args:
        problem: portfolio, policy and decisions of the plan.
        assignment: (n,) CSM positions, −1 for nobody.
        scenario: name, version, approval.
        profiles: some of `PROFILES`.
        reasons: a sentence by account position; found here where ``None``, as `TOLD` profiles need more.
        order: account positions, the losers first; moves that are missing follow by position.
        options: separator, and how each CRM wants its file.

    Raises:
        ExportError: approval and plan differ, or a CRM would refuse its file; nothing was exported.

    """
    options = options or ExportOptions()
    wanted = [one for one in PROFILES if one in profiles]
    told = _told(problem, assignment) if TOLD & set(wanted) or reasons is None else None
    if told is not None:
        reasons = {one.account: one.reason for one in told.moves}
    exact = PlanSheets(problem, assignment, reasons or {}, "system")
    shown = PlanSheets(problem, assignment, reasons or {}, "people")
    if scenario.approval is not None:
        _check_approved(scenario, scenario.approval, problem, exact)
    draft = scenario.approval is None
    files: dict[str, bytes] = {}
    entries: list[FileEntry] = []
    warnings: list[str] = []

    def keep(profile: str, stem: str, ending: str, content: bytes, *, rows: int, arr: float) -> None:
        name = file_name(stem, draft=draft, ending=ending)
        files[name] = content
        entries.append(_entry(name, profile, content, rows=rows, arr=arr))

    for profile in wanted:
        if profile in CRMS:
            given = options.crm.get(profile, CrmOptions())
            crm = crm_with(CRMS[profile], given)
            made = write_back(problem, assignment, crm, given)
            warnings += [f"{crm.name}: {one}" for one in made.warnings]
            for sheet in (made.update, made.rollback):
                keep(profile, sheet.stem, "csv", sheet.to_csv(crm.style), rows=sheet.rows, arr=sheet.arr)
        elif profile in TOLD and told is not None:
            for stem, ending, content in _told_files(profile, told, problem, scenario, shown, order):
                rows = len(told.moves) if profile == "report" else problem.data.n
                arr = told.after.moved_arr if profile == "report" else problem.data.portfolio.total_arr
                keep(profile, stem, ending, content, rows=rows, arr=arr)
        else:
            style = _style(options) if profile == "people" else EXACT
            sheets = shown if profile == "people" else exact
            for sheet in (sheets.plan(), sheets.moves(order), sheets.books()):
                stem = f"{sheet.stem}-people" if profile == "people" else sheet.stem
                keep(profile, stem, style.ending, sheet.to_csv(style), rows=sheet.rows, arr=sheet.arr)
    manifest = _manifest(problem, scenario, tuple(wanted), tuple(entries), tuple(warnings))
    return PreparedExport(manifest=manifest, files=files)


def write_portfolio(folder: Path, portfolio: Portfolio, *, overwrite: bool = False) -> tuple[FileEntry, ...]:
    """Write accounts.csv and csms.csv, exact for an import; raises `ExportError`."""
    owners = [one.owner for one in portfolio.accounts]
    accounts = account_columns(portfolio, owners, "system")
    sheets = (
        Sheet(stem="accounts", columns=accounts, arr=portfolio.total_arr),
        Sheet(stem="csms", columns=csm_columns(portfolio, "system"), arr=0.0),
    )
    files = {f"{one.stem}.csv": one.to_csv() for one in sheets}
    write_files(folder, files, overwrite=overwrite)
    return tuple(
        _entry(name, "system", content, rows=sheet.rows, arr=sheet.arr)
        for (name, content), sheet in zip(files.items(), sheets, strict=True)
    )


def _told(problem: Problem, assignment: Indices) -> Diff:
    from bookshift_model.explain.diff import diff  # noqa: PLC0415 - only some exports need it

    return diff(problem, problem.baseline, assignment)


def _told_files(
    profile: str,
    told: Diff,
    problem: Problem,
    scenario: ExportScenario,
    sheets: PlanSheets,
    order: Sequence[int],
) -> Iterator[tuple[str, str, bytes]]:
    """Stem, ending and content of each file of a `TOLD` profile."""
    from bookshift_io.export.report import report  # noqa: PLC0415
    from bookshift_io.export.workbook import workbook  # noqa: PLC0415 - its library loads slowly

    document = report(problem, told, scenario)
    if profile == "workbook":
        yield (
            "workbook",
            "xlsx",
            workbook(document, (sheets.books(), sheets.moves(order), sheets.plan()), scenario),
        )
        return
    from bookshift_io.export.report_html import to_html  # noqa: PLC0415
    from bookshift_io.export.report_markdown import to_markdown  # noqa: PLC0415

    yield "report", "html", to_html(document)
    yield "report", "md", to_markdown(document)


def _style(options: ExportOptions) -> Style:
    if options.separator not in FOR_PEOPLE:
        raise ExportError(
            f"{options.separator!r} is no separator; choose {', '.join(list(FOR_PEOPLE)[:-1])} or tab"
        )
    return FOR_PEOPLE[options.separator]


def _check_approved(
    scenario: ExportScenario, approval: Approval, problem: Problem, sheets: PlanSheets
) -> None:
    if approval.version != scenario.version:
        raise ExportError(
            f"version {approval.version} of “{scenario.name}” is approved and this is version "
            f"{scenario.version}; look at what changed, approve that, and then export it"
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
            f"these moves are not those that were approved as “{scenario.name}”; open the scenario again, "
            "approve what it says now, and then export it"
        )


def _entry(name: str, profile: str, content: bytes, *, rows: int, arr: float) -> FileEntry:
    return FileEntry(
        name=name, profile=profile, rows=rows, arr=arr, sha256=hashlib.sha256(content).hexdigest()
    )


def _manifest(
    problem: Problem,
    scenario: ExportScenario,
    profiles: tuple[str, ...],
    files: tuple[FileEntry, ...],
    warnings: tuple[str, ...],
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
        profiles=profiles,
        data_as_of=problem.data.as_of,
        currency=problem.data.portfolio.currency,
        exported_at=scenario.at,
        app_version=scenario.app_version,
        files=files,
        warnings=warnings,
    )
