"""The table of README.md: the sample today and in the plan that the picture shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift.text import money, percent
from bookshift_model.explain.moved import Moved

if TYPE_CHECKING:
    from bookshift_model.score import Scorecard


_LABELS: Final = (
    "hard rules broken",
    "ARR of a book, least to most",
    "utilisation, least to most",
    "high-risk accounts in one book, most",
    "high-risk ARR above its books' fair share",
    "accounts whose CSM knows their industry",
    "ARR expected to churn within a year",
)


def figures(today: Scorecard, plan: Scorecard) -> str:
    """What a planner asks first, today and in the plan."""
    accounts, arr = sum(one.accounts for one in plan.books), sum(one.arr for one in plan.books)
    rows = [
        ("", "today", "plan"),
        ("---", "---", "---"),
        *zip(_LABELS, _column(today), _column(plan), strict=True),
        ("accounts that move", "", f"{Moved.of(plan.moves).moves} of {accounts}"),
        ("ARR that moves", "", f"{money(plan.moved_arr - plan.placed_arr)} of {money(arr)}"),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _column(card: Scorecard) -> list[str]:
    books = card.books
    arr, use = sorted(one.arr for one in books), sorted(one.utilisation for one in books)
    return [
        str(len(card.broken)),
        f"{money(arr[0])} to {money(arr[-1])}",
        f"{use[0]:.0%} to {use[-1]:.0%}",
        str(max(one.high_risk for one in books)),
        next(money(one.value) for one in card.goals if one.id == "risk_concentration"),
        percent(card.fit),
        f"{card.churned_arr / 1e6:.2f}M",
    ]
