"""Yes or no, no unless yes is pressed; and the offer of a draft where a plan is frozen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from bookshift.older import losses, said_before
from bookshift.panes.sheet import Row, row
from bookshift.screens.dialog import Dialog
from bookshift.screens.note import Note
from bookshift.widgets.statusline import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

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


async def offer_draft(app: App[Any], planner: Planner) -> bool:
    """Ask whether to go on in a new draft of the frozen scenario, and open it; False where it stays."""
    scenario = planner.scenario
    void = await asyncio.to_thread(losses, planner.workspace, scenario)
    lines = [
        f"{scenario.name} is {scenario.status} and stays as it is.",
        "The draft begins with the same policy, decisions and moves, and gets your change.",
        *said_before(void),
    ]
    if not await app.push_screen_wait(Confirm("Go on in a new draft?", lines, "makes the draft")):
        return False

    def reopen() -> None:
        planner.open(planner.workspace.reopen_as_draft(scenario.id).scenario.id)

    await asyncio.to_thread(reopen)
    return True
