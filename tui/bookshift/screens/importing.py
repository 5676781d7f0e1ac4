"""An import before it is kept: what each column is read as, what is asked, and what is wrong."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import BindingType

from bookshift.bindings import bindings
from bookshift.imports import kept_joins, known_exports
from bookshift.panes.sheet import Sheet
from bookshift.screens.importing_keep import Keeping
from bookshift.screens.importing_rows import (
    FINDING_COLUMNS,
    FINDINGS,
    MAPPING_COLUMNS,
    View,
    report_rows,
    tab_line,
    tabs_of,
    view_of,
)
from bookshift.screens.note import Note
from bookshift.screens.page import leaving
from bookshift.screens.path_prompt import PathPrompt
from bookshift.text import count, sentence
from bookshift.widgets.grid import Grid, ListRows
from bookshift.widgets.statusline import Line, MessageLine
from bookshift_io.intake.memo import Memo, Stopped
from bookshift_io.intake.progress import Cancelled
from bookshift_io.workspace import Workspace, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from textual.widget import Widget

    from bookshift.imports import Files
    from bookshift_io.intake.intake import Intake
    from bookshift_io.intake.mapping import ColumnMapping

_TICK: Final = 0.5
"""Seconds between two words about how far the reading is."""


class ImportScreen(Keeping):
    """Answers with what was kept, or None. `here` is the open workspace where the import is for that one."""

    contexts = ("import", "grid")
    hint_ids = (
        "import.answer",
        "import.keep",
        "import.ignore",
        "import.next",
        "import.join",
        "import.unit",
        "import.undecide",
        "import.day",
        "import.known",
        "import.rejects",
        "back",
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("import", "grid"), *leaving()]
    DEFAULT_CSS = """
    ImportScreen > Grid { display: none; }
    ImportScreen > Grid.-shown { display: block; }
    ImportScreen > #whole { height: 5; border-top: solid $surface-lighten-2; }
    ImportScreen > #report { background: $surface-lighten-1; }
    """

    def __init__(self, files: Files, folder: Path, here: Workspace | None = None) -> None:
        super().__init__()
        self.here = here
        self.files = files
        self.folder = folder
        self.intake: Intake | None = None
        self.view: View | None = None
        self.use_known = True
        self._tab = "accounts"
        self._memo = Memo()
        self._reading = asyncio.Lock()
        self._wanted = 0
        self._so_far = ""

    def compose_body(self) -> Iterable[Widget]:
        """Put the tabs over the columns, and under them words about one and the account of every row."""
        yield Line(id="tabs", classes="strip")
        yield Grid(MAPPING_COLUMNS, id="columns", classes="-shown", empty="This file could not be read.")
        yield Grid(FINDING_COLUMNS, id="findings", empty="Nothing is wrong with these files.")
        yield Sheet(id="whole")
        yield Note(id="report")

    def on_mount(self) -> None:
        """Read the files; what was decided about them before the screen was left is in force again."""
        super().on_mount()
        self.facts("Import", self.files.accounts.name, self.files.csms.name, f"into {self.folder}")
        self.query_one("#whole", Sheet).can_focus = False
        self.files = replace(self.files, decided=self._drafts.get(self._draft, self.files.decided))
        self.grid.focus()
        self.set_interval(_TICK, self._tell_progress)
        self.read()

    @property
    def grid(self) -> Grid:
        """Questions and columns of a file, or the findings."""
        return self.query_one("#findings" if self._tab == FINDINGS else "#columns", Grid)

    @property
    def _drafts(self) -> dict[tuple[Path, Path], ColumnMapping]:
        return self.owner.import_drafts

    @property
    def _draft(self) -> tuple[Path, Path]:
        return self.files.accounts, self.files.csms

    def forget_draft(self) -> None:
        """Drop what was decided about these files for another time."""
        self._drafts.pop(self._draft, None)

    # Reading

    @property
    def reading(self) -> bool:
        """Whether a decision is still being read with."""
        return self._reading.locked()

    @work(group="read")
    async def read(self) -> None:
        """Read the files in a thread, the reading before called off, and show what came of it."""
        self._wanted += 1
        mine = self._wanted
        self._memo.stop()
        async with self._reading:
            if mine != self._wanted:
                return
            self._memo.again()
            self._so_far = "reading …"
            try:
                intake = await asyncio.to_thread(self._read)
            except (Stopped, Cancelled):
                return
            except (OSError, ValueError, WorkspaceError) as error:
                self.say(sentence(error), "bad")
                return
            finally:
                self._so_far = ""
                for line in self.query(MessageLine):  # none where the screen was left meanwhile
                    line.status("")
        if mine == self._wanted:
            self.intake = intake
            self._project(intake)

    def _read(self) -> Intake:
        known = known_exports(self.here) if self.use_known else ()
        return self.files.read(known, kept=kept_joins(self.here), memo=self._memo, progress=self._hear)

    def _hear(self, file: str, rows: int) -> None:
        self._so_far = f"reading {file}: {count(rows)} rows"

    def _tell_progress(self) -> None:
        self.query_one(MessageLine).status(self._so_far)

    def _project(self, intake: Intake) -> None:
        self._show()
        self.query_one("#report", Note).show(report_rows(self.files, intake))
        if intake.refused:
            self.say("These files cannot be used as they are: mend them, then r reads them again.", "bad")
        elif intake.questions and self.view is not None and not self.view.questions:
            self.say("Another file has a question: tab goes there.", "warn")
        elif intake.questions:
            self.say("Enter answers the question under the cursor; nothing is guessed.", "warn")
        else:
            self.say(f"Nothing is kept yet: s keeps it in {self.folder}")

    def _show(self) -> None:
        if self.intake is None:
            return
        if self._tab not in tabs_of(self.intake):  # a joined file has one only while it has a question
            self._tab = tabs_of(self.intake)[0]
        self.view = view_of(self.intake, self._tab, self.files)
        fresh = not len(self.grid.rows)
        self.grid.show(ListRows(self.view.keys, self.view.cells))
        if fresh or self.grid.key in self.view.questions:
            self.grid.action_top()
        self._tell_tabs()
        self._tell_whole()

    def on_resize(self, event: object) -> None:  # noqa: ARG002 - Textual's signature
        """Have the tabs fit."""
        self._tell_tabs()

    def _tell_tabs(self) -> None:
        if self.intake is not None:
            room = self.app.size.width - 2
            self.query_one("#tabs", Line).put(tab_line(self.intake, self._tab, self.files, room))

    @on(Grid.Moved)
    def _tell_whole(self) -> None:
        words = self.view.words(self.grid.key) if self.view is not None else []
        self.query_one("#whole", Sheet).show(words)

    def decide(self, decided: ColumnMapping) -> None:
        """Put decisions in force, and read again."""
        self.files = replace(self.files, decided=decided)
        self._drafts[self._draft] = decided
        self.read()

    @work(group="join", exclusive=True)
    async def action_import_join(self) -> None:
        """Join a further file, and read again."""
        folder = f"{self.files.accounts.absolute().parent}/"
        says = "Contracts, tickets, usage, opportunities or contacts; what it holds is asked."
        path = await self.app.push_screen_wait(PathPrompt("File to join", folder, must_exist=True, says=says))
        if path is not None and path not in self.files.also:
            self.files = replace(self.files, also=(*self.files.also, path))
            self.read()

    def action_import_again(self) -> None:
        """Read the files again."""
        self._memo.forget()
        self.read()

    def action_import_known(self) -> None:
        """Use what was decided about such files before, or do without."""
        self.use_known = not self.use_known
        self.read()

    # Moving between files

    def action_import_next(self) -> None:
        """Go to the next file, or to the findings."""
        self._to_tab(1)

    def action_import_previous(self) -> None:
        """Go to the file before."""
        self._to_tab(-1)

    def _to_tab(self, by: int) -> None:
        if self.intake is None:
            return
        tabs = tabs_of(self.intake)
        self._tab = tabs[(tabs.index(self._tab) + by) % len(tabs)]
        for grid in self.query(Grid):
            grid.set_class(grid is self.grid, "-shown")
        self._show()
        self.grid.focus()

    def action_leave(self) -> None:
        """Close and keep nothing."""
        self._memo.stop()
        self.dismiss(None)
