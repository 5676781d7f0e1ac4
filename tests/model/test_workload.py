from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from bookshift_model.ax import touch_level
from bookshift_model.columns import owners
from bookshift_model.formulas import Formulas
from bookshift_model.matching import matches
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.sample import sample
from bookshift_model.workload import hours, monthly_book_hours, monthly_hours, travel_hours

TODAY = date(2026, 1, 5)
F = Formulas()
FITS = Csm(id="x", name="X", industries=("Retail",), region="EMEA", location="Paris", timezone=1)


def account(**fields: Any) -> Account:
    return Account(**{"id": "a", "name": "A", "arr": 50_000.0} | fields)


def loads(one: Account, *csms: Csm) -> list[float]:
    p = Portfolio((one,), csms or (FITS,), TODAY)
    return hours(p, F, matches(p))[0].tolist()


def test_hours_of_one_account_by_hand() -> None:
    one = account(
        touch="high", complexity=4, health=60, industry="Retail", region="EMEA", location="Berlin",
        escalation=True, onboarding_until=TODAY + timedelta(days=61), renewal=date(2026, 6, 1), timezone=1,
    )  # fmt: skip
    stranger = Csm(
        id="y",
        name="Y",
        industries=("Energy",),
        region="APAC",
        touch_levels=("low",),
        timezone=9,
        location="Tokyo",
    )
    service = 5 * 1.2 * 1.15
    onboarding = 3 * (61 / 30.4375) / 12
    events = onboarding + 12 / 12 + 6 * 2 / 12
    near = 2 * 2 / 12
    far = 2 * 6 / 12 + (8 - 3) * 0.1
    assert loads(one, FITS, stranger) == pytest.approx(
        [service + events + near, service * 1.1 * 1.2 + events + far], rel=1e-12
    )


def test_what_is_unknown_costs_nothing_extra() -> None:
    assert loads(account(touch="mid")) == pytest.approx([2.5 + 0.5])
    assert loads(account(touch="tech")) == pytest.approx([0.3])


@pytest.mark.parametrize(
    ("health", "factor"), [(100, 1.0), (70, 1.0), (69.9, 1.15), (50, 1.15), (49.9, 1.4), (0, 1.4)]
)
def test_poor_health_takes_time(health: float, factor: float) -> None:
    assert loads(account(touch="mid", health=health)) == pytest.approx([2.5 * factor + 0.5])


def test_more_complex_accounts_and_higher_touch_take_more() -> None:
    by_complexity = [loads(account(touch="mid", complexity=c))[0] for c in range(1, 6)]
    assert by_complexity == sorted(set(by_complexity))
    by_touch = [loads(account(touch=t))[0] for t in ("tech", "low", "mid", "high", "strategic")]
    assert by_touch == sorted(set(by_touch))


@pytest.mark.parametrize("days", [0, 20, 100, 200, 340, 364, -100, -1000])
def test_a_yearly_renewal_costs_its_twelve_hours_a_year_whenever_it_is_due(days: int) -> None:
    p = Portfolio((account(touch="high", renewal=TODAY + timedelta(days=days)),), (FITS,), TODAY)
    assert (monthly_hours(p, F) - 5).sum() == pytest.approx(12)


def test_the_renewal_is_worked_on_in_the_three_months_before_it() -> None:
    p = Portfolio((account(touch="high", renewal=TODAY + timedelta(days=183)),), (FITS,), TODAY)
    extra = monthly_hours(p, F)[:, 0] - 5
    assert np.flatnonzero(extra > 1).tolist() == [3, 4, 5]


def test_a_renewal_beyond_the_horizon_is_not_worked_on_yet() -> None:
    assert loads(account(touch="high", renewal=date(2027, 9, 1))) == pytest.approx([5.0])


def test_a_new_contract_is_onboarded_for_three_months() -> None:
    p = Portfolio((account(touch="tech", customer_since=TODAY),), (FITS,), TODAY)
    assert (monthly_hours(p, F)[:, 0] - 0.3).tolist() == pytest.approx([3, 3, 3] + 9 * [0])
    assert loads(account(touch="tech", customer_since=date(2024, 1, 1))) == pytest.approx([0.3])


def test_the_profile_and_the_average_are_the_same_hours() -> None:
    p = sample(120, 6, 5)
    monthly, pairs, owner = monthly_hours(p, F), hours(p, F, matches(p)), owners(p)
    assert monthly.shape == (12, 120)
    found = matches(p)
    fits = (found.industry & found.touch) & (travel_hours(p, F)[:] == 0)
    assert fits.any()
    average = np.broadcast_to(monthly.mean(axis=0)[:, None], pairs.shape)
    assert pairs[fits] == pytest.approx(average[fits])
    assert (pairs >= average - 1e-9).all()
    extra = pairs[np.arange(120), owner] - monthly.mean(axis=0)
    books = monthly_book_hours(monthly, extra, owner, 6)
    assert books.shape == (12, 6)
    expected = np.bincount(owner, weights=pairs[np.arange(120), owner], minlength=6)
    assert books.mean(axis=0) == pytest.approx(expected)
    owner[0] = -1
    assert books.sum() - monthly_book_hours(monthly, extra, owner, 6).sum() == pytest.approx(
        12 * pairs[0, owners(p)[0]]
    )


def test_travel_grows_with_distance_and_only_where_people_visit() -> None:
    here = FITS
    same_region = Csm(id="y", name="Y", region="EMEA", location="Berlin")
    elsewhere = Csm(id="z", name="Z", region="APAC", location="Tokyo")
    blank = Csm(id="b", name="B")
    for touch, visits in {"strategic": 4, "high": 2, "mid": 0.5, "low": 0, "tech": 0}.items():
        one = account(touch=touch, region="EMEA", location="paris ")
        p = Portfolio((one,), (here, same_region, elsewhere, blank), TODAY)
        assert travel_hours(p, F)[0].tolist() == pytest.approx([0, visits * 2 / 12, visits * 6 / 12, 0])


def test_a_portfolio_without_accounts_has_no_hours() -> None:
    p = Portfolio((), (FITS,), TODAY)
    assert hours(p, F, matches(p)).shape == (0, 1)
    assert monthly_hours(p, F).shape == (12, 0)


def test_time_difference_goes_the_short_way_round() -> None:
    csms = tuple(Csm(id=str(t), name="T", timezone=t) for t in (-8, 0, 3, 11))
    p = Portfolio((account(touch="mid", timezone=12),), csms, TODAY)
    assert travel_hours(p, F)[0].tolist() == pytest.approx([0.1, 0.9, 0.6, 0])


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({}, "mid"),
        ({"complexity": 5}, "high"),
        ({"complexity": 1}, "low"),
        ({"complexity": 3, "segment": "Enterprise EMEA"}, "high"),
        ({"complexity": 5, "segment": "enterprise"}, "high"),
        ({"complexity": 1, "segment": "SMB"}, "tech"),
        ({"complexity": 5, "segment": "small business"}, "mid"),
        ({"complexity": 1, "strategic": True}, "strategic"),
        ({"complexity": 1, "strategic": True, "touch": "low"}, "low"),
    ],
)
def test_need_gives_the_touch_level_and_money_does_not(fields: dict[str, Any], level: str) -> None:
    for arr in (500.0, 5_000_000.0):
        assert touch_level(account(**fields, arr=arr)) == level
