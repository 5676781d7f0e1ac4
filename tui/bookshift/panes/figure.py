"""Numbers as people type them in filters: 100k, 1,000, 1.000.000, 1'000.50, 2,5, 30%."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = re.compile(
    r"(?P<sign>[-\u2212]?)(?:"
    # The same separator between all groups of three, and another one before the decimals.
    r"(?![0-9]+\.[0-9]{3}[a-zA-Z%]?\Z)"
    r"(?P<grouped>[1-9][0-9]{0,2}(?P<between>[,.'’])[0-9]{3}(?:(?P=between)[0-9]{3})*)"
    r"(?:(?!(?P=between))[.,](?P<after>[0-9]+))?"
    r"|(?P<whole>[0-9]+)(?:\.(?P<point>[0-9]+)|,(?P<comma>[0-9]{1,2}|(?<=\b0,)[0-9]+))?"
    r")(?P<unit>[kKmMbB%]?)"
)
_UNITS: Final = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9, "%": 0.01}
_UNCLEAR: Final = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")


def figure_of(text: str) -> float | None:
    """The number that a text means, None where it is none.

    Raises a `ValueError` for ``1.500``, which is one and a half to some and fifteen hundred to others; it
    says what to type. A single comma before three digits parts thousands, as on every screen.
    """
    if _UNCLEAR.fullmatch(text.lstrip("-\u2212")):
        raise ValueError(f"{text} can mean two numbers: type {text.replace('.', '')} or {text}0")
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    whole = re.sub(r"[^0-9]", "", found["grouped"] or found["whole"])
    decimals = found["after"] or found["point"] or found["comma"] or "0"
    figure = float(f"{whole}.{decimals}") * _UNITS[found["unit"].lower()]
    return -figure if found["sign"] else figure


def typed(number: float) -> str:
    """All digits of a number, so that `figure_of` reads the same number."""
    text = f"{number:.9f}".rstrip("0").rstrip(".")
    return text + "0" if _UNCLEAR.fullmatch(text.lstrip("-")) else text
