"""Choose a CSM: every one of them, ranked by what it would cost; type to find, Enter picks."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from bookshift.panes.account_sheet import adapting_cell, points_cell, standing_words
from bookshift.panes.books import band
from bookshift.screens.dialog import Dialog
from bookshift.text import percent
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Grid
from bookshift.widgets.rows import Cell, ListRows
from bookshift.widgets.statusline import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from bookshift.hover import Adapting
    from bookshift.panes.ranking import Candidate

COLUMNS: Final = (
    Column("name", "CSM", 18, share=1, priority=0),
    Column("now", "Now", 5, priority=2),
    Column("points", "Alone", 6, align="right", priority=1),
    Column("adapting", "Adapting", 8, align="right", priority=1),
    Column("rules", "Hard rules", 10, priority=1),
    Column("utilisation", "Utilisation", 12, align="right", priority=3),
    Column("band", "Band", 8, priority=4),
    Column("words", "What changes, or what stands against it", 20, share=5, priority=5),
)


class Picker(Dialog[int | None]):
    """Answers with the position of a CSM.

    `adapting` says what is known of costs if the rest adapts. More may be known later; the order stays, so
    that no row leaves the cursor while somebody is about to press Enter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", show=False, priority=True),
        Binding("up,ctrl+p", "step(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    def __init__(
        self,
        question: str,
        candidates: Sequence[Candidate],
        adapting: Callable[[], Adapting | None] = lambda: None,
    ) -> None:
        super().__init__()
        self._find_adapting = adapting
        self._adapting = adapting()
        self._question = question
        self._candidates = {str(one.csm): one for one in candidates}

    def compose(self) -> ComposeResult:
        """Put the search line over the ranking."""
        with Vertical(classes="box wide"):
            yield Line(classes="box-title", id="question")
            yield Input(placeholder="type a name", compact=True, max_length=80)
            grid = Grid(COLUMNS, id="ranking", empty="No CSM has that name.")
            grid.can_focus = False
            yield grid
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Show everyone."""
        self.query_one("#question", Line).put(self._question)
        self.query_one("#hint", Line).put(
            "↑ ↓ Enter picks, esc cancels", "fewer is better; adapting: others may move"
        )
        self._show("")

    def fill_in(self) -> None:
        """Show what is known by now."""
        if not self.is_mounted:
            return
        self._adapting = self._find_adapting()
        grid = self.query_one(Grid)
        grid.show(grid.rows)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show who has this in the name."""
        self._show(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Pick."""
        event.stop()
        key = self.query_one(Grid).key
        if key is not None:
            self.dismiss(int(key))

    def action_step(self, rows: int) -> None:
        """Move the choice."""
        grid = self.query_one(Grid)
        grid.action_cursor_down() if rows > 0 else grid.action_cursor_up()

    def action_page(self, pages: int) -> None:
        """Move the choice by a screenful."""
        grid = self.query_one(Grid)
        grid.action_page_down() if pages > 0 else grid.action_page_up()

    def _show(self, text: str) -> None:
        wanted = text.casefold().split()
        keys = [
            key
            for key, one in self._candidates.items()
            if all(word in one.name.casefold() for word in wanted)
        ]
        grid = self.query_one(Grid)
        grid.show(ListRows(keys, self._cells))
        grid.action_top()

    def _cells(self, key: str) -> list[Cell | str]:
        one = self._candidates[key]
        before, after = one.utilisation
        word, tone = band(after)
        return [
            Cell(one.name, "dim" if one.excluded else ""),
            Cell(standing_words(one), "dim"),
            Cell(*points_cell(one.points)),
            Cell(*adapting_cell(self._adapting, one.csm)),
            Cell(*one.rules),
            f"{percent(before)} → {percent(after)}",
            Cell(word, tone),
            Cell(one.words, "dim" if one.excluded else ""),
        ]
