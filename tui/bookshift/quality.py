"""What is wrong with the data of an open scenario: findings of the import and the portfolio in one list.

Screens and commands share it. A finding that a planner has corrected is gone; one that was accepted stays,
counted apart, with who accepted it and why.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from bookshift_io.intake.mapping import from_toml
from bookshift_io.intake.places import line_of
from bookshift_model.correctable import FIELDS, OWNER
from bookshift_model.corrections import overtaken, readable
from bookshift_model.decisions import AcceptFinding
from bookshift_model.quality.examine import examine, ordered, overtaken_group
from bookshift_model.quality.group import SEVERITIES
from bookshift_model.quality.readiness import Readiness, readiness
from bookshift_model.quality.scores import drift

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bookshift.planner import Planner
    from bookshift_model.decisions import Correct
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.quality.group import Group, Severity

CORRECTED: Final = "corrected"
"""Id of the entry that lists the corrections in force."""
_OF_FILE: Final = "file:"
_TOLD_BETTER: Final = (
    "until then the cell counts as empty", "was put in its place", "is not in the roster",
    "several CSMs have the owner's name", "so every account is without one", "so every account counts as 0",
)  # fmt: skip
"""What the import says of cells that the examination of the portfolio finds as well, account by account."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a finding."""

    key: str
    """Unique within its entry: the account's id, or a number."""
    account: str
    """Id of the account; empty where it is about none."""
    name: str
    row: int | None
    """Row of the file, as a spreadsheet shows it."""
    column: str
    """Header of the column in the file."""
    value: str
    says: str
    suggest: str = ""
    """What may be put in its place."""
    decided: str = ""
    """Who accepted or corrected it, and why; empty while it is open."""
    source: str = ""
    """What the file says where that is no value, such as ``n/a``."""

    @property
    def shown(self) -> str:
        """The value, or what the file says in its place."""
        return self.value or self.source


@dataclass(frozen=True)
class Entry:
    """One kind of finding in one place."""

    id: str
    severity: Severity
    title: str
    field: str
    """Field of the account, where one can be corrected."""
    file: str
    says: str
    cure: str
    open: int
    accepted: int = 0
    group: Group | None = None
    records: tuple[Mapping[str, Any], ...] = ()
    corrections: tuple[Correct, ...] = ()

    @property
    def short(self) -> str:
        """What to type for its id: the id itself, or a digest of one that names a file and a message."""
        if not self.id.startswith(_OF_FILE):
            return self.id
        return f"file-{hashlib.sha256(self.id.encode()).hexdigest()[:6]}"

    @property
    def correctable(self) -> bool:
        """Whether a value can be typed in its place."""
        return self.field in FIELDS and (self.group is not None or bool(self.corrections))


