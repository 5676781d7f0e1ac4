"""The one currency of a portfolio: what its cells and headers prove, and rates where there are several."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bookshift_io.intake.columns import Columns
from bookshift_io.intake.fields import Values
from bookshift_io.intake.findings import Log
from bookshift_io.intake.mapping import CODE
from bookshift_io.intake.tables import Table
from bookshift_model.read_numbers import CODES, DOLLAR, DOLLARS, parse

ASSUMED: Final = "USD"

_AMOUNTS: Final = (
    *("arr", "expansion_amount", "min_arr", "max_arr", "expansion_influenced"),
    *("annual", "monthly", "quarterly", "total", "amount"),
)
_MIXED: Final = ("expansion",)
"""Fields whose figures are amounts beside words."""
_WORD: Final = re.compile(r"\b[A-Z]{3}\b|[€£¥₹$]")
_SIGNS: Final = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "$": DOLLAR}


@dataclass(frozen=True, slots=True)
class Money:
    """In which currency amounts are kept, and what one of another is worth in it."""

    currency: str
    rates: Mapping[str, float]
    dollar: str
    """The currency that a dollar sign stands for."""


def seen(table: Table, columns: Columns, read: Mapping[str, Values]) -> dict[str, int]:
    """Return the currencies that a table names, each with the file line that first does."""
    found: dict[str, int] = {}
    for name, one in read.items():
        if name == "currency":
            for row, code in enumerate(one.values):
                if code:
                    found.setdefault(code, table.lines[row])
        for code, text in one.currencies.items():
            found.setdefault(code, table.lines[one.cells.index(text)])
        if name in _AMOUNTS:
            for code in _in_header(table.repeats[columns.position[name]]):
                found.setdefault(code, table.lines[0])
    return found


def _in_header(header: str) -> list[str]:
    codes = [_SIGNS.get(word, word) for word in _WORD.findall(header)]
    return [code for code in codes if code == DOLLAR or code in CODES]


def settle(found: Mapping[str, int], given: str | None, rates: Mapping[str, float], log: Log) -> Money:
    """Return the portfolio's currency and the rates into it; both are asked where they cannot be known.

    What was answered before counts also for an export that names other currencies, or only one.
    """
    codes = set(found)
    known = log.answers.get(f"{log.table}.currency")
    if given is None and known is not None and CODE.fullmatch(known):
        given = log.used_answers[f"{log.table}.currency"] = known
    dollars = codes & DOLLARS or ({given} & DOLLARS if given else set())
    dollar = min(dollars) if len(dollars) == 1 else ASSUMED
    if DOLLAR in codes:
        codes = codes - {DOLLAR} | {dollar}
    currency = given
    if currency is None and len(codes) > 1:
        currency = log.ask(
            "currency",
            f"amounts are in more than one currency ({_places(found)}); in which one is the plan made?",
            tuple(sorted(codes)),
        )
        if currency is None:
            return Money(min(codes), {}, dollar)
    elif currency is None and not codes:
        log.add("info", f"no amount names its currency; taken as {ASSUMED}, say --currency for another")
    currency = currency or (min(codes) if codes else ASSUMED)
    used: dict[str, float] = {}
    for code in sorted(codes - {currency}):
        rate = rates.get(code) or log.ask_number(
            f"rate.{code}", f"amounts are in {code} ({_places(found)}); how much {currency} is one {code}?"
        )
        if rate is not None:
            used[code] = rate
            log.add("info", f"amounts in {code} are converted: 1 {code} is {rate:g} {currency}")
    return Money(currency, used, dollar)


def convert(table: Table, columns: Columns, read: Mapping[str, Values], money: Money) -> dict[str, Values]:
    """Return a table's columns with all amounts in one currency, each from its cell's, row's or header's."""
    converted = dict(read)
    rows = read["currency"].values if "currency" in read else [None] * table.rows
    for name in (*_AMOUNTS, *_MIXED) if money.rates else ():
        if name not in read:
            continue
        one = read[name]
        header = next(iter(_in_header(table.repeats[columns.position[name]])), None)
        own = {text: _code(text) for text in set(one.cells)} if one.currencies else {}
        codes = [own.get(cell) or code or header for cell, code in zip(one.cells, rows, strict=True)]
        by = {**money.rates, DOLLAR: money.rates.get(money.dollar, 1.0)}
        values = [
            value * by.get(code, 1.0) if isinstance(value, float) and code else value
            for value, code in zip(one.values, codes, strict=True)
        ]
        converted[name] = replace(one, values=values)
    return converted


def _code(text: str) -> str | None:
    number = parse(text)
    return None if number is None else number.currency


def _places(found: Mapping[str, int]) -> str:
    pairs: Iterable[tuple[str, int]] = sorted(found.items(), key=lambda item: item[1])
    return ", ".join(f"{code} in row {row}" for code, row in pairs)
