"""What to export: profiles to mark, and how a CRM wants its file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from bookshift.panes.sheet import Span, row
from bookshift.screens.dialog import Dialog
from bookshift.screens.note import Note
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift.widgets.statusline import Line
from bookshift_io.export.crm import CrmOptions, crm_with
from bookshift_io.export.sheets import FOR_PEOPLE
from bookshift_io.export.writing import ExportError

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from bookshift_io.export.crm import Crm
    from bookshift_io.export.plan import ExportOptions

_WIDTH: Final = 76
_COLUMNS: Final = (
    Column("name", "", 16, priority=0),
    Column("says", "", 24, share=1, priority=1, tone="dim"),
)
_WHAT: Final = {
    "system": ("For a system", "exact: plan, moves, books; imports again"),
    "people": ("For people", "CSV for a spreadsheet, cells parted by"),
    "workbook": ("Workbook", "XLSX: summary, books, moves, accounts, policy"),
    "report": ("Report", "HTML and Markdown: the plan in a meeting"),
    "salesforce": ("Salesforce", "update and rollback, Data Loader or Bulk API"),
    "hubspot": ("HubSpot", "update and rollback, for its import"),
    "dynamics": ("Dynamics 365", "update and rollback, its own hidden columns"),
    "gainsight": ("Gainsight", "update and rollback, CSM by e-mail"),
    "generic": ("Other CRM", "update and rollback, columns of your choice"),
}


class Chosen(NamedTuple):
    """What was chosen."""

    profiles: tuple[str, ...]
    separator: str


class ChooseExport(Dialog[Chosen | None]):
    """Answers with the profiles marked, or else the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "step('down')", show=False),
        Binding("k,up", "step('up')", show=False),
        Binding("space", "mark", show=False),
        Binding("s", "separator", show=False),
        Binding("enter", "pick", show=False),
    ]

    def __init__(self, scenario: str, options: ExportOptions) -> None:
        super().__init__()
        self._scenario = scenario
        self._separator = options.separator

    def compose(self) -> ComposeResult:
        """Put the question over the profiles."""
        with Vertical(classes="box"):
            yield Line(classes="box-title", id="question")
            yield Grid(_COLUMNS, id="profiles")
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Show the profiles."""
        self.query_one(".box").styles.width = _WIDTH
        self.query_one("#question", Line).put(f"Export {self._scenario}")
        self.query_one("#hint", Line).put("Space marks several, s separator, Enter goes on, esc cancels")
        grid = self.query_one(Grid)
        grid.styles.height = len(_WHAT) + 1
        grid.show(ListRows(list(_WHAT), self._cells))
        grid.focus()

    def action_step(self, way: str) -> None:
        """Move the cursor."""
        grid = self.query_one(Grid)
        grid.action_cursor_down() if way == "down" else grid.action_cursor_up()

    def action_mark(self) -> None:
        """Mark or unmark a profile."""
        self.query_one(Grid).action_toggle_mark()

    def action_separator(self) -> None:
        """Part the cells of the files for people by something else."""
        names = list(FOR_PEOPLE)
        self._separator = names[(names.index(self._separator) + 1) % len(names)]
        self.query_one(Grid).show(ListRows(list(_WHAT), self._cells))

    def action_pick(self) -> None:
        """Answer."""
        self.dismiss(Chosen(tuple(self.query_one(Grid).selected()), self._separator))

    def _cells(self, key: str) -> list[Cell | str]:
        name, says = _WHAT[key]
        return [name, f"{says} {self._separator}" if key == "people" else says]


class CrmForm(Dialog[CrmOptions | None]):
    """How one CRM wants its file; Enter accepts, and what is empty follows the CRM's own way."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down", "app.focus_next", show=False, priority=True),
        Binding("shift+tab,up", "app.focus_previous", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    CrmForm Line.asks { margin: 1 0 0 0; }
    """

    def __init__(self, crm: Crm, options: CrmOptions) -> None:
        super().__init__()
        self._crm = crm
        self._options = options

    def compose(self) -> ComposeResult:
        """Put each question over its line."""
        with Vertical(classes="box"):
            yield Line(classes="box-title", id="question")
            for name in ("target", "key", "key_from", "owner_from"):
                yield Line(classes="asks", id=f"ask-{name}")
                yield Input(getattr(self._options, name), id=name, compact=True, max_length=120)
            yield Note(id="error")
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Write the questions."""
        crm = self._crm
        self.query_one(".box").styles.width = _WIDTH
        self.query_one("#question", Line).put(f"How {crm.name} wants its file; empty lines are the usual way")
        for name, asked in (
            ("target", f"Column that receives the owner ({crm.target})"),
            ("key", f"Column that identifies the record ({crm.key})"),
            ("key_from", "Column of your accounts with the record's id (found by itself)"),
            ("owner_from", "Column of your CSMs with what it knows them by (found by itself)"),
        ):
            self.query_one(f"#ask-{name}", Line).put(asked)
        self.query_one("#hint", Line).put("Enter accepts, tab goes to the next line, esc cancels")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, where the names can be used."""
        event.stop()
        given = CrmOptions(**{one.id: one.value.strip() for one in self.query(Input) if one.id})
        try:
            crm_with(self._crm, given)
        except ExportError as error:
            self.query_one("#error", Note).show([row(Span(f"× {error}", "bad"), hang=2)])
            return
        self.dismiss(given)
