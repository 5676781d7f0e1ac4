"""One virtual table for books, accounts, moves and comparisons: it draws the rows in sight and no others.

Textual's `DataTable` measures every cell of every row (10,000 rows: 2.2 CPU seconds to fill). This grid asks
its row source for what is visible, keeps the drawn lines, and redraws two lines when the cursor moves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from bookshift.text import count
from bookshift.widgets.columns import Column
from bookshift.widgets.drawn import Drawn
from bookshift.widgets.layout import Layout
from bookshift.widgets.lines import MARK, State
from bookshift.widgets.marks import Marks
from bookshift.widgets.movements import Movements
from bookshift.widgets.rows import TONES, Cell, ListRows, Rows
from bookshift.widgets.sight import Sight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual.strip import Strip

__all__ = ["Cell", "Column", "Grid", "ListRows", "Rows"]

_NARROW = 60


class Grid(Movements, Widget, can_focus=True):
    """A table with a cursor row, a current column, marks, and no scrollbar (`position` goes in the title).

    It binds no keys: a command table binds the ``action_`` methods. The current column (left and right) is
    the one to sort or filter by, and columns out of sight come into sight with it. State shows by symbol as
    well as by colour: `CURSOR`, `MARK`, and `RANGE` in the range being marked.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "grid--header",
        "grid--column",
        "grid--cursor",
        "grid--cursor-blurred",
        "grid--marked",
        "grid--match",
        *(f"grid--{tone}" for tone in TONES),
    }
    DEFAULT_CSS = """
    Grid {
        height: 1fr;
        overflow: hidden hidden;
        & > .grid--header { text-style: bold; color: $text-muted; }
        & > .grid--column { text-style: bold underline; color: $text; }
        & > .grid--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .grid--cursor-blurred {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
        & > .grid--marked { color: $text-accent; text-style: bold; }
        & > .grid--match { text-style: bold underline; }
        & > .grid--dim { color: $text-muted; }
        & > .grid--strong { text-style: bold; }
        & > .grid--good { color: $text-success; }
        & > .grid--warn { color: $text-warning; }
        & > .grid--bad { color: $text-error; text-style: bold; }
        & > .grid--new { color: $text-primary; }
    }
    """

    class _About(Message):
        """A message about one grid, of which only the newest in the queue counts."""

        def __init__(self, grid: Grid) -> None:
            super().__init__()
            self.grid = grid

        @property
        def control(self) -> Grid:
            """The grid, for ``@on(Grid.Moved, "#accounts")``."""
            return self.grid

        def can_replace(self, message: Message) -> bool:
            """Replace an older message of the same kind about the same grid."""
            return type(message) is type(self) and message._sender is self._sender  # noqa: SLF001 - as Textual's own messages do

    class Moved(_About):
        """The cursor stands on another row; `key` is None without rows."""

        def __init__(self, grid: Grid, key: str | None) -> None:
            super().__init__(grid)
            self.key = key

    class Marked(_About):
        """Marks were set or taken away."""

    def __init__(
        self,
        columns: Sequence[Column],
        rows: Rows | None = None,
        *,
        empty: str = "Nothing to show.",
        id: str | None = None,  # noqa: A002 - Textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._layout = Layout(columns)
        self.empty = empty
        """What the grid says when it has no rows."""
        self._rows: Rows = rows if rows is not None else ListRows((), lambda _: ())
        self._sight = Sight()
        self._marks = Marks()
        self._drawn = Drawn(self._look)

    # What it shows

    @property
    def rows(self) -> Rows:
        """The rows shown."""
        return self._rows

    @property
    def page(self) -> int:
        """Rows in sight."""
        return max(1, self.size.height - 1)

    @property
    def length(self) -> int:
        """Rows in all."""
        return len(self._rows)

    @property
    def key(self) -> str | None:
        """The key under the cursor; None without rows."""
        return self._rows.key(self._sight.cursor) if self._sight.cursor < len(self._rows) else None

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in sight or not."""
        return self._layout.columns

    @property
    def column(self) -> Column:
        """The current column: what sorting and filtering by the value under the cursor refer to."""
        return self.columns[self._layout.current]

    @property
    def position(self) -> str:
        """The cursor's place for the pane's title: ``12/4,000``, and the marks: ``12/4,000 ●3``."""
        place_ = f"{count(min(self._sight.cursor + 1, len(self._rows)))}/{count(len(self._rows))}"
        return f"{place_} {MARK}{count(len(self._marks))}" if len(self._marks) else place_

    @property
    def marks(self) -> frozenset[str]:
        """The keys marked, shown or filtered away."""
        return self._marks.keys

    def selected(self) -> list[str]:
        """Keys a command acts on: marked rows that are shown, in their order; without any, the cursor's."""
        if places := self._marks.shown(self._rows.find):
            return [self._rows.key(place) for place in places]
        return [] if self.key is None else [self.key]

    def show(self, rows: Rows, *, sort: tuple[str, bool] | None = None) -> None:
        """Show other rows; the cursor stays on its key, at its height on the screen.

        Where the key is gone the cursor keeps its place. `sort` is the column's key and whether descending,
        for the mark in the header. Marks stay, also on rows not shown now.
        """
        before = self.key
        self._rows = rows
        self._layout.sort = sort
        self._drawn.forget_rows()
        found = self._find(before)
        self._sight.follow(self._sight.cursor if found is None else found, len(rows), self._room)
        self._marks.follow(self._rows.find)
        self.refresh()
        if self.key != before:
            self.post_message(self.Moved(self, self.key))

    def put_columns(self, columns: Sequence[Column]) -> None:
        """Show other columns; the rows that fit them have to follow."""
        self._layout.columns = tuple(columns)
        self._choose(self._layout.current)

    def jump_to(self, key: str) -> bool:
        """Put the cursor on a row; False when it is not shown."""
        found = self._find(key)
        if found is not None:
            self._go(found)
        return found is not None

    def place_of(self, column: str) -> tuple[int, int, int] | None:
        """(x, y, cells) of the cursor row's cell in a column, inside the grid; None out of sight."""
        found = self._layout.place_of(column)
        return None if found is None else (found[0], self._sight.cursor - self._sight.top + 1, found[1])

    def highlight(self, text: str) -> None:
        """Underline this text wherever it stands in sight; nothing when empty."""
        self._drawn.find(text)
        self.refresh()

    # What it does

    def move(self, lines: int, *, scroll: bool = False) -> None:
        """Move the cursor down so many rows, up where negative, as far as there are any."""
        self._go(self._sight.cursor + lines, scroll=lines if scroll else 0)

    def action_column_right(self) -> None:
        """Make the next column the current one, bringing it into sight."""
        self._choose(self._layout.current + 1)

    def action_column_left(self) -> None:
        """Make the column before the current one, bringing it into sight."""
        self._choose(self._layout.current - 1)

    def action_toggle_mark(self) -> None:
        """Mark or unmark the row, or the range begun, and move to the next."""
        if self._marks.ranging:
            self.action_mark_range()
            return
        if self.key is not None:
            self._marks.toggle(self.key)
            self._refresh_rows(self._sight.cursor, self._sight.cursor)
            self.post_message(self.Marked(self))
            self._go(self._sight.cursor + 1)

    def action_mark_range(self) -> None:
        """Begin a range at the cursor; the second time, mark all rows of it."""
        if self.key is None:
            return
        if self._marks.ranging:
            self._marks.end(self._rows, self._sight.cursor)
            self.post_message(self.Marked(self))
        else:
            self._marks.begin(self.key, self._sight.cursor)
        self._refresh_rows(self._marks.anchor_at, self._sight.cursor)

    def clear(self) -> bool:
        """Give up the range begun, else take all marks away; False when there was neither."""
        if self._marks.ranging:
            self._marks.give_up_range()
            self._refresh_rows(self._marks.anchor_at, self._sight.cursor)
            return True
        if len(self._marks):
            self._marks.clear()
            self.refresh()
            self.post_message(self.Marked(self))
            return True
        return False

    def action_clear(self) -> None:
        """Give up the range begun, else take all marks away."""
        self.clear()

    # How it is drawn

    def render_line(self, y: int) -> Strip:
        """Draw the header or one row."""
        width = self.size.width
        if not self._layout.placed:
            self._place()
        if y == 0:
            return self._drawn.lines.header(self._layout, width)
        index = self._sight.top + y - 1
        if index >= len(self._rows):
            return self._drawn.lines.message(self.empty if y == 1 and not len(self._rows) else "", width)
        cursor = self._sight.cursor
        mark = self._marks.sign(self._rows, index, cursor)
        state = State(index, index == cursor, index == cursor and self.has_focus, mark)
        return self._drawn.row(state, self._rows, self._layout, width)

    def _look(self, names: tuple[str, ...]) -> Style:
        """The grid's own style with those of its component classes over it."""
        parts = (f"grid--{name}" for name in names if f"grid--{name}" in self.COMPONENT_CLASSES)
        return self.get_visual_style(*parts).rich_style

    # How it keeps in step

    def _find(self, key: str | None) -> int | None:
        return None if key is None else self._rows.find(key)

    def _go(self, index: int, *, scroll: int = 0) -> None:
        """Put the cursor on a row and redraw what that changes."""
        before, top = self._sight.cursor, self._sight.top
        self._sight.go(index, len(self._rows), self._room, scroll=scroll)
        if self._sight.top != top:
            self.refresh()
        elif self._sight.cursor != before:
            self._refresh_rows(before, self._sight.cursor, between=self._marks.ranging)
        if self._sight.cursor != before:
            self.post_message(self.Moved(self, self.key))

    @property
    def _room(self) -> int:
        """Rows that fit; 0 while there is no size."""
        return self.page if self.size.height else 0

    def _choose(self, column: int) -> None:
        before = self._layout.placed
        self._layout.choose(column)
        self._place()
        if self._layout.placed != before:
            self.refresh()
        else:
            self.refresh(Region(0, 0, self.size.width, 1))

    def _place(self) -> None:
        self._layout.place(self.size.width, essential=self.app.size.width < _NARROW)
        self._drawn.forget_strips()

    def _refresh_rows(self, one: int, other: int, *, between: bool = True) -> None:
        width = self.size.width
        # Rows out of sight need no drawing, and a range may reach over all of them.
        first, last = self._sight.within(one, other, self.page)
        if between:
            self.refresh(Region(0, first + 1, width, last - first + 1))
        else:
            self.refresh(*(Region(0, line + 1, width, 1) for line in (first, last)))

    def on_resize(self) -> None:
        """Place the columns anew and keep the cursor in sight."""
        self._place()
        self._sight.settle(len(self._rows), self._room)
        self.refresh()

    def notify_style_update(self) -> None:
        """Draw with the new theme."""
        super().notify_style_update()
        self._drawn.forget_looks()
