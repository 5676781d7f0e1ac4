"""Asks for a file or a folder; tab completes, as in a shell."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import unquote

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from bookshift.panes.sheet import Span, row
from bookshift.screens.dialog import Dialog
from bookshift.screens.note import Note
from bookshift.widgets.statusline import Line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

_SHOWN: Final = 6
_WIDTH: Final = 100


class PathPrompt(Dialog[Path | None]):
    """Answers with an absolute path, ``~`` resolved; None when it was left or is empty."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False, priority=True)]

    def __init__(
        self,
        question: str,
        text: str = "",
        *,
        endings: Sequence[str] = (),
        folders: bool = False,
        must_exist: bool = False,
        says: str = "",
        wrong: Callable[[Path], str] = lambda _: "",
    ) -> None:
        super().__init__()
        self._question = question
        self._text = text
        self._endings = tuple(endings)
        self._folders = folders
        self._must_exist = must_exist
        self._says = says
        self._wrong = wrong
        """What else stands against a path, as a sentence; empty where nothing does. Called in a thread."""

    def compose(self) -> ComposeResult:
        """Put the question over the line, and what could follow under it."""
        with Vertical(classes="box"):
            yield Line(classes="box-title", id="question")
            yield Input(self._text, compact=True, max_length=1000)
            yield Note(id="choices")
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Write the question."""
        self.query_one(".box").styles.width = _WIDTH
        self.query_one("#question", Line).put(self._question)
        self.query_one("#hint", Line).put("Enter accepts, tab completes, esc cancels")
        if self._says:
            self.query_one(Note).show([row(Span(self._says, "dim"))])

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Answer, where the file is there if it has to be and nothing else is wrong with it."""
        event.stop()
        text = event.value.strip()
        if not text:
            self.dismiss(None)
            return
        path = named(text)
        said = _missing(path, folder=self._folders) if self._must_exist else ""
        said = said or await asyncio.to_thread(self._wrong, path)
        if said:
            self.query_one(Note).show([row(Span(said, "warn"), hang=2)])
        else:
            self.dismiss(path)

    @work(exclusive=True)
    async def action_complete(self) -> None:
        """Write what all candidates begin with, and list them."""
        field = self.query_one(Input)
        found = await asyncio.to_thread(candidates, field.value, self._endings, folders=self._folders)
        if not found:
            self.query_one(Note).show([row(Span("Nothing there begins like this.", "warn"))])
            return
        # Letter by letter, as a shell completes.
        common = os.path.commonprefix(found)  # noqa: RUF071 - not by folders
        if len(common) > len(field.value) or field.value.startswith("~"):
            field.value = common
            field.cursor_position = len(common)
        shown = [] if len(found) == 1 else [row(_last(one)) for one in found[:_SHOWN]]
        if len(found) > _SHOWN:
            shown.append(row(Span(f"and {len(found) - _SHOWN} more", "dim")))
        self.query_one(Note).show(shown)


def named(text: str) -> Path:
    """The absolute path that a person typed, or dropped on the terminal: quoted, escaped, or as a URL."""
    text = text.strip()
    if text.startswith("file://"):
        text = unquote(text.removeprefix("file://"))
    elif len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    elif "\\" in text and not os.path.lexists(text):
        text = re.sub(r"\\(.)", r"\1", text)
    # Unlike Path.expanduser it leaves the ~ of somebody unknown as it is.
    return Path(os.path.expanduser(text)).absolute()  # noqa: PTH111 - see above


def _missing(path: Path, *, folder: bool) -> str:
    """Why a path is not what was asked for; empty where it is."""
    # os.path, as Path.is_dir raises where a name is too long or a folder closed to this person.
    if os.path.isdir(path) if folder else is_file(path):  # noqa: PTH112 - see above
        return ""
    if not os.path.lexists(path):
        return f"There is no {'folder' if folder else 'file'} {path}; tab shows what there is."
    if folder:
        return f"{path} is a file; a folder is asked for."
    if os.path.isdir(path):  # noqa: PTH112 - see above
        return f"{path} is a folder; type / and tab to see the files in it."
    return f"{path} is no file that can be read."


def is_file(path: Path) -> bool:
    """Whether there is such a file; also where its name is too long or its folder closed to this person."""
    return os.path.isfile(path)  # noqa: PTH113 - Path.is_file raises there


def candidates(text: str, endings: Sequence[str] = (), *, folders: bool = False) -> list[str]:
    """Paths that begin with a text, folders with a slash; hidden ones only where they are asked for."""
    typed = os.path.expanduser(text)  # noqa: PTH111 - a half-typed path may end with a slash, which Path drops
    folder, start = os.path.split(typed)
    found = []
    try:
        with os.scandir(folder or ".") as entries:
            for entry in entries:
                if not entry.name.startswith(start) or (
                    entry.name.startswith(".") and not start.startswith(".")
                ):
                    continue
                if entry.is_dir():
                    found.append(os.path.join(folder, entry.name, ""))  # noqa: PTH118 - Path would drop ./ and the slash
                elif not folders and (not endings or entry.name.lower().endswith(tuple(endings))):
                    found.append(os.path.join(folder, entry.name))  # noqa: PTH118 - Path would drop ./
    except (OSError, ValueError):
        return []
    return sorted(found)


def _last(path: str) -> str:
    ending = "/" if path.endswith("/") else ""
    return Path(path).name + ending
