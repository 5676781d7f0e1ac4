"""Repair and improve a choice by moving units: plain arrays, and always the same result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bookshift_model.terms import Floats, Group, Indices
    from bookshift_model.units import Units

_GAIN: Final = 1e-9
_ALL: Final = slice(None)


class Improver:
    """What books, the plan and groups cost, by term, and how that changes when units move."""

    def __init__(self, units: Units) -> None:
        self.units = units
        places = {name: at for at, name in enumerate(units.quantities)}
        self._load = [units.load(quantity) for quantity in units.quantities.values()]
        """(k, m) for each quantity: views, as they are as large as the problem."""
        self._terms = [
            (
                places[p.term.quantity.id],
                p.term.threshold,
                p.price / np.broadcast_to(np.asarray(p.term.grain, dtype=np.float64), (units.m,)),
                -1.0 if p.term.under else 1.0,
            )
            for p in units.books
        ]
        self._plans = [
            (p.term.threshold, units.load(p.term.quantity), p.price / p.term.grain) for p in units.plans
        ]
        self._groups = [(p.term, *units.counts(p.term), p.price) for p in units.groups]
        self._grouped = np.zeros(units.k, dtype=bool)
        self._groups_of: dict[int, list[int]] = {}
        for number, (_, members, _, _) in enumerate(self._groups):
            self._grouped[members] = True
            for i in members.tolist():
                self._groups_of.setdefault(i, []).append(number)

    def complete(self, choice: Indices) -> Indices:
        """Place every unit that is not with an eligible CSM where it costs least, the largest loads first."""
        rows = np.arange(self.units.k)
        placed = (choice >= 0) & self.units.eligible[rows, np.maximum(choice, 0)]
        made = np.where(placed, choice, -1)
        waiting = np.flatnonzero(~placed)
        if not len(waiting):
            return made
        weight = sum((one.mean(axis=1)[waiting] for one in self._load), np.zeros(len(waiting)))
        load = self._loads(made)
        for i in waiting[np.argsort(-weight, kind="stable")]:
            made[i] = int(np.argmin(self._place(made, load, int(i))))
            load[:, made[i]] += self._brought(i, made[i])
        return made

    def descend(self, choice: Indices, stop: Callable[[], bool]) -> Indices:
        """Move one unit after the other, the most gainful first, as long as that gains."""
        made = choice.copy()
        self._move(made, stop)
        return made

    def settle(self, choice: Indices) -> Indices:
        """Give units back to today's owner, in their order, where that costs nothing."""
        made = choice.copy()
        owner = self.units.owner
        rows = np.flatnonzero((owner >= 0) & (made != owner))
        rows = rows[self.units.eligible[rows, owner[rows]]]
        while True:
            load = self._loads(made)
            free = np.flatnonzero(self._returning(made, load, rows) <= _GAIN)
            for i in rows[free]:
                if self._returning(made, load, np.array([i]))[0] <= _GAIN:
                    load[:, made[i]] -= self._brought(i, made[i])
                    made[i] = owner[i]
                    load[:, made[i]] += self._brought(i, made[i])
            left = rows[made[rows] != owner[rows]]
            if len(left) == len(rows):
                return made
            rows = left

    # ---- books

    def _loads(self, choice: Indices) -> Floats:
        """(quantities, m) what the books hold."""
        held = np.flatnonzero(choice >= 0)
        at = choice[held]
        load = [np.bincount(at, weights=one[held, at], minlength=self.units.m) for one in self._load]
        return np.array(load, dtype=np.float64).reshape(len(self._load), self.units.m)

    def _brought(self, rows: Indices | np.integer | int, csms: Indices | np.integer | slice | int) -> Floats:
        """(quantities, …) what units bring to books."""
        brought = [one[rows, csms] for one in self._load]
        return np.array(brought) if brought else np.zeros((0, *np.shape(self.units.eligible[rows, csms])))

    def _books(self, load: Floats, j: Indices | slice, more: Sequence[Floats] | None = None) -> Floats:
        """(…, len(j)) points of the books j that hold `load` (quantities, …, len(j)), and `more` of each."""
        points = np.zeros(np.broadcast_shapes(load.shape[1:], *(np.shape(one) for one in more or ())))
        for quantity, threshold, rate, sign in self._terms:
            held = load[quantity] if more is None else load[quantity] + more[quantity]
            points += rate[j] * np.maximum(0.0, sign * (held - threshold[j]))
        return points

    def _joining(self, load: Floats, j: Indices | slice) -> Floats:
        """(k, len(j)) what it costs that a unit joins a book."""
        here = load[:, None, j]
        return self._books(here, j, [one[:, j] for one in self._load]) - self._books(here, j)

    def _leaving(self, load: Floats, choice: Indices, rows: Indices) -> Floats:
        """(rows,) what it costs that units leave their books."""
        at = choice[rows]
        here = load[:, at]
        return self._books(here - self._brought(rows, at), at) - self._books(here, at)

    def _returning(self, choice: Indices, load: Floats, rows: Indices) -> Floats:
        """(rows,) points that it costs to give each unit alone back to today's owner; books hold `load`."""
        here, home = choice[rows], self.units.owner[rows]
        cost, there = self.units.cost, load[:, home]
        points: Floats = cost[rows, home] - cost[rows, here] + self._leaving(load, choice, rows)
        points += self._books(there + self._brought(rows, home), home) - self._books(there, home)
        held = np.flatnonzero(choice >= 0) if self._plans else rows
        for threshold, brought, rate in self._plans:
            total = brought[held, choice[held]].sum() - threshold
            after = total + brought[rows, home] - brought[rows, here]
            points += rate * (np.maximum(0.0, after) - max(0.0, total))
        for at in np.flatnonzero(self._grouped[rows]):
            of_groups = self._of_groups(choice, int(rows[at]))
            points[at] += of_groups[home[at]] - of_groups[here[at]]
        return points

    # ---- the plan and groups

    def _elsewhere(self, choice: Indices, rows: Indices) -> Floats:
        """(rows, m) points of plan and group terms with each unit at each CSM and the others as they are."""
        points = np.zeros((len(rows), self.units.m))
        held = np.flatnonzero(choice >= 0)
        for threshold, load, rate in self._plans:
            total = float(load[held, choice[held]].sum())
            mine = np.where(choice[rows] >= 0, load[rows, np.maximum(choice[rows], 0)], 0.0)
            points += rate * np.maximum(0.0, total - mine[:, None] + load[rows] - threshold)
        for at in np.flatnonzero(self._grouped[rows]):
            points[at] += self._of_groups(choice, int(rows[at]))
        return points

    def _of_groups(self, choice: Indices, i: int) -> Floats:
        """(m,) points of the groups of a unit with it at each CSM and the others as they are."""
        points = np.zeros(self.units.m)
        for group, members, counts, price in map(self._groups.__getitem__, self._groups_of[i]):
            points += price * _group(group, members, counts, i=i, choice=choice, m=self.units.m)
        return points

    def _place(self, choice: Indices, load: Floats, i: int) -> Floats:
        """(m,) points, up to a constant, of unit i, which is nowhere, at CSMs; books hold `load`."""
        placed: Floats = (
            self.units.cost[i] + self._books(load + self._brought(i, _ALL), _ALL) - self._books(load, _ALL)
        )
        if self._plans or self._grouped[i]:
            placed = placed + self._elsewhere(choice, np.array([i]))[0]
        return np.where(self.units.eligible[i], placed, np.inf)

    # ---- moves

    def _move(self, choice: Indices, stop: Callable[[], bool]) -> None:
        """Steepest descent by single moves, in place."""
        rows = np.arange(self.units.k)
        cost = np.where(self.units.eligible, self.units.cost, np.inf)
        load = self._loads(choice)
        joining = self._joining(load, _ALL)
        leaving = self._leaving(load, choice, rows)
        coupled = bool(self._plans or self._groups)
        for _ in range(20 * self.units.k + 100):
            gain = cost + joining
            gain += (leaving - cost[rows, choice])[:, None]
            if coupled:
                there = self._elsewhere(choice, rows)
                gain += there - there[rows, choice][:, None]
            gain[rows, choice] = 0.0
            i, j = np.unravel_index(int(np.argmin(gain)), gain.shape)
            if gain[i, j] > -_GAIN or stop():
                return
            touched = np.array([choice[i], j])
            choice[i] = j
            load = self._loads(choice)
            joining[:, touched] = self._joining(load, touched)
            changed = np.flatnonzero(np.isin(choice, touched))
            leaving[changed] = self._leaving(load, choice, changed)


def _group(group: Group, members: Indices, counts: Floats, *, i: int, choice: Indices, m: int) -> Floats:
    """(m,) amount of a group term with unit i at each CSM."""
    others = (members != i) & (choice[members] >= 0)
    held = np.bincount(choice[members[others]], weights=counts[others], minlength=m)
    mine = float(counts[members == i][0])
    if not group.apart:
        together: Floats = np.maximum(0.0, (held > 0).sum() + (held == 0) - 1.0 - group.free)
        return together
    apart = np.maximum(0.0, held - 1.0)
    there: Floats = apart.sum() - apart + np.maximum(0.0, held + mine - 1.0) - group.free
    return np.maximum(0.0, there)
