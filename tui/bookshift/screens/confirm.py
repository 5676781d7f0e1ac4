"""Yes or no, no unless yes is pressed; and the offer of a draft where a plan is frozen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from bookshift.older import losses, said_before
from bookshift.panes.sheet import Row, row
from bookshift.screens.dialog import Dialog
from bookshift.screens.note import Note
from bookshift.text import sentence
from bookshift.widgets.statusline import Line
from bookshift_io.workspace import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import App, ComposeResult

    from bookshift.planner import Planner


class Confirm(Dialog[bool | None]):
    """Answers with True only for ``y``; Enter, n and escape mean no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False),
        Binding("n,enter", "answer(False)", show=False),
    ]
    DEFAULT_CSS = """
    Confirm Note { max-height: 12; margin: 1 0; }
    """

    def __init__(self, question: str, lines: Sequence[str | Row] = (), yes: str = "yes") -> None:
        super().__init__()
        self._question = question
        self._rows = [one if isinstance(one, Row) else row(one, hang=2) for one in lines]
        self._yes = yes

    def compose(self) -> ComposeResult:
        """Put the question over what it is about."""
        with Vertical(classes="box"):
            yield Line(classes="box-title", id="question")
            yield Note(id="lines")
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Write the question."""
        self.query_one("#question", Line).put(self._question)
        self.query_one("#hint", Line).put(f"y {self._yes}   Enter, n or esc: no")
        self.query_one(Note).show(self._rows)

    def action_answer(self, yes: bool) -> None:  # noqa: FBT001 - what Textual's actions hand over
        """Answer."""
        self.dismiss(yes)


class Asker(Protocol):
    """A screen that asks, and says what came of it."""

    @property
    def app(self) -> App[Any]:
        """The application."""

    def say(self, text: str, tone: str = "") -> None:
        """Show a sentence until the next one."""


async def offer_draft(
    asker: Asker, planner: Planner, seen: int | None = None, again: Callable[[str], None] | None = None
) -> bool:
    """Ask whether to go on in a new draft of the frozen scenario, and open it; True where the change is due.

    A draft goes on with the newest data. Where `again` is given, what was chosen is of the data set `seen`
    (its id): in a draft on any other nothing is due, `again` shows the draft and says what it is handed. A
    draft that cannot be made is said.
    """
    scenario = planner.scenario
    try:
        void = await asyncio.to_thread(losses, planner.workspace, scenario)
        lines = [
            f"{scenario.name} is {scenario.status} and stays as it is.",
            "The draft begins with the same policy, decisions and moves, and gets your change.",
            *said_before(void),
        ]
        if not await asker.app.push_screen_wait(Confirm("Go on in a new draft?", lines, "makes the draft")):
            return False

        def reopen() -> None:
            planner.open(planner.workspace.reopen_as_draft(scenario.id).scenario.id)

        await asyncio.to_thread(reopen)
    except WorkspaceError as error:
        asker.say(sentence(error), "bad")
        return False
    draft = planner.scenario
    if again is None or draft.dataset_id == seen:
        return True
    again(f"{draft.name} goes on with data set {draft.dataset_id}, the newest: look again, then decide.")
    return False
