"""A few books and the units that may change places among them, as a small problem of its own.

All other units stay where they are, so that they count only by what they leave of limits. A choice of the
part costs as much more or less than another one as the choices of the whole problem that they stand for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.amounts import Amounts
from bookshift_model.data import Data
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import Problem
from bookshift_model.terms import Group, Pair, Plan, Priced
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.terms import Book, Floats, Indices
    from bookshift_model.units import Cost


@dataclass(frozen=True)
class Part:
    """A problem over some units and some books of a larger one."""

    units: Units
    """The part's own: its pairs are those that were asked for and those of the choice."""
    members: Indices
    """(f,) units of the whole problem, ascending."""
    books: Indices
    """(b,) CSMs of the whole problem, ascending."""

    def within(self, choice: Indices) -> Indices:
        """(f,) what a choice (k,) is in the part."""
        return np.searchsorted(self.books, choice[self.members])

    def whole(self, choice: Indices, part: Indices) -> Indices:
        """(k,) a choice with that of the part (f,) in it."""
        made = choice.copy()
        made[self.members] = self.books[part]
        return made

    def telling(self, choice: Indices, found: Callable[[Indices], None]) -> Callable[[Indices], None]:
        """What hears of choices of the part, and passes them on with the rest as in a choice (k,)."""
        return lambda part: found(self.whole(choice, part))


def part_of(units: Units, choice: Indices, unit: Indices, csm: Indices) -> Part:
    """The part in which units may go to some CSMs: pairs (N,) besides those of the choice (k,).

    Units that share a group with them come along and stay where they are.
    """
    grouped = [
        (priced, *counted)
        for priced in units.groups
        if np.isin((counted := units.counts(priced.term))[0], unit).any()
    ]
    members = np.unique(np.concatenate([unit, *(those for _, those, _ in grouped)]))
    books = np.unique(np.concatenate([csm, choice[members]]))
    eligible = np.zeros((len(members), len(books)), dtype=bool)
    eligible[np.searchsorted(members, unit), np.searchsorted(books, csm)] = True
    eligible[np.arange(len(members)), np.searchsorted(books, choice[members])] = True
    inner = np.setdiff1d(books, choice[np.setdiff1d(members, unit)], assume_unique=True)
    inner = np.union1d(inner, np.concatenate([csm, choice[unit]]))
    terms = [
        Priced("pairs", Pair(Amounts.of(np.where(eligible, units.cost[np.ix_(members, books)], 0.0))), 1.0),
        *_books(units, choice, members, books, inner),
        *_plans(units, choice, members, books),
        *(_group(priced, those, many, members) for priced, those, many in grouped),
    ]
    whole = units.problem
    portfolio = Portfolio(
        tuple(whole.data.accounts[i] for i in units.lead[members]),
        tuple(whole.data.csms[j] for j in books),
        whole.data.as_of,
    )
    problem = Problem(
        Data(portfolio, whole.policy.formulas), whole.policy, tuple(terms), scales={},
        firmness=whole.firmness, allowed=eligible, eligible=eligible, permitted=eligible,
        units=np.arange(len(members), dtype=np.int64), notes=(),
    )  # fmt: skip
    return Part(Units.of_problem(problem), members, books)


def _books(units: Units, choice: Indices, members: Indices, books: Indices, inner: Indices) -> list[Priced]:
    """Limits of books, less what those bring who are no members; none for books that only groups touch."""
    outside = np.ones(units.k, dtype=bool)
    outside[members] = False
    others = np.flatnonzero(outside & np.isin(choice, books))
    quantities, held = {}, {}
    for name, quantity in units.quantities.items():
        load = units.summed(quantity.load)
        flat = load.ndim == 1
        there = load[others] if flat else load[others, choice[others]]
        held[name] = np.bincount(choice[others], weights=there, minlength=units.m)[books]
        quantities[name] = replace(quantity, load=load[members] if flat else load[np.ix_(members, books)])

    def term_of(term: Book) -> Book:
        free = np.where(np.isin(books, inner), 0.0, -np.inf if term.under else np.inf)
        grain = np.broadcast_to(np.asarray(term.grain, dtype=np.float64), units.m)[books]
        threshold = term.threshold[books] - held[term.quantity.id] + free
        return replace(term, quantity=quantities[term.quantity.id], threshold=threshold, grain=grain)

    return [Priced(one.source, term_of(one.term), one.price) for one in units.books]


def _plans(units: Units, choice: Indices, members: Indices, books: Indices) -> list[Priced]:
    """Limits of the whole plan, less what those bring who are no members."""
    made = []
    for one in units.plans:
        load = units.load(one.term.quantity)
        total: Floats = load[np.arange(units.k), choice]
        quantity = replace(one.term.quantity, load=load[np.ix_(members, books)])
        threshold = one.term.threshold - float(total.sum() - total[members].sum())
        made.append(Priced(one.source, Plan(quantity, threshold, one.term.grain), one.price))
    return made


def _group(priced: Cost[Group], those: Indices, many: Floats, members: Indices) -> Priced:
    accounts = np.repeat(np.searchsorted(members, those), many.astype(np.int64))
    return Priced(priced.source, replace(priced.term, accounts=accounts), priced.price)
