"""Whether the accounts file holds the CSMs and the other way round, told by the column names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from bookshift_io.intake.mapping import EXTRA, IGNORE, ColumnMapping
from bookshift_io.intake.vocabulary import Field, readings_of
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS

_CLEARLY: Final = 3
"""Columns by which the two files together have to fit better when exchanged."""


def look_swapped(accounts: Sequence[str], csms: Sequence[str], given: ColumnMapping) -> bool:
    """Tell whether each file's column names fit the other table better, and both together clearly.

    A column that the mapping `given` names counts for the table it is named in.
    """
    for_accounts = _gain(accounts, csms=given.csms, accounts=given.accounts)
    for_csms = -_gain(csms, csms=given.csms, accounts=given.accounts)
    return for_accounts > 0 and for_csms > 0 and for_accounts + for_csms >= _CLEARLY


def _gain(headers: Sequence[str], *, csms: Mapping[str, str], accounts: Mapping[str, str]) -> int:
    """Return how many more of the columns mean something in a roster than in a list of accounts."""
    return sum(
        (_known(one, CSM_FIELDS, account=False) or _named(one, csms))
        - (_known(one, ACCOUNT_FIELDS, account=True) or _named(one, accounts))
        for one in headers
    )


def _known(header: str, fields: Sequence[Field], *, account: bool) -> bool:
    own = set(readings_of(header, account=account))
    return any(own & one.names for one in fields)


def _named(header: str, given: Mapping[str, str]) -> bool:
    return given.get(header, EXTRA) not in (EXTRA, IGNORE)
