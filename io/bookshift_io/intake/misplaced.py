"""Whether the accounts file is one that should be joined to it: tickets, contracts, usage and the like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bookshift_io.intake.joins.kinds import look_like, named_keys, own_columns
from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.intake.tables import Table
from bookshift_io.intake.vocabulary import readings_of
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS

_CLEARLY: Final = 2
"""Columns by which the file has to fit better as something else."""
_ONCE: Final = 0.9
"""Share of rows with an account of their own from which a file may be a list of accounts."""
_NEEDED: Final = frozenset({"name", "arr"})
_SHOWN: Final = 3


def look_misplaced(file: str, table: Table, given: ColumnMapping, answers: Mapping[str, str]) -> str | None:
    """Return what the accounts file is instead and by which columns; ``None`` where it may be one.

    What a person has said about its columns counts more than their names.
    """
    headers = table.headers
    said = any(one in headers for one in given.accounts)
    if said or any(key.startswith("accounts.column") for key in answers):
        return None
    meant = {i: found for i, header in enumerate(headers) if (found := _fields(header))}
    if set().union(*meant.values()) >= _NEEDED and _each_once(table):
        return None
    keys = set(named_keys(headers))
    for kind in look_like(file, headers):
        own, sure = own_columns(kind, headers)
        speaks, against = own - meant.keys() - keys, meant.keys() - own - keys
        if sure and len(speaks) - len(against) >= _CLEARLY:
            shown = [*sorted(speaks & sure), *sorted(speaks - sure)][:_SHOWN]
            return f"{kind} (it has {', '.join(headers[i] for i in shown)})"
    return None


def _fields(header: str) -> set[str]:
    own = set(readings_of(header))
    return {one.name for one in ACCOUNT_FIELDS if own & one.names}


def _each_once(table: Table) -> bool:
    """Tell whether hardly a row names an account that another one names."""
    keys = named_keys(table.headers)
    column = [cell for cell in table.columns[keys[0]] if cell.strip()] if keys else []
    return len(set(column)) >= _ONCE * len(column)
