"""Why an account stays where it is: held, frozen, too dear to move, or already where it is best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.decisions import Forbid, Lock
from bookshift_model.explain.choices import choices_at
from bookshift_model.explain.obstacles import against_rules, because
from bookshift_model.explain.passage import Passage
from bookshift_model.explain.verdict import NEGLIGIBLE, Why, clauses, how_much, spelled, split
from bookshift_model.explain.words import listed
from bookshift_model.terms import Pair

if TYPE_CHECKING:
    from bookshift_model.explain.choices import Choice
    from bookshift_model.explain.standing import Standing


def why_stays(standing: Standing, account: int) -> Why:
    """The answer for an account that is with the same CSM as before."""
    here = int(standing.assignment[account])
    held = _held(standing, account, here)
    if held is not None:
        return held
    others = [one for one in choices_at(standing, account) if not one.current]
    if not others:
        who = standing.data.csm_names[here]
        return Why(account=account, csm=here, code="stay", reason=f"{who} is the only CSM", sentences=())
    return _against_best(standing, account, others[0])


def _held(standing: Standing, account: int, here: int) -> Why | None:
    """The pin, lock, freeze or rule that leaves only this CSM."""
    problem, data = standing.problem, standing.data
    if problem.eligible[account].sum() > 1 or not problem.eligible[account, here] or data.m == 1:
        return None
    one, name, who = data.accounts[account], data.accounts[account].name, data.csm_names[here]
    hold = data.decisions.hold(one.id)
    if hold is not None and problem.allowed[account].sum() == 1:
        lock = isinstance(hold, Lock)
        reason = f"{'locked with' if lock else 'pinned to'} {who}{because(hold)}"
        code = "lock" if lock else "pin"
        return Why(account=account, csm=here, code=code, reason=reason, sentences=(f"{name} is {reason}.",))
    rules = _rules_that_hold(standing, account, here)
    if rules:
        facts = list(rules.values())
        return Why(
            account=account, csm=here, code=f"rule:{next(iter(rules))}", reason=facts[0],
            sentences=tuple(f"{fact}; so it stays with {who}." for fact in facts),
        )  # fmt: skip
    if (problem.units == problem.units[account]).sum() > 1:
        others = np.flatnonzero((problem.units == problem.units[account]) & (np.arange(data.n) != account))
        names = listed([data.accounts[int(i)].name for i in others])
        reason = f"kept together with {names}, who cannot all go elsewhere"
        return Why(
            account=account, csm=here, code="group", reason=reason, sentences=(f"{name} is {reason}.",)
        )
    forbids = [d for d in data.decisions.about(one.id) if isinstance(d, Forbid)]
    reason = f"{who} is the only CSM who meets every hard rule" + (" and is not forbidden" if forbids else "")
    sentences = [f"{reason}."]
    for j in np.flatnonzero(problem.allowed[account] & ~problem.eligible[account]):
        sentences += [
            f"{data.csm_names[int(j)]}: {fact}." for fact in against_rules(standing, account, int(j))
        ]
    code = "forbid" if problem.allowed[account].sum() == 1 else "rule:eligibility"
    return Why(account=account, csm=here, code=code, reason=reason, sentences=tuple(sentences))


def _rules_that_hold(standing: Standing, account: int, here: int) -> dict[str, str]:
    """Hard rules that each exclude everybody else, with the fact."""
    other = 1 if here == 0 else 0
    found = {}
    facts = iter(against_rules(standing, account, other))
    for priced in standing.problem.terms:
        if priced.hard and isinstance(priced.term, Pair) and priced.term.amount[account, other] > 0:
            fact = next(facts)
            against = priced.term.amount[account] > 0
            if not against[here] and against.sum() == standing.data.m - 1:
                found[priced.source] = fact
    return found


def _against_best(standing: Standing, account: int, best: Choice) -> Why:
    here = int(standing.assignment[account])
    data = standing.data
    who, name = data.csm_names[here] if here >= 0 else "nobody", data.accounts[account].name
    passage = Passage(standing, account, standing.company(account), here, best.csm, done=False)
    better, worse = split(best.effects)
    amount = how_much(best.points, best.effects)
    if best.excluded:
        code, reason = "stay", f"every other CSM is excluded; next is {best.name}: {best.obstacle}"
    elif best.points < -NEGLIGIBLE:
        code = "gain"
        reason = f"{best.name} would be {amount} better on its own: {clauses(passage, better)}"
    elif better and best.points - sum(e.points for e in worse if e.id == "continuity") < -NEGLIGIBLE:
        code = "cost"
        reason = f"a move would cost more than it brings: {clauses(passage, worse)}"
    elif best.points <= NEGLIGIBLE:
        code, reason = "stay", f"{best.name} would be no better"
    else:
        code = "stay"
        reason = f"next is {best.name}, {amount} worse: {clauses(passage, worse)}"
    opening = {
        "gain": f"{name} stays with {who}, although all else equal {best.name} would be {amount} better.",
        "cost": f"{name} stays with {who}: {best.name} would help, but cost {amount} more than that brings.",
    }.get(code, f"{name} stays with {who}: {reason}.")
    sentences = (
        opening,
        *spelled(passage, better, f"Better with {best.name}"),
        *spelled(passage, worse, f"Worse with {best.name}"),
    )
    return Why(
        account=account, csm=here, code=code, reason=reason, sentences=sentences,
        better=better, worse=worse, points=best.points,
    )  # fmt: skip
