"""What planners correct in the data: a value of an account taken as another one than its source says.

A correction remembers what the source said. It holds as long as the source still says so, also after a new
import; where the source has changed since, the source counts again and the correction is overtaken.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bookshift_model.correctable import FIELDS, OWNER, field_called, is_nothing, value_of, written
from bookshift_model.edits import EditError
from bookshift_model.portfolio import ORIGINAL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bookshift_model.decisions import Correct, Decisions
    from bookshift_model.portfolio import Account, Portfolio


def said(account: Account, field: str) -> str:
    """What the source says in a field: its value, or the text of a cell that could not be read."""
    value = getattr(account, field)
    if value in (None, "", False):
        return account.extra.get(ORIGINAL + field, "" if field in account.imputed else written(value))
    return "" if field in account.imputed else written(value)


def readable(one: Correct) -> bool:
    """Whether a correction holds a value that its field can have."""
    try:
        value_of(one.field, one.value)
    except EditError:
        return False
    return True


def corrected(portfolio: Portfolio, corrections: Iterable[Correct]) -> Portfolio:
    """The portfolio with the corrections that hold; the same object where none does.

    One whose value cannot be read is left out: whatever was stored, the portfolio opens.
    """
    changes: dict[int, dict[str, Any]] = {}
    for one in corrections:
        i = portfolio.account_index.get(one.account)
        if i is None or not _still(one.field, one.was, said(portfolio.accounts[i], one.field)):
            continue
        if one.field == OWNER and one.value not in portfolio.csm_index:
            continue
        if readable(one):
            changes.setdefault(i, {})[one.field] = value_of(one.field, one.value)
    if not changes:
        return portfolio
    accounts = list(portfolio.accounts)
    for i, values in changes.items():
        account = accounts[i]
        gone = {ORIGINAL + name for name in values}
        accounts[i] = replace(
            account,
            **values,
            corrected=frozenset(values),
            imputed=account.imputed - set(values),
            extra=MappingProxyType({key: text for key, text in account.extra.items() if key not in gone})
            if gone & account.extra.keys()
            else account.extra,
        )
    return replace(portfolio, accounts=tuple(accounts))


def overtaken(portfolio: Portfolio, decisions: Decisions) -> list[tuple[int, Correct]]:
    """Corrections whose source says something else by now, and not what was put in its place: (account, it).

    `portfolio` is the imported one, without corrections.
    """
    found = []
    for one in decisions.corrections():
        i = portfolio.account_index.get(one.account)
        now = one.value if i is None else said(portfolio.accounts[i], one.field)
        if i is not None and now != one.value and not _still(one.field, one.was, now):
            found.append((i, one))
    return found


def saying(portfolio: Portfolio, field: str, text: str) -> list[str]:
    """Ids of the accounts whose source says this in a field; `portfolio` is the imported one.

    A text by which a file says nothing, such as ``n/a``, means all whose source says nothing.
    """
    empty = is_nothing(field_called(field), text)
    texts = [said(one, field) for one in portfolio.accounts]
    return [
        one.id
        for one, now in zip(portfolio.accounts, texts, strict=True)
        if now == text or (empty and is_nothing(FIELDS[field], now))
    ]


def left_over(decisions: Decisions, accounts: Iterable[str], field: str, was: str) -> list[str]:
    """Of accounts whose source says `was`, those that no correction in force has a say on yet."""
    known = {one: decisions.correction(one, field) for one in accounts}
    return [account for account, one in known.items() if one is None or not _still(field, one.was, was)]


def _still(field: str, was: str, now: str) -> bool:
    """Whether a source that said `was` says so `now`; one that said ``n/a`` and is empty still does."""
    known = FIELDS[field]
    # A flag that is not given counts as no.
    empty = is_nothing(known, now) or (known.kind == "flag" and now == "no")
    return was == now or (empty and is_nothing(known, was))
