"""An assignment with its books added up, so that what a shift changes is a matter of the books it touches.

Everything here follows `score.value` term by term; a test holds the two together on random problems.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.goals import GOALS
from bookshift_model.terms import Book, Group, Pair, Plan
from bookshift_model.value import excess, load_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bookshift_model.amounts import Amounts
    from bookshift_model.problem import Problem
    from bookshift_model.rules import Rule, Settings
    from bookshift_model.terms import Floats, Indices, Priced, Quantity

_NOISE = 1e-9
"""As in `score`: relative excess below which a sum of floats is on its limit, not over it."""
_POINTS_NOISE, _AMOUNT_NOISE = 1e-12, 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A goal or a rule, as a source of points."""

    id: str
    name: str
    unit: str
    """Of the natural amount; less is always better."""
    rule: bool
    hard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a shift changes in one goal or rule; above zero is worse."""

    id: str
    name: str
    unit: str
    change: float
    """In `unit`."""
    points: float
    rule: bool
    hard: bool

    @property
    def better(self) -> bool:
        """Whether the change is to the good."""
        return self.points < 0 or (self.points == 0 and self.change < 0)

    def reversed(self) -> Effect:
        """The effect of the opposite shift."""
        return replace(self, change=-self.change, points=-self.points)


@dataclass(frozen=True, slots=True)
class Changes:
    """What each of K shifts changes, by source."""

    sources: tuple[Source, ...]
    amount: Floats
    """(sources, K) in the sources' units."""
    points: Floats
    """(sources, K)"""

    @property
    def total(self) -> Floats:
        """(K,) change of `score.value`."""
        return np.asarray(self.points.sum(axis=0))

    def effects(self, k: int) -> tuple[Effect, ...]:
        """The sources that shift k touches, the weightiest first."""
        amount, points = self.amount[:, k], self.points[:, k]
        touched = np.flatnonzero((np.abs(points) > _POINTS_NOISE) | (np.abs(amount) > _AMOUNT_NOISE))
        found = [
            Effect(
                id=one.id, name=one.name, unit=one.unit, rule=one.rule, hard=one.hard,
                change=float(amount[s]), points=float(points[s]),
            )
            for s in touched
            for one in (self.sources[s],)
        ]  # fmt: skip
        return tuple(sorted(found, key=lambda e: (-abs(e.points), -abs(e.change))))


@dataclass(frozen=True, slots=True)
class _Batch:
    """K shifts: accounts `rows` belong to shift `of` and go from `start` to `to` (positions; −1 nobody)."""

    sets: Sequence[tuple[Indices, Indices]]
    rows: Indices
    of: Indices
    start: Indices
    """(K,)"""
    to: Indices
    """(K,)"""

    def taken(self, load: Floats | NDArray[np.bool_] | Amounts) -> Floats:
        """(K,) what the shifted accounts bring where they go."""
        return self._sum(load[self.rows] if load.ndim == 1 else load[self.rows, self.to[self.of]])

    def given(self, load: Floats | NDArray[np.bool_] | Amounts) -> Floats:
        """(K,) what the shifted accounts bring where they are; nothing where nobody owns them."""
        found = load[self.rows] if load.ndim == 1 else load[self.rows, self.start[self.of]]
        return np.where(self.start >= 0, self._sum(found), 0.0)

    def unowned(self, load: Amounts) -> Floats:
        """(K,) what goals count for the shifted accounts where nobody owns them: the mean over all CSMs."""
        found = np.zeros(len(self.to))
        if (self.start < 0).any():
            mine = self.start[self.of] < 0
            found += np.bincount(
                self.of[mine], weights=load[self.rows[mine]].mean(axis=1), minlength=len(self.to)
            )
        return found

    def _sum(self, values: Floats | NDArray[np.bool_]) -> Floats:
        if len(self.rows) == len(self.to):
            return values.astype(np.float64)
        return np.asarray(np.bincount(self.of, weights=values, minlength=len(self.to)), dtype=np.float64)


