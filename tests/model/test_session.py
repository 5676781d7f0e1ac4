"""A session: undo takes back exactly what was done, and nothing is done twice."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bookshift_model.decisions import Decisions, Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.edits import EditError, Editor
from bookshift_model.policy import PRESETS, Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.session import (
    Change,
    ConflictError,
    Entry,
    History,
    Session,
    State,
    Step,
    moves_between,
)

NOW = datetime(2026, 1, 6, tzinfo=UTC)
ACCOUNTS = ("A 0", "A1", "A2", "A3")
CSMS = ("C0", "C1")
TEAM = Portfolio(
    tuple(
        Account(id=a, name=a, arr=1, owner=owner)
        for a, owner in zip(ACCOUNTS, ("C0", "C0", "C1", None), strict=True)
    ),
    tuple(Csm(id=c, name=c) for c in CSMS),
    date(2026, 1, 5),
)


class Paper:
    """A journal as the workspace keeps it, on paper: one row a step, in JSON."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.requests: dict[str, Entry] = {}
        self.version = 1

    def commit(
        self, step: Step, change: Change, after: State, *, of: int | None, request_id: str | None
    ) -> Entry:
        if request_id in self.requests:
            return self.requests[request_id]
        assert after is not None
        assert (of is None) is (step == "do")
        self.rows.append(json.dumps(change.to_record()))
        self.version += 1
        read = Change.from_record(json.loads(self.rows[-1]))
        assert read == change, "a change is read back equal"
        entry = Entry(seq=len(self.rows), change=read, author="anna", at=NOW)
        if request_id is not None:
            self.requests[request_id] = entry
        return entry


def session() -> tuple[Session, Paper]:
    paper = Paper()
    return Session(TEAM, State(Policy()), paper), paper


class Planning(RuleBasedStateMachine):
    """Any gestures, undo and redo, against lists of states."""

    @initialize()
    def start(self) -> None:
        self.session, self.paper = session()
        self.past: list[State] = []
        self.future: list[State] = []

    def change(self, change: Change) -> None:
        before = self.session.state
        entry = self.session.do(change)
        assert (entry is None) is change.empty
        if entry is not None:
            self.past.append(before)
            self.future.clear()

    @property
    def editor(self) -> Editor:
        return Editor(TEAM, self.session.state, "anna", NOW)

    @rule(
        kind=st.sampled_from(["pin", "forbid", "move", "lock", "together", "apart", "release"]),
        accounts=st.lists(st.sampled_from(ACCOUNTS), min_size=1, max_size=3),
        csm=st.sampled_from(CSMS),
        reason=st.sampled_from(["", "why"]),
        expires=st.sampled_from([None, date(2025, 1, 1), date(2027, 1, 1)]),
    )
    def gesture(self, kind: str, accounts: list[str], csm: str, reason: str, expires: date | None) -> None:
        e = self.editor
        try:
            if kind == "pin":
                made = e.pin(accounts, csm, reason, expires)
            elif kind == "forbid":
                made = e.forbid(accounts, csm, reason, expires)
            elif kind == "move":
                made = e.move(accounts, csm)
            elif kind == "lock":
                made = e.lock(accounts, reason, expires)
            elif kind == "release":
                made = e.release(accounts)
            else:
                made = e.keep_together(accounts, reason, apart=kind == "apart")
        except EditError:
            return
        self.change(made)

    @rule(plan=st.dictionaries(st.sampled_from([*ACCOUNTS, "gone"]), st.sampled_from([*CSMS, "gone"])))
    def accept(self, plan: dict[str, str]) -> None:
        self.change(self.editor.accept(plan, "accepted"))

    @rule(preset=st.sampled_from(sorted(PRESETS)))
    def choose(self, preset: str) -> None:
        self.change(self.editor.set_policy(Policy.preset(preset), preset))

    @rule()
    def undo(self) -> None:
        before = self.session.state
        if self.session.undo() is not None:
            self.future.insert(0, before)
            assert self.session.state == self.past.pop()

    @rule()
    def redo(self) -> None:
        before = self.session.state
        if self.session.redo() is not None:
            self.past.append(before)
            assert self.session.state == self.future.pop(0)

    @invariant()
    def history_is_as_long_as_what_happened(self) -> None:
        history = self.session.history
        assert (len(history.done), len(history.undone)) == (len(self.past), len(self.future))

    @invariant()
    def moves_are_only_where_the_plan_differs(self) -> None:
        owners = {a.id: a.owner for a in TEAM.accounts}
        assert all(owners[a] != c and c in CSMS for a, c in self.session.state.moves.items())

    @invariant()
    def what_is_held_is_where_it_is_held(self) -> None:
        for one in self.session.state.decisions.in_force(TEAM.as_of):
            if isinstance(one, Pin):
                assert self.editor.owner_of(one.account) == one.csm
            if isinstance(one, Lock):
                assert one.account not in self.session.state.moves


