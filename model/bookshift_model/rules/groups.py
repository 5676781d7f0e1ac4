"""Accounts that belong together or must be kept apart."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.columns import plain
from bookshift_model.decisions import KeepApart, KeepTogether
from bookshift_model.rules.record import Settings, rule
from bookshift_model.terms import Group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookshift_model.data import Data
    from bookshift_model.portfolio import Account
    from bookshift_model.terms import Term

_PRICE = 500.0


def _decided(data: Data, kind: type[KeepTogether | KeepApart]) -> Iterator[Term]:
    index = data.portfolio.account_index
    # By key, because the order of rows decides between equal plans: it must not tell who decided first.
    for decision in sorted(data.decisions, key=lambda one: one.key):
        if isinstance(decision, kind):
            members = sorted({index[a] for a in decision.accounts if a in index})
            if len(members) > 1:
                yield Group(np.array(members), apart=kind is KeepApart, name=data.accounts[members[0]].name)


@rule(
    "Kept together",
    unit="owners too many",
    family="groups",
    default=Settings(mode="hard"),
    hard_price=_PRICE,
    says="the group of {account} has {amount:.0f} owner(s) too many",
    relax="let the group of {account} have several owners",
)
def kept_together(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i,j] = x[k,j]` for accounts i, k that a planner keeps together."""
    yield from _decided(data, KeepTogether)


@rule(
    "Kept apart",
    unit="accounts",
    family="groups",
    default=Settings(mode="hard"),
    hard_price=_PRICE,
    says="{amount:.0f} account(s) of the group of {account} share an owner",
    relax="let accounts of the group of {account} share an owner",
)
def kept_apart(data: Data, settings: Settings) -> Iterator[Term]:
    """`Σ_{i ∈ g} x[i,j] ≤ 1` for every group g that a planner keeps apart, and every CSM j."""
    yield from _decided(data, KeepApart)


@rule(
    "Account families together",
    unit="owners too many",
    family="groups",
    default=Settings(),
    hard_price=_PRICE,
    says="the family of {account} has {amount:.0f} owner(s) too many",
    relax="let the family of {account} have several owners",
)
def families_together(data: Data, settings: Settings) -> Iterator[Term]:
    """As few owners as possible for a parent account and those that name it: `owners_g − 1` counts."""
    for members in families(data.accounts):
        if len(members) > 1:
            yield Group(np.array(members), name=data.accounts[members[0]].name)


def families(accounts: Sequence[Account]) -> Iterator[list[int]]:
    """Positions of the accounts of each family; a parent may be named by its id or its name."""
    known = {plain(one.name): i for i, one in reversed(list(enumerate(accounts)))}
    known |= {plain(one.id): i for i, one in enumerate(accounts)}
    families: dict[int | str, set[int]] = defaultdict(set)
    for i, account in enumerate(accounts):
        if name := plain(account.parent):
            head = known.get(name)
            families[name if head is None else head] |= {i} if head is None else {i, head}
    yield from sorted(map(sorted, families.values()))
