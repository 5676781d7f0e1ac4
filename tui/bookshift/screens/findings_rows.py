"""How findings, their rows and the readiness score are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift.panes.sheet import BLANK, Row, Span, heading, row
from bookshift.quality import CORRECTED
from bookshift.text import count, percent
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell
from bookshift_model.explain.words import count as numbered

if TYPE_CHECKING:
    from bookshift.quality import Entry, Item, Quality
    from bookshift_model.quality.group import Severity

ENTRIES: Final = (
    Column("severity", "", 10, priority=0),
    Column("open", "Open", 6, align="right", priority=1),
    Column("title", "What is wrong with the data", 40, share=5, priority=0),
    Column("accepted", "Accepted", 8, align="right", priority=2),
    Column("file", "File", 14, share=1, priority=4),
)
ITEMS: Final = (
    Column("name", "Account", 16, share=2, priority=0),
    Column("row", "Row", 6, align="right", priority=2),
    Column("column", "Column", 12, share=1, priority=4),
    Column("value", "Value", 12, share=1, priority=1),
    Column("suggest", "Proposed", 10, priority=1),
    Column("says", "What is wrong", 24, share=3, priority=2),
    Column("decided", "Decided", 10, share=2, priority=5),
)
_MARKS: Final = {"error": "x error", "warning": "! warning", "info": "remark"}
_TONES: Final = {"error": "bad", "warning": "warn", "info": "dim"}


def strip(found: Quality) -> str:
    """The readiness score and how many findings are open."""
    kinds: tuple[tuple[Severity, str], ...] = (("error", "error"), ("warning", "warning"), ("info", "remark"))
    counts = ", ".join(numbered(found.count(kind), word) for kind, word in kinds)
    return f"Readiness {found.ready.score:.0f} of 100 (i says what gaps cost)   {counts}"


def entry_cells(one: Entry) -> list[Cell | str]:
    """One finding."""
    if one.id == CORRECTED:
        return [Cell("✓ mended", "good"), count(one.open), one.title, "", one.file]
    mark = Cell(_MARKS[one.severity], _TONES[one.severity]) if one.open else Cell("✓ settled", "good")
    return [
        mark,
        count(one.open) if one.open else "",
        Cell(one.title, "" if one.open else "dim"),
        count(one.accepted) if one.accepted else "",
        Cell(one.file, "dim"),
    ]


def item_cells(one: Item) -> list[Cell | str]:
    """One row of a finding."""
    tone = "dim" if one.decided else ""
    return [
        Cell(one.name or one.key, tone),
        "" if one.row is None else str(one.row),
        Cell(one.column, "dim"),
        Cell(one.shown, tone),
        Cell(one.suggest, tone or "new"),
        Cell(one.says, tone),
        Cell(one.decided, "good"),
    ]


def entry_rows(one: Entry, found: Quality) -> list[Row]:
    """What the model makes of a finding, what it costs, and the cure."""
    costs = next((part.costs for part in found.ready.fields if part.field == one.field), ())
    return [
        heading(one.title),
        row(one.says),
        *(row(Span(f"Cost: {cost}", "warn"), hang=6) for cost in costs if one.id.startswith("missing:")),
        row(Span(f"What to do: {one.cure}", "dim"), hang=12),
    ]


def item_rows(one: Item, file: str, entry: Entry | None) -> list[Row]:
    """One row in full: where it stands, what is wrong, what was decided."""
    place = f"{file}, row {one.row}" if one.row is not None else file
    place += f", column “{one.column}”" if one.column else ""
    rows = [
        row(Span(one.name or one.key, "strong"), Span(f"  {one.account}  {place}", "dim")),
        row(f"{one.shown or 'unknown'}: {one.says}"),
    ]
    if one.suggest:
        rows.append(row(Span(f"Proposed: {one.suggest}", "new"), "  p takes it, c types another"))
    if one.decided:
        rows.append(row(Span(one.decided, "good"), Span("  x takes it back", "dim")))
    elif entry is not None:
        rows.append(row(Span(f"What to do: {entry.cure}", "dim"), hang=12))
    return rows


def ready_rows(found: Quality) -> list[Row]:
    """The readiness score by field, what each gap costs first."""
    rows = [
        heading(f"Readiness of the data: {found.ready.score:.0f} of 100"),
        row(
            "How much of what the plan is worked out from is stated: each field has points, times the "
            "share that is known, half by accounts, half by ARR. A value under an open warning counts half."
        ),
        BLANK,
        row(Span(f"{'field':<36}{'points':>8}{'known':>8}{'missing':>9}", "dim"), hang=-1),
    ]
    for one in found.ready.fields:
        tone = "" if one.known > 0.995 else "warn"  # noqa: PLR2004 - shown as 100 %
        known, points = percent(one.known), f"{one.weight * one.known:.1f}/{one.weight:g}"
        rows.append(row(Span(f"{one.name:<36}{points:>8}{known:>8}{count(one.missing):>9}", tone), hang=-1))
        rows += [row(Span(f"  {cost}"), hang=4) for cost in one.costs]
    if found.drifted:
        rows += [BLANK, row(Span(found.drifted, "warn"))]
    return rows