@dataclass(frozen=True)
class Quality:
    """Everything that is to be said about the data of one scenario, at one moment."""

    entries: tuple[Entry, ...]
    ready: Readiness
    drifted: str
    """What changed in the meaning of the health score since the import before; empty where nothing did."""
    portfolio: Portfolio = field(repr=False)
    accepted: Mapping[str, Mapping[str, AcceptFinding]] = field(repr=False)
    lines: Lines = field(repr=False)

    def count(self, severity: Severity) -> int:
        """How many open findings there are of a severity."""
        return sum(one.open for one in self.entries if one.severity == severity)

    def entry(self, id_: str) -> Entry | None:
        """The entry under an id, or under its short one."""
        return next((one for one in self.entries if id_ in (one.id, one.short)), None)

    def items(self, entry: Entry) -> list[Item]:
        """The rows of an entry; accepted ones last."""
        if entry.corrections:
            return [self._correction(one) for one in entry.corrections]
        if entry.group is None:
            return [self._recorded(entry, at, one) for at, one in enumerate(entry.records)]
        found = [self._item(entry, entry.group, i) for i in entry.group.accounts]
        return sorted(found, key=lambda one: bool(one.decided))

    def subjects(self, entry: Entry, items: Iterable[Item]) -> list[tuple[str, str, str]]:
        """What to accept: (finding, about, value) for each item that is open."""
        return [(entry.id, one.key, one.value) for one in items if not one.decided]

    def _item(self, entry: Entry, group: Group, i: int) -> Item:
        account, detail = self.portfolio.accounts[i], group.detail(i)
        done = self.accepted.get(entry.id, {}).get(account.id)
        held = done is not None and done.value == detail.value
        return Item(
            key=account.id, account=account.id, name=account.name, row=self.lines.of(i),
            column=self.lines.header(group.field), value=detail.value, says=detail.says,
            suggest=detail.suggest, source=self.lines.text(i, group.field),
            decided=_signed("accepted", done) if done is not None and held else "",
        )  # fmt: skip

    def _recorded(self, entry: Entry, at: int, one: Mapping[str, Any]) -> Item:
        key, value = _subject(at, one), str(one["value"] or "")
        done = self.accepted.get(entry.id, {}).get(key)
        return Item(
            key=key, account="", name="", row=one["row"], column=one["column"] or "", value=value,
            says=str(one["message"]),
            decided=_signed("accepted", done) if done is not None and done.value == value else "",
        )  # fmt: skip

    def _correction(self, one: Correct) -> Item:
        i = self.portfolio.account_index.get(one.account)
        name = one.account if i is None else self.portfolio.accounts[i].name
        in_force = i is not None and one.field in self.portfolio.accounts[i].corrected
        at = self.portfolio.csm_index.get(one.value) if one.field == OWNER else None
        was, value = (self.portfolio.whom(v) if one.field == OWNER and v else v for v in (one.was, one.value))
        says = f"{FIELDS[one.field].name}: {was or 'unknown'} → {value or 'unknown'}"
        why = "the source says something else now"
        if one.field == OWNER and at is None:
            why = "that CSM is no longer on the roster"
        elif not readable(one):
            why = f"that is no {FIELDS[one.field].name}; take it back and type it again"
        return Item(
            key=one.key, account=one.account if i is not None else "", name=name,
            row=None if i is None else self.lines.of(i), column=self.lines.header(one.field), value=one.value,
            says=says if in_force else f"{says}; not in force: {why}",
            decided=_signed("corrected", one),
        )  # fmt: skip


class Lines:
    """Where accounts and fields stand in the file of the accounts."""

    def __init__(self, source: Any) -> None:
        counts = source.counts if isinstance(source.counts, dict) else {}
        self._runs = counts.get("lines", ())
        self._headers: dict[str, str] = {}
        if source.mapping:
            for header, meaning in from_toml(source.mapping).of("accounts").items():
                self._headers.setdefault(meaning, header)
        self.file = source.files[0].name if source.files else "accounts"
        self._texts: dict[tuple[int, str], dict[str, str]] = defaultdict(dict)
        for one in source.findings:
            if one["value"] and f"{one['file']}:".startswith(f"{self.file}:"):
                self._texts[one["row"], one["column"]][one["file"]] = str(one["value"])

    def of(self, account: int) -> int | None:
        """Row in the file of the account at a position of the data set; None where the import kept none."""
        return line_of(self._runs, account)

    def text(self, account: int, field: str) -> str:
        """What the file says of a field, as the import noted it; empty where it noted nothing."""
        noted = self._texts.get((self.of(account) or 0, self.header(field)), {})
        # Two sheets of one workbook may have such a cell; then it is not known which one is meant.
        return next(iter(noted.values())) if len(noted) == 1 else ""

    def header(self, name: str) -> str:
        """Header of the column that a field was read from; the field's own name where there is none."""
        return self._headers.get(name, FIELDS[name].name if name in FIELDS else name)


