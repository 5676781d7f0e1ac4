"""Pane 4: what the plan changes against today, losers first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from textual import work

from bookshift.panes.pane import Pane
from bookshift.panes.sheet import Row, Sheet, Span, row
from bookshift.points import compared
from bookshift.text import money, percent
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Grid
from bookshift.widgets.rows import Cell, ListRows
from bookshift_model.decisions import Decisions
from bookshift_model.explain import words
from bookshift_model.explain.diff import diff
from bookshift_model.explain.moved import Moved

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from bookshift.panes.view import View
    from bookshift_model.explain.diff import Diff, GoalChange, MoveFigures
    from bookshift_model.explain.losers import Loser

COLUMNS: Final = (
    Column("name", "Account", 18, share=2, priority=0),
    Column("worse", "", 5, priority=1),
    Column("arr", "ARR", 5, align="right", priority=3),
    Column("from", "From", 12, share=1, priority=4),
    Column("to", "To", 12, share=1, priority=1),
    Column("churn", "Churn risk", 10, align="right", priority=5),
    Column("reason", "Reason", 20, share=6, priority=2),
)
_FIGURE_LINES: Final = 8
_SAME: Final = 1e-6
"""Relative change below which a figure is the same."""


class DiffPane(Pane):
    """The comparison of what is shown with today's books."""

    number = 4
    label = "Diff"

    def __init__(self) -> None:
        super().__init__(id="diff")
        self._view: View | None = None
        self._done: View | None = None
        self.diff: Diff | None = None
        self._moves: dict[str, MoveFigures] = {}
        self._losers: dict[str, Loser] = {}

    def compose_body(self) -> ComposeResult:
        """Put the figures over the moves."""
        yield Sheet(id="diff-figures")
        yield Grid(
            COLUMNS, id="diff-grid", empty="Nothing moves. S looks for a better plan, m moves by hand."
        )

    def on_mount(self) -> None:
        """The figures are read, the moves are worked on."""
        self.query_one("#diff-figures", Sheet).can_focus = False

    @property
    def body(self) -> Grid:
        """The grid of moves."""
        return self.query_one("#diff-grid", Grid)

    def project(self, view: View) -> None:
        """Show a view once the pane is in sight."""
        self._view = view
        if self.display and view is not self._done:
            self._compare(view)

    def refresh_now(self) -> None:
        """Compare, as the pane has just come into sight."""
        if self._view is not None:
            self.project(self._view)

    @work(exclusive=True, group="diff")
    async def _compare(self, view: View) -> None:
        """Compare off the screen's own thread: every move gets its reasons."""
        # Today against today is the same, whatever is decided about what shall be.
        problem = view.problem.with_decisions(Decisions()) if view.showing == "today" else view.problem
        found = await asyncio.to_thread(lambda: diff(problem, problem.baseline, view.assignment, view.movers))
        self._done, self.diff = view, found
        accounts = view.portfolio.accounts
        self._losers = {
            accounts[one.account].id: one for one in found.losing_accounts if one.account is not None
        }
        self._moves = {accounts[one.account].id: one for one in found.moves}
        rest = [key for key in self._moves if key not in self._losers]
        self.body.show(ListRows([*self._losers, *rest], self._cells))
        figures = self.query_one("#diff-figures", Sheet)
        rows = figure_rows(found)
        figures.styles.height = len(rows)
        figures.show(rows)
        self.retitle()

    def title_parts(self) -> tuple[str, str]:
        """What is compared, and how many lose."""
        if self.diff is None or self._view is None:
            return "", ""
        names = {"plan": "the plan", "preview": "PREVIEW", "today": "today"}
        return f"  today → {names[self._view.showing]}", self.body.position

    def _cells(self, key: str) -> list[Cell | str]:
        view = self._done
        assert view is not None  # noqa: S101 - rows exist only after a comparison
        move = self._moves[key]
        loser = self._losers.get(key)
        reason = move.reason
        if loser is not None:
            reason = "; ".join(loser.reasons)
            # What gets worse says nothing about who wanted it so; a narrow column shows the beginning.
            reason = "; ".join(filter(None, (move.wanted[0], reason, move.mover)))
        return [
            view.account(key).name,
            Cell("worse", "bad") if loser else "",
            money(move.arr),
            view.csm_name(move.csm_from) if move.csm_from >= 0 else view.owner_name(move.account),
            Cell(view.csm_name(move.csm_to), "new"),
            f"{percent(move.churn_from, 1)}→{percent(move.churn_to, 1)}",
            reason,
        ]


def figure_rows(found: Diff) -> list[Row]:
    """Points, hard rules and goals before and after, and the books that lose."""
    worse = sum(one.hard for one in found.new)
    rows = [
        row(
            Span(f"{Moved.of(found.moves)}, {money(found.after.moved_arr)} of ARR", "strong"),
            Span(f"   {compared(found.before, found.after)}", "dim"),
            Span(f", {worse} new or worse" if worse else "", "bad"),
            hang=-1,
        ),
        _losers_row(found),
    ]
    weighed = sorted((one for one in found.goals if one.share), key=lambda one: -one.share)
    rows += [goal_row(one) for one in weighed[: _FIGURE_LINES - 2]]
    return rows


def _losers_row(found: Diff) -> Row:
    """How many lose, and the book that loses most."""
    accounts, books = found.losing_accounts, found.losing_books
    if not accounts and not books:
        return row("Nobody is worse off.", hang=-1)
    first = f": {books[0].name}, {'; '.join(books[0].reasons)}" if books else ""
    who = f"{words.count(len(accounts), 'account')} and {words.count(len(books), 'book')} worse off"
    return row(Span(who, "bad"), first, hang=-1)


def goal_row(one: GoalChange) -> Row:
    """A goal before and after, as fine as it takes to tell them apart, and the change in percent."""
    style = words.money if "ARR" in one.unit else words.plain
    same = abs(one.after - one.before) < _SAME * abs(one.before)
    both = words.arrow(one.before, one.after, style).split(" → ")
    before, after = [style(one.before, 0)] * 2 if same or one.before == one.after else both
    relative = one.relative
    change = "" if relative is None or not round(100 * relative) else f"{100 * relative:+.0f} %"
    tone = "good" if one.after < one.before else "warn"
    return row(
        Span(f"{one.name:<20}", "dim"),
        f"{before:>8} → {after:<8}",
        Span(f"{words.minus(change):>7}  ", tone),
        Span(one.unit, "dim"),
        hang=-1,
    )
