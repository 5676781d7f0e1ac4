"""The move-limit curve: what each number of moves brings, and one key to settle on a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType

from bookshift.bindings import bindings
from bookshift.curves import RULE, Step, axes, dots, of_record, remarks, rules_told, told_of
from bookshift.panes.sheet import Sheet, Span, row
from bookshift.screens.page import Page
from bookshift.screens.plan import PlanScreen
from bookshift.sweeping import SweepFailed, Sweeping
from bookshift.taking import said_of
from bookshift.text import count, percent, sentence
from bookshift.widgets.chart import Chart
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift_model.explain.words import count as numbered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from bookshift.planner import Planner

COLUMNS = (
    Column("limit", "At most", 8, align="right", priority=0),
    Column("moves", "Moves", 8, align="right", priority=1),
    Column("captured", "Of the improvement", 18, align="right", priority=0),
    Column("gap", "Gap", 7, align="right", priority=2),
    Column("rules", "Hard rules", 14, share=1, priority=1),
)
PLACED = Column("placed", "Placed", 8, align="right", priority=1)
"""Accounts that nobody has today, which no limit counts."""


class CurveScreen(Page[None]):
    """Solves under every limit in a process of its own, then shows the curve."""

    contexts = ("curve", "grid")
    hint_ids = ("curve.take", "solve.cancel", "palette")
    BINDINGS: ClassVar[list[BindingType]] = list(bindings("curve", "grid"))
    DEFAULT_CSS = """
    CurveScreen > #chart { height: 1fr; }
    CurveScreen > #steps { height: 1fr; }
    CurveScreen > #about { height: 4; border-top: solid $surface-lighten-2; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self._steps: dict[str, Step] = {}
        self._sweeping = Sweeping()
        self._remarks: list[str] = []
        """What has to be said of the whole curve."""

    def compose_body(self) -> Iterable[Widget]:
        """Put the chart over the list."""
        yield Chart(id="chart")
        yield Grid(COLUMNS, id="steps", empty="Working it out.")
        yield Sheet(id="about")

    def on_mount(self) -> None:
        """Begin."""
        super().on_mount()
        self.query_one("#about", Sheet).can_focus = False
        self.grid.focus()
        self.facts("Move limits", f"policy {self.planner.state.policy.name}")
        self._work_out()

    def on_unmount(self) -> None:
        """End the work under way: nobody is left to see it."""
        self._sweeping.stop()

    @property
    def grid(self) -> Grid:
        """The list."""
        return self.query_one("#steps", Grid)

    @property
    def steps(self) -> list[Step]:
        """What is known of the curve, by rising limit."""
        return list(self._steps.values())

    def stop(self) -> bool:
        """Stop the work and keep what is done; False where there is none."""
        return self._sweeping.stop()

    @work(group="curve", exclusive=True)
    async def _work_out(self) -> None:
        self.say("solving under each limit; ctrl+c stops it and keeps what is done")
        try:
            told = await self._sweeping.run(
                self.planner, "curve", tell=lambda far: self.say(f"solving: {far}; ctrl+c stops it")
            )
        except SweepFailed as error:
            self.say(sentence(error), "warn")
            return
        found = of_record(told)
        if not found:
            self.say("Stopped before a limit was solved; g m works it out anew.", "warn")
            return
        self._steps = {str(one.limit): one for one in found}
        self._remarks = remarks(found)
        if any(one.unowned for one in found):
            self.grid.put_columns((*COLUMNS[:2], PLACED, *COLUMNS[2:]))
        self.grid.show(ListRows(list(self._steps), self._cells))
        self._plot()

    def _cells(self, key: str) -> list[Cell | str]:
        one = self._steps[key]
        limit = count(one.limit) if one.limit < len(self.planner.portfolio.accounts) else "no limit"
        rules = Cell(rules_told(one), "bad") if one.broken else Cell("✓ kept", "good")
        cells: dict[str, Cell | str] = {
            "limit": limit,
            "moves": count(one.counted),
            "placed": count(one.unowned),
            "captured": percent(one.captured),
            "gap": percent(one.point.gap, 2),
            "rules": rules,
        }
        return [cells[column.key] for column in self.grid.columns]

    @on(Grid.Moved, "#steps")
    def _plot(self) -> None:
        one = self._steps.get(self.grid.key or "")
        if one is None:
            return
        self.query_one(Chart).plot(dots(self.steps, one.limit), *axes())
        self.say("")
        tone = "warn" if one.captured is None else ""
        lines = told_of(one)
        about = [row(Span(each, tone), hang=2) for each in lines]
        about += [
            row(Span(each, "dim"), hang=2) for each in self._remarks if each.split(", ")[0] not in lines[0]
        ]
        self.query_one("#about", Sheet).show(about)

    @work(group="take", exclusive=True)
    async def action_curve_take(self) -> None:
        """Make the limit a hard rule, and put the plan of the point in force: the very one that is shown."""
        one = self._steps.get(self.grid.key or "")
        if one is None:
            return
        plan = next(screen for screen in self.app.screen_stack if isinstance(screen, PlanScreen))
        free = one.limit >= len(self.planner.portfolio.accounts)
        policy = self.planner.state.policy.with_rule(
            RULE, **({"mode": "off"} if free else {"mode": "hard", "limit": one.limit})
        )
        label = "no limit of moves" if free else f"at most {numbered(one.limit, 'move')}"
        nothing = "This is your plan already."
        if await plan.change(lambda: self.planner.take(one.point, policy, label), nothing=nothing):
            plan.done(f"{label}: {said_of(one.point, self.planner.portfolio)}")
        # Last of all, because it ends this very task.
        self.app.pop_screen()
