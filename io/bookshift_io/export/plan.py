"""Exports a plan, and a portfolio: the two use cases of this package."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bookshift_io.export.cells import cents
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

    from bookshift_io.export.document import Document
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
    columns: Mapping[str, str] = field(default_factory=dict)
    """Columns of the accounts file by header, with the field that each was read as."""
    data_set: int | None = None
    """Number of the data set in its workspace; None for a plan outside any."""
    data_imported_at: datetime | None = None
    data_sets_behind: int = 0
    """Imports since that data set was in force."""


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
    movers: Mapping[int, str] | None = None,
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
        movers: who moved an account (position) by hand, such as `ada, 2026-01-05`.
        order: account positions, the losers first; moves that are missing follow by position.
        options: separator, and how each CRM wants its file.

    Raises:
        ExportError: approval and plan differ, or a CRM would refuse its file; nothing was exported.

    """
    options = options or ExportOptions()
    wanted = tuple(one for one in PROFILES if one in profiles)
    needs_all = TOLD & set(wanted) or reasons is None
    told = _told(problem, assignment, movers or {}) if needs_all else None
    if told is not None:
        reasons = {one.account: one.reason for one in told.moves}
    maker = _Maker(problem, assignment, scenario, reasons or {}, order, options, told)
    if scenario.approval is not None:
        _check_approved(scenario, scenario.approval, problem, maker.exact)
    files: dict[str, bytes] = {}
    entries: list[FileEntry] = []
    for profile in wanted:
        for one in maker.files(profile):
            name = file_name(one.stem, draft=scenario.approval is None, ending=one.ending)
            files[name] = one.content
            entries.append(_entry(name, profile, one.content, rows=one.rows, arr=one.arr))
    manifest = _manifest(problem, scenario, wanted, tuple(entries), tuple(maker.warnings))
    return PreparedExport(manifest=manifest, files=files)


@dataclass(frozen=True, slots=True)
class _File:
    stem: str
    ending: str
    content: bytes
    rows: int
    arr: float


@dataclass
class _Maker:
    """Makes the files of one profile after the other."""

    problem: Problem
    assignment: Indices
    scenario: ExportScenario
    reasons: Mapping[int, str]
    order: Sequence[int]
    options: ExportOptions
    told: Diff | None
    warnings: list[str] = field(default_factory=list)

    @cached_property
    def exact(self) -> PlanSheets:
        """Sheets for programs."""
        return PlanSheets(self.problem, self.assignment, self.reasons, "system")

    @cached_property
    def shown(self) -> PlanSheets:
        """Sheets with names for people."""
        return PlanSheets(self.problem, self.assignment, self.reasons, "people")

    def files(self, profile: str) -> Iterator[_File]:
        """The files of a profile; what to know about them goes to `warnings`."""
        if profile in CRMS:
            return self._of_crm(profile)
        return self._of_told(profile) if profile in TOLD else self._of_sheets(profile)

    def _of_sheets(self, profile: str) -> Iterator[_File]:
        people = profile == "people"
        sheets, style = (self.shown, _style(self.options)) if people else (self.exact, EXACT)
        for one in (sheets.plan(), sheets.moves(self.order), sheets.books()):
            stem = f"{one.stem}-people" if people else one.stem
            yield _File(stem, style.ending, one.to_csv(style), one.rows, one.arr)

    def _of_crm(self, profile: str) -> Iterator[_File]:
        given = self.options.crm.get(profile, CrmOptions())
        crm = crm_with(CRMS[profile], given)
        made = write_back(self.problem, self.assignment, crm, given, self.scenario.columns)
        self.warnings += [f"{crm.name}: {one}" for one in made.warnings]
        for one in (made.update, made.rollback):
            yield _File(one.stem, "csv", one.to_csv(crm.style), one.rows, one.arr)

    def _of_told(self, profile: str) -> Iterator[_File]:
        document, portfolio = self._document, self.problem.data.portfolio
        if profile == "workbook":
            from bookshift_io.export.workbook import workbook  # noqa: PLC0415 - its library loads slowly

            columns = self.shown.books(), self.shown.moves(self.order), self.shown.plan()
            content = workbook(document, columns, self.scenario)
            yield _File("workbook", "xlsx", content, len(portfolio.accounts), portfolio.total_arr)
            return
        from bookshift_io.export.report_html import to_html  # noqa: PLC0415 - only a report needs them
        from bookshift_io.export.report_markdown import to_markdown  # noqa: PLC0415

        for ending, render in (("html", to_html), ("md", to_markdown)):
            moves, arr = (len(self.told.moves), self.told.after.moved_arr) if self.told else (0, 0.0)
            yield _File("report", ending, render(document), moves, arr)

    @cached_property
    def _document(self) -> Document:
        from bookshift_io.export.report import report  # noqa: PLC0415 - only a report needs it

        assert self.told is not None  # noqa: S101 - found for the profiles that tell
        return report(self.problem, self.told, self.scenario)


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


def _told(problem: Problem, assignment: Indices, movers: Mapping[int, str]) -> Diff:
    from bookshift_model.explain.diff import diff  # noqa: PLC0415 - only some exports need it

    return diff(problem, problem.baseline, assignment, movers)


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
        name=name, profile=profile, rows=rows, arr=cents(arr), sha256=hashlib.sha256(content).hexdigest()
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
        data_set=scenario.data_set,
        data_imported_at=scenario.data_imported_at,
        data_sets_behind=scenario.data_sets_behind,
        currency=problem.data.portfolio.currency,
        exported_at=scenario.at,
        app_version=scenario.app_version,
        files=files,
        warnings=warnings,
    )
