"""The arrays that goals and rules read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from bookshift_model.amounts import Amounts
from bookshift_model.columns import renewal_day, renewal_days
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Lock
from bookshift_model.formulas import Formulas
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.sample import sample

DAY = date(2026, 2, 10)
CSMS = (Csm(id="C0", name="Ada"), Csm(id="C1", name="Ben", fte=0.5, level="junior"))


def data(*accounts: dict[str, Any], csms: tuple[Csm, ...] = CSMS) -> Data:
    made = tuple(
        Account(**{"id": f"A{i}", "name": f"Acme {i}", "arr": 100.0, **fields})
        for i, fields in enumerate(accounts)
    )
    return Data(Portfolio(made, csms, DAY), Formulas())


def test_owners_are_positions_and_those_who_left_are_nobody() -> None:
    found = data({"owner": "C1"}, {"owner": "left"}, {"owner": None}, {"owner": "c1"})
    assert found.owner.tolist() == [1, -1, -1, -1], "ids are case-sensitive"


@pytest.mark.parametrize(
    ("fields", "high"),
    [
        ({"risk": "high"}, 1),
        ({"risk": "low", "health": 10, "churn_probability": 0.9}, 0),
        ({"churn_probability": 0.25}, 1),
        ({"churn_probability": 0.24, "health": 10}, 0),
        ({"health": 49.9}, 1),
        ({"health": 50}, 0),
        ({}, 0),
    ],
)
def test_high_risk_is_the_label_or_the_probability_or_the_health(fields: dict[str, Any], high: int) -> None:
    assert data(fields).high_risk.tolist() == [high]


def test_renewals_fall_into_four_calendar_quarters() -> None:
    days = [date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31), date(2027, 1, 1)]
    found = data(*({"renewal": day} for day in days), {}, {"renewal": date(2025, 12, 31)})
    # 1 January has passed: the next renewal is a year later, beyond the four quarters, as is 1 January 2027.
    assert found.renewal_quarter.tolist() == [-1, 0, 1, 3, -1, -1, 3]
    assert found.quantity("renewals_1").load.tolist() == [0, 100, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("stored", "found"),
    [
        (None, None),
        (DAY, DAY),
        (date(2027, 5, 1), date(2027, 5, 1)),
        (date(2026, 2, 9), date(2027, 2, 9)),
        (date(2023, 2, 10), DAY),
        (date(2021, 3, 1), date(2026, 3, 1)),
        (date(2024, 2, 29), date(2026, 2, 28)),
    ],
)
def test_a_renewal_that_has_passed_recurs_every_year(stored: date | None, found: date | None) -> None:
    assert renewal_day(stored, DAY) == found
    portfolio = data({"renewal": stored}).portfolio
    days = np.nan if found is None else (found - DAY).days
    assert renewal_days(portfolio).tolist() == pytest.approx([days], nan_ok=True)


def test_shares_and_targets_follow_the_capacity() -> None:
    found = data({}, {}, {})
    assert found.share.tolist() == pytest.approx([2 / 3, 1 / 3])
    assert found.target("arr").tolist() == pytest.approx([200, 100])
    idle = data({}, csms=tuple(replace(one, fte=0.0) for one in CSMS))
    assert idle.share.tolist() == [0.5, 0.5]


def test_hours_to_share_out_are_those_of_today_s_owners() -> None:
    found = data({"owner": "C0", "touch": "high"}, {"owner": None, "touch": "high"})
    expected = found.hours[0, 0] + found.hours[1].mean()
    assert found.target("hours").sum() == pytest.approx(expected)


def test_received_and_kept_do_not_count_accounts_without_owner() -> None:
    found = data({"owner": "C0"}, {"owner": None})
    assert found.quantity("received").load.tolist() == [[0, 1], [0, 0]]
    assert found.quantity("received_arr").load.tolist() == [[0, 100], [0, 0]]
    assert found.quantity("kept").load.tolist() == [[1, 0], [0, 0]]


def test_demanding_accounts_stretch_juniors() -> None:
    found = data({"complexity": 4}, {"complexity": 3, "touch": "mid"}, {"touch": "high"})
    assert found.demanding.tolist() == [1, 0, 1]
    assert found.junior.tolist() == [False, True]


def test_a_quantity_is_known_by_name() -> None:
    found = data({})
    assert found.quantity("arr") is found.quantity("arr")
    with pytest.raises(KeyError):
        found.quantity("beauty")


def test_no_accounts_make_empty_arrays() -> None:
    found = data()
    assert found.hours.shape == found.churn.shape == (0, 2)
    assert found.target("hours").tolist() == [0, 0]
    assert np.isfinite(found.share).all()


def test_travel_is_kept_by_place_and_read_as_pairs() -> None:
    portfolio = sample(300, 5, 4)
    found = Data(portfolio, Formulas())
    dense = found.travel[:]
    assert found.travel.shape == dense.shape == (300, 5)
    assert found.travel.rows.size < dense.size / 2
    assert np.array_equal(found.travel[7], dense[7])
    assert np.array_equal(found.travel[np.arange(5), np.arange(5)], dense[np.arange(5), np.arange(5)])
    assert np.array_equal(Amounts.of(found.travel).dense(), dense)


def test_other_decisions_share_the_arrays() -> None:
    found = data({"owner": "C0"})
    hours = found.hours
    expired = Lock(account="A1", expires=date(2026, 2, 9))
    other = found.with_decisions(Decisions([Lock(account="A0"), expired]))
    assert other.hours is hours
    assert len(other.decisions) == 1
    assert len(found.decisions) == 0
