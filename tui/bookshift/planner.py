"""The use cases of one open scenario: decide, move, undo, accept; screens, commands and tests share them.

Nothing here knows of a terminal. Every action is durable in the workspace before it returns.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from bookshift.points import proven
from bookshift.proof import PROOF, digest, digest_of
from bookshift.scope import ACCEPTED
from bookshift_io.workspace import ChangedMeanwhileError, FrozenError
from bookshift_io.workspace.journal import STEPS
from bookshift_model.corrections import corrected
from bookshift_model.data import Data
from bookshift_model.edits import Editor
from bookshift_model.mender import Mender
from bookshift_model.problem import build
from bookshift_model.score import score, score_today
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from bookshift.taking import Point
    from bookshift_io.workspace import JournalEntry, ScenarioInfo, Workspace
    from bookshift_io.workspace.scenario_journal import ScenarioJournal
    from bookshift_model.decisions import Decisions
    from bookshift_model.policy import Policy
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.problem import Problem
    from bookshift_model.score import Scorecard
    from bookshift_model.session import Change, Entry, Session, State


class Planner:
    """One scenario of a workspace, open for planning."""

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

    # -- what a planner does ---------------------------------------------------------------

    def pin(
        self,
        accounts: Sequence[str],
        csm: str,
        reason: str = "",
        *,
        expires: date | None = None,
        request: str | None = None,
    ) -> Entry | None:
        """Pin accounts to a CSM."""
        return self._do(lambda e: e.pin(accounts, csm, reason, expires), request)

    def lock(
        self,
        accounts: Sequence[str],
        reason: str = "",
        *,
        expires: date | None = None,
        request: str | None = None,
    ) -> Entry | None:
        """Lock existing relationships."""
        return self._do(lambda e: e.lock(accounts, reason, expires), request)

    def forbid(
        self,
        accounts: Sequence[str],
        csm: str,
        reason: str = "",
        *,
        expires: date | None = None,
        request: str | None = None,
    ) -> Entry | None:
        """Forbid accounts to a CSM."""
        return self._do(lambda e: e.forbid(accounts, csm, reason, expires), request)

    def keep_together(
        self, accounts: Sequence[str], reason: str = "", *, apart: bool = False, request: str | None = None
    ) -> Entry | None:
        """Keep accounts together, or apart."""
        return self._do(lambda e: e.keep_together(accounts, reason, apart=apart), request)

    def release(self, accounts: Sequence[str], *, request: str | None = None) -> Entry | None:
        """Drop all decisions about accounts."""
        return self._do(lambda e: e.release(accounts), request)

    def move(self, accounts: Sequence[str], csm: str, *, request: str | None = None) -> Entry | None:
        """Move accounts by hand."""
        return self._do(lambda e: e.move(accounts, csm), request)

    def set_policy(self, policy: Policy, label: str, *, request: str | None = None) -> Entry | None:
        """Put another policy in force."""
        return self._do(lambda e: e.set_policy(policy, label), request)

    # -- what the data is to be taken for ---------------------------------------------------

    def correct(
        self, values: Sequence[tuple[str, str, str]], reason: str = "", *, request: str | None = None
    ) -> Entry | None:
        """Take values of accounts as others than their source says: (account, field, text)."""
        return self._do(lambda e: self._mender(e).correct(values, reason), request)

    def accept_findings(
        self,
        findings: Sequence[tuple[str, str, str]],
        what: str,
        reason: str = "",
        *,
        request: str | None = None,
    ) -> Entry | None:
        """See findings about the data and leave them: (group, about, value)."""
        return self._do(lambda e: self._mender(e).accept(findings, what, reason), request)

    def take_back(self, keys: Sequence[str], what: str, *, request: str | None = None) -> Entry | None:
        """Drop corrections and acceptances by their keys."""
        return self._do(lambda e: self._mender(e).take_back(keys, what), request)

    def _mender(self, editor: Editor) -> Mender:
        return Mender(self.session.portfolio, editor.state, editor.author, editor.at)

    def undo(self) -> Entry | None:
        """Take back the latest change; ``None`` where there is none.

        Raises a `ConflictError` where the latest change is no longer the one that was shown as such.
        """
        return self._step(lambda session: session.history.done[-1:], lambda session: session.undo())

    def redo(self) -> Entry | None:
        """Do again what was taken back last; ``None`` where there is nothing.

        Raises a `ConflictError` where what was taken back last is no longer what was shown as such.
        """
        return self._step(lambda session: session.history.undone[:1], lambda session: session.redo())

    # -- solving ---------------------------------------------------------------------------

    def keep_proposal(self, result: Mapping[str, object]) -> None:
        """Store the best plan of a solve (with its figures), so that nothing that happens now can lose it."""
        self.workspace.save_proposal(self.scenario.id, dict(result), version=self.scenario.version)

    @property
    def proposal(self) -> dict[str, object] | None:
        """The stored plan of the latest solve that is neither accepted nor rejected."""
        found = self.workspace.proposal(self.scenario.id)
        return None if found is None or found.content.get("closed") else found.content

    def accept(self, *, request: str | None = None) -> Entry | None:
        """Take over the stored plan in one step; what was decided since the solve stays as decided."""
        if (known := self._known(request)) is not None:
            return known
        found = self.proposal
        if found is None:
            return None
        moves = {str(a): str(c) for a, c in dict(found["moves"]).items()}  # type: ignore[call-overload]
        gap = found.get("gap")
        label = _accepted(len(moves), gap if isinstance(gap, float) else None)
        entry = self._do(lambda e: e.accept(moves, label), request)
        self._put_away(found)
        return entry

    def take(self, point: Point, policy: Policy, name: str) -> Entry | None:
        """Put the plan of a point and the policy that it was solved under in force, with its proof.

        Raises a `ConflictError` where data, policy or decisions are no longer those that were varied.
        """

        def make(editor: Editor) -> Change:
            if digest(self) != point.origin:
                msg = "the scenario has changed since this plan was made; work it out again"
                raise ConflictError(msg)
            return editor.take(policy, point.moves, f"{_accepted(len(point.moves), point.gap)}: {name}")

        solved = digest_of(self.scenario.dataset_id, policy, self.state.decisions)
        entry = self._do(make, None)
        proof = {key: value for key, value in point.to_record().items() if key in PROOF}
        self.workspace.save_proposal(self.scenario.id, {"closed": True, **proof, "digest": solved})
        return entry

    def reject(self) -> None:
        """Drop the stored plan."""
        found = self.proposal
        if found is not None:
            self._put_away(found)

    def _put_away(self, proposal: Mapping[str, object]) -> None:
        """Forget a plan, but not the prices that bound all plans."""
        if proposal.get("certificate") is None:
            self.workspace.clear_proposal(self.scenario.id)
            return
        proof = {name: proposal[name] for name in PROOF if name in proposal}
        self.workspace.save_proposal(self.scenario.id, {"closed": True, **proof})

    # -- inside ----------------------------------------------------------------------------

    def _do(self, make: Callable[[Editor], Change], request: str | None) -> Entry | None:
        """Carry out a gesture; where somebody else was first, once more on top of what they did.

        A request that went through before changes nothing and gives its entry. Raises a `ConflictError`, with
        their changes on screen, where they touched the same things.
        """
        if (known := self._known(request)) is not None:
            return known
        change = make(self._editor())

        def again() -> Entry | None:
            change.apply(self.state)
            return self.session.do(make(self._editor()), request_id=request)

        return self._durable(lambda: self.session.do(change, request_id=request), again)

    def _known(self, request: str | None) -> Entry | None:
        """The step of this scenario that a request made, with all that is stored on screen.

        It is asked for before the gesture is made: what it did may leave nothing for the gesture to do.
        """
        row = None if request is None else self.workspace.request(request)
        if row is None or row.scenario_id != self.scenario.id or row.kind not in STEPS:
            return None
        self.news = ()
        self._catch_up()
        return row.as_entry()

    def _step(
        self, target: Callable[[Session], tuple[Entry, ...]], step: Callable[[Session], Entry | None]
    ) -> Entry | None:
        """Undo or redo what the person sees as the target, and never anything else."""
        seen = [one.seq for one in target(self.session)]

        def again() -> Entry | None:
            if [one.seq for one in target(self.session)] != seen:
                raise ConflictError
            return step(self.session)

        return self._durable(lambda: step(self.session), again)

    def _durable(self, act: Callable[[], Entry | None], again: Callable[[], Entry | None]) -> Entry | None:
        self.news = ()
        try:
            entry = act()
        except FrozenError:
            self._show(self.workspace.scenario(self.scenario.id))
            raise
        except ChangedMeanwhileError as error:
            self._show(self.workspace.scenario(self.scenario.id))
            self.news = tuple(map(_told, error.entries))
            try:
                entry = again()
            except ConflictError:
                self._show(self.workspace.scenario(self.scenario.id))
                raise error from None
        if entry is not None:
            self._catch_up()
        return entry

    def _catch_up(self) -> None:
        """Show the version that is stored: as a rule the one just made, unless somebody was quick."""
        shown = self._journal.version
        self.scenario = self.workspace.scenario(self.scenario.id)
        if self.scenario.version != shown:
            since = self.workspace.journal(self.scenario.id, limit=self.scenario.version - shown)
            self.news += tuple(_told(one) for one in reversed(since) if (one.version or 0) > shown)
            self._show(self.scenario)

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

    def _editor(self) -> Editor:
        return Editor(self.portfolio, self.state, self.workspace.person.name, datetime.now(UTC))

    def _arrays(self, policy: Policy) -> Data:
        known = self._data
        if known is None or known.formulas != policy.formulas or known.portfolio is not self.portfolio:
            known = self._data = Data(self.portfolio, policy.formulas)
        return known


def _accepted(moves: int, gap: float | None) -> str:
    """How the journal calls a plan of the solver that was taken over."""
    count = "1 move" if moves == 1 else f"{moves} moves"
    return ", ".join(filter(None, (f"{ACCEPTED} with {count}", proven(gap))))


def _told(entry: JournalEntry) -> str:
    """Who did what, in a sentence."""
    did = {"undo": "undid: ", "redo": "did again: "}.get(entry.kind, "")
    return f"{entry.author} {did}{entry.label}"