def examined(planner: Planner) -> Quality:
    """Examine the data of the open scenario; 50,000 accounts take about five seconds of CPU."""
    info = planner.workspace.dataset(planner.scenario.dataset_id)
    lines = Lines(info.source)
    portfolio, decisions = planner.portfolio, planner.state.decisions
    accepted: dict[str, dict[str, AcceptFinding]] = defaultdict(dict)
    for one in decisions:
        if isinstance(one, AcceptFinding):
            accepted[one.finding][one.about] = one
    stale = overtaken_group(portfolio, overtaken(planner.session.portfolio, decisions))
    groups = ordered((*stale, *examine(portfolio, planner.state.policy.formulas)))
    index = portfolio.account_index
    entries, doubtful = [], []
    for group in groups:
        here = set(group.accounts) if group.id in accepted else set()
        seen = {
            index[about]
            for about, one in accepted.get(group.id, {}).items()
            if about in index and index[about] in here and group.detail(index[about]).value == one.value
        }
        if len(seen) < len(group.accounts):
            doubtful.append(_open_part(group, seen))
        entries.append(
            Entry(
                group.id, group.severity, group.title, group.field, lines.file, group.says, group.cure,
                len(group.accounts) - len(seen), len(seen), group,
            )
        )  # fmt: skip
    made = decisions.corrections()
    if made:
        entries.append(
            Entry(
                CORRECTED, "info", "values corrected here", "", lines.file,
                "Each counts as corrected for as long as its source says what it said then.",
                "Correct them in the CRM as well; x takes one back.", len(made), corrections=made,
            )
        )  # fmt: skip
    entries += _of_the_import(info.source.findings, accepted)
    entries.sort(
        key=lambda one: (not one.open, SEVERITIES.index(one.severity), one.id == CORRECTED, one.open)
    )
    return Quality(
        entries=tuple(entries),
        ready=readiness(portfolio, planner.state.policy, doubtful),
        drifted=_drifted(planner),
        portfolio=portfolio,
        accepted=accepted,
        lines=lines,
    )


def _open_part(group: Group, seen: set[int]) -> Group:
    return replace(group, accounts=tuple(i for i in group.accounts if i not in seen)) if seen else group


def _drifted(planner: Planner) -> str:
    """Compare health with the data set before, where there is one."""
    before = planner.workspace.previous_dataset(planner.scenario.dataset_id)
    return "" if before is None else drift(planner.workspace.portfolio(before), planner.session.portfolio)


def _of_the_import(
    found: Iterable[Mapping[str, Any]], accepted: Mapping[str, Mapping[str, AcceptFinding]]
) -> Iterator[Entry]:
    """What the import noticed about files, columns and rejected rows."""
    alike: dict[tuple[str, str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for one in found:
        kind = str(one.get("kind") or one["message"])
        if not any(text in kind for text in _TOLD_BETTER):
            alike[(one["severity"], one["file"], one["column"] or "", kind)].append(one)
    for (severity, file, column, kind), records in alike.items():
        rejected = any("row rejected" in str(one["message"]) for one in records)
        title = kind if len(kind) < 90 else str(records[0]["message"])  # noqa: PLR2004 - it fits in a list
        id_ = f"{_OF_FILE}{file}:{column}:{kind}"[:200]
        done = accepted.get(id_, {})
        seen = sum(
            int(one.get("count", 1))
            for at, one in enumerate(records)
            if (own := done.get(_subject(at, one))) is not None and own.value == str(one["value"] or "")
        )
        yield Entry(
            id_, severity, f"{column}: {title}" if column else title,  # type: ignore[arg-type]  # as the import kept it
            "", file,
            "The row counts for nothing so far." if rejected else "Noted when the file was read.",
            "Nothing to do, unless that is wrong." if severity == "info" else
            f"Correct {'those rows in your file' if rejected else 'the file'} and import it again.",
            sum(int(one.get("count", 1)) for one in records) - seen, seen, records=tuple(records),
        )  # fmt: skip


def _subject(at: int, one: Mapping[str, Any]) -> str:
    return f"row {one['row']}" if one["row"] is not None else f"finding {at + 1}"


def _signed(verb: str, one: AcceptFinding | Correct) -> str:
    when = f" on {one.at:%Y-%m-%d}" if one.at else ""
    return f"{verb} by {one.author or 'somebody'}{when}" + (f": {one.reason}" if one.reason else "")
