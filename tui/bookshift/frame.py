"""What the terminal shows, cell by cell, and the fewest bytes that turn it into the next frame.

Textual sends every region that may have changed. Over SSH most of those bytes say what is already there:
moving the focus between two panes at 120x40 sends 71 kB and changes a few hundred cells.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import split_graphemes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.color import Color, ColorSystem
    from rich.segment import Segment
    from rich.style import Style

# SGR codes that set and end the attributes that Textual uses, in the order of their bits in `Pen.attributes`.
_ATTRIBUTES = (
    ("bold", "1", "22"),
    ("dim", "2", "22"),
    ("italic", "3", "23"),
    ("underline", "4", "24"),
    ("blink", "5", "25"),
    ("reverse", "7", "27"),
    ("strike", "9", "29"),
)
_BOLD_OR_DIM = 0b11
_SEEN_ON_BLANKS = 0b1111000
_ANY = ""
_LONGEST_GAP = 5


class Pen(NamedTuple):
    """How a cell is drawn: attribute bits, and the SGR codes of both colours.

    `foreground` is empty for blanks, where its colour is not seen.
    """

    attributes: int
    foreground: str
    background: str


Cell = tuple[str, Pen]
"""A grapheme and its pen. A wide grapheme is followed by one cell with an empty grapheme."""

Piece = tuple[int, int, list[Cell]]
"""Row, first column, and the cells from there on."""

_RESET = Pen(0, "39", "49")


class Frame:
    """The terminal's cells as far as they are known.

    `paint` answers with the bytes that make the given pieces true and remembers them; `forget` after
    anything else wrote on the terminal or its size changed.
    """

    def __init__(self) -> None:
        self._rows: list[list[Cell | None]] = []
        self._size = (0, 0)

    def forget(self) -> None:
        """Assume nothing about the screen, so that the next paint sends everything it is given."""
        self._rows = []
        self._size = (0, 0)

    def paint(self, pieces: Iterable[Piece], width: int, height: int) -> str:
        """Terminal sequences for a screen of this size; empty when it already shows all of this."""
        if self._size != (width, height):
            self._size = (width, height)
            self._rows = [[None] * width for _ in range(height)]
        brush = _Brush()
        for y, x, cells in pieces:
            if not 0 <= y < height or not 0 <= x < width:
                continue
            new = cells[: width - x]
            row = self._rows[y]
            old = row[x : x + len(new)]
            if old != new:
                row[x : x + len(new)] = new
                brush.row(y, x, old, new)
        return brush.finish()


class _Brush:
    """Collects output, knowing where the terminal's cursor stands and which pen it holds."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._pen = _RESET
        self._y: int | None = None
        self._x: int | None = None

    def row(self, y: int, first: int, old: list[Cell | None], new: list[Cell]) -> None:
        """Draw the cells that differ."""
        for index, cell in enumerate(new):
            if cell != old[index] and cell[0]:
                self._go(y, first + index, new, index)
                self._draw(cell, first + index)

    def finish(self) -> str:
        """All sequences, leaving a reset pen as every other writer expects."""
        if self._out and self._pen != _RESET:
            self._out.append("\x1b[0m")
        return "".join(self._out)

    def _go(self, y: int, x: int, row: list[Cell], index: int) -> None:
        """Bring the cursor to a cell: repeating a short gap is cheaper than a move."""
        if self._y != y:
            self._out.append(f"\x1b[{y + 1};{x + 1}H")
        elif self._x != x:
            gap = 0 if self._x is None else x - self._x
            between = row[index - gap : index] if 0 < gap <= min(_LONGEST_GAP, index) else []
            if between and all(
                _is_single(grapheme) and not _turn(self._pen, pen)[0] for grapheme, pen in between
            ):
                self._out.append("".join(text for text, _ in between))
            else:
                self._out.append(f"\x1b[{x + 1}G")
        self._y, self._x = y, x

    def _draw(self, cell: Cell, x: int) -> None:
        grapheme, pen = cell
        codes, self._pen = _turn(self._pen, pen)
        if codes:
            self._out.append(f"\x1b[{codes}m")
        self._out.append(grapheme)
        # Terminals disagree on the width of all but the plainest graphemes. After any other the cursor is
        # placed anew, so that a disagreement never shifts the rest of the line.
        self._x = x + 1 if _is_single(grapheme) else None


@lru_cache(maxsize=4096)
def _turn(have: Pen, want: Pen) -> tuple[str, Pen]:
    """Codes to change pens, as few as possible, and the pen then held."""
    if want.foreground == _ANY:
        if not have.attributes & _SEEN_ON_BLANKS:
            code = "" if have.background == want.background else want.background
            return code, have._replace(background=want.background)
        want = Pen(0, _RESET.foreground, want.background)
    ended = have.attributes & ~want.attributes
    codes = list(dict.fromkeys(end for bit, (_, _, end) in enumerate(_ATTRIBUTES) if ended & 1 << bit))
    # One code ends both bold and dim, so the one that stays is set again.
    lost = _BOLD_OR_DIM if ended & _BOLD_OR_DIM else 0
    begun = want.attributes & (~have.attributes | lost)
    codes += [begin for bit, (_, begin, _) in enumerate(_ATTRIBUTES) if begun & 1 << bit]
    if want.foreground != have.foreground:
        codes.append(want.foreground)
    if want.background != have.background:
        codes.append(want.background)
    return ";".join(codes), want


def to_cells(segments: Iterable[Segment], colours: ColorSystem) -> list[Cell]:
    """Cells of a line of segments, drawn in as many colours as the terminal has."""
    cells: list[Cell] = []
    for text, style, _ in segments:
        pen, blank = _pens(style, colours)
        if text.isascii():
            cells += [(" ", blank) if character == " " else (character, pen) for character in text]
            continue
        for grapheme, width in _graphemes(text):
            if width:
                cells.append((grapheme, blank if grapheme == " " else pen))
                cells += [("", pen)] * (width - 1)
            elif cells and cells[-1][0]:
                before, drawn = cells[-1]
                # An accent on a blank is seen: then it matters how that is drawn.
                cells[-1] = (before + grapheme, pen if drawn.foreground == _ANY else drawn)
    return cells


@lru_cache(maxsize=1024)
def _is_single(grapheme: str) -> bool:
    """Whether every terminal draws this in one cell."""
    return len(grapheme) == 1 and (grapheme.isascii() or split_graphemes(grapheme)[1] == 1)


@lru_cache(maxsize=4096)
def _graphemes(text: str) -> tuple[tuple[str, int], ...]:
    spans, _ = split_graphemes(text)
    return tuple((text[start:end], width) for start, end, width in spans)


@lru_cache(maxsize=4096)
def _pens(style: Style | None, colours: ColorSystem) -> tuple[Pen, Pen]:
    """The pen for graphemes of a style, and the one for its blanks."""
    if style is None:
        return _RESET, Pen(0, _ANY, _RESET.background)
    attributes = sum(1 << bit for bit, (name, _, _) in enumerate(_ATTRIBUTES) if getattr(style, name))
    pen = Pen(
        attributes,
        _codes(style.color, colours, foreground=True) or _RESET.foreground,
        _codes(style.bgcolor, colours, foreground=False) or _RESET.background,
    )
    return pen, pen if attributes & _SEEN_ON_BLANKS else Pen(0, _ANY, pen.background)


def _codes(colour: Color | None, colours: ColorSystem, *, foreground: bool) -> str:
    return "" if colour is None else ";".join(colour.downgrade(colours).get_ansi_codes(foreground=foreground))
