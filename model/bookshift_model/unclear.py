"""Accounts whose owner's name several CSMs have: nobody knows whose they are, and a solve gives them away."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bookshift_model.explain.words import count, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bookshift_model.portfolio import Portfolio


def unclear(portfolio: Portfolio) -> Counter[str]:
    """Number of accounts by the text that stands for their owner, where several CSMs are called that."""
    owners = Counter(one.owner for one in portfolio.accounts if one.owner not in portfolio.csm_index)
    return Counter({one: many for one, many in owners.items() if one and portfolio.namesakes_of(one)})


def unclear_among(portfolio: Portfolio, accounts: Iterable[str]) -> int:
    """How many of these accounts, by id, have such an owner."""
    owners, index = unclear(portfolio), portfolio.account_index
    found = (portfolio.accounts[index[one]].owner for one in accounts if one in index)
    return sum(one in owners for one in found) if owners else 0


def unclear_owners(portfolio: Portfolio) -> str:
    """`62 accounts are owned by “Alex Kim”, a name that 2 CSMs have: …`, or nothing."""
    found = unclear(portfolio)
    if not found:
        return ""
    names = [f"“{one}”" for one, _ in found.most_common()]
    have = "names that several CSMs have"
    if len(names) == 1:
        have = f"a name that {len(portfolio.namesakes_of(next(iter(found))))} CSMs have"
    one = found.total() == 1
    whose = f"{count(found.total(), 'account')} {'is' if one else 'are'} owned by {listed(names)}, {have}"
    return f"{whose}: {'it counts' if one else 'they count'} as nobody's until somebody says who is meant."
