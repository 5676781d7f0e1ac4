"""Names and ids from outside: normalised to be seen, compared exactly."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_TEXT: Final = 255
"""Characters kept of a name or label."""

_HIDDEN: Final = "\N{REPLACEMENT CHARACTER}"
_HIDDEN_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Letters and marks that draw nothing, so that two different names would look the same.
_INVISIBLE: Final = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]")
_C0_END, _DELETE, _CONTROL_PICTURES = 0x20, 0x7F, 0x2400

_SALESFORCE: Final = re.compile(r"[0-9A-Za-z]{15}")
_CHECK: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_BLOCK, _FULL = 5, 18


def clean(text: str) -> str:
    """Return text as it is shown and compared: NFC, trimmed, at most 255 characters.

    Control, bidirectional and zero-width characters become visible marks (ESC is ``␛``), any kind of
    space becomes a space.
    """
    text = text.strip()
    if text.isascii() and text.isprintable():
        return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable() or _INVISIBLE.search(text):
        text = "".join(map(_visible, text))
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _visible(character: str) -> str:
    code = ord(character)
    if code < _C0_END:
        return chr(_CONTROL_PICTURES + code)
    if code == _DELETE:
        return "␡"
    category = unicodedata.category(character)
    if category in _HIDDEN_CATEGORIES or _INVISIBLE.match(character):
        return _HIDDEN
    return " " if category == "Zs" else character


def salesforce_18(identifier: str) -> str | None:
    """Return the 18-character form of a 15-character Salesforce id, or ``None`` for any other text.

    Each of the three further characters tells which of five characters are capitals, so that ids that
    differ by case only stay different where case is lost.
    """
    if not _SALESFORCE.fullmatch(identifier):
        return None
    suffix = ""
    for start in range(0, len(identifier), _BLOCK):
        block = identifier[start : start + _BLOCK]
        suffix += _CHECK[sum(1 << i for i, one in enumerate(block) if "A" <= one <= "Z")]
    return identifier + suffix


def resembles_18(identifier: str, other: str) -> bool:
    """Tell whether an id looks like the 18-character form of another, but for wrong check characters."""
    return len(identifier) == _FULL and identifier[:-3] == other and salesforce_18(other) != identifier


def id_key(identifier: str) -> str:
    """Return what the forms of an id share: the first 15 characters of a valid 18-character Salesforce id."""
    if len(identifier) == _FULL and salesforce_18(identifier[:-3]) == identifier:
        return identifier[:-3]
    return identifier
