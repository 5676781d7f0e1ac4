"""Exporting a plan: for whom and where to, what it will be, and what was written."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from bookshift.exports import finish, prepare
from bookshift.panes.sheet import BLANK, Row, Sheet, Span, row
from bookshift.places import last_export, remember_export
from bookshift.screens.confirm import Confirm
from bookshift.screens.dialog import Dialog
from bookshift.screens.export_choice import ChooseExport, CrmForm
from bookshift.screens.path_prompt import PathPrompt
from bookshift.text import count, money, plain, sentence
from bookshift.widgets.statusline import Line
from bookshift_io.export.crm import CRMS, CrmOptions
from bookshift_io.export.kept import kept_options
from bookshift_io.export.plan import ExportOptions
from bookshift_io.export.writing import ExportError, FilesExistError
from bookshift_io.workspace import WorkspaceError
from bookshift_model.explain.words import count as numbered

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from bookshift.planner import Planner
    from bookshift_io.export.manifest import Manifest
    from bookshift_io.export.plan import PreparedExport


class ExportDialog(Dialog["Manifest | None"]):
    """Asks, shows what would be written, writes, and lists the files; answers with the manifest, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", show=False),
        *(
            Binding(keys, f"scroll('{how}')", show=False)
            for keys, how in (("j,down", "cursor_down"), ("k,up", "cursor_up"),
                              ("pagedown", "page_down"), ("pageup", "page_up"))
        ),
    ]  # fmt: skip
    DEFAULT_CSS = """
    ExportDialog Sheet { height: 16; }
    ExportDialog.-asking .box { display: none; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self._made: Manifest | None = None
        self._ready: tuple[PreparedExport, Path, ExportOptions] | None = None
        self._busy = True
        """Whether Enter would only have been typed ahead."""

    def compose(self) -> ComposeResult:
        """Make room for the files."""
        with Vertical(classes="box wide"):
            yield Line(classes="box-title", id="question")
            yield Sheet(id="files")
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Ask."""
        self.add_class("-asking")
        self.query_one(".box").styles.height = "auto"
        self.query_one("#question", Line).put(f"Export {self.planner.scenario.name}")
        self.ask()

    def action_leave(self) -> None:
        """Close with what was written."""
        self.dismiss(self._made)

    def action_go_on(self) -> None:
        """Write what is shown, or close once it is written."""
        if self._busy:
            return
        if self._ready is not None:
            self.write(*self._ready)
        else:
            self.action_leave()

    def action_scroll(self, how: str) -> None:
        """Scroll what is shown."""
        getattr(self.query_one(Sheet), f"action_{how}")()

    @work(exclusive=True)
    async def ask(self) -> None:
        """Ask for profiles, options and folder, and show what would be written."""
        kept = await asyncio.to_thread(kept_options, self.planner.workspace.folder)
        chosen = await self.app.push_screen_wait(ChooseExport(self.planner.scenario.name, kept))
        if chosen is None:
            self.dismiss(None)
            return
        crm = dict(kept.crm)
        for one in (name for name in chosen.profiles if name in CRMS):
            given = await self.app.push_screen_wait(CrmForm(CRMS[one], crm.get(one, CrmOptions())))
            if given is None:
                self.dismiss(None)
                return
            crm[one] = given
        folder = await self._folder()
        if folder is None:
            self.dismiss(None)
            return
        options = ExportOptions(separator=chosen.separator, crm=crm)
        self.remove_class("-asking")
        self._tell([row("making the files …")], "esc cancels", busy=True)
        try:
            prepared = await asyncio.to_thread(prepare, self.planner, chosen.profiles, options)
        except (ExportError, WorkspaceError) as error:
            self._refuse(error)
            return
        self._ready = prepared, folder, options
        hint = "Enter writes these files, ↑ ↓ scroll, esc writes nothing"
        self._tell(file_rows(prepared.manifest, folder, written=False), hint)

    @work(exclusive=True)
    async def write(self, prepared: PreparedExport, folder: Path, options: ExportOptions) -> None:
        """Write; files are replaced only after a yes."""
        self._ready, self._busy = None, True
        overwrite = False
        while True:
            try:
                self._made = await asyncio.to_thread(
                    finish, self.planner, prepared, folder, options, overwrite=overwrite
                )
            except FilesExistError as error:
                found = Confirm("Replace these files?", [f"in {folder}:", *error.names], "replaces them")
                overwrite = await self.app.push_screen_wait(found) is True
                if overwrite:
                    continue
                self._tell([row("Nothing was written; the files stay as they were.")])
            except ExportError as error:
                self._refuse(error)
            else:
                remember_export(folder)
                self.query_one("#question", Line).put(f"Exported {self.planner.scenario.name}")
                self._tell(file_rows(self._made, folder, written=True))
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

    def _refuse(self, error: Exception) -> None:
        self._tell([row(Span(f"× {sentence(error)}", "bad"), hang=2), row("Nothing was written.")])

    def _tell(self, rows: list[Row], hint: str = "esc or Enter closes", *, busy: bool = False) -> None:
        self._busy = busy
        self.query_one("#hint", Line).put(hint)
        sheet = self.query_one(Sheet)
        sheet.show(rows)
        sheet.focus()


def file_rows(made: Manifest, folder: Path, *, written: bool) -> list[Row]:
    """The files of an export, with what to know of them first."""
    status = "approved" if made.status == "approved" else "DRAFT: not approved"
    widest = max(len(one.name) for one in made.files)
    profiles = ", ".join(made.profiles)
    rows = [row(Span(f"! {sentence(ValueError(one))}", "warn"), hang=2) for one in made.warnings]
    rows += [BLANK] if rows else []
    files, where = f"{numbered(len(made.files) + 1, 'file')}", plain(str(folder))
    rows += [
        row(Span(f"✓ Written: {files} into {where}", "good"), hang=2)
        if written
        else row(f"Nothing is written yet. Enter writes {files} into {where}", hang=2),
        row(Span(f"{status}   {made.scenario}, version {made.version}, for {profiles}", "strong")),
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
    verb = "lists" if written else "will list"
    return [*rows, row(Span(f"{made.name} {verb} them with their SHA-256.", "dim"))]
