"""A move that makes sense only with others: which make room for it, and what it would cost alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.explain.verdict import clauses, split, worth
from bookshift_model.explain.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.explain.passage import Passage
    from bookshift_model.explain.standing import Effect, Standing
    from bookshift_model.terms import Indices


def exchange(
    before: Standing, after: Standing, first: Passage, gist: str, alone: Sequence[Effect]
) -> tuple[str, str]:
    """Reason and sentence of a move that makes sense only with others.

    `first` is the move as the only one, `alone` what that changes, and `gist` why it is made with the others.
    """
    out = _between(before, after, first.taker, None)
    into = _between(before, after, None, first.giver)
    swapped = np.intersect1d(out, into)
    names = _largest(after, out), _largest(after, into)
    partner = _largest(after, swapped)
    worse = split(alone)[1]
    price = worth(sum(one.points for one in alone), worse)
    detail = clauses(first, worse, 1)
    parts = [f"Part of an exchange: on its own it would cost {price}" + (f" ({detail})" if detail else "")]
    if names[0]:
        parts.append(f"{listed(names[0], 2)} {_verb(names[0])} room for it in {first.taker_name}'s book")
    if names[1]:
        parts.append(f"it makes room for {listed(names[1], 2)} in {first.giver_name}'s book")
    if not names[0] and not names[1]:
        parts.append("it is worth it only with the other moves of this plan")
    with_whom = f" with {partner[0]}" if partner else ""
    return f"part of an exchange{with_whom}; {gist}", "; ".join(parts) + "."


def _verb(names: Sequence[str]) -> str:
    return "makes" if len(names) == 1 else "make"


def _between(before: Standing, after: Standing, giver: int | None, taker: int | None) -> Indices:
    """The moved accounts that leave one book, or join one."""
    moved = before.assignment != after.assignment
    if giver is not None:
        moved &= before.assignment == giver
    if taker is not None:
        moved &= after.assignment == taker
    return np.flatnonzero(moved)


def _largest(standing: Standing, accounts: Indices) -> list[str]:
    """Names by ARR, the largest first."""
    order = accounts[np.argsort(-standing.data.arr[accounts], kind="stable")]
    return [standing.data.accounts[int(i)].name for i in order]
