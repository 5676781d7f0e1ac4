"""What the import shows: a row for each question, column and finding, and the words about each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from bookshift.became import meaning, share
from bookshift.imports import arr_line, day_line, joined_lines
from bookshift.panes.sheet import Row, Span, row
from bookshift.text import count, money, plain, shortened
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell
from bookshift_io.intake.mapping import EXTRA, IGNORE
from bookshift_io.intake.vocabulary import label
from bookshift_model.explain.words import count as numbered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bookshift.imports import Files
    from bookshift_io.intake.became import Became
    from bookshift_io.intake.findings import Finding, Question
    from bookshift_io.intake.intake import Counts, Intake

FINDINGS: Final = "findings"
"""The tab that shows no file."""
MAPPING_COLUMNS: Final = (
    Column("column", "Column of the file", 20, share=3, priority=0),
    Column("field", "Read as", 16, share=2, priority=0),
    Column("how", "Sure?", 8, priority=1),
    Column("filled", "Filled", 6, align="right", priority=2),
    Column("read", "Read", 5, align="right", priority=2),
    Column("findings", "Said", 5, align="right", priority=4),
    Column("samples", "In the file", 16, share=5, priority=3, tone="dim"),
)
FINDING_COLUMNS: Final = (
    Column("severity", "", 10, priority=0),
    Column("file", "File", 12, share=1, priority=5),
    Column("row", "Row", 6, align="right", priority=1),
    Column("column", "Column", 12, share=1, priority=2),
    Column("value", "Value", 12, share=2, priority=4),
    Column("message", "What to know", 40, share=6, priority=0),
)
_TONES: Final = {"error": "bad", "warning": "warn", "info": "dim"}
_MARKS: Final = {"error": "x error", "warning": "! warning", "info": "remark"}
_HOW: Final = {"decided": "strong", "likely": "warn", "open": "new"}
_WANTS: Final = {
    "as_of": "which day?",
    "column": "which column?",
    "conflict": "which file is right?",
    "currency": "which one?",
    "dates": "day or month first?",
    "decimal": "point or comma?",
    "key": "which column?",
    "kind": "what does it hold?",
    "profile": "as before?",
    "rate": "at which rate?",
    "repeated": "how do they count?",
    "scale": "on which scale?",
    "status": "live or ended?",
    "unit": "times what?",
}
"""By topic of a question, what it wants."""
_SAID: Final = 3
_KINDS: Final = {"error": "error", "warning": "warning", "info": "remark"}
_NAME: Final = 9
"""Cells that the name of a file keeps in a tab: less tells nothing any more."""


@dataclass(frozen=True)
class View:
    """One tab of what was read: its questions and columns, or all findings."""

    intake: Intake
    tab: str
    file: str
    """Name of the tab's file."""
    questions: Mapping[str, Question] = field(default_factory=dict)
    columns: Mapping[str, Became] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    refusals: Sequence[Finding] = ()
    """What makes the whole file unusable."""

    @property
    def keys(self) -> list[str]:
        """Keys of the rows: questions come first."""
        return [*self.questions, *self.columns, *(self.findings if self.tab == FINDINGS else ())]

    def of_column(self, header: str) -> list[Finding]:
        """What was found in a column."""
        return [one for one in self.findings.values() if one.column == header]

    def cells(self, key: str) -> Sequence[Cell | str]:
        """The cells of a row."""
        if key in self.questions:
            asked = self.questions[key]
            about, what = _in_short(asked)
            text = asked.text.removeprefix(f"{self.file}: ")
            return [Cell(f"? {about}", "new"), Cell(what, "new"), Cell("asked", "new"), "", "", "", text]
        if key in self.columns:
            return self._column_cells(self.columns[key])
        one = self.findings[key]
        place = "" if one.row is None else str(one.row)
        mark = Cell(_MARKS[one.severity], _TONES[one.severity])
        return [mark, one.file, place, one.column or "", one.value or "", one.message]

    def _column_cells(self, one: Became) -> list[Cell | str]:
        plain_ = one.field in (EXTRA, IGNORE)
        said = sum(found.count for found in self.of_column(one.header))
        lacking = one.understood < one.filled
        return [
            one.header,
            Cell(meaning(one), "dim" if plain_ else "strong"),
            Cell(one.confidence, _HOW.get(one.confidence, "dim")),
            share(one.filled, one.rows),
            "" if plain_ else Cell(share(one.understood, one.filled), "warn" if lacking else ""),
            Cell(count(said), "warn") if said else "",
            ", ".join(one.samples),
        ]

    def words(self, key: str | None) -> list[Row]:
        """All there is to say about a row; without any, what is wrong with the file."""
        if key is None:
            return [row(Span(one.message, "bad")) for one in self.refusals]
        if key in self.questions:
            asked = self.questions[key]
            answers = ", ".join(filter(None, (*asked.choices, asked.form)))
            shown = [row(Span(f"In the file: {_samples(asked)}", "dim"))] if asked.samples else []
            return [row(asked.text), row(Span(f"Answers: {answers}", "dim"), hang=9), *shown]
        if key in self.columns:
            return self._column_words(self.columns[key])
        return [row(str(self.findings[key]))] if key in self.findings else []

    def _column_words(self, one: Became) -> list[Row]:
        why = "; ".join(part for part in (one.why, one.convention) if part)
        found = self.of_column(one.header)
        shown = [row(Span(str(each.message), _TONES[each.severity]), hang=2) for each in found[:_SAID]]
        more = len(found) - _SAID
        return [
            row(Span(one.header, "strong"), f" → {meaning(one)}", Span(f"   {why}", "dim"), hang=2),
            row(
                f"{count(one.filled)} of {count(one.rows)} rows filled, {count(one.understood)} understood; "
                f"such as {', '.join(one.samples) or 'nothing'}",
                hang=2,
            ),
            *shown,
            *([row(Span(f"and {numbered(more, 'finding')} more", "dim"))] if more > 0 else []),
        ]


