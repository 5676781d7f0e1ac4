"""One account (with its company) on the way from one book to another, and what that means in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.explain.obstacles import pair_fact
from bookshift_model.explain.words import (
    arrow,
    count,
    hours,
    in_unit,
    listed,
    money,
    percent,
    plain,
    told_apart,
)
from bookshift_model.terms import Book, Group, Pair, Plan
from bookshift_model.value import excess

if TYPE_CHECKING:
    from bookshift_model.amounts import Shared
    from bookshift_model.explain.standing import Effect, Standing
    from bookshift_model.explain.words import Format
    from bookshift_model.terms import Floats, Indices, Quantity

_YEAR: Final = 365.25
_LONG: Final = 1.0
"""Years from which a relationship is counted in years."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A shift between two books, all else equal."""

    standing: Standing
    account: int
    accounts: Indices
    """(k,) the account and those that go along."""
    giver: int
    """−1 where nobody had the accounts."""
    taker: int
    done: bool
    """Whether the standing is the one after the shift, or the one before."""

    @property
    def giver_name(self) -> str:
        """Name of the CSM who gives."""
        return self.standing.data.csm_names[self.giver] if self.giver >= 0 else "nobody"

    @property
    def taker_name(self) -> str:
        """Name of the CSM who takes."""
        return self.standing.data.csm_names[self.taker]

    @property
    def account_name(self) -> str:
        """Name of the account."""
        return self.standing.data.accounts[self.account].name

    def book(self, quantity: Quantity, csm: int) -> tuple[float, float]:
        """What the giver's or taker's book holds without and with the shift."""
        load = quantity.load
        part = load[self.accounts] if load.ndim == 1 else load[self.accounts, csm]
        change = float(part.sum()) * (1 if csm == self.taker else -1)
        held = float(self.standing.load(quantity)[csm])
        return (held - change, held) if self.done else (held, held + change)

    def sentence(self, effect: Effect) -> str:
        """Name, change in its own unit, and what it comes from."""
        against = " against the rule" if effect.rule else ""
        weight = "" if effect.rule or effect.points else " (not weighed by this policy)"
        return f"{effect.name}: {in_unit(effect.change, effect.unit)}{against}, {self.phrase(effect)}{weight}"

    def phrase(self, effect: Effect) -> str:
        """What an effect comes from, short enough for a line."""
        if effect.id in _GOAL_PHRASES:
            return _GOAL_PHRASES[effect.id](self, effect)
        if effect.id == "decisions":
            return "as decided" if effect.better else "against a pin, lock or forbid"
        if effect.id == "one_owner":
            return "has an owner again" if effect.better else "is left without an owner"
        return self._of_terms(effect)

    def at_taker(self, effect: Effect) -> tuple[float, str]:
        """Points that an effect for the better spares at the taker or on the account itself, and in words."""
        if effect.id in _GOAL_PHRASES:
            return -effect.points, self.phrase(effect)
        best, words = 0.0, ""
        for priced in self.standing.problem.terms:
            if priced.source != effect.id or not isinstance(priced.term, Book):
                continue
            spared = -priced.price * self._excess_change(priced.term, self.taker)
            if spared > best:
                words = self._book_phrase(effect, priced.term, self.taker)
                best, words = spared, words if effect.rule else f"{words}, nearer to target"
        return best, words

    def _of_terms(self, effect: Effect) -> str:
        """The phrase for the term of a goal or rule that weighs most."""
        best, words = 0.0, effect.name
        sign = -1 if effect.better else 1
        for priced in self.standing.problem.terms:
            if priced.source != effect.id:
                continue
            term = priced.term
            if isinstance(term, Book):
                for csm in (self.giver, self.taker):
                    change = sign * self._excess_change(term, csm)
                    if change > best:
                        best, words = change, self._book_phrase(effect, term, csm)
            elif isinstance(term, Pair):
                words = self._pair_phrase(effect)
            elif isinstance(term, Plan):
                words = f"at most {style_of(term.quantity)(term.threshold, 0)} in the whole plan"
            elif np.isin(self.accounts, term.accounts).any():
                words = self._group_phrase(term)
        return words

    def _excess_change(self, term: Book, csm: int) -> float:
        if csm < 0:
            return 0.0
        at = replace(term, threshold=np.repeat(term.threshold[csm], 2))
        was, now = excess(at, np.array(self.book(term.quantity, csm)))
        grain = term.grain if isinstance(term.grain, (int, float)) else float(term.grain[csm])
        return float((now - was) / grain)

    def _book_phrase(self, effect: Effect, term: Book, csm: int) -> str:
        before, after = self.book(term.quantity, csm)
        name = self.standing.data.csm_names[csm]
        limit = float(term.threshold[csm])
        if effect.rule and np.isfinite(limit):
            word = "at least" if term.under else "at most"
            label, (was, now, bound) = _leveled(self.standing, term.quantity, csm, before, after, limit)
            return f"{label} {was} → {now} for {name} ({word} {bound})"
        return f"{figure(self.standing, term.quantity, csm, before, after)} for {name}"

    def _pair_phrase(self, effect: Effect) -> str:
        if effect.better:
            return f"{effect.name} is met"
        rule, settings = self.standing.rules[effect.id]
        return pair_fact(self.standing, rule, settings, self.account, self.taker).removeprefix(
            f"{rule.name}: "
        )

    def _group_phrase(self, group: Group) -> str:
        data, assignment = self.standing.data, self.standing.assignment
        others = np.setdiff1d(group.accounts, self.accounts)

        def names(csm: int) -> str:
            return listed([data.accounts[int(i)].name for i in others if assignment[i] == csm], 2)

        left, joined = names(self.giver), names(self.taker)
        parts = [f"away from {left}" if left else "", f"together with {joined}" if joined else ""]
        return " and ".join(filter(None, parts)) or f"the group of {group.name or self.account_name}"


