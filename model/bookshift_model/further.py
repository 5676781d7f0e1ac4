"""The start engine taken further: better prices, plans crossed with others, books counted with more care.

The three ways to close the gap come by turns, so that all have had about the same work; each does more than
the time before, and is not asked again where that brings little. Where there are many pairs, a crossing is a
place to search from, with dear books filled anew: either of the two alone brings half as much. Work is
counted in steps and nodes, not in seconds, so that a problem takes the same way on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from bookshift_model.crossing import crossed
from bookshift_model.proven import EngineGuide, certificate_of, engine_prices
from bookshift_model.start.ascent import Ascended, Schedule, ascend
from bookshift_model.start.bound import bound_of, price_out
from bookshift_model.start.core import is_large
from bookshift_model.start.engine import steps_of, take_turns
from bookshift_model.start.kept import kept_of
from bookshift_model.start.look import Look
from bookshift_model.start.whole import first_shares, raised_from

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.best import Best
    from bookshift_model.certificate import Certificate
    from bookshift_model.start.core import Core
    from bookshift_model.terms import Indices
    from bookshift_model.units import Units

_FINE: Final = Schedule(rounds=5, steps=60, width=12, blur=(0.01, 0.0003), stride=(0.015, 0.0005))
"""From good prices to better ones."""
_LISTED: Final = 16
"""Pairs of a unit that its steps look at, about."""
_APART: Final = (0.1, 0.03)
"""Points by which a book has to be better to be taken from another plan."""
_BOOKS: Final = 40
"""Books that are counted at least, some again where there are fewer."""
_STEP: Final = 0.6
"""Work of a random change, in microseconds, about."""
_PAIR: Final = 0.02
"""Work of a pair in a step of prices, in the same."""
_BOOK: Final = 800.0
"""Work of a book that is counted, besides its nodes, in the same."""
_NODE: Final = 10.0
"""Work of a node in it, in the same."""
_MOST: Final = 4
"""Times the first effort that nothing goes beyond."""
_PATIENCE: Final = 2
"""Times that something may bring little before it is not asked again."""


class _Settings(NamedTuple):
    """What a kind of problem is worth."""

    turns: int
    """Turns of the search for another plan."""
    mending: int
    """Turns of the search after a crossing."""
    little: float
    """Share of what is open that is not worth more of the same."""
    nodes: tuple[int, int, int] = (50, 200, 800)
    """Nodes for a book in a count: of the first effort, twice, and four times that."""
    refills: int = 0
    """Turns that go on from the best plan with books filled anew, after every crossing."""
    stirred: float = 0.02
    """Share by which prices are changed for the beginning of another plan."""


_SMALL: Final = _Settings(turns=4, mending=2, little=0.1, stirred=0.2)
"""Branch and bound searches all pairs at once, and soon. Plans that differ more say more there."""
_FEW: Final = 6_000
"""Eligible pairs of such a problem at most."""
_USUAL: Final = _Settings(turns=4, mending=2, little=0.02, refills=4)
_MORE_NODES: Final = (400, 800, 1600)
"""Where a first plan's books are counted with half as many already."""
_MANY: Final = _Settings(turns=4, mending=2, little=0.02, nodes=_MORE_NODES, refills=6)
_LARGE: Final = _Settings(turns=2, mending=1, little=0.02, nodes=_MORE_NODES, refills=6)
"""A turn takes long."""
_HUGE: Final = 5_000_000
"""Pairs beyond which a problem is one of these."""


def _settings_of(core: Core) -> _Settings:
    if is_large(core):
        return _MANY if core.pairs.cost.size <= _HUGE else _LARGE
    return _SMALL if int(np.isfinite(core.pairs.cost).sum()) <= _FEW else _USUAL


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


@dataclass
class _Ways:
    search: _Way = field(default_factory=_Way)
    prices: _Way = field(default_factory=_Way)
    count: _Way = field(default_factory=_Way)

    def next(self) -> _Way | None:
        """The one that had least work of those that are worth while, the first of equals."""
        left = [one for one in (self.prices, self.search, self.count) if not one.spent]
        return min(left, key=lambda one: one.work, default=None)


