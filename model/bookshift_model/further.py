"""The start engine taken further: longer searches, better prices, books counted whole with more care.

Searches and counts come by turns, so that both have had about the same work; each does more than the one
before, and is not asked again where that brings little. Work is counted in steps and nodes, not in seconds,
so that the same problem takes the same way on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.proven import certificate_of, engine_prices
from bookshift_model.start.ascent import CAREFUL, Ascended, ascend
from bookshift_model.start.bound import bound_of
from bookshift_model.start.engine import steps_of, take_turns
from bookshift_model.start.kept import kept_of
from bookshift_model.start.look import Look
from bookshift_model.start.whole import even_shares, raised_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.best import Best
    from bookshift_model.certificate import Certificate
    from bookshift_model.terms import Indices
    from bookshift_model.units import Units

_TURNS: Final = 12
"""Turns of the first search, in two of three from the best choice, else from the one that regret makes."""
_ROUNDS: Final = 6
"""Times that books share their units anew in the first count."""
_NODES: Final = 50
"""Nodes for a book in the first count."""
_STEP: Final = 0.6
"""Work of a random change,"""
_BOOK: Final = 800.0
"""of a book that is counted,"""
_NODE: Final = 20.0
"""and of a node in it: microseconds, about."""
_LITTLE: Final = 0.02
"""Share of what is open that is not worth more of the same."""
_MOST: Final = 4
"""Times the first effort that nothing goes beyond."""
_CAREFUL_PAIRS: Final = 5_000_000
"""Pairs beyond which better prices bring less than they take."""
_PATIENCE: Final = 2
"""Times that something may bring little before it is not asked again."""


@dataclass
class _Way:
    """One way to close the gap, and what it cost and brought."""

    effort: int = 1
    """Of the next time, in times of the first."""
    work: float = 0.0
    idle: int = 0
    """Times in a row that it brought little."""

    @property
    def spent(self) -> bool:
        """Whether more of it is not worth while."""
        return self.idle >= _PATIENCE

    def learn(self, work: float, *, little: bool) -> None:
        """Note what it cost and whether it brought little; the next time it does more."""
        self.work += work
        self.idle = self.idle + 1 if little else 0
        self.effort = min(2 * self.effort, _MOST)


class Further:
    """A problem at prices that were found."""

    def __init__(self, units: Units, certificate: Certificate, seed: int) -> None:
        self._units, self._seed = units, seed
        kept = kept_of(units)
        self._core = kept.core
        prices = self._core.tariff.within(engine_prices(units, certificate))
        priced = kept.price(prices)
        self._look = Look.at(self._core, Ascended(prices, priced, bound_of(self._core, prices, priced)))
        self._shares = even_shares(self._look)
        self._turn = 0
        self._careful = self._core.pairs.cost.size > _CAREFUL_PAIRS

    @property
    def certificate(self) -> Certificate:
        """The prices in use."""
        return certificate_of(self._units.problem, self._look.prices)

    def search(self, choice: Indices, effort: int, stop: Callable[[], bool]) -> Indices:
        """(k,) a choice no worse than one, after some turns of random changes and splits."""
        look, turns = self._look, range(_TURNS * effort)
        fresh = look.construct(np.full(self._core.k, -1))
        # Seeds that the first plan did not use.
        seed = self._seed + 101 + self._turn
        self._turn += len(turns)
        best = take_turns(look, fresh, choice, turns, steps=steps_of(self._core), seed=seed, stop=stop)
        return look.settle(best)

    def count(self, choice: Indices, effort: int, stop: Callable[[], bool]) -> float:
        """A bound on all plans with books counted whole, the better the choice (k,) is."""
        bound, self._shares = raised_from(
            self._look, choice, self._shares, rounds=_ROUNDS * effort, nodes=_NODES * effort, stop=stop
        )
        return bound

    def close_in(self, best: Best) -> None:
        """Search and count by turns, as long as one of them brings enough."""
        search, count = _Way(), _Way()
        while not (best.enough() or (search.spent and count.spent)):
            before = best.distance()
            if count.spent or (not search.spent and search.work <= count.work):
                work = _STEP * _TURNS * search.effort * steps_of(self._core) * self._core.k
                best.offer(self.search(best.choice(), search.effort, best.must_stop))
                little = before - best.distance() <= _LITTLE * before
                search.learn(work, little=little)
                if not little:
                    count.idle = 0  # a better plan lets books be counted faster
                continue
            work = _ROUNDS * count.effort * self._core.m * (_BOOK + _NODE * _NODES * count.effort)
            best.prove(self.count(best.choice(), count.effort, best.must_stop))
            if not best.enough() and not self._careful:
                self._price_again(best)
            count.learn(work, little=before - best.distance() <= _LITTLE * before)

    def _price_again(self, best: Best) -> None:
        """Look for better prices with more care."""
        self._careful = True
        found = ascend(self._core, CAREFUL, seed=self._seed, stop=best.must_stop)
        if found.bound > self._look.bound:
            self._look = Look.at(self._core, found)
            self._shares = even_shares(self._look)
            best.prove(found.bound)
