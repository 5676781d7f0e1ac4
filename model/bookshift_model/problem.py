"""A problem: a portfolio under a policy and decisions, as priced terms and masks over arrays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.data import Data
from bookshift_model.eligible import least_broken, left_by_decisions, moving_as_one
from bookshift_model.goals import GOALS
from bookshift_model.rules.custom import idle
from bookshift_model.terms import Book, Group, Pair, Plan, Priced
from bookshift_model.today import amount_today, tolerant
from bookshift_model.unclear import unclear_owners

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.decisions import Decisions
    from bookshift_model.policy import Policy
    from bookshift_model.rules import Rule, Settings
    from bookshift_model.terms import Floats, Indices, Term

_ABSOLUTE: Final = 2000.0
"""Least points for an account without owner or against a decision, before `firmness`."""
_SWING: Final = 150.0
"""Points that one account may bring to all goals and soft rules together before hard prices grow with it."""


@dataclass(frozen=True)
class Scale:
    """How a goal's own unit becomes points: `points = n · share · (value − best) / span`."""

    share: float
    best: float
    """What the goal could reach alone, every account where it is best."""
    today: float
    span: float
    """From the best to today, or the goal's floor where that is more."""


@dataclass(frozen=True)
class Problem:
    """Immutable; n accounts × m CSMs. Points are shares of an average account in the improvement sought.

    An assignment is an (n,) int64 array of CSM positions, −1 for an account without owner.
    """

    data: Data
    policy: Policy
    terms: tuple[Priced, ...]
    scales: Mapping[str, Scale]
    """By goal, in the order of the goals; goals without weight included."""
    firmness: float
    """What hard prices are multiplied with, 1 or more: no one account is worth an account too many."""
    allowed: NDArray[bool_]
    """(n, m) what pins, locks and forbids leave."""
    eligible: NDArray[bool_]
    """(n, m) `allowed` without the pairs that a hard rule excludes, as long as another pair is left."""
    permitted: NDArray[bool_]
    """(n, m) what hard rules leave of all pairs, decisions aside: `eligible` where nothing is decided."""
    units: Indices
    """(n,) accounts with the same number move as one."""
    notes: tuple[str, ...]
    """Owners that are open, and decisions and rules that could not be followed, each with the reason."""
    swing: float = 0.0
    """Points that one account's move can bring at most to all goals and rules, groups aside."""
    unfollowed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """The notes on decisions about single accounts, by position."""

    @property
    def offset(self) -> float:
        """Points of the goals' bests: the score counts from there."""
        return sum(self.data.n * one.share * one.best / one.span for one in self.scales.values())

    @cached_property
    def absolute_price(self) -> float:
        """Points for each account without owner, or on a pair that is not eligible.

        More than the account could spare elsewhere, and as much for every account of a group that is parted
        in vain. So the plan with the fewest points of all is one on eligible pairs, with units whole, and a
        bound on those is one on all plans.
        """
        groups = sum(one.price for one in self.terms if isinstance(one.term, Group))
        return max(_ABSOLUTE * self.firmness, self.swing + groups)

    @cached_property
    def parting(self) -> Mapping[int, float]:
        """By position in `terms`: points beside its price for each owner too many of a unit's group."""
        made: dict[int, float] = {}
        for at, priced in enumerate(self.terms):
            if isinstance(priced.term, Group) and not priced.term.apart and len(priced.term.accounts):
                unit = self.units[priced.term.accounts]
                if (unit == unit[0]).all():
                    made[at] = self.absolute_price * float(np.count_nonzero(self.units == unit[0]))
        return made

    @property
    def given(self) -> float:
        """Points of hard rules on pairs that no plan can spare: say, of a pin to somebody a rule excludes."""
        rows, somewhere = np.arange(self.data.n), self.eligible.argmax(axis=1)
        return sum(
            one.price * float(one.term.amount[rows, somewhere].sum())
            for one in self.terms
            if one.hard and isinstance(one.term, Pair)
        )

    @cached_property
    def kin(self) -> dict[str, Any]:
        """What was made for problems that differ from this one in decisions only, by who made it.

        They all have the same: whoever reads it sees to the decisions.
        """
        return {}

    @cached_property
    def judged(self) -> list[tuple[bytes, tuple[float, float]]]:
        """What `value.judged` remembers."""
        return []

    @cached_property
    def pair_cost(self) -> Floats:
        """(n, m) points that a pair costs by itself, over all goals and rules."""
        cost = np.zeros((self.data.n, self.data.m))
        for priced in self.terms:
            if isinstance(priced.term, Pair) and priced.price:
                for rows, amounts in priced.term.amount.blocks():
                    cost[rows] += priced.price * amounts
        return cost

    @property
    def baseline(self) -> Indices:
        """(n,) today's assignment."""
        return self.data.owner

    @property
    def movable(self) -> NDArray[bool_]:
        """(n,) whether more than one CSM is eligible."""
        return np.asarray(self.eligible.sum(axis=1) > 1)

    def with_decisions(self, decisions: Decisions) -> Problem:
        """The same problem under other decisions: only masks and groups change.

        It equals what `build` makes, down to the order of its terms, which decides between equal plans.
        """
        data = self.data.with_decisions(decisions)
        others = [p for p in self.terms if p.source not in _DECIDED]
        place = {rule.id: at for at, (rule, _) in enumerate(self.policy.active())}
        terms = sorted(
            [*others, *rule_terms(data, self.policy, self.firmness, _DECIDED)],
            key=lambda p: place.get(p.source, -1),
        )
        other = _with_masks(replace(self, data=data, terms=tuple(terms)))
        other.__dict__["kin"] = self.kin
        if "pair_cost" in self.__dict__:  # decisions change no pair term, and there may be 25 million pairs
            other.__dict__["pair_cost"] = self.pair_cost
        return other