class Further:
    """A problem at prices that were found."""

    def __init__(self, units: Units, certificate: Certificate, seed: int) -> None:
        self._units, self._seed = units, seed
        kept = kept_of(units)
        self._core = kept.core
        prices = self._core.tariff.within(engine_prices(units, certificate))
        priced = kept.price(prices)
        self._at(Ascended(prices, priced, bound_of(self._core, prices, priced)))
        self._others = 0
        # The plan at hand was found at these prices.
        self._stirred = True
        self._settings = _settings_of(self._core)

    def _at(self, found: Ascended) -> None:
        self._look = Look.at(self._core, found)
        self._shares = first_shares(self._look)
        self._guide = EngineGuide(
            found.priced.slack, found.bound, certificate_of(self._units.problem, found.prices)
        )
        self._stirred = False

    @property
    def certificate(self) -> Certificate:
        """The prices in use."""
        return self._guide.certificate

    def improve(self, stop: Callable[[], bool]) -> float:
        """The bound of prices, which are better ones from now on where they are found."""
        found = ascend(self._core, _FINE, start=self._look.prices, stop=stop)
        if found.bound > self._look.bound:
            self._at(found)
        return self._look.bound

    def search(self, choice: Indices, stop: Callable[[], bool]) -> Indices:
        """(k,) a choice no worse than one, crossed with another that is made anew."""
        look = self._look
        best, points, other = choice, look.points(choice), self._another(stop)
        if look.points(other) < points:
            best, other, points = other, best, look.points(other)
        for apart in _APART:
            for both in ((best, other), (other, best)):
                begin = crossed(self._units, self._guide, *both, apart)
                if begin is None or stop():
                    continue
                made = self._turned(begin, self._settings.mending, stop)
                if look.points(made) < points:
                    best, points = made, look.points(made)
        return look.settle(best)

    def go_on(self, choice: Indices, stop: Callable[[], bool]) -> Indices:
        """(k,) a choice no worse than one, after more turns from there; books are filled anew before each."""
        turns = range(1, 1 + self._settings.refills)
        best = take_turns(
            self._look, choice, choice, turns, steps=steps_of(self._core), seed=self._fresh(), stop=stop,
            refilled=True,
        )  # fmt: skip
        return self._look.settle(best)

    def _another(self, stop: Callable[[], bool]) -> Indices:
        """(k,) a choice that regret makes, at these prices, then at others nearby, after a short search."""
        look = self._look
        if self._stirred:
            chance = np.random.default_rng([self._seed, self._others])
            stirred = self._settings.stirred
            by = 1 + chance.uniform(-stirred, stirred, look.prices.book.shape)
            prices = self._core.tariff.within(look.prices._replace(book=look.prices.book * by))
            look = Look.at(self._core, Ascended(prices, price_out(self._core, prices), look.bound))
        self._stirred = True
        return self._turned(look.construct(np.full(self._core.k, -1)), self._settings.turns, stop)

    def _turned(self, begin: Indices, turns: int, stop: Callable[[], bool]) -> Indices:
        steps = steps_of(self._core)
        return take_turns(self._look, begin, begin, range(turns), steps=steps, seed=self._fresh(), stop=stop)

    def _fresh(self) -> int:
        """A seed that the first plan did not use."""
        self._others += 1
        return self._seed + 101 + (1 + max(self._settings.turns, self._settings.refills)) * self._others

    def count(self, choice: Indices, effort: int, stop: Callable[[], bool]) -> float:
        """A bound on all plans with books counted whole, the better the choice (k,) is."""
        rounds, nodes = self._counting(effort)
        bound, self._shares = raised_from(
            self._look, choice, self._shares, rounds=rounds, nodes=nodes, stop=stop
        )
        return bound

    def _counting(self, effort: int) -> tuple[int, int]:
        """Rounds and nodes: few books may share units better, in many it is the nodes that help."""
        return max(1, _BOOKS * effort // max(1, self._core.m)), self._settings.nodes[effort.bit_length() - 1]

    def close_in(self, best: Best) -> None:
        """Go the three ways by turns, as long as one of them brings enough."""
        ways, settings = _Ways(), self._settings
        while not best.enough() and (way := ways.next()) is not None:
            before = best.distance()
            if way is ways.prices:
                work = _PAIR * _LISTED * self._core.k * _FINE.rounds * _FINE.steps
                best.prove(self.improve(best.must_stop))
                best.prove(self.count(best.choice(), 1, best.must_stop))
            elif way is ways.search:
                turns = settings.turns + 2 * len(_APART) * settings.mending + settings.refills
                work = _STEP * turns * way.effort * steps_of(self._core) * self._core.k
                for _ in range(way.effort):
                    if not best.enough():
                        best.offer(self.search(best.choice(), best.must_stop))
                    if settings.refills and not best.enough():
                        best.offer(self.go_on(best.choice(), best.must_stop))
            else:
                rounds, nodes = self._counting(way.effort)
                work = rounds * self._core.m * (_BOOK + _NODE * nodes)
                best.prove(self.count(best.choice(), way.effort, best.must_stop))
            little = before - best.distance() <= settings.little * before
            way.learn(work, little=little)
            if not little:
                # Better prices let more be found and proven, a better plan lets books be counted faster.
                for other in (ways.search, ways.count):
                    other.idle = 0 if other is not way else other.idle
