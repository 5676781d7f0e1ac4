"""What each CSM would cost the account in sight if the rest of the plan adapts: from prices, then probed.

Prices come from the latest solve under the same policy, or from the solver's child, which is asked for them
ahead. A row of them takes no time. The child refines it while the cursor rests; nothing waits for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift.points import change
from bookshift.proof import digest
from bookshift.solver_events import Answered, Prices, Probed
from bookshift.solver_job import Question
from bookshift_model.adapting import Tariffs, between, without_hard
from bookshift_model.asking import AHEAD, PROBED
from bookshift_model.certificate import Certificate
from bookshift_model.gaps import tolerance

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
    from bookshift_model.terms import Floats

_KEPT: Final = 500
"""Accounts whose probes are remembered."""
ROUGH: Final = "~"
"""Before a figure that comes from prices alone."""


@dataclass(frozen=True, slots=True)
class Adapting:
    """What each CSM costs an account if the rest adapts, in points as in `bookshift.points`."""

    costs: Floats
    """(m,)"""
    exact: NDArray[bool_]
    """(m,) whether the relaxation was solved for it, or it is proven; prices alone otherwise."""

    def words(self, csm: int) -> str:
        """`+0.3`, or `~+0.3` from prices alone."""
        return f"{'' if self.exact[csm] else ROUGH}{change(float(self.costs[csm]))}"


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
        self._asked: tuple[int, Problem, str | None] | None = None
        self._certificate: tuple[Problem, Certificate] | None = None
        self._bound: tuple[Problem, float] | None = None
        self._tariffs: Tariffs | None = None
        self._probed: tuple[Problem, dict[str, Probed]] | None = None

    # -- what is shown

    def costs(self, view: View, accounts: Sequence[int], ranking: Sequence[Candidate]) -> Adapting | None:
        """What is known at once; nothing before there are prices.

        `ranking` is that of these accounts, all to go to one CSM, while all others stay.
        """
        problem = view.problem
        tariffs = self._tariffs_of(problem)
        if tariffs is None:
            return None
        costs = tariffs.rises(*accounts)
        exact = np.zeros(len(costs), dtype=bool)
        alone = view.portfolio.accounts[accounts[0]].id if len(accounts) == 1 else ""
        probed = self._answers(problem).get(alone)
        if probed is not None:
            for csm, bound in probed.bounds.items():
                at = view.portfolio.csm_index[csm]
                costs[at], exact[at] = bound - probed.base, True
        open_points = self._open(view)
        eligible = problem.eligible[list(accounts)].all(axis=0)
        # From several books, what the moves cost on their own is added up book by book, and no upper limit.
        if len(set(view.assignment[list(accounts)].tolist())) > 1:
            open_points = np.inf
        if open_points < np.inf:
            own = np.full(len(costs), np.inf)
            for one in ranking:
                if not (one.excluded or one.eases or one.breaks):
                    own[one.csm] = one.points
            hard = sum(one.points for one in view.card.broken)
            exact |= own + open_points <= tolerance(view.card.points, hard)
            costs = between(costs, own, open_points, eligible)
        else:
            costs = between(costs, np.full(len(costs), np.inf), 0.0, eligible)
        return Adapting(without_hard(problem, costs, *accounts), exact)

    def _open(self, view: View) -> float:
        """Points by which what is shown may still be worse than the best; infinite where nobody knows."""
        known = self._bound
        if known is None or view.showing == "today" or not _same_decisions(known[0], view.problem):
            return np.inf
        return max(0.0, view.card.points - known[1])

    # -- what is asked

    def want(self, view: View, account: str | None, *, most: int = 8, seconds: float = 0.3) -> bool:
        """Ask the child for what is not known yet: prices, and probes of the account under the cursor.

        Whether an answer is on its way.
        """
        problem, known = view.problem, self._certificate_of(view.problem)
        if problem.eligible.size > PROBED or (known is not None and account in self._answers(problem)):
            account = None
        if known is not None and account is None:
            return False
        if known is None and problem.eligible.size > AHEAD:
            return False
        if self._asked is not None and self._asked[1] is problem and self._asked[2] == account:
            return True
        here = -1 if account is None else int(view.assignment[view.portfolio.account_index[account]])
        question = Question(
            policy=problem.policy,
            decisions=problem.data.decisions,
            account=account,
            here=view.portfolio.csms[here].id if here >= 0 else None,
            certificate=None if known is None else known.to_record(),
            most=most,
            seconds=seconds,
        )
        number = self._ask(view.portfolio, question)
        self._asked = None if number is None else (number, problem, account)
        return number is not None

    def leave(self) -> None:
        """Want no more of what was asked: the cursor moved on."""
        if self._asked is not None:
            self._drop(self._asked[0])
            self._asked = None

    def heard(self, event: Answer) -> None:
        """Take an answer of the child."""
        if self._asked is None or event.id != self._asked[0]:
            return
        problem = self._asked[1]
        if isinstance(event, Answered):
            self._asked = None
        elif isinstance(event, Prices):
            self.learn(problem, event.certificate)
        elif event.bounds:
            answers = self._answers(problem)
            if not answers:
                self._probed = problem, answers
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

    def _answers(self, problem: Problem) -> dict[str, Probed]:
        """The probes of a problem, by account."""
        known = self._probed
        return known[1] if known is not None and _same_decisions(known[0], problem) else {}


def _same_policy(one: Problem, other: Problem) -> bool:
    if one is other:
        return True
    portfolios = one.data.portfolio, other.data.portfolio
    return one.policy == other.policy and (portfolios[0] is portfolios[1] or portfolios[0] == portfolios[1])


def _same_decisions(one: Problem, other: Problem) -> bool:
    return one is other or (_same_policy(one, other) and one.data.decisions == other.data.decisions)
