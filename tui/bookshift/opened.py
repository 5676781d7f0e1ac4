"""An open scenario: its data with corrections, its state, and every figure that follows; it changes nothing.

Arrays and scores are remembered until what they are worked out from is another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.corrections import corrected
from bookshift_model.data import Data
from bookshift_model.problem import build
from bookshift_model.score import score, score_today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bookshift_io.workspace import ScenarioInfo, Workspace
    from bookshift_io.workspace.scenario_journal import ScenarioJournal
    from bookshift_model.decisions import Decisions
    from bookshift_model.policy import Policy
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.problem import Problem
    from bookshift_model.score import Scorecard
    from bookshift_model.session import Session, State


class Opened:
    """One scenario of a workspace with its figures, as they are now."""

    def __init__(self, workspace: Workspace, scenario: str | int) -> None:
        self.workspace = workspace
        self._problem: tuple[Policy, Decisions, Problem] | None = None
        self._corrected: tuple[Portfolio, Decisions, Portfolio] | None = None
        self._data: Data | None = None
        self._scores: dict[bytes, tuple[Problem, Scorecard]] = {}
        self._today: tuple[Portfolio, Policy, Scorecard] | None = None
        self.scenario: ScenarioInfo
        self.session: Session
        self._journal: ScenarioJournal
        self.news: tuple[str, ...] = ()
        """What others have changed in the scenario, as the latest action found out: a sentence each."""
        self.open(scenario)

    def open(self, scenario: str | int) -> None:
        """Switch to another scenario of the workspace; raises a `WorkspaceError` where there is none."""
        self.news = ()
        self._show(self.workspace.scenario(scenario))

    # -- what the screens show -------------------------------------------------------------

    @property
    def portfolio(self) -> Portfolio:
        """Accounts and CSMs of the scenario's data set, with what planners have corrected."""
        imported, decisions = self.session.portfolio, self.state.decisions
        known = self._corrected
        if known is not None and known[0] is imported:
            if known[1] is decisions:
                return known[2]
            if known[1].corrections() == decisions.corrections():
                self._corrected = imported, decisions, known[2]
                return known[2]
        made = corrected(imported, decisions.corrections())
        self._corrected = imported, decisions, made
        return made

    @property
    def state(self) -> State:
        """Policy, decisions and moves as they are now."""
        return self.session.state

    @property
    def problem(self) -> Problem:
        """The state as arrays; built again only as far as what changed asks for it."""
        policy, decisions = self.state.policy, self.state.decisions
        portfolio = self.portfolio
        if (
            self._problem is not None
            and self._problem[0] == policy
            and self._problem[2].data.portfolio is portfolio
        ):
            if self._problem[1] == decisions:
                return self._problem[2]
            made = self._problem[2].with_decisions(decisions)
        else:
            made = build(self._arrays(policy).with_decisions(decisions), policy)
        self._problem = (policy, decisions, made)
        self._data = made.data  # whose arrays are computed by now
        self._scores.clear()
        return made

    @property
    def assignment(self) -> NDArray[np.int64]:
        """(n,) position of each account's CSM in the plan; −1 for nobody."""
        return self.assignment_of(self.state.moves)

    def assignment_of(self, moves: Mapping[str, str]) -> NDArray[np.int64]:
        """(n,) the assignment that these moves make of today's; what is gone from the data is left out."""
        assignment = self.problem.baseline.copy()
        accounts, csms = self.portfolio.account_index, self.portfolio.csm_index
        for account, csm in moves.items():
            if account in accounts and csm in csms:
                assignment[accounts[account]] = csms[csm]
        return assignment

    @property
    def card(self) -> Scorecard:
        """The plan, judged."""
        return self.judge(self.assignment)

    @property
    def baseline_card(self) -> Scorecard:
        """Today's assignment, judged by the same policy, decisions aside: they say what shall be."""
        problem = self.problem
        known = self._today
        if known is None or known[0] is not problem.data.portfolio or known[1] != problem.policy:
            known = self._today = problem.data.portfolio, problem.policy, score_today(problem)
        return known[2]

    def judge(self, assignment: NDArray[np.int64]) -> Scorecard:
        """Any assignment, judged under the present policy and decisions; remembered until they change."""
        problem = self.problem
        key = assignment.tobytes()
        known = self._scores.get(key)
        # A screen may ask while a change is made in a thread: what was judged belongs to its problem alone.
        if known is not None and known[0] is problem:
            return known[1]
        if len(self._scores) > 8:  # noqa: PLR2004  (the plan, the baseline, a preview, a few undos)
            self._scores.clear()
        card = score(problem, assignment)
        self._scores[key] = problem, card
        return card

    def _show(self, info: ScenarioInfo) -> None:
        """Load a scenario so that its description and its content are of one version."""
        opened = self.workspace.open_scenario(info.id)
        while opened.journal.version != info.version:
            info = self.workspace.scenario(info.id)
            opened = self.workspace.open_scenario(info.id)
        self.scenario = info
        self.session, self._journal = opened
        self._problem = None
        self._scores.clear()

    def _arrays(self, policy: Policy) -> Data:
        known = self._data
        if known is None or known.formulas != policy.formulas or known.portfolio is not self.portfolio:
            known = self._data = Data(self.portfolio, policy.formulas)
        return known
