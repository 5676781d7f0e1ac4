"""What the start engine does for others: a first plan with its proof, and a repair after a planner's edit.

Both judge their plan with `score.value` and never return one that is worse than what they were given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np

from bookshift_model.start.ascent import AGAIN, BRIEF, CAREFUL, FINER, QUICK, ROUGH, Ascended, ascend
from bookshift_model.start.bound import bound_of, no_prices
from bookshift_model.start.core import is_large
from bookshift_model.start.kept import kept_of
from bookshift_model.start.look import Look
from bookshift_model.start.whole import raised
from bookshift_model.units import Units
from bookshift_model.value import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.problem import Problem
    from bookshift_model.start.ascent import Schedule
    from bookshift_model.start.bound import Prices
    from bookshift_model.start.core import Core
    from bookshift_model.start.kept import Kept
    from bookshift_model.terms import Indices

Effort: TypeAlias = Literal["brief", "quick", "standard"]
"""Brief: for one of many problems; less of a quick search, and more of it where the gap is wide."""

_EQUAL: Final = 1e-9
_REFINED: Final = 5_000_000
"""Pairs up to which prices are refined for a first plan, too, where there are many."""
_STEPS: Final = 25
"""Random changes for each unit in a turn of the search,"""
_FEW_STEPS: Final = 15
"""and where there are many pairs."""
_TURNS: Final = 6
_MORE_TURNS: Final = 6
"""Turns at least, and how many more for the units of larger problems."""
_MANY_TURNS: Final = 2
"""Turns where there are many pairs,"""
_LONG: Final = 70_000_000
_LONG_TURNS: Final = (9, 32)
"""and in a longer search of them: as many as see so many pairs in all, within limits."""
_WIDTHS: Final = (1.0, 2.0, 0.25)
"""The slack of a near tie in one turn after the other, in times of the look's;"""
_CLOSE: Final = 0.25
"""and of that, where there are many pairs: ties are so much closer."""
_EASES: Final = (0.3, 0.2, 0.1, 0.05)
"""There books that cost most are filled anew before every turn but the first: of what others pay for it, less
and less counts (`refill`)."""
_DEAR: Final = (0.3, 0.1)
"""What such a book costs at least, in times the average, at first and later."""
_WIDE: Final = 0.02
"""A gap that is worth another look, at all pairs instead of near ties."""
_FAR: Final = 0.1
"""So is one of so many points for each unit, however dear the broken rules are that all plans share."""
_BRIEFLY: Final = ((4, 1), (6, 1), (10, 4))
"""Turns of a brief search, and rounds in which books are counted whole after them; more while"""
_OPEN: Final = 0.0095
"""so many points for each unit are open."""
_BRIEF_STEPS: Final = 6
"""Random changes for each unit in its turns: more ways to begin find more than longer ways."""
_NEAR: Final = 0.1
"""A gap within which a given plan is a place to search from."""
_WIDE_PAIRS: Final = 20_000
_SHARED: Final = 40
"""Books that are counted whole for a first plan at least, some of them again where there are fewer."""
_NODES: Final = 25
"""Nodes of the search in each of them."""
_MANY_NODES: Final = 8
"""Times these where there are many pairs, as the gap there is in few books that take long to count."""
_ROUNDS: Final = 6
"""Times that and those where time allows."""
_CHANGES: Final = 24
"""Units that a repair may move besides those that were edited."""
_PARTNERS: Final = 60
"""Books that a book is split with in a repair at most."""
_REPAIRS: Final = 3
"""Rounds of splits in a repair."""
_STAY: Final = (0.02, 0.1, 0.5, 2.5)
"""Points that a repair must gain for each unit it moves; more where too many would."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenPlan:
    """A plan, and prices that prove how far from the best it can be."""

    problem: Problem
    assignment: Indices
    """(n,)"""
    bound: float
    """No plan that follows the decisions has fewer points."""
    prices: Prices
    """The certificate: `bound.lower_bound` of them is the bound, but for what books counted whole add."""

    @property
    def points(self) -> float:
        """`value.value` of the assignment."""
        return value(self.problem, self.assignment)

    @property
    def gap(self) -> float:
        """(points − bound) / points; 0 where they are equal."""
        points = self.points
        return max(0.0, points - self.bound) / max(abs(points), 1e-6)


def first_plan(
    problem: Problem, *, seed: int, start: Indices | None = None, effort: Effort = "quick"
) -> ProvenPlan:
    """A plan close to the best and the bound that shows it; the same for the same problem, start and seed.

    `start` (n,) is a plan that must not be made worse, −1 where an account has no owner. (Where an account is
    nowhere, or not where it may be, any place is better: `Problem.absolute_price`.)
    """
    units = Units.of_problem(problem)
    kept = kept_of(units)
    kept.priced = None
    core = kept.core
    if not core.pairs.cost.size:
        points = value(problem, problem.baseline)
        return ProvenPlan(problem=problem, assignment=problem.baseline, bound=points, prices=no_prices(core))
    look = Look.at(core, _first_prices(core, effort))
    twice = effort == "standard" and not is_large(core)
    choice, bound = _from_nothing(look, seed, "quick" if twice else effort)
    if twice:
        look, choice, bound = _with_better_prices(look, choice, bound, CAREFUL, seed=seed, effort=effort)
    if _is_far(look, choice):
        look, choice, bound = _with_better_prices(look, choice, bound, ROUGH, seed=seed, effort=effort)
    if effort != "brief" and _is_wide(look, choice):
        choice = _search_wide(look, choice, seed, effort)
    best = look.settle(choice)
    if start is not None:
        best = _or_given(look, best, look.construct(_held(core, start[units.lead])), seed)
    kept.prices, kept.priced = look.prices, look.priced
    if effort != "brief":
        bound = max(bound, _counted(look, best, effort))
    return ProvenPlan(problem=problem, assignment=units.expand(best), bound=bound, prices=look.prices)


def _first_prices(core: Core, effort: Effort) -> Ascended:
    """Good prices; better ones where there are many pairs, but no more than there is time for."""
    found = ascend(core, BRIEF if effort == "brief" else QUICK)
    in_time = effort == "standard" or (effort == "quick" and core.pairs.cost.size <= _REFINED)
    return ascend(core, FINER, start=found.prices) if is_large(core) and in_time else found


def counted(problem: Problem, assignment: Indices, prices: Prices) -> float:
    """The bound of prices with every book counted whole, given a good plan (n,): no plan has fewer points."""
    units = Units.of_problem(problem)
    kept = kept_of(units)
    look = Look.at(kept.core, _at(kept, prices))
    return _counted(look, assignment[units.lead], "quick")


def _counted(look: Look, choice: Indices, effort: Effort) -> float:
    choice = look.construct(_held(look.core, choice))
    many = _ROUNDS if effort == "standard" else 1
    if is_large(look.core):
        # Shares are hard to better there.
        return raised(look, choice, rounds=1, nodes=_NODES * _MANY_NODES * (4 if many > 1 else 1))
    return raised(look, choice, rounds=many * max(1, _SHARED // look.core.m), nodes=_NODES * many)


def repair(problem: Problem, assignment: Indices, prices: Prices, accounts: Indices) -> ProvenPlan:
    """The plan (n,) after some accounts were pinned, locked or moved: they stay, and few others change.

    `prices` are those of a plan for the same policy (others only take longer). Accounts that decisions no
    longer leave where they are go where it costs least. Then the books that this touches are split anew with
    the others, where there are many with those that share most near ties with them.
    """
    units = Units.of_problem(problem)
    kept = kept_of(units)
    core = kept.core
    look = Look.at(core, _again(kept, prices))
    shown = look.construct(_held(core, assignment[units.lead]))
    edited = np.unique(units.of[accounts])
    books = np.concatenate([assignment[accounts], problem.baseline[accounts], shown[edited]])
    books = np.unique(books[books >= 0])
    first, second = _with_others(look, shown, books)
    best = shown
    for stay in _STAY:
        made = look.split(shown, first, second, rounds=_REPAIRS, home=shown, stay=stay, held=edited)
        moved = np.count_nonzero(made != shown)
        if moved <= _CHANGES:
            if moved and look.points(made) < look.points(shown) - _EQUAL:
                best = made
            break
    return ProvenPlan(problem=problem, assignment=units.expand(best), bound=look.bound, prices=look.prices)


def _again(kept: Kept, prices: Prices) -> Ascended:
    """The prices before an edit and what they prove after it; better ones where that takes no time."""
    core = kept.core
    if (prices.book.shape, prices.plan.shape) != (core.tariff.knot.shape[1::-1], core.tariff.limit.shape):
        return ascend(core, QUICK)
    # With fewer pairs there is time to raise the bound again before the plan is shown.
    return _at(kept, prices) if is_large(core) else ascend(core, AGAIN, start=prices)


def _at(kept: Kept, prices: Prices) -> Ascended:
    """What prices prove."""
    prices = kept.core.tariff.within(prices)
    priced = kept.price(prices)
    return Ascended(prices, priced, bound_of(kept.core, prices, priced))


def _with_better_prices(
    look: Look, choice: Indices, bound: float, schedule: Schedule, *, seed: int, effort: Effort
) -> tuple[Look, Indices, float]:
    """Another ascent, and another search at the better prices; the better choice and bound."""
    other = Look.at(look.core, ascend(look.core, schedule))
    look = max(look, other, key=lambda one: one.bound)
    found, proven = _from_nothing(look, seed, effort)
    return look, min(choice, found, key=look.points), max(bound, proven)


def _from_nothing(look: Look, seed: int, effort: Effort) -> tuple[Indices, float]:
    """(k,) the best choice found from the one that regret makes, and what is proven by then."""
    begin = look.construct(np.full(look.core.k, -1))
    if effort == "brief":
        return _briefly(look, begin, seed)
    return _search(look, begin, seed, effort), look.bound


def _briefly(look: Look, begin: Indices, seed: int) -> tuple[Indices, float]:
    """(k,) a choice, and the bound with books counted whole: a little of both, or more."""
    best, bound, done = begin, look.bound, 0
    for turns, rounds in _BRIEFLY:
        best = take_turns(
            look, begin, best, range(done, done + turns), steps=_BRIEF_STEPS, seed=seed, afresh=2
        )
        done += turns
        bound = max(bound, raised(look, best, rounds=rounds, nodes=2 * _NODES))
        if look.points(best) - bound <= _OPEN * look.core.k or _is_far(look, best):
            break
    return best, bound


def _search(look: Look, choice: Indices, seed: int, effort: Effort) -> Indices:
    """(k,) the best choice found from one."""
    longer = 4 if effort == "standard" else 1
    if not is_large(look.core):
        turns = range(longer * (_TURNS + min(_MORE_TURNS, look.core.k // 400)))
    elif longer == 1:
        turns = range(_MANY_TURNS)
    else:
        # Not from 0: there is time to fill books anew before the first one, too.
        turns = range(1, 1 + int(np.clip(_LONG // look.core.pairs.cost.size, *_LONG_TURNS)))
    return take_turns(look, choice, choice, turns, steps=steps_of(look.core), seed=seed)


def steps_of(core: Core) -> int:
    """Random changes for each unit in a turn of the search."""
    return _FEW_STEPS if is_large(core) else _STEPS


def take_turns(
    look: Look,
    choice: Indices,
    best: Indices,
    turns: range,
    *,
    steps: int,
    seed: int,
    afresh: int = 3,
    refilled: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Indices:
    """(k,) the best choice found, in short turns: a little annealing, then splits; until `stop` says so.

    Every turn goes on from the best; where pairs are few, there is time to begin every one of so many turns
    `afresh` from `choice`. Where they are many, or `refilled` is asked for, books that cost most are filled
    anew before every turn but the one of number 0.
    """
    points = look.points(best)
    many = is_large(look.core)
    for turn in turns:
        if stop():
            break
        if (many or refilled) and turn > 0:
            made = look.refill(best, _EASES[(turn - 1) % len(_EASES)], _DEAR[min(turn, len(_DEAR)) - 1])
            if (found := look.points(made)) < points - _EQUAL:
                best, points = made, found
        begin = best if many or refilled or turn % afresh < afresh - 1 else choice
        tie = look.tie * _WIDTHS[turn % 3] * (_CLOSE if many else 1.0)
        made, found = look.anneal_and_split(begin, tie, steps * len(choice), seed + turn)
        if found < points - _EQUAL:
            best, points = made, found
    return best


def _or_given(look: Look, best: Indices, given: Indices, seed: int) -> Indices:
    """(k,) the better of two choices, or what is found from the given one where that is not far off."""
    others = [given]
    if look.points(given) - look.bound <= _NEAR * abs(look.points(best)):
        others.append(_search(look, given, seed, "quick"))
    for other in others:
        if look.points(other) <= look.points(best) + _EQUAL:
            best = other
    return best


def _is_wide(look: Look, choice: Indices) -> bool:
    points = look.points(choice)
    return points - look.bound > min(_WIDE * abs(points), _FAR * len(choice))


def _is_far(look: Look, choice: Indices) -> bool:
    """Whether prices may be to blame."""
    return look.points(choice) - look.bound > _FAR * len(choice)


def _search_wide(look: Look, choice: Indices, seed: int, effort: Effort) -> Indices:
    """(k,) the best choice found from one among pairs far from ties too; of small problems all of them."""
    best, points = choice, look.points(choice)
    widest = np.inf if look.core.pairs.cost.size <= _WIDE_PAIRS else 20 * look.tie
    for turn in range(6 if effort == "standard" else 2):
        tie = min(widest, look.tie * 4.0 ** (turn + 1))
        made, found = look.anneal_and_split(best, tie, 20_000 + 30 * len(choice), seed + turn)
        if found < points - _EQUAL:
            best, points = made, found
    return best


def _held(core: Core, choice: Indices) -> Indices:
    """(k,) the choice where it is eligible, −1 elsewhere."""
    there = core.pairs.cost[np.arange(len(choice)), np.maximum(choice, 0)]
    return np.where((choice >= 0) & np.isfinite(there), choice, -1)


def _with_others(look: Look, choice: Indices, books: Indices) -> tuple[Indices, Indices]:
    """Each of some books with every other book; of many with those that it shares most near ties with."""
    slack, m = look.priced.slack, look.core.m
    partners = []
    for book in books:
        others = np.delete(np.arange(m), book)
        if m > _PARTNERS:
            ties = (slack[choice == book] <= look.tie).sum(axis=0)
            ties += np.bincount(choice[slack[:, book] <= look.tie], minlength=m)
            others = np.sort(others[np.argsort(-ties[others], kind="stable")[:_PARTNERS]])
        partners.append(others)
    first = np.repeat(books, [len(others) for others in partners])
    return first, np.concatenate([books[:0], *partners])
