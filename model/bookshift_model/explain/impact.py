"""What a bundle of moves does, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.explain.words import arrow, count, minus, money, percent, plain, signed_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.explain.standing import Standing
    from bookshift_model.score import BookFigures, Scorecard
    from bookshift_model.terms import Indices


def sentences(after: Standing, before: Indices, card: Scorecard, card_after: Scorecard) -> list[str]:
    """The whole bundle first, then every book that receives; nothing where nothing moves."""
    data, assignment = after.data, after.assignment
    books, books_after = card.books, card_after.books
    moved = np.flatnonzero(before != assignment)
    if not len(moved):
        return []
    accounts, verb = count(len(moved), "account"), "moves" if len(moved) == 1 else "move"
    parts = [f"{accounts} of {money(float(data.arr[moved].sum()))} ARR {verb}"]
    spread = utilisation_spread(books), utilisation_spread(books_after)
    if None not in spread:
        parts.append(
            f"utilisation spread {plain(round(spread[0] or 0))} → {plain(round(spread[1] or 0))} points"
        )
    churned = card.churned_arr, card_after.churned_arr
    if churned[0] > 0:
        change = signed_percent(churned[1] / churned[0] - 1)
        parts.append(f"expected churned ARR {arrow(*churned, money)} a year ({change})")
    found = [f"{parts[0]}: {', '.join(parts[1:])}." if len(parts) > 1 else f"{parts[0]}."]
    receivers = [j for j in np.unique(assignment[moved]) if j >= 0]
    arrived = {int(j): moved[assignment[moved] == j] for j in receivers}
    order = sorted(arrived, key=lambda j: (-float(data.arr[arrived[j]].sum()), j))
    return found + [_of_book(after, before, arrived[j], books[j], books_after[j]) for j in order]


def utilisation_spread(books: Sequence[BookFigures]) -> float | None:
    """Points between the highest and the lowest utilisation of CSMs with capacity."""
    found = [100 * one.utilisation for one in books if one.capacity > 0]
    return max(found) - min(found) if found else None


def _of_book(after: Standing, before: Indices, arrived: Indices, was: BookFigures, now: BookFigures) -> str:
    """One receiving book: `Moving these 12 accounts to Sara: utilisation +15 points, …`."""
    data = after.data
    these = "this account" if len(arrived) == 1 else f"these {len(arrived)} accounts"
    parts = []
    if now.capacity > 0:
        rise = minus(f"{100 * (now.utilisation - was.utilisation):+.0f}")
        points = "point" if rise[1:] == "1" else "points"
        parts.append(f"utilisation {rise} {points} ({arrow(was.utilisation, now.utilisation, percent)})")
    parts.append(f"ARR {arrow(was.arr, now.arr, money)}")
    owned = arrived[before[arrived] >= 0]
    churn = data.churn * data.arr[:, None]
    here, there = (float(churn[owned, side[owned]].sum()) for side in (before, after.assignment))
    if here > 0:
        parts.append(
            f"expected churn of {'it' if len(arrived) == 1 else 'them'} {signed_percent(there / here - 1)}"
        )
    csm = int(after.assignment[arrived[0]])
    gone = int(((before == csm) & (after.assignment != csm)).sum())
    if gone:
        parts.append(f"{count(gone, 'other')} {'leaves' if gone == 1 else 'leave'} the book")
    return f"Moving {these} to {now.name}: {', '.join(parts)}."
