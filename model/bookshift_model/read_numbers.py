"""Texts that hold a number, as people and programs write them, under both decimal conventions.

A pattern comes first, always: ``float`` alone would read ``nan``, ``1_000`` and Arabic digits.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

DOLLAR: Final = "$"
"""A dollar sign, which does not say whose dollar."""
DOLLARS: Final = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "TWD"})
CODES: Final = DOLLARS | {
    "EUR", "GBP", "JPY", "CNY", "INR", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON",
    "BGN", "TRY", "ILS", "ZAR", "BRL", "ARS", "CLP", "COP", "PEN", "KRW", "THB", "MYR", "IDR",
    "PHP", "VND", "AED", "SAR", "QAR", "KWD", "EGP", "NGN", "KES", "UAH", "RUB",
}  # fmt: skip
_SIGNS: Final = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "$": DOLLAR, "US$": "USD", "CA$": "CAD",
                 "C$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD",
                 "S$": "SGD", "HK$": "HKD", "R$": "BRL"}  # fmt: skip
_CURRENCY: Final = rf"(?:(?:US|CA|C|A|AU|NZ|S|HK|R)?\$|[€£¥₹]|{'|'.join(sorted(CODES))})"
_SCALES: Final = {"": 0, "k": 3, "tsd": 3, "m": 6, "mm": 6, "mn": 6, "mio": 6, "b": 9, "bn": 9, "mrd": 9}
_CELL: Final = re.compile(
    rf"(?P<open>\()?\s*(?P<sign>[-+−])?\s*(?P<before>{_CURRENCY})?\s*(?P<sign2>[-+−])?\s*"
    r"(?P<body>[0-9.,](?:[0-9.,'’\s]*[0-9])?)(?:[eE](?P<power>[+-]?[0-9]{1,2}))?"
    rf"\s*(?P<scale>k|tsd|mm|mn|mio|m|bn|b|mrd)?\.?\s*(?P<percent>%)?\s*(?P<after>(?-i:{_CURRENCY}))?"
    r"\s*(?P<minus>[-−])?\s*(?P<close>\))?",
    re.IGNORECASE,
)
_SIGN_GROUPS: Final = ("open", "sign", "sign2", "minus")
_POINT: Final = re.compile(
    r"[0-9]*\.[0-9]+|[0-9]+|[1-9][0-9]{0,2}(?:([,'’\s])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]+)?"
    r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?"
)
_COMMA: Final = re.compile(
    r"[0-9]*,[0-9]+|[0-9]+|[1-9][0-9]{0,2}(?:([.'’\s])[0-9]{3})(?:\1[0-9]{3})*(?:,[0-9]+)?"
)

LARGEST: Final = 1e15
"""Amounts above are slips of the pen."""
_LONGEST: Final = 60
"""Characters of a cell that may be a number; what is longer costs no matching time."""


class Number(NamedTuple):
    """One cell under both conventions: with a decimal point and with a decimal comma."""

    point: float | None
    comma: float | None
    currency: str | None = None
    percent: bool = False

    @property
    def ambiguous(self) -> bool:
        """Whether both conventions read the cell, and differently."""
        return self.point is not None and self.comma is not None and self.point != self.comma


def parse(text: str) -> Number | None:
    """Return what a cell may mean, or ``None`` for a text that is no number under any convention."""
    if text.isascii() and text.isdigit() and len(text) <= 15:  # noqa: PLR2004 - what a float holds exactly
        value = float(text)
        return Number(value, value)
    found = _match(text)
    if found is None:
        return None
    negative = any(found[one] in ("-", "−", "(") for one in _SIGN_GROUPS)
    power = int(found["power"] or 0) + _SCALES[(found["scale"] or "").lower()]
    body = re.sub(r"\s", " ", found["body"])  # groups may be set apart by several kinds of space
    point = _value(re.sub(r"[,'’\s]", "", body), power, negative=negative) if _POINT.fullmatch(body) else None
    comma = (
        _value(re.sub(r"[.'’\s]", "", body).replace(",", "."), power, negative=negative)
        if _COMMA.fullmatch(body)
        else None
    )
    if point is None and comma is None:
        return None
    sign = found["before"] or found["after"]
    currency = _SIGNS.get(sign.upper(), sign.upper()) if sign else None
    return Number(point, comma, currency, found["percent"] is not None)


def _match(text: str) -> re.Match[str] | None:
    if len(text) > _LONGEST:
        return None
    if not text.isascii() and any(one.isalpha() and not one.isascii() for one in text):
        return None  # letters such as the long s, which match an "s" where case is ignored
    found = _CELL.fullmatch(text)
    if found is None or (found["open"] is None) != (found["close"] is None):
        return None
    twice = sum(found[one] is not None for one in _SIGN_GROUPS) > 1 or (found["before"] and found["after"])
    return None if twice else found


def _value(digits: str, power: int, *, negative: bool) -> float:
    value = float(f"{digits}e{power}")
    return -value if negative else value
