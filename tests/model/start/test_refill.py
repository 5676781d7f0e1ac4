"""Books filled anew: a plan gets no worse, groups stay, and what no two books can mend is mended."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.problem import Problem, build
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.start.ascent import ascend
from bookshift_model.start.core import Core, core_of
from bookshift_model.start.engine import first_plan
from bookshift_model.start.look import Look
from bookshift_model.terms import Indices
from bookshift_model.units import Units


def looked_at(core: Core) -> tuple[Look, Indices]:
    """A problem at good prices, and a choice that splits of two books make no better."""
    look = Look.at(core, ascend(core))
    choice = look.construct(np.full(core.k, -1))
    first, second = np.triu_indices(core.m, 1)
    return look, look.split(choice, first.astype(np.int64), second.astype(np.int64), rounds=20)


@pytest.mark.parametrize("seed", range(12))
def test_a_choice_is_never_worse_and_only_eligible_pairs_are_in_it(
    random_problem: Callable[..., Problem], seed: int
) -> None:
    core = core_of(Units.of_problem(random_problem(60 + seed, 40, 5)))
    look, choice = looked_at(core)
    grouped = np.diff(core.groups.start) > 0
    for ease in (1.0, 0.3, 0.0):
        made = look.refill(choice, ease, 0.1)
        assert look.points(made) <= look.points(choice) + 1e-6
        assert np.isfinite(core.pairs.cost[np.arange(core.k), made]).all()
        assert (made == choice)[grouped].all()
        assert (look.refill(choice, ease, 0.1) == made).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_gets_further_than_splits_of_two_books(seed: int) -> None:
    portfolio = sample(600, 20, seed)
    policy = sample_policy(portfolio)
    look, choice = looked_at(core_of(Units.of_problem(build(Data(portfolio, policy.formulas), policy))))
    made = look.refill(choice, 0.2, 0.1)
    assert look.points(made) - look.bound < 0.97 * (look.points(choice) - look.bound)


def test_a_large_portfolio_is_solved_within_a_thousandth_and_a_half_at_once() -> None:
    portfolio = sample(2_500, 100, 1)
    policy = sample_policy(portfolio)
    problem = build(Data(portfolio, policy.formulas), policy)
    plan = first_plan(problem, seed=1)
    assert plan.gap <= 0.0015
    again = first_plan(problem, seed=1)
    assert (again.assignment == plan.assignment).all()
    assert again.bound == plan.bound
    longer = first_plan(problem, seed=1, effort="standard")
    assert longer.points <= plan.points
    assert longer.gap <= 0.001
