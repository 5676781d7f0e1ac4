"""The policy of a scenario: presets, weights, rules, limits and constants, each with what it does at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Input

from bookshift import nudges
from bookshift.bindings import bindings
from bookshift.panes.sheet import Row, Sheet, Span, heading, row
from bookshift.screens.confirm import offer_draft
from bookshift.screens.note import Note
from bookshift.screens.page import Page, sentence
from bookshift.screens.policy_entry import COLUMNS, Edit, Entry, Heading, low
from bookshift.screens.policy_figures import Figures, Judge
from bookshift.screens.policy_files import load_policy, save_policy
from bookshift.screens.policy_rows import entries
from bookshift.screens.policy_rules import RuleEntry
from bookshift.text import count
from bookshift.widgets.grid import Grid, ListRows
from bookshift.widgets.statusline import Line, MessageLine
from bookshift_io.workspace import FrozenError, WorkspaceError
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget

    from bookshift.planner import Planner
    from bookshift.solving import News
    from bookshift_model.explain.sensitivity import Movable
    from bookshift_model.session import Entry as Change

_MOST_CLASHES: Final = 3


class EntryGrid(Grid):
    """A grid that knows where its cells are."""

    def place_of(self, column: str) -> tuple[int, int, int] | None:
        """(x, y, cells) of the cursor row's cell in a column, inside the grid; None out of sight."""
        x = 2
        for at, width in self._placed:
            if self.columns[at].key == column:
                return x, self._cursor - self._top + 1, width
            x += width + 1
        return None


