"""Choose what a column is read as: every field, with what it holds; type to find, Enter picks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from bookshift.screens.dialog import Dialog
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Grid
from bookshift.widgets.rows import Cell, ListRows
from bookshift.widgets.statusline import Line
from bookshift_io.intake.holds import holds
from bookshift_io.intake.mapping import EXTRA, IGNORE
from bookshift_io.intake.vocabulary import label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

COLUMNS: Final = (
    Column("field", "Field", 18, share=1, priority=0),
    Column("now", "Now read from", 16, share=2, priority=2, tone="dim"),
    Column("holds", "Holds", 20, share=5, priority=1),
)
_OTHERS: Final = {
    EXTRA: "kept as it is, shown in details and returned on export",
    IGNORE: "not read at all",
}


class FieldPicker(Dialog[str | None]):
    """Answers with the name of a field, ``extra`` or ``ignore``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", show=False, priority=True),
        Binding("up,ctrl+p", "step(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    def __init__(self, table: str, header: str, now: str, taken: Mapping[str, str]) -> None:
        super().__init__()
        self._header = header
        self._now = now
        self._taken = taken
        fields = {name: meaning.replace("`", "") for name, (_, meaning) in holds(table).items()}
        self._meanings = {**fields, **_OTHERS}

    def compose(self) -> ComposeResult:
        """Put the search line over the fields."""
        with Vertical(classes="box wide"):
            yield Line(classes="box-title", id="question")
            yield Input(placeholder="type a field", compact=True, max_length=80)
            grid = Grid(COLUMNS, id="fields", empty="No field goes by that name.")
            grid.can_focus = False
            yield grid
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Show all fields, the present one under the cursor."""
        self.query_one("#question", Line).put(f"What does the column {self._header} hold?")
        self.query_one("#hint", Line).put("Type to find, ↑ ↓ choose, Enter picks, esc cancels")
        self._show("")
        self.query_one(Grid).jump_to(self._now)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the fields that hold the text."""
        event.stop()
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer."""
        event.stop()
        key = self.query_one(Grid).key
        if key is not None:
            self.dismiss(key)

    def action_step(self, by: int) -> None:
        """Move the choice."""
        grid = self.query_one(Grid)
        grid.action_cursor_down() if by > 0 else grid.action_cursor_up()

    def action_page(self, by: int) -> None:
        """Move the choice by a screen."""
        grid = self.query_one(Grid)
        grid.action_page_down() if by > 0 else grid.action_page_up()

    def _show(self, text: str) -> None:
        wanted = text.strip().casefold()
        found = [
            name
            for name, meaning in self._meanings.items()
            if wanted in f"{name} {label(name)} {meaning}".casefold()
        ]
        found.sort(key=lambda name: not label(name).casefold().startswith(wanted))
        grid = self.query_one(Grid)
        grid.show(ListRows(found, self._cells))
        grid.action_top()

    def _cells(self, key: str) -> list[Cell | str]:
        return [Cell(label(key), "strong"), self._taken.get(key, ""), self._meanings[key]]
