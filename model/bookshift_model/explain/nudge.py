"""What a nudge of the policy moved, so that nobody has to set a weight blindly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.explain.impact import utilisation_spread
from bookshift_model.explain.inputs import policy_diff
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.why import why_each
from bookshift_model.explain.words import arrow, count, in_unit, listed, money, plain
from bookshift_model.score import score

if TYPE_CHECKING:
    from bookshift_model.policy import Policy
    from bookshift_model.problem import Problem
    from bookshift_model.score import GoalValue
    from bookshift_model.terms import Indices

_SHOWN: Final = 3


def what_moved(
    before_policy: Policy, after_policy: Policy, before: Indices, after: Indices, problem: Problem
) -> list[str]:
    """The nudge and its effect, then the largest moves that came of it, each with its reason.

    `before` and `after` (n,) are the plans under the two policies, `problem` the one under the second. The
    second solve starts from the first plan and keeps it where nothing is gained, so that moves come of the
    nudge; a solve from scratch would also shuffle accounts that are worth the same elsewhere.
    """
    changed = policy_diff(before_policy, after_policy)
    opening = listed(changed) if changed else "The same policy"
    first, second = Standing(problem, before), Standing(problem, after)
    moved = np.flatnonzero(before != after)
    if not len(moved):
        return [f"{opening}: nothing moves because of it."]
    cards = score(problem, before), score(problem, after)
    order = [int(i) for i in moved[np.argsort(-problem.data.arr[moved], kind="stable")]][:_SHOWN]
    names = problem.data.accounts
    get = "gets" if len(moved) == 1 else "get"
    parts = [f"{count(len(moved), 'account')} {get} another CSM than in the plan before"]
    # The moves that a planner has counted so far are those against today's books: never mix the two up.
    since = [Moved.of(card.moves) for card in cards]
    parts.append(f"moves from today: {since[0].moves:,} → {since[1].moves:,}")
    if any(one.placed for one in since):
        parts.append(f"placed that nobody has today: {since[0].placed:,} → {since[1].placed:,}")
    spread = [utilisation_spread(card.books) for card in cards]
    if spread[0] is not None and spread[1] is not None and abs(spread[0] - spread[1]) >= 1:
        parts.append(f"utilisation spread {arrow(spread[0], spread[1], plain)} points")
    parts += _goals(before_policy, after_policy, cards[0].goals, cards[1].goals)
    found = [f"{opening}: {'; '.join(parts)}; first: {names[order[0]].name}."]
    for i, answer in zip(order, why_each(first, second, order, brief=True), strict=True):
        taker = problem.data.csm_names[int(after[i])] if after[i] >= 0 else "nobody"
        found.append(f"{names[i].name} ({money(names[i].arr)}) goes to {taker}: {answer.reason}.")
    if len(moved) > _SHOWN:
        found.append(f"{count(len(moved) - _SHOWN, 'more move')} of smaller accounts.")
    return found


def _goals(
    before: Policy, after: Policy, was: tuple[GoalValue, ...], now: tuple[GoalValue, ...]
) -> list[str]:
    """What became of the goals whose weight was nudged."""
    nudged = {name for name, weight in after.weights.items() if before.weights[name] != weight}
    return [
        f"{two.name} {in_unit(two.value - one.value, two.unit)}"
        for one, two in zip(was, now, strict=True)
        if one.id in nudged and abs(two.value - one.value) > 1e-6 * max(1.0, abs(one.value))
    ]
