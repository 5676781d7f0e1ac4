"""What a planner corrects in the data: what it changes, when it no longer holds, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bookshift_model.correctable import FIELDS, written
from bookshift_model.corrections import corrected, left_over, overtaken, readable, said, saying
from bookshift_model.data import Data
from bookshift_model.decisions import Correct, Decisions, decision_from_record, decision_to_record
from bookshift_model.edits import EditError, Editor
from bookshift_model.formulas import Formulas
from bookshift_model.mender import Mender
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.session import Change, State

NOW = datetime(2026, 1, 6, 12, tzinfo=UTC)
TEAM = Portfolio(
    (
        Account(id="A0", name="Acme", arr=1000, owner="C0", extra={"bookshift:health": "870", "note": "x"}),
        Account(id="A1", name="Bolt", arr=0, owner="C0", imputed=frozenset({"arr"}), health=70.0),
        Account(id="A2", name="Coil", arr=500, owner="C0", renewal=date(2025, 3, 1), escalation=True),
    ),
    (Csm(id="C0", name="Ada"),),
    date(2026, 1, 5),
)
START = State(policy=Policy())


def mender(state: State = START, portfolio: Portfolio = TEAM) -> Mender:
    return Mender(portfolio, state, "ann", NOW)


def after(change: Change, state: State = START) -> Portfolio:
    return corrected(TEAM, change.apply(state).decisions.corrections())


def test_a_cell_that_could_not_be_read_gets_the_value_that_was_meant() -> None:
    change = mender().correct([("A0", "health", "87")], "a zero too many")
    account = after(change).accounts[0]
    assert account.health == 87
    assert account.corrected == {"health"}
    assert dict(account.extra) == {"note": "x"}, "the text that could not be read is no longer in force"
    assert change.label == "corrected Acme: health 870 → 87"
    assert TEAM.accounts[0].health is None, "the data set stays as it was imported"


def test_a_value_that_the_import_filled_in_is_no_longer_marked_as_such() -> None:
    account = after(mender().correct([("A1", "arr", "24000")])).accounts[1]
    assert (account.arr, account.imputed, account.corrected) == (24000, frozenset(), {"arr"})


BOOKS = Portfolio(
    tuple(
        Account(id=f"A{i}", name=f"Acme {i}", arr=100, owner=owner)
        for i, owner in enumerate(("S. Berg", "S. Berg", "C1", None))
    ),
    (Csm(id="C0", name="Sara Berg"), Csm(id="C1", name="Ben"), Csm(id="C2", name="Ben")),
    date(2026, 1, 5),
)


def test_which_csm_an_owner_means_is_said_for_all_accounts_in_one_step_and_undone_in_one() -> None:
    chosen = saying(BOOKS, "owner", "S. Berg")
    assert chosen == ["A0", "A1"]
    change = mender(portfolio=BOOKS).correct([(one, "owner", "sara berg") for one in chosen], "married")
    assert change.label == "corrected owner of 2 accounts: S. Berg → Sara Berg"
    done = change.apply(START)
    made = corrected(BOOKS, done.decisions.corrections())
    assert [one.owner for one in made.accounts] == ["C0", "C0", "C1", None]
    assert made.accounts[0].corrected == {"owner"}
    assert corrected(BOOKS, change.inverse().apply(done).decisions.corrections()) is BOOKS


def test_a_planned_move_to_whom_an_account_belongs_already_is_none() -> None:
    state = replace(START, moves={"A0": "C0", "A1": "C1"})
    change = mender(state, BOOKS).correct([("A0", "owner", "C0"), ("A1", "owner", "C0")])
    after_ = change.apply(state)
    assert after_.moves == {"A1": "C1"}
    assert change.inverse().apply(after_).moves == state.moves


def test_an_owner_who_left_the_roster_again_is_not_put_in_force() -> None:
    done = mender(portfolio=BOOKS).correct([("A3", "owner", "C0")]).apply(START)
    assert corrected(BOOKS, done.decisions.corrections()).accounts[3].owner == "C0"
    smaller = replace(BOOKS, csms=BOOKS.csms[1:])
    assert corrected(smaller, done.decisions.corrections()) is smaller


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ben", "2 CSMs are called 'Ben'"),
        ("Zoe", "no CSM has the id, name or e-mail 'Zoe'"),
        ("", "cannot be unknown"),
    ],
)
def test_an_owner_must_be_one_csm(text: str, says: str) -> None:
    with pytest.raises(EditError, match=says):
        mender(portfolio=BOOKS).correct([("A0", "owner", text)])


def test_undo_gives_back_what_the_source_says() -> None:
    change = mender().correct([("A2", "renewal", "2027-03-01"), ("A2", "escalation", "no")])
    done = change.apply(START)
    assert corrected(TEAM, done.decisions.corrections()).accounts[2].renewal == date(2027, 3, 1)
    undone = change.inverse().apply(done)
    assert corrected(TEAM, undone.decisions.corrections()) is TEAM


def test_typing_what_the_source_says_drops_the_correction() -> None:
    done = mender().correct([("A1", "health", "40")]).apply(START)
    back = mender(done).correct([("A1", "health", "70")]).apply(done)
    assert len(back.decisions) == 0


def test_it_holds_after_an_import_until_the_source_says_something_else() -> None:
    decisions = mender().correct([("A1", "health", "40")]).apply(START).decisions
    for health, shown, moot in ((70.0, 40, True), (40.0, 40, True), (55.0, 55, False)):
        fresh = replace(TEAM, accounts=(TEAM.accounts[0], replace(TEAM.accounts[1], health=health)))
        assert corrected(fresh, decisions.corrections()).accounts[1].health == shown
        assert (overtaken(fresh, decisions) == []) is moot
    gone = replace(TEAM, accounts=TEAM.accounts[:1])
    assert corrected(gone, decisions.corrections()) is gone
    assert overtaken(gone, decisions) == []


@pytest.mark.parametrize(
    ("field", "was", "value"),
    [("region", "n/a", "EMEA"), ("health", "TBD", "40"), ("escalation", "?", "no")],
)
def test_a_cell_that_said_nothing_in_words_still_says_so_where_it_is_read_as_empty(
    field: str, was: str, value: str
) -> None:
    empty = replace(TEAM, accounts=(Account(id="A0", name="Acme", arr=1), replace(TEAM.accounts[1], **SET)))
    older = [replace(kept(field, value), account=one, was=was) for one in ("A0", "A1")]
    made = corrected(empty, older)
    assert [one.corrected for one in made.accounts] == [{field}, frozenset()]
    assert [i for i, _ in overtaken(empty, Decisions(older))] == [1]
    assert saying(empty, field, was) == ([] if field == "escalation" else ["A0"])
    assert left_over(Decisions(older), ["A0"], field, "") == []


SET = {"region": "APAC", "health": 70.0, "escalation": True}


def test_what_may_be_a_level_says_something() -> None:
    risky = replace(
        TEAM, accounts=(replace(TEAM.accounts[0], extra={"bookshift:risk": "None"}), TEAM.accounts[1])
    )
    assert saying(risky, "risk", "None") == ["A0"]
    assert saying(risky, "risk", "n/a") == ["A1"]


def test_the_model_counts_with_the_corrected_value() -> None:
    sick = after(mender().correct([("A1", "health", "10")]))
    formulas = Formulas()
    assert Data(sick, formulas).churn[1, 0] > Data(TEAM, formulas).churn[1, 0]
    assert Data(sick, formulas).hours[1, 0] > Data(TEAM, formulas).hours[1, 0]


def test_a_release_of_decisions_leaves_the_data_corrected() -> None:
    state = mender().correct([("A1", "health", "10")]).apply(START)
    state = Editor(TEAM, state, "ann", NOW).lock(["A1"]).apply(state)
    state = Editor(TEAM, state, "ann", NOW).release(["A1"]).apply(state)
    assert state.decisions.hold("A1") is None
    assert [one.value for one in state.decisions.corrections()] == ["10"]
    with pytest.raises(EditError, match="nothing holds"):
        Editor(TEAM, state, "ann", NOW).release(["A1"])


def test_who_owns_what_is_decided_without_regard_to_the_data() -> None:
    state = mender().correct([("A1", "health", "10")]).apply(START)
    state = mender(state).accept([("arr_zero", "A1", "0")], "a zero").apply(state)
    assert len(state.decisions.in_force(TEAM.as_of)) == 0
    assert state.decisions.about("A1") == []
    assert state.decisions.accepted("arr_zero", "A1") is not None


def test_they_are_kept_and_read_back() -> None:
    state = mender().correct([("A0", "health", "87")], "typo").apply(START)
    state = mender(state).accept([("arr_zero", "A1", "0")], "a zero", "free tier").apply(state)
    assert Decisions(decision_from_record(decision_to_record(one)) for one in state.decisions) == (
        state.decisions
    )


def kept(field: str, value: str) -> Correct:
    return Correct(account="A1", field=field, was="", value=value, author="ann", at=NOW)


def test_a_value_that_can_no_longer_be_read_is_left_out_and_the_others_hold() -> None:
    was = said(TEAM.accounts[1], "health")
    huge = [kept("arr", written(9e108)), kept("arr", "1" + "0" * 30)]
    assert all(corrected(TEAM, [one]) is TEAM and not readable(one) for one in huge)
    both = [*huge, replace(kept("health", "40"), was=was)]
    assert corrected(TEAM, both).accounts[1].corrected == {"health"}


@pytest.mark.parametrize(
    ("currency", "text", "taken"),
    [
        ("EUR", "USD 500", False), ("EUR", "$500", False), ("USD", "€ 500", False), ("USD", "$500", True),
        ("CAD", "$500", True), ("CAD", "US$500", False), ("EUR", "500", True), ("EUR", "500 EUR", True),
    ],
)  # fmt: skip
def test_an_amount_in_another_currency_is_refused(currency: str, text: str, taken: bool) -> None:
    mend = mender(portfolio=replace(TEAM, currency=currency))
    if taken:
        assert mend.correct([("A1", "arr", text)]).label.endswith("→ 500")
        return
    with pytest.raises(EditError, match=f"not in {currency} as the plan is; type the ARR in {currency}"):
        mend.correct([("A1", "arr", text)])


def test_every_field_that_can_be_corrected_is_one_of_an_account() -> None:
    for name in FIELDS:
        assert said(TEAM.accounts[0], name) is not None
