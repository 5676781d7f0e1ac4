"""Hard rules that cannot all be kept, found by plain arithmetic before a solve, in business words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.amounts import in_blocks
from bookshift_model.explain.passage import style_of
from bookshift_model.explain.words import beyond, count, enough, listed, told_apart
from bookshift_model.terms import Book, Group, Pair, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices, Priced, Quantity

_NOISE = 1e-9


def prechecks(problem: Problem) -> tuple[str, ...]:
    """What cannot be kept, each sentence with the people and the smallest change that helps.

    Sums of limits against what there is, accounts that are held against the limits of their CSM, accounts
    without any CSM under a hard rule, groups that fit nowhere, forced moves against the budgets. An empty
    answer does not prove that everything fits.
    """
    names = {rule.id: rule.name for rule, _ in problem.policy.active()}
    found: list[str] = []
    for priced in problem.terms:
        if not priced.hard:
            continue
        name = names[priced.source]
        match priced.term:
            case Pair():
                found += _nobody_fits(problem, priced.term, name)
            case Book():
                found += _of_books(problem, priced.term, name)
            case Plan():
                found += _budget(problem, priced.term, name)
            case Group():
                found += _group(problem, priced, priced.term, name)
    found += _no_pair_of_rules(problem)
    return tuple(dict.fromkeys(found))


def _nobody_fits(problem: Problem, term: Pair, name: str) -> Iterator[str]:
    """Accounts that one rule leaves without anybody among those whom decisions allow."""
    amount, barred = term.amount, np.zeros(problem.data.n, dtype=bool)
    for some in in_blocks(np.flatnonzero(amount.most > 0), problem.data.m):
        barred[some] = np.where(problem.allowed[some], amount[some], np.inf).min(axis=1) > 0
    stuck = np.flatnonzero(barred)
    if len(stuck):
        who = _accounts(problem, stuck)
        held = problem.allowed[stuck].sum(axis=1) == 1
        if held.all():
            yield f"{name}: {who} {_is(stuck)} held where the rule does not allow it; release {_it(stuck)}."
        else:
            yield f"{name}: no CSM qualifies for {who}; soften the rule or change the roster."


def _no_pair_of_rules(problem: Problem) -> Iterator[str]:
    """Accounts for which each hard rule has somebody, but no CSM meets them all."""
    every, single = ~problem.allowed, np.zeros(problem.data.n, dtype=bool)
    pairs: list[tuple[str, NDArray[bool_]]] = []
    names = {rule.id: rule.name for rule, _ in problem.policy.active()}
    for priced in problem.terms:
        if priced.hard and isinstance(priced.term, Pair):
            against = np.zeros(every.shape, dtype=bool)
            for some, amounts in priced.term.amount.blocks():
                against[some] = amounts > 0
            pairs.append((names[priced.source], against))
            every = every | against
            single |= (against | ~problem.allowed).all(axis=1)
    by_rules: dict[tuple[str, ...], list[int]] = {}
    for i in np.flatnonzero(every.all(axis=1) & ~single):
        found = [(name, against[i]) for name, against in pairs if against[i].any()]
        for one in tuple(found):  # without the rules that are not needed for the conflict
            rest = [other for other in found if other is not one]
            if np.logical_or.reduce([~problem.allowed[i], *(row for _, row in rest)]).all():
                found = rest
        by_rules.setdefault(tuple(name for name, _ in found), []).append(int(i))
    for rules, stuck in by_rules.items():
        who = _accounts(problem, np.array(stuck))
        yield f"{listed(rules, 5)} together leave no CSM for {who}; soften one of these rules."


def _of_books(problem: Problem, term: Book, name: str) -> Iterator[str]:
    yield from _in_sum(problem, term, name)
    yield from (_short_books if term.under else _full_books)(problem, term, name)


def _in_sum(problem: Problem, term: Book, name: str) -> Iterator[str]:
    """Σ limits against the least (or most) that all accounts together can bring."""
    if not np.isfinite(term.threshold).all():
        return
    load = _loads(problem, term.quantity)
    style, quantity = style_of(term.quantity), term.quantity.name
    if term.under:
        there_is = float(np.where(problem.eligible, load, -np.inf).max(axis=1, initial=0).sum())
        wanted = float(term.threshold.sum())
        if wanted > there_is * (1 + _NOISE) + _NOISE:
            minima, known = told_apart(style, wanted, there_is)
            yield (
                f"{name}: the minima of all CSMs add up to {minima}, but there is only "
                f"{known} {quantity}; lower them by {enough(style, wanted - there_is)} in all."
            )
        return
    there_is = float(np.where(problem.eligible, load, np.inf).min(axis=1).sum())
    whole = _is_count(load)
    room = float(np.floor(term.threshold + _NOISE).sum() if whole else term.threshold.sum())
    if there_is > room * (1 + _NOISE) + _NOISE:
        least = "" if term.quantity.load.ndim == 1 else "at least "
        each = -(-(there_is - room) // problem.data.m) if whole else (there_is - room) / problem.data.m
        space, known = told_apart(style, room, there_is)
        yield (
            f"{name}: all CSMs together have room for {space}, but there are {least}"
            f"{known} {quantity}; raise the limit by {enough(style, each)} for each of "
            f"{problem.data.m} CSMs, or add people."
        )


def _full_books(problem: Problem, term: Book, name: str) -> Iterator[str]:
    """Accounts that can go nowhere else against the limit of the CSM who holds them."""
    load, style = _loads(problem, term.quantity), style_of(term.quantity)
    held = problem.eligible & (problem.eligible.sum(axis=1) == 1)[:, None]
    forced = np.where(held, load, 0).sum(axis=0)
    # Other accounts may make room: healthy ones bring less than nothing to a share of high-risk ARR.
    least = forced + np.where(problem.eligible & ~held, np.minimum(load, 0), 0).sum(axis=0)
    for j in np.flatnonzero(least > term.threshold * (1 + _NOISE) + _NOISE):
        accounts = np.flatnonzero(held[:, j] & (load[:, j] > 0))
        over = float(least[j] - term.threshold[j])
        csm = problem.data.csm_names[int(j)]
        limit, amount, raised = beyond(style, float(term.threshold[j]), float(forced[j]))
        yield (
            f"{name}: {count(len(accounts), 'account')} held with {csm} "
            f"{'brings' if len(accounts) == 1 else 'bring'} {amount} {term.quantity.name}, "
            f"the limit is {limit}; raise it to {raised}, "
            f"or release {_fewest(problem, load[:, j], accounts, over)}."
        )


def _short_books(problem: Problem, term: Book, name: str) -> Iterator[str]:
    """All that a CSM may have against the minimum."""
    load, style = _loads(problem, term.quantity), style_of(term.quantity)
    most = np.where(problem.eligible, np.maximum(load, 0), 0).sum(axis=0)
    wanted = np.where(np.isfinite(term.threshold), term.threshold, -np.inf)
    for j in np.flatnonzero(wanted > most * (1 + _NOISE) + _NOISE):
        csm = problem.data.csm_names[int(j)]
        minimum, reach, lowered = beyond(style, float(wanted[j]), float(most[j]), down=True)
        if term.quantity.id == "kept":
            more = enough(style, float(wanted[j] - most[j]))
            yield (
                f"{name}: {csm} can keep only {reach} of the {minimum} accounts that must "
                f"stay; let {more} more leave, or release what keeps them from {csm}."
            )
            continue
        yield (
            f"{name}: {csm} must have {minimum} {term.quantity.name}, but all accounts "
            f"that may be with {csm} come to {reach}; lower the minimum to {lowered}, or free more of them."
        )


def _budget(problem: Problem, term: Plan, name: str) -> Iterator[str]:
    load, style = _loads(problem, term.quantity), style_of(term.quantity)
    least = np.where(problem.eligible, load, np.inf).min(axis=1)
    forced = float(least.sum())
    if forced > term.threshold * (1 + _NOISE) + _NOISE:
        accounts = np.flatnonzero(least > 0)
        budget, amount, allowed = beyond(style, term.threshold, forced)
        yield (
            f"{name}: {_accounts(problem, accounts)} must move, {amount} {term.quantity.name} in all, and "
            f"the budget is {budget}; allow {allowed}, or release a pin or a hard rule."
        )


def _group(problem: Problem, priced: Priced, group: Group, name: str) -> Iterator[str]:
    m = problem.data.m
    names = _accounts(problem, group.accounts)
    owners = [set(np.flatnonzero(problem.eligible[i]).tolist()) for i in group.accounts]
    if group.apart:
        size = len(group.accounts) - group.free
        if size > m:
            yield f"{name}: {names} need {size} CSMs, and there are {m}; take {size - m} out of the group."
            return
        held = [next(iter(one)) for one in owners if len(one) == 1]
        twice = sorted({j for j in held if held.count(j) > 1})
        if len(held) - len(set(held)) > group.free:
            who = listed([problem.data.csm_names[j] for j in twice])
            yield f"{name}: two or more of {names} are held with {who}; release one of them."
    elif priced.hard and group.free == 0 and not set.intersection(*owners):
        yield f"{name}: no CSM may take all of {names}; release one of them or dissolve the group."


def _loads(problem: Problem, quantity: Quantity) -> Floats:
    """(n, m) what each account brings to each book."""
    load = quantity.load
    return load if load.ndim > 1 else np.repeat(load[:, None], problem.data.m, axis=1)


def _is_count(load: Floats) -> bool:
    return bool(np.isin(load, (0.0, 1.0)).all())


def _fewest(problem: Problem, load: Floats, accounts: Indices, over: float) -> str:
    """The smallest release that brings the book to its limit: one account if any is big enough."""
    order = accounts[np.argsort(load[accounts], kind="stable")]
    enough = order[load[order] >= over - _NOISE]
    if len(enough):
        return problem.data.accounts[int(enough[0])].name
    largest = order[::-1]
    needed = int(np.searchsorted(np.cumsum(load[largest]), over - _NOISE)) + 1
    if _is_count(load):
        return f"{needed} of {_accounts(problem, accounts)}"
    return _accounts(problem, largest[:needed])


def _accounts(problem: Problem, which: Indices) -> str:
    return listed([problem.data.accounts[int(i)].name for i in which])


def _is(which: Indices) -> str:
    return "is" if len(which) == 1 else "are"


def _it(which: Indices) -> str:
    return "it" if len(which) == 1 else "them"
