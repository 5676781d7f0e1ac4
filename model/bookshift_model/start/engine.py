"""What the start engine does for others: a first plan with its proof, and a repair after a planner's edit.

Both judge their plan with `score.value` and never return one that is worse than what they were given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from bookshift_model.score import value
from bookshift_model.start.anneal import anneal, descend, near_ties, settle
from bookshift_model.start.ascent import AGAIN, CAREFUL, QUICK, ROUGH, Schedule, ascend
from bookshift_model.start.bound import Prices, no_prices, price_out, within
from bookshift_model.start.construct import construct
from bookshift_model.start.core import core_of, core_value
from bookshift_model.start.pairs import split_pairs
from bookshift_model.units import Units

if TYPE_CHECKING:
    from bookshift_model.problem import Problem
    from bookshift_model.start.core import Core
    from bookshift_model.terms import Floats, Indices

Effort: TypeAlias = Literal["quick", "standard"]

_EQUAL: Final = 1e-9
_TIES: Final = 1.7
"""Near ties for each unit that has a choice, its cheapest CSM among them."""
_TAKERS: Final = 8
"""Units that could come to each book, however much slack that takes."""
_HOT: Final = 1.0
_COLD: Final = 0.05
"""Temperatures of the annealing, in slacks of a near tie."""
_SPLIT: Final = 12.0
"""Slack of the units that two books split, in the same measure."""
_HALF: Final = 8
_PARTNERS: Final = 20
"""Books that each book is split with, those with which it shares most ties."""
_ALL_PARTNERS: Final = 60
"""CSMs up to which every two books are split."""
_WIDE: Final = 0.02
"""A gap that is worth another look, at all pairs instead of near ties."""
_WIDE_PAIRS: Final = 20_000
_AGAIN_PAIRS: Final = 200_000
"""Pairs up to which an edit leaves time to raise the bound again before the plan is shown."""
_CHANGES: Final = 24
"""Units that a repair may move besides those that were edited."""
_REPAIRS: Final = 3
"""Rounds of splits in a repair."""
_STAY: Final = (0.02, 0.1, 0.5, 2.5)
"""Points that a repair must gain for each unit it moves; more where too many would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenPlan:
    """A plan, and prices that prove how far from the best it can be."""

    assignment: Indices
    """(n,)"""
    points: float
    """`score.value` of the assignment."""
    bound: float
    """No plan that follows the decisions has fewer points."""
    prices: Prices
    """The certificate: `bound.lower_bound` of them is the bound."""

    @property
    def gap(self) -> float:
        """(points − bound) / points; 0 where they are equal."""
        return max(0.0, self.points - self.bound) / max(abs(self.points), 1e-6)


