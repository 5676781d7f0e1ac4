"""Each gesture of a planner: what it changes, what it is called, and when it is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bookshift_model.decisions import Decisions, Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.edits import EditError, Editor
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.session import State

if TYPE_CHECKING:
    from bookshift_model.decisions import Decision

DAY = date(2026, 1, 5)
NOW = datetime(2026, 1, 6, 12, tzinfo=UTC)
PAST = DAY - timedelta(days=1)

TEAM = Portfolio(
    tuple(
        Account(id=id_, name=name, arr=1, owner=owner)
        for id_, name, owner in (
            ("A0", "Acme", "C0"),
            ("A1", "Bolt", "C0"),
            ("A2", "Coil", "C1"),
            ("A3", "Dune", "left"),
        )
    ),
    (Csm(id="C0", name="Ada"), Csm(id="C1", name="Ben"), Csm(id="C2", name="Cyd")),
    DAY,
)


def editor(*decisions: Decision, **moves: str) -> Editor:
    return Editor(TEAM, State(Policy(), Decisions(decisions), moves), "anna", NOW)


def after(of: Editor, change: Any) -> State:
    state: State = change.apply(of.state)
    assert change.inverse().apply(state) == of.state
    return state


def test_a_pin_moves_the_account_at_once_and_says_by_whom_and_why() -> None:
    e = editor()
    change = e.pin(["A0", "A2"], "C2", "knows them", date(2026, 6, 1))
    state = after(e, change)
    assert change.label == "pinned 2 accounts to Cyd"
    assert state.moves == {"A0": "C2", "A2": "C2"}
    assert state.decisions.hold("A0") == Pin(
        account="A0", csm="C2", author="anna", at=NOW, reason="knows them", expires=date(2026, 6, 1)
    )
    assert e.pin(["A0"], "C2").label == "pinned Acme to Cyd"
    assert e.pin(["A0", "A0"], "C2").label == "pinned Acme to Cyd"


def test_a_pin_to_the_owner_takes_a_planned_move_back() -> None:
    e = editor(A0="C1")
    assert after(e, e.pin(["A0"], "C0")).moves == {}


def test_a_pin_replaces_a_pin_and_says_so_and_saying_it_twice_changes_nothing() -> None:
    e = editor(Pin(account="A0", csm="C2"), Lock(account="A1"))
    change = e.pin(["A0"], "C1")
    assert change.label == "pinned Acme to Ben instead of Cyd"
    state = after(e, change)
    assert {type(one) for one in state.decisions.about("A0")} == {Pin}
    again = Editor(TEAM, state, "bob", NOW + timedelta(days=1))
    assert again.pin(["A0"], "C1").empty
    assert not again.pin(["A0"], "C1", "a reason").empty
    assert not again.pin(["A0"], "C1", expires=DAY + timedelta(days=1)).empty


def test_a_lock_keeps_today_s_owner() -> None:
    e = editor(A0="C1", A1="C2")
    change = e.lock(["A0"])
    state = after(e, change)
    assert change.label == "locked Acme"
    assert state.moves == {"A1": "C2"}
    assert isinstance(state.decisions.hold("A0"), Lock)


def test_a_forbid_takes_back_a_planned_move_there() -> None:
    e = editor(A0="C1", A1="C2", A3="C1")
    change = e.forbid(["A0", "A1", "A3"], "C1", "a quarrel")
    assert change.label == "forbade 3 accounts to Ben"
    assert after(e, change).moves == {"A1": "C2"}
    assert {one.key for one in after(e, change).decisions} == {
        Forbid(account=a, csm="C1").key for a in ("A0", "A1", "A3")
    }


def test_groups_are_of_at_least_two_and_in_one_order() -> None:
    e = editor()
    change = e.keep_together(["A2", "A0", "A2"])
    assert change.label == "kept 2 accounts together"
    assert e.keep_together(["A0", "A2"]).decisions == change.decisions
    assert isinstance(next(iter(after(e, e.keep_together(["A0", "A1"], apart=True)).decisions)), KeepApart)
    assert e.keep_together(["A0", "A1"], apart=True).label == "kept 2 accounts apart"


def test_release_drops_everything_that_names_the_account_and_leaves_the_plan() -> None:
    e = editor(
        Pin(account="A0", csm="C1"),
        Forbid(account="A0", csm="C2"),
        KeepTogether(accounts=("A0", "A1")),
        Lock(account="A2"),
        Lock(account="A1", expires=PAST),
        A0="C1",
    )
    change = e.release(["A0", "A1"])
    state = after(e, change)
    assert change.label == "released 2 accounts"
    assert [one.key for one in state.decisions] == [Lock(account="A2").key]
    assert state.moves == {"A0": "C1"}


def test_a_move_says_from_where_and_back_is_no_move() -> None:
    e = editor(A1="C2")
    assert e.move(["A0"], "C1").label == "moved Acme Ada → Ben"
    assert e.move(["A0", "A1"], "C1").label == "moved 2 accounts 2 books → Ben"
    assert e.move(["A3"], "C1").label == "moved Dune left → Ben"
    assert after(e, e.move(["A1"], "C0")).moves == {}
    assert e.move(["A0"], "C0").empty


def test_another_policy_is_a_change_and_the_same_one_is_none() -> None:
    e = editor()
    change = e.set_policy(Policy.preset("best_fit"), "best fit")
    assert after(e, change).policy.name == "Best fit"
    assert e.set_policy(Policy.from_record(Policy().to_record()), "x").empty


@pytest.mark.parametrize(
    ("decision", "gesture", "said"),
    [
        (None, lambda e: e.pin([], "C0"), "no account is chosen; put the cursor on one or mark some"),
        (None, lambda e: e.pin(["A9"], "C0"), "there is no account 'A9'; give an account id as in the file"),
        (
            None,
            lambda e: e.move(["A0"], "C9"),
            "there is no CSM 'C9' on the roster; give a CSM id as in the file",
        ),
        (
            None,
            lambda e: e.lock(["A3"]),
            "Dune has no owner on the roster; pin it to somebody instead of locking it",
        ),
        (None, lambda e: e.keep_together(["A0", "A0"]), "mark at least two accounts to keep together"),
        (None, lambda e: e.keep_together(["A0"], apart=True), "mark at least two accounts to keep apart"),
        (None, lambda e: e.release(["A0"]), "nothing holds Acme; there is nothing to release"),
        (
            Forbid(account="A0", csm="C1"),
            lambda e: e.pin(["A0"], "C1"),
            "Acme is forbidden to Ben; release it first",
        ),
        (
            Forbid(account="A0", csm="C1"),
            lambda e: e.move(["A0"], "C1"),
            "Acme is forbidden to Ben; release it first",
        ),
        (
            Forbid(account="A0", csm="C0"),
            lambda e: e.lock(["A0"]),
            "Acme is forbidden to its owner Ada; release it first",
        ),
        (
            Pin(account="A0", csm="C1"),
            lambda e: e.move(["A0"], "C2"),
            "Acme is pinned to Ben; release it first",
        ),
        (
            Pin(account="A0", csm="C1"),
            lambda e: e.forbid(["A0"], "C1"),
            "Acme is pinned to Ben; release it first",
        ),
        (Lock(account="A0"), lambda e: e.move(["A0"], "C1"), "Acme is locked with Ada; release it first"),
        (
            Lock(account="A0"),
            lambda e: e.pin(["A0"], "C1"),
            "Acme is locked with Ada; release it first",
        ),
        (Pin(account="A0", csm="C1"), lambda e: e.lock(["A0"]), "Acme is pinned to Ben; release it first"),
        (Lock(account="A0"), lambda e: e.forbid(["A0"], "C0"), "Acme is locked with Ada; release it first"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(decision: Any, gesture: Any, said: str) -> None:
    e = editor(*([decision] if decision else []))
    with pytest.raises(EditError) as error:
        gesture(e)
    assert str(error.value) == said


@pytest.mark.parametrize("until", [date(2020, 1, 1), PAST], ids=str)
@pytest.mark.parametrize(
    "gesture",
    [
        lambda e, until: e.pin(["A0"], "C1", expires=until),
        lambda e, until: e.lock(["A0"], expires=until),
        lambda e, until: e.forbid(["A0"], "C1", expires=until),
    ],
    ids=["pin", "lock", "forbid"],
)
def test_a_decision_that_would_end_before_the_plan_begins_is_refused(gesture: Any, until: date) -> None:
    with pytest.raises(
        EditError, match=f"{until} is before the day of the data, {DAY}: .*; give {DAY} or later"
    ):
        gesture(editor(), until)
    e = editor()
    made = after(e, gesture(e, DAY)).decisions
    assert made.in_force(DAY) == made != Decisions(), "it holds through its last day"


def test_an_account_is_not_forbidden_to_the_last_csm() -> None:
    others = [one.id for one in TEAM.csms[1:]]
    e = editor(*(Forbid(account="A0", csm=one) for one in others))
    with pytest.raises(EditError, match="Acme is forbidden to everybody but Ada, and somebody must have it"):
        e.forbid(["A1", "A0"], "C0")
    assert e.forbid(["A1"], "C0").label == "forbade Bolt to Ada"
    past = [Forbid(account="A0", csm=one, expires=PAST) for one in others[:1]]
    editor(*past, *(Forbid(account="A0", csm=one) for one in others[1:])).forbid(["A0"], "C0")


@pytest.mark.parametrize(
    ("decision", "gesture"),
    [
        (Forbid(account="A0", csm="C1", expires=PAST), lambda e: e.pin(["A0"], "C1")),
        (Forbid(account="A0", csm="C1", expires=PAST), lambda e: e.move(["A0"], "C1")),
        (Forbid(account="A0", csm="C0", expires=PAST), lambda e: e.lock(["A0"])),
        (Pin(account="A0", csm="C1", expires=PAST), lambda e: e.move(["A0"], "C2")),
        (Pin(account="A0", csm="C1", expires=PAST), lambda e: e.forbid(["A0"], "C1")),
        (Pin(account="A0", csm="C1"), lambda e: e.move(["A0"], "C1")),
        (Lock(account="A0"), lambda e: e.pin(["A0"], "C0")),
        (Pin(account="A0", csm="C0"), lambda e: e.lock(["A0"])),
    ],
)
def test_what_has_expired_or_agrees_refuses_nothing(decision: Decision, gesture: Any) -> None:
    e = editor(decision)
    after(e, gesture(e))
    if decision.expires:
        with pytest.raises(EditError):
            gesture(editor(replace(decision, expires=DAY)))


def test_accepting_takes_over_a_plan_as_far_as_decisions_made_since_allow() -> None:
    e = editor(
        Pin(account="A0", csm="C2"), Lock(account="A1"), Forbid(account="A2", csm="C0"), A0="C2", A3="C0"
    )
    plan = {"A0": "C1", "A1": "C1", "A2": "C0", "A3": "C1", "gone": "C0"}
    change = e.accept(plan, "accepted")
    assert after(e, change).moves == {"A0": "C2", "A3": "C1"}
    assert after(e, e.accept({}, "accepted")).moves == {"A0": "C2"}, "the pin stays, the move by hand goes"


def test_accepting_ignores_what_is_gone_and_what_is_no_move() -> None:
    e = editor(Pin(account="A1", csm="gone"), Forbid(account="A2", csm="C2", expires=PAST))
    assert after(e, e.accept({"A0": "C0", "A1": "C1", "A2": "C2", "A3": "gone"}, "x")).moves == {
        "A1": "C1",
        "A2": "C2",
    }
