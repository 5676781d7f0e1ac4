"""Bringing files into a workspace: read, report, store, and give the first data set its first scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bookshift.reimport import Preview, changed, preview
from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.mapping import ColumnMapping, from_toml
from bookshift_io.intake.read import Counts, Intake, read_portfolio
from bookshift_io.workspace import Imported, Source, SourceFile
from bookshift_model.policy import MAX_TEXT, PRESETS, Policy, PolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift_io.workspace import Workspace

FIRST_SCENARIO = "Plan 1"
AS_OF = "as_of"
"""Key of the answer that says which day the data describes."""


@dataclass(frozen=True)
class Files:
    """What a person names for an import."""

    accounts: Path
    csms: Path
    mapping: Path | None = None
    answers: Mapping[str, str] | None = None
    as_of: date | None = None
    currency: str | None = None

    def read(self, kept: ColumnMapping | None = None) -> Intake:
        """Read the files; what is wrong with them is in the result, never an exception.

        Without a mapping of its own it uses the one `kept` from the import before.
        The day of the data is the one given, else the mapping's answer `as_of`, else today. Raises `OSError`
        or `IntakeError` only for a mapping file that cannot be used.
        """
        mapping = _mapping(self.mapping) if self.mapping else kept or ColumnMapping()
        known = {**mapping.answers, **(self.answers or {})}
        return read_portfolio(
            self.accounts,
            self.csms,
            mapping=mapping,
            answers=self.answers,
            as_of=self.as_of or _day(known.get(AS_OF)),
            currency=self.currency,
        )


def read_policy(name: str | None) -> Policy:
    """Return the policy that a person names: a preset, a TOML file, or the default for ``None``.

    Raises `PolicyError` on a bad file and `OSError` where it cannot be read. A preset goes before a file of
    its name.
    """
    if name is None:
        return Policy()
    if name.replace("-", "_") in PRESETS:
        return Policy.preset(name.replace("-", "_"))
    with Path(name).open("rb") as file:
        content = file.read(4 * MAX_TEXT + 1)
    try:
        return Policy.from_toml(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise PolicyError(f"{name} is no text in UTF-8; save it as UTF-8") from None


def store(
    workspace: Workspace, files: Files, intake: Intake, policy: Policy, seen: Preview | None = None
) -> Imported:
    """Keep what was read: a new data set, under which every draft goes on with its decisions and moves.

    `seen` is what the person was shown of the change (None for the first import, or where nobody looked).
    Where there is no scenario, a first one is made under `policy`. Where all are approved, a draft of the one
    changed last goes on, so that new data is always in sight. Content that is in force already changes
    nothing. All of it happens in one transaction. Raises `ChangedMeanwhileError` where somebody else has
    imported since.
    """
    if intake.portfolio is None:
        raise ValueError("nothing was read; answer the questions or mend the files first")
    seen = seen or preview(workspace, intake.portfolio)
    source = Source(
        files=(_file(files.accounts, intake.accounts), _file(files.csms, intake.csms)),
        mapping=intake.mapping.to_toml(),
        findings=tuple(finding_record(one) for one in intake.findings),
    )
    return workspace.take_in(
        intake.portfolio,
        source,
        policy,
        FIRST_SCENARIO,
        over=None if seen is None else seen.over.id,
        told="" if seen is None else f"; {changed(seen.changes)}",
    )


def kept_mapping(workspace: Workspace) -> ColumnMapping | None:
    """The mapping and answers of the data set in force, so that nobody is asked twice; None without one.

    Only the day is not kept: the next files describe another one.
    """
    known = workspace.current_dataset()
    if known is None:
        return None
    mapping = from_toml(known.source.mapping)
    return replace(mapping, answers={key: one for key, one in mapping.answers.items() if key != AS_OF})


def finding_record(finding: Any) -> dict[str, Any]:
    """JSON values of a finding."""
    return {
        "severity": finding.severity,
        "file": finding.file,
        "row": finding.row,
        "column": finding.column,
        "value": finding.value,
        "message": finding.message,
        "kind": finding.kind,
        "count": finding.count,
    }


def _mapping(path: Path) -> ColumnMapping:
    try:
        return from_toml(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise IntakeError(f"{path} is no text in UTF-8; save it as UTF-8") from None


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise IntakeError(f"the day of the data, {text!r}, is no date; write it as 2026-03-31") from None


def _file(path: Path, counts: Counts) -> SourceFile:
    return SourceFile(
        name=path.name,
        sha256=counts.sha256,
        rows=counts.rows_read,
        accepted=counts.accepted,
        rejected=counts.rejected,
        blank=counts.blank,
    )
