"""Text from outside made safe to show, fitted to terminal cells, and numbers in few characters.

Account names are hostile input: they may hold terminal escapes, right-to-left overrides, markup and
zero-width characters. Everything that comes from data passes `plain` before it meets a widget.
"""

# ruff: noqa: RUF001 - the table below lists look-alikes on purpose
from __future__ import annotations

import itertools
import math
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len, set_cell_size

if TYPE_CHECKING:
    from collections.abc import Callable

Align = Literal["left", "right"]

ELLIPSIS = "…"
UNKNOWN = "–"
"""What a number shows when there is none (None or NaN)."""

HIDDEN = "\N{REPLACEMENT CHARACTER}"
"""The visible mark for a character that a terminal would obey or not draw."""

MAX_COMBINING = 4
"""Accents kept on one letter; a tower of them paints over the rows above."""

# Letters and accents by category that nevertheless draw nothing, so that two different names look the same:
# fillers, joiners, and the variation selectors, on whose width terminals disagree.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})
_LEAST_ENDING = 4
"""Cells from which the end of a text that is cut says something."""
_C0_END, _DELETE, _CONTROL_PICTURES = 0x20, 0x7F, 0x2400

_ASCII_FORMS = str.maketrans(
    {
        "…": "~", "–": "-", "—": "-", "−": "-", "·": ".", "•": "*", "●": "*", "○": "o", "◆": "*", "◇": "o",
        "▲": "^", "▼": "v", "△": "^", "▽": "v", "▸": ">", "▹": ">", "▶": ">", "◀": "<", "›": ">", "‹": "<",
        "→": ">", "←": "<", "↑": "^", "↓": "v", "✓": "v", "✔": "v", "✗": "x", "✘": "x", "×": "x", "⚠": "!",
        "≤": "<", "≥": ">", "≈": "~", "±": "+", "█": "#", "▓": "#", "▒": "%", "░": ".", "▁": "_", "▔": "-",
        "▂": "_", "▃": "-", "▄": "=", "▅": "=", "▆": "#", "▇": "#", "▏": "|", "▎": "|", "▍": "|", "▌": "|",
        "▋": "#", "▊": "#", "▉": "#", "▐": "|", "▕": "|", "▀": "=", "‘": "'", "’": "'", "“": '"', "”": '"',
        "€": "E", "£": "L",
    }
)  # fmt: skip
_BOX_START, _BOX_END = 0x2500, 0x257F
_BOX_HORIZONTAL = frozenset("─━┄┅┈┉╌╍═╴╶╸╺╼╾")
_BOX_VERTICAL = frozenset("│┃┆┇┊┋╎╏║╵╷╹╻╽╿")


def plain(text: str) -> str:
    """One line of text with nothing in it that a terminal obeys.

    NFC; control, bidi and zero-width characters, lone surrogates and letters that draw nothing become
    visible marks (``ESC`` becomes ``␛``); accents beyond four on one letter are dropped; an accent without
    a letter gets a dotted circle to stand on. Markup characters stay: they are safe in a `Text`.
    """
    if text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", text)
    if _drawn().issuperset(text):
        return text
    marked: list[str] = []
    accents = 0
    for character in text:
        if character in _INVISIBLE or unicodedata.category(character) not in {"Mn", "Me"}:
            accents = 0
            marked.append(_visible(character))
            continue
        accents += 1
        if not marked:
            marked.append("\N{DOTTED CIRCLE}" + character)
        elif accents <= MAX_COMBINING:
            marked.append(character)
    return "".join(marked)


