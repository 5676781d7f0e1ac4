"""A sheet as high as what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift.panes.sheet import Row, Sheet, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Size


class Note(Sheet, can_focus=False):
    """Lines that nobody scrolls: its height follows them, up to what its style allows."""

    DEFAULT_CSS = """
    Note { height: auto; }
    """

    def show(self, rows: Sequence[Row], *, keep_place: bool = False) -> None:
        """Show other lines."""
        self._said = tuple(rows)
        super().show(rows, keep_place=keep_place)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """The lines that it takes in this width."""
        room = max(8, width - 2)
        return sum(len(list(wrap(one, room))) for one in self._said)

    _said: tuple[Row, ...] = ()
