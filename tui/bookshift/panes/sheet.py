"""A sheet of lines to read and scroll: drawn line by line, wrapped to the width, without a cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, TypeAlias

from rich.cells import cell_len, chop_cells
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from bookshift.text import fit, plain
from bookshift.widgets.movements import Movements
from bookshift.widgets.rows import TONES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.style import Style


class Span(NamedTuple):
    """Text as it came from the data, and a tone of `grid.TONES` or none."""

    text: str
    tone: str = ""


class Row(NamedTuple):
    """One line of a sheet: its spans, and how far what does not fit is indented on the lines below.

    A negative `hang` cuts the line instead.
    """

    spans: tuple[Span, ...]
    hang: int = 0


Words: TypeAlias = "str | Span"


def row(*parts: Words, hang: int = 0) -> Row:
    """A line of texts and spans."""
    return Row(tuple(one if isinstance(one, Span) else Span(one) for one in parts), hang)


def heading(text: str) -> Row:
    """A line that begins a part."""
    return Row((Span(text, "strong"),), -1)


BLANK = Row(())


class Sheet(Movements, Widget, can_focus=True):
    """Lines of text; movements scroll."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"sheet--{tone}" for tone in TONES}
    DEFAULT_CSS = """
    Sheet {
        height: 1fr;
        overflow: hidden hidden;
        & > .sheet--dim { color: $text-muted; }
        & > .sheet--strong { text-style: bold; }
        & > .sheet--good { color: $text-success; }
        & > .sheet--warn { color: $text-warning; }
        & > .sheet--bad { color: $text-error; text-style: bold; }
        & > .sheet--new { color: $text-accent; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Row, ...] = ()
        self._lines: list[Row] | None = None
        self._top = 0
        self._looks: dict[str, Style] = {}

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join("".join(span.text for span in one.spans) for one in self._rows)

    @property
    def position(self) -> str:
        """How much is above and below, for the title; empty where all is in sight."""
        if not self.size or (lines := len(self._wrapped())) <= self.size.height:
            return ""
        return f"{self._top + 1}–{min(lines, self._top + self.size.height)}/{lines}"

    def show(self, rows: Sequence[Row], *, keep_place: bool = False) -> None:
        """Show other lines, from the top unless they are about the same thing."""
        self._rows = tuple(rows)
        self._lines = None
        self._go_to(self._top if keep_place else 0, force=True)

    @property
    def page(self) -> int:
        """Lines in sight."""
        return self.size.height

    @property
    def length(self) -> int:
        """Lines in all."""
        return len(self._wrapped())

    def move(self, lines: int, *, scroll: bool = False) -> None:  # noqa: ARG002 - there is no cursor to move
        """Scroll down so many lines, up where negative, as far as there are any."""
        self._go_to(self._top + lines)

    def render_line(self, y: int) -> Strip:
        """Draw one line."""
        base = self._style("")
        lines = self._wrapped()
        line = lines[self._top + y] if self._top + y < len(lines) else BLANK
        spans = line.spans if line.hang >= 0 else _cut(line.spans, self._room)
        segments = [Segment(" ", base), *(Segment(one.text, self._style(one.tone)) for one in spans)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    def on_resize(self) -> None:
        """Wrap anew."""
        self._lines = None
        self._go_to(self._top, force=True)

    def _go_to(self, line: int, *, force: bool = False) -> None:
        if not self.size:
            # Without a width nothing can be wrapped; with the first one, this is done again.
            self._top = line
            return
        top = max(0, min(line, len(self._wrapped()) - self.size.height))
        if force or top != self._top:
            self._top = top
            self.refresh()

    def _style(self, tone: str) -> Style:
        style = self._looks.get(tone)
        if style is None:
            parts = [f"sheet--{tone}"] if tone in TONES else []
            style = self._looks[tone] = self.get_visual_style(*parts).rich_style
        return style

    def notify_style_update(self) -> None:
        """Draw with the new theme."""
        super().notify_style_update()
        self._looks.clear()

    @property
    def _room(self) -> int:
        return max(8, self.size.width - 2)

    def _wrapped(self) -> list[Row]:
        if self._lines is None:
            room = self._room
            self._lines = [line for one in self._rows for line in wrap(one, room)]
        return self._lines


def wrap(line: Row, room: int) -> Iterator[Row]:
    """The lines of `room` cells that a line takes, broken at blanks; one that is cut, as it is."""
    if line.hang < 0:
        yield line
        return
    spans = [Span(plain(one.text), one.tone) for one in line.spans]
    if sum(cell_len(one.text) for one in spans) <= room:
        yield Row(tuple(spans))
        return
    made: list[Span] = []
    used = 0
    indent = Span(" " * line.hang)
    for span in spans:
        for word in _words(span.text, room - line.hang):
            width = cell_len(word)
            if used + cell_len(word.rstrip()) > room and used > line.hang:
                yield Row(tuple(made))
                made, used = [indent], line.hang
                if word.isspace():
                    continue
            made.append(Span(word, span.tone))
            used += width
    yield Row(tuple(made))


def _cut(spans: Sequence[Span], room: int) -> list[Span]:
    """As much of the spans as fits."""
    made: list[Span] = []
    for span in (Span(plain(one.text), one.tone) for one in spans):
        width = cell_len(span.text)
        if width > room:
            made.append(Span(fit(span.text, room), span.tone))
            break
        made.append(span)
        room -= width
    return made


def _words(text: str, most: int) -> Iterator[str]:
    """Words with the blank after them; those too long for a line in pieces."""
    start = 0
    while start < len(text):
        end = text.find(" ", start) + 1 or len(text)
        yield from chop_cells(text[start:end], max(1, most))
        start = end
