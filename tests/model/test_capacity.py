from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bookshift_model.capacity import capacity, in_ramp, monthly_capacity
from bookshift_model.columns import MONTH_DAYS
from bookshift_model.formulas import Formulas
from bookshift_model.portfolio import Csm, Portfolio

TODAY = date(2026, 1, 5)
F = Formulas()


def months(**fields: Any) -> list[float]:
    return monthly_capacity(Portfolio((), (Csm(id="x", name="X", **fields),), TODAY), F)[:, 0].tolist()


def test_full_time_is_105_hours_and_everything_scales_with_the_share() -> None:
    assert months() == pytest.approx([105] * 12)
    assert months(fte=0.6) == pytest.approx([63] * 12)
    assert months(hours=120, fte=0.5) == pytest.approx([60] * 12)
    assert months(fte=0) == [0] * 12


def test_a_new_hire_ramps_up_from_the_first_day() -> None:
    assert months(start=TODAY) == pytest.approx([42, 73.5, 94.5] + [105] * 9)
    assert months(start=TODAY - timedelta(days=400)) == pytest.approx([105] * 12)


def test_nobody_works_before_the_first_day() -> None:
    in_two_months = TODAY + timedelta(days=61)
    found = months(start=in_two_months)
    assert found[0] == 0
    assert found[1] == pytest.approx(0, abs=0.2)
    assert found[2] == pytest.approx(42, rel=0.01)


def test_ramp_hours_do_not_depend_on_where_the_month_begins() -> None:
    lost = 105 * (0.6 + 0.3 + 0.1)
    for days in (0, 10, 40, 100):
        start = TODAY + timedelta(days=days)
        assert 12 * 105 - sum(months(start=start)) == pytest.approx(lost + 105 * days / MONTH_DAYS)


def test_each_day_of_leave_counts_once() -> None:
    first = TODAY + timedelta(days=10)
    fortnight = (first, first + timedelta(days=13))
    lost = 105 * 14 / MONTH_DAYS
    assert 12 * 105 - sum(months(leave=(fortnight,))) == pytest.approx(lost)
    assert 12 * 105 - sum(months(leave=(fortnight, fortnight))) == pytest.approx(lost)
    second_week = (first + timedelta(days=7), first + timedelta(days=8))
    assert 12 * 105 - sum(months(leave=(second_week, fortnight))) == pytest.approx(lost)
    past = (TODAY - timedelta(days=30), TODAY - timedelta(days=1))
    assert months(leave=(past,)) == pytest.approx([105] * 12)


def test_the_average_is_taken_over_the_horizon() -> None:
    p = Portfolio((), (Csm(id="x", name="X", start=TODAY), Csm(id="y", name="Y")), TODAY)
    assert capacity(p, F).tolist() == pytest.approx([(42 + 73.5 + 94.5 + 9 * 105) / 12, 105])
    assert capacity(p, Formulas(horizon_months=3)).tolist() == pytest.approx([70, 105])


def test_ramp_lasts_three_months() -> None:
    starts = [None, TODAY - timedelta(days=95), TODAY - timedelta(days=80), TODAY + timedelta(days=30)]
    csms = tuple(Csm(id=str(k), name="X", start=start) for k, start in enumerate(starts))
    assert in_ramp(Portfolio((), csms, TODAY), F).tolist() == [False, False, True, True]
