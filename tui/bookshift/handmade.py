"""Which accounts a person has moved, so that no reason of a solve is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift.scope import ACCEPTED
from bookshift_io.workspace.identity import me

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.session import Entry


def mover(history: Sequence[Entry], account: str, csm: str | None) -> str:
    """Who gave the account to this CSM by hand: `you`, or a name; empty where a solve did or nobody.

    `history` is what can be undone, the oldest first.
    """
    for entry in reversed(history):
        for moved, _, to in entry.change.moves:
            if moved == account:
                by_hand = to == csm and not entry.change.label.startswith(ACCEPTED)
                return ("you" if entry.author == me().name else entry.author) if by_hand else ""
    return ""
