"""The ways to begin, first screen without a workspace: try the sample, open a folder, import two files."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events, work
from textual.binding import BindingType

from bookshift.bindings import bindings
from bookshift.demo import open_demo
from bookshift.imports import Files
from bookshift.opening import planner_at
from bookshift.panes.sheet import BLANK, Span, heading, row
from bookshift.places import demo_workspace, remember_workspace
from bookshift.planner import Planner
from bookshift.screens.importing import ImportScreen
from bookshift.screens.note import Note
from bookshift.screens.page import Page
from bookshift.screens.path_prompt import PathPrompt, is_file, named
from bookshift.screens.tour import offer_tour
from bookshift.text import plain, sentence
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift_io.workspace import Workspace, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget
    from textual.worker import Worker

    from bookshift.app import BookshiftApp

COLUMNS: Final = (
    Column("what", "", 20, priority=0, tone="strong"),
    Column("says", "", 30, share=1, priority=1),
)
_TABLES: Final = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".json")
_WAYS: Final = {
    "sample": ("Try the sample", "150 made-up accounts of 8 CSMs, to play with"),
    "open": ("Open a workspace", "a folder that you or a colleague made with Bookshift"),
    "import": ("Import two files", "accounts and CSMs from your CRM: CSV, .xlsx or JSON"),
}
_WELCOME: Final = (
    heading("Bookshift plans which customer success manager owns which account."),
    row("It shows what is wrong with today's books, proposes a better plan, and says why for "
        "each move. Nothing is applied by itself: you decide, approve, and export."),
    BLANK,
    row(Span("How would you like to begin?", "strong")),
)  # fmt: skip


class FirstRunScreen(Page[None]):
    """Ends with the Plan screen on some workspace; over a Plan screen, leaving it goes back there."""

    contexts = ("start", "grid")
    hint_ids = ("start.choose", "move.down", "palette", "quit")
    BINDINGS: ClassVar[list[BindingType]] = list(bindings("start", "grid"))
    DEFAULT_CSS = """
    FirstRunScreen > Note { margin: 1 2 0 2; }
    FirstRunScreen > Grid { margin: 0 2; }
    """

    def __init__(self, empty: Path | None = None) -> None:
        super().__init__()
        self._empty = empty
        """A workspace that holds no scenario yet: what is imported goes into it."""

    def compose_body(self) -> Iterable[Widget]:
        """Put the ways to begin under a welcome."""
        yield Note(id="welcome")
        yield Grid(COLUMNS, id="ways")

    def on_mount(self) -> None:
        """Show the ways to begin."""
        super().on_mount()
        if self.here is not None:
            self.facts("Bookshift", f"{self.here.folder} is open")
            self.say("esc goes back to the plan; nothing of it is lost when another workspace is opened")
        self.query_one(Note).show(_WELCOME)
        self.grid.show(ListRows(list(_WAYS), lambda key: [Cell(one) for one in _WAYS[key]]))
        self.grid.focus()
        if self._empty is not None:
            self._tell_empty(self._empty)
        elif self.here is None:
            self.facts("Bookshift", "no workspace is open")

    def _tell_empty(self, folder: Path) -> None:
        """Say that a workspace is open in which there is nothing to plan yet, and how that changes."""
        self._empty = folder
        if self.here is None:
            self.facts("Bookshift", f"{plain(str(folder))} is open, without a scenario")
        self.say(f"{folder} holds no scenario yet: Enter imports two files into it.")
        self.grid.jump_to("import")

    @property
    def grid(self) -> Grid:
        """The ways to begin."""
        return self.query_one("#ways", Grid)

    @property
    def here(self) -> Workspace | None:
        """The workspace that is open."""
        return None if self.owner.planner is None else self.owner.planner.workspace

    @work(group="begin", exclusive=True)
    async def action_start_choose(self) -> None:
        """Begin in the way under the cursor."""
        if self.grid.key == "sample":
            self.say("making your copy of the sample …")
            await self.begin(open_demo)
        elif self.grid.key == "open":
            path = await self.app.push_screen_wait(
                PathPrompt(
                    "Which workspace folder?",
                    f"{Path.cwd()}/",
                    folders=True,
                    must_exist=True,
                    wrong=_no_workspace,
                )
            )
            if path is not None:
                await self.begin(lambda: Workspace.open(path), remember=True)
        else:
            await self._import()

    async def begin(
        self,
        make: Callable[[], Workspace],
        *,
        remember: bool = False,
        scenario: int | None = None,
        says: str = "",
    ) -> None:
        """Open a workspace in a thread, go to its Plan screen and say something; a failure is said here.

        Without a `scenario` it is the one that this person had open last.
        """

        def plan() -> Planner | None:
            return planner_at(workspace) if scenario is None else Planner(workspace, scenario)

        try:
            workspace = await asyncio.to_thread(make)
            planner = await asyncio.to_thread(plan)
        except WorkspaceError as error:
            self.say(sentence(error), "bad")
            return
        except OSError as error:
            self.say(f"{error.filename}: {error.strerror}.", "bad")
            return
        if planner is None:
            workspace.close()
            self._tell_empty(workspace.folder)
            return
        if remember and workspace.folder != demo_workspace():
            remember_workspace(workspace.folder)
        # A worker of the application: this screen's own ends with the screen. The workspace that was open
        # stays so until the end: what a person saw there last may still be on its way into it.
        _: Worker[None] = self.app.run_worker(partial(_go_on, self.owner, planner, says), group="begin")

    @work(group="begin", exclusive=True)
    async def on_paste(self, event: events.Paste) -> None:
        """Import a file that is dropped on the terminal, which pastes its path."""
        path = named(event.text.strip().partition("\n")[0])
        if is_file(path):
            await self._import(path)
        else:
            self.say("What was pasted is no file; Enter asks for one.", "warn")

    async def _import(self, dropped: Path | None = None) -> None:
        ask = self.app.push_screen_wait
        start = f"{Path.cwd()}/" if dropped is None else str(dropped)
        accounts = await ask(PathPrompt("File of the accounts", start, endings=_TABLES, must_exist=True))
        if accounts is None:
            return
        both = accounts.suffix.lower().startswith(".xls")
        csms = await ask(
            PathPrompt(
                "File of the CSMs",
                str(accounts) if both else f"{accounts.parent}/",
                endings=_TABLES,
                must_exist=True,
                says="One workbook may hold a sheet of each." if both else "",
            )
        )
        if csms is None:
            return
        here = self.here
        if self._empty is not None:
            prompt = PathPrompt(
                "Folder of the workspace: this one, or a new one", str(self._empty), folders=True
            )
        elif here is None or here.folder == demo_workspace():
            prompt = PathPrompt(
                "New folder for the workspace",
                str(Path.home() / "bookshift"),
                folders=True,
                says="Made where it is missing; colleagues of your group may share it.",
            )
        else:
            prompt = PathPrompt(
                "Folder of the workspace: this one, or a new one",
                str(here.folder),
                folders=True,
                says="In this one, decisions and moves go on with the new data.",
            )
        folder = await ask(prompt)
        if folder is None:
            return
        same = here is not None and folder.resolve() == here.folder.resolve()
        made = await ask(ImportScreen(Files(accounts, csms), folder, here if same else None))
        if made is not None:
            await self.begin(lambda: made.workspace, remember=True, scenario=made.scenario, says=made.says)


def _no_workspace(folder: Path) -> str:
    """Why a folder cannot be opened as a workspace; empty where it can."""
    try:
        Workspace.open(folder).close()
    except WorkspaceError as error:
        return sentence(error)
    return ""


async def _go_on(app: BookshiftApp, planner: Planner, says: str) -> None:
    # The latest solve was one of the scenario before, and another workspace may have its number too.
    app.solving.run = None
    await app.open_plan(planner)
    if says:
        app.say(says)
    await offer_tour(app)
