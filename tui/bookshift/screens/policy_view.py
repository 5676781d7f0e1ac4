"""What the policy screen shows: the lines, their explanation, what is movable, which rules collide."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.widgets import Input

from bookshift.panes.sheet import Sheet, row
from bookshift.points import compared
from bookshift.screens.note import Note
from bookshift.screens.page import Page
from bookshift.screens.policy_entry import COLUMNS, Entry, low
from bookshift.screens.policy_figures import Figures, Judge
from bookshift.screens.policy_goals import Preset
from bookshift.screens.policy_rows import entries
from bookshift.text import count
from bookshift.widgets.grid import Grid, ListRows
from bookshift.widgets.statusline import Line
from bookshift_model.explain.sensitivity import FORBIDS, GROUPS, LOCKS, PINS, REQUIREMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from bookshift.planner import Planner
    from bookshift_model.explain.sensitivity import Movable

_MOST_CLASHES: Final = 3


class CellInput(Input):
    """A number being typed over its cell."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.stop_typing", show=False)]


class PolicyView(Page[None]):
    """Projects policy and figures into lines."""

    DEFAULT_CSS = """
    PolicyView { layers: base above; }
    PolicyView > #clashes { max-height: 4; display: none; color: $text-error; }
    PolicyView.-clash > #clashes { display: block; }
    PolicyView > #body { layout: vertical; height: 1fr; overflow: hidden hidden; }
    PolicyView > #body > Grid { height: 1fr; }
    PolicyView > #body > #about { height: 7; border-top: solid $surface-lighten-2; }
    PolicyView.-reading > #body > #about { height: 60%; }
    PolicyView.-wide > #body { layout: horizontal; }
    PolicyView.-wide > #body > Grid { width: 2fr; }
    PolicyView.-wide > #body > #about { width: 1fr; height: 1fr; border-top: none; padding-left: 1; }
    PolicyView.-wide.-reading > #body > #about { width: 2fr; height: 1fr; }
    PolicyView > #typed {
        layer: above; position: absolute; display: none; height: 1; border: none; padding: 0;
        background: $accent; color: $text;
    }
    PolicyView.-typing > #typed { display: block; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self.figures: Figures | None = None
        known = planner.problem.data, planner.state.decisions.corrections()
        self._judge = Judge(planner.session.portfolio, known)
        self._entries: dict[str, Entry] = {}
        self._unfolded: set[str] = set()
        self._judging = asyncio.Lock()
        self._waiting: tuple[str, Figures | None] | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Put what is movable over the lines and their explanation."""
        yield Line(id="movable", classes="strip")
        yield Note(id="clashes")
        with Container(id="body"):
            yield Grid(COLUMNS, id="entries")
            yield Sheet(id="about")
        yield CellInput(id="typed", compact=True, max_length=40)

    def on_mount(self) -> None:
        """Show the policy, then work its figures out."""
        super().on_mount()
        self.query_one("#about", Sheet).can_focus = False
        self.grid.focus()
        self.project()
        policy = self.planner.state.policy
        presets = [one for one in self._entries.values() if isinstance(one, Preset)]
        self.grid.jump_to(next((one for one in presets if one.chosen(policy)), presets[0]).key)
        self.work_out()

    def on_unmount(self) -> None:
        """Let go of the arrays, which a closed screen would hold until its cycles are collected."""
        self._judge = Judge(self.planner.session.portfolio)

    @property
    def grid(self) -> Grid:
        """The lines of the policy."""
        return self.query_one("#entries", Grid)

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
        if self not in self.app.screen_stack:  # left meanwhile: its lines are gone already, or going
            return
        self.figures = found
        self.project()
        if self._waiting is not None:
            label, before = self._waiting
            self._waiting = None
            self.say(f"{label}{_scores(before, found)}; S solves, u takes it back")


_OF_ONE: Final = {
    PINS: "pin",
    LOCKS: "lock",
    FORBIDS: "forbid",
    REQUIREMENTS: "requirement that leaves one CSM",
    GROUPS: "group that cannot all go elsewhere",
}


def movable_words(found: Movable) -> str:
    """How many accounts may move, and what holds the others, the most first."""
    held = sorted(found.held.items(), key=lambda one: -one[1])
    named = [(number, _OF_ONE.get(name, name) if number == 1 else name) for name, number in held]
    words = ", ".join(f"{count(number)} {low(name)}" for number, name in named)
    free = f"{count(found.movable)} of {count(found.total)} accounts movable"
    return f"{free}; held by: {words}" if words else free


def _scores(before: Figures | None, after: Figures) -> str:
    if before is None or before.state.moves != after.state.moves:
        return ""
    return f": same plan {compared(before.plan, after.plan)}"
