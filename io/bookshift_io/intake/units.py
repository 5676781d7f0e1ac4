"""What the figures of a column are multiplied by, where its name says that they are thousands or millions."""

from __future__ import annotations

import re
from typing import Final

from bookshift_io.intake.readings import Column

AS_WRITTEN: Final = "as written"
"""The answer that the figures are whole amounts after all."""

_SIGN: Final = r"(?:€|\$|£|eur|usd|gbp|chf)"
_THOUSANDS: Final = re.compile(
    rf"[(\[,]\s*(?:in\s+)?(?:[kt]{_SIGN}?|{_SIGN}\s?k|tsd\.?\s*{_SIGN}?|thousands?|000s?|milliers?|miles)\s*[)\]]"
    rf"|\bin (?:[kt]{_SIGN}|tsd\b|thousands?\b)|\b[kt]{_SIGN}(?!\w)",
    re.IGNORECASE,
)
_MILLIONS: Final = re.compile(
    rf"[(\[,]\s*(?:in\s+)?(?:m{_SIGN}?|{_SIGN}\s?m|mio\.?\s*{_SIGN}?|millions?|millones)\s*[)\]]"
    rf"|\bin (?:m{_SIGN}|mio\b|millions?\b)|\bm{_SIGN}(?!\w)",
    re.IGNORECASE,
)
KINDS: Final = frozenset({"money", "number", "expansion"})
"""Kinds of fields whose figures a unit multiplies."""


def ask_unit(column: Column, kind: str) -> str:
    """Return the unit that a planner states for a column named in thousands or millions; empty for none.

    A file may carry ``ARR (k€)`` over cells such as ``250`` or over cells such as ``250k`` or ``250000``.
    """
    if kind != "money":
        return ""
    unit = (
        "times 1000"
        if _THOUSANDS.search(column.header)
        else "times 1000000"
        if _MILLIONS.search(column.header)
        else ""
    )
    if not unit:
        return ""
    answer = column.ask(
        "unit",
        "its name speaks of thousands or millions; what are its figures multiplied by?",
        (unit, AS_WRITTEN),
        column.texts,
    )
    return answer if answer == unit else ""
