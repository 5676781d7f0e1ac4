"""Fewer bytes to the terminal, and nothing on it that the terminal would obey.

`LeanWire` is the base of the application class. It overrides Textual's private `App._display`, so it does
that only for the one version it was read and tested against; with any other it leaves Textual alone.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import textual
from rich.cells import cell_len, set_cell_size
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from rich.segment import Segment
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ReturnType
from textual.filter import LineFilter

from bookshift.frame import Frame, Piece, to_cells
from bookshift.text import HIDDEN, to_ascii

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType
    from textual.color import Color
    from textual.screen import Screen

TESTED_TEXTUAL = "8.2.8"
_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Net(LineFilter):
    """The last line of defence under every widget: whatever slipped through is not sent.

    Control segments and control, format and bidi characters are dropped. With `ascii_only`, borders,
    marks and letters are replaced by ASCII of the same width.
    """

    def __init__(self, *, ascii_only: bool = False) -> None:
        super().__init__()
        self._ascii_only = ascii_only

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """Clean one line."""
        return [
            segment if segment.text.isprintable() and not self._ascii_only else self._clean(segment)
            for segment in segments
            if not segment.control
        ]

    def _clean(self, segment: Segment) -> Segment:
        text = segment.text
        if not text.isprintable():
            kept = "".join(
                character if unicodedata.category(character) not in _OBEYED else HIDDEN * cell_len(character)
                for character in text
            )
            # Without its joiners an emoji family is wider than it was: the line must keep its length.
            text = kept if cell_len(kept) == cell_len(text) else set_cell_size(kept, cell_len(text))
        return Segment(to_ascii(text) if self._ascii_only else text, segment.style)


class LeanWire(App[ReturnType]):
    """An `App` that sends only cells that changed, filtered by `Net`.

    `ascii_only`: set before `run` on terminals that cannot draw Unicode. `action_redraw` repaints all, after
    something else has written on the terminal.
    """

    ascii_only: bool = False

    def __init__(self) -> None:
        super().__init__()
        self._frame = Frame()
        self._held: list[str] = []
        self.unfinished = False
        """Whether there is more of the picture that is painted now: the terminal gets it whole."""
        self._nets = {True: Net(ascii_only=True), False: Net()}

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters (for NO_COLOR), then the net."""
        return [*super().get_line_filters(), self._nets[self.ascii_only]]

    def on_mount(self) -> None:
        """Repaint after ctrl+z and fg, where Textual would leave a blank screen."""
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())

    def on_resize(self) -> None:
        """Forget the screen: terminals move what is on it when their size changes."""
        self._forget()

    def action_redraw(self) -> None:
        """Repaint every cell."""
        self._forget()
        self.screen.refresh(layout=True)

    def _forget(self) -> None:
        self._frame.forget()
        self._held.clear()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        driver = self._driver
        if (
            not tested()
            or not isinstance(renderable, LayoutUpdate | ChopsUpdate)
            or driver is None
            or driver.is_inline
            or self.is_headless
            or self._batch_count
            or not self._running
            or self._closed
        ):
            super()._display(screen, renderable)
            return
        try:
            width, height = self.size
            colours = COLOR_SYSTEMS.get(self.console.color_system or "", ColorSystem.TRUECOLOR)
            self._held.append(self._frame.paint(_pieces(renderable, colours), width, height))
            if self.unfinished:
                return
            output = "".join(self._held)
            self._held.clear()
            if output:
                # Where an input method or a braille line looks for the cursor.
                x, y = self.screen.outer_size.clamp_offset(self.cursor_position)
                output += f"\x1b[{y + 1};{x + 1}H"
                driver.write(f"{SYNC_START}{output}{SYNC_END}" if self._sync_available else output)
                driver.flush()
        except Exception as error:  # noqa: BLE001 - as Textual does: a fault in a widget ends the app with a report
            self._handle_exception(error)
        finally:
            self.post_display_hook()


@cache
def tested() -> bool:
    """Whether this is the Textual whose private parts are known."""
    # Its own `__version__` reads and parses the package's metadata, each time.
    installed = Path(textual.__file__).parent.with_name(f"textual-{TESTED_TEXTUAL}.dist-info")
    return installed.is_dir() or textual.__version__ == TESTED_TEXTUAL


def _pieces(update: LayoutUpdate | ChopsUpdate, colours: ColorSystem) -> Iterator[Piece]:
    """Rows of cells of an update, each where Textual would have drawn it."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, update.region.x, to_cells((part for strip in strips for part in strip), colours)
        return
    for y, start, stop in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x <= stop and end > start:
                yield y, x, to_cells(strip, colours)[: min(end, stop) - x]
