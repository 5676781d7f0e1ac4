"""Values to the text of a CSV cell: exact for another program, or safe and short for a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Final, Literal, TypeAlias

Profile: TypeAlias = Literal["system", "people"]
Cell: TypeAlias = str | float | bool | date | tuple[str, ...] | None

_DECIMALS_FOR_PEOPLE: Final = 4
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Cn"})
_MARK: Final = "\N{REPLACEMENT CHARACTER}"
# What a spreadsheet runs, also in the wide forms that East Asian versions take. A semicolon, bar, tab or line
# end counts as the start of a cell, quotation marks or not, because spreadsheets may split a CSV file there.
_RUNS: Final = re.compile(r'(^"*|[;|\t\r\n]"*)(?=[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])')
# Such as 12.345, which is twelve thousand where the comma separates decimals.
_LIKE_THOUSANDS: Final = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


def cell_text(cell: Cell, profile: Profile, *, decimal_comma: bool = False) -> str:
    """Text of a cell: nothing for ``None``, yes and no, ISO dates, lists with ``;``, plain decimal numbers.

    For *people* numbers are rounded to four decimals, text stands on one line with nothing in it that a
    terminal obeys, and what a spreadsheet would run gets an apostrophe.
    """
    if isinstance(cell, (str, tuple)):
        text = cell if isinstance(cell, str) else ";".join(cell)
        return visible(inert(text)) if profile == "people" else text
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case date():
            return cell.isoformat()
        case _:
            text = number_text(cell if profile == "system" else round(cell, _DECIMALS_FOR_PEOPLE))
            return text.replace(".", ",") if decimal_comma else text


def number_text(value: float) -> str:
    """Shortest decimal text that reads back as the same number, without exponent.

    A number that could also be read with a thousands point (12.345) gets one more zero (12.3450), so that an
    import need not ask.
    """
    if float(value).is_integer():
        return str(int(value))
    text = format(Decimal(repr(float(value))), "f")
    return text + "0" if _LIKE_THOUSANDS.fullmatch(text) else text


def cents(amount: float) -> float:
    """An amount that was computed, without the digits that only binary arithmetic brings in."""
    return round(amount, 2)


def visible(text: str) -> str:
    """Text on one line; what a browser or spreadsheet obeys and does not show becomes a mark."""
    if text.isprintable():
        return text
    return "".join(
        " " if one.isspace() else _MARK if unicodedata.category(one) in _HIDDEN else one for one in text
    )


def inert(text: str) -> str:
    """Text that a spreadsheet shows and does not run: an apostrophe before what starts like a formula."""
    return _RUNS.sub(r"\1'", text)
