"""The load month by month: utilisation of every CSM for a year, and the hours of the one under the cursor."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import BindingType

from bookshift import loads
from bookshift.bars import KEY, LEAST_HEIGHT, Bar, bars
from bookshift.bindings import bindings
from bookshift.panes.books import ALL
from bookshift.panes.sheet import Row, Sheet, Span, row, wrap
from bookshift.screens.page import Page, leaving
from bookshift.text import hours
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift.widgets.statusline import Line
from bookshift_model.load import MONTHS, Load, Year

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from bookshift.panes.view import View

_WORDS: Final = 4
"""Lines that overloads in words take from the bars at most."""


class LoadScreen(Page[str | None]):
    """Shows a view's plan or today's books; answers with the CSM whose book to open, or None."""

    contexts = ("load", "grid")
    hint_ids = ("load.today", "load.open", "palette")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("load", "grid"), *leaving()]
    DEFAULT_CSS = """
    LoadScreen > #months { height: 1fr; }
    LoadScreen > #chart { height: 1fr; min-height: 12; border-top: solid $surface-lighten-2; }
    """

    def __init__(self, view: View, csm: str) -> None:
        super().__init__()
        self.view = view
        self.today = view.showing == "today"
        self._csm = csm
        self._loads: dict[bool, Load] = {}
        self._used: dict[str, list[float]] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Put the table over the chart."""
        yield Line(id="says", classes="strip")
        columns = [Column(f"m{at}", "", 4, align="right", priority=0) for at in range(MONTHS)]
        yield Grid([Column("name", "CSM", 12, share=1, priority=0), *columns], id="months")
        yield Sheet(id="chart")

    def on_mount(self) -> None:
        """Work the months out."""
        super().on_mount()
        self.chart.can_focus = False
        self.query_one("#says", Line).put(loads.LEGEND)
        self.grid.focus()
        self.say("adding up the months …")
        self.work_out()

    @property
    def grid(self) -> Grid:
        """The months of every CSM."""
        return self.query_one("#months", Grid)

    @property
    def table(self) -> Grid:
        """The widget that takes the movement."""
        return self.grid

    @property
    def chart(self) -> Sheet:
        """The months of one CSM."""
        return self.query_one("#chart", Sheet)

    @property
    def load(self) -> Load | None:
        """What is shown: of the plan, or today's."""
        return self._loads.get(self.today)

    @work(group="load", exclusive=True)
    async def work_out(self) -> None:
        """Add both up off the event loop."""
        problem = self.view.problem
        year = Year(problem.data)
        for today, assignment in ((True, problem.baseline), (False, self.view.assignment)):
            self._loads[today] = await asyncio.to_thread(year.load, assignment)
        first = self._loads[True]
        name = self.grid.columns[0]
        titled = zip(self.grid.columns[1:], loads.months(first), strict=True)
        months = (Column(one.key, title, one.width, align="right", priority=0) for one, title in titled)
        self.grid.put_columns((name, *months))
        self.project()
        self.grid.jump_to(self._csm)

    def project(self) -> None:
        """Show the months of the plan or of today."""
        load = self.load
        if load is None:
            return
        csms = self.view.portfolio.csms
        self._used = {ALL: load.team.utilisation[:, 0].tolist()}
        self._used |= {one.id: used for one, used in zip(csms, load.utilisation.T.tolist(), strict=True)}
        self.grid.show(ListRows(list(self._used), self._cells))
        shown = (
            "today's books" if self.today else "the plan" if self.view.showing != "preview" else "the preview"
        )
        self.facts(f"Load of {shown}", f"months from {load.as_of}")
        self.say(loads.in_short(load))
        self._draw()

    def _cells(self, key: str) -> list[Cell | str]:
        name = Cell("All", "strong") if key == ALL else self.view.portfolio.whom(key)
        return [name, *(Cell(loads.written(one), loads.tone_of(one)) for one in self._used[key])]

    @on(Grid.Moved, "#months")
    def _draw(self) -> None:
        load, key = self.load, self.grid.key
        if load is None or key is None or not self.chart.size:
            return
        self.chart.show(self._chart(load, key))

    def _chart(self, load: Load, key: str) -> list[Row]:
        """What one book takes month by month, in words and bars."""
        portfolio = self.view.portfolio
        one, at, name = (load.team, 0, "All CSMs") if key == ALL else (load, portfolio.csm_index[key], "")
        name = name or portfolio.csm_names[at]
        handed = (one.outgoing + one.incoming)[:, at]
        used, room = (hours(float(part[:, at].mean())) for part in (one.hours, one.capacity))
        head = f"{name}: {used} of {room} h a month"
        over = loads.overloads(one, at)
        says = row("! ", "; ".join(over), hang=2) if over else row(Span("✓ ", "good"), "within capacity")
        months = [
            Bar(label, *figures)
            for label, *figures in zip(
                loads.months(one), one.work[:, at].tolist(), handed.tolist(), one.capacity[:, at].tolist(),
                strict=True,
            )
        ]  # fmt: skip
        notes = [row(Span(loads.HANDOFFS, "dim"), hang=-1)] if handed.any() else []
        width, height = self.chart.size.width - 2, self.chart.size.height
        taken = 1 + min(_WORDS, len(list(wrap(says, width)))) + len(notes)
        drawn = bars(months, width, max(LEAST_HEIGHT, height - taken))
        return [row(Span(head, "strong"), Span(f"  {KEY}", "dim"), hang=-1), *drawn, *notes, says]

    def on_resize(self, event: object) -> None:  # noqa: ARG002 - Textual's signature
        """Draw the chart to its new size once that is known."""
        self.call_after_refresh(self._draw)

    def action_load_today(self) -> None:
        """Show today's books, or the plan again."""
        self.today = not self.today
        self.project()

    def action_load_open(self) -> None:
        """Go to the accounts of the book."""
        self.dismiss(self.grid.key)

    def action_leave(self) -> None:
        """Go back to the plan."""
        self.dismiss(None)
