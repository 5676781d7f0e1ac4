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
    active = False
    """Whether the keys go to this pane."""

    def compose(self) -> ComposeResult:
        """Put the title over the body."""
        yield Line(classes="title -active" if self.active else "title")
        yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        """Make what is below the title."""
        raise NotImplementedError

    @property
    def body(self) -> Widget:
        """The widget that takes the keys."""
        raise NotImplementedError

    def activate(self, *, active: bool) -> None:
        """Say by mark and colour whether the keys go here."""
        self.active = active
        # A class of the title's: one of the pane's would style all that is in it again.
        self.query_one(".title").set_class(active, "-active")
        self.retitle()

    def retitle(self) -> None:
        """Write the title anew."""
        mark = HERE if self.active else " "
        left, right = self.title_parts()
        self.query_one(".title", Line).put(f"{mark} {self.number} {self.label}{left}", right)

    def on_resize(self) -> None:
        """Say anew how much is in sight, once the body has its size, too."""
        self.call_after_refresh(self.retitle)

    def title_parts(self) -> tuple[str, str]:
        """What stands in the title after the pane's name, and at its right end."""
        return "", ""
