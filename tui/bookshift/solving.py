"""Solves in the background of the whole application: they go on whatever screen is shown."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from textual.signal import Signal

from bookshift.hover import Hover
from bookshift.proof import checked, digest, known_bound
from bookshift.scope import repair_of
from bookshift.solve_run import Run
from bookshift.solver import Solver
from bookshift.solver_events import (
    Answered,
    Bound,
    Failed,
    Finished,
    Incumbent,
    Preparing,
    Prices,
    Probed,
    Ready,
    Started,
)
from bookshift.solver_job import Job
from bookshift_io.workspace import WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.timer import Timer

    from bookshift.planner import Planner
    from bookshift.solver_events import Event
    from bookshift.solver_job import Question
    from bookshift_model.portfolio import Portfolio

TICK_SECONDS: Final = 0.5
KEEP_SECONDS: Final = 1.0
"""Least time between two writes of a plan that is still being improved."""

News: TypeAlias = Literal["tick", "better", "ended", "ready", "hover"]


class SolveController:
    """Owns the solver's child.

    `news` tells screens: a tick, a better plan, the end; the child is ready, more figures for the cursor.
    """

    def __init__(self, app: App[Any], make: Callable[[Callable[[Event], None]], Solver] = Solver) -> None:
        self._app = app
        self._make = make
        self._solver: Solver | None = None
        self._timer: Timer | None = None
        self._unkept: tuple[Run, dict[str, Any]] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[None] | None = None
        self._end_known = asyncio.Event()
        self.trouble = ""
        """Why the latest plan could not be stored; empty where it was."""
        self.run: Run | None = None
        """The latest solve, under way or ended."""
        self.news: Signal[News] = Signal(app, "solve")
        self.hover = Hover(self._ask, self._drop, lambda: self.news.publish("hover"))

    @property
    def running(self) -> bool:
        """Whether a solve is under way."""
        return self.run is not None and self.run.ended is None

    def runs_for(self, scenario: int) -> Run | None:
        """The solve under way for a scenario."""
        return self.run if self.run is not None and self.running and self.run.scenario == scenario else None

    def warm(self) -> None:
        """Start the child ahead of the first solve."""
        self._child().warm()

    def start(self, planner: Planner, *, whole: bool = False) -> None:
        """Begin a solve of the plan as it is now; one under way ends with its best plan.

        Right after a change it keeps to what the change touches, unless `whole` is asked for, or the same was
        asked for before.
        """
        last = self.run
        again = last is not None and last.planner is planner and last.scenario == planner.scenario.id
        again = again and last is not None and last.version == planner.scenario.version
        repair = None if whole or again else repair_of(planner)
        solver = self._child()
        solver.load(planner.portfolio)
        state = planner.state
        job = Job(
            policy=state.policy, decisions=state.decisions, moves=state.moves, repair=repair,
            known=known_bound(planner),
        )  # fmt: skip
        self.run = Run(
            id=solver.solve(job),
            planner=planner,
            scenario=planner.scenario.id,
            version=planner.scenario.version,
            moves_then=state.moves,
            card_then=planner.card,
            problem_then=planner.problem,
            digest_then=digest(planner),
            repair=repair,
        )
        self._end_known.clear()
        if self._timer is None:
            self._timer = self._app.set_interval(TICK_SECONDS, self._tick, name="solve")
        self._timer.resume()
        self._tick()

    def cancel(self) -> bool:
        """End the solve and keep its best plan; False where none is under way."""
        if self.run is None or not self.running or self._solver is None:
            return False
        self.run.cancelled = True
        self._solver.cancel(self.run.id)
        return True

    def close(self) -> None:
        """End the child; the plans found so far are kept already."""
        if self._solver is not None:
            self._solver.close()

    def _ask(self, portfolio: Portfolio, question: Question) -> int | None:
        if self._solver is None or self.running:
            return None
        self._solver.load(portfolio)
        return self._solver.ask(question)

    def _drop(self, question: int) -> None:
        if self._solver is not None:
            self._solver.drop(question)

    async def kept(self) -> None:
        """Wait until the latest plan is stored."""
        if self._keeping is not None:
            await self._keeping

    async def keep_now(self) -> None:
        """Store the latest plan without waiting for a better one."""
        self._end_known.set()
        await self.kept()

    def _child(self) -> Solver:
        if self._solver is None:
            self._solver = self._make(self._post)
        return self._solver

    def _post(self, event: Event) -> None:
        """Hand an event over from the solver's thread."""
        self._app.call_later(self._hear, event)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Ready):
            self.news.publish("ready")
            return
        if isinstance(event, Prices | Probed | Answered):
            self.hover.heard(event)
            return
        run = self.run
        if run is None or event.id != run.id or run.ended is not None:
            return
        if isinstance(event, Started):
            run.phase = "started"
        elif isinstance(event, Preparing):
            run.phase = event.words
        elif isinstance(event, Bound):
            run.gap, run.phase = event.gap, event.phase
        elif isinstance(event, Incumbent):
            run.best, run.gap = event, event.gap
            self._keep(run, event)
            self.news.publish("better")
        elif isinstance(event, Finished) and event.certificate is not None:
            self._checking = asyncio.create_task(self._check(run, event), name="check proof")
        else:
            self._finish(run, event)

    async def _check(self, run: Run, event: Finished) -> None:
        """Repeat the proof before it is shown."""
        event = await asyncio.to_thread(checked, run.problem_then, event)
        if run.ended is None:
            self._finish(run, event)

    def _finish(self, run: Run, event: Finished | Failed) -> None:
        run.ended = event
        if self._timer is not None:
            self._timer.pause()
        self._end_known.set()
        if isinstance(event, Finished) and event.certificate is not None:
            self.hover.learn(run.problem_then, event.certificate, event.bound)
        if isinstance(event, Finished) and dict(event.moves) != dict(run.moves_then):
            self._keep(run, event)
        self.news.publish("ended")

    def _tick(self) -> None:
        self.news.publish("tick")

    def _keep(self, run: Run, event: Incumbent | Finished) -> None:
        content = {name: value for name, value in asdict(event).items() if name not in {"id", "event"}}
        self._unkept = run, {
            **content, "moves": dict(event.moves), "ended": isinstance(event, Finished),
            "digest": run.digest_then,
        }  # fmt: skip
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._write(), name="keep proposal")

    async def _write(self) -> None:
        while self._unkept is not None:
            (run, content), self._unkept = self._unkept, None
            try:
                await asyncio.to_thread(
                    run.planner.workspace.save_proposal, run.scenario, content, version=run.version
                )
                self.trouble = ""
            except WorkspaceError as error:
                self.trouble = str(error)
            if self._unkept is not None:
                try:
                    await asyncio.wait_for(self._end_known.wait(), KEEP_SECONDS)
                except TimeoutError:
                    continue
