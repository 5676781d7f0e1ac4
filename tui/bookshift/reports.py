"""Figures of a plan as plain values, for ``--json`` and for tables on a page without a terminal."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len

from bookshift.points import points_of
from bookshift.text import fit, money, percent, plain, signed
from bookshift_model.explain.moved import Moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookshift_model.portfolio import Portfolio
    from bookshift_model.score import Scorecard

_NO_CAPACITY: Final = "no capacity"
_NUMBER: Final = re.compile(rf"\W*(\d|$)|{_NO_CAPACITY}")


def card_record(card: Scorecard) -> dict[str, Any]:
    """A scorecard as JSON values: objectives by name, books by CSM, violations.

    `points` are those of the screens; `objective` is what the solver makes small, hard rules priced in.
    """
    return {
        "points": points_of(card),
        "objective": card.points,
        "objectives": {
            one.id: {
                "name": one.name,
                "value": one.value,
                "unit": one.unit,
                "today": one.today,
                "best": one.best,
                "weight": one.share,
            }
            for one in card.goals
        },
        "books": {
            one.csm: {
                "name": one.name,
                "accounts": one.accounts,
                "arr": one.arr,
                "hours": one.hours,
                "capacity": one.capacity,
                "utilisation": one.utilisation if math.isfinite(one.utilisation) else None,
                "high_risk": one.high_risk,
                "churned_arr": one.churned_arr,
                "fit": one.fit,
                "renewals_by_quarter": list(one.renewals_by_quarter),
            }
            for one in card.books
        },
        "violations": [
            {
                "rule": one.rule,
                "csm": one.csm,
                "account": one.account,
                "amount": one.amount,
                "unit": one.unit,
                "hard": one.hard,
                "sentence": one.sentence,
            }
            for one in card.violations
        ],
        "moved_accounts": len(card.moves),
        "placed_accounts": Moved.of(card.moves).placed,
        "moved_arr": card.moved_arr,
        "placed_arr": card.placed_arr,
    }


def move_records(portfolio: Portfolio, card: Scorecard, reasons: Sequence[str]) -> list[dict[str, Any]]:
    """The moves of a scorecard with their reasons; ids as in the files, nobody as ``None``."""
    csms = portfolio.csms
    return [
        {
            "account": portfolio.accounts[one.account].id,
            "name": portfolio.accounts[one.account].name,
            "from": csms[one.csm_from].id if one.csm_from >= 0 else portfolio.accounts[one.account].owner,
            "to": csms[one.csm_to].id if one.csm_to >= 0 else None,
            "arr": portfolio.accounts[one.account].arr,
            "reason": reason,
        }
        for one, reason in zip(card.moves, reasons, strict=True)
    ]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns padded to their widest cell; numbers to the right, names to the left."""
    lines = [[plain(cell) for cell in row] for row in (head, *rows)]
    for k in range(len(head)):
        column = [line[k] for line in lines]
        width = max(map(cell_len, column))
        right = len(lines) > 1 and all(map(_NUMBER.match, column[1:]))
        for line in lines:
            line[k] = fit(line[k], width, "right" if right else "left")
    return "\n".join("  ".join(line).rstrip() for line in lines)


def goals_table(cards: Sequence[Scorecard], heads: Sequence[str] = ("today", "plan")) -> str:
    """Goals that have a weight, with their value in each assignment."""
    rows = [
        (goals[0].name, percent(goals[0].share), *(_figure(one.value) for one in goals), goals[0].unit)
        for goals in zip(*(card.goals for card in cards), strict=True)
        if goals[0].share > 0
    ]
    return table(("goal", "weight", *heads[: len(cards)], "unit"), rows)


def books_table(cards: Sequence[Scorecard]) -> str:
    """Books in one assignment, or in one → the next."""
    rows = [
        (
            books[0].name,
            " → ".join(str(one.accounts) for one in books),
            " → ".join(money(one.arr) for one in books),
            " → ".join(_use(one.utilisation) for one in books),
            " → ".join(str(one.high_risk) for one in books),
            " → ".join(percent(one.fit) for one in books),
            f"{signed(books[-1].received)} {signed(-books[-1].given)}",
        )
        for books in zip(*(card.books for card in cards), strict=True)
    ]
    head = ("CSM", "accounts", "ARR", "utilisation", "high risk", "knows industry", "in, out")
    return table(head, rows)


def violations_list(card: Scorecard) -> str:
    """One line for each rule that is broken, hard ones first."""
    if not card.violations:
        return "  none"
    return "\n".join(f"  {'!' if one.hard else '-'} {plain(one.sentence)}" for one in card.violations)


def moves_table(records: Sequence[dict[str, Any]], portfolio: Portfolio) -> str:
    """The moves, largest ARR first."""
    rows = [
        (
            one["name"],
            money(one["arr"]),
            portfolio.whom(one["from"]),
            portfolio.whom(one["to"]),
            one["reason"],
        )
        for one in sorted(records, key=lambda one: (-one["arr"], one["account"]))
    ]
    return table(("account", "ARR", "from", "to", "reason"), rows)


def _use(utilisation: float) -> str:
    return percent(utilisation) if math.isfinite(utilisation) else _NO_CAPACITY


def _figure(value: float) -> str:
    return money(value) if value >= 10_000 else f"{value:.1f}"  # noqa: PLR2004 - money from there on is short
