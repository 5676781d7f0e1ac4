"""What is wrong with the data: findings, their rows, and what a planner does about them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType

from bookshift.bindings import bindings
from bookshift.panes.sheet import Sheet
from bookshift.quality import CORRECTED, examined
from bookshift.screens.confirm import Confirm, offer_draft
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
from bookshift.screens.page import Page, leaving
from bookshift.screens.prompt import Prompt
from bookshift.text import count, sentence
from bookshift.widgets.grid import Grid, ListRows
from bookshift.widgets.statusline import Line
from bookshift_io.workspace import FrozenError, WorkspaceError
from bookshift_model.corrections import FIELDS
from bookshift_model.edits import EditError
from bookshift_model.explain.words import count as numbered
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget

    from bookshift.planner import Planner
    from bookshift.quality import Entry, Item, Quality
    from bookshift_model.session import Entry as Change

_MANY = 20
"""Values changed at once from which a person is asked first."""


class FindingsScreen(Page[str | None]):
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
        super().__init__()
        self.planner = planner
        self.quality: Quality | None = None
        self._entries: dict[str, Entry] = {}
        self._items: dict[str, Item] = {}
        self._inside: str | None = None

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

    @work(group="examine", exclusive=True)
    async def examine(self, says: str = "") -> None:
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
        self.say(says or found.drifted, "warn" if not says and found.drifted else "")

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

    # Doing

    def _chosen(self) -> tuple[Entry, list[Item]] | None:
        """The finding, and its rows that are meant: the marked ones, the one under the cursor, or all."""
        entry = self.entry
        if entry is None or self.quality is None:
            return None
        if self._inside is None:
            return entry, self.quality.items(entry)
        return entry, [self._items[key] for key in self.grid.selected() if key in self._items]

    @work
    async def action_findings_correct(self) -> None:
        """Type a value."""
        chosen = self._chosen()
        if chosen is None:
            return
        entry, items = chosen
        if self._inside is None or not entry.correctable or len(items) != 1 or not items[0].account:
            self.say(_no_correction(entry, inside=self._inside is not None), "warn")
            return
        item = items[0]
        field = FIELDS[entry.field]
        text = await self.app.push_screen_wait(
            Prompt(
                f"{field.name} of {item.name}: {item.value or 'unknown'}; it is",
                "Enter goes on, empty is unknown, esc cancels",
                item.suggest or item.value,
            )
        )
        if text is None:
            return
        reason = await self._ask_reason(f"Why correct {field.name} of {item.name}?")
        if reason is not None:
            await self._do(lambda: self.planner.correct([(item.account, entry.field, text)], reason))

    @work
    async def action_findings_take(self) -> None:
        """Put what is proposed in place of the values."""
        chosen = self._chosen()
        if chosen is None:
            return
        entry, items = chosen
        values = [(one.account, entry.field, one.suggest) for one in items if one.suggest and not one.decided]
        if not values or not entry.correctable:
            self.say("Nothing is proposed here: c types a value, a accepts it as it is.", "warn")
            return
        what = numbered(len(values), "value")
        if len(values) > _MANY:
            lines = [entry.cure, "One u takes all of it back."]
            if not await self.app.push_screen_wait(Confirm(f"Correct {what}?", lines, "corrects them")):
                return
        reason = await self._ask_reason(f"Why take what is proposed for {what}?")
        if reason is not None:
            await self._do(lambda: self.planner.correct(values, reason))

    @work
    async def action_findings_accept(self) -> None:
        """Leave it as it is."""
        chosen = self._chosen()
        if chosen is None or self.quality is None:
            return
        entry, items = chosen
        subjects = [] if entry.id == CORRECTED else self.quality.subjects(entry, items)
        if not subjects:
            self.say("There is nothing left to accept here.", "warn")
            return
        reason = await self._ask_reason(f"Why accept {numbered(len(subjects), 'row')} of “{entry.title}”?")
        if reason is not None:
            what = f"{entry.title} ({numbered(len(subjects), 'row')})"
            await self._do(lambda: self.planner.accept_findings(subjects, what, reason))

    @work
    async def action_findings_back(self) -> None:
        """Drop corrections or acceptances."""
        chosen = self._chosen()
        if chosen is None or self.quality is None:
            return
        entry, items = chosen
        known = self.quality.accepted.get(entry.id, {})
        keys = (
            [one.key for one in items]
            if entry.id == CORRECTED
            else [known[one.key].key for one in items if one.key in known]
        )
        if not keys:
            self.say("Nothing was corrected or accepted here.", "warn")
            return
        what = f"{numbered(len(keys), 'decision')} about “{entry.title}”"
        await self._do(lambda: self.planner.take_back(keys, what))

    @work
    async def action_findings_undo(self) -> None:
        """Take back the latest change."""
        await self._do(self.planner.undo, "undone: ", "There is nothing to undo.")

    @work
    async def action_findings_redo(self) -> None:
        """Do again what was taken back."""
        await self._do(self.planner.redo, "done again: ", "There is nothing to do again.")

    async def _ask_reason(self, question: str) -> str | None:
        return await self.app.push_screen_wait(
            Prompt(question, "Enter goes on, also without a reason; esc cancels")
        )

    async def _do(
        self, do: Callable[[], Change | None], verb: str = "", nothing: str = "That changes nothing."
    ) -> None:
        """Make a change off the event loop, durable before it shows; a failure is said."""
        async with self.owner.acting:
            try:
                entry = await asyncio.to_thread(do)
            except FrozenError as error:
                self.say(sentence(error), "warn")
            except (EditError, ConflictError, WorkspaceError) as error:
                self.say(sentence(error), "warn")
                return
            else:
                self.grid.clear()
                says = nothing if entry is None else f"{verb}{entry.change.label}"
                self.say(f"{says} …")
                self.examine("; ".join((says, *self.planner.news)))
                return
        if await offer_draft(self.app, self.planner):
            await self._do(do, verb, nothing)


def _no_correction(entry: Entry, *, inside: bool) -> str:
    if not entry.correctable:
        return "This is not corrected here: the lines below say what to do; a accepts it as it is."
    if not inside:
        return f"Enter shows the {count(entry.open)} rows; there c corrects one."
    return "One value is typed at a time; p takes what is proposed for all marked rows."
