"""The Plan screen's finding: filter, sort, matches, and copying what was found."""

from __future__ import annotations

import math

from textual.widgets import Input

from bookshift.panes.books import ALL, BooksPane
from bookshift.panes.fields import FIELDS
from bookshift.panes.figure import typed
from bookshift.panes.query import QueryError, written
from bookshift.panes.sheet import Sheet
from bookshift.screens.plan_base import PlanBase
from bookshift.text import plain
from bookshift.widgets.grid import Grid
from bookshift.widgets.rows import Cell
from bookshift.widgets.statusline import MessageLine
from bookshift_model.explain.words import count as numbered


class Finding(PlanBase):
    """Filter and sort of the lists."""

    def action_filter(self) -> None:
        """Type a filter on the message line."""
        self._show_line(find=True)
        find = self.query_one("#find", Input)
        find.value = self.accounts.filter
        self.set_focus(find)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Apply the filter."""
        event.stop()
        if self._look_for(event.value):
            self.stop_finding()

    def stop_finding(self) -> None:
        """Give the message line and the keys back."""
        self.activate(self.accounts)
        self._show_line(find=False)

    @property
    def finding(self) -> bool:
        """Whether a filter is being typed."""
        return self.query_one("#find", Input).has_class("-open")

    def _show_line(self, *, find: bool) -> None:
        """Show the filter in place of the message, or the other way round."""
        # Classes of these two: one of the screen's would style all that is in it again.
        self.query_one("#find", Input).set_class(find, "-open")
        self.query_one(MessageLine).set_class(find, "-covered")

    def action_filter_value(self) -> None:
        """Filter by the value under the cursor."""
        grid = self.accounts.body
        view, key = self.view, grid.key
        if view is None or key is None or self.active_pane is not self.accounts:
            self.say("Put the cursor on a value in the accounts first.", "warn")
            return
        field = next(one for one in FIELDS if one.key == grid.column.key)
        value = field.raw(view)[view.portfolio.account_index[key]]
        text = ("" if math.isnan(value) else typed(value)) if isinstance(value, float) else str(value)
        self._look_for(" ".join(filter(None, (self.accounts.filter, written(field.key, text)))))

    def action_match_next(self) -> None:
        """Go to the next row."""
        self._step(1)

    def action_match_previous(self) -> None:
        """Go to the row before."""
        self._step(-1)

    def action_sort(self) -> None:
        """Sort by the column under the cursor, the other way round the second time."""
        pane = self.active_pane
        if self.view is None or not isinstance(pane.body, Grid) or pane is self.diff:
            self.say("Books and accounts can be sorted; the diff has losers first.", "warn")
            return
        column = pane.body.column
        if isinstance(pane, BooksPane):
            key, descending = pane.sort or ("", False)
            first = column.align == "right"
            pane.sort = (column.key, not descending if key == column.key else first)
            pane.project(self.view)
        else:
            key, descending = self.accounts.sort
            first = column.align == "right"
            self.accounts.sort = (column.key, not descending if key == column.key else first)
            self.accounts.project(self.view)

    def action_copy(self) -> None:
        """Copy the chosen rows, with a header, to the terminal's clipboard."""
        body = self.active_pane.body
        if isinstance(body, Sheet):
            self.app.copy_to_clipboard("\n".join(map(plain, body.text.splitlines())))
            self.say("copied the detail")
            return
        if not isinstance(body, Grid):
            return
        keys = body.selected()
        places = [place for key in keys if (place := body.rows.find(key)) is not None]
        lines = [[column.title for column in body.columns]]
        lines += [[_plain(cell) for cell in body.rows.cells(place)] for place in places]
        self.app.copy_to_clipboard("\n".join("\t".join(line) for line in lines))
        self.say(f"copied {numbered(len(keys), 'row')}; the terminal must allow OSC 52")

    def _look_for(self, text: str) -> bool:
        try:
            self.accounts.look_for(text)
        except QueryError as error:
            self.say(str(error), "warn")
            self.stop_finding()
            return False
        self.say(self._found() if text.strip() else "")
        return True

    def _found(self) -> str:
        """How many accounts match, and how the filter was understood."""
        rows = len(self.accounts.body.rows)
        found = numbered(rows, "account matches", "accounts match") if rows else "no account matches"
        where = "" if self.accounts.book == ALL else " in this book"
        words = "" if rows or not self.accounts.asked_with_blanks else "words anywhere come before fields; "
        return f"{found}{where}: {self.accounts.asked}; {words}esc drops the filter"

    def _step(self, rows: int) -> None:
        """Every row of a filtered list matches, so the next match is the next row, round the end."""
        body = self.accounts.body
        if not self.accounts.filter or not len(body.rows):
            self.say("There is no filter; / begins one.", "warn")
            return
        self.activate(self.accounts)
        before = body.key
        body.action_cursor_down() if rows > 0 else body.action_cursor_up()
        if body.key == before:
            body.action_top() if rows > 0 else body.action_bottom()


def _plain(cell: Cell | str) -> str:
    # A tab or line break in a name would make another cell of it.
    return plain(cell.text if isinstance(cell, Cell) else cell)
