"""Hard rules are kept wherever they can be: what plans say is held against a search over hard rules alone."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.optimise import optimise
from bookshift_model.policy import Policy
from bookshift_model.problem import build
from bookshift_model.proven import plan_anew
from bookshift_model.sample import sample
from bookshift_model.score import score
from bookshift_model.search import Search
from bookshift_model.units import Units
from bookshift_model.value import value

if TYPE_CHECKING:
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


def problem_of(seed: int, accounts: int, csms: int) -> Problem:
    """Some hard rules of every kind, as tight as planners make them, beside soft ones that cost a lot."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(accounts // 3, accounts + 1)), int(rng.integers(2, csms + 1))
    portfolio = sample(n, m, seed)
    mean = portfolio.total_arr / m
    hard: dict[str, dict[str, Any]] = {
        "max_accounts": {"limit": int(n / m * rng.choice([1.05, 1.2, 1.4])) + 1},
        "min_arr": {"limit": mean * rng.choice([0.5, 0.7, 0.85])},
        "max_arr": {"limit": mean * rng.choice([1.15, 1.3, 1.5])},
        "arr_band": {"tolerance": rng.choice([0.1, 0.15, 0.25])},
        "hours_band": {"tolerance": rng.choice([0.1, 0.2, 0.3])},
        "high_risk_cap": {"limit": int(rng.integers(1, 6))},
        "move_budget": {"limit": int(n * rng.choice([0.3, 0.5, 0.7]))},
        "moves_in": {"limit": int(rng.integers(3, 9))},
        "utilisation_ceiling": {},
        "strategic_stay": {},
        "families_together": {},
        "region_match": {},
    }
    policy = Policy.preset(str(rng.choice(["balanced", "retention_first"])))
    for rule, settings in hard.items():
        if rng.random() < 0.4:
            policy = policy.with_rule(rule, mode="hard", **settings)
    for rule in ("renewals_band", "accounts_band", "utilisation_band"):
        if rng.random() < 0.4:
            policy = policy.with_rule(rule, mode="soft", price=float(rng.choice([1, 5])))
    return build(Data(portfolio, policy.formulas), policy)


def hard_of(problem: Problem) -> Problem:
    return replace(problem, terms=tuple(one for one in problem.terms if one.hard), scales={})


def can_be_kept(problem: Problem) -> bool:
    """Whether branch and bound over the hard rules alone finds a plan that keeps them."""
    hard = hard_of(problem)
    units = Units.of_problem(hard)
    kept: list[Indices] = []

    def found(choice: Indices) -> None:
        if value(hard, units.expand(choice)) <= 1e-9:
            kept.append(choice)

    first = units.eligible.argmax(axis=1)
    everything = np.ones(units.k, dtype=bool)
    search = Search(units, units.eligible, seed=1)
    search.run(first, everything, gap=0.0, nodes=300, stop=lambda: bool(kept), found=found)
    return bool(kept)


@pytest.mark.parametrize("block", range(4))
def test_plans_keep_hard_rules_where_a_plan_does(block: int) -> None:
    kept = 0
    for seed in range(block * 10, block * 10 + 10):
        problem = problem_of(seed, accounts=40, csms=6)
        if not can_be_kept(problem):
            continue
        kept += 1
        plan, _ = plan_anew(problem, problem.baseline, 1)
        assert score(problem, plan.assignment).broken == (), seed
        found = optimise(problem, problem.baseline, gap=0.02)
        assert score(problem, found.assignment).broken == (), seed
        assert found.unavoidable == 0, seed
    assert kept > 2


def test_no_soft_rule_is_worth_a_hard_one_that_can_be_kept() -> None:
    kept = 0
    for seed in range(190, 230):
        problem = problem_of(seed, accounts=7, csms=3)
        hard, everything = hard_of(problem), itertools.product(range(problem.data.m), repeat=problem.data.n)
        if not any(value(hard, np.array(one)) <= 1e-9 for one in everything):
            continue
        kept += 1
        found = optimise(problem, problem.baseline, gap=0.0)
        assert score(problem, found.assignment).broken == (), seed
    assert kept > 5
