"""A problem under prices, and the steps of the search that read it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.start.construct import construct, settle
from bookshift_model.start.core import core_value, state_of
from bookshift_model.start.refill import refill
from bookshift_model.start.split import Pressing, split_pairs
from bookshift_model.start.tariff import book_costs
from bookshift_model.start.ties import ties_of
from bookshift_model.start.turn import annealed_and_split

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

    from bookshift_model.start.ascent import Ascended
    from bookshift_model.start.bound import Priced, Prices
    from bookshift_model.start.core import Core
    from bookshift_model.start.tariff import Tariff
    from bookshift_model.start.ties import Ties
    from bookshift_model.terms import Indices

_TIES: Final = 1.7
"""So many pairs for each unit that has a choice, its cheapest among them, say how much slack is little."""
_NEAR: Final = 0.5
"""The share of that slack."""
_LEAST_TIE: Final = 0.004
"""Points that a near tie may always have, an average account being worth about one."""
_TAKERS: Final = 8
"""Units that could come to each book, however much slack that takes."""
_HOT: Final = 1.0
_COLD: Final = 0.05
"""Temperatures of the annealing, in slacks of a near tie."""
_ROUNDS: Final = 4
"""Rounds of splits after the annealing."""
_CLOSEST: Final = 40
"""Books around one that is filled anew are split with so many that share most near ties with them."""
_ALL_PARTNERS: Final = 60
"""CSMs up to which every two books are split."""
_PARTNERS: Final = 20
"""Books that each book is split with, those with which it shares most ties."""


@dataclass(frozen=True)
class Look:
    """A problem under prices: what every step of the search reads."""

    core: Core
    prices: Prices
    priced: Priced
    bound: float
    tilted: Tariff
    quantity: int
    """The quantity that matters most for balance."""
    by_size: Indices
    """(k,) units by their load of it."""
    tie: float
    """Slack of a near tie."""

    @classmethod
    def at(cls, core: Core, ascended: Ascended) -> Look:
        """Look at a problem at prices."""
        prices, priced, bound = ascended
        quantity, order = _by_size(core)
        return cls(core, prices, priced, bound, core.tariff.tilted(prices), quantity, order, _tie(priced))

    @cached_property
    def _by_csm(self) -> NDArray[float32]:
        """(m, k) the slacks, those of a CSM next to each other."""
        return np.ascontiguousarray(self.priced.slack.T)

    @cached_property
    def rising(self) -> Tariff:
        """What loads cost above what is wanted."""
        return self.tilted.rising()

    def construct(self, choice: Indices) -> Indices:
        """(k,) the choice with a CSM for each unit that has none, in the order of their regret."""
        core, state = self.core, state_of(self.core, choice)
        missing = np.flatnonzero(choice < 0)
        order = missing[np.argsort(-self.priced.regret[missing], kind="stable")]
        construct(core.pairs, self.rising, core.groups, self.priced.slack, state, order)
        return state.choice

    def anneal_and_split(self, choice: Indices, tie: float, steps: int, seed: int) -> tuple[Indices, float]:
        """(k,) the choice after annealing and splits among pairs within a slack, and its points."""
        core, slack = self.core, self.priced.slack
        ties = ties_of(core.pairs, slack, choice, tie, _TAKERS, self.by_size)
        first, second = _bonds(ties, choice, core.m)
        made, points = annealed_and_split(
            core.pairs, core.tariff, self.tilted, core.groups, slack, ties, choice, steps,
            (_HOT * tie, _COLD * tie), seed, first, second, self.quantity, _ROUNDS,
        )  # fmt: skip
        return made, core.constant + points

    def split(
        self,
        choice: Indices,
        first: Indices,
        second: Indices,
        *,
        rounds: int,
        home: Indices | None = None,
        stay: float = 0.0,
        held: Indices | None = None,
    ) -> Indices:
        """(k,) a choice no worse, after splits of pairs of books; `stay` points for leaving `home`."""
        fixed = np.diff(self.core.groups.start) > 0
        if held is not None:
            fixed[held] = True
        nowhere = np.full(len(choice), -1) if home is None else home
        state = state_of(self.core, choice)
        split_pairs(
            self.core.pairs, self.tilted, self.priced.slack, Pressing(nowhere, stay, fixed), state,
            first, second, self.quantity, rounds,
        )  # fmt: skip
        return state.choice

    def refill(self, choice: Indices, ease: float, least: float) -> Indices:
        """(k,) a choice no worse, after books that cost `least` times the average are filled anew."""
        core, state = self.core, state_of(self.core, choice)
        cost = book_costs(self.tilted, state.load)
        dear = np.flatnonzero(cost > least * cost.mean())
        held = np.diff(core.groups.start) > 0
        refill(
            core.pairs, self.tilted, self.priced.slack, self._by_csm,
            Pressing(np.full(core.k, -1), 0.0, held), state,
            dear[np.argsort(-cost[dear], kind="stable")], self._partners(choice), self.quantity,
            core.measure, ease,
        )  # fmt: skip
        return state.choice

    def _partners(self, choice: Indices) -> Indices:
        """(m, P) the books that share most near ties with each."""
        m = self.core.m
        unit, csm = np.nonzero(self.priced.slack <= self.tie)
        bond = np.bincount(choice[unit] * m + csm, minlength=m * m).reshape(m, m)
        both = bond + bond.T
        np.fill_diagonal(both, -1)
        return np.argsort(-both, axis=1, kind="stable")[:, : min(_CLOSEST, m - 1)].copy()

    def settle(self, choice: Indices) -> Indices:
        """(k,) the choice with every unit given back to today's owner where that costs nothing."""
        core, state = self.core, state_of(self.core, choice)
        settle(core.pairs, core.tariff, core.groups, core.owner, state)
        return state.choice

    def points(self, choice: Indices) -> float:
        """Points of a choice."""
        return core_value(self.core, choice)


