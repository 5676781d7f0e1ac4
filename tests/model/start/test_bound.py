"""No plan has fewer points than the bound, whatever the prices; good prices give the linear relaxation."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.optimise import optimise
from bookshift_model.problem import Problem, build
from bookshift_model.relax import relax
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.start.ascent import CAREFUL, QUICK, ROUGH, ascend
from bookshift_model.start.bound import Prices, lower_bound
from bookshift_model.start.core import Core, core_of, core_value
from bookshift_model.units import Units


def slack_of(points: float) -> float:
    return 1e-9 * max(1.0, abs(points))


def random_prices(rng: np.random.Generator, core: Core) -> Prices:
    """Anything, far outside of what is sensible too."""
    size = 10.0 ** rng.integers(-2, 4)
    books = size * rng.normal(size=(len(core.measure), core.m)) / core.measure[:, None]
    return Prices(books, size * rng.normal(size=len(core.plan_measure)))


@pytest.mark.parametrize("block", range(5))
def test_no_assignment_has_fewer_points_than_any_prices_prove(
    random_problem: Callable[..., Problem], block: float
) -> None:
    rng = np.random.default_rng(block)
    for seed in range(10 * block, 10 * block + 10):
        units = Units.of_problem(random_problem(seed, int(rng.integers(1, 6)), int(rng.integers(1, 4))))
        core = core_of(units)
        every = itertools.product(*(np.flatnonzero(row) for row in units.eligible))
        least = min(core_value(core, np.array(choice)) for choice in every)
        climbed, _, bound = ascend(core)
        assert bound == pytest.approx(lower_bound(core, climbed), rel=1e-12)
        for prices in (climbed, *(random_prices(rng, core) for _ in range(10))):
            assert lower_bound(core, prices) <= least + slack_of(least), seed


@pytest.mark.parametrize("seed", range(12))
def test_bound_then_relaxation_then_optimum_then_plans(
    random_problem: Callable[..., Problem], seed: int
) -> None:
    problem = random_problem(700 + seed, 24, 4, groups=False)
    units = Units.of_problem(problem)
    core = core_of(units)
    bound = max(ascend(core, schedule).bound for schedule in (QUICK, CAREFUL, ROUGH))
    relaxed = relax(units, lambda: False, seed=1).bound
    best = optimise(problem, problem.baseline, gap=0.001, seconds=20)
    tolerance = 1e-6 * max(1.0, abs(relaxed))
    assert bound <= relaxed + tolerance
    assert bound <= best.points + tolerance
    assert bound >= 0.97 * relaxed - 1.0


@pytest.mark.parametrize(("accounts", "csms", "seed"), [(150, 8, 1), (150, 8, 2), (150, 8, 3), (600, 20, 1)])
def test_prices_reach_the_linear_relaxation_of_the_sample(accounts: int, csms: int, seed: int) -> None:
    portfolio = sample(accounts, csms, seed)
    policy = sample_policy(portfolio)
    units = Units.of_problem(build(Data(portfolio, policy.formulas), policy))
    relaxed = relax(units, lambda: False, seed=1).bound
    bound = ascend(core_of(units)).bound
    assert 0.9995 * relaxed <= bound <= relaxed + 1e-6 * relaxed


def test_of_many_csms_prices_reach_the_relaxation_too() -> None:
    # Of many, the prices of a quantity have much in common, which no single book shows.
    portfolio = sample(400, 102, 1)
    policy = sample_policy(portfolio)
    units = Units.of_problem(build(Data(portfolio, policy.formulas), policy))
    relaxed = relax(units, lambda: False, seed=1).bound
    bound = ascend(core_of(units)).bound
    assert relaxed - 2.5e-5 * abs(relaxed) <= bound <= relaxed + 1e-6 * abs(relaxed)
