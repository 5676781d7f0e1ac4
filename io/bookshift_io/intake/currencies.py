"""The one currency of a portfolio: what its cells and headers prove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from bookshift_io.intake.columns import Columns
from bookshift_io.intake.fields import Values
from bookshift_io.intake.findings import Log
from bookshift_io.intake.numbers import CODES, DOLLAR, DOLLARS
from bookshift_io.intake.tables import Table

ASSUMED: Final = "USD"

_AMOUNTS: Final = ("arr", "expansion_amount", "min_arr", "max_arr", "expansion_influenced")
_WORD: Final = re.compile(r"\b[A-Z]{3}\b|[€£¥₹$]")
_SIGNS: Final = {"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "$": DOLLAR}


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


def settle(found: Mapping[str, int], given: str | None, log: Log) -> str:
    """Return the portfolio's currency; mixed currencies, or another than the given one, refuse the file."""
    codes = set(found)
    dollars = codes & DOLLARS or ({given} & DOLLARS if given else set())
    if DOLLAR in codes and len(dollars) <= 1:
        codes = codes - {DOLLAR} | (dollars or {ASSUMED})
    if len(codes) > 1:
        log.refuse(f"amounts are in more than one currency ({_places(found)}); convert them to one")
    elif given and codes and codes != {given}:
        log.refuse(f"amounts are in {min(codes)} ({_places(found)}) but {given} was asked for; convert them")
    elif not given and not codes:
        log.add("info", f"no amount names its currency; taken as {ASSUMED}, say --currency for another")
    return given or (min(codes) if codes else ASSUMED)


def _places(found: Mapping[str, int]) -> str:
    pairs: Iterable[tuple[str, int]] = sorted(found.items(), key=lambda item: item[1])
    return ", ".join(f"{code} in row {row}" for code, row in pairs)
