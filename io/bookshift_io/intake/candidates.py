"""Which columns a question offers: what a column that nobody named may be, judged by its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bookshift_io.intake.tables import Table

_PERHAPS_ARR: Final = re.compile(
    r"\b(revenue|amount|acv|tcv|arr|mrr|contract|value|subscription|spend|fee|\w*umsatz|\w*betrag|\w*wert"
    r"|montant|importe|abonnement)\b"
)
_PERHAPS_ID: Final = re.compile(r"\b(id|no|number|code|key|nr|\w*nummer|\w+nr|numero)\b")
_MONTHLY: Final = re.compile(r"\b(\w*mrr|month|monthly|monat\w*|mensuel\w*|mensual\w*|mois|mes)\b")
_NUMBER: Final = re.compile(r"[^0-9]{0,4}[0-9][0-9.,' ]*[^0-9]{0,4}")
_KEY_SHARE: Final = 0.5
"""Share of rows with a value of their own above which a column can be the id.

Not all of them: it is for the import to reject a duplicate, and to ask about the column it stands in.
"""
_ID_KINDS: Final = frozenset({"id", "owner", "text"})
"""Kinds of fields whose column can be the id as well."""


def is_monthly(names: Sequence[str]) -> bool:
    """Tell whether a column of these names holds an amount a month."""
    return any(map(_MONTHLY.search, names))


def share_of_own_values(column: Sequence[str]) -> float:
    """Return the share of rows that have a value of their own."""
    return len({cell.strip() for cell in column} - {""}) / max(1, len(column))


def can_be_id(column: Sequence[str]) -> bool:
    """Tell whether most rows have a value of their own."""
    return share_of_own_values(column) > _KEY_SHARE


def possible_ids(
    table: Table, free: Sequence[int], kinds: Mapping[int, str], own: Sequence[Sequence[str]]
) -> list[int]:
    """Return the columns that can be the id: those called so first, then by how few values repeat."""
    shares = {i: share_of_own_values(table.columns[i]) for i in free if kinds.get(i, "id") in _ID_KINDS}
    return sorted(
        (i for i, share in shares.items() if share > _KEY_SHARE),
        key=lambda i: (not any(map(_PERHAPS_ID.search, own[i])), -shares[i]),
    )


def possible_arr(
    table: Table, free: Sequence[int], own: Sequence[Sequence[str]], maybe: frozenset[str]
) -> list[int]:
    """Return the columns that can be ARR: those named like an amount, or else those that hold numbers."""
    likely = [i for i in free if maybe & set(own[i]) or any(map(_PERHAPS_ARR.search, own[i]))]
    return likely or [i for i in free if _is_numeric(table.columns[i])]


def samples(table: Table, i: int) -> tuple[str, ...]:
    """Return the first three different cells of a column, cut for reading."""
    found: dict[str, None] = {}
    for cell in table.columns[i]:
        text = cell.strip()[:40]
        if text and text not in found:
            found[text] = None
            if len(found) == 3:  # noqa: PLR2004 - as many as fit beside a name
                break
    return tuple(found)


def _is_numeric(column: Sequence[str]) -> bool:
    cells = [cell.strip() for cell in column if cell.strip()]
    return bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)
