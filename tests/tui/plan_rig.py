"""The application on a real workspace with the sample, for tests that press keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input

from bookshift.app import BookshiftApp
from bookshift.planner import Planner
from bookshift.screens.plan import PlanScreen
from bookshift.solver_events import Event, Finished, Incumbent, Started
from bookshift.solver_job import Job, Question
from bookshift.widgets.statusline import MessageLine
from bookshift_io.workspace import Workspace
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.sample import sample

SAMPLE = sample(150, 8, 1)
PATIENCE = 60.0
SIZES = ((80, 24), (120, 40), (200, 60))


class ScriptedSolver:
    """Stands where the solver's client does; the test says what it reports."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self.on_event = on_event
        self.jobs: list[Job] = []
        self.cancelled: list[int] = []
        self.questions: list[Question] = []
        self.dropped: list[int] = []
        self.portfolio: Portfolio | None = None
        self.closed = False

    def warm(self) -> None:
        pass

    def load(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio

    def solve(self, job: Job) -> int:
        self.jobs.append(job)
        return len(self.jobs)

    def cancel(self, solve: int) -> None:
        self.cancelled.append(solve)

    def ask(self, question: Question) -> int:
        self.questions.append(question)
        return 1000 + len(self.questions)

    def drop(self, question: int) -> None:
        self.dropped.append(question)

    def close(self) -> None:
        self.closed = True

    def started(self, points: float = 80.0) -> None:
        self.on_event(
            Started(id=len(self.jobs), accounts=150, csms=8, points_now=points, points_baseline=80.0)
        )

    def better(self, moves: dict[str, str], points: float = 70.0) -> None:
        self.on_event(
            Incumbent(
                id=len(self.jobs), moves=moves, points=points, bound=60.0, gap=0.03, broken=0, seconds=0.5
            )
        )

    def finished(self, moves: dict[str, str], status: str = "gap_reached", gap: float = 0.004) -> None:
        self.on_event(
            Finished(
                id=len(self.jobs), status=status, moves=moves, points=66.0, bound=65.7, gap=gap,
                improvement_gap=0.02, points_baseline=80.0, seconds=1.0, cpu_seconds=1.0, seed=1,
            )
        )  # fmt: skip


@dataclass
class Rig:
    """A running application and what tests ask of it."""

    app: BookshiftApp
    pilot: Pilot[Any]
    planner: Planner
    solvers: list[ScriptedSolver] = field(default_factory=list)

    @property
    def screen(self) -> PlanScreen:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, PlanScreen))

    @property
    def solver(self) -> ScriptedSolver:
        return self.solvers[-1]

    @property
    def message(self) -> str:
        return self.screen.query_one(MessageLine).message

    @property
    def text(self) -> str:
        """All that is on the terminal."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips)

    @property
    def ready(self) -> bool:
        """Whether the Plan screen has the keys: where this person looked last is in sight again."""
        if not isinstance(self.app.screen, PlanScreen):
            return False
        pane = self.screen.active_pane
        return pane.active and self.screen.focused is pane.body

    async def press(self, *keys: str) -> None:
        """Press keys, and let them have their effect."""
        # Not by the pilot, which waits for an answer of each widget, also of one that is on its way out.
        await self.app._press_keys(keys)
        await self.settled()

    async def settled(self) -> None:
        """Wait until the application would take the next key, however busy the machine is."""
        if self.app._typist is not None:
            await asyncio.wait([self.app._typist])
        await self.app._settled()
        self._arrange()
        await self.app._settled()

    def _arrange(self) -> None:
        """Have arranged what is to be shown, which otherwise waits for a timer."""
        if self.app._exception is not None:
            raise self.app._exception
        self.app.screen._on_timer_update()

    async def type(self, text: str) -> None:
        """Press the key of each character."""
        names = {" ": "space", "=": "equals_sign", ">": "greater_than_sign", '"': "quotation_mark"}
        await self.press(*(names.get(character, character) for character in text))

    async def fill(self, text: str) -> None:
        """Put a text into the line that asks for one, and press Enter."""
        await self.until(lambda: isinstance(self.app.focused, Input), about="a line that asks for a text")
        line = self.app.focused
        assert isinstance(line, Input)
        line.value = text
        await self.press("enter")

    async def until(
        self, condition: Callable[[], object], *, about: str = "", patience: float = PATIENCE
    ) -> None:
        """Wait until something is so; what the screen shows otherwise is in the error."""
        for _ in range(int(patience / 0.02)):
            await asyncio.sleep(0.02)
            self._arrange()
            if condition():
                return
        raise AssertionError(f"this did not come about: {about}; the screen was:\n{self.text}")

    async def dialog(self) -> None:
        """Wait for a dialog to be open and drawn."""
        await self.until(lambda: isinstance(self.app.screen, ModalScreen) and self.app.screen.is_current)
        await self.settled()


@contextmanager
def opened(folder: Path, portfolio: Portfolio = SAMPLE, policy: Policy | None = None) -> Iterator[Planner]:
    """A new workspace with one scenario."""
    with Workspace.create(folder / "workspace") as workspace:
        dataset = workspace.import_portfolio(portfolio)
        workspace.create_scenario("Plan 1", dataset.id, policy or Policy())
        yield Planner(workspace, "Plan 1")


@asynccontextmanager
async def running(planner: Planner, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Rig]:
    """The application on a planner."""
    solvers: list[ScriptedSolver] = []

    def make(on_event: Callable[[Event], None]) -> Any:
        solvers.append(ScriptedSolver(on_event))
        return solvers[-1]

    app = BookshiftApp(planner, make_solver=make)
    async with app.run_test(size=size) as pilot:
        rig = Rig(app, pilot, planner, solvers)
        await rig.until(lambda: rig.ready)
        try:
            yield rig
        finally:
            # As the application does when it ends: what is under way would find no screen.
            app.workers.cancel_all()
    await asyncio.sleep(0)