TestPlanning = Planning.TestCase
TestPlanning.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def move(account: str, to: str | None, was: str | None = None) -> Change:
    return Change(label="moved", moves=((account, was, to),))


def test_a_request_that_went_through_is_never_done_again() -> None:
    s, paper = session()
    first = s.do(move("A1", "C1"), request_id="r")
    assert s.do(move("A1", None, "C1"), request_id="r") is first
    assert s.state.moves == {"A1": "C1"}
    s.undo()
    assert s.do(move("A1", "C1"), request_id="r") is first, "not even where it was undone since"
    assert s.state.moves == {}
    assert (len(s.history.done), len(s.history.undone)) == (0, 1)
    s.do(move("A2", "C0"))  # the undone change can no longer be done again
    assert s.do(move("A1", "C1"), request_id="r") is first
    assert s.state.moves == {"A2": "C0"}
    assert len(s.history.done) == 1
    assert len(paper.rows) == 3


def test_nothing_to_do_undo_or_redo_is_none() -> None:
    s, paper = session()
    assert s.do(Change(label="nothing")) is None
    assert s.undo() is None
    assert s.redo() is None
    assert not paper.rows


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (move("A1", "C1", was="C0"), "account A1 was moved meanwhile; look at it and try again"),
        (
            Change(label="x", decisions=((Lock(account="A1").key, Lock(account="A1"), None),)),
            "a decision about account A1 was changed meanwhile; look at it and try again",
        ),
        (
            Change(
                label="x", decisions=((Pin(account="A2", csm="C0").key, None, Pin(account="A2", csm="C0")),)
            ),
            "a decision about account A2 was changed meanwhile; look at it and try again",
        ),
        (
            Change(label="x", policy=(Policy.preset("best_fit"), Policy())),
            "the policy was changed meanwhile; look at it and try again",
        ),
    ],
)
def test_a_change_of_what_is_no_longer_so_is_a_conflict_and_changes_nothing(
    change: Change, said: str
) -> None:
    paper = Paper()
    start = State(Policy(), Decisions([Lock(account="A2")]), {})
    s = Session(TEAM, start, paper)
    with pytest.raises(ConflictError) as error:
        s.do(change)
    assert str(error.value) == said
    assert s.state == start
    assert not paper.rows


def test_every_kind_of_decision_is_in_the_record_of_a_change() -> None:
    made = [
        Pin(account="A", csm="C", author="anna", at=NOW, reason="r", expires=date(2026, 2, 1)),
        Lock(account="B"),
        Forbid(account="A", csm="D"),
        KeepTogether(accounts=("A", "B")),
        KeepApart(accounts=("C", "D")),
    ]
    change = Change(
        label="all",
        decisions=(*((one.key, None, one) for one in made), ("k", made[0], None)),
        moves=(("A", None, "C"), ("B", "C", None)),
        policy=(Policy(), Policy.preset("balanced")),
    )
    assert Change.from_record(json.loads(json.dumps(change.to_record()))) == change
    assert change.inverse().inverse() == change


def test_a_session_goes_on_with_the_history_it_is_given() -> None:
    s, paper = session()
    s.do(move("A1", "C1"))
    s.do(move("A2", "C0"))
    s.undo()
    later = Session(TEAM, s.state, paper, History(done=s.history.done, undone=s.history.undone))
    later.redo()
    assert later.state.moves == {"A1": "C1", "A2": "C0"}
    later.undo()
    later.undo()
    assert later.state == State(Policy())


def test_the_moves_between_two_plans_turn_one_into_the_other() -> None:
    one, other = {"A": "x", "B": "y"}, {"B": "z", "C": "x"}
    change = Change(label="", moves=moves_between(one, other))
    assert change.moves == (("A", "x", None), ("B", "y", "z"), ("C", None, "x"))
    assert change.apply(State(Policy(), moves=one)).moves == other
    assert moves_between(one, dict(one)) == ()
