"""Figures as the field says them: 4.1M, 253k, 118 %, +15 points."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

Format: TypeAlias = Callable[[float, int], str]

_UNITS: Final = ((1e9, "B", 99.95), (1e6, "M", 99.95), (1e3, "k", 9.95))
"""Units of money: size, letter, and from how many of it no decimal is needed."""
_FINER: Final = 2
"""Decimals that may be added so that two different figures do not read the same."""


def money(amount: float, finer: int = 0) -> str:
    """An amount in the portfolio's currency, short: 870, 25k, 4.1M, 1.2B."""
    size = abs(amount)
    sign = "−" if amount < 0 and round(size) else ""
    for unit, letter, whole in _UNITS:
        if size >= unit * 0.9995:
            return f"{sign}{size / unit:.{(size / unit < whole) + finer}f}{letter}"
    return f"{sign}{size:.0f}"


def percent(share: float, finer: int = 0) -> str:
    """A share as a percentage: 0.118 gives 12 %."""
    return minus(f"{100 * share:.{finer}f} %")


def plain(number: float, finer: int = 0) -> str:
    """A count, or a sum of weights with the decimals that it needs."""
    text = f"{number:.{finer}f}" if finer else f"{number:,.1f}".removesuffix(".0")
    return minus(text)


def hours(number: float, finer: int = 0) -> str:
    """Hours a month, with a decimal where there are few."""
    return minus(f"{number:.{finer if abs(number) >= 10 else 1 + finer}f} h")  # noqa: PLR2004


def in_unit(change: float, unit: str) -> str:
    """A change with its sign, in the unit of a goal or rule: +3.4k expected churned ARR a year."""
    size = abs(change)
    sign = "−" if change < 0 else "+"
    if "ARR" in unit:
        return f"{sign}{money(size)} {unit}"
    if "hours" in unit:
        return f"{sign}{size:.1f} {unit}"
    number = _short(size)
    if number == "1":
        unit = re.sub(r"^(weighted move|account|owner)s", r"\1", unit)
    return f"{sign}{number} {unit}"


def signed_percent(share: float) -> str:
    """A relative change with its sign: −8 %."""
    return minus(f"{100 * share:+.0f} %").replace("+0 %", "±0 %").replace("−0 %", "±0 %")


def arrow(before: float, after: float, style: Format) -> str:
    """Two figures with an arrow, in as many decimals as it takes to tell them apart."""
    for finer in range(_FINER + 1):
        left, right = style(before, finer), style(after, finer)
        if left != right:
            break
    return f"{left} → {right}"


def count(number: int, one: str, many: str = "") -> str:
    """`3 accounts`, `1 account`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], most: int = 3) -> str:
    """Names in a sentence, and how many more there are."""
    shown, more = names[:most], len(names) - most
    if more > 0:
        return ", ".join(shown) + f" and {more} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def minus(text: str) -> str:
    """The text with a true minus sign."""
    return text.replace("-", "−")


def _short(size: float) -> str:
    return f"{size:.2f}".rstrip("0").rstrip(".") if size < 10 else f"{size:,.0f}"  # noqa: PLR2004
