"""What counts as equally good, and what a bound must not be."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bookshift_model.best import Best
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Lock
from bookshift_model.gaps import doubt, gap_of, improvement_gap_of, tolerance
from bookshift_model.optimise import optimise
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.units import Units
from bookshift_model.value import judged, value

if TYPE_CHECKING:
    from bookshift_model.best import Progress
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


@pytest.fixture(scope="module")
def overloaded() -> Problem:
    """A CSM without capacity whose accounts are locked: nearly all points are of a rule that nobody keeps."""
    portfolio = sample(12, 3, 1)
    away = portfolio.csms[0].id
    csms = tuple(replace(one, fte=0.0) if one.id == away else one for one in portfolio.csms)
    locked = Decisions(Lock(account=one.id) for one in portfolio.accounts if one.owner == away)
    policy = sample_policy(portfolio).with_rule("utilisation_ceiling", mode="hard")
    return build(Data(Portfolio(portfolio.accounts, csms, portfolio.as_of), policy.formulas, locked), policy)


def plans_of(problem: Problem) -> list[tuple[float, Indices]]:
    """Every choice and its points, fewest first."""
    units = Units.of_problem(problem)
    every = itertools.product(*(np.flatnonzero(row) for row in units.eligible))
    made = [np.array(one, dtype=np.int64) for one in every]
    return sorted(((value(problem, units.expand(one)), one) for one in made), key=lambda one: one[0])


def best_of(problem: Problem, news: list[Progress]) -> Best:
    return Best(
        problem, Units.of_problem(problem), gap=0.01, seconds=None, on_event=news.append,
        cancelled=lambda: False, change=None,
    )  # fmt: skip


def test_what_no_plan_can_spare_makes_no_two_plans_equal(overloaded: Problem) -> None:
    plans = plans_of(overloaded)
    (good, better), (bad, worse) = next(
        two for two in itertools.pairwise(plans) if 0.01 < two[1][0] - two[0][0] < 1e-6 * two[0][0]
    )
    best = best_of(overloaded, [])
    best.begin(worse, None)
    spared = judged(overloaded, Units.of_problem(overloaded).expand(worse))[1]
    best.prove(good)
    assert best.gap == pytest.approx((bad - good) / (bad - spared))
    best.offer(better)
    assert best.points == good
    assert best.gap == 0


def test_the_best_of_all_plans_is_found_beside_a_rule_that_nobody_keeps(overloaded: Problem) -> None:
    least, _ = plans_of(overloaded)[0]
    found = optimise(overloaded, overloaded.baseline, gap=0.0)
    assert (found.status, found.gap, found.note) == ("optimal", 0.0, "")
    assert found.unavoidable > 0.9 * least
    assert found.points <= least + tolerance(least, found.unavoidable)


def test_no_gap_is_smaller_than_its_share_of_what_a_plan_could_spare(overloaded: Problem) -> None:
    plans = plans_of(overloaded)
    best, units = best_of(overloaded, []), Units.of_problem(overloaded)
    broken = [judged(overloaded, units.expand(choice))[1] for _, choice in plans]
    best.begin(plans[-1][1], None)
    best.prove(plans[0][0] - 1.0)
    for points, choice in plans[::-1]:
        best.offer(choice)
        assert best.gap is not None
        assert best.gap >= (points - plans[0][0] + 1.0) / (points - min(broken)) - 1e-9


def test_a_bound_above_a_plan_is_given_up_and_told(overloaded: Problem) -> None:
    news: list[Progress] = []
    best = best_of(overloaded, news)
    (least, good), (_, bad) = plans_of(overloaded)[0], plans_of(overloaded)[-1]
    best.begin(bad, None)
    best.prove(least - 5.0)
    best.prove(least + 1.0)
    assert best.bound == least + 1.0
    best.offer(good)
    assert (best.points, best.bound) == (least, least - 5.0)
    assert "not believed" in best.note
    best.prove(least + 1.0)
    assert best.bound == least - 5.0
    assert news[-1].bound == least - 5.0


def test_what_arithmetic_does_to_a_bound_is_forgiven(overloaded: Problem) -> None:
    best = best_of(overloaded, [])
    least, good = plans_of(overloaded)[0]
    best.begin(good, None)
    best.prove(least + doubt(least) / 2)
    assert (best.bound, best.gap, best.note) == (least, 0.0, "")


def test_a_known_bound_that_the_plan_at_hand_refutes_proves_nothing(overloaded: Problem) -> None:
    least, good = plans_of(overloaded)[0]
    start = Units.of_problem(overloaded).expand(good)
    found = optimise(overloaded, start, gap=0.01, known_bound=least + 1.0)
    assert "not believed" in found.note
    assert found.bound is not None
    assert found.bound <= least
    assert found.points == least


def test_gaps_of_bounds_that_are_none() -> None:
    assert gap_of(100.0, 101.0) is None
    assert improvement_gap_of(100.0, 101.0, 200.0) is None
    assert gap_of(100.0, 100.0 + 1e-6) == 0
    assert gap_of(275_094.0, 275_093.82, 275_000.0) == pytest.approx(0.18 / 94)
    assert improvement_gap_of(275_094.0, 275_093.82, 275_193.82, 275_000.0) == pytest.approx(0.0018)
