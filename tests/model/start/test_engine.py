"""A first plan is as good as it says, never worse than what was there, and the same each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Lock, Pin
from bookshift_model.optimise import optimise
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.proven import prices_of
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.score import score
from bookshift_model.start.bound import lower_bound
from bookshift_model.start.core import core_of
from bookshift_model.start.engine import ProvenPlan, first_plan, repair
from bookshift_model.units import Units
from bookshift_model.value import value


def of(portfolio: Portfolio, policy: Policy | None = None, decisions: Decisions | None = None) -> Problem:
    policy = policy or sample_policy(portfolio)
    return build(Data(portfolio, policy.formulas, decisions), policy)


def check(problem: Problem, plan: ProvenPlan) -> None:
    """What every plan must be: whole, allowed, scored, proven."""
    assert plan.points == pytest.approx(value(problem, plan.assignment), rel=1e-12, abs=1e-9)
    rows = np.arange(problem.data.n)
    assert problem.eligible[rows, plan.assignment].all()
    assert plan.bound <= plan.points + 1e-9 * max(1.0, abs(plan.points))
    core = core_of(Units.of_problem(problem))
    assert lower_bound(core, plan.prices) <= plan.bound + 1e-9 * max(1.0, abs(plan.bound))


@pytest.mark.parametrize("seed", range(16))
def test_plans_are_as_good_as_those_of_branch_and_bound(
    random_problem: Callable[..., Problem], seed: int
) -> None:
    accounts, csms = ((12, 3), (24, 4), (40, 6), (30, 5))[seed % 4]
    problem = random_problem(900 + seed, accounts, csms)
    plan = first_plan(problem, seed=1)
    check(problem, plan)
    best = optimise(problem, problem.baseline, gap=0.001, seconds=20)
    assert plan.points <= best.points + 0.01 * abs(best.points) + 0.5
    assert plan.bound <= best.points + 1e-6 * abs(best.points)
    if not score(problem, best.assignment).broken:
        assert not score(problem, plan.assignment).broken


@pytest.mark.parametrize("seed", range(10))
def test_a_plan_is_never_worse_than_the_one_it_starts_from(
    random_problem: Callable[..., Problem], seed: int
) -> None:
    problem = random_problem(300 + seed, 30, 5)
    units = Units.of_problem(problem)
    rng = np.random.default_rng(seed)
    somehow = units.expand(np.array([rng.choice(np.flatnonzero(row)) for row in units.eligible]))
    best = first_plan(problem, seed=3, effort="standard").assignment
    for start in (somehow, best, problem.baseline):
        assert first_plan(problem, seed=1, start=start).points <= value(problem, start) + 1e-9


@pytest.mark.parametrize("accounts", [20, 150])
def test_the_same_seed_gives_the_same_plan(accounts: int) -> None:
    problem = of(sample(accounts, 8, 5))
    one, other = first_plan(problem, seed=7), first_plan(problem, seed=7)
    assert (one.assignment == other.assignment).all()
    assert one.bound == other.bound
    assert (one.prices.book == other.prices.book).all()
    pinned = problem.with_decisions(
        Decisions([Pin(account=problem.data.accounts[0].id, csm=problem.data.csms[-1].id)])
    )
    edits = np.array([0])
    first = repair(pinned, one.assignment, one.prices, edits)
    assert (repair(pinned, one.assignment, one.prices, edits).assignment == first.assignment).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_sample_is_solved_within_a_hundredth_at_once(seed: int) -> None:
    problem = of(sample(150, 8, seed))
    plan = first_plan(problem, seed=1)
    check(problem, plan)
    assert plan.gap <= 0.01


@pytest.mark.parametrize("seed", range(6))
def test_a_repair_keeps_the_edit_and_moves_few_others(seed: int) -> None:
    portfolio = sample(150, 8, 1 + seed % 3)
    before = first_plan(of(portfolio), seed=1)
    rng = np.random.default_rng(seed)
    free = np.flatnonzero(of(portfolio).movable)
    i = int(rng.choice(free))
    j = int(rng.choice(np.flatnonzero(np.arange(8) != before.assignment[i])))
    pin = Decisions([Pin(account=portfolio.accounts[i].id, csm=portfolio.csms[j].id)])
    problem = of(portfolio, decisions=pin)
    after = repair(problem, before.assignment, before.prices, np.array([i]))
    check(problem, after)
    forced = before.assignment.copy()
    forced[i] = j
    assert after.assignment[i] == j
    assert after.points <= value(problem, forced) + 1e-9
    assert np.count_nonzero(after.assignment != forced) <= 24


def test_a_repair_leaves_an_account_where_the_planner_moved_it() -> None:
    problem = of(sample(150, 8, 1))
    before = first_plan(problem, seed=1)
    i = int(np.flatnonzero(problem.movable)[0])
    moved = before.assignment.copy()
    moved[i] = int(np.flatnonzero(problem.eligible[i] & (np.arange(8) != moved[i]))[0])
    after = repair(problem, moved, before.prices, np.array([i]))
    assert after.assignment[i] == moved[i]
    assert after.points <= value(problem, moved) + 1e-9


def test_one_giant_account_among_dwarfs() -> None:
    portfolio = sample(40, 4, 1)
    giant = replace(portfolio.accounts[0], arr=1e9)
    problem = of(replace(portfolio, accounts=(giant, *portfolio.accounts[1:])))
    plan = first_plan(problem, seed=1)
    check(problem, plan)
    assert plan.points <= optimise(problem, problem.baseline, gap=0.001, seconds=20).points * 1.01


@pytest.mark.parametrize(("accounts", "csms"), [(1, 1), (1, 5), (3, 12), (30, 1)])
def test_more_csms_than_accounts_and_one_of_either(accounts: int, csms: int) -> None:
    problem = of(sample(accounts, csms, 2))
    check(problem, first_plan(problem, seed=1))


def test_a_portfolio_without_accounts_has_a_plan() -> None:
    portfolio = sample(3, 2, 1)
    problem = of(Portfolio((), portfolio.csms, portfolio.as_of), Policy())
    plan = first_plan(problem, seed=1)
    assert plan.points == plan.bound == value(problem, plan.assignment)


def test_no_arr_and_no_capacity_anywhere() -> None:
    portfolio = sample(20, 4, 1)
    nothing = Portfolio(
        tuple(replace(one, arr=0.0) for one in portfolio.accounts),
        tuple(replace(one, fte=0.0) for one in portfolio.csms),
        portfolio.as_of,
    )
    problem = of(nothing, Policy())
    check(problem, first_plan(problem, seed=1))


def test_one_csm_without_capacity_gets_nothing_that_can_be_elsewhere() -> None:
    portfolio = sample(60, 4, 1)
    csms = (replace(portfolio.csms[0], fte=0.0), *portfolio.csms[1:])
    accounts = tuple(replace(one, owner=portfolio.csms[1].id, strategic=False) for one in portfolio.accounts)
    problem = of(Portfolio(accounts, csms, portfolio.as_of))
    plan = first_plan(problem, seed=1)
    check(problem, plan)
    assert not (plan.assignment == 0).any()


def test_everything_locked_is_the_plan_of_today_and_proven() -> None:
    portfolio = sample(30, 4, 1)
    locked = Decisions([Lock(account=one.id) for one in portfolio.accounts])
    problem = of(portfolio, decisions=locked)
    plan = first_plan(problem, seed=1)
    assert (plan.assignment == problem.baseline).all()
    assert plan.gap <= 1e-3


def test_accounts_without_any_policy_stay_where_they_are() -> None:
    """Nothing to gain: continuity is all that counts."""
    portfolio = sample(30, 4, 1)
    policy = Policy.from_record({"weights": {"continuity": 1.0}})
    problem = of(portfolio, policy)
    owned = problem.baseline >= 0
    plan = first_plan(problem, seed=1)
    assert (plan.assignment[owned] == problem.baseline[owned]).all()
    assert plan.gap == 0


def test_of_equal_plans_the_one_with_fewest_moves() -> None:
    """Six accounts alike, five with one CSM: two go for balance, and which ones makes no difference."""
    plain = sample(3, 2, 1).csms
    csms = tuple(replace(one, fte=1.0, leave=(), start=None, max_accounts=None) for one in plain)
    names = [csms[0].id] * 5 + [csms[1].id]
    accounts = tuple(Account(id=str(i), name=str(i), arr=1.0, owner=owner) for i, owner in enumerate(names))
    policy = Policy.from_record({"weights": {"account_balance": 1.0}, "dead_band": 0.0})
    problem = of(Portfolio(accounts, csms, sample(3, 2, 1).as_of), policy)
    plan = first_plan(problem, seed=1)
    assert plan.points == pytest.approx(0, abs=1e-9)
    assert np.count_nonzero(plan.assignment != problem.baseline) == 2


def test_many_books_and_no_account_are_no_plan_and_no_error() -> None:
    portfolio = replace(sample(60, 30, 1), accounts=())
    plan = first_plan(of(portfolio, Policy()), seed=1)
    assert plan.assignment.size == 0
    assert plan.gap == 0
    assert prices_of(of(portfolio, Policy())).to_record()
