"""The movements that whatever shows lines takes alike: a line, half a screen, a screen, to either end."""

from __future__ import annotations


class Movements:
    """Actions for a command table to bind. The widget says how long it is and how it moves."""

    @property
    def page(self) -> int:
        """Lines in sight."""
        raise NotImplementedError

    @property
    def length(self) -> int:
        """Lines in all."""
        raise NotImplementedError

    def move(self, lines: int, *, scroll: bool = False) -> None:
        """Go down so many lines, up where negative, as far as there are any; `scroll` the screen as far."""
        raise NotImplementedError

    def action_cursor_down(self) -> None:
        """Go to the next line."""
        self.move(1)

    def action_cursor_up(self) -> None:
        """Go to the line before."""
        self.move(-1)

    def action_page_down(self) -> None:
        """Go one screen down."""
        self.move(self.page, scroll=True)

    def action_page_up(self) -> None:
        """Go one screen up."""
        self.move(-self.page, scroll=True)

    def action_half_down(self) -> None:
        """Go half a screen down."""
        self.move(max(1, self.page // 2), scroll=True)

    def action_half_up(self) -> None:
        """Go half a screen up."""
        self.move(-max(1, self.page // 2), scroll=True)

    def action_top(self) -> None:
        """Go to the first line."""
        self.move(-self.length)

    def action_bottom(self) -> None:
        """Go to the last line."""
        self.move(self.length)
