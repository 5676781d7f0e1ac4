"""Decisions: their keys, their records, how long they hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshift_model.decisions import (
    KINDS,
    Decision,
    Decisions,
    Forbid,
    KeepApart,
    KeepTogether,
    Lock,
    Pin,
    accounts_of,
    decision_from_record,
    decision_to_record,
    kind_of,
)

IDS = st.text(min_size=1, max_size=6) | st.sampled_from(["A", "A B", "B", "'A' 'B'", " "])
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "author": st.text(max_size=5),
    "at": st.none() | st.datetimes(timezones=st.just(UTC)),
    "reason": st.text(max_size=5),
    "expires": st.none() | st.dates(),
}
GROUPS = st.lists(IDS, min_size=2, max_size=3, unique=True).map(tuple)
DECISIONS: st.SearchStrategy[Decision] = st.one_of(
    st.builds(Pin, account=IDS, csm=IDS, **COMMON),
    st.builds(Lock, account=IDS, **COMMON),
    st.builds(Forbid, account=IDS, csm=IDS, **COMMON),
    st.builds(KeepTogether, accounts=GROUPS, **COMMON),
    st.builds(KeepApart, accounts=GROUPS, **COMMON),
)


@given(DECISIONS)
def test_a_decision_is_read_back_equal(decision: Decision) -> None:
    record = decision_to_record(decision)
    assert record["kind"] == kind_of(decision)
    assert decision_from_record(record) == decision
    assert isinstance(decision, KINDS[kind_of(decision)])


@given(DECISIONS, DECISIONS)
def test_two_decisions_share_a_key_only_where_one_replaces_the_other(a: Decision, b: Decision) -> None:
    def subject(of: Decision) -> tuple[Any, ...]:
        if isinstance(of, (Pin, Lock)):
            return ("hold", of.account)
        return (kind_of(of), *sorted(accounts_of(of)), of.csm if isinstance(of, Forbid) else None)

    assert (a.key == b.key) is (subject(a) == subject(b))


def test_ids_with_spaces_are_kept_apart() -> None:
    first, second = Forbid(account="Acme North", csm="Sara"), Forbid(account="Acme", csm="North Sara")
    both = Decisions([first, second])
    assert len(both) == 2
    assert both.forbids("Acme", "North Sara")
    assert not both.forbids("Acme North", "North Sara")
    assert not both.forbids("Acme", None)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"kind": "wish", "account": "A"},
        {"kind": "pin"},
        {"kind": "pin", "account": "A", "csm": "C", "x": 1},
        {"kind": "lock", "account": "A", "expires": "soon"},
        {"kind": "lock", "account": "A", "at": 5},
    ],
)
def test_what_is_no_decision_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        decision_from_record(record)


def test_a_set_of_decisions_is_by_key_and_never_changes() -> None:
    one = Decisions([Lock(account="A"), Pin(account="A", csm="C")])
    assert [type(d) for d in one] == [Pin]
    two = one.replaced({Lock(account="A").key: None, Lock(account="B").key: Lock(account="B")})
    assert [d.key for d in two] == [Lock(account="B").key]
    assert len(one) == 1
    assert one != two
    assert one == Decisions([Pin(account="A", csm="C")])
    assert hash(one) == hash(Decisions([Pin(account="A", csm="C")]))
    assert one.hold("A") == Pin(account="A", csm="C")
    assert one.hold("B") is None
    group = Decisions([KeepTogether(accounts=("A", "B")), Lock(account="C")])
    assert [kind_of(d) for d in group.about("B")] == ["together"]


def test_a_decision_holds_through_its_last_day() -> None:
    day = date(2026, 1, 5)
    held = Decisions([Lock(account="A", expires=day, at=datetime(2026, 1, 1, tzinfo=UTC)), Lock(account="B")])
    assert len(held.in_force(day)) == 2
    assert len(held.in_force(date(2026, 1, 6))) == 1