@dataclass(frozen=True)
class _Look:
    """A problem under prices: what every step of the search reads."""

    core: Core
    prices: Prices
    slack: Floats
    """(k, m)"""
    bound: float
    quantity: int
    """The quantity that matters most for balance."""
    size: Floats
    """(k,) its load."""
    seed: int

    @classmethod
    def at(cls, core: Core, prices: Prices, seed: int) -> _Look:
        prices = within(core, prices)
        slack = np.empty(core.cost.shape)
        bound = float(price_out(core, prices, slack, np.empty(len(slack))))
        quantity, size = _size(core)
        return cls(core, prices, slack, bound, quantity, size, seed)

    def tie(self) -> float:
        """Slack of a near tie: such that there are `_TIES` for each unit that has a choice."""
        slack = self.slack[np.isfinite(self.slack).sum(axis=1) > 1]
        if not len(slack):
            return 0.0
        some = slack[:: max(1, len(slack) // 2000)]
        place = min(int(_TIES * len(some)), some.size - 1)
        return max(float(np.partition(some.ravel(), place)[place]), 1e-6)


def first_plan(
    problem: Problem, *, seed: int, start: Indices | None = None, effort: Effort = "quick"
) -> ProvenPlan:
    """A plan close to the best and the bound that shows it; the same for the same problem, start and seed.

    `start` (n,) is a plan that must not be made worse, −1 where an account has no owner.
    """
    units = Units.of_problem(problem)
    core = core_of(units)
    if not core.cost.size:
        points = value(problem, problem.baseline)
        return ProvenPlan(assignment=problem.baseline, points=points, bound=points, prices=no_prices(core))
    look = _Look.at(core, ascend(core, QUICK, seed=seed)[0], seed)
    choice = _from_nothing(look, quick=True)
    if effort == "standard":
        look, choice = _with_better_prices(look, choice, CAREFUL, quick=False)
    if _is_wide(look, choice):
        look, choice = _with_better_prices(look, choice, ROUGH, quick=effort == "quick")
        if _is_wide(look, choice):
            choice = _search_wide(look, choice, quick=effort == "quick")
    best = units.expand(settle(core, choice))
    points = value(problem, best)
    if start is not None:
        given = construct(core, look.prices, look.slack, _held(core, start[units.lead]))
        for other in (start, units.expand(_search(look, given, quick=True))):
            if value(problem, other) <= points + _EQUAL:
                best, points = other, value(problem, other)
    return ProvenPlan(assignment=best, points=points, bound=look.bound, prices=look.prices)


def repair(problem: Problem, assignment: Indices, prices: Prices, accounts: Indices, seed: int) -> ProvenPlan:
    """The plan (n,) after some accounts were pinned, locked or moved: they stay, and few others change.

    `prices` are those of a plan for the same policy (others only take longer). Accounts that decisions no
    longer leave where they are go where it costs least. Then the books that this touches are split anew with
    each of the others.
    """
    units = Units.of_problem(problem)
    core = core_of(units)
    if (prices.book.shape, prices.plan.shape) != (core.slope.shape[1::-1], core.plan_rate.shape):
        prices, _ = ascend(core, QUICK, seed=seed)
    elif core.cost.size <= _AGAIN_PAIRS:
        prices, _ = ascend(core, AGAIN, seed=seed, start=prices)
    look = _Look.at(core, prices, seed)
    shown = construct(core, look.prices, look.slack, _held(core, assignment[units.lead]))
    edited = np.unique(units.of[accounts])
    books = np.concatenate([assignment[accounts], problem.baseline[accounts], shown[edited]])
    books = np.unique(books[books >= 0])
    best = shown
    for stay in _STAY:
        slack = look.slack + stay
        slack[np.arange(units.k), shown] -= stay
        slack[edited] = np.inf
        slack[edited, shown[edited]] = 0.0
        made = split_pairs(
            core, look.prices, slack, shown, *_with_others(books, units.m), _HALF, _SPLIT * look.tie() + stay,
            look.quantity, _REPAIRS, seed,
        )  # fmt: skip
        if np.count_nonzero(made != shown) <= _CHANGES:
            if core_value(core, made) < core_value(core, shown) - _EQUAL:
                best = made
            break
    plan = units.expand(best)
    return ProvenPlan(assignment=plan, points=value(problem, plan), bound=look.bound, prices=look.prices)


def _with_better_prices(
    look: _Look, choice: Indices, schedule: Schedule, *, quick: bool
) -> tuple[_Look, Indices]:
    """Another ascent, and a search at its prices where they are better; the better choice."""
    core = look.core
    other = _Look.at(core, ascend(core, schedule, seed=look.seed)[0], look.seed)
    if other.bound <= look.bound:
        return look, choice
    found = _from_nothing(other, quick=quick)
    return other, min(choice, found, key=lambda one: float(core_value(core, one)))


def _from_nothing(look: _Look, *, quick: bool) -> Indices:
    """(k,) the best choice found from the one that regret makes."""
    nobody = np.full(len(look.slack), -1)
    return _search(look, construct(look.core, look.prices, look.slack, nobody), quick=quick)


def _search(look: _Look, choice: Indices, *, quick: bool) -> Indices:
    """(k,) the best choice found from one."""
    core, tie = look.core, look.tie()
    best, points = choice, core_value(core, choice)
    few = 1 if core.cost.size > _AGAIN_PAIRS else 3
    for turn in range(few if quick else 4 * few):
        begin = choice if turn % 2 == 0 else best
        made = _round(look, begin, tie * (1 + turn % 4 / 4), look.seed + turn)
        best, points = _better(core, made, best, points)
    return best


def _is_wide(look: _Look, choice: Indices) -> bool:
    points = float(core_value(look.core, choice))
    return points - look.bound > _WIDE * abs(points)


def _search_wide(look: _Look, choice: Indices, *, quick: bool) -> Indices:
    """(k,) the best choice found from one among pairs far from ties too; of small problems all of them."""
    core, tie = look.core, look.tie()
    best, points = choice, core_value(core, choice)
    widest = np.inf if core.cost.size <= _WIDE_PAIRS else 20 * tie
    for turn in range(2 if quick else 6):
        made = _round(look, best, min(widest, tie * 4.0 ** (turn + 1)), look.seed + turn)
        best, points = _better(core, made, best, points)
    return best


def _better(core: Core, made: Indices, best: Indices, points: float) -> tuple[Indices, float]:
    found = core_value(core, made)
    return (made, found) if found < points - _EQUAL else (best, points)


def _round(look: _Look, choice: Indices, tie: float, seed: int) -> Indices:
    """Descend, anneal and split once, among pairs within a slack."""
    core = look.core
    ties = near_ties(look.slack, choice, tie, _TAKERS, look.size)
    choice = descend(core, choice, ties, 20)
    steps = 20_000 + 30 * len(choice)
    choice = anneal(core, choice, ties, look.size, steps, _HOT * tie, _COLD * tie, seed)
    first, second = _neighbours(look, choice, tie)
    return split_pairs(
        core, look.prices, look.slack, choice, first, second, _HALF, _SPLIT * tie, look.quantity, 4, seed
    )


def _held(core: Core, choice: Indices) -> Indices:
    """(k,) the choice where it is eligible, −1 elsewhere."""
    there = core.cost[np.arange(len(choice)), np.maximum(choice, 0)]
    return np.where((choice >= 0) & np.isfinite(there), choice, -1)


def _size(core: Core) -> tuple[int, Floats]:
    """The quantity whose spread among units is worth most points, and its load (k,)."""
    loads = np.concatenate([core.flat, core.paired.mean(axis=2)], axis=1)
    if not loads.shape[1]:
        return 0, np.zeros(len(loads))
    slope = np.abs(core.slope)
    least = np.where(slope > 0, slope, np.inf).min(axis=2)
    worth = np.where(np.isfinite(least), least, 0.0).mean(axis=0) * loads.std(axis=0)
    quantity = int(np.argmax(worth))
    return quantity, np.ascontiguousarray(loads[:, quantity])


def _neighbours(look: _Look, choice: Indices, tie: float) -> tuple[Indices, Indices]:
    """Pairs of books to be split: all, or of many those with most near ties between them."""
    m = look.core.cost.shape[1]
    first, second = np.triu_indices(m, 1)
    if m > _ALL_PARTNERS:
        close = np.exp(-look.slack / max(tie, 1e-6))
        order = np.argsort(choice, kind="stable")
        held = np.unique(choice)
        starts = np.searchsorted(choice[order], held)
        bond = np.zeros((m, m))
        bond[held] = np.add.reduceat(close[order], starts, axis=0)
        chosen = np.argsort(-(bond + bond.T)[first, second], kind="stable")[: _PARTNERS * m]
        first, second = first[chosen], second[chosen]
    return first.astype(np.int64), second.astype(np.int64)


def _with_others(books: Indices, m: int) -> tuple[Indices, Indices]:
    """Each of some books with every other book."""
    first, second = np.meshgrid(books, np.arange(m), indexing="ij")
    apart = first.ravel() != second.ravel()
    return first.ravel()[apart].astype(np.int64), second.ravel()[apart].astype(np.int64)
