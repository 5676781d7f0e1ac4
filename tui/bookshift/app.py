"""The application: it wires planner, solver, keys, terminal and screens together and does nothing itself."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.worker import WorkerFailed, get_current_worker

from bookshift import log, pastes
from bookshift.ahead import load_screens
from bookshift.bindings import bindings, textual_keymap, user_keys
from bookshift.opening import back_up_daily, open_planner
from bookshift.screens.page import Page
from bookshift.screens.palette import CommandSearch, Palette
from bookshift.screens.plan import PlanScreen
from bookshift.solver import Solver
from bookshift.solving import SolveController
from bookshift.terminal import Watchdog, choose, refuse_without_terminal
from bookshift.text import plain, sentence
from bookshift.theme import THEMES, choose_theme
from bookshift.typing_order import TypingOrder
from bookshift.wire import LeanWire
from bookshift_io.workspace import WorkspaceError
from bookshift_model.policy import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.worker import Worker

    from bookshift.planner import Planner
    from bookshift.solver_events import Event
    from bookshift_io.intake.mapping import ColumnMapping

NO_TERMINAL, NO_WORKSPACE = 2, 7
LEAVE_SECONDS = 1.0
WARM_UP_SECONDS = 1.5
"""The solver's child is started this long after the first paint, where it is wanted ahead of time."""


