"""A pane: a title line over what it shows. Nothing moves or changes its frame with the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widget import Widget

from bookshift.widgets.statusline import Line

if TYPE_CHECKING:
    from textual.app import ComposeResult

HERE = "▸"


class Pane(Vertical):
    """Base of the four panes. `number` is the key that goes there."""

    number: int = 0
    label: str = ""

    def compose(self) -> ComposeResult:
        """Put the title over the body."""
        yield Line(classes="title")
        yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        """Make what is below the title."""
        raise NotImplementedError

    @property
    def body(self) -> Widget:
        """The widget that takes the keys."""
        raise NotImplementedError

    @property
    def active(self) -> bool:
        """Whether the keys go to this pane."""
        return self.has_class("-active")

    def activate(self, *, active: bool) -> None:
        """Say by mark and colour whether the keys go here."""
        self.set_class(active, "-active")
        self.retitle()

    def retitle(self) -> None:
        """Write the title anew."""
        mark = HERE if self.active else " "
        left, right = self.title_parts()
        self.query_one(".title", Line).put(f"{mark} {self.number} {self.label}{left}", right)

    def title_parts(self) -> tuple[str, str]:
        """What stands in the title after the pane's name, and at its right end."""
        return "", ""
