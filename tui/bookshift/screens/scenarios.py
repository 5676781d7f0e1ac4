"""The scenarios of the workspace: open, make, copy, rename, put away; and the history of the chosen one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import BindingType

from bookshift.bindings import bindings
from bookshift.older import losses, said_before
from bookshift.points import written
from bookshift.screens.choose import Choice, Choose
from bookshift.screens.confirm import Confirm
from bookshift.screens.page import Page
from bookshift.screens.plan import PlanScreen
from bookshift.screens.prompt import Prompt
from bookshift.screens.scenario_figures import Brief, briefs
from bookshift.text import UNKNOWN, count, sentence
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift.widgets.statusline import Line
from bookshift_io.workspace import WorkspaceError
from bookshift_model.explain.words import count as numbered
from bookshift_model.policy import PRESET_NAMES, Policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget
    from textual.worker import Worker

    from bookshift.planner import Planner
    from bookshift_io.workspace import JournalEntry, ScenarioInfo

COLUMNS: Final = (
    Column("name", "Scenario", 20, share=3, priority=0),
    Column("status", "Status", 9, priority=1),
    Column("moves", "New CSM", 7, align="right", priority=1),
    Column("broken", "Hard rules", 11, priority=2),
    Column("points", "Points", 9, align="right", priority=3),
    Column("data", "Data", 10, priority=1),
    Column("version", "Version", 7, align="right", priority=5),
    Column("changed", "Changed", 16, priority=2),
    Column("by", "By", 8, share=1, priority=4),
)
HISTORY: Final = (
    Column("at", "When", 16, priority=0),
    Column("by", "Who", 8, share=1, priority=1),
    Column("kind", "What", 8, priority=2),
    Column("label", "Change", 24, share=6, priority=0),
    Column("reason", "Why", 12, share=3, priority=1),
)
_TONES: Final = {"draft": "", "approved": "good", "archived": "dim"}
_MOST_HISTORY: Final = 500
_THIS: Final = "this"


class ScenariosScreen(Page[None]):
    """Lists scenarios; the work is the workspace's."""

    contexts = ("scenarios", "grid")
    hint_ids = (
        "scenarios.open", "scenarios.new", "scenarios.clone", "scenarios.rename", "scenarios.archive",
        "scenarios.archived", "scenarios.pane", "palette",
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = list(bindings("scenarios", "grid"))
    DEFAULT_CSS = """
    ScenariosScreen > #scenarios { height: 3fr; }
    ScenariosScreen > #history { height: 2fr; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self._scenarios: dict[str, ScenarioInfo] = {}
        self._journal: dict[str, JournalEntry] = {}
        self._behind: dict[int, int] = {}
        """By data set: imports since it was in force."""
        self._briefs: dict[tuple[int, int], Brief] = {}
        self._with_archived = False

    def compose_body(self) -> Iterable[Widget]:
        """Put the list over the history."""
        yield Grid(COLUMNS, id="scenarios", empty="There is no scenario; n makes one.")
        yield Line(id="history-title", classes="strip")
        yield Grid(HISTORY, id="history", empty="Nothing has happened yet.")

    def on_mount(self) -> None:
        """Show the list, the open scenario under the cursor."""
        super().on_mount()
        self.grid.focus()
        self.reload(self.planner.scenario.id)

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one("#scenarios", Grid)

    @property
    def chosen(self) -> ScenarioInfo | None:
        """The scenario under the cursor."""
        return self._scenarios.get(self.grid.key or "")

    @work(group="list", exclusive=True)
    async def reload(self, cursor: int | None = None) -> None:
        """Read the list anew, then the figures that are not known yet, one after the other."""
        workspace = self.planner.workspace
        found = await asyncio.to_thread(workspace.scenarios, include_archived=self._with_archived)
        self._scenarios = {str(one.id): one for one in found}
        self._behind = {number: workspace.behind(number) for number in {one.dataset_id for one in found}}
        self._show()
        if cursor is not None:
            self.grid.jump_to(str(cursor))
        self._tell_history()
        missing = [one for one in found if (one.id, one.version) not in self._briefs]
        makers = briefs(workspace, missing)
        while (made := await asyncio.to_thread(next, makers, None)) is not None:
            self._briefs[made.scenario, made.version] = made
            self._show()

    def _show(self) -> None:
        self.grid.show(ListRows(list(self._scenarios), self._cells))
        drafts = sum(one.status == "draft" for one in self._scenarios.values())
        shown = "archived ones too" if self._with_archived else ""
        self.facts(
            "Scenarios",
            f"{count(len(self._scenarios))} shown",
            numbered(drafts, "draft"),
            shown,
        )

    def _cells(self, key: str) -> list[Cell | str]:
        one = self._scenarios[key]
        brief = self._briefs.get((one.id, one.version))
        here, behind = one.id == self.planner.scenario.id, self._behind[one.dataset_id]
        broken = Cell("…", "dim")
        if brief is not None and brief.broken is not None:
            broken = (
                Cell(f"! {count(brief.broken)} broken", "bad") if brief.broken else Cell("✓ kept", "good")
            )
        return [
            Cell(f"{one.name}{'  (open)' if here else ''}", "strong" if here else ""),
            Cell(one.status, _TONES[one.status]),
            count(one.moves),
            broken,
            UNKNOWN if brief is None or brief.points is None else written(brief.points),
            Cell(f"! {count(behind)} behind", "warn") if behind else "newest",
            count(one.version),
            when(one.updated_at),
            one.updated_by,
        ]

    @on(Grid.Moved, "#scenarios")
    def _chosen(self) -> None:
        self._tell_history()

    @work(group="history", exclusive=True)
    async def _tell_history(self) -> None:
        one = self.chosen
        found = (
            []
            if one is None
            else await asyncio.to_thread(self.planner.workspace.journal, one.id, _MOST_HISTORY)
        )
        self._journal = {str(entry.seq): entry for entry in found}
        name = "" if one is None else one.name
        self.query_one("#history-title", Line).put(
            f"History of {name}", numbered(len(found), "entry", "entries")
        )
        history = self.query_one("#history", Grid)
        history.show(ListRows(list(self._journal), self._history_cells))
        history.action_top()

    def _history_cells(self, key: str) -> list[Cell | str]:
        entry = self._journal[key]
        return [
            Cell(when(entry.at), "dim"), entry.author, Cell(entry.kind, "dim"), entry.label, entry.reason
        ]  # fmt: skip

    # What can be done

    def action_scenarios_open(self) -> None:
        """Open the scenario on the Plan screen."""
        one = self.chosen
        if one is None:
            return
        plan = next((screen for screen in self.app.screen_stack if isinstance(screen, PlanScreen)), None)
        self.app.pop_screen()
        if plan is not None and one.id != self.planner.scenario.id:
            _: Worker[None] = plan.run_worker(
                partial(plan.show_scenario, one.id), group="switch", exclusive=True
            )

    @work
    async def action_scenarios_new(self) -> None:
        """Make a scenario from today's books."""
        name = await self.app.push_screen_wait(Prompt("Name of the new scenario, from today's books"))
        if not name:
            return
        here = self.planner.state.policy
        choices = [
            Choice(_THIS, f"As open: {here.name}", "weights and rules"),
            *(Choice(key, title, "its weights, these rules") for key, title in PRESET_NAMES.items()),
        ]
        picked = await self.app.push_screen_wait(Choose("Which policy?", choices, first=_THIS))
        if picked is None:
            return
        policy = here
        if picked != _THIS:
            preset = Policy.preset(picked)
            policy = here.model_copy(update={"weights": preset.weights, "name": preset.name})
        newest = self.planner.workspace.current_dataset()
        dataset = self.planner.scenario.dataset_id if newest is None else newest.id
        workspace, noted = self.planner.workspace, self.planner.state.decisions.on_data()
        await self._do(lambda: workspace.create_scenario(name, dataset, policy, noted), "made")

    @work
    async def action_scenarios_clone(self) -> None:
        """Copy the scenario."""
        one = self.chosen
        if one is None:
            return
        workspace = self.planner.workspace
        void = await asyncio.to_thread(losses, workspace, one)
        name = await self.app.push_screen_wait(
            Prompt(f"Name of the copy of {one.name}", text=f"{one.name} copy", says=said_before(void))
        )
        if name:
            lost = "" if void is None else f", on the newest data: {void.lost} void"
            await self._do(lambda: workspace.clone_scenario(one.id, name).scenario, "made", lost)

    @work
    async def action_scenarios_rename(self) -> None:
        """Give the scenario another name."""
        one = self.chosen
        if one is None:
            return
        name = await self.app.push_screen_wait(Prompt(f"New name of {one.name}", text=one.name))
        if name and name != one.name:
            await self._do(lambda: self.planner.workspace.rename(one.id, name), "renamed to")

    @work
    async def action_scenarios_archive(self) -> None:
        """Put the scenario away after a yes, or take it back."""
        one = self.chosen
        if one is None:
            return
        if one.status == "archived":
            await self._do(lambda: self.planner.workspace.restore(one.id), "took back")
            return
        if one.id == self.planner.scenario.id:
            self.say("This scenario is open: open another one before you put it away.", "warn")
            return
        new = numbered(one.moves, "account")
        lines = [
            f"{one.status.capitalize()}, version {one.version}, {new} with a new CSM.",
            "Nothing is deleted: a shows archived scenarios, x takes one back.",
        ]
        if await self.app.push_screen_wait(Confirm(f"Archive {one.name}?", lines, "archives it")):
            await self._do(lambda: self.planner.workspace.archive(one.id), "archived")

    def action_scenarios_archived(self) -> None:
        """Show archived scenarios too, or hide them."""
        self._with_archived = not self._with_archived
        self.reload(None if self.chosen is None else self.chosen.id)

    def action_scenarios_pane(self) -> None:
        """Go to the history, or back to the list."""
        history = self.query_one("#history", Grid)
        (self.grid if history.has_focus else history).focus()

    async def _do(self, do: Callable[[], ScenarioInfo], verb: str, more: str = "") -> None:
        try:
            made = await asyncio.to_thread(do)
        except WorkspaceError as error:
            self.say(sentence(error), "warn")
            return
        if made.id == self.planner.scenario.id:
            self.planner.scenario = made
        self.say(f"{verb} {made.name}{more}")
        self.reload(made.id)


def when(at: datetime) -> str:
    """A moment in the reader's own time, to the minute; today's without the date."""
    local, today = at.astimezone(), datetime.now(UTC).astimezone().date()
    return f"today {local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
