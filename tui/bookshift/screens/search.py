"""A list with a search line over it: type to find, Enter picks the row under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ScreenResultType
from textual.widgets import Input

from bookshift.screens.dialog import Dialog
from bookshift.widgets.grid import Grid
from bookshift.widgets.rows import ListRows
from bookshift.widgets.statusline import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from bookshift.widgets.columns import Column
    from bookshift.widgets.rows import Cell


class Search(Dialog[ScreenResultType]):
    """Says what is found, how a row is written, and what is answered with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", show=False, priority=True),
        Binding("up,ctrl+p", "step(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]
    columns: ClassVar[Sequence[Column]]
    prompt: ClassVar[str] = "type a name"
    nothing: ClassVar[str]
    """What stands there where nothing is found."""
    hints: tuple[str, ...] = ("↑ ↓ Enter picks, esc cancels",)

    def __init__(self, question: str, first: str = "") -> None:
        super().__init__()
        self._question = question
        self.first = first
        """Key of the row under the cursor to begin with, if there is such a row."""

    def compose(self) -> ComposeResult:
        """Put the search line over the rows."""
        with Vertical(classes="box wide"):
            yield Line(classes="box-title", id="question")
            yield Input(placeholder=self.prompt, compact=True, max_length=80)
            grid = Grid(self.columns, id="rows", empty=self.nothing)
            grid.can_focus = False
            yield grid
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Show everything."""
        self.query_one("#question", Line).put(self._question)
        self.query_one("#hint", Line).put(*self.hints)
        self._show("")
        self.query_one(Grid).jump_to(self.first)

    def found(self, text: str) -> list[str]:
        """Keys of the rows that a text finds, in their order; all of them for an empty one."""
        raise NotImplementedError

    def cells(self, key: str) -> list[Cell | str]:
        """How a row is written."""
        raise NotImplementedError

    def answer(self, key: str) -> ScreenResultType:
        """What is answered with a row."""
        raise NotImplementedError

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has the text."""
        event.stop()
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pick."""
        event.stop()
        key = self.query_one(Grid).key
        if key is not None:
            self.dismiss(self.answer(key))

    def action_step(self, rows: int) -> None:
        """Move the choice."""
        grid = self.query_one(Grid)
        grid.action_cursor_down() if rows > 0 else grid.action_cursor_up()

    def action_page(self, pages: int) -> None:
        """Move the choice by a screenful."""
        grid = self.query_one(Grid)
        grid.action_page_down() if pages > 0 else grid.action_page_up()

    def _show(self, text: str) -> None:
        grid = self.query_one(Grid)
        grid.show(ListRows(self.found(text), self.cells))
        grid.action_top()


def all_words(text: str, name: str) -> bool:
    """Whether a name has every word of a text."""
    return all(word in name.casefold() for word in text.casefold().split())
