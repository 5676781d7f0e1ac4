"""Numbers of a workbook as the text that people see, where the format carries meaning, else exactly.

Dates become ISO dates, percentages keep their sign, currencies theirs, and numbers padded with zeros their
zeros. Roundings and thousands separators of a format are left out: the value counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from bookshift_model.read_numbers import CODES


class Render(NamedTuple):
    """How numbers of one format become text."""

    write: Callable[[str], str]
    """Text of a number as the file has it, to text as a table has it."""
    dated: bool = False
    """Whether the numbers are days."""


NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN_PERCENTS: Final = frozenset({9, 10})
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]?|[_*](?P<space>.)|(?P<other>.)', re.DOTALL
)
_LONGEST_CODE: Final = 255
_ELAPSED: Final = re.compile(r"h+|m+|s+", re.IGNORECASE)
_SYMBOL: Final = re.compile(rf"(?:(?:US|CA|C|A|AU|NZ|S|HK|R)?\$|[€£¥₹]|{'|'.join(sorted(CODES))})")
_PADDED: Final = re.compile(r"(?=.*00)0[0 /()-]*")
_DAY_ZERO: Final = datetime(1899, 12, 30)  # noqa: DTZ001  (cells have no time zone)
_DAY_ZERO_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001  (as above)
_LAST_DAY: Final = 2_958_465
_LEAP_1900: Final = 60
"""The serial number of 29 February 1900, a day that spreadsheets have and the calendar has not."""
_DIGITS: Final = 15
"""What a spreadsheet keeps of a number."""


def plain(text: str) -> str:
    """Return a number as the shortest text that neither decimal convention misreads.

    At most 15 digits, no exponent; three decimals get a zero, so that 1.234 is not taken for 1,234.
    """
    if not NUMBER.fullmatch(text):
        return text
    shown = f"{float(text):.{_DIGITS}g}"
    if "e" in shown:
        shown = f"{Decimal(shown):f}"
        if "." in shown:
            shown = shown.rstrip("0").rstrip(".")
    return shown + "0" if shown[-4:-3] == "." else shown


def date_text(text: str, *, since_1904: bool) -> str:
    """Return a serial number of a day as ``2026-12-31``, with its time where it has one."""
    if not NUMBER.fullmatch(text):
        return text
    serial = float(text)
    if not 0 <= serial <= _LAST_DAY:
        return plain(text)
    if since_1904:
        zero = _DAY_ZERO_1904
    else:
        zero = _DAY_ZERO + timedelta(days=1) if serial < _LEAP_1900 else _DAY_ZERO
    when = zero + timedelta(seconds=round(serial * 86_400))
    if serial < 1 and not since_1904:
        return when.time().isoformat()
    return when.date().isoformat() if when.time() == when.min.time() else when.isoformat(" ")


def percent(text: str) -> str:
    """Return 0.07 as ``7%``."""
    if not NUMBER.fullmatch(text):
        return text
    return plain(f"{Decimal(f'{float(text):.{_DIGITS}g}').scaleb(2):f}") + "%"


def render_of(number: int, code: str | None, *, since_1904: bool) -> Render | None:
    """Return how a number format writes numbers, or ``None`` for one that `plain` does.

    Args:
        number: the format's number; below 164 it may stand without a code.
        code: the format's code as the file has it, or ``None``.
        since_1904: days are counted from 1904.

    """
    if code is None:
        if number in _BUILT_IN_DATES:
            return _dates(since_1904=since_1904)
        return Render(percent) if number in _BUILT_IN_PERCENTS else None
    return _of_code(code[:_LONGEST_CODE], since_1904=since_1904)


def _of_code(code: str, *, since_1904: bool) -> Render | None:
    pieces = _first_section(code)
    skeleton = "".join(text for text, literal in pieces if not literal)
    literals = "".join(text for text, literal in pieces if literal)
    if skeleton.lower().startswith("general"):
        return None
    if re.search("[ymdhs]", skeleton, re.IGNORECASE):
        return _dates(since_1904=since_1904)
    if "%" in skeleton:
        return Render(percent)
    if _PADDED.fullmatch(skeleton):
        return Render(lambda text: _padded(text, pieces))
    return _with_literals(skeleton, literals)


def _with_literals(skeleton: str, literals: str) -> Render | None:
    """Return how a format writes numbers that adds no more than a percent sign or a currency."""
    if literals.strip() == "%":
        return Render(lambda text: plain(text) + "%")
    symbol = _SYMBOL.search(literals + re.sub(r"[0#?.,\s]", "", skeleton))
    if symbol is None or not re.search("[0#]", skeleton):
        return None
    return Render(lambda text: _money(text, symbol.group()))


def _dates(*, since_1904: bool) -> Render:
    return Render(lambda text: date_text(text, since_1904=since_1904), dated=True)


def _first_section(code: str) -> list[tuple[str, bool]]:
    """Return the pieces of a format for numbers above 0, each with whether it is literal text."""
    pieces: list[tuple[str, bool]] = []
    for found in _TOKEN.finditer(code):
        if found["other"] == ";":
            break
        if found["quoted"] is not None or found["escaped"] is not None:
            pieces.append((found["quoted"] or found["escaped"] or "", True))
        elif found["bracket"] is not None:
            inside = found["bracket"]
            if inside.startswith("$"):
                pieces.append((inside[1:].partition("-")[0], True))
            elif _ELAPSED.fullmatch(inside):
                return [("General", False)]  # hours that passed are a number, not a time of day
        elif found["other"] is not None:
            pieces.append((found["other"], False))
    return pieces


def _padded(text: str, pieces: list[tuple[str, bool]]) -> str:
    """Return a whole number in the zeros of its format: 123 as ``00123``, ``AB-00123`` or ``000-12-3``."""
    whole = plain(text)
    if not whole.isdigit():
        return whole
    slots = sum(one.count("0") for one, literal in pieces if not literal)
    digits = whole.rjust(slots, "0")
    extra, rest = digits[: len(digits) - slots], iter(digits[len(digits) - slots :])
    shown: list[str] = []
    for one, literal in pieces:
        for character in one:
            if literal or character != "0":
                shown.append(character)
            else:
                shown.append(extra + next(rest))
                extra = ""
    return "".join(shown)


def _money(text: str, symbol: str) -> str:
    amount = plain(text)
    return f"-{symbol}{amount[1:]}" if amount.startswith("-") else f"{symbol}{amount}"
