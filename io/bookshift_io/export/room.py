"""The room that texts take in a spreadsheet: how wide a column is, how high a row, for all of it to be read.

Heights are written into the file, as not every program finds them when it opens one.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookshift_io.export.cells import Cell

WIDEST: Final = 60
_NARROWEST: Final = 8
_SAMPLED: Final = 200
_LINE: Final = 15.0
"""Points from one line to the next in the usual font."""
_HIGHEST: Final = 400.0
"""Points that a row may have."""


def width_of(title: str, cells: Sequence[Cell]) -> float:
    """Width of a column in characters, for its title's longest word and most of the cells."""
    sample = [len(str(one)) for one in cells[:_SAMPLED] if one is not None]
    numbers = any(isinstance(one, float) for one in cells[:_SAMPLED])
    longest = max((min(one, 12) if numbers else one for one in sample), default=0)
    words = max(len(one) for one in title.split())
    return min(WIDEST, max(_NARROWEST, longest + 2, words + 4))


def height_of(wrapped: Iterable[tuple[str, float]]) -> float | None:
    """Points that a row needs for texts that are wrapped in cells so wide; ``None`` for a single line."""
    lines = max((_lines(text, int(width)) for text, width in wrapped), default=1)
    return min(_HIGHEST, lines * _LINE) if lines > 1 else None


def _lines(text: str, width: int) -> int:
    return 1 if len(text) <= width else len(textwrap.wrap(text, width, break_long_words=False))
