"""What stands against another CSM for an account, or speaks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.decisions import Pin
from bookshift_model.explain.away import handover_waits
from bookshift_model.explain.obstacles import obstacle
from bookshift_model.explain.passage import Passage
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.verdict import NEGLIGIBLE, Why, clauses, code_of, how_much, spelled, split
from bookshift_model.explain.why import why

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.explain.standing import Effect
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


def why_not(problem: Problem, assignment: Indices, account: int, csm: int) -> Why:
    """What stands against the CSM at position `csm`: every goal and rule in its own unit, all else equal.

    Also says so where the CSM would be better. For the CSM who has the account it is `why`.
    """
    here = int(assignment[account])
    if here == csm:
        return why(problem, assignment, account)
    standing = Standing(problem, assignment)
    company = standing.company(account)
    changes = standing.changes([(company, np.array([csm]))])
    effects, points = changes.effects(0), float(changes.total[0])
    passage = Passage(standing, account, company, here, csm, done=False)
    better, worse = split(effects)
    stands = obstacle(standing, account, csm, effects)
    amount = how_much(points, effects)
    if stands:
        code, reason = _code_of_obstacle(standing, account, csm, worse), stands
    elif points < -NEGLIGIBLE:
        code, reason = "gain", f"would be {amount} better on its own: {clauses(passage, better)}"
    elif worse and points > NEGLIGIBLE:
        code, reason = code_of(standing, worse[0]), f"{amount} worse: {clauses(passage, worse)}"
    else:
        code, reason = "none", "would be neither better nor worse"
    sentences = [
        f"{passage.account_name} with {passage.taker_name} instead of {passage.giver_name}: {reason}."
    ]
    sentences += handover_waits(problem.data.portfolio, csm)
    sentences += spelled(passage, worse, "Worse") + spelled(passage, better, "Better")
    if stands:
        sentences.append(f"All told, {amount} {'worse' if points > 0 else 'better'}, all else equal.")
    return Why(
        account=account, csm=csm, code=code, reason=reason, sentences=tuple(sentences),
        better=better, worse=worse, points=points,
    )  # fmt: skip


def _code_of_obstacle(standing: Standing, account: int, csm: int, worse: Sequence[Effect]) -> str:
    """Pin, lock, forbid or the rule that stands against the CSM."""
    if not standing.problem.allowed[account, csm]:
        hold = standing.data.decisions.hold(standing.data.accounts[account].id)
        return "forbid" if hold is None else "pin" if isinstance(hold, Pin) else "lock"
    hard = [e for e in worse if e.hard]
    return code_of(standing, hard[0]) if hard else "group"
