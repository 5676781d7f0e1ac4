"""Records: what is written is read back equal, and nothing else is read at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshift_model.portfolio import GRADES, TOUCH_LEVELS, Account, Csm, Portfolio
from bookshift_model.records import from_record, to_record
from bookshift_model.sample import sample

TEXTS = st.text(max_size=4)
NUMBERS = st.none() | st.floats(-1e9, 1e9)
DATES = st.none() | st.dates()
ACCOUNTS = st.builds(
    Account,
    id=st.text(min_size=1, max_size=4),
    name=TEXTS,
    arr=st.floats(0, 1e12) | st.integers(0, 10**9).map(float),
    owner=st.none() | TEXTS,
    touch=st.none() | st.sampled_from(TOUCH_LEVELS),
    health=st.none() | st.floats(0, 100),
    risk=st.none() | st.sampled_from(GRADES),
    complexity=st.none() | st.integers(1, 5),
    renewal=DATES,
    timezone=NUMBERS,
    required_skills=st.lists(TEXTS, max_size=2).map(tuple),
    nps=NUMBERS,
    escalation=st.booleans(),
    open_tickets=st.none() | st.integers(0, 99),
    imputed=st.frozensets(TEXTS, max_size=2),
    extra=st.dictionaries(TEXTS, TEXTS, max_size=2),
)
CSMS = st.builds(
    Csm,
    id=st.text(min_size=1, max_size=4),
    name=TEXTS,
    fte=st.floats(0, 1.5),
    leave=st.lists(st.tuples(st.dates(), st.dates()), max_size=2).map(tuple),
    start=DATES,
    touch_levels=st.lists(st.sampled_from(TOUCH_LEVELS), max_size=2).map(tuple),
    level=st.none() | st.sampled_from(["junior", "senior"]),
    max_accounts=st.none() | st.integers(0, 99),
)


@settings(max_examples=30)
@given(
    st.lists(ACCOUNTS, max_size=3, unique_by=lambda one: one.id),
    st.lists(CSMS, min_size=1, max_size=2, unique_by=lambda one: one.id),
    st.dates(),
)
def test_a_portfolio_is_read_back_equal(accounts: list[Account], csms: list[Csm], day: date) -> None:
    portfolio = Portfolio(tuple(accounts), tuple(csms), day, "EUR")
    text = json.dumps(to_record(portfolio), allow_nan=False)
    again = from_record(Portfolio, json.loads(text))
    assert again == portfolio
    assert json.dumps(to_record(again)) == text


def test_the_sample_is_read_back_equal_and_defaults_are_left_out() -> None:
    portfolio = sample(30, 3, 1)
    assert from_record(Portfolio, json.loads(json.dumps(to_record(portfolio)))) == portfolio
    assert to_record(Account(id="A", name="Acme", arr=1.0)) == {"id": "A", "name": "Acme", "arr": 1.0}


@dataclass(frozen=True)
class Inner:
    when: datetime


@dataclass(frozen=True)
class Outer:
    word: Literal["a", "b"] = "a"
    pair: tuple[int, str] = (1, "x")
    inner: Inner | None = None


def test_values_of_every_kind_come_back() -> None:
    thing = Outer("b", (2, "y"), Inner(datetime(2026, 1, 5, 12, tzinfo=UTC)))
    record = json.loads(json.dumps(to_record(thing)))
    assert record["inner"] == {"when": "2026-01-05T12:00:00+00:00"}
    assert from_record(Outer, record) == thing
    assert from_record(Outer, {"inner": None}) == Outer()


@pytest.mark.parametrize(
    "changed",
    [
        {"id": 5},
        {"id": None},
        {"name": ["x"]},
        {"arr": "1"},
        {"arr": True},
        {"arr": None},
        {"arr": -1},
        {"complexity": 1.5},
        {"complexity": True},
        {"escalation": 1},
        {"escalation": "yes"},
        {"renewal": 5},
        {"renewal": "soon"},
        {"renewal": "2026-02-30"},
        {"touch": "huge"},
        {"touch": ["high"]},
        {"required_skills": "api"},
        {"required_skills": [1]},
        {"imputed": "arr"},
        {"imputed": [[]]},
        {"extra": [["a", "b"]]},
        {"extra": {"a": 1}},
        {"unknown": 1},
    ],
)
def test_what_was_not_written_by_us_is_refused(changed: dict[str, Any]) -> None:
    record = {"id": "A", "name": "Acme", "arr": 1.0} | changed
    with pytest.raises((TypeError, ValueError)):
        from_record(Account, record)


@pytest.mark.parametrize(
    "record",
    [
        None,
        5,
        "x",
        [],
        {},
        {"accounts": [], "csms": []},
        {"accounts": [[]], "csms": [], "as_of": "2026-01-05"},
        {"accounts": {}, "csms": [{"id": "C", "name": "Ada"}], "as_of": "2026-01-05"},
        {
            "accounts": [],
            "csms": [{"id": "C", "name": "Ada", "leave": [["2026-01-01"]]}],
            "as_of": "2026-01-05",
        },
    ],
)
def test_what_is_no_portfolio_is_refused(record: Any) -> None:
    with pytest.raises((TypeError, ValueError)):
        from_record(Portfolio, record)
