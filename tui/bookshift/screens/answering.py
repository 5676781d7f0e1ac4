"""Screens that answer with a value, once."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ScreenResultType

from bookshift.painting import PaintedOnce


class Answering(PaintedOnce[ScreenResultType]):
    """A screen that may be dismissed at any time: a key and a worker may both come to it."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Answer and close, with what is open over it; nothing happens where that was done already.

        Textual closes the screen on top, whichever was asked, and fails where an answer was given before.
        """
        app = self.app
        if self not in app.screen_stack:
            return AwaitComplete()
        while app.screen is not self:
            above = app.screen
            above.dismiss(None)
        return super().dismiss(result)