def fit(text: str, cells: int, align: Align = "left") -> str:
    """Exactly `cells` terminal cells of a plain text: cut with an ellipsis, or padded with spaces.

    One word in brackets at the end tells namesakes apart: it stays as far as half of the cells hold it.
    """
    if cells <= 0:
        return ""
    width = cell_len(text)
    if width > cells:
        end = _ending(text, cells // 2)
        return set_cell_size(text, cells - 1 - cell_len(end)) + ELLIPSIS + end
    padding = " " * (cells - width)
    return padding + text if align == "right" else text + padding


def _ending(text: str, cells: int) -> str:
    """The word in brackets at the end of a text, or what at most `cells` hold of its end; else nothing."""
    _, bracket, word = text.rpartition(" (")
    if not bracket or not word.endswith(")") or " " in word or cells < _LEAST_ENDING:
        return ""
    if cell_len(word) < cells:
        return f"({word}"
    while cell_len(word) > cells:
        word = word[1:]
    return word


def shortened(text: str, cells: int) -> str:
    """A plain text in at most so many terminal cells, cut in the middle: ends tell names of files apart."""
    if cell_len(text) <= cells:
        return text
    head = max(0, cells - 1) // 2
    tail = next(text[at:] for at in range(len(text) + 1) if cell_len(text[at:]) <= max(0, cells - 1 - head))
    return set_cell_size(text, head).rstrip() + ELLIPSIS + tail


def to_ascii(text: str) -> str:
    """The same cells in ASCII alone, for terminals that can do no better (``Zoë│`` becomes ``Zoe|``)."""
    if text.isascii():
        return text
    translated = text.translate(_ASCII_FORMS)
    return translated if translated.isascii() else "".join(map(_ascii_form, translated))


def money(value: float | None) -> str:
    """An amount in at most five characters and a sign: ``950``, ``9.5k``, ``253k``, ``8.6M``, ``1.2B``."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    size = abs(value)
    sign = "-" if value < 0 else ""
    for unit, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        # Half a unit of the last figure below the boundary already rounds up to it: 999,950 is 1.0M.
        if size >= unit * 0.9995:
            scaled = size / unit
            whole = scaled >= (99.95 if letter != "k" else 9.95)
            return f"{sign}{scaled:.0f}{letter}" if whole else f"{sign}{scaled:.1f}{letter}"
    return f"{sign}{size:.0f}" if round(size) else "0"


def percent(value: float | None, decimals: int = 0) -> str:
    """A share as percent: 0.823 is ``82%``."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    return f"{_no_negative_zero(value * 100, decimals):.{decimals}f}%"


def hours(value: float | None) -> str:
    """Hours: one decimal below a hundred unless whole (``7.5``, ``8``, ``131``, ``1,204``)."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    rounded = _no_negative_zero(value, 1)
    if abs(rounded) >= 100 or rounded == int(rounded):  # noqa: PLR2004 - three figures are enough
        return f"{rounded:,.0f}"
    return f"{rounded:.1f}"


def count(value: float | None) -> str:
    """A whole number with thousands separated: ``4,000``."""
    return UNKNOWN if value is None or not math.isfinite(value) else f"{_no_negative_zero(value, 0):,.0f}"


def signed(value: float | None, form: Callable[[float], str] = count) -> str:
    """A change with its sign, in any of the other forms: ``+4``, ``-2``, ``+8.6M``; no change is ``0``."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    written = form(value)
    return "+" + written if value > 0 and any(digit in written for digit in "123456789") else written


def sentence(error: Exception) -> str:
    """An error's message as a sentence of its own."""
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


@cache
def _drawn() -> frozenset[str]:
    """Characters that are drawn as they are: of alphabets, punctuation, arrows and symbols in common use."""
    characters = filter(str.isprintable, map(chr, itertools.chain(range(0x600), range(0x2010, 0x2C00))))
    return frozenset(
        one for one in characters if one not in _INVISIBLE and unicodedata.category(one) not in {"Mn", "Me"}
    )


def _visible(character: str) -> str:
    """The character, or its mark when a terminal would obey or not draw it."""
    code = ord(character)
    if code < _C0_END:
        return chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return "\N{SYMBOL FOR DELETE}"
    if character in _INVISIBLE or unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return HIDDEN
    return character


def _ascii_form(character: str) -> str:
    """ASCII of the same width as one character: a border piece, the letter under the accents, or ``?``."""
    if character.isascii():
        return character
    if _BOX_START <= ord(character) <= _BOX_END:
        return "-" if character in _BOX_HORIZONTAL else "|" if character in _BOX_VERTICAL else "+"
    width = cell_len(character)
    letter = unicodedata.normalize("NFKD", character)[0]
    if width == 1 and letter.isascii() and letter.isprintable():
        return letter
    return "?" * width


def _no_negative_zero(value: float, decimals: int) -> float:
    """The rounded value, where -0.0 is 0.0: a ``-0%`` on the screen would only raise a question."""
    return round(value, decimals) + 0.0
