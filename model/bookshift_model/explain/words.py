"""Figures as the field says them: 4.1M, 253k, 118 %, +15 points."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

Format: TypeAlias = Callable[[float, int], str]

_UNITS: Final = ((1e9, "B", 99.95), (1e6, "M", 99.95), (1e3, "k", 9.95))
"""Units of money: size, letter, and from how many of it no decimal is needed."""
_FIGURE: Final = re.compile(r"(−?[\d,]+(?:\.\d+)?)( ?[kMB%h]?)")
_SIZES: Final = {"%": 0.01, **{letter: size for size, letter, _ in _UNITS}}
_ONE: Final = re.compile(r"(?<![\w.,])1 ((?:high-risk |stretch )?(?:account|move|point))s\b")
_FINER: Final = 2
"""Decimals that may be added so that two different figures do not read the same."""
_FINEST: Final = 6
"""The same, where a sentence says what to do."""
_TOO_FAR: Final = 0.01
_NOISE: Final = 1e-9
_LEAST: Final = 0.01
"""The smallest share that is told as a number, where one of nothing would mislead."""


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


def part(share: float) -> str:
    """A share as a percentage, of which a little is not nothing and nearly all is not all: less than 1 %."""
    if 0 < share < _LEAST:
        return f"less than {percent(_LEAST)}"
    return f"more than {percent(1 - _LEAST)}" if 1 - _LEAST < share < 1 else percent(share)


def plain(number: float, finer: int = 0) -> str:
    """A count, or a sum of weights with the decimals that it needs."""
    text = f"{number:.{finer}f}" if finer else f"{number:,.1f}".removesuffix(".0")
    return minus(text)


def hours(number: float, finer: int = 0) -> str:
    """Hours a month, with a decimal where there are few."""
    return minus(f"{number:.{finer if abs(number) >= 10 else 1 + finer}f} h")  # noqa: PLR2004 - two figures


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
    return " → ".join(told_apart(style, before, after))


def told_apart(style: Format, *amounts: float, most: int = _FINER) -> list[str]:
    """Amounts of one sentence, all with the decimals that it takes so that no two that differ look alike.

    `most`: decimals that may be added.
    """
    different = len({float(f"{one:.9g}") for one in amounts})
    for finer in range(most + 1):
        texts = [style(one, finer) for one in amounts]
        if len(set(texts)) >= different:
            break
    return texts


def beyond(style: Format, limit: float, amount: float, *, down: bool = False) -> tuple[str, str, str]:
    """A limit, an amount beyond it, told apart, and what to change the limit to so that it is kept.

    `down`: the limit is a minimum, to be lowered.
    """
    for finer in range(_FINEST + 1):
        texts = style(limit, finer), style(amount, finer)
        if texts[0] != texts[1]:
            break
    return (*texts, enough(style, amount, finer, down=down))


def enough(style: Format, amount: float, finer: int = 0, *, down: bool = False) -> str:
    """An amount rounded up in its last digit, or down: a limit that is put there is kept.

    With more decimals where that would be more than 1 % too far.
    """
    for more in range(finer, _FINEST + 1):
        text = style(amount, more)
        value, last = _stands_for(text)
        sign = -1 if down else 1
        if sign * (amount - value) > _NOISE * abs(amount):
            value += sign * last
            text = style(value, more)
        if abs(value - amount) <= _TOO_FAR * abs(amount):
            break
    return text


def _stands_for(text: str) -> tuple[float, float]:
    """The amount that a text of this module says, and what its last digit counts."""
    found = _FIGURE.fullmatch(text)
    assert found is not None, text  # noqa: S101 - all styles here write so
    digits, unit = found[1].replace(",", "").replace("−", "-"), found[2].strip()
    size = _SIZES.get(unit, 1.0)
    return float(digits) * size, size * 10.0 ** -len(digits.partition(".")[2])


def count(number: int, one: str, many: str = "") -> str:
    """`3 accounts`, `1 account`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def numbered(text: str) -> str:
    """A sentence made of a pattern, whose figure may be 1: `has 1 account`, and not `has 1 accounts`."""
    return _ONE.sub(r"1 \1", text)


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
    return f"{size:.2f}".rstrip("0").rstrip(".") if size < 10 else f"{size:,.0f}"  # noqa: PLR2004 - two figures
