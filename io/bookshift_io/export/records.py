"""Accounts and CSMs as columns that an import reads back: every field, and the further columns."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any, Final

from bookshift_io.export.marker import PLAN_COLUMNS, SOURCE
from bookshift_io.export.sheets import Column
from bookshift_io.intake import accounts as intake_accounts
from bookshift_io.intake import csms as intake_csms
from bookshift_io.intake.text import clean
from bookshift_io.intake.vocabulary import Field, means
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS
from bookshift_model.portfolio import ORIGINAL, Account, Csm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bookshift_io.export.cells import Profile
    from bookshift_model.portfolio import Portfolio

ACCOUNT_HEADERS: Final[Mapping[str, str]] = {
    "id": "account_id",
    "name": "name",
    "owner": "owner_id",
    "arr": "arr",
    "currency": "currency",
    "health": "health_score",
    "risk": "risk",
    "renewal": "renewal_date",
    "industry": "industry",
    "region": "region",
    "segment": "segment",
    "complexity": "complexity",
    "expansion": "expansion_potential",
    "touch": "touch_level",
    "strategic": "strategic",
    "usage": "usage",
    "nps": "nps",
    "csat": "csat",
    "open_tickets": "open_tickets",
    "escalation": "escalation",
    "champion_lost": "champion_lost",
    "engagement": "engagement",
    "onboarding_until": "onboarding_until",
    "open_deal": "open_deal",
    "language": "language",
    "location": "location",
    "timezone": "timezone",
    "parent": "parent_account",
    "owner_since": "owner_since",
    "customer_since": "customer_since",
    "last_moved": "last_moved",
    "fresh_start": "fresh_start",
    "health_trend": "health_trend",
    "usage_growth": "usage_growth",
    "churn_probability": "churn_probability",
    "expansion_amount": "expansion_amount",
    "required_skills": "required_skills",
}
"""Header of each field of an account, in the order of the file; `currency` is the portfolio's."""

CSM_HEADERS: Final[Mapping[str, str]] = {
    one.name: {"id": "csm_id", "start": "start_date"}.get(one.name, one.name) for one in CSM_FIELDS
}
"""Header of each field of a CSM."""


def account_columns(
    portfolio: Portfolio, owners: Sequence[str | None], profile: Profile
) -> tuple[Column, ...]:
    """Columns of all accounts under the given owners (ids), then the further columns."""
    accounts = portfolio.accounts
    cells = _cells(accounts, ACCOUNT_HEADERS)
    cells["owner"] = list(owners)
    cells["currency"] = [portfolio.currency] * len(accounts)
    defaults = {**_defaults(Account), "currency": portfolio.currency}
    restored = _restore(accounts, cells, defaults, intake_accounts.TEXTS, profile)
    if profile == "system":
        # Left empty, an import fills it in and marks it again.
        for i, one in enumerate(accounts):
            for name in one.imputed & cells.keys():
                cells[name][i] = None
    own = tuple(Column(header, cells[name]) for name, header in ACCOUNT_HEADERS.items())
    taken = frozenset(ACCOUNT_HEADERS.values())
    return own + _further(accounts, restored, taken, ACCOUNT_FIELDS)


def csm_columns(portfolio: Portfolio, profile: Profile) -> tuple[Column, ...]:
    """Columns of all CSMs, then their further columns."""
    csms = portfolio.csms
    cells = _cells(csms, CSM_HEADERS)
    cells["leave"] = [
        tuple(f"{first.isoformat()}/{last.isoformat()}" for first, last in one.leave) for one in csms
    ]
    restored = _restore(csms, cells, _defaults(Csm), intake_csms.TEXTS, profile)
    own = tuple(Column(header, cells[name]) for name, header in CSM_HEADERS.items())
    return own + _further(csms, restored, frozenset(CSM_HEADERS.values()), CSM_FIELDS)


def _cells(records: Sequence[Account | Csm], headers: Mapping[str, str]) -> dict[str, list[Any]]:
    return {name: [getattr(one, name, None) for one in records] for name in headers}


def _defaults(kind: type[Account | Csm]) -> dict[str, Any]:
    """Value of each field that an import leaves where a cell could not be read."""
    return {one.name: one.default for one in fields(kind) if one.default is not MISSING}


def _restore(
    records: Sequence[Account | Csm],
    cells: dict[str, list[Any]],
    defaults: Mapping[str, Any],
    texts: Sequence[str],
    profile: Profile,
) -> list[set[str]]:
    """Put cells back as they stood in the source, in place; returns the keys of `extra` thus used, by record.

    An unreadable cell shows its text again. A name that was cleaned for the screen gets its original
    characters in the *system* profile only.
    """
    used: list[set[str]] = [set() for _ in records]
    for i, one in enumerate(records):
        for key, original in one.extra.items():
            name = key.removeprefix(ORIGINAL)
            if name == key or name not in cells:
                continue
            value = cells[name][i]
            if name in texts and clean(original) == value:
                used[i].add(key)
                if profile == "system":
                    cells[name][i] = original
            elif name not in texts and value == defaults.get(name):
                used[i].add(key)
                cells[name][i] = original
    return used


def _further(
    records: Sequence[Account | Csm],
    used: list[set[str]],
    taken: frozenset[str],
    known: Sequence[Field],
) -> tuple[Column, ...]:
    """Columns of `extra` in order of appearance, each under its own name unless that name means a field."""
    keys = dict.fromkeys(
        key
        for one, gone in zip(records, used, strict=True)
        for key in one.extra
        if key not in gone and key not in PLAN_COLUMNS
    )
    headers = set(taken)
    columns = []
    for key in keys:
        # With the prefix an import takes it for no field, so that once is enough.
        meant = not key.startswith(SOURCE) and means(key, known, account=known is ACCOUNT_FIELDS)
        header = SOURCE + key if meant else key
        while header in headers:
            header = SOURCE + header
        headers.add(header)
        texts = [
            "" if key in gone else one.extra.get(key, "") for one, gone in zip(records, used, strict=True)
        ]
        columns.append(Column(header, texts))
    return tuple(columns)
