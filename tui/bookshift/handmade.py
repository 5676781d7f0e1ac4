"""Which accounts people have moved, and when, so that no reason of a solve is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift.scope import ACCEPTED
from bookshift_io.workspace.identity import me

if TYPE_CHECKING:
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.session import Entry, History
    from bookshift_model.terms import Indices


def movers(
    history: History, portfolio: Portfolio, assignment: Indices, *, named: bool = False
) -> dict[int, str]:
    """By account (position): who gave it by hand to the CSM that it has in the assignment (n,), when and why.

    `you, 2026-01-05`, or for others to read (`named`) `ada, 2026-01-05`; with a reason after a colon.
    """
    found: dict[int, str] = {}
    seen = set[str]()
    myself = me().name
    for entry in reversed((*history.settled, *history.done)):
        latest = {account: to for account, _, to in entry.change.moves if account not in seen}
        seen |= latest.keys()
        if entry.change.label.startswith(ACCEPTED):
            continue
        for account, to in latest.items():
            i = portfolio.account_index.get(account)
            if i is not None and to is not None and portfolio.csm_index.get(to) == assignment[i]:
                found[i] = _told(entry, "" if named else myself)
    return found


def _told(entry: Entry, myself: str) -> str:
    who = "you" if entry.author == myself else entry.author
    why = f": {entry.change.reason}" if entry.change.reason else ""
    return f"{who}, {entry.at.astimezone():%Y-%m-%d}{why}"