class CellInput(Input):
    """A number being typed over its cell."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.stop_typing", show=False)]


class PolicyScreen(Page):
    """Shows the policy line by line; every change is one undoable step, durable before it shows."""

    contexts = ("policy", "grid")
    hint_ids = (
        "policy.edit", "policy.mode", "policy.more", "policy.less", "policy.solve", "policy.undo",
        "policy.next", "policy.unfold", "policy.moved", "policy.read", "policy.load", "policy.save",
        "palette",
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = list(bindings("policy", "grid"))
    DEFAULT_CSS = """
    PolicyScreen { layers: base above; }
    PolicyScreen > #clashes { max-height: 4; display: none; color: $text-error; }
    PolicyScreen.-clash > #clashes { display: block; }
    PolicyScreen > #body { layout: vertical; height: 1fr; overflow: hidden hidden; }
    PolicyScreen > #body > Grid { height: 1fr; }
    PolicyScreen > #body > #about { height: 7; border-top: solid $surface-lighten-2; }
    PolicyScreen.-reading > #body > #about { height: 60%; }
    PolicyScreen.-wide > #body { layout: horizontal; }
    PolicyScreen.-wide > #body > Grid { width: 2fr; }
    PolicyScreen.-wide > #body > #about { width: 1fr; height: 1fr; border-top: none; padding-left: 1; }
    PolicyScreen.-wide.-reading > #body > #about { width: 2fr; height: 1fr; }
    PolicyScreen > #typed {
        layer: above; position: absolute; display: none; height: 1; border: none; padding: 0;
        background: $accent; color: $text;
    }
    PolicyScreen.-typing > #typed { display: block; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self.figures: Figures | None = None
        self._judge = Judge(planner.portfolio)
        self._entries: dict[str, Entry] = {}
        self._unfolded: set[str] = set()
        self._one_at_a_time = asyncio.Lock()
        self._judging = asyncio.Lock()
        self._waiting: tuple[str, Figures | None] | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Put what is movable over the lines and their explanation."""
        yield Line(id="movable", classes="strip")
        yield Note(id="clashes")
        with Container(id="body"):
            yield EntryGrid(COLUMNS, id="entries")
            yield Sheet(id="about")
        yield CellInput(id="typed", compact=True, max_length=40)

    def on_mount(self) -> None:
        """Show the policy, then work its figures out."""
        super().on_mount()
        self.query_one("#about", Sheet).can_focus = False
        self.grid.focus()
        self.owner.solving.news.subscribe(self, self._news)
        self.project()
        self.work_out()

    @property
    def grid(self) -> EntryGrid:
        """The lines of the policy."""
        return self.query_one("#entries", EntryGrid)

    @property
    def table(self) -> Grid:
        """The widget that takes the movement."""
        return self.grid

    @property
    def entry(self) -> Entry:
        """The line under the cursor."""
        return self._entries[self.grid.key or next(iter(self._entries))]

    # Showing

    def project(self) -> None:
        """Show the policy as it is now."""
        policy = self.planner.state.policy
        self._entries = {one.key: one for one in entries(policy, self._unfolded)}
        figures = self.figures
        self.grid.show(ListRows(list(self._entries), lambda key: self._entries[key].cells(policy, figures)))
        scenario = self.planner.scenario
        self.facts(
            f"Policy: {policy.name}",
            scenario.name,
            scenario.status,
            f"undo {len(self.planner.session.history.done)}",
            f"saved {scenario.updated_at.astimezone():%H:%M}",
        )
        if figures is not None:
            self.query_one("#movable", Line).put(movable_words(figures.movable))
            self.set_class(bool(figures.clashes), "-clash")
            shown = [row(f"! {one}", hang=2) for one in figures.clashes[:_MOST_CLASHES]]
            self.query_one("#clashes", Note).show(shown)
        self._tell_about()

    @on(Grid.Moved, "#entries")
    def _tell_about(self) -> None:
        self.query_one("#about", Sheet).show(self.entry.about(self.planner.state.policy, self.figures))

    @work(group="figures", exclusive=True)
    async def work_out(self) -> None:
        """Judge the plan under the policy off the event loop; the latest state wins."""
        async with self._judging:
            found = await asyncio.to_thread(self._judge.judge, self.planner.state)
        self.figures = found
        self.project()
        if self._waiting is not None:
            label, before = self._waiting
            self._waiting = None
            self.say(f"{label}{_scores(before, found)}; S solves again, u takes it back")

    # Changing

    @work(group="change")
    async def change(self, make: Callable[[Policy], Edit | None]) -> None:
        """Put another policy in force, made from the one of that moment; a failure is said."""
        async with self._one_at_a_time:
            try:
                edit = make(self.planner.state.policy)
                if edit is None or edit.policy == self.planner.state.policy:
                    return
                await asyncio.to_thread(self._commit, edit)
            except PolicyError as error:
                self.say(sentence(error), "warn")
                return
            except FrozenError as error:
                frozen = error
            except (ConflictError, WorkspaceError) as error:
                await asyncio.to_thread(self.planner.open, self.planner.scenario.id)
                self.say(f"{sentence(error)} This is how it is now.", "warn")
                self.project()
                self.work_out()
                return
            else:
                self._said(edit.label)
                return
        if await offer_draft(self.app, self.planner, frozen):
            self.change(make)

    def _commit(self, edit: Edit) -> None:
        nudges.remember(self.planner)
        self.planner.set_policy(edit.policy, edit.label)

    def _said(self, label: str) -> None:
        before = self.figures if self._waiting is None else self._waiting[1]
        self._waiting = label, before
        self.say(f"{label} …")
        self.project()
        self.work_out()

    def action_policy_edit(self) -> None:
        """Type over the number under the cursor, or take what is under it."""
        entry, policy = self.entry, self.planner.state.policy
        if not entry.written(policy):
            self.change(lambda now: entry.typed(now, ""))
            if isinstance(entry, RuleEntry):
                self.say("This rule has no number: space turns it hard, soft or off.")
            return
        place = self.grid.place_of(entry.edits)
        field = self.query_one(CellInput)
        corner = self.grid.region
        x, y, cells = place if place is not None else (2, 1, corner.width - 2)
        field.styles.offset = corner.x + x - 1, corner.y + y
        field.styles.width = max(cells + 2, 12)
        field.value = entry.written(policy)
        field.cursor_position = len(field.value)
        field.action_select_all()
        self.add_class("-typing")
        field.focus()
        self.say("Enter takes it, esc leaves it as it was")

    @on(Input.Submitted, "#typed")
    def _take_typed(self, event: Input.Submitted) -> None:
        event.stop()
        entry, text = self.entry, event.value
        self.action_stop_typing()
        self.change(lambda now: entry.typed(now, text))

    def action_stop_typing(self) -> None:
        """Leave the number as it was."""
        self.remove_class("-typing")
        self.say("")
        self.grid.focus()

    def action_policy_mode(self) -> None:
        """Go to the next mode of a rule, or the other of yes and no."""
        entry = self.entry
        self.change(entry.cycled)

    def action_policy_more(self) -> None:
        """Nudge a weight up."""
        entry = self.entry
        self.change(lambda now: entry.stepped(now, 1))

    def action_policy_less(self) -> None:
        """Nudge a weight down."""
        entry = self.entry
        self.change(lambda now: entry.stepped(now, -1))

    @work(group="change")
    async def action_policy_undo(self) -> None:
        """Take back the latest change."""
        await self._step(self.planner.undo, "took back", "There is nothing to take back.")

    @work(group="change")
    async def action_policy_redo(self) -> None:
        """Do again what was taken back."""
        await self._step(self.planner.redo, "did again", "There is nothing to do again.")

    async def _step(self, do: Callable[[], Change | None], verb: str, nothing: str) -> None:
        async with self._one_at_a_time:
            try:
                done = await asyncio.to_thread(do)
            except (ConflictError, WorkspaceError) as error:
                self.say(sentence(error), "warn")
                return
        if done is None:
            self.say(nothing)
            return
        self._said(f"{verb}: {done.change.label}")

    # Moving about

    def action_policy_unfold(self) -> None:
        """Show or hide the further settings of the rule."""
        rule = getattr(getattr(self.entry, "rule", None), "id", None)
        if rule is None:
            self.say("Only a rule has further settings.")
            return
        self._unfolded ^= {rule}
        self.project()

    def action_policy_read(self) -> None:
        """Give the explanation more room, or less."""
        self.toggle_class("-reading")

    def action_policy_next(self) -> None:
        """Go to the next part."""
        self._to_part(1)

    def action_policy_previous(self) -> None:
        """Go to the part before."""
        self._to_part(-1)

    def _to_part(self, by: int) -> None:
        keys = list(self._entries)
        here = keys.index(self.entry.key)
        parts = [at for at, one in enumerate(self._entries.values()) if isinstance(one, Heading)]
        later = [at for at in parts if at > here] or parts[:1]
        earlier = [at for at in parts if at < here] or parts[-1:]
        self.grid.jump_to(keys[later[0] if by > 0 else earlier[-1]])

    # Solving

    def action_policy_solve(self) -> None:
        """Look for a better plan under this policy."""
        if self.planner.scenario.status != "draft":
            self.say("An approved plan stays as it is; change something to go on in a new draft.", "warn")
        elif self.owner.solving.running:
            self.say("The solver is at work already; ctrl+c stops it and keeps its best plan.", "warn")
        else:
            self.say("")
            self.owner.solving.start(self.planner)

    def _news(self, news: News) -> None:
        run, line = self.owner.solving.run, self.query_one(MessageLine)
        if run is None or run.scenario != self.planner.scenario.id:
            return
        line.status(run.status() if self.owner.solving.running else "")
        if news == "ended":
            self.say(*run.outcome())
            self._show_moved()

    def action_policy_moved(self) -> None:
        """Show what the latest nudge moved."""
        self._show_moved(asked=True)

    @work(group="moved", exclusive=True)
    async def _show_moved(self, *, asked: bool = False) -> None:
        await self.owner.solving.kept()
        async with self._judging:
            found = await asyncio.to_thread(nudges.effect, self.planner, self._judge)
        if not found:
            if asked:
                self.say("Nothing is known yet: nudge a weight or a rule, then S solves.")
            return
        self.query_one("#about", Sheet).show(moved_rows(found))
        self.say(found[0])

    # Files

    @work
    async def action_policy_load(self) -> None:
        """Take over a policy file."""
        policy = await load_policy(self)
        if policy is not None:
            self.change(lambda _: Edit(policy, f"policy {policy.name} from a file"))

    @work
    async def action_policy_save(self) -> None:
        """Write the policy to a file."""
        await save_policy(self, self.planner.state.policy)


def movable_words(found: Movable) -> str:
    """How many accounts may move, and what holds the others, the most first."""
    held = sorted(found.held.items(), key=lambda one: -one[1])
    words = ", ".join(f"{count(number)} {low(name)}" for name, number in held)
    free = f"{count(found.movable)} of {count(found.total)} accounts movable"
    return f"{free}; held by: {words}" if words else free


def moved_rows(lines: list[str]) -> list[Row]:
    """The effect of a nudge to read."""
    rest = [row(Span("- ", "dim"), one, hang=2) for one in lines[1:]]
    return [heading("What the latest nudge moved"), row(lines[0]), *rest]


def _scores(before: Figures | None, after: Figures) -> str:
    if before is None or before.state.moves != after.state.moves:
        return ""
    was, now = before.plan.points, after.plan.points
    return f": the same plan has {was:,.1f} → {now:,.1f} points"
