"""Which CSMs may own which account: what decisions and hard rules leave, and which accounts move as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.amounts import in_blocks
from bookshift_model.decisions import Forbid, Lock, Pin
from bookshift_model.terms import Group, Pair

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.data import Data
    from bookshift_model.terms import Indices, Priced


def left_by_decisions(data: Data) -> tuple[NDArray[bool_], Indices, dict[int, tuple[str, ...]]]:
    """The mask that decisions leave, the accounts decided on, and notes on what cannot be followed."""
    allowed = np.ones((data.n, data.m), dtype=bool)
    accounts, csms = data.portfolio.account_index, data.portfolio.csm_index
    notes: dict[int, tuple[str, ...]] = {}
    decided: set[int] = set()
    for one in data.decisions:
        if isinstance(one, Forbid) and one.account in accounts and one.csm in csms:
            allowed[accounts[one.account], csms[one.csm]] = False
            decided.add(accounts[one.account])
    for lost in sorted(i for i in decided if not allowed[i].any()):
        allowed[lost] = True
        name = data.accounts[lost].name
        notes[lost] = (f"Every CSM is forbidden for {name}; the forbids are ignored. Release one.",)
    for one in data.decisions:
        if not isinstance(one, (Pin, Lock)) or one.account not in accounts:
            continue
        i = accounts[one.account]
        j = csms.get(one.csm, -1) if isinstance(one, Pin) else int(data.owner[i])
        name = data.accounts[i].name
        if j < 0:
            what = "The pin" if isinstance(one, Pin) else "The lock"
            note = f"{what} of {name} names nobody on the roster; it is ignored. Release it."
            notes[i] = (*notes.get(i, ()), note)
            continue
        if not allowed[i, j]:
            who = data.csm_names[j]
            note = f"{name} is both held by {who} and forbidden to {who}; held wins."
            notes[i] = (*notes.get(i, ()), note)
        allowed[i] = False
        allowed[i, j] = True
        decided.add(i)
    return allowed, np.array(sorted(decided), dtype=np.int64), notes


def least_broken(terms: Iterable[Priced], allowed: NDArray[bool_], rows: Indices) -> NDArray[bool_]:
    """(rows, m) of some accounts' allowed pairs those that hard rules exclude least: mostly not at all."""
    left: NDArray[bool_] = allowed[rows]
    if not len(rows):
        return left
    hard = [(one.price, one.term.amount) for one in terms if one.hard and isinstance(one.term, Pair)]
    touched = np.zeros(len(rows), dtype=bool)
    for _, amount in hard:
        touched |= amount.most[rows] > 0
    for at in in_blocks(np.flatnonzero(touched), left.shape[1]):
        against = np.where(left[at], 0.0, np.inf)
        for price, amount in hard:
            against += price * amount[rows[at]]
        left[at] = against <= against.min(axis=1, keepdims=True) + 1e-9
    return left


def moving_as_one(terms: Iterable[Priced], eligible: NDArray[bool_]) -> Indices:
    """(n,) accounts with the same number move as one; the pairs that a unit lacks are struck off, in place.

    `eligible`: (n, m), as rules and decisions about single accounts leave it.
    """
    units = np.arange(len(eligible), dtype=np.int64)
    whole: dict[int, list[int]] = {}
    for priced in terms:
        # A family that has several owners today, and may keep them, must not be forced together.
        if priced.hard and isinstance(priced.term, Group) and not priced.term.apart and not priced.term.free:
            _merge(priced.term.accounts, units, eligible, whole)
    return units


def _merge(accounts: Indices, units: Indices, eligible: NDArray[bool_], whole: dict[int, list[int]]) -> None:
    """Make the accounts (and what moves with them) one unit, in place, if some CSM can take them all.

    `whole` holds the members of each unit of several accounts, by the first.
    """
    leads = sorted(set(units[accounts].tolist()))
    members = sorted(i for lead in leads for i in whole.get(lead, (lead,)))
    common = eligible[members].all(axis=0)
    if common.any():
        units[members] = members[0]
        eligible[members] = common
        whole[members[0]] = members
