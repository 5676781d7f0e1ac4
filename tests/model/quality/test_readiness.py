"""The readiness score: its formula, and the sentences that say what a gap costs."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.quality.examine import examine
from bookshift_model.quality.readiness import WEIGHTS, FieldReadiness, readiness
from bookshift_model.sample import sample

FULL = replace(
    sample(200, 8, 1),
    accounts=tuple(
        replace(one, health=one.health or 70.0, usage=one.usage or 50.0, complexity=one.complexity or 3)
        for one in sample(200, 8, 1).accounts
    ),
)
POLICY = Policy()


def without(field: str, share: float) -> Portfolio:
    chance = random.Random(3)
    gone: dict[str, Any] = {field: None}
    accounts = [replace(one, **gone) if chance.random() < share else one for one in FULL.accounts]
    return replace(FULL, accounts=tuple(accounts))


def part(portfolio: Portfolio, field: str, policy: Policy = POLICY) -> FieldReadiness:
    return next(one for one in readiness(portfolio, policy).fields if one.field == field)


def test_full_data_is_a_hundred_and_the_weights_are_of_a_hundred() -> None:
    assert sum(weight for _, weight in WEIGHTS.values()) == 100
    assert readiness(FULL, POLICY).score == pytest.approx(100)
    assert all(not one.costs for one in readiness(FULL, POLICY).fields)


def test_a_field_that_is_gone_costs_its_weight() -> None:
    assert readiness(without("renewal", 1.1), POLICY).score == pytest.approx(85)
    assert readiness(without("health", 1.1), POLICY).score == pytest.approx(85)


def test_half_by_accounts_and_half_by_arr() -> None:
    gone = without("renewal", 0.4)
    accounts = sum(one.renewal is None for one in gone.accounts) / 200
    arr = sum(one.arr for one in gone.accounts if one.renewal is None) / gone.total_arr
    assert part(gone, "renewal").known == pytest.approx(1 - (accounts + arr) / 2)
    assert readiness(gone, POLICY).score == pytest.approx(100 - 15 * (accounts + arr) / 2)


def test_it_says_which_rule_cannot_see_how_many_accounts() -> None:
    gone = without("renewal", 0.4)
    number = sum(one.renewal is None for one in gone.accounts)
    share = sum(one.arr for one in gone.accounts if one.renewal is None) / gone.total_arr
    says = part(gone, "renewal").costs[0]
    assert says.startswith(f"renewal dates are missing for {100 * share:.0f} % of ARR: the renewal freeze ")
    assert says.endswith(f"cannot protect {number} accounts")
    off = POLICY.with_rule("renewal_freeze", mode="off")
    assert "could not protect" in part(gone, "renewal", off).costs[0]


def test_it_says_how_far_the_figures_may_be_off() -> None:
    says = " ".join(part(without("health", 0.6), "health").costs)
    assert "expected churned ARR differs by" in says
    few = " ".join(part(without("usage", 0.02), "usage").costs)
    assert "differ by less than 1 %" in few


def test_values_under_a_warning_count_half_until_somebody_accepts_it() -> None:
    old = replace(FULL.accounts[0], renewal=FULL.as_of.replace(year=FULL.as_of.year - 1))
    doubtful = replace(FULL, accounts=(old, *FULL.accounts[1:]))
    groups = [one for one in examine(doubtful, POLICY.formulas) if one.severity == "warning"]
    assert [one.id for one in groups] == ["renewal_past"]
    share = 0.5 / 200 + 0.5 * old.arr / FULL.total_arr
    assert readiness(doubtful, POLICY, groups).score == pytest.approx(100 - 15 * share / 2)
    assert readiness(doubtful, POLICY, ()).score == pytest.approx(100)
