"""An import before it is kept: what was read, what is wrong with it, and what only people know."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import BindingType

from bookshift.bindings import bindings
from bookshift.imports import joined_lines, kept_joins, known_exports, store
from bookshift.panes.sheet import Row, Sheet, Span, row
from bookshift.reimport import preview, told
from bookshift.screens.choose import Choice, Choose
from bookshift.screens.note import Note
from bookshift.screens.page import Page, leaving
from bookshift.screens.path_prompt import PathPrompt
from bookshift.screens.reimporting import ReimportScreen
from bookshift.text import count, money, sentence
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift.widgets.statusline import Line
from bookshift_io.export.writing import ExportError, write_files
from bookshift_io.workspace import NotAWorkspaceError, Workspace, WorkspaceError
from bookshift_model.explain.words import count as numbered
from bookshift_model.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from textual.widget import Widget

    from bookshift.imports import Files
    from bookshift.reimport import Preview
    from bookshift_io.intake.findings import Finding, Question
    from bookshift_io.intake.read import Counts, Intake

COLUMNS: Final = (
    Column("severity", "", 10, priority=0),
    Column("file", "File", 12, share=1, priority=5),
    Column("row", "Row", 6, align="right", priority=1),
    Column("column", "Column", 12, share=1, priority=2),
    Column("value", "Value", 12, share=2, priority=4),
    Column("message", "What to know", 40, share=6, priority=0),
)
_TONES: Final = {"error": "bad", "warning": "warn", "info": "dim"}


@dataclass(frozen=True, slots=True)
class Kept:
    """An import in its workspace."""

    workspace: Workspace
    scenario: int | None
    """The scenario that goes on with the data; None where any will do."""
    says: str
    """What it changed against the data before, empty for the first."""


class ImportScreen(Page[Kept | None]):
    """Answers with what was kept, or None. `here` is the open workspace where the import is for that one."""

    contexts = ("import", "grid")
    hint_ids = (
        "import.answer",
        "import.keep",
        "import.join",
        "import.again",
        "import.rejects",
        "back",
        "palette",
    )
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("import", "grid"), *leaving()]
    DEFAULT_CSS = """
    ImportScreen > #report { margin: 0 0 1 0; }
    ImportScreen > #whole { height: 4; border-top: solid $surface-lighten-2; }
    """

    def __init__(self, files: Files, folder: Path, here: Workspace | None = None) -> None:
        super().__init__()
        self.here = here
        self.files = files
        self.folder = folder
        self.intake: Intake | None = None
        self._questions: dict[str, Question] = {}
        self._findings: dict[str, Finding] = {}

    def compose_body(self) -> Iterable[Widget]:
        """Put the account of every row over what there is to know."""
        yield Note(id="report")
        yield Line(id="counts", classes="strip")
        yield Grid(COLUMNS, id="findings", empty="Nothing is wrong with these files.")
        yield Sheet(id="whole")

    def on_mount(self) -> None:
        """Read the files."""
        super().on_mount()
        self.facts("Import", self.files.accounts.name, self.files.csms.name, f"into {self.folder}")
        self.query_one("#whole", Sheet).can_focus = False
        self.grid.focus()
        self.read()

    @property
    def grid(self) -> Grid:
        """Questions and findings."""
        return self.query_one("#findings", Grid)

    @work(group="read", exclusive=True)
    async def read(self) -> None:
        """Read the files in a thread and show what came of it."""
        self.say("reading …")
        try:
            self.intake = await asyncio.to_thread(self._read)
        except (OSError, ValueError, WorkspaceError) as error:
            self.say(sentence(error), "bad")
            return
        self._project(self.intake)

    def _read(self) -> Intake:
        return self.files.read(known_exports(self.here), kept=kept_joins(self.here))

    def _project(self, intake: Intake) -> None:
        self._questions = {f"question {one.key}": one for one in intake.questions}
        order = ("error", "warning", "info")
        found = sorted(intake.findings, key=lambda one: order.index(one.severity))
        self._findings = {f"finding {at}": one for at, one in enumerate(found)}
        self.grid.show(ListRows([*self._questions, *self._findings], self._cells))
        self.grid.action_top()
        self.query_one("#report", Note).show(report_rows(self.files, intake))
        kinds = Counter(one.severity for one in found)
        words = (
            numbered(len(self._questions), "question"),
            numbered(kinds["error"], "error"),
            numbered(kinds["warning"], "warning"),
            numbered(kinds["info"], "remark"),
        )
        self.query_one("#counts", Line).put(", ".join(words))
        self._tell_whole()
        if intake.refused:
            self.say("These files cannot be used as they are: mend them, then r reads them again.", "bad")
        elif intake.questions:
            self.say("Enter answers the question under the cursor; nothing is guessed.", "warn")
        else:
            self.say(f"Nothing is kept yet: s keeps it in {self.folder}")

    def _cells(self, key: str) -> list[Cell | str]:
        question = self._questions.get(key)
        if question is not None:
            samples = ", ".join(question.samples[:3])
            return [Cell("? question", "new"), "", "", "", samples, Cell(question.text, "strong")]
        one = self._findings[key]
        row_ = "" if one.row is None else str(one.row)
        mark = {"error": "x error", "warning": "! warning", "info": "remark"}[one.severity]
        return [
            Cell(mark, _TONES[one.severity]),
            one.file,
            row_,
            one.column or "",
            one.value or "",
            one.message,
        ]

    @on(Grid.Moved, "#findings")
    def _tell_whole(self) -> None:
        key = self.grid.key or ""
        sheet = self.query_one("#whole", Sheet)
        if key in self._questions:
            question = self._questions[key]
            sheet.show(
                [row(question.text), row(Span(f"Answers: {', '.join(question.choices)}", "dim"), hang=9)]
            )
        elif key in self._findings:
            sheet.show([row(str(self._findings[key]))])
        else:
            sheet.show([])

    @work(group="answer", exclusive=True)
    async def action_import_answer(self) -> None:
        """Answer the question under the cursor, and read again."""
        question = self._questions.get(self.grid.key or "")
        if question is None:
            self.say(
                "Only a question takes an answer; what is wrong in a file is mended there, then r.", "warn"
            )
            return
        samples = [f"In the file: {', '.join(question.samples[:5])}"] if question.samples else []
        picked = await self.app.push_screen_wait(
            Choose(
                "Only you can know",
                [Choice(one, one) for one in question.choices],
                says=[question.text, *samples],
            )
        )
        if picked is not None:
            self.files = replace(self.files, answers={**(self.files.answers or {}), question.key: picked})
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
        self.read()

    @work(group="keep", exclusive=True)
    async def action_import_keep(self) -> None:
        """Keep what was read in a workspace, and answer with it."""
        intake = self.intake
        if intake is None or intake.portfolio is None:
            self.say(
                "There is nothing to keep yet: answer the questions, or mend the files and press r.", "warn"
            )
            return
        self.say("comparing …")
        try:
            workspace, seen = await asyncio.to_thread(self._compare, intake)
            if seen is not None and not seen.changes.nothing:
                self.say("Nothing is kept yet.")
                if not await self.app.push_screen_wait(ReimportScreen(seen)):
                    return
            self.say("keeping …")
            async with self.owner.acting:
                made = await asyncio.to_thread(self._keep, intake, workspace, seen)
        except (WorkspaceError, ExportError) as error:
            self.say(sentence(error), "bad")
            return
        self.dismiss(made)

    def _compare(self, intake: Intake) -> tuple[Workspace, Preview | None]:
        """The workspace that the import is for, made where it is missing, and what changes in it."""
        try:
            workspace = self.here or Workspace.open(self.folder)
        except NotAWorkspaceError:
            workspace = Workspace.create(self.folder)
        return workspace, preview(workspace, intake.portfolio) if intake.portfolio else None

    def _keep(self, intake: Intake, workspace: Workspace, seen: Preview | None) -> Kept:
        imported = store(workspace, self.files, intake, Policy(), seen)
        going_on = [one.scenario.id for one in imported.rebased]
        last = workspace.last_opened()
        scenario = going_on[0] if going_on and last not in going_on else None
        return Kept(workspace, scenario, "" if seen is None else told(seen))

    @work(group="rejects", exclusive=True)
    async def action_import_rejects(self) -> None:
        """Write the rejected rows beside the files that they came from."""
        intake = self.intake
        content = {
            f"rejects-{table}.csv": intake.rejects_csv(table).encode()
            for table, (_, rejected) in (intake.rejects if intake else {}).items()
            if intake and rejected
        }
        if not content:
            self.say("No row was rejected.")
            return
        folder = self.files.accounts.absolute().parent
        try:
            await asyncio.to_thread(write_files, folder, content)
        except ExportError as error:
            self.say(sentence(error), "warn")
            return
        self.say(f"wrote {' and '.join(content)} into {folder}")

    def action_leave(self) -> None:
        """Close and keep nothing."""
        self.dismiss(None)


def report_rows(files: Files, intake: Intake) -> list[Row]:
    """The conservation report: every row and all ARR accounted for."""
    arr = intake.accounts
    rows = [_counted(files.accounts.name, intake.accounts), _counted(files.csms.name, intake.csms)]
    lost = f", {money(arr.arr_rejected)} in rejected rows" if arr.arr_rejected else ""
    rows.append(row(f"ARR: {money(arr.arr_read)} read = {money(arr.arr_accepted)} accepted{lost}"))
    return [*rows, *(row(one, hang=2) for one in joined_lines(intake))]


def _counted(name: str, found: Counts) -> Row:
    return row(
        f"{name}: {count(found.rows_read)} rows read = {count(found.accepted)} accepted + ",
        Span(f"{count(found.rejected)} rejected", "warn" if found.rejected else ""),
        f" + {count(found.blank)} blank",
    )
