"""All keys, made from the table of commands; type to find."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from bookshift.commands import COMMANDS
from bookshift.keys import label
from bookshift.panes.sheet import BLANK, Row, Sheet, Span, heading, row
from bookshift.screens.dialog import Dialog
from bookshift.widgets.lines import CURSOR, MARK
from bookshift.widgets.statusline import Line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

_KEYS: Final = 18
_TITLE: Final = 18

_SIGNS: Final = (
    (f"{CURSOR} {MARK}", "the row under the cursor, a marked row"),
    ("P L X G", "pinned, locked, forbidden for somebody, in a group kept together or apart"),
    ("~", "after a value: filled in by the import; in Books: soft rules broken"),
    ("!", "a hard rule is broken, and how often"),
    ("→", "moves to this CSM in what is shown"),
    ("points", "how far goals and soft rules are from ideal; fewer are better, 0 is every goal at its best"),
    ("eases, breaks", "hard rules that a CSM for the account would bring nearer to being kept, or break"),
    ("✗ barred", "a decision or a freeze stands against that CSM"),
    ("/ words", "accounts in which every one of these words stands, wherever; first of all in a filter"),
    ("/ field=value", "name=Delta Retail region=north: a value goes on to the next field; field!=value, too"),
    ("/ field>number", "also < >= <=, with 50, 20k, 1.5M or a date such as 2027-03; field= is not stated"),
    ('/ "in quotes"', 'words as they stand, or a value that ends here: name="Delta Retail" energy'),
)


class HelpScreen(Dialog[None]):
    """Every command with its keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll('cursor_down')", show=False, priority=True),
        Binding("up", "scroll('cursor_up')", show=False, priority=True),
        Binding("pagedown,ctrl+d", "scroll('page_down')", show=False, priority=True),
        Binding("pageup,ctrl+u", "scroll('page_up')", show=False, priority=True),
        Binding("f1", "leave", show=False),
    ]

    def __init__(self, keys: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Put the search line over the list."""
        with Vertical(classes="box wide tall"):
            yield Line(classes="box-title", id="question")
            yield Input(placeholder="type to find a command or a key", compact=True, max_length=80)
            sheet = Sheet(id="help-sheet")
            sheet.can_focus = False
            yield sheet
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Show everything."""
        self.query_one("#question", Line).put("Keys")
        self.query_one("#hint", Line).put("↑ ↓ pgup pgdn scroll, esc closes", "keys.toml changes them")
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has this in it."""
        self._show(event.value)

    def on_input_submitted(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_scroll(self, how: str) -> None:
        """Scroll the list."""
        getattr(self.query_one(Sheet), f"action_{how}")()

    def _show(self, text: str) -> None:
        self.query_one(Sheet).show(help_rows(self._keys, text))


def help_rows(keys: Mapping[str, tuple[str, ...]], text: str = "") -> list[Row]:
    """The commands that have a text in their title, help or keys, by group, then the signs."""
    wanted = text.casefold().strip()
    rows: list[Row] = []
    group = ""
    for one in COMMANDS:
        written = "  ".join(label(each) for each in keys[one.id])
        if wanted not in f"{one.title}\n{one.help}".casefold() and text.strip() not in written.split("  "):
            continue
        if one.group != group:
            group = one.group
            rows += [*([BLANK] if rows else []), heading(group)]
        rows.append(
            row(
                Span(f"{written:<{_KEYS}} "),
                Span(f"{one.title:<{_TITLE}} ", "dim"),
                one.help,
                hang=_KEYS + _TITLE + 2,
            )
        )
    if not wanted:
        rows += [BLANK, heading("Signs")]
        rows += [row(Span(f"{sign:<{_KEYS}} "), meaning, hang=_KEYS + 1) for sign, meaning in _SIGNS]
    return rows or [row("No command has that in it.")]
