"""What each CSM would cost the account in sight if the rest of the plan adapts: from prices, then from plans.

Prices come from the latest solve under the same policy, or from the solver's child, which is asked for them
ahead. A row of them takes no time. While the cursor rests the child looks for plans with the account at each
CSM; nothing waits for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift.points import change
from bookshift.proof import digest
from bookshift.solver_events import Answered, Prices, Probed
from bookshift.solver_job import Question
from bookshift_model.adapting import Tariffs, reached, roughly, without_hard
from bookshift_model.asking import AHEAD, SEARCHED
from bookshift_model.certificate import Certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift.panes.ranking import Candidate
    from bookshift.panes.view import View
    from bookshift.planner import Planner
    from bookshift.solver_events import Answer
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices

_KEPT: Final = 500
"""Accounts whose figures are remembered."""
ROUGH: Final = "~"
"""Before a figure that comes from prices or a first look."""


@dataclass(frozen=True, slots=True)
class Adapting:
    """What each CSM costs an account if the rest adapts, in points as in `bookshift.points`."""

    costs: Floats
    """(m,)"""
    sure: NDArray[bool_]
    """(m,) whether it comes from more than prices or a first look."""
    least: Floats
    """(m,) what is proven of it for plans that break hard rules no more than the one at hand; 0: nothing."""

    def words(self, csm: int) -> str:
        """`+0.3`, or `~+0.3` where it is rough."""
        return f"{'' if self.sure[csm] else ROUGH}{change(float(self.costs[csm]))}"

    def proven(self, csm: int) -> str:
        """`+0.2` where so much is proven, else nothing."""
        text = change(float(self.least[csm]))
        return "" if text == "0" else text


class Hover:
    """Figures for the account in sight.

    `ask` and `drop` speak to the child, `changed` says that there are more figures. `ask` gives ``None``
    where there is no child, or a solve is under way.
    """

    def __init__(
        self,
        ask: Callable[[Portfolio, Question], int | None],
        drop: Callable[[int], None],
        changed: Callable[[], None],
    ) -> None:
        self._ask, self._drop, self._changed = ask, drop, changed
        self._asked: _Asked | None = None
        self._certificate: tuple[Problem, Certificate] | None = None
        self._bound: tuple[Problem, float] | None = None
        self._tariffs: Tariffs | None = None
        self._probed: tuple[_Asked, dict[str, Probed]] | None = None
        self._plan: tuple[Indices, Mapping[str, str]] | None = None

    # -- what is shown

    def costs(self, view: View, accounts: Sequence[int], ranking: Sequence[Candidate]) -> Adapting | None:
        """What is known at once; nothing before there are prices.

        `ranking` is that of these accounts, all to go to one CSM, while all others stay.
        """
        problem = view.problem
        tariffs = self._tariffs_of(problem)
        if tariffs is None:
            return None
        owners = set(view.assignment[list(accounts)].tolist())
        here = owners.pop() if len(owners) == 1 else -1
        eligible: NDArray[bool_] = np.asarray(problem.eligible[list(accounts)].all(axis=0))
        costs = without_hard(problem, roughly(tariffs.rises(*accounts), here, eligible), *accounts)
        found = np.zeros(len(costs), dtype=bool)
        sure, least = found, np.zeros(len(costs))
        alone = view.portfolio.accounts[accounts[0]].id if len(accounts) == 1 else ""
        probed = self._answers(view).get(alone)
        if probed is not None:
            points, proven = (_by_csm(view, of) for of in (probed.reached, probed.least))
            found = np.isfinite(points)
            costs = np.where(found, reached(points, probed.base, here), costs)
            sure = found & ~np.isin([one.id for one in view.portfolio.csms], probed.rough)
            least = np.where(found & eligible, np.fmax(proven - probed.base, 0.0), 0.0)
        if here >= 0:
            # From several books, what the moves cost on their own is added up book by book, and no limit.
            solved = self._is_solved(view)
            for one in ranking:
                if one.here:
                    costs[one.csm], sure[one.csm] = 0.0, True
                elif not one.eases and not (one.breaks and found[one.csm]):
                    # A plan that was found may keep a rule that the move alone breaks, and cost more for it.
                    # More freedom cannot cost more. (Books that were not solved are bettered by many a move.)
                    costs[one.csm] = min(costs[one.csm], one.points if solved else max(one.points, 0.0))
        return Adapting(costs, sure, np.minimum(least, np.maximum(costs, 0.0)))

    def _is_solved(self, view: View) -> bool:
        """Whether the plan in sight is one that was solved."""
        known = self._bound
        return known is not None and view.showing != "today" and _same_decisions(known[0], view.problem)

    # -- what is asked

    def want(self, view: View, account: str | None, *, most: int = 20, seconds: float = 0.3) -> bool:
        """Ask the child for what is not known yet: prices, and probes of the account under the cursor.

        Whether an answer is on its way.
        """
        problem, known = view.problem, self._certificate_of(view.problem)
        answer = None if account is None else self._answers(view).get(account)
        if problem.eligible.size > SEARCHED or (known is not None and answer is not None and answer.last):
            account = None
        if known is not None and account is None:
            return False
        if known is None and problem.eligible.size > AHEAD:
            return False
        asked = self._asked
        if asked is not None and asked.about(view) and asked.account == account:
            return True
        here = -1 if account is None else int(view.assignment[view.portfolio.account_index[account]])
        question = Question(
            policy=problem.policy,
            decisions=problem.data.decisions,
            account=account,
            here=view.portfolio.csms[here].id if here >= 0 else None,
            moves={} if account is None else self._moves(view),
            certificate=None if known is None else known.to_record(),
            most=most,
            seconds=seconds,
        )
        number = self._ask(view.portfolio, question)
        self._asked = None if number is None else _Asked(number, problem, view.assignment, account)
        return number is not None

    def _moves(self, view: View) -> Mapping[str, str]:
        """The plan in sight, as the child reads it."""
        if self._plan is None or self._plan[0] is not view.assignment:
            moved = np.flatnonzero((view.assignment != view.problem.baseline) & (view.assignment >= 0))
            accounts, csms = view.portfolio.accounts, view.portfolio.csms
            moves = {accounts[i].id: csms[view.assignment[i]].id for i in moved.tolist()}
            self._plan = view.assignment, moves
        return self._plan[1]

    def leave(self) -> None:
        """Want no more of what was asked: the cursor moved on."""
        if self._asked is not None:
            self._drop(self._asked.number)
            self._asked = None

    def heard(self, event: Answer) -> None:
        """Take an answer of the child."""
        asked = self._asked
        if asked is None or event.id != asked.number:
            return
        if isinstance(event, Answered):
            self._asked = None
        elif isinstance(event, Prices):
            self.learn(asked.problem, event.certificate)
        elif event.reached:
            if self._probed is None or not self._probed[0].same_as(asked):
                self._probed = asked, {}
            answers = self._probed[1]
            if len(answers) >= _KEPT:
                del answers[next(iter(answers))]
            answers[event.account] = event
            self._changed()

    # -- what is known

    def learn(self, problem: Problem, certificate: Mapping[str, Any], bound: float | None = None) -> None:
        """Take prices for a policy, and a bound on all plans of the problem."""
        self._certificate = problem, Certificate.from_record(certificate)
        self._tariffs = None
        if bound is not None:
            self._bound = problem, bound
        self._changed()

    def recall(self, planner: Planner) -> None:
        """Take the prices of the latest solve as they were stored, where they are for the state as it is."""
        problem = planner.problem
        if self._bound is not None and _same_decisions(self._bound[0], problem):
            return
        kept = planner.workspace.proposal(planner.scenario.id)
        if kept is None or not isinstance(kept.content.get("certificate"), dict):
            return
        if kept.content.get("digest") == digest(planner):
            bound = kept.content.get("bound")
            known = bound if isinstance(bound, float) else None
            self.learn(problem, kept.content["certificate"], known)

    def _certificate_of(self, problem: Problem) -> Certificate | None:
        known = self._certificate
        return known[1] if known is not None and _same_policy(known[0], problem) else None

    def _tariffs_of(self, problem: Problem) -> Tariffs | None:
        certificate = self._certificate_of(problem)
        if certificate is None:
            return None
        if self._tariffs is None or self._tariffs.problem is not problem:
            self._tariffs = Tariffs.of(problem, certificate)
        return self._tariffs

    def _answers(self, view: View) -> dict[str, Probed]:
        """What was found for the plan in sight, by account."""
        known = self._probed
        return known[1] if known is not None and known[0].about(view) else {}


@dataclass(frozen=True, eq=False, slots=True)
class _Asked:
    """A question, and of what plan."""

    number: int
    problem: Problem
    assignment: Indices
    account: str | None

    def about(self, view: View) -> bool:
        """Whether it is about what is shown."""
        return _same_plan(self.problem, self.assignment, view.problem, view.assignment)

    def same_as(self, other: _Asked) -> bool:
        """Whether it is about the same plan as another one."""
        return _same_plan(self.problem, self.assignment, other.problem, other.assignment)


def _by_csm(view: View, of: Mapping[str, float]) -> Floats:
    """(m,) figures in the order of CSMs, NaN for none."""
    made = np.full(len(view.portfolio.csms), np.nan)
    for csm, figure in of.items():
        made[view.portfolio.csm_index[csm]] = figure
    return made


def _same_plan(one: Problem, plan: Indices, other: Problem, another: Indices) -> bool:
    return _same_decisions(one, other) and (plan is another or np.array_equal(plan, another))


def _same_policy(one: Problem, other: Problem) -> bool:
    if one is other:
        return True
    portfolios = one.data.portfolio, other.data.portfolio
    return one.policy == other.policy and (portfolios[0] is portfolios[1] or portfolios[0] == portfolios[1])


def _same_decisions(one: Problem, other: Problem) -> bool:
    return one is other or (_same_policy(one, other) and one.data.decisions == other.data.decisions)
