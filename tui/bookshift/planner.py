"""The use cases of one open scenario: decide, move, undo, accept; screens, commands and tests share them.

Nothing here knows of a terminal. Every action is durable in the workspace before it returns.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from bookshift.naming import honest
from bookshift.opened import Opened
from bookshift.points import proven
from bookshift.proof import PROOF, digest, digest_of
from bookshift.scope import ACCEPTED
from bookshift_io.workspace import ChangedMeanwhileError, FrozenError
from bookshift_io.workspace.journal import STEPS
from bookshift_model.edits import Editor
from bookshift_model.explain.moved import Moved
from bookshift_model.mender import Mender
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from bookshift.taking import Point
    from bookshift_model.policy import Policy
    from bookshift_model.session import Change, Entry, Session


_BEGINNINGS: Final = {"rebase": "import", "clone": "copy"}
"""Rows of the journal after which undo starts afresh, and what they are called."""


class Planner(Opened):
    """Plans one scenario: every gesture is a change in its journal."""

    # -- what a planner does ---------------------------------------------------------------

    def check(self, gesture: Callable[[Editor], object]) -> None:
        """Raise the `EditError` of a gesture, and change nothing: before a person is asked for a reason."""
        gesture(self._editor())

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

    def move(
        self, accounts: Sequence[str], csm: str, reason: str = "", *, request: str | None = None
    ) -> Entry | None:
        """Move accounts by hand."""
        return self._do(lambda e: e.move(accounts, csm, reason), request)

    def set_policy(self, policy: Policy, label: str, *, request: str | None = None) -> Entry | None:
        """Put another policy in force, under a name that is true of it."""
        return self._do(lambda e: e.set_policy(honest(policy), label), request)

    # -- what the data is to be taken for ---------------------------------------------------

    def correct(
        self, values: Sequence[tuple[str, str, str]], reason: str = "", *, request: str | None = None
    ) -> Entry | None:
        """Take values of accounts as others than their source says: (account, field, text)."""
        return self._mend(lambda mender: mender.correct(values, reason), request)

    def accept_findings(
        self,
        findings: Sequence[tuple[str, str, str]],
        what: str,
        reason: str = "",
        *,
        request: str | None = None,
    ) -> Entry | None:
        """See findings about the data and leave them: (group, about, value)."""
        return self._mend(lambda mender: mender.accept(findings, what, reason), request)

    def take_back(self, keys: Sequence[str], what: str, *, request: str | None = None) -> Entry | None:
        """Drop corrections and acceptances by their keys."""
        return self._mend(lambda mender: mender.take_back(keys, what), request)

    def _mend(self, make: Callable[[Mender], Change], request: str | None) -> Entry | None:
        """Decide about values; refused where an import came first, as it may have brought better ones."""
        seen = self.scenario.dataset_id

        def mend(editor: Editor) -> Change:
            if self.scenario.dataset_id != seen:
                raise ConflictError
            return make(Mender(self.session.portfolio, editor.state, editor.author, editor.at))

        return self._do(mend, request)

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

    @property
    def nothing_to_undo(self) -> str:
        """Why nothing can be undone, a sentence; what was done before an import or a copy stays."""
        history = self.session.history
        if history.done or not history.settled:
            return "There is nothing to undo."
        rows = [
            one for one in self.workspace.journal(self.scenario.id, limit=1000) if one.kind in _BEGINNINGS
        ]
        if not rows:
            return "There is nothing to undo."
        # A copy that goes on with newer data right away has begun as a copy.
        start = rows[1] if len(rows) > 1 and rows[1].seq + 1 == rows[0].seq else rows[0]
        when = f"{_BEGINNINGS[start.kind]} of {start.at.astimezone():%Y-%m-%d}"
        return f"Nothing to undo: changes before the {when} stay; g s lists them."

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
        moves = {str(a): str(c) for a, c in dict(found["moves"]).items()}  # type: ignore[call-overload]  # as `save_proposal` kept it
        gap = found.get("gap")
        label = _accepted(Moved.of_plan(moves, self.portfolio), gap if isinstance(gap, float) else None)
        entry = self._do(lambda e: e.accept(moves, label), request)
        self._put_away(found)
        return entry

    def take(self, point: Point, policy: Policy, name: str) -> Entry | None:
        """Put the plan of a point and the policy that it was solved under in force, with its proof.

        Raises a `ConflictError` where data, policy or decisions are no longer those that were varied.
        """
        policy = honest(policy)

        def make(editor: Editor) -> Change:
            if digest(self) != point.origin:
                msg = "the scenario has changed since this plan was made; work it out again"
                raise ConflictError(msg)
            moved = Moved.of_plan(point.moves, self.portfolio)
            return editor.take(policy, point.moves, f"{_accepted(moved, point.gap)}: {name}")

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
            self.news = tuple(one.told for one in error.entries)
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
            self.news += tuple(one.told for one in reversed(since) if (one.version or 0) > shown)
            self._show(self.scenario)

    def _editor(self) -> Editor:
        return Editor(self.portfolio, self.state, self.workspace.person.name, datetime.now(UTC))


def _accepted(moved: Moved, gap: float | None) -> str:
    """How the journal calls a plan of the solver that was taken over."""
    return ", ".join(filter(None, (f"{ACCEPTED} with {moved}", proven(gap))))
