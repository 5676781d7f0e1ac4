"""Month by month: the year's average is what the optimiser counts; leave, ramp and handoffs are seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.formulas import Formulas, Handoffs
from bookshift_model.load import Load, Year
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.sample import sample

TODAY = date(2026, 1, 5)
SAMPLE = Data(sample(150, 8, 1), Formulas())


def one_book(csm: Csm, *accounts: Account, as_of: date = TODAY) -> Load:
    data = Data(Portfolio(accounts, (csm,), as_of), Formulas())
    return Year(data).load(np.zeros(len(accounts), dtype=np.int64))


def test_the_average_of_the_year_is_what_the_optimiser_counts() -> None:
    found = Year(SAMPLE).load(SAMPLE.owner)
    books = np.bincount(SAMPLE.owner, weights=SAMPLE.hours[np.arange(150), SAMPLE.owner], minlength=8)
    assert found.work.mean(axis=0) == pytest.approx(books)
    assert found.capacity.mean(axis=0) == pytest.approx(SAMPLE.capacity)
    assert not found.outgoing.any()
    assert not found.incoming.any()


@pytest.mark.parametrize("horizon", [3, 6, 24])
def test_another_horizon_shows_the_same_year(horizon: int) -> None:
    other = Data(SAMPLE.portfolio, Formulas(horizon_months=horizon))
    found, year = Year(other).load(other.owner), Year(SAMPLE).load(SAMPLE.owner)
    assert found.work == pytest.approx(year.work)
    assert found.capacity == pytest.approx(year.capacity)
    if horizon < 12:
        books = np.bincount(other.owner, weights=other.hours[np.arange(150), other.owner], minlength=8)
        assert found.work[:horizon].mean(axis=0) == pytest.approx(books)


def test_a_plan_moves_hours_and_pays_for_its_handoffs_in_the_first_two_months() -> None:
    plan = SAMPLE.owner.copy()
    i = SAMPLE.touch.index("high")
    giver, taker = int(plan[i]), (int(plan[i]) + 1) % 8
    plan[i] = taker
    year = Year(SAMPLE)
    today, found = year.load(SAMPLE.owner), year.load(plan)
    assert found.outgoing[:, giver].tolist() == [1.5, 1.5, *[0] * 10]
    assert found.incoming[:, taker].tolist() == [3, 3, *[0] * 10]
    assert found.outgoing.sum() + found.incoming.sum() == 9
    assert (today.work - found.work)[:, giver].mean() == pytest.approx(SAMPLE.hours[i, giver])
    assert (found.work - today.work)[:, taker].mean() == pytest.approx(SAMPLE.hours[i, taker])
    assert found.capacity == pytest.approx(today.capacity)


def test_handoffs_spread_over_other_months_are_the_same_hours() -> None:
    plan = (SAMPLE.owner + 1) % 8
    for months in (1.0, 2.5, 12.0):
        formulas = Formulas(handoffs=Handoffs(months=months))
        found = Year(Data(SAMPLE.portfolio, formulas)).load(plan)
        levels = [getattr(Handoffs(), f"incoming_{one}") for one in SAMPLE.touch]
        assert found.incoming.sum() == pytest.approx(sum(levels))
        assert not found.incoming[int(np.ceil(months)) :].any()


def test_an_account_without_owner_counts_in_no_book_and_is_only_taken_over() -> None:
    account = Account(id="a", name="A", arr=1.0, touch="low")
    data = Data(Portfolio((account,), (Csm(id="c", name="C"),), TODAY), Formulas())
    nobody, taken = Year(data).load(np.array([-1])), Year(data).load(np.array([0]))
    assert not nobody.hours.any()
    assert (taken.outgoing.sum(), taken.incoming.sum()) == (0, 1)


def test_leave_and_ramp_show_in_their_months() -> None:
    away = Csm(id="c", name="C", leave=((TODAY + timedelta(days=61), TODAY + timedelta(days=121)),))
    account = Account(id="a", name="A", arr=1.0, touch="tech", renewal=date(2026, 9, 1))
    found = one_book(away, account)
    assert found.capacity[0, 0] == 105
    assert found.capacity[3, 0] == pytest.approx(0, abs=1)
    hire = one_book(Csm(id="c", name="C", start=TODAY), account)
    assert hire.capacity[:5, 0].tolist() == pytest.approx([42, 73.5, 94.5, 105, 105])


def test_utilisation_without_capacity_is_infinite_and_without_anything_unknown() -> None:
    later = Csm(id="c", name="C", start=TODAY + timedelta(days=365))
    account = Account(id="a", name="A", arr=1.0, touch="tech", renewal=date(2026, 9, 1))
    assert np.isinf(one_book(later, account).utilisation[0, 0])
    assert np.isnan(one_book(later).utilisation[0, 0])


def test_the_team_is_the_sum_of_the_books() -> None:
    found = Year(SAMPLE).load((SAMPLE.owner + 1) % 8)
    team = found.team
    assert team.hours[:, 0] == pytest.approx(found.hours.sum(axis=1))
    assert team.capacity.shape == (12, 1)


@pytest.mark.parametrize(
    ("as_of", "first"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 31), date(2026, 2, 1)),
        (date(2026, 12, 20), date(2027, 1, 1)),
    ],
)
def test_months_are_named_without_gaps(as_of: date, first: date) -> None:
    months = one_book(Csm(id="c", name="C"), as_of=as_of).months
    assert months[0] == first
    assert len(set(months)) == 12
    assert all(one.day == 1 and 27 < (b - one).days < 32 for one, b in pairwise(months))


def test_a_long_month_of_renewals_overloads_and_the_average_hides_it() -> None:
    busy = [
        replace(Account(id=str(k), name="A", arr=1.0, touch="high"), renewal=date(2026, 4, 5))
        for k in range(14)
    ]
    found = one_book(Csm(id="c", name="C"), *busy)
    assert found.hours.mean() < 105
    assert (found.utilisation[:, 0] > 1).tolist() == [True] * 3 + [False] * 9