def style_of(quantity: Quantity) -> Format:
    """How figures of a quantity are written."""
    if "ARR" in quantity.unit:
        return money
    return hours if "hours" in quantity.unit else plain


def levels(standing: Standing, quantity: Quantity, csm: int, *amounts: float) -> list[str]:
    """Figures of a book as `figure` writes them, told apart: hours as a share of capacity."""
    return _leveled(standing, quantity, csm, *amounts)[1]


def figure(standing: Standing, quantity: Quantity, csm: int, before: float, after: float) -> str:
    """`workload 131 % → 118 %`, `ARR 4.1M → 3.8M`."""
    label, both = _leveled(standing, quantity, csm, before, after)
    return f"{label} {' → '.join(both)}"


def _leveled(standing: Standing, quantity: Quantity, csm: int, *amounts: float) -> tuple[str, list[str]]:
    """What the figures of a book are, and they in words, told apart."""
    capacity = float(standing.data.capacity[csm])
    if quantity.id == "hours" and capacity > 0:
        return "workload", told_apart(percent, *(one / capacity for one in amounts))
    return quantity.name, told_apart(style_of(quantity), *amounts)


def years_together(standing: Standing, account: int) -> float:
    """Years that today's owner has had the account; 0 where unknown."""
    since = standing.data.accounts[account].owner_since
    return 0.0 if since is None else max(0.0, (standing.data.as_of - since).days / _YEAR)


def relationship(standing: Standing, account: int) -> str:
    """`3.5 years with Ada`, `4 months with Ada`, or just the name."""
    owner = int(standing.data.owner[account])
    name = standing.data.csm_names[owner] if owner >= 0 else "nobody"
    years = years_together(standing, account)
    if years >= _LONG:
        return f"{plain(round(years, 1))} {'year' if round(years, 1) == 1 else 'years'} with {name}"
    months = int(years * 12)
    return f"{count(months, 'month')} with {name}" if months else f"the relationship with {name}"


def _pair_arrow(passage: Passage, values: Floats | Shared, style: Format) -> str:
    """A figure of the account under both CSMs."""
    after = float(values[passage.account, passage.taker])
    if passage.giver < 0:
        return style(after, 0)
    return arrow(float(values[passage.account, passage.giver]), after, style)


def _retention(passage: Passage, _: Effect) -> str:
    return f"churn risk {_pair_arrow(passage, passage.standing.data.churn, percent)}"


def _expansion(passage: Passage, _: Effect) -> str:
    return f"expected expansion {_pair_arrow(passage, passage.standing.data.expansion, money)}"


def _geography(passage: Passage, _: Effect) -> str:
    return f"travel and time zones {_pair_arrow(passage, passage.standing.data.travel, hours)} a month"


def _fit(passage: Passage, effect: Effect) -> str:
    """What the taker knows that the giver does not, or the other way round."""
    data = passage.standing.data
    account, taker, giver = data.accounts[passage.account], passage.taker, passage.giver
    knows, skilled = data.matches.industry[passage.account], data.matches.skills[passage.account]
    had_industry = bool(knows[giver]) if giver >= 0 else not knows[taker]
    had_skills = bool(skilled[giver]) if giver >= 0 else not skilled[taker]
    if effect.better:
        parts = [
            f"knows {account.industry}" if knows[taker] and not had_industry else "",
            f"brings {listed(account.required_skills)}" if skilled[taker] and not had_skills else "",
        ]
    else:
        parts = [
            f"does not know {account.industry}" if had_industry and not knows[taker] else "",
            f"has no {listed(account.required_skills)}" if had_skills and not skilled[taker] else "",
        ]
    found = " and ".join(filter(None, parts))
    return f"{passage.taker_name} {found}" if found else "the accounts that go along"


def _continuity(passage: Passage, effect: Effect) -> str:
    standing, account = passage.standing, passage.account
    if standing.data.owner[account] < 0:
        return "the accounts that go along"
    if standing.data.owner[account] == passage.taker:
        return f"{relationship(standing, account)} goes on"
    if standing.data.owner[account] == passage.giver:
        return f"{relationship(standing, account)} ends"
    return f"{passage.taker_name} {'knows' if effect.better else 'does not know'} the industry"


_GOAL_PHRASES: Final = {
    "retention": _retention,
    "expansion": _expansion,
    "geography": _geography,
    "fit": _fit,
    "continuity": _continuity,
}
