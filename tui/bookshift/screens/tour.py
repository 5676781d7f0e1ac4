"""The tour: a line at the bottom that says which key to press next, and goes on when that was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.widget import Widget

from bookshift.keys import label
from bookshift.panes.sheet import Row, Span, row
from bookshift.places import remember_tour, tour_seen
from bookshift.screens.choose import Choice, Choose
from bookshift.screens.note import Note
from bookshift.screens.plan import PlanScreen
from bookshift.widgets.statusline import MessageLine
from bookshift_model.decisions import Lock, Pin

if TYPE_CHECKING:
    from bookshift.app import BookshiftApp

LOOK_SECONDS: Final = 0.25


class Seen(NamedTuple):
    """What a step compares with: how things were when it began."""

    pins: int
    locks: int
    solve: int | None
    done: int
    undone: int


class Step(NamedTuple):
    """One step: the command to use, what to say, and whether it was done."""

    command: str
    says: str
    done: Callable[[PlanScreen, Seen], bool]


def seen(plan: PlanScreen) -> Seen:
    """How things are."""
    decisions, history = plan.planner.state.decisions, plan.planner.session.history
    run = plan.owner.solving.run
    return Seen(
        pins=sum(isinstance(one, Pin) for one in decisions),
        locks=sum(isinstance(one, Lock) for one in decisions),
        solve=None if run is None else run.id,
        done=len(history.done),
        undone=len(history.undone),
    )


def _exporting(plan: PlanScreen) -> bool:
    return any(type(one).__name__ == "ExportDialog" for one in plan.app.screen_stack)


STEPS: Final = (
    Step("lock", "locks the account under the cursor. What must not change comes first; a reason helps.",
         lambda plan, was: seen(plan).locks > was.locks),
    Step("pin", "pins one to a CSM; the list shows everybody with the cost. j j goes to another account.",
         lambda plan, was: seen(plan).pins > was.pins),
    Step("solve", "looks for a better plan around your decisions. You can go on working meanwhile.",
         lambda plan, was: seen(plan).solve != was.solve),
    Step("solve.preview", "shows the solver's plan in place of yours. Looking changes nothing.",
         lambda plan, _: plan.showing == "preview"),
    Step("losers", "shows who is worse off, first. t would lock one that you do not accept.",
         lambda plan, _: plan.active_pane is plan.diff),
    Step("solve.accept", "takes the solver's plan over, in one step.",
         lambda plan, was: seen(plan).done > was.done and plan.proposal is None),
    Step("undo", "takes that back. Every change can be undone, also tomorrow.",
         lambda plan, was: seen(plan).undone > was.undone),
    Step("export", "writes the files for the CRM; as drafts, until the plan is approved with A.",
         lambda plan, _: _exporting(plan)),
)  # fmt: skip


class Tour(Widget):
    """The panel; it looks four times a second whether its step was done, and draws only when it was."""

    DEFAULT_CSS = """
    Tour { height: auto; background: $primary-darken-2; color: $text; }
    """

    def __init__(self, plan: PlanScreen) -> None:
        super().__init__(id="tour")
        self._plan = plan
        self._at = 0
        self._was = seen(plan)

    @property
    def step(self) -> Step | None:
        """The step that is next; None at the end."""
        return STEPS[self._at] if self._at < len(STEPS) else None

    def compose(self) -> list[Widget]:
        """Make the text."""
        return [Note(id="tour-text")]

    def on_mount(self) -> None:
        """Say the first step."""
        self._tell()
        self.set_interval(LOOK_SECONDS, self.look, name="tour")

    def look(self) -> None:
        """Go on where the step was done."""
        step = self.step
        if step is not None and step.done(self._plan, self._was):
            self._at += 1
            self._was = seen(self._plan)
            self._tell()

    def restart(self) -> None:
        """Begin again with the first step."""
        self._at, self._was = 0, seen(self._plan)
        self._tell()

    def _tell(self) -> None:
        self.query_one(Note).show([step_row(self.step, self._at, self._plan.owner.keys)])


def step_row(step: Step | None, at: int, keys: dict[str, tuple[str, ...]]) -> Row:
    """What the panel says."""
    leave = Span("  esc leaves the tour", "dim")
    if step is None:
        return row(Span("That was the tour. ", "strong"), "? lists all keys, : finds every command.", leave)
    written = label(keys[step.command][0]) if keys[step.command] else ":"
    return row(
        Span(f"Tour {at + 1}/{len(STEPS)}  ", "dim"),
        Span(f"press {written}", "strong"),
        f"  {step.says}",
        leave,
    )


def start_tour(plan: PlanScreen) -> None:
    """Put the panel over the message line, or begin again."""
    remember_tour()
    for one in plan.query(Tour):
        one.restart()
        return
    plan.mount(Tour(plan), before=plan.query_one(MessageLine))


async def offer_tour(app: BookshiftApp) -> None:
    """Ask once whether to see the tour."""
    if tour_seen():
        return
    remember_tour()
    choices = (
        Choice("yes", "Yes, show me around", "eight keys, two minutes"),
        Choice("no", "No, thank you", "the palette (:) has it at any time"),
    )
    if await app.push_screen_wait(Choose("A short tour?", choices)) == "yes":
        plan = next(one for one in app.screen_stack if isinstance(one, PlanScreen))
        start_tour(plan)
