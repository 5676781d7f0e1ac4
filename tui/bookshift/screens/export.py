"""Exporting a plan: where to, for whom, and what was written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from textual import work
from textual.containers import Vertical

from bookshift.exports import export
from bookshift.panes.sheet import BLANK, Row, Sheet, Span, row
from bookshift.places import last_export, remember_export
from bookshift.screens.choose import Choice, Choose
from bookshift.screens.confirm import Confirm
from bookshift.screens.dialog import Dialog
from bookshift.screens.path_prompt import PathPrompt
from bookshift.text import count, money, plain, sentence
from bookshift.widgets.statusline import Line
from bookshift_io.export.writing import ExportError, FilesExistError
from bookshift_io.workspace import WorkspaceError

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from bookshift.planner import Planner
    from bookshift_io.export.cells import Profile
    from bookshift_io.export.manifest import Manifest

PROFILES: Final = (
    Choice("system", "For a system", "exact, for CRM and Bookshift"),
    Choice("people", "For people", "safe to open in a spreadsheet"),
)


class ExportDialog(Dialog["Manifest | None"]):
    """Asks, writes in a thread, and lists the files; answers with the manifest, or None."""

    DEFAULT_CSS = """
    ExportDialog Sheet { height: 12; }
    ExportDialog.-asking .box { display: none; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self._made: Manifest | None = None

    def compose(self) -> ComposeResult:
        """Make room for the result."""
        with Vertical(classes="box wide"):
            yield Line(classes="box-title", id="question")
            yield Sheet(id="files")
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Ask."""
        self.add_class("-asking")
        self.query_one(".box").styles.height = "auto"
        self.query_one("#question", Line).put(f"Export {self.planner.scenario.name}")
        self.query_one("#hint", Line).put("esc or Enter closes")
        self.ask()

    def action_leave(self) -> None:
        """Close with what was written."""
        self.dismiss(self._made)

    def key_enter(self) -> None:
        """Close."""
        self.action_leave()

    @work
    async def ask(self) -> None:
        """Ask for profile and folder, and write; files are replaced only after a yes."""
        profile = await self.app.push_screen_wait(Choose(f"Export {self.planner.scenario.name}", PROFILES))
        folder = await self._folder() if profile else None
        if not profile or folder is None:
            self.dismiss(None)
            return
        self.remove_class("-asking")
        self.query_one(Sheet).show([row("writing …")])
        overwrite = False
        while True:
            try:
                self._made = await asyncio.to_thread(
                    export, self.planner, folder, cast("Profile", profile), overwrite=overwrite
                )
            except FilesExistError as error:
                found = Confirm("Replace these files?", [f"in {folder}:", *error.names], "replaces them")
                answer = await self.app.push_screen_wait(found)
                overwrite = answer is True
                if overwrite:
                    continue
                self._tell([row("Nothing was written; the files stay as they were.")])
            except (ExportError, WorkspaceError) as error:
                self._tell([row(Span(f"× {sentence(error)}", "bad"), hang=2)])
            else:
                remember_export(folder)
                self._tell(result_rows(self._made, folder))
            return

    async def _folder(self) -> Path | None:
        name = "".join(c if c.isalnum() and c.isascii() else "-" for c in self.planner.scenario.name).strip(
            "-"
        )
        default = last_export() or Path.home() / "bookshift-exports" / (name.lower() or "plan")
        return await self.app.push_screen_wait(
            PathPrompt(
                "Into which folder?", str(default), folders=True, says="It is made where it is missing."
            )
        )

    def _tell(self, rows: list[Row]) -> None:
        sheet = self.query_one(Sheet)
        sheet.show(rows)
        sheet.focus()


def result_rows(made: Manifest, folder: Path) -> list[Row]:
    """What was written, from the manifest."""
    status = "approved" if made.status == "approved" else "DRAFT: not approved"
    widest = max(len(one.name) for one in made.files)
    rows = [
        row(Span(f"{status}   {made.scenario}, version {made.version}, {made.profile} profile", "strong")),
        row(f"in {plain(str(folder))}"),
        BLANK,
        row(Span(f"{'file':<{widest}}  {'rows':>7}  {'ARR':>6}", "dim")),
    ]
    rows += [
        row(
            f"{one.name:<{widest}}  {count(one.rows):>7}  {money(one.arr):>6}",
            Span(f"  {one.sha256[:12]}", "dim"),
        )
        for one in made.files
    ]
    return [*rows, row(Span(f"{made.name} lists them with their SHA-256.", "dim"))]
