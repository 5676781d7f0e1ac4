"""One of a few: a list with a word about each; Enter picks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from bookshift.panes.sheet import row
from bookshift.screens.dialog import Dialog
from bookshift.screens.note import Note
from bookshift.text import plain
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift.widgets.statusline import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

_MOST: Final = 12
_NARROWEST, _NAME, _SAYS = 64, 18, 20
_AROUND: Final = 8
"""Cells of a box beside its grid's columns: border, padding, cursor and mark, the gap."""


class Choice(NamedTuple):
    """What can be chosen: what is answered, its name, and a word about it."""

    key: str
    name: str
    says: str = ""


class Choose(Dialog[str | None]):
    """Answers with the key of a choice."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "step('down')", show=False),
        Binding("k,up", "step('up')", show=False),
        Binding("enter", "pick", show=False),
    ]
    DEFAULT_CSS = """
    Choose Note { max-height: 8; }
    """

    def __init__(
        self, question: str, choices: Sequence[Choice], *, first: str = "", says: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._question = question
        self._choices = {one.key: one for one in choices}
        self._first = first
        self._says = says

    def compose(self) -> ComposeResult:
        """Put the question over the choices."""
        with Vertical(classes="box"):
            yield Line(classes="box-title", id="question")
            yield Note(id="says")
            yield Grid(self._columns(), id="choices")
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Show the choices."""
        self.query_one("#question", Line).put(self._question)
        self.query_one("#hint", Line).put("↑ ↓ choose, Enter picks, esc cancels")
        self.query_one(Note).show([row(one) for one in self._says])
        self.query_one(".box").styles.width = max(_NARROWEST, sum(self._widest) + _AROUND)
        grid = self.query_one(Grid)
        grid.styles.height = min(_MOST, len(self._choices)) + 1
        grid.show(ListRows(list(self._choices), self._cells))
        grid.jump_to(self._first)
        grid.focus()

    def _columns(self) -> tuple[Column, Column]:
        return (
            Column("name", "", max(_NAME, self._widest[0]), priority=0),
            Column("says", "", _SAYS, share=1, priority=1, tone="dim"),
        )

    @property
    def _widest(self) -> tuple[int, int]:
        """Cells that the longest name takes, no more than leaves room for a word about it, and that word."""
        choices = self._choices.values()
        name = max((cell_len(plain(one.name)) for one in choices), default=0)
        says = max((cell_len(plain(one.says)) for one in choices), default=0)
        return min(name, self.app.size.width // 2 if says else self.app.size.width), says

    def action_step(self, way: str) -> None:
        """Move the choice."""
        grid = self.query_one(Grid)
        grid.action_cursor_down() if way == "down" else grid.action_cursor_up()

    def action_pick(self) -> None:
        """Answer."""
        self.dismiss(self.query_one(Grid).key)

    def _cells(self, key: str) -> list[Cell | str]:
        return [self._choices[key].name, self._choices[key].says]
