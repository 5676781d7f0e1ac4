"""Where the cursor of a grid stands, and which rows are in sight."""

from __future__ import annotations


class Sight:
    """The cursor's row, and a page of rows from `top` on; a page of none, before it has a size, holds all."""

    def __init__(self) -> None:
        self.cursor = 0
        self.top = 0

    def go(self, index: int, rows: int, page: int, *, scroll: int = 0) -> None:
        """Put the cursor on a row, or where the rows end, after scrolling by so many."""
        self.cursor = max(0, min(index, rows - 1))
        self.top += scroll
        self.settle(rows, page)

    def follow(self, index: int, rows: int, page: int) -> None:
        """Put the cursor on a row, at its height on the screen."""
        height = self.cursor - self.top
        self.cursor = max(0, min(index, rows - 1))
        self.top = self.cursor - height
        self.settle(rows, page)

    def settle(self, rows: int, page: int) -> None:
        """Bring the cursor into sight, and no empty lines below the last row."""
        if page:
            self.top = min(max(self.top, self.cursor - page + 1), self.cursor)
            self.top = max(0, min(self.top, rows - page))
        else:
            self.top = 0

    def within(self, one: int, other: int, page: int) -> tuple[int, int]:
        """Two rows in their order, as lines below `top`; −1 or `page` for those out of sight."""
        first, last = (max(-1, min(index - self.top, page)) for index in sorted((one, other)))
        return first, last
