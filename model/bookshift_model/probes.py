"""What the plan would cost with a unit at a CSM and the rest adapting: short searches from the plan at hand.

Every figure is that of a plan that was found, so it is never less than the best there is. A unit is held by
its rows of the arrays, which are put back afterwards; all probes of a plan share the rest. Only the
solver's process loads this: it needs the engine.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.gaps import EQUAL
from bookshift_model.proven import engine_prices, plan_anew
from bookshift_model.start.ascent import AGAIN, Ascended, ascend
from bookshift_model.start.bound import bound_of, price_out
from bookshift_model.start.core import core_of
from bookshift_model.start.look import Look
from bookshift_model.value import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from bookshift_model.certificate import Certificate
    from bookshift_model.terms import Indices
    from bookshift_model.units import Units

_FAR: Final = 0.02
"""Gap of a plan at hand from which a short search does not find to where a solve would: another one does."""
_STEPS: Final = (10, 50)
"""Random changes for each unit in a first look, and in each turn of a longer one."""
_TURNS: Final = 3
_AGAIN_PAIRS: Final = 200_000
"""Pairs up to which prices are made anew with a unit held."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known with a unit at a CSM."""

    points: float
    """Of the best plan found."""
    hard: float
    """The part of them that hard rules cost there."""
    least: float
    """No plan has fewer."""


class Probes:
    """A plan at hand, probed again and again; `start` (n,) may leave accounts where decisions do not."""

    def __init__(self, units: Units, certificate: Certificate, start: Indices, *, seed: int) -> None:
        core = core_of(units)
        prices = core.tariff.within(engine_prices(units, certificate))
        priced = price_out(core, prices)
        self._units, self._seed = units, seed
        self._look = Look.at(core, Ascended(prices, priced, bound_of(core, prices, priced)))
        choice = start[units.lead]
        there = core.pairs.cost[np.arange(units.k), np.maximum(choice, 0)]
        self._choice = self._look.construct(np.where((choice >= 0) & np.isfinite(there), choice, -1))
        self._points = self._look.points(self._choice)
        if self._points - self._look.bound > _FAR * abs(self._points):
            other = plan_anew(units.problem, start, seed)[0].assignment[units.lead]
            if self._look.points(other) < self._points:
                self._choice, self._points = other, self._look.points(other)
        self._held: dict[int, dict[int, Found]] = {}

    def points(self, unit: int, here: int) -> float:
        """Points of the plan at hand, or of the best that is known with the unit at a CSM.

        A unit that nobody has (−1) is where it costs least.
        """
        return self._points if here in {-1, self._choice[unit]} else self.look(unit, here).points

    def hard(self, unit: int, here: int) -> float:
        """The part of `points` that hard rules cost there."""
        return self._hard(self._choice) if here in {-1, self._choice[unit]} else self.look(unit, here).hard

    def look(self, unit: int, csm: int) -> Found:
        """A first look at a CSM."""
        known = self._held.get(unit, {}).get(csm)
        if known is not None:
            return known
        with self._hold(unit, csm):
            look, choice = self._look, self._sent(unit, csm)
            points = look.points(choice)
            made, found = look.anneal_and_split(choice, look.tie, _STEPS[0] * self._units.k, self._seed)
            best, points = (made, found) if found < points else (choice, points)
            return self._keep(unit, csm, Found(points, self._hard(best), self._proven(look)))

    def longer(self, unit: int, csm: int) -> Found:
        """A longer look, at prices of their own where there are not too many pairs."""
        known = self.look(unit, csm)
        with self._hold(unit, csm):
            look = self._look
            if self._units.eligible.size <= _AGAIN_PAIRS:
                look = Look.at(look.core, ascend(look.core, AGAIN, start=look.prices))
            start = best = self._sent(unit, csm)
            points = look.points(best)
            for turn in range(_TURNS):
                begin, tie = (start, best)[turn % 2], look.tie * (1 + turn / 4)
                made, found = look.anneal_and_split(begin, tie, _STEPS[1] * self._units.k, self._seed + turn)
                if found < points - EQUAL:
                    best, points = made, found
            least = max(known.least, self._proven(look))
            kept = (known.points, known.hard) if known.points <= points else (points, self._hard(best))
            return self._keep(unit, csm, Found(*kept, least))

    def _keep(self, unit: int, csm: int, found: Found) -> Found:
        if unit not in self._held:
            self._held = {unit: {}}
        self._held[unit][csm] = found
        return found

    def _hard(self, choice: Indices) -> float:
        """Points of hard rules in a plan, whose prices say nothing about size."""
        return Tally(self._units.problem, self._units.expand(choice)).hard

    def _sent(self, unit: int, csm: int) -> Indices:
        choice = self._choice.copy()
        choice[unit] = csm
        return choice

    def _proven(self, look: Look) -> float:
        """What prices prove, with the rows as they are."""
        return bound_of(look.core, look.prices, look.priced)

    @contextmanager
    def _hold(self, unit: int, csm: int) -> Iterator[None]:
        """Leave a unit nowhere but at a CSM, whatever decisions say."""
        core, priced = self._look.core, self._look.priced
        rows: list[NDArray[Any]] = [core.pairs.cost, priced.slack, priced.least, priced.regret]
        kept = [one[unit].copy() for one in rows]
        core.pairs.cost[unit] = np.inf
        core.pairs.cost[unit, csm] = self._units.cost_of(np.array([unit]))[0, csm]
        price_out(core, self._look.prices, priced, np.array([unit], dtype=np.int64))
        try:
            yield
        finally:
            for one, before in zip(rows, kept, strict=True):
                one[unit] = before
