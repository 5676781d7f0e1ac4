"""What a policy makes of today's books and of the plan: worked out off the event loop."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bookshift_model.corrections import corrected
from bookshift_model.data import Data
from bookshift_model.explain.prechecks import prechecks
from bookshift_model.explain.sensitivity import Movable, movable
from bookshift_model.problem import build
from bookshift_model.score import Scorecard, score, score_today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift_model.decisions import Correct
    from bookshift_model.formulas import Formulas
    from bookshift_model.policy import Policy
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.problem import Problem
    from bookshift_model.session import State
    from bookshift_model.terms import Indices

PROBE: Final = {"mode": "soft", "price": 0.0}
"""Settings that count how often a rule is broken and change nothing else."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A state under its policy."""

    state: State
    today: Scorecard
    plan: Scorecard
    """Both also list what breaks the rules that are off, at a price of 0."""
    movable: Movable
    clashes: tuple[str, ...]
    """Hard rules that cannot all be kept, a sentence each."""
    broken_today: Mapping[str, int]
    """Rule id to the number of times that it is broken, rules that are off included."""
    broken_plan: Mapping[str, int]


class Judge:
    """Makes `Figures` of a portfolio as imported; keeps arrays while formulas and corrections stay.

    `known` are arrays that are there already, with the corrections in them. Any one thread.
    """

    def __init__(self, portfolio: Portfolio, known: tuple[Data, tuple[Correct, ...]] | None = None) -> None:
        self.portfolio = portfolio
        self._data: tuple[Formulas, tuple[Correct, ...], Data] | None = None
        if known is not None:
            data, corrections = known
            self._data = data.formulas, corrections, data.beside()

    def problem(self, state: State) -> Problem:
        """The state as arrays."""
        formulas, corrections = state.policy.formulas, state.decisions.corrections()
        if self._data is None or self._data[:2] != (formulas, corrections):
            self._data = formulas, corrections, Data(corrected(self.portfolio, corrections), formulas)
        return build(self._data[2].with_decisions(state.decisions), state.policy)

    def assignment(self, problem: Problem, moves: Mapping[str, str]) -> Indices:
        """(n,) what these moves make of today's books; moves of what is gone are left out."""
        accounts, csms = self.portfolio.account_index, self.portfolio.csm_index
        plan = problem.baseline.copy()
        for account, csm in moves.items():
            if account in accounts and csm in csms:
                plan[accounts[account]] = csms[csm]
        return plan

    def judge(self, state: State) -> Figures:
        """Judge a state; takes as long as building a problem and scoring it twice."""
        problem = self.problem(replace(state, policy=probing(state.policy)))
        plan = self.assignment(problem, state.moves)
        today, planned = score_today(problem), score(problem, plan)
        return Figures(
            state=state,
            today=today,
            plan=planned,
            movable=movable(problem),
            clashes=prechecks(problem),
            broken_today=Counter(one.rule for one in today.violations),
            broken_plan=Counter(one.rule for one in planned.violations),
        )


def probing(policy: Policy) -> Policy:
    """The policy with every rule on, those that are off without a price: so that their breaks are counted."""
    rules = {
        name: one.model_copy(update=PROBE) if one.mode == "off" else one for name, one in policy.rules.items()
    }
    custom = tuple(one.model_copy(update=PROBE) if one.mode == "off" else one for one in policy.custom)
    return policy.model_copy(update={"rules": rules, "custom": custom})
