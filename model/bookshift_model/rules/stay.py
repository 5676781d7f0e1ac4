"""Rules that keep a relationship as it is: strategic, healthy, or in the middle of something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.amounts import Amounts
from bookshift_model.columns import flags, renewal_days
from bookshift_model.rules.record import Days, Limit, Settings, rule
from bookshift_model.terms import Pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.data import Data
    from bookshift_model.portfolio import Account
    from bookshift_model.terms import Term

_PRICE = 1000.0


def _stay(data: Data, which: NDArray[bool_]) -> Iterator[Term]:
    """One unit for each of `which` that goes to anybody but its owner; an account without owner is free."""
    held = which & (data.owner >= 0)
    yield Pair(Amounts(held.astype(np.float64), data.m, spared=data.owner))


def _flagged(data: Data, name: str) -> NDArray[bool_]:
    return data.once(f"flag {name}", lambda of: flags(of.accounts, name))


def _those(data: Data, test: Callable[[Account], bool]) -> NDArray[bool_]:
    return np.fromiter((test(a) for a in data.accounts), dtype=bool, count=data.n)


@rule(
    "Strategic accounts stay",
    unit="accounts",
    family="relationships that stay",
    default=Settings(mode="hard"),
    hard_price=_PRICE,
    says="{account} is strategic and leaves its CSM",
    relax="let {account} move although it is strategic",
)
def strategic_stay(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i, owner_i] = 1` for every strategic account i."""
    yield from _stay(data, _flagged(data, "strategic"))


@rule(
    "Healthy accounts stay",
    unit="accounts",
    family="relationships that stay",
    default=Limit(limit=80),
    hard_price=_PRICE,
    says="{account} is healthy and leaves its CSM",
    relax="let {account} move although it is healthy",
)
def keep_if_healthy(data: Data, settings: Limit) -> Iterator[Term]:
    """`x[i, owner_i] = 1` where the health of account i is above the limit."""
    yield from _stay(data, _those(data, lambda a: a.health is not None and a.health > settings.limit))


@rule(
    "Renewal freeze",
    unit="accounts",
    family="relationships that stay",
    default=Days(mode="hard", days=60),
    hard_price=_PRICE,
    says="{account} moves shortly before its renewal",
    relax="let {account} move before its renewal",
)
def renewal_freeze(data: Data, settings: Days) -> Iterator[Term]:
    """`x[i, owner_i] = 1` where account i renews within the given days from the data's date."""
    yield from _stay(data, data.once("renewal days", lambda of: renewal_days(of.portfolio)) <= settings.days)


@rule(
    "Escalation freeze",
    unit="accounts",
    family="relationships that stay",
    default=Settings(mode="hard"),
    hard_price=_PRICE,
    says="{account} moves with an escalation open",
    relax="let {account} move with its escalation open",
)
def escalation_freeze(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i, owner_i] = 1` while an escalation of account i is open."""
    yield from _stay(data, _flagged(data, "escalation"))


@rule(
    "Onboarding freeze",
    unit="accounts",
    family="relationships that stay",
    default=Days(mode="hard", days=90),
    hard_price=_PRICE,
    says="{account} moves during its onboarding",
    relax="let {account} move during its onboarding",
)
def onboarding_freeze(data: Data, settings: Days) -> Iterator[Term]:
    """`x[i, owner_i] = 1` until onboarding ends, or for the given days after the customer's first day."""

    def onboarding(account: Account) -> bool:
        if account.onboarding_until is not None:
            return account.onboarding_until >= data.as_of
        since = account.customer_since
        return since is not None and 0 <= (data.as_of - since).days < settings.days

    yield from _stay(data, _those(data, onboarding))


@rule(
    "Open-deal freeze",
    unit="accounts",
    family="relationships that stay",
    default=Settings(mode="hard"),
    hard_price=_PRICE,
    says="{account} moves with an expansion deal open",
    relax="let {account} move with its deal open",
)
def deal_freeze(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i, owner_i] = 1` while an expansion deal of account i is open."""
    yield from _stay(data, _flagged(data, "open_deal"))


@rule(
    "Lost-champion freeze",
    unit="accounts",
    family="relationships that stay",
    default=Settings(),
    hard_price=_PRICE,
    says="{account} has just lost its champion and would lose its CSM too",
    relax="let {account} move although its champion left",
)
def champion_freeze(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i, owner_i] = 1` where account i lost its champion lately."""
    yield from _stay(data, _flagged(data, "champion_lost"))


@rule(
    "Cool-down after a move",
    unit="accounts",
    family="relationships that stay",
    default=Days(mode="hard", days=182),
    hard_price=_PRICE,
    says="{account} changed its CSM only lately and moves again",
    relax="let {account} move again",
)
def cool_down(data: Data, settings: Days) -> Iterator[Term]:
    """`x[i, owner_i] = 1` where account i changed its CSM within the given days."""
    yield from _stay(
        data,
        _those(
            data, lambda a: a.last_moved is not None and 0 <= (data.as_of - a.last_moved).days < settings.days
        ),
    )
