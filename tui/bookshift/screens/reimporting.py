"""A fresh export against the data in force: what is new, gone, moved and changed, before it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import BindingType

from bookshift.bindings import bindings
from bookshift.panes.sheet import Row, Sheet, Span, row
from bookshift.reimport import arr_total, changed, drift_sentence
from bookshift.reimport_list import items
from bookshift.screens.confirm import Confirm
from bookshift.screens.note import Note
from bookshift.screens.page import Page, leaving
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift.widgets.statusline import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from bookshift.reimport import Preview
    from bookshift.reimport_list import Item

COLUMNS: Final = (
    Column("group", "", 9, priority=0),
    Column("name", "Account", 16, share=2, priority=0, tone="strong"),
    Column("field", "Field", 10, share=1, priority=2),
    Column("old", "Before", 16, share=2, priority=1),
    Column("new", "Now", 16, share=2, priority=0),
)
_TONES: Final = {"gone": "warn", "void": "warn", "elsewhere": "warn", "outside": "warn", "new": "new"}
_ALL: Final = "all"


class ReimportScreen(Page[bool | None]):
    """Answers with True where the export shall be kept."""

    contexts = ("reimport", "grid")
    hint_ids: ClassVar[Sequence[str]] = ("reimport.keep", "reimport.next", "move.down", "back", "palette")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("reimport", "grid"), *leaving()]
    DEFAULT_CSS = """
    ReimportScreen > #summary { margin: 0 0 1 0; max-height: 8; }
    ReimportScreen > #whole { height: 4; border-top: solid $surface-lighten-2; }
    """

    done: ClassVar[bool] = False
    """Whether the data is kept already, and this only tells of it."""

    def __init__(self, seen: Preview) -> None:
        super().__init__()
        self.seen = seen
        self._items: dict[str, Item] = {f"{at}": one for at, one in enumerate(items(seen))}
        self._groups = [_ALL, *dict.fromkeys(one.group for one in self._items.values())]
        self._group = _ALL

    def compose_body(self) -> Iterable[Widget]:
        """Put the summary over the list, and the whole of the line under the cursor below."""
        yield Note(id="summary")
        yield Line(id="groups", classes="strip")
        yield Grid(COLUMNS, id="changes", empty="Accounts and CSMs are as before.")
        yield Sheet(id="whole")

    def on_mount(self) -> None:
        """Show what changes."""
        super().on_mount()
        over, after = self.seen.over, self.seen.changes.after
        kept = "latest import" if self.done else "fresh export"
        self.facts("Changes", f"{kept} of {after.as_of}", f"against data set {over.id} of {over.as_of}")
        self.query_one("#whole", Sheet).can_focus = False
        self.query_one("#summary", Note).show(self._summary())
        self._project()
        self.grid.focus()
        if self.done:
            self.say("This is kept already; tab shows one kind of change alone.")
        elif self.seen.questions:
            self.say("Look twice: this may be a filtered report. s asks before it keeps.", "warn")
        else:
            self.say("Nothing is kept yet: s keeps it, esc goes back.")

    @property
    def grid(self) -> Grid:
        """The changes, a line each."""
        return self.query_one("#changes", Grid)

    def action_reimport_next(self) -> None:
        """Show the next kind of change alone."""
        self._turn(1)

    def action_reimport_previous(self) -> None:
        """Show the kind of change before."""
        self._turn(-1)

    @work(group="keep", exclusive=True)
    async def action_reimport_keep(self) -> None:
        """Keep the export; where it looks like a part of the list, only after a yes."""
        if self.done:
            self.say("It is kept already.")
            return
        for one in self.seen.questions:
            lines = [one.text, *([f"Gone: {', '.join(one.samples)} …"] if one.samples else [])]
            if not await self.app.push_screen_wait(Confirm("Keep this export?", lines, "keeps it")):
                self.say("Nothing was kept.")
                return
        self.dismiss(True)  # noqa: FBT003 - what the screen answers

    def action_leave(self) -> None:
        """Close and keep nothing."""
        self.dismiss(None)

    def _turn(self, by: int) -> None:
        at = self._groups.index(self._group)
        self._group = self._groups[(at + by) % len(self._groups)]
        self._project()
        self.grid.action_top()
        self._tell_whole()

    def _project(self) -> None:
        shown = [key for key, one in self._items.items() if self._group in (_ALL, one.group)]
        self.grid.show(ListRows(shown, self._cells))
        counts = {group: sum(one.group == group for one in self._items.values()) for group in self._groups}
        counts[_ALL] = len(self._items)
        words = [f"{group} {counts[group]:,}" for group in self._groups]
        at = self._groups.index(self._group)
        words[at] = f"[{words[at]}]"
        self.query_one("#groups", Line).put("  ".join(words))
        self._tell_whole()

    def _cells(self, key: str) -> list[Cell | str]:
        one = self._items[key]
        return [Cell(one.group, _TONES.get(one.group, "")), one.name, one.field, one.old, one.new]

    @on(Grid.Moved, "#changes")
    def _tell_whole(self) -> None:
        one = self._items.get(self.grid.key or "")
        sheet = self.query_one("#whole", Sheet)
        if one is None:
            sheet.show([])
            return
        parts = [f"{one.field}: {one.old} → {one.new}" if one.field else f"{one.old} {one.new}".strip()]
        sheet.show([row(Span(f"{one.group}  {one.name} ({one.account})", "strong")), row(*parts)])

    def _summary(self) -> list[Row]:
        seen, found = self.seen, self.seen.changes
        rows = [row(changed(found)), row(f"ARR total {arr_total(found)}")]
        rows += [row(str(one), hang=2) for one in seen.void if one.moves or one.decisions]
        if seen.drift is not None:
            rows.append(row(drift_sentence(seen.plan, seen.drift), hang=2))
        rows += [row(Span(one.text, "warn"), hang=2) for one in (() if self.done else seen.questions)]
        if found.gone:
            rows.append(row("What is gone is archived and comes back with its decisions.", hang=2))
        return rows


class DriftScreen(ReimportScreen):
    """What the latest import has changed, to be read again."""

    hint_ids: ClassVar[Sequence[str]] = ("reimport.next", "move.down", "back", "palette")
    done = True