def view_of(intake: Intake, tab: str, files: Files) -> View:
    """What one tab shows."""
    name = file_of(intake, tab, files)
    if tab == FINDINGS:
        return View(intake, tab, "", findings={f"finding {i}": one for i, one in enumerate(intake.findings)})
    return View(
        intake,
        tab,
        name,
        questions={
            f"question {one.key}": one for one in intake.questions if one.key.partition(".")[0] == tab
        },
        columns={f"column {one.header}": one for one in intake.columns.get(tab, ())},
        findings={
            f"finding {i}": one
            for i, one in enumerate(intake.findings)
            if one.column is not None and one.file.partition(":")[0] == name
        },
        refusals=[
            one
            for one in intake.findings
            if one.severity == "error" and one.row is None and one.file.partition(":")[0] == name
        ],
    )


def tabs_of(intake: Intake) -> list[str]:
    """A tab for each file, one for each joined file that has a question, and one for all findings."""
    asked = dict.fromkeys(one.key.partition(".")[0] for one in intake.questions)
    return [*intake.columns, *(name for name in asked if name not in intake.columns), FINDINGS]


def file_of(intake: Intake, tab: str, files: Files) -> str:
    """Name of a tab's file."""
    joined = {one.name: one.file for one in intake.joins}
    return {**joined, "accounts": files.accounts.name, "csms": files.csms.name}.get(tab, tab)


def tab_line(intake: Intake, current: str, files: Files, room: int) -> str:
    """The line of tabs, each with how much of it waits for an answer, in so many terminal cells.

    Where room is short, names of files lose their middle, then closed tabs their file, then findings the
    lesser kinds, and at last closed tabs go, from the first on.
    """
    asked = Counter(one.key.partition(".")[0] for one in intake.questions)
    times: Counter[str] = Counter(one.severity for one in intake.findings)
    said = [numbered(times[kind], word) for kind, word in _KINDS.items() if times[kind]]
    tabs = tabs_of(intake)
    names = {tab: plain(file_of(intake, tab, files)) for tab in tabs if tab != FINDINGS}

    def line(shown: Sequence[str], cells: int, *, kinds: int = len(_KINDS), bare: bool = True) -> str:
        words = []
        for tab in shown:
            open_ = f", {numbered(asked[tab], 'question')}" if asked[tab] else ""
            if tab == FINDINGS:
                text = f"findings: {', '.join(said[:kinds]) or 'none'}"
            elif bare and tab != current:
                text = f"{tab}{open_}"
            else:
                text = f"{shortened(names[tab], cells)} ({tab}{open_})"
            words.append(f"[{text}]" if tab == current else f" {text} ")
        return " ".join(words)

    widest = max(map(cell_len, names.values()), default=0)
    sizes = range(max(widest, _NAME), _NAME - 1, -1)
    forms = [line(tabs, cells, bare=False) for cells in sizes]
    forms += [line(tabs, cells, kinds=shown) for shown in (3, 2, 1) for cells in sizes]
    forms += [line(tabs[first:], _NAME, kinds=1) for first in range(1, tabs.index(current) + 1)]
    return next((one for one in forms if cell_len(one) <= room), forms[-1])


def report_rows(files: Files, intake: Intake) -> list[Row]:
    """The conservation report: every row and all ARR accounted for."""
    rows = [_counted(files.accounts.name, intake.accounts), _counted(files.csms.name, intake.csms)]
    rows.append(row(f"{arr_line(intake.accounts, money)}; {day_line(intake)}", hang=2))
    return [*rows, *(row(one, hang=2) for one in joined_lines(intake))]


def _counted(name: str, found: Counts) -> Row:
    return row(
        f"{name}: {count(found.rows_read)} rows read = {count(found.accepted)} accepted + ",
        Span(f"{count(found.rejected)} rejected", "warn" if found.rejected else ""),
        f" + {count(found.blank)} blank",
        f" + {numbered(found.totals, 'row')} of totals" if found.totals else "",
    )


def _in_short(asked: Question) -> tuple[str, str]:
    """What a question is about, and what it wants, in two or three words each."""
    _, topic, *rest = asked.key.split(".", 3)
    if topic == "value" and len(rest) > 1:
        return rest[1], f"which {label(rest[0])}?"
    about = label(rest[0]) if rest else topic.replace("_", " ")
    return about, _WANTS.get(topic, "which?")


def _samples(asked: Question) -> str:
    return ", ".join(asked.samples[:3])