class Standing:
    """A problem under one assignment; keep it while the assignment stays the same."""

    def __init__(self, problem: Problem, assignment: Indices) -> None:
        self.problem = problem
        self.data = problem.data
        self.assignment = assignment
        self._loads: dict[int, Floats] = {}

    def load(self, quantity: Quantity) -> Floats:
        """(m,) what each book holds of a quantity."""
        found = self._loads.get(id(quantity))
        if found is None:
            found = self._loads[id(quantity)] = load_of(quantity, self.assignment, self.data.m)
        return found

    @cached_property
    def rules(self) -> dict[str, tuple[Rule, Settings]]:
        """The rules that are on, by id."""
        return {rule.id: (rule, settings) for rule, settings in self.problem.policy.active()}

    def company(self, account: int) -> Indices:
        """The accounts that move as one with this one (itself included) and are with the same CSM now."""
        units = self.problem.units
        same = (units == units[account]) & (self.assignment == self.assignment[account])
        return np.flatnonzero(same)

    def to_every_csm(self, account: int) -> Changes:
        """What changes if the account, with its company, went to each CSM: K = m shifts."""
        return self.changes([(self.company(account), np.arange(self.data.m))])

    def changes(self, sets: Sequence[tuple[Indices, Indices]]) -> Changes:
        """What changes, all else equal, if each set of accounts went to each of its targets, one at a time.

        The accounts of one set are with the same CSM now. K counts the targets over all sets.
        """
        batch = self._batch(sets)
        amount = np.zeros((len(self._sources), len(batch.to)))
        points = np.zeros_like(amount)
        for s, priced in zip(self._source_of, self.problem.terms, strict=True):
            if isinstance(priced.term, Group):
                continue
            natural, units = self._of_term(priced, batch)
            amount[s] += natural
            if priced.price:
                points[s] += priced.price * units
        self._add_groups(batch, amount, points)
        self._add_decisions(batch, amount, points)
        amount[:, batch.to == batch.start] = 0
        points[:, batch.to == batch.start] = 0
        return Changes(self._sources, amount, points)

    def _batch(self, sets: Sequence[tuple[Indices, Indices]]) -> _Batch:
        rows, of, start, to, k = [], [], [], [], 0
        for accounts, targets in sets:
            many = len(targets)
            rows.append(np.repeat(accounts[None, :], many, axis=0).ravel())
            of.append(np.repeat(np.arange(k, k + many), len(accounts)))
            start.append(np.full(many, self.assignment[accounts[0]]))
            to.append(targets)
            k += many
        empty = [np.zeros(0, dtype=np.int64)]
        parts = (np.concatenate(empty + part).astype(np.int64) for part in (rows, of, start, to))
        return _Batch(sets, *parts)

    @cached_property
    def _sources(self) -> tuple[Source, ...]:
        found: dict[str, Source] = {}
        for priced in self.problem.terms:
            if priced.source in found:
                continue
            if priced.source in GOALS:
                goal = GOALS[priced.source]
                found[goal.id] = Source(id=goal.id, name=goal.name, unit=goal.unit, rule=False, hard=False)
            else:
                rule, _ = self.rules[priced.source]
                unit = priced.term.quantity.unit if isinstance(priced.term, (Book, Plan)) else rule.unit
                found[rule.id] = Source(id=rule.id, name=rule.name, unit=unit, rule=True, hard=priced.hard)
        decided = Source(
            id="decisions", name="Pins, locks and forbids", unit="accounts", rule=True, hard=True
        )
        owned = Source(id="one_owner", name="One owner", unit="accounts", rule=True, hard=True)
        return (*found.values(), decided, owned)

    @cached_property
    def _source_of(self) -> tuple[int, ...]:
        """Position of each term's source."""
        place = {one.id: s for s, one in enumerate(self._sources)}
        return tuple(place[priced.source] for priced in self.problem.terms)

    def _of_term(self, priced: Priced, batch: _Batch) -> tuple[Floats, Floats]:
        """(K,) change in natural units and in priced units."""
        term = priced.term
        if isinstance(term, Pair):
            change = batch.taken(term.amount) - batch.given(term.amount)
            if priced.source in self.problem.scales:
                change -= batch.unowned(term.amount)
            return change, change
        if isinstance(term, Plan):
            total = float(self.load(term.quantity).sum())
            after = total + batch.taken(term.quantity.load) - batch.given(term.quantity.load)
            over = np.array(_over(after, term.threshold) - _over(np.array(total), term.threshold))
            return over, over / term.grain
        assert isinstance(term, Book)  # noqa: S101  (groups have a way of their own)
        gone, come = _of_books(self, term, batch)
        grain = np.broadcast_to(np.asarray(term.grain), (self.data.m,))
        return gone + come, gone / grain[batch.start] + come / grain[batch.to]

    @cached_property
    def _groups(self) -> tuple[list[tuple[int, float, Group]], Indices, Indices]:
        """The group terms with their sources and prices, all their accounts in a row, and whose each is."""
        extra = self.problem.parting
        groups = [
            (s, priced.price + extra.get(at, 0.0), priced.term)
            for at, (s, priced) in enumerate(zip(self._source_of, self.problem.terms, strict=True))
            if isinstance(priced.term, Group)
        ]
        accounts = [group.accounts for _, _, group in groups]
        sizes = [len(one) for one in accounts]
        flat = np.concatenate([np.zeros(0, dtype=np.int64), *accounts])
        return groups, flat, np.repeat(np.arange(len(groups)), sizes)

    def _add_groups(self, batch: _Batch, amount: Floats, points: Floats) -> None:
        groups, flat, whose = self._groups
        k = 0
        for accounts, targets in batch.sets:
            many = len(targets)
            touched = np.unique(whose[np.isin(flat, accounts)]) if len(flat) else ()
            for g in touched:
                s, price, group = groups[g]
                change = self._of_group(group, accounts, targets)
                amount[s, k : k + many] += change
                points[s, k : k + many] += price * change
            k += many

    def _of_group(self, group: Group, shifted: Indices, targets: Indices) -> Floats:
        """(len(targets),) change of the group's amount."""
        inside = np.isin(group.accounts, shifted)
        owners = self.assignment[group.accounts]
        before = np.unique(owners[owners >= 0])
        rest = owners[~inside & (owners >= 0)]
        distinct = np.unique(rest)
        owners_after = len(distinct) + ~np.isin(targets, distinct)
        if group.apart:
            was = int((owners >= 0).sum()) - len(before)
            now = len(rest) + int(inside.sum()) - owners_after
        else:
            was = max(0, len(before) - 1)
            now = np.maximum(0, owners_after - 1)
        return np.asarray(np.maximum(0, now - group.free) - max(0, was - group.free), dtype=np.float64)

    def _add_decisions(self, batch: _Batch, amount: Floats, points: Floats) -> None:
        # Only pairs in question are read: to turn all of them round took a tenth of a second at 50,000 × 500.
        allowed, shifted = self.problem.allowed, batch.taken(np.ones(self.data.n))
        nobody = -np.where(batch.start < 0, shifted, 0.0)
        broken = batch.given(allowed) - batch.taken(allowed) - nobody
        amount[-2:] += (broken, nobody)
        points[-2:] += self.problem.absolute_price * np.array((broken, nobody))
        eligible = self.problem.eligible
        excluded = batch.given(eligible) - batch.taken(eligible) - nobody - broken
        for k in np.flatnonzero(excluded):
            points[self._excluding(amount[:, k]), k] += self.problem.absolute_price * excluded[k]

    def _excluding(self, amount: Floats) -> int:
        """The hard rule on pairs or groups that leaves a pair out, by what it changes (sources,)."""
        hard = (
            s
            for s, priced in zip(self._source_of, self.problem.terms, strict=True)
            if priced.hard and isinstance(priced.term, (Pair, Group)) and amount[s]
        )
        return next(hard, -2)


def _of_books(standing: Standing, term: Book, batch: _Batch) -> tuple[Floats, Floats]:
    """(K,) change of the excess of the book that gives, and (K,) of the one that takes."""
    start, to, quantity = batch.start, batch.to, term.quantity
    load = standing.load(quantity)
    here = excess(term, load)
    shifted = np.concatenate(
        [load[start] - batch.given(quantity.load), load[to] + batch.taken(quantity.load)]
    )
    threshold = np.concatenate([term.threshold[start], term.threshold[to]])
    moved = excess(replace(term, threshold=threshold), shifted)
    half = len(start)
    return np.where(start >= 0, moved[:half] - here[start], 0.0), moved[half:] - here[to]


def _over(total: Floats, threshold: float) -> Floats:
    over = total - threshold
    return np.where(over > _NOISE * max(1.0, abs(threshold)), over, 0.0)
