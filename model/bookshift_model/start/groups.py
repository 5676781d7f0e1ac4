"""Groups of accounts that should share an owner, or have none in common."""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bookshift_model.start.compiling import compiled
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from numpy import bool_, float32
    from numpy.typing import NDArray

    from bookshift_model.units import Units

_DOWN = 1 - 1e-6
"""Slack is of single precision; what is derived from it is rounded down."""


class Groups(NamedTuple):
    """G groups with N memberships, by unit."""

    apart: NDArray[bool_]
    """(G,)"""
    price: Floats
    """(G,)"""
    free: Indices
    """(G,)"""
    start: Indices
    """(k + 1,) where the memberships of each unit begin."""
    group: Indices
    """(N,)"""
    accounts: Indices
    """(N,) accounts of the unit in the group."""


def groups_of(units: Units) -> Groups:
    """Gather the groups of a problem."""
    members = [units.counts(p.term) for p in units.groups]
    unit = np.concatenate([np.zeros(0, dtype=np.int64), *(of for of, _ in members)])
    count = np.concatenate([np.zeros(0), *(count for _, count in members)])
    group = np.repeat(np.arange(len(members)), [len(of) for of, _ in members])
    by_unit = np.argsort(unit, kind="stable")
    return Groups(
        apart=np.array([p.term.apart for p in units.groups], dtype=np.bool_),
        price=np.array([p.price for p in units.groups], dtype=np.float64),
        free=np.array([p.term.free for p in units.groups], dtype=np.int64),
        start=np.searchsorted(unit[by_unit], np.arange(units.k + 1)).astype(np.int64),
        group=group[by_unit].astype(np.int64),
        accounts=count[by_unit].astype(np.int64),
    )


def group_bound(groups: Groups, slack: NDArray[float32]) -> float:
    """Points that groups add to every plan; a unit in several groups counts in its first."""
    if not len(groups.group):
        return 0.0
    grouped = np.flatnonzero(np.diff(groups.start))
    first = groups.group[groups.start[grouped]]
    order = np.argsort(first, kind="stable")
    total = 0.0
    for group, members in zip(
        *_runs(first[order], grouped[order]),
        strict=True,
    ):
        if len(members) > 1:
            least = _parting if groups.apart[group] else _joining
            price, free = float(groups.price[group]), int(groups.free[group])
            total += least(slack[members].astype(np.float64), price, free)
    return _DOWN * total


def _runs(keys: Indices, of: Indices) -> tuple[Indices, list[Indices]]:
    distinct, begin = np.unique(keys, return_index=True)
    return distinct, np.split(of, begin[1:])


def _joining(slack: Floats, price: float, free: int) -> float:
    """Least that a group to be kept together costs: one owner for all, or at least one owner too many."""
    return min(float(slack.sum(axis=0).min()), price * max(0, 1 - free))


def _parting(slack: Floats, price: float, free: int) -> float:
    """Least that a group to be kept apart costs: of units with the same best CSM, all but one go or pay."""
    best = slack.argmin(axis=1)
    elsewhere = slack.copy()
    elsewhere[np.arange(len(best)), best] = np.inf
    regret = np.minimum(elsewhere.min(axis=1), price)
    ways = [np.sort(regret[best == j])[:-1] for j in np.unique(best)]
    every = np.sort(np.concatenate(ways))
    return float(every[: max(0, len(every) - free)].sum())


@compiled
def regroup(groups: Groups, held: Indices, amount: Indices, i: int, here: int, to: int) -> float:
    """Count unit i out of book `here` and into book `to`, −1 for none; the points that this changes.

    `held` (G, m) and `amount` (G,) are those of a `State`, changed in place.
    """
    points = 0.0
    for at in range(groups.start[i], groups.start[i + 1]):
        g, count = groups.group[at], groups.accounts[at]
        before = max(0, amount[g] - groups.free[g])
        if here >= 0:
            had = held[g, here]
            held[g, here] = had - count
            if groups.apart[g]:
                amount[g] += max(0, had - count - 1) - max(0, had - 1)
            elif had == count:
                amount[g] -= 1
        if to >= 0:
            had = held[g, to]
            held[g, to] = had + count
            if groups.apart[g]:
                amount[g] += max(0, had + count - 1) - max(0, had - 1)
            elif had == 0:
                amount[g] += 1
        points += groups.price[g] * (max(0, amount[g] - groups.free[g]) - before)
    return points