_DECIDED: Final = frozenset({"kept_together", "kept_apart"})
"""The rules whose terms come from decisions."""


def build(data: Data, policy: Policy) -> Problem:
    """Make the problem of a portfolio (with its decisions) under a policy."""
    scales: dict[str, Scale] = {}
    terms: list[Priced] = []
    for name, share in policy.shares().items():
        made, whole = data.while_same(
            f"goal {name}", policy.dead_band, partial(_measured, name, policy.dead_band)
        )
        scales[name] = Scale(share, whole.best, whole.today, whole.span)
        price = data.n * share / whole.span
        terms += [Priced(name, term, price) for term in made]
    rules = list(rule_terms(data, policy, 1.0))
    soft = (one for one in rules if not one.hard)
    firmness = max(1.0, (_largest_swing(data, terms) + _largest_swing(data, soft, books=2)) / _SWING)
    terms += [replace(one, price=one.price * firmness) if one.hard else one for one in rules]
    swing = _largest_swing(data, terms, books=2)
    everything = np.ones((data.n, data.m), dtype=bool)
    permitted = least_broken(terms, everything, np.arange(data.n))
    units = np.arange(data.n, dtype=np.int64)
    return _with_masks(
        Problem(
            data, policy, tuple(terms), scales, firmness, everything, permitted, permitted, units, (), swing
        )
    )


def rule_terms(
    data: Data, policy: Policy, firmness: float, only: Collection[str] | None = None
) -> Iterator[Priced]:
    """The priced terms of every rule that is on, or of those in `only`."""
    for rule, settings in policy.active():
        if only is not None and rule.id not in only:
            continue
        hard = settings.mode == "hard"
        make = partial(_made, rule, settings)
        decided = rule.id in _DECIDED
        for term in make(data) if decided else data.while_same(f"rule {rule.id}", settings, make):
            yield Priced(rule.id, term, rule.hard_price * firmness if hard else settings.price, hard)


def _made(rule: Rule, settings: Settings, data: Data) -> tuple[Term, ...]:
    """The terms of a rule, unpriced."""
    return tuple(tolerant(data, one) if settings.tolerate else one for one in rule.build(data, settings))


def _largest_swing(data: Data, terms: Iterable[Priced], *, books: int = 1) -> float:
    """Points that one account's move can bring to some terms together: the more, the larger the largest is.

    `books`: how many of them count, the one that it leaves, the one that it joins.
    """
    swing = np.zeros(data.n)
    for priced in terms:
        term = priced.term
        if isinstance(term, Pair):
            swing += priced.price * term.amount.spread
        elif isinstance(term, (Book, Plan)):
            finest = term.finest if isinstance(term, Book) else term.grain
            swing += (books * priced.price / finest) * term.quantity.most
    return float(swing.max(initial=0.0))


def _measured(name: str, dead_band: float, data: Data) -> tuple[tuple[Term, ...], Scale]:
    """The terms of a goal, and its scale were it the only one."""
    terms = tuple(GOALS[name].build(data, dead_band))
    today = sum(amount_today(data, term) for term in terms)
    best = sum(float(term.amount.least.sum()) for term in terms if isinstance(term, Pair))
    floor = float(GOALS[name].floor(data))
    return terms, Scale(1.0, best, today, max(today - best, floor, 1e-9))


def _unclear_owners(data: Data) -> str:
    return unclear_owners(data.portfolio)


def _with_masks(problem: Problem) -> Problem:
    """Only what is decided is looked at: a gesture must not cost a pass over all pairs of every rule."""
    allowed, decided, unfollowed = left_by_decisions(problem.data)
    # Whose accounts are is not decided here: said once for all problems on the same data.
    notes = list(filter(None, [problem.data.once("unclear_owners", _unclear_owners)]))
    notes += [note for said in unfollowed.values() for note in said]
    eligible = problem.permitted.copy()
    eligible[decided] = least_broken(problem.terms, allowed, decided)
    units = moving_as_one(problem.terms, eligible)
    own = (one for one in problem.policy.custom if one.mode != "off")
    notes += [said for one in own if (said := idle(problem.data, one))]
    return replace(
        problem, allowed=allowed, eligible=eligible, units=units, notes=tuple(notes), unfollowed=unfollowed
    )
