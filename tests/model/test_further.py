"""A plan is taken further: crossed with others, at better prices, and the same on every machine."""

from __future__ import annotations

import numpy as np
import pytest

from bookshift_model.around import beyond
from bookshift_model.crossing import crossed
from bookshift_model.data import Data
from bookshift_model.further import Further
from bookshift_model.optimise import optimise
from bookshift_model.problem import Problem, build
from bookshift_model.proven import certificate_of, guided, plan_anew
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.start.engine import first_plan
from bookshift_model.units import Units
from bookshift_model.value import value


def never() -> bool:
    return False


@pytest.fixture(scope="module")
def problem() -> Problem:
    portfolio = sample(400, 16, 3)
    policy = sample_policy(portfolio)
    return build(Data(portfolio, policy.formulas), policy)


@pytest.fixture(scope="module")
def units(problem: Problem) -> Units:
    return Units.of_problem(problem)


def test_a_crossing_has_the_books_that_are_better_elsewhere(problem: Problem, units: Units) -> None:
    one, other = (first_plan(problem, seed=seed) for seed in (1, 2))
    guide = guided(problem, certificate_of(problem, one.prices))
    here, there = one.assignment[units.lead], other.assignment[units.lead]
    gain = beyond(units, guide, here) - beyond(units, guide, there)
    apart = float(np.sort(gain)[-3]) - 1e-9
    assert apart > 0
    made = crossed(units, guide, here, there, apart)
    assert made is not None
    better = np.flatnonzero(gain > apart)
    assert len(better) == 3
    for book in better:
        assert set(np.flatnonzero(there == book)) <= set(np.flatnonzero(made == book))
    untouched = ~np.isin(here, better) & ~np.isin(there, better)
    assert np.array_equal(made[untouched], here[untouched])
    assert units.eligible[np.arange(units.k), made].all()
    assert crossed(units, guide, here, here, 0.0) is None


def test_going_further_never_makes_worse_and_is_repeated_alike(problem: Problem, units: Units) -> None:
    plan, prices = plan_anew(problem, problem.baseline, 1)
    choice = plan.assignment[units.lead]
    found = [Further(units, prices, 1) for _ in range(2)]
    bounds = [one.improve(never) for one in found]
    assert bounds[0] == bounds[1] >= guided(problem, prices).level
    plans = [one.search(choice, never) for one in found]
    assert np.array_equal(*plans)
    points = value(problem, units.expand(plans[0]))
    assert points < plan.points
    counted = [one.count(plans[0], 2, never) for one in found]
    assert bounds[0] < counted[0] == counted[1] <= points


def test_a_search_that_is_stopped_keeps_what_it_had(problem: Problem, units: Units) -> None:
    plan, prices = plan_anew(problem, problem.baseline, 1)
    choice = plan.assignment[units.lead]
    found = Further(units, prices, 1).search(choice, lambda: True)
    assert value(problem, units.expand(found)) <= plan.points + 1e-9


def test_going_on_closes_most_of_a_gap() -> None:
    first = last = 0.0
    for seed in (1, 2, 3, 4):
        portfolio = sample(400, 16, seed)
        policy = sample_policy(portfolio)
        problem = build(Data(portfolio, policy.formulas), policy)
        begun, _ = plan_anew(problem, problem.baseline, 1)
        steps = iter(range(200))
        found = optimise(
            problem, problem.baseline, gap=0.0, cancelled=lambda at=steps: next(at, None) is None
        )
        assert found.bound is not None
        first += begun.points - begun.bound
        last += found.points - found.bound
    assert last < 0.6 * first