class BookshiftApp(TypingOrder[int], LeanWire[int], inherit_bindings=False):
    """Without a planner it opens the first-run screen, which ends with `open_plan`."""

    CSS_PATH = "theme.tcss"
    TITLE = "Bookshift"
    ENABLE_COMMAND_PALETTE = False
    COMMANDS: ClassVar[set[Any]] = {CommandSearch}
    BINDINGS: ClassVar[list[Any]] = list(bindings("app"))
    beside = frozenset({"ahead", "backup", "detail", "draft", "figures", "history", "moved", "view"})

    def __init__(
        self,
        planner: Planner | None,
        *,
        make_solver: Callable[[Callable[[Event], None]], Solver] = Solver,
        warm: bool = False,
        theme: str = THEMES[0].name,
        empty: Path | None = None,
    ) -> None:
        super().__init__()
        for one in THEMES:
            self.register_theme(one)
        self.theme = self._styled = theme
        self.stylesheet.set_variables(self.get_css_variables())
        self.planner = planner
        self.solving = SolveController(self, make_solver)
        self.acting = asyncio.Lock()
        """Held while the planner is changed or opened anew, whichever screen asked for it."""
        self.import_drafts: dict[tuple[Path, Path], ColumnMapping] = {}
        """What was decided about the files of an import that was left without keeping it."""
        self.keys, self.key_problems = user_keys()
        self._warm = warm
        self._empty = empty
        """The workspace that was asked for, where there is nothing to plan in it yet."""
        self._about_to_quit = False

    def on_mount(self) -> None:
        """Put the user's keys in force and open the first screen; Textual calls the base's handler too."""
        self.set_keymap(textual_keymap(self.keys))
        self.push_screen(self._first_screen())
        if self._warm:
            self.set_timer(WARM_UP_SECONDS, self._warm_up)

    def _warm_up(self) -> None:
        # What the start has loaded stays for good: no collection has to go through it, or any account, again.
        gc.freeze()
        gc.enable()
        self.solving.warm()
        self._beside("ahead", load_screens, lambda: not self._exit)
        if self.planner is not None:
            self._beside("backup", back_up_daily, self.planner.workspace)

    def _beside(self, name: str, do: Callable[..., object], *arguments: object) -> None:
        """Have something done in a thread that nobody waits for."""
        work = partial(asyncio.to_thread, do, *arguments)
        _: Worker[object] = self.run_worker(
            work, name=name, group=name, description=name, exit_on_error=False
        )

    def _first_screen(self) -> Screen[Any]:
        if self.planner is not None:
            return PlanScreen(self.planner)
        from bookshift.screens.first_run import FirstRunScreen  # noqa: PLC0415 - most starts never need it

        return FirstRunScreen(self._empty)

    async def open_plan(self, planner: Planner) -> None:
        """Show the Plan screen on a planner in place of whatever is open."""
        self.planner = planner
        while self.over_home:
            await self.pop_screen()
        await self.switch_screen(PlanScreen(planner))

    @property
    def over_home(self) -> bool:
        """Whether a screen or dialog is open over the first one; below that is Textual's own, empty one."""
        return len(self.screen_stack) > 2  # noqa: PLR2004 - Textual's and the first one

    def say(self, text: str, tone: str = "") -> None:
        """Show a sentence on the screen that is open; under a dialog, on the one below."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, PlanScreen | Page):
                screen.say(text, tone)
                return

    # The commands of the context "app"

    async def action_back(self) -> None:
        """Let the screen undo its latest step, or close it."""
        if isinstance(self.screen, PlanScreen):
            self.screen.go_back()
        elif self.over_home:
            self.pop_screen()

    async def action_quit(self) -> None:
        """Close the screen, or leave."""
        if self.over_home:
            self.pop_screen()
        else:
            await self.leave()

    async def leave(self) -> None:
        """Keep what is seen and found but not stored yet, for a moment at most, and end."""
        self.stop_typing()
        work = [self.solving.keep_now()]
        work += [screen.keep_view() for screen in self.screen_stack if isinstance(screen, PlanScreen)]
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                # Where the workspace cannot be written, leaving is still what was asked for.
                await asyncio.gather(*work, return_exceptions=True)
        self.exit(0)

    async def action_solve_cancel(self) -> None:
        """Stop what the screen has under way, or the solver; without one, the second time leaves."""
        if isinstance(self.screen, Page) and self.screen.stop():
            self.say("stopping: what is done so far is kept")
        elif self.solving.cancel():
            self.say("stopping: the best plan so far is kept")
        elif self._about_to_quit:
            await self.leave()
        else:
            self._about_to_quit = True
            self.set_timer(2, self._stay)
            self.say("press ctrl+c again to quit")

    def _stay(self) -> None:
        self._about_to_quit = False

    def action_palette(self) -> None:
        """Search the commands."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def action_help(self) -> None:
        """Show all keys."""
        from bookshift.screens.help import HelpScreen  # noqa: PLC0415 - first paint does without

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.keys))

    def action_suspend(self) -> None:
        """Go back to the shell."""
        self.action_suspend_process()

    def on_unmount(self) -> None:
        """End the solver's child; what it found is stored already."""
        self.solving.close()

    def refresh_css(self, animate: bool = True) -> None:  # noqa: FBT001, FBT002 - as in Textual
        """Parse all styles anew for another theme; those of a start are of its theme from the beginning."""
        if self.theme != self._styled:
            self._styled = self.theme
            super().refresh_css(animate)

    # Faults

    def _handle_exception(self, error: Exception) -> None:
        """Say it where a task in the background could not use the workspace: nothing else is at fault.

        Nor is anything where it has something to show on a screen that was left a moment ago.
        """
        failed = error.error if isinstance(error, WorkerFailed) else None
        if isinstance(failed, WorkspaceError):
            self.say(sentence(failed), "bad")
        elif not (isinstance(failed, NoMatches) and self._was_left()):
            super()._handle_exception(error)

    def _was_left(self) -> bool:
        """Whether the task that fails here and now belongs to a screen that is open no more."""
        node = get_current_worker().node
        return isinstance(node, Screen) and node not in self.screen_stack

    def _fatal_error(self) -> None:
        """Say where the fault is written; Textual's own report would print local variables, that is, data."""
        self.stop_typing()  # a key that waits in line would find no screen, and be a fault of its own
        error = sys.exception()
        short = log.report(error) if error is not None else "unknown"
        words = f"Bookshift met a fault of its own ({short}); nothing that you decided is lost. "
        self._exit_renderables.append(Text(f"{words}Start it again; the details are in {log.log_path()}."))
        self._close_messages_no_wait()


def _leave(app: BookshiftApp) -> None:
    app.call_later(app.leave)


def run_app(workspace: Path | None = None, *, demo: bool = False) -> int:
    """Run the screens on a workspace, the sample (`demo`), or the first-run screen; return an exit code.

    Call `terminal.choose` before this module is imported: Textual reads its environment at import.
    """
    refusal = refuse_without_terminal()
    if refusal is not None:
        sys.stderr.write(refusal + "\n")
        return NO_TERMINAL
    unicode = choose()
    try:
        planner = open_planner(workspace, demo=demo)
    except (PolicyError, WorkspaceError) as error:
        sys.stderr.write(plain(str(error)) + "\n")
        return NO_WORKSPACE
    pastes.install()
    empty = workspace.absolute() if planner is None and workspace is not None else None
    app = BookshiftApp(planner, warm=True, theme=choose_theme(os.environ), empty=empty)
    app.ascii_only = not unicode
    watchdog = Watchdog(app.solving.close, lambda: _leave(app))
    watchdog.start()
    try:
        app.run(mouse=False)
    finally:
        watchdog.stop()
        app.solving.close()
        if app.planner is not None:
            app.planner.workspace.close()
    return 128 + watchdog.received if watchdog.received else app.return_code or 0
