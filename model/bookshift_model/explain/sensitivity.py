"""Which limits bind, and what may still move: small answers that keep up with key presses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.decisions import Forbid, Lock, Pin
from bookshift_model.explain.passage import levels
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.words import count, plain
from bookshift_model.terms import Book, Pair, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices, Priced

_NOISE: Final = 1e-9
PINS, LOCKS, FORBIDS = "pins", "locks", "forbids"
REQUIREMENTS = "requirements that leave one CSM"
GROUPS = "groups that cannot all go elsewhere"
NOBODY_ELSE = "nobody else on the roster"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A rule that is at its limit: kept, but with no room for one account or one per cent more."""

    rule: str
    name: str
    csm: int | None
    """Position; ``None`` for a limit of the whole plan."""
    slack: float
    """Room left, in `unit`."""
    unit: str
    hard: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Movable:
    """How many accounts have more than one CSM open to them, and what holds the rest."""

    total: int
    movable: int
    held: Mapping[str, int]
    """Reason to accounts, adding up to those that are held; the first of several reasons counts. Reasons are
    `pins`, `locks`, the names of rules, `forbids`, `requirements that leave one CSM` and the like."""
    alone: Mapping[str, int]
    """Reason to accounts that would be free without it, because nothing else holds them."""


def binding(problem: Problem, assignment: Indices) -> list[Binding]:
    """Rules within one account, or one per cent, of their limit; hard ones first."""
    standing = Standing(problem, assignment)
    found = [one for p in problem.terms if p.source in standing.rules for one in _binding(standing, p)]
    return sorted(found, key=lambda one: not one.hard)


def movable(problem: Problem) -> Movable:
    """Count what is still free under the problem's decisions and hard rules."""
    free = problem.movable
    holders = list(_holders(problem))
    taken = np.zeros(problem.data.n, dtype=bool)
    many = np.zeros(problem.data.n, dtype=np.int64)
    held: dict[str, int] = {}
    for name, which in holders:
        first = which & ~free & ~taken
        if first.any():
            held[name] = held.get(name, 0) + int(first.sum())
        taken |= first
        many += which
    alone: dict[str, int] = {}
    for name, which in holders:
        only = int((which & ~free & (many == 1)).sum())
        if only:
            alone[name] = alone.get(name, 0) + only
    rest = ~free & ~taken
    in_group = np.bincount(problem.units, minlength=problem.data.n)[problem.units] > 1
    for name, which in ((REQUIREMENTS, rest & ~in_group), (GROUPS, rest & in_group)):
        if which.any():
            held[name] = int(which.sum())
    return Movable(total=problem.data.n, movable=int(free.sum()), held=held, alone=alone)


def _holders(problem: Problem) -> Iterator[tuple[str, NDArray[bool_]]]:
    """Each reason that leaves an account one CSM by itself, with the accounts (n,)."""
    data = problem.data
    index = data.portfolio.account_index
    pins, locks = np.zeros(data.n, dtype=bool), np.zeros(data.n, dtype=bool)
    forbidden = np.zeros((data.n, data.m), dtype=bool)
    csms = data.portfolio.csm_index
    for one in data.decisions:
        if isinstance(one, Pin) and one.account in index and one.csm in csms:
            pins[index[one.account]] = True
        elif isinstance(one, Lock) and one.account in index and data.owner[index[one.account]] >= 0:
            locks[index[one.account]] = True
        elif isinstance(one, Forbid) and one.account in index and one.csm in csms:
            forbidden[index[one.account], csms[one.csm]] = True
    if data.m == 1:
        yield NOBODY_ELSE, np.ones(data.n, dtype=bool)
        return
    yield PINS, pins
    yield LOCKS, locks
    rules = {rule.id: rule.name for rule, _ in problem.policy.active()}
    for priced in problem.terms:
        if priced.hard and isinstance(priced.term, Pair):
            excluded = np.count_nonzero(priced.term.amount.dense(), axis=1)
            yield rules[priced.source], np.asarray(excluded == data.m - 1)
    yield FORBIDS, np.asarray(forbidden.sum(axis=1) == data.m - 1)


def _binding(standing: Standing, priced: Priced) -> Iterator[Binding]:
    term, data = priced.term, standing.data
    rule, _ = standing.rules[priced.source]
    if isinstance(term, Book):
        load = standing.load(term.quantity)
        slack = (load - term.threshold) if term.under else (term.threshold - load)
        grain = np.broadcast_to(np.asarray(term.grain, dtype=np.float64), load.shape)
        noise = _NOISE * np.maximum(1, np.abs(np.where(np.isfinite(term.threshold), term.threshold, 0)))
        tight = np.isfinite(term.threshold) & (slack >= -noise) & (slack < grain - noise)
        if term.under:  # a book that is empty of something by its nature is at no limit
            tight &= term.threshold > 0
        for j in np.flatnonzero(tight):
            csm = int(j)
            figures = levels(standing, term.quantity, csm, float(load[j]), float(term.threshold[j]))
            word = "at least" if term.under else "at most"
            yield Binding(
                rule=rule.id, name=rule.name, csm=csm, slack=max(0.0, float(slack[j])),
                unit=term.quantity.unit, hard=priced.hard,
                sentence=f"{rule.name}: {data.csm_names[csm]} at {figures[0]} of {word} {figures[1]}"
                f" {term.quantity.name}",
            )  # fmt: skip
    elif isinstance(term, Plan):
        total = float(standing.load(term.quantity).sum())
        if -_NOISE * max(1.0, term.threshold) <= term.threshold - total < term.grain:
            used = (
                count(round(total), "account")
                if term.quantity.unit == "accounts"
                else f"{plain(round(total))} {term.quantity.unit}"
            )
            yield Binding(
                rule=rule.id, name=rule.name, csm=None, slack=max(0.0, term.threshold - total),
                unit=term.quantity.unit, hard=priced.hard,
                sentence=f"{rule.name}: {used} used, of {plain(term.threshold)} allowed",
            )  # fmt: skip
