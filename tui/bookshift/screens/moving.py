"""Cursor movement for screens with tables: one set of commands, whichever table or sheet has the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import ScreenResultType

from bookshift.chords import ChordScreen
from bookshift.widgets.grid import Grid

if TYPE_CHECKING:
    from textual.widget import Widget


class MovingScreen(ChordScreen[ScreenResultType]):
    """Hands the commands of the context ``grid`` to what has the focus."""

    @property
    def table(self) -> Widget | None:
        """The widget that takes the movement."""
        return self.focused

    def action_move_down(self) -> None:
        """Go one row down."""
        self._hand("cursor_down")

    def action_move_up(self) -> None:
        """Go one row up."""
        self._hand("cursor_up")

    def action_move_left(self) -> None:
        """Go one column to the left."""
        self._hand("column_left")

    def action_move_right(self) -> None:
        """Go one column to the right."""
        self._hand("column_right")

    def action_move_page_down(self) -> None:
        """Go one page down."""
        self._hand("page_down")

    def action_move_page_up(self) -> None:
        """Go one page up."""
        self._hand("page_up")

    def action_move_half_down(self) -> None:
        """Go half a page down."""
        self._hand("half_down")

    def action_move_half_up(self) -> None:
        """Go half a page up."""
        self._hand("half_up")

    def action_move_top(self) -> None:
        """Go to the first row."""
        self._hand("top")

    def action_move_bottom(self) -> None:
        """Go to the last row."""
        self._hand("bottom")

    def action_mark(self) -> None:
        """Mark or unmark the row."""
        self._mark("toggle_mark")

    def action_mark_range(self) -> None:
        """Begin or end a range."""
        self._mark("mark_range")

    def say(self, text: str, tone: str = "") -> None:
        """Show a sentence until the next one."""
        raise NotImplementedError

    def _mark(self, action: str) -> None:
        if isinstance(self.table, Grid):
            self._hand(action)
        else:
            self.say("Only rows of a list can be marked.", "warn")

    def _hand(self, action: str) -> None:
        do = getattr(self.table, f"action_{action}", None)
        if do is not None:
            do()