def _tie(priced: Priced) -> float:
    """Slack of a near tie: there are almost `_TIES` for each unit that has a choice, or more."""
    free = np.flatnonzero(np.isfinite(priced.regret))
    if not len(free):
        return 0.0
    some = priced.slack[free[:: max(1, len(free) // 2000)]]
    place = min(int(_TIES * len(some)), some.size - 1)
    return max(_NEAR * float(np.partition(some.ravel(), place)[place]), _LEAST_TIE)


def _by_size(core: Core) -> tuple[int, Indices]:
    """The quantity whose spread among units is worth most points, and units (k,) by their load of it."""
    loads = core.size
    if not loads.shape[1]:
        return 0, np.arange(core.k)
    slope = core.tariff.slope
    fall = np.where(slope < 0, -slope, np.inf).min(axis=2)
    rise = np.where(slope > 0, slope, np.inf).min(axis=2)
    # What costs on both sides comes first: of what is only capped, any load below the cap will do.
    for least in (np.maximum(fall, rise), np.minimum(fall, rise)):
        worth = np.where(np.isfinite(least), least, 0.0).mean(axis=0) * loads.std(axis=0)
        if worth.any():
            break
    quantity = int(np.argmax(worth))
    return quantity, np.argsort(loads[:, quantity], kind="stable")


def _bonds(ties: Ties, choice: Indices, m: int) -> tuple[Indices, Indices]:
    """Pairs of books to be split: all, or of many those with most near ties between them."""
    if m <= _ALL_PARTNERS:
        return _every_two(m)
    bond = np.bincount(choice[ties.unit] * m + ties.csm, minlength=m * m).reshape(m, m)
    both = np.triu(bond + bond.T, 1).ravel()
    close = np.flatnonzero(both)
    chosen = close[np.argsort(-both[close], kind="stable")[: _PARTNERS * m]]
    return chosen // m, chosen % m


@lru_cache(maxsize=1)
def _every_two(m: int) -> tuple[Indices, Indices]:
    first, second = np.triu_indices(m, 1)
    return first.astype(np.int64), second.astype(np.int64)
