"""Plans side by side: the scenarios of the workspace or of a sweep, and the trade-off of two figures."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from textual import on, work
from textual.binding import BindingType

from bookshift.bindings import bindings
from bookshift.candidates import TODAY, Candidate, best_of, of_sweep, of_workspace, rules_told, written
from bookshift.planner import Planner
from bookshift.proof import digest
from bookshift.scatter import Axis, Dot
from bookshift.screens.choose import Choice, Choose
from bookshift.screens.page import Page
from bookshift.screens.plan import PlanScreen
from bookshift.screens.prompt import Prompt
from bookshift.screens.vary import asked_for
from bookshift.sweeping import Pace, SweepFailed, Sweeping
from bookshift.sweeps import roster_varies, usual_figure
from bookshift.taking import Point, said_of
from bookshift.text import count, percent, plain, sentence
from bookshift.widgets.chart import Chart
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift_io.workspace import WorkspaceError
from bookshift_model.session import ConflictError
from bookshift_model.sweep.axes import JOINS, LEAVES, NOBODY
from bookshift_model.sweep.outcome import FIGURES
from bookshift_model.sweep.variation import varied_policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

_NAME: Final = 80
_LEAST_NAME, _MOST_NAME, _FIGURES = 14, 40, 50
"""Cells of a name in the list, and those of what stands beside it however short room is."""
_BEST, _OTHER, _BREAKS, _HERE = "●", "·", "×", "◆"


class CompareScreen(Page[None]):
    """Shows candidates; whoever solves or stores is elsewhere."""

    contexts = ("compare", "grid")
    hint_ids = (
        "compare.open", "compare.sweep", "compare.x", "compare.y", "compare.scenarios", "solve.cancel",
        "palette",
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = list(bindings("compare", "grid"))
    DEFAULT_CSS = """
    CompareScreen > #chart { height: 3fr; }
    CompareScreen > #candidates { height: 4fr; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self.x, self.y = "moves", "workload_balance"
        self._candidates: dict[str, Candidate] = {}
        self._best: tuple[str, ...] = ()
        self._swept = ""
        self._teams = False
        self._sweeping = Sweeping()

    def compose_body(self) -> Iterable[Widget]:
        """Put the chart over the list."""
        yield Chart(id="chart")
        yield Grid(self._columns(), id="candidates", empty="There is nothing to compare yet.")

    def on_mount(self) -> None:
        """Show the scenarios of the workspace."""
        super().on_mount()
        self.grid.focus()
        self.action_compare_scenarios()

    def on_unmount(self) -> None:
        """End a sweep under way: nobody is left to see it."""
        self._sweeping.stop()

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one("#candidates", Grid)

    @property
    def chosen(self) -> Candidate | None:
        """The candidate under the cursor."""
        return self._candidates.get(self.grid.key or "")

    # What is compared

    @work(group="candidates", exclusive=True)
    async def action_compare_scenarios(self) -> None:
        """Show the scenarios of the workspace, judged by the open policy."""
        self._swept, self._teams = "", False
        found: list[Candidate] = []
        makers = of_workspace(self.planner)
        try:
            while (made := await asyncio.to_thread(next, makers, None)) is not None:
                found.append(made)
                self._show(found)
        except WorkspaceError as error:
            self.say(sentence(error), "bad")

    @work(group="candidates", exclusive=True)
    async def action_compare_sweep(self) -> None:
        """Ask what varies, solve all of it in a process of its own, and show what comes of it."""
        if self._sweeping.running:
            self.say("A sweep is under way: ctrl+c stops it and keeps what is done.", "warn")
            return
        vary = await asked_for(self.app, self.planner)
        if not vary:
            return
        self.say("sweeping: starting; ctrl+c stops it and keeps what is done")
        pace = Pace()
        try:
            record = await self._sweeping.run(
                self.planner,
                "sweep",
                *(part for one in vary for part in ("--vary", one)),
                tell=lambda told: self.say(f"sweeping: {pace.told(told)}; ctrl+c stops it"),
            )
        except SweepFailed as error:
            self.say(sentence(error), "warn")
            return
        found, asked = of_sweep(record, self.planner.portfolio), count(record["asked"])
        if not found:
            self.say(f"Stopped before one of {asked} scenarios was solved; S sweeps again.", "warn")
            return
        self._swept = " ".join(vary)
        self._teams = roster_varies(record["axes"])
        if self._teams and FIGURES[self.y].by_team:
            self.y = usual_figure(record["axes"])
        self._show(found)
        if record["ended"]:
            self.say(f"{count(len(found))} of {asked} scenarios were solved, {record['ended']}", "warn")
        else:
            self._moved()

    def stop(self) -> bool:
        """Stop the sweep and keep what is done; False where there is none."""
        return self._sweeping.stop()

    # What is shown

    def _show(self, candidates: list[Candidate]) -> None:
        here = self.grid.key
        self._best = tuple(best_of(candidates, self.x, self.y))
        first = set(self._best)
        order = sorted(
            candidates, key=lambda one: (one.key not in first, one.figures[self.x], one.figures[self.y])
        )
        self._candidates = {one.key: one for one in (order if self._swept else candidates)}
        self.grid.put_columns(self._columns())
        self.grid.show(ListRows(list(self._candidates), self._cells))
        if here in self._candidates:
            self.grid.jump_to(here)
        what = (
            f"sweep over {self._swept}"
            if self._swept
            else f"judged by policy {self.planner.state.policy.name}"
        )
        kept = sum(not one.broken for one in candidates)
        teams = "targets move with the team" if self._teams else ""
        kept_ = f"{count(kept)} keep every hard rule"
        self.facts("Compare", f"{count(len(candidates))} plans", kept_, teams, what)
        self._plot()

    def _columns(self) -> tuple[Column, ...]:
        others = [
            one for one in ("moves", "busiest", "arr_balance", "retention") if one not in {self.x, self.y}
        ]
        return (
            Column("name", "Plan", self._widest(), share=4, priority=0),
            Column("x", FIGURES[self.x].name, 16, align="right", priority=0),
            Column("y", FIGURES[self.y].name, 16, align="right", priority=0),
            Column("rules", "Hard rules", 11, priority=1),
            Column("gap", "Gap", 6, align="right", priority=2),
            *(Column(one, FIGURES[one].name, 12, align="right", priority=4) for one in others),
            Column("says", "What", 16, share=1 if self._swept else 4, priority=3, tone="dim"),
        )

    def _widest(self) -> int:
        """Cells that names of plans take with their mark; figures further right give way to them."""
        names = (cell_len(plain(one.name)) + 2 for one in self._candidates.values())
        room = min(_MOST_NAME, max(_LEAST_NAME, self.app.size.width - _FIGURES))
        return min(room, max(names, default=_LEAST_NAME))

    def on_resize(self, event: object) -> None:  # noqa: ARG002 - Textual's signature
        """Give names the room that there is now."""
        if self._candidates:
            self.grid.put_columns(self._columns())

    def _cells(self, key: str) -> list[Cell | str]:
        one = self._candidates[key]
        times = sum(one.broken.values())
        cells: dict[str, Cell | str] = {
            "name": Cell(f"{_BEST} {one.name}" if key in self._best else f"  {one.name}"),
            "x": written(self.x, one.figures[self.x]),
            "y": written(self.y, one.figures[self.y]),
            "rules": Cell(f"! {count(times)} broken", "bad") if times else Cell("✓ kept", "good"),
            "gap": percent(one.gap, 2),
            "says": one.says,
        }
        return [
            cells.get(column.key) or written(column.key, one.figures[column.key])
            for column in self.grid.columns
        ]

    def _plot(self) -> None:
        here, best = self.grid.key, set(self._best)
        dots = [
            Dot(
                one.figures[self.x],
                one.figures[self.y],
                _HERE if key == here else _BEST if key in best else _BREAKS if one.broken else _OTHER,
                3 if key == here else 2 if key in best else 0,
            )
            for key, one in self._candidates.items()
        ]
        self.query_one(Chart).plot(dots, self._axis(self.x), self._axis(self.y))

    def _axis(self, figure: str) -> Axis:
        one = FIGURES[figure]
        own = ", by each team's own target" if self._teams and one.by_team else ""
        return Axis(f"{one.name}, {one.unit}{own}; less is better", lambda value: written(figure, value))

    @on(Grid.Moved, "#candidates")
    def _moved(self) -> None:
        self._plot()
        one = self.chosen
        if one is not None and not self._sweeping.running:
            best = "no other plan beats it in both; " if one.key in self._best else ""
            rules = rules_told(one)
            times = rules.partition(":")[0]
            self.say(f"{one.name}: {best}{rules}", shorter=(f"{one.name}: {best}{times}", f"{best}{times}"))

    # What can be done

    @work
    async def action_compare_x(self) -> None:
        """Choose the figure along the chart."""
        self.x = await self._figure("Which figure goes along the chart?", self.x)
        self._show(list(self._candidates.values()))

    @work
    async def action_compare_y(self) -> None:
        """Choose the figure up the chart."""
        self.y = await self._figure("Which figure goes up the chart?", self.y)
        self._show(list(self._candidates.values()))

    async def _figure(self, question: str, now: str) -> str:
        choices = [Choice(one.id, one.name, one.unit) for one in FIGURES.values()]
        return await self.app.push_screen_wait(Choose(question, choices, first=now)) or now

    @work(group="open", exclusive=True)
    async def action_compare_open(self) -> None:
        """Open the scenario; of a sweep, make it one of the workspace, with the very plan that is shown."""
        one = self.chosen
        if one is None or one.key == TODAY:
            self.say("Today's books are no scenario; g n on the Plan screen makes one of them.")
            return
        if one.point is None:
            await self._open(int(one.key))
            return
        if one.choice.get(LEAVES, NOBODY) != NOBODY or one.choice.get(JOINS, NOBODY) != NOBODY:
            self.say("Who leaves or joins is in the data: import the new roster, then solve.", "warn")
            return
        name = await self.app.push_screen_wait(Prompt("Name of the new scenario", text=one.name[:_NAME]))
        if not name:
            return
        try:
            made = await asyncio.to_thread(self._make, name, one, one.point)
        except (ConflictError, WorkspaceError) as error:
            self.say(sentence(error), "warn")
            return
        await self._open(made, f"{name}: {said_of(one.point, self.planner.portfolio)}")

    def _make(self, name: str, one: Candidate, point: Point) -> int:
        """A copy of the open scenario with the policy and the plan of the sweep's scenario; its number."""
        if digest(self.planner) != point.origin:
            msg = "the scenario has changed since the sweep; S sweeps again"
            raise ConflictError(msg)
        workspace = self.planner.workspace
        if workspace.behind(self.planner.scenario.dataset_id):
            msg = "this scenario is on older data: copy it onto the newest with C, and sweep there"
            raise ConflictError(msg)
        policy = varied_policy(self.planner.state.policy, one.choice)
        made = workspace.clone_scenario(self.planner.scenario.id, name).scenario
        Planner(workspace, made.id).take(point, policy, one.name)
        return made.id

    async def _open(self, scenario: int, what: str = "") -> None:
        plan = next(one for one in self.app.screen_stack if isinstance(one, PlanScreen))
        if scenario != self.planner.scenario.id:
            await plan.show_scenario(scenario)
        if what:
            plan.say(what)
        # Last of all, because it ends this very task.
        self.app.pop_screen()
