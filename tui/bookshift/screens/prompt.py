"""A question with one line to answer; Enter on an empty line is an answer too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widgets import Input

from bookshift.panes.sheet import Span, row
from bookshift.screens.dialog import Dialog
from bookshift.screens.note import Note
from bookshift.widgets.statusline import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult


class Prompt(Dialog[str | None]):
    """Answers with the text, or None when it was left with escape."""

    DEFAULT_CSS = """
    Prompt Note { max-height: 6; }
    """

    def __init__(
        self,
        question: str,
        hint: str = "Enter accepts, esc cancels",
        text: str = "",
        *,
        says: Sequence[str] = (),
        wrong: Callable[[str], str] = lambda _: "",
    ) -> None:
        super().__init__()
        self._question = question
        self._hint = hint
        self._text = text
        self._says = says
        self._wrong = wrong
        """What is wrong with a text, as a sentence; empty where nothing is."""

    def compose(self) -> ComposeResult:
        """Put the question over the line."""
        with Vertical(classes="box"):
            yield Line(classes="box-title", id="question")
            yield Note(id="says")
            yield Input(self._text, compact=True, max_length=500)
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Write the question, and what there is to say about it."""
        self.query_one(Note).show([row(one) for one in self._says])
        self.query_one("#question", Line).put(self._question)
        self.query_one("#hint", Line).put(self._hint)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, unless something is wrong with the text: it is said, and the text stays to be mended."""
        event.stop()
        text = event.value.strip()
        if said := self._wrong(text):
            self.query_one(Note).show([*map(row, self._says), row(Span(f"! {said}", "warn"), hang=2)])
        else:
            self.dismiss(text)
