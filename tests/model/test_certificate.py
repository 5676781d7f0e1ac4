"""Prices prove what they say: to anybody, for every plan, and as the engine counts."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bookshift_model.best import Change
from bookshift_model.certificate import Certificate, lower_bound, price
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, KeepTogether
from bookshift_model.optimise import optimise
from bookshift_model.problem import Problem, build
from bookshift_model.proven import plan_anew, prices_of
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.start.bound import lower_bound as engine_bound
from bookshift_model.start.core import core_of
from bookshift_model.units import Units
from bookshift_model.value import value

NOBODY = np.zeros(0, dtype=np.int64)


@pytest.fixture(scope="module")
def problem() -> Problem:
    portfolio = sample(150, 8, 1)
    policy = sample_policy(portfolio)
    return build(Data(portfolio, policy.formulas), policy)


def test_numpy_proves_what_the_engine_proved(problem: Problem) -> None:
    plan, certificate = plan_anew(problem, problem.baseline, 1)
    core = core_of(Units.of_problem(problem))
    assert lower_bound(problem, certificate) == pytest.approx(engine_bound(core, plan.prices), rel=1e-9)
    assert lower_bound(problem, certificate) <= plan.bound
    again = Certificate.from_record(json.loads(json.dumps(certificate.to_record())))
    assert lower_bound(problem, again) == lower_bound(problem, certificate)


def test_any_prices_prove_something_and_none_prove_too_much(problem: Problem) -> None:
    rng = np.random.default_rng(1)
    best = optimise(problem, problem.baseline, gap=0.001)
    good = prices_of(problem)
    for size in (0.0, 0.1, 1.0, 100.0):
        books = {
            name: {csm: y * (1 + size * rng.normal()) for csm, y in of.items()}
            for name, of in good.books.items()
        }
        assert lower_bound(problem, Certificate(books, {})) <= best.points + 1e-9
    assert lower_bound(problem, Certificate({}, {})) < lower_bound(problem, good)


def test_a_pair_costs_at_least_what_the_prices_say(problem: Problem) -> None:
    units = Units.of_problem(problem)
    priced = price(units, prices_of(problem))
    plan, _ = plan_anew(problem, problem.baseline, 1)
    used = priced.reduced[np.arange(units.k), plan.assignment[units.lead]]
    assert (used >= 0).all()
    assert plan.points >= priced.bound + used.sum() - 1e-6


def test_a_repair_moves_no_more_than_it_may_and_leaves_what_was_moved_by_hand(problem: Problem) -> None:
    plan, _ = plan_anew(problem, problem.baseline, 1)
    moved = np.flatnonzero(problem.movable)[:3]
    start = plan.assignment.copy()
    for i in moved:
        start[i] = next(j for j in np.flatnonzero(problem.eligible[i]) if j != start[i])
    for most in (0, 2, 25):
        change = Change(accounts=moved, held=moved, most=most)
        found = optimise(problem, start, gap=0.0001, change=change)
        assert (found.assignment[moved] == start[moved]).all()
        assert np.count_nonzero(found.assignment != start) <= most
        assert found.points <= value(problem, start)
        assert found.bound <= found.points


def test_a_repair_after_a_nudge_changes_what_pays(problem: Problem) -> None:
    plan, _ = plan_anew(problem, problem.baseline, 1)
    policy = problem.policy.model_copy(update={"weights": {**problem.policy.weights, "fit": 60.0}})
    nudged = build(problem.data, policy)
    found = optimise(
        nudged, plan.assignment, gap=0.0001, change=Change(accounts=NOBODY, held=NOBODY, most=10)
    )
    changed = np.count_nonzero(found.assignment != plan.assignment)
    assert 0 < changed <= 10
    assert found.points <= value(nudged, plan.assignment) - 0.1 * changed


def test_a_repair_is_the_same_each_time(problem: Problem) -> None:
    plan, _ = plan_anew(problem, problem.baseline, 1)
    start = plan.assignment.copy()
    i = int(np.flatnonzero(problem.movable)[7])
    start[i] = next(j for j in np.flatnonzero(problem.eligible[i]) if j != start[i])
    change = Change(accounts=np.array([i]), held=np.array([i]), most=25)
    one, other = (optimise(problem, start, gap=0.0001, change=change) for _ in range(2))
    assert (one.assignment == other.assignment).all()
    assert one.bound == other.bound


def test_the_bound_is_the_same_however_many_rows_are_priced_at_a_time(
    problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [one.id for one in problem.data.accounts]
    together = problem.with_decisions(Decisions((KeepTogether(accounts=tuple(ids[3:90:20])),)))
    prices = prices_of(together)
    whole = price(Units.of_problem(together), prices).bound
    for rows in (1, 7, 1000):
        monkeypatch.setattr("bookshift_model.certificate._ROWS", rows)
        assert lower_bound(together, prices) == pytest.approx(whole, rel=1e-12)
