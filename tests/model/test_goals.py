"""Each goal by hand on a portfolio that fits on a slip of paper, and how its unit becomes points."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.goals import GOALS
from bookshift_model.policy import PRESETS, Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.rules import RULES
from bookshift_model.score import GoalValue, score

DAY = date(2026, 1, 5)
ADA, BEN = Csm(id="C0", name="Ada", industries=("Retail",)), Csm(id="C1", name="Ben", industries=("Energy",))
OFF = {name: {"mode": "off"} for name in RULES}


def account(i: int, owner: int | None = 0, arr: float = 100.0, **fields: Any) -> Account:
    to = None if owner is None else f"C{owner}"
    return Account(id=f"A{i}", name=f"Acme {i}", arr=arr, owner=to, touch="low", **fields)


def problem(accounts: list[Account], csms: tuple[Csm, ...] = (ADA, BEN), **policy: Any) -> Problem:
    made = Policy.from_record({"dead_band": 0, "rules": OFF, **policy})
    return build(Data(Portfolio(tuple(accounts), csms, DAY), made.formulas), made)


def goal(of: Problem, name: str, *to: int) -> GoalValue:
    return next(one for one in score(of, np.array(to)).goals if one.id == name)


def reached(of: Problem, name: str, *to: int) -> float:
    return goal(of, name, *to).value


def test_balance_counts_what_lies_beyond_the_dead_band_on_both_sides() -> None:
    accounts = [account(0, arr=300), account(1), account(2, 1), account(3, 1)]
    even = problem(accounts)  # 600 ARR, so 300 for each; four accounts, so two for each
    assert reached(even, "arr_balance", 0, 1, 1, 1) == 0
    assert reached(even, "arr_balance", 0, 0, 1, 1) == pytest.approx(200)  # 400 and 200
    assert reached(even, "account_balance", 0, 1, 1, 1) == pytest.approx(2)
    hours = float(even.data.hours[0, 0])
    assert reached(even, "workload_balance", 0, 1, 1, 1) == pytest.approx(2 * hours)
    wide = problem(accounts, dead_band=0.1)
    assert reached(wide, "arr_balance", 0, 0, 1, 1) == pytest.approx(200 - 2 * 30)
    half = problem(accounts, (replace(ADA, fte=0.5), BEN))  # targets 200 and 400
    assert reached(half, "arr_balance", 0, 1, 1, 1) == pytest.approx(200)


def test_renewals_are_balanced_in_each_quarter_by_itself() -> None:
    accounts = [account(i, i % 2, renewal=DAY + timedelta(days=100 * (i // 2))) for i in range(4)]
    even = problem(accounts)
    assert reached(even, "renewal_balance", 0, 1, 0, 1) == 0
    assert reached(even, "renewal_balance", 0, 0, 1, 1) == pytest.approx(4 * 100)


def test_only_more_risk_than_the_share_counts() -> None:
    accounts = [account(0, risk="high"), account(1, 1, risk="high"), account(2, 1, risk="low")]
    assert reached(problem(accounts), "risk_concentration", 0, 1, 1) == 0
    assert reached(problem(accounts), "risk_concentration", 0, 0, 1) == pytest.approx(100)


def test_retention_is_the_arr_expected_to_churn() -> None:
    of = problem([account(0, risk="high", renewal=DAY + timedelta(days=90)), account(1, 1)])
    churned = of.data.churn[[0, 1], [1, 1]] @ np.array([100, 100])
    assert reached(of, "retention", 1, 1) == pytest.approx(churned)
    assert reached(of, "retention", 1, 1) > reached(of, "retention", 0, 1), "moving a risky account costs"


def test_fit_counts_missing_industries_and_skills() -> None:
    accounts = [account(0, industry="Retail"), account(1, industry="Retail", required_skills=("api",))]
    skilled = (ADA, replace(BEN, skills=("sql",)))
    of = problem(accounts, (replace(skilled[0], skills=("api",)), skilled[1]))
    assert reached(of, "fit", 0, 0) == 0
    assert reached(of, "fit", 0, 1) == pytest.approx(0.7 + 0.3)
    assert reached(of, "fit", 1, 0) == pytest.approx(0.7)


def test_continuity_weighs_years_health_and_the_new_csm_s_knowledge() -> None:
    years = DAY - timedelta(days=round(2 * 365.25))
    accounts = [
        account(0),
        account(1, owner_since=years, health=80),
        account(2, industry="Energy", fresh_start=True),
        account(3, None),
        account(4, owner_since=DAY + timedelta(days=30)),
    ]
    of = problem(accounts)
    stays = [0, 0, 0, 0, 0]
    assert reached(of, "continuity", *stays) == 0

    def cost(i: int) -> float:
        return reached(of, "continuity", *(1 if k == i else 0 for k in range(5)))

    assert [cost(i) for i in range(5)] == pytest.approx([1, 1 + 0.25 + 0.25, 0.25 * 0.75, 0, 1], abs=1e-3)


def test_development_gives_every_junior_two_demanding_accounts() -> None:
    accounts = [account(i, 1, complexity=4) for i in range(3)]
    of = problem(accounts, (replace(ADA, level="junior"), BEN))
    plans = [(1, 1, 1), (0, 1, 1), (0, 0, 1), (0, 0, 0)]
    assert [reached(of, "development", *to) for to in plans] == [2, 1, 0, 0]


def test_expansion_and_geography_count_from_the_formulas() -> None:
    of = problem([account(0, industry="Retail", expansion="high"), account(1, 1)])
    best = of.data.expansion.max(axis=1)
    assert reached(of, "expansion", 1, 1) == pytest.approx(float(best.sum() - of.data.expansion[:, 1].sum()))
    far = problem(
        [replace(account(0), touch="high", timezone=9.0, region="Asia")],
        (replace(ADA, timezone=0.0, region="EU"), replace(BEN, timezone=9.0, region="Asia")),
    )
    assert reached(far, "geography", 0) == pytest.approx(float(far.data.travel[0, 0]))
    assert reached(far, "geography", 0) > reached(far, "geography", 1)


def test_points_are_nothing_at_the_best_and_the_share_of_all_accounts_today() -> None:
    accounts = [account(0, industry="Retail", owner=1), account(1, industry="Retail", owner=1)]
    of = problem(accounts, weights={"fit": 3, "retention": 1})
    today, best = goal(of, "fit", 1, 1), goal(of, "fit", 0, 0)
    assert (today.value, today.best, today.share) == (pytest.approx(1.4), 0, 0.75)
    assert today.today == today.value
    assert best.points == 0
    assert today.points == pytest.approx(2 * 0.75)
    assert goal(of, "fit", 0, 1).points == pytest.approx(2 * 0.75 / 2)


def test_a_goal_that_is_nearly_reached_does_not_drown_the_others() -> None:
    of = problem([account(i, 0, industry="Retail") for i in range(4)], weights={"fit": 1})
    assert of.scales["fit"].today == of.scales["fit"].best == 0
    assert of.scales["fit"].span == pytest.approx(0.05 * 4)
    assert goal(of, "fit", 0, 0, 0, 0).points == 0
    assert goal(of, "fit", 1, 0, 0, 0).points == pytest.approx(4 * 0.7 / 0.2)


def test_weights_are_shares() -> None:
    for name in PRESETS:
        shares = Policy.preset(name).shares()
        assert sum(shares.values()) == pytest.approx(1)
        assert list(shares) == list(GOALS)
    small, large = (Policy.from_record({"weights": {"fit": k, "retention": 3 * k}}) for k in (0.01, 1e5))
    assert small.shares() == pytest.approx(large.shares())
    assert Policy().with_weight("fit", 0).shares()["fit"] == 0


def test_a_goal_without_weight_is_shown_and_costs_nothing() -> None:
    of = problem([account(0), account(1)], weights={"fit": 1})
    balance = goal(of, "arr_balance", 0, 0)
    assert (balance.value, balance.points, balance.share) == (pytest.approx(200), 0, 0)


def test_every_goal_has_its_formula_and_a_positive_floor() -> None:
    data = problem([account(0), account(1, 1, owner_since=DAY)]).data
    for one in GOALS.values():
        assert one.mathematics, one.id
        assert one.floor(data) > 0, one.id
