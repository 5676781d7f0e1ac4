"""What is wrong with the data: findings, their rows, and what a planner does about them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType

from bookshift.bindings import bindings
from bookshift.panes.sheet import Sheet
from bookshift.quality import examined
from bookshift.screens.findings_mend import Mending
from bookshift.screens.findings_rows import (
    ENTRIES,
    ITEMS,
    entry_cells,
    entry_rows,
    item_cells,
    item_rows,
    ready_rows,
    strip,
)
from bookshift.screens.page import leaving
from bookshift.text import sentence
from bookshift.widgets.grid import Grid, ListRows
from bookshift.widgets.statusline import Line
from bookshift_io.workspace import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget

    from bookshift.planner import Planner
    from bookshift.quality import Entry, Quality


class FindingsScreen(Mending):
    """Lists findings, or the rows of one; answers with the account to go to, or None."""

    contexts = ("findings", "grid")
    hint_ids = (
        "findings.open", "findings.correct", "findings.take", "findings.accept", "findings.back",
        "findings.undo", "findings.read", "findings.mark", "palette",
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("findings", "grid"), *leaving()]
    DEFAULT_CSS = """
    FindingsScreen > #items { display: none; }
    FindingsScreen.-rows > #items { display: block; }
    FindingsScreen.-rows > #entries { display: none; }
    FindingsScreen > Grid { height: 1fr; }
    FindingsScreen > #about { height: 6; border-top: solid $surface-lighten-2; }
    FindingsScreen.-reading > #about { height: 70%; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self._entries: dict[str, Entry] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Put the figures over the list and what it says."""
        yield Line(id="ready", classes="strip")
        yield Grid(ENTRIES, id="entries", empty="Nothing is wrong with the data.")
        yield Grid(ITEMS, id="items", empty="Nothing is left of this finding.")
        yield Sheet(id="about")

    def on_mount(self) -> None:
        """Examine the data."""
        super().on_mount()
        self.query_one("#about", Sheet).can_focus = False
        self.facts("Data", self.planner.scenario.name)
        self.grid.focus()
        self.say("examining the data …")
        self.examine()

    @property
    def grid(self) -> Grid:
        """The list in sight."""
        return self.query_one("#entries" if self._inside is None else "#items", Grid)

    @property
    def table(self) -> Grid:
        """The widget that takes the movement."""
        return self.grid

    @property
    def entry(self) -> Entry | None:
        """The finding under the cursor, or whose rows are in sight."""
        return self._entries.get(self._inside or self.grid.key or "")

    # Showing

    def examine(self, says: str = "", tone: str = "") -> None:
        """Examine the data and show what comes of it."""
        self._examine(says, tone)

    @work(group="examine", exclusive=True)
    async def _examine(self, says: str, tone: str) -> None:
        """Examine the data off the event loop and show what comes of it."""
        try:
            found = await asyncio.to_thread(examined, self.planner)
        except WorkspaceError as error:
            self.say(sentence(error), "bad")
            return
        self.quality = found
        self._entries = {one.id: one for one in found.entries}
        self.query_one("#entries", Grid).show(
            ListRows(list(self._entries), lambda key: entry_cells(self._entries[key]))
        )
        if self._inside is not None:
            self._show_items()
        self._project(found)
        self.say(says or found.drifted, "warn" if not says and found.drifted else tone)

    def _project(self, found: Quality) -> None:
        scenario = self.planner.scenario
        self.facts(
            "Data" if self.entry is None or self._inside is None else f"Data: {self.entry.title}",
            scenario.name,
            scenario.status,
            f"readiness {found.ready.score:.0f} of 100",
            f"undo {len(self.planner.session.history.done)}",
            f"saved {scenario.updated_at.astimezone():%H:%M}",
        )
        self.query_one("#ready", Line).put(strip(found))
        self._tell_about()

    def _show_items(self) -> None:
        entry = self._entries.get(self._inside or "")
        found = [] if entry is None or self.quality is None else self.quality.items(entry)
        self._items = {one.key: one for one in found}
        self.query_one("#items", Grid).show(
            ListRows(list(self._items), lambda key: item_cells(self._items[key]))
        )

    @on(Grid.Moved)
    def _tell_about(self) -> None:
        sheet, found = self.query_one("#about", Sheet), self.quality
        if found is None:
            return
        if self.has_class("-reading"):
            sheet.show(ready_rows(found))
        elif self._inside is not None:
            item = self._items.get(self.grid.key or "")
            sheet.show([] if item is None else item_rows(item, found.lines.file, self.entry))
        else:
            sheet.show([] if self.entry is None else entry_rows(self.entry, found))

    # Moving about

    def action_findings_open(self) -> None:
        """Go to the rows of the finding, or with the row's account to the plan."""
        if self._inside is None:
            if self.entry is None:
                return
            self._inside = self.entry.id
            self.add_class("-rows")
            self._show_items()
            self.grid.action_top()
            self.grid.focus()
            if self.quality is not None:
                self._project(self.quality)
            self.say("")
            return
        item = self._items.get(self.grid.key or "")
        if item is None or not item.account:
            self.say("This row is about no account in the plan.", "warn")
            return
        self.dismiss(item.account)

    def action_leave(self) -> None:
        """Go back to the findings, then to the plan."""
        if self.has_class("-reading"):
            self.action_findings_read()
        elif self._inside is not None:
            key, self._inside = self._inside, None
            self.remove_class("-rows")
            self.grid.focus()
            self.grid.jump_to(key)
            if self.quality is not None:
                self._project(self.quality)
            self.say("")
        else:
            self.dismiss(None)

    def action_findings_read(self) -> None:
        """Show what gaps cost, or the finding again."""
        self.toggle_class("-reading")
        self._tell_about()

    def action_findings_mark(self) -> None:
        """Mark or unmark the row."""
        self._rows_only(self.action_mark)

    def action_findings_range(self) -> None:
        """Begin or end a range."""
        self._rows_only(self.action_mark_range)

    def _rows_only(self, do: Callable[[], None]) -> None:
        if self._inside is None:
            self.say("Rows can be marked: Enter shows those of the finding.", "warn")
        else:
            do()
