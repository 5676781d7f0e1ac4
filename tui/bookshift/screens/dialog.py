"""The base of small windows over a screen: they ask one thing, and escape always leaves."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, ScreenResultType

from bookshift.screens.answering import Answering


class Dialog(Answering[ScreenResultType], ModalScreen[ScreenResultType]):
    """A window that answers with a value, or with None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+c", "leave", show=False, priority=True),
        Binding("ctrl+l", "app.redraw", show=False, priority=True),
        Binding("ctrl+z", "app.suspend", show=False, priority=True),
    ]

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
