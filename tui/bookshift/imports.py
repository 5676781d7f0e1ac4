"""Bringing files into a workspace: read, report, store, and give the first data set its first scenario."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bookshift.naming import honest
from bookshift.places import own_profiles
from bookshift.reimport import Preview, changed
from bookshift.rejected import drop_rejects
from bookshift_io.export.writing import ExportError
from bookshift_io.given import read_given
from bookshift_io.intake.as_of import KEY as DAY_KEY
from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.intake import Counts, Intake
from bookshift_io.intake.joins.step import Joined
from bookshift_io.intake.mapping import CURRENCY, MAX_TOML, ColumnMapping, from_toml
from bookshift_io.intake.memo import Memo
from bookshift_io.intake.places import runs_of
from bookshift_io.intake.profiles import Profile, made
from bookshift_io.intake.progress import Progress, unheard
from bookshift_io.intake.read import read_portfolio
from bookshift_io.workspace import Imported, Source, SourceFile
from bookshift_io.workspace.profiles import FOLDER as PROFILES
from bookshift_io.workspace.profiles import read_profiles, write_profile
from bookshift_model.explain.words import count as numbered
from bookshift_model.policy import MAX_TEXT, PRESETS, Policy, PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from bookshift_io.workspace import Workspace

FIRST_SCENARIO = "Plan 1"
_NEAR: Final = 0.75
_MOST_KEYS: Final = 8
AS_OF: Final = "as_of"
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
    decided: ColumnMapping = field(default_factory=ColumnMapping)
    """What a person has decided about columns and answered since; it goes before the mapping file."""
    also: tuple[Path, ...] = ()
    """Contracts, tickets, usage and the like, which are joined to the accounts."""

    def read(
        self,
        profiles: Sequence[Profile] = (),
        *,
        kept: ColumnMapping | None = None,
        memo: Memo | None = None,
        progress: Progress = unheard,
    ) -> Intake:
        """Read the files; what is wrong with them is in the result, never an exception.

        Without a mapping file it uses what the `profiles` say about exports of the same columns, and the
        joins `kept` from the import before.
        The day of the data is the one given, else the mapping's answer `as_of`, else what the file states
        and a person confirms, else today. Raises `OSError` or `IntakeError` only for a mapping file that
        cannot be used, and what `memo` or `progress` raise.
        """
        mapping = self.decided.over(_mapping(self.mapping) if self.mapping else kept or ColumnMapping())
        known = {**mapping.answers, **(self.answers or {})}
        return read_portfolio(
            self.accounts,
            self.csms,
            mapping=mapping,
            answers=self.answers,
            as_of=self.as_of or _day(known.get(AS_OF)),
            currency=self.currency,
            also=self.also,
            profiles=() if self.mapping else profiles,
            memo=memo,
            progress=progress,
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
    try:
        return honest(Policy.from_toml(read_given(Path(name), 4 * MAX_TEXT + 1).decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise PolicyError(f"{name} is no text in UTF-8; save it as UTF-8") from None


def store(
    workspace: Workspace, files: Files, intake: Intake, policy: Policy, seen: Preview | None
) -> Imported:
    """Keep what was read: a new data set, under which every draft goes on with its decisions and moves.

    `seen` is what the person was shown of the change, None where the workspace held no data then.
    Where there is no scenario, a first one is made under `policy`. Where all are approved, a draft of the one
    changed last goes on, so that new data is always in sight. Content that is in force already changes
    nothing. All of it happens in one transaction. Raises `ChangedMeanwhileError` where somebody else has
    imported since.
    """
    if intake.portfolio is None:
        raise ValueError("nothing was read; answer the questions or mend the files first")
    source = Source(
        files=(
            _file(files.accounts, intake.accounts),
            _file(files.csms, intake.csms),
            *map(_further, intake.joins),
        ),
        mapping=intake.mapping.to_toml(),
        findings=tuple(finding_record(one) for one in intake.findings),
        counts={"lines": runs_of(intake.lines)},
    )
    imported = workspace.take_in(
        intake.portfolio,
        source,
        policy,
        FIRST_SCENARIO,
        over=None if seen is None else seen.over.id,
        told="" if seen is None else f"; {changed(seen.changes)}",
    )
    keep_profiles(workspace, files, intake)
    drop_rejects(workspace, (files.accounts, files.csms, *files.also))
    return imported


def known_exports(workspace: Workspace | None) -> tuple[Profile, ...]:
    """The exports that were imported before, into this workspace or by this person into any."""
    here = () if workspace is None else read_profiles(workspace.folder / PROFILES, shared=True)
    return (*here, *read_profiles(own_profiles(), shared=False))


def kept_joins(workspace: Workspace | None) -> ColumnMapping:
    """How further files were joined to the data in force, with the answers about them."""
    current = None if workspace is None else workspace.current_dataset()
    if current is None:
        return ColumnMapping()
    mapping = from_toml(current.source.mapping)
    names = {one.name for one in mapping.joins}
    answers = {key: text for key, text in mapping.answers.items() if key.partition(".")[0] in names}
    return ColumnMapping(joins=mapping.joins, answers=answers)


def day_line(intake: Intake) -> str:
    """The day that the data was read as that of."""
    asked = any(one.key == DAY_KEY for one in intake.questions)
    return f"day of the data: {intake.as_of}{' (asked)' if asked else ''}"


def arr_line(counts: Counts, written: Callable[[float], str]) -> str:
    """All ARR accounted for, and the rows whose ARR is in no figure; `written` writes an amount."""
    lost = f", {written(counts.arr_rejected)} in rejected rows" if counts.arr_rejected else ""
    unread = (
        f"; in none of these: the ARR of {numbered(counts.arr_unread, 'rejected row')}, "
        "which cannot be read or is below 0"
        if counts.arr_unread
        else ""
    )
    return f"ARR: {written(counts.arr_read)} read = {written(counts.arr_accepted)} accepted{lost}{unread}"


def joined_lines(intake: Intake) -> list[str]:
    """The conservation report of the further files, a line each, and of what contracts are worth."""
    lines: list[str] = []
    for one in intake.joins:
        lines.append(
            f"{one.file} ({one.kind}): {one.rows_read:,} rows read = {one.used:,} used "
            f"+ {one.left_out:,} left out + {one.unmatched:,} without account + {one.rejected:,} rejected "
            f"+ {one.blank:,} blank; {one.accounts:,} accounts have some, {one.accounts_without:,} none"
        )
        if one.kind == "contracts":
            lines.append(
                f"  ARR in force {one.arr_live:,.2f} = {one.arr_joined:,.2f} joined "
                f"+ {one.arr_overruled:,.2f} where the accounts file counts "
                f"+ {one.arr_unmatched:,.2f} without account"
            )
    return lines


def keep_profiles(workspace: Workspace, files: Files, intake: Intake) -> None:
    """Have the next files of the same columns recognised; where that cannot be kept, they only ask again."""
    today = datetime.now().astimezone().date()
    for table, path in (("accounts", files.accounts), ("csms", files.csms)):
        profile = made(table, path.name, today, intake.columns[table], intake.mapping)
        for folder, shared in ((workspace.folder / PROFILES, True), (own_profiles(), False)):
            with suppress(ExportError, OSError):
                write_profile(folder, profile, shared=shared)


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


def unused_answers(files: Files, intake: Intake, asked: Collection[str] = ()) -> list[str]:
    """A sentence for each answer that was given and answers no question; `asked` are further keys.

    A file that cannot be used asks nothing, so that nothing is known of its questions; while some are open,
    others may follow, and only what looks like a slip is told.
    """
    if intake.refused:
        return []
    known = {*intake.asked, *asked}
    # `accounts.dates` answers all questions that begin so.
    answering = {*known, *(one.rpartition(".")[0] for one in known), AS_OF, CURRENCY}
    said = []
    for key, value in (files.answers or {}).items():
        if key in answering:
            continue
        near = get_close_matches(key, sorted(known), 1, _NEAR)
        if intake.questions and not near:
            continue
        listed = ", ".join(sorted(known)[:_MOST_KEYS])
        more = f" and {len(known) - _MOST_KEYS} more" if len(known) > _MOST_KEYS else ""
        hint = f"the key is perhaps {near[0]}; " if near else ""
        there = f"this import asks under {listed}{more}" if known else "this import asks nothing"
        said.append(f"--answer {key}={value} answers no question; {hint}{there}")
    return said


def _mapping(path: Path) -> ColumnMapping:
    try:
        return from_toml(read_given(path, 4 * MAX_TOML + 1).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise IntakeError(f"{path} is no text in UTF-8; save it as UTF-8") from None


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise IntakeError(f"the day of the data, {text!r}, is no date; write it as 2026-03-31") from None


def _further(one: Joined) -> SourceFile:
    return SourceFile(
        name=one.file,
        sha256=one.sha256,
        rows=one.rows_read,
        accepted=one.used + one.left_out,
        rejected=one.rejected + one.unmatched,
        blank=one.blank,
    )


def _file(path: Path, counts: Counts) -> SourceFile:
    return SourceFile(
        name=path.name,
        sha256=counts.sha256,
        rows=counts.rows_read,
        accepted=counts.accepted,
        rejected=counts.rejected,
        blank=counts.blank + counts.totals,
    )
