"""Undo and redo across restarts: whatever is done, the journal gives the state that is on screen."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bookshift_io.workspace import Workspace
from bookshift_io.workspace.audit import replayed
from bookshift_model.decisions import Lock, Pin
from bookshift_model.policy import PRESETS, Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.session import Change, State

if TYPE_CHECKING:
    from bookshift_io.workspace import ScenarioInfo
    from bookshift_model.decisions import Decision

ACCOUNTS = [f"A{i}" for i in range(4)]
CSMS = ["C0", "C1"]


class Planning(RuleBasedStateMachine):
    """A planner at work, beside a list of the states that undo must bring back."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.workspace = Workspace.create(Path(self.folder.name) / "W")
        accounts = tuple(Account(id=one, name=one, arr=1.0, owner="C0") for one in ACCOUNTS)
        roster = tuple(Csm(id=one, name=one) for one in CSMS)
        as_of = self.workspace.journal()[0].at.date()
        data = self.workspace.import_portfolio(Portfolio(accounts=accounts, csms=roster, as_of=as_of))
        self.id = self.workspace.create_scenario("Plan", data.id, Policy()).id
        self.session = self.workspace.session(self.id)
        self.past: list[State] = []
        self.future: list[State] = []

    def change(self, change: Change) -> None:
        before = self.session.state
        if self.session.do(change) is not None:
            self.past.append(before)
            self.future.clear()

    @rule(account=st.sampled_from(ACCOUNTS), to=st.sampled_from([*CSMS, None]))
    def move(self, account: str, to: str | None) -> None:
        was = self.session.state.moves.get(account)
        self.change(Change(label=f"moved {account}", moves=((account, was, to),)))

    @rule(account=st.sampled_from(ACCOUNTS), csm=st.sampled_from([*CSMS, None]), reason=st.text(max_size=5))
    def hold(self, account: str, csm: str | None, reason: str) -> None:
        decision: Decision = (
            Lock(account=account, reason=reason)
            if csm is None
            else Pin(account=account, csm=csm, reason=reason)
        )
        before = self.session.state.decisions.get(decision.key)
        self.change(Change(label="held", decisions=((decision.key, before, decision),)))

    @rule(account=st.sampled_from(ACCOUNTS))
    def release(self, account: str) -> None:
        before = self.session.state.decisions.hold(account)
        if before is not None:
            self.change(Change(label="released", decisions=((before.key, before, None),)))

    @rule(preset=st.sampled_from(sorted(PRESETS)))
    def choose(self, preset: str) -> None:
        self.change(Change(label=preset, policy=(self.session.state.policy, Policy.preset(preset))))

    @rule()
    def undo(self) -> None:
        before = self.session.state
        assert (self.session.undo() is None) == (not self.past)
        if self.past:
            self.future.append(before)
            assert self.session.state == self.past.pop()

    @rule()
    def redo(self) -> None:
        before = self.session.state
        assert (self.session.redo() is None) == (not self.future)
        if self.future:
            self.past.append(before)
            assert self.session.state == self.future.pop()

    @rule()
    def restart(self) -> None:
        history = self.session.history
        self.workspace.close()
        self.workspace = Workspace.open(Path(self.folder.name) / "W")
        self.session = self.workspace.session(self.id)
        assert self.session.history == history

    @invariant()
    def journal_store_and_screen_agree(self) -> None:
        if not hasattr(self, "session"):
            return
        shown = self.session.state
        info: ScenarioInfo = self.workspace.scenario(self.id)
        assert self.workspace.state(self.id) == shown
        assert (info.moves, info.undo_depth) == (len(shown.moves), len(self.past))
        assert len(self.session.history.undone) == len(self.future)
        with self.workspace.database.reading() as connection:
            state, version, _ = replayed(connection, self.id)
        assert (state, version) == (shown, info.version)

    def teardown(self) -> None:
        if hasattr(self, "session"):
            assert self.workspace.verify() == []
            self.workspace.close()
            self.folder.cleanup()


Planning.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestPlanning = Planning.TestCase
