"""What a planner can count on when a solve runs, is repeated, is cancelled, or follows a small change."""

from __future__ import annotations

import gc
import itertools
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bookshift_model import optimise as optimise_module
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Forbid, KeepTogether, Lock, Pin
from bookshift_model.gaps import gap_of, improvement_gap_of
from bookshift_model.improve import Improver
from bookshift_model.optimise import optimise
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import build
from bookshift_model.relax import cheapest
from bookshift_model.sample import sample
from bookshift_model.score import score
from bookshift_model.units import Units
from bookshift_model.value import value

if TYPE_CHECKING:
    from bookshift_model.best import Progress
    from bookshift_model.optimise import Result
    from bookshift_model.problem import Problem


def usual_policy() -> Policy:
    policy = Policy.preset("retention_first")
    hard: dict[str, dict[str, Any]] = {
        "max_accounts": {"limit": 25},
        "min_arr": {"limit": 1_500_000},
        "arr_band": {"tolerance": 0.15},
        "strategic_stay": {},
        "high_risk_cap": {},
        "utilisation_ceiling": {},
    }
    for rule, settings in hard.items():
        policy = policy.with_rule(rule, mode="hard", **settings)
    return policy


@pytest.fixture(scope="module")
def problem() -> Problem:
    policy = usual_policy()
    return build(Data(sample(150, 8, 1), policy.formulas), policy)


@pytest.fixture(scope="module")
def solved(problem: Problem) -> Result:
    return optimise(problem, problem.baseline, gap=0.005)


def test_the_sample_is_solved_to_half_a_per_cent_with_every_hard_rule_kept(
    problem: Problem, solved: Result
) -> None:
    assert solved.status == "gap_reached"
    assert solved.gap <= 0.005
    assert solved.bound <= solved.points == value(problem, solved.assignment)
    assert score(problem, solved.assignment).broken == ()
    assert solved.improvement_gap < 0.001
    assert solved.points_baseline == value(problem, problem.baseline)
    assert solved.cpu_seconds < 10


def test_solving_again_from_the_plan_moves_nothing(problem: Problem, solved: Result) -> None:
    again = optimise(problem, solved.assignment, gap=0.005)
    assert np.array_equal(again.assignment, solved.assignment)


def test_a_plan_within_a_known_bound_comes_back_at_once(problem: Problem, solved: Result) -> None:
    news: list[Progress] = []
    again = optimise(problem, solved.assignment, gap=0.005, known_bound=solved.bound, on_event=news.append)
    assert np.array_equal(again.assignment, solved.assignment)
    assert [one.phase for one in news] == ["repair"]


def test_of_equally_cheap_pairs_the_first_are_candidates() -> None:
    cost = np.array([[1.0, 0.0, 1.0, 1.0], [np.inf, 2.0, np.inf, 0.0], [5.0, 5.0, 5.0, 5.0]])
    assert cheapest(cost, 2).astype(int).tolist() == [[1, 1, 0, 0], [0, 1, 0, 1], [1, 1, 0, 0]]
    assert cheapest(cost, 3).astype(int).tolist() == [[1, 1, 1, 0], [0, 1, 0, 1], [1, 1, 1, 0]]
    assert cheapest(cost, 9).tolist() == np.isfinite(cost).tolist()


def test_what_was_solved_before_leads_to_no_other_plan(problem: Problem, solved: Result) -> None:
    again = optimise(problem, problem.baseline, gap=0.005, known_bound=solved.points)
    assert np.array_equal(again.assignment, solved.assignment)
    assert again.bound == solved.bound


def test_the_same_input_and_seed_give_the_same_plan(problem: Problem, solved: Result) -> None:
    again = optimise(problem, problem.baseline, gap=0.005)
    assert np.array_equal(again.assignment, solved.assignment)
    assert again.bound == solved.bound


def test_news_only_gets_better_and_a_good_plan_comes_before_the_last(problem: Problem) -> None:
    news: list[Progress] = []
    optimise(problem, problem.baseline, gap=0.0, on_event=news.append)
    plans = [one for one in news if one.assignment is not None]
    assert all(later.points < earlier.points for earlier, later in itertools.pairwise(plans))
    bounds = [one.bound for one in news if one.bound is not None]
    assert bounds == sorted(bounds)
    for one in plans:
        assert one.points == value(problem, one.assignment)
    first = next(one for one in plans if one.phase == "first plan")
    assert first.gap < 0.01
    assert first.seconds < plans[-1].seconds


def test_the_order_of_the_input_does_not_change_the_optimum() -> None:
    policy = usual_policy()
    portfolio = sample(30, 3, 2)
    turned = Portfolio(portfolio.accounts[::-1], portfolio.csms[::-1], portfolio.as_of)
    one, other = (
        optimise(p, p.baseline, gap=0.0).points
        for p in (
            build(Data(portfolio, policy.formulas), policy),
            build(Data(turned, policy.formulas), policy),
        )
    )
    assert one == pytest.approx(other, rel=1e-6)


def test_a_pin_is_followed_and_little_else_moves(problem: Problem, solved: Result) -> None:
    data = problem.data
    account = int(np.flatnonzero(problem.movable)[3])
    csm = int((solved.assignment[account] + 1) % data.m)
    pin = Pin(account=data.accounts[account].id, csm=data.csms[csm].id)
    pinned = problem.with_decisions(Decisions((pin,)))
    after = optimise(pinned, solved.assignment, gap=0.005)
    assert after.assignment[account] == csm
    assert after.gap <= 0.005
    assert (after.assignment != solved.assignment).sum() <= 15


def test_other_decisions_on_a_problem_make_the_problem_that_would_be_built(problem: Problem) -> None:
    ids = [a.id for a in problem.data.accounts]
    csms = [c.id for c in problem.data.csms]
    decisions = Decisions((
        Pin(account=ids[0], csm=csms[1]), Lock(account=ids[5]), Forbid(account=ids[6], csm=csms[2]),
        KeepTogether(accounts=(ids[7], ids[8])),
    ))  # fmt: skip
    edited = problem.with_decisions(decisions)
    built = build(Data(sample(150, 8, 1), problem.policy.formulas, decisions), problem.policy)
    for name in ("allowed", "eligible", "units", "pair_cost"):
        assert np.array_equal(getattr(edited, name), getattr(built, name))
    one, other = (optimise(p, p.baseline, gap=0.005) for p in (edited, built))
    assert np.array_equal(one.assignment, other.assignment)
    assert one.bound == other.bound


def test_a_cancel_keeps_the_best_plan_so_far(problem: Problem) -> None:
    seen: list[Progress] = []
    found = optimise(
        problem,
        problem.baseline,
        gap=0.0,
        on_event=seen.append,
        cancelled=lambda: any(e.phase == "first plan" for e in seen),
    )
    assert found.status == "stopped"
    assert found.points <= min(one.points for one in seen)
    assert found.points < found.points_baseline
    assert found.bound is not None


def test_no_time_at_all_gives_the_plan_at_hand_and_says_so(problem: Problem, solved: Result) -> None:
    found = optimise(problem, solved.assignment, gap=0.0, seconds=0.0)
    assert found.status == "time"
    assert np.array_equal(found.assignment, solved.assignment)
    assert found.bound is None
    assert found.gap is None
    assert found.improvement_gap is None


def test_accounts_without_an_owner_get_one(problem: Problem) -> None:
    start = np.full(problem.data.n, -1)
    found = optimise(problem, start, gap=0.02)
    assert (found.assignment >= 0).all()
    assert found.gap <= 0.02


def test_a_portfolio_without_accounts_is_solved_at_once() -> None:
    policy = usual_policy()
    portfolio = Portfolio((), sample(5, 3, 1).csms, sample(5, 3, 1).as_of)
    empty = build(Data(portfolio, policy.formulas), policy)
    found = optimise(empty, empty.baseline, gap=0.005)
    assert found.status == "optimal"
    assert len(found.assignment) == 0


def test_of_equal_plans_the_one_with_fewest_moves_is_kept(problem: Problem) -> None:
    units = Units.of_problem(problem)
    improver = Improver(units)
    assert np.array_equal(improver.settle(problem.baseline), problem.baseline)
    policy = Policy(weights={"account_balance": 1.0})
    flat = build(Data(sample(12, 2, 1), policy.formulas), policy)
    settled = Improver(Units.of_problem(flat)).settle(1 - flat.baseline)
    assert value(flat, settled) <= value(flat, 1 - flat.baseline) + 1e-6
    assert (settled != flat.baseline).sum() < flat.data.n


def odd(kind: str) -> Problem:
    portfolio, decisions = sample(40, 5, 1), Decisions()
    accounts, csms = portfolio.accounts, portfolio.csms
    if kind == "one giant":
        accounts = (replace(accounts[0], arr=1e10), *accounts[1:])
    elif kind == "no ARR":
        accounts = tuple(replace(one, arr=0.0) for one in accounts)
    elif kind == "more CSMs than accounts":
        accounts = accounts[:3]
    elif kind == "one without capacity":
        csms = (replace(csms[0], fte=0.0), *csms[1:])
    elif kind == "all pinned to one":
        decisions = Decisions(Pin(account=one.id, csm=csms[0].id) for one in accounts)
    elif kind == "nobody may serve anyone":
        accounts = tuple(replace(one, language="Klingon") for one in accounts)
    policy = usual_policy().with_rule("language_match", mode="hard")
    return build(Data(Portfolio(accounts, csms, portfolio.as_of), policy.formulas, decisions), policy)


@pytest.mark.parametrize(
    "kind",
    [
        "one giant", "no ARR", "more CSMs than accounts", "one without capacity", "all pinned to one",
        "nobody may serve anyone",
    ],
)  # fmt: skip
def test_whatever_the_portfolio_there_is_a_plan_and_nobody_has_to_stop_the_solve(kind: str) -> None:
    problem = odd(kind)
    found = optimise(problem, problem.baseline, gap=0.005)
    assert found.status in {"optimal", "gap_reached"}
    assert found.bound <= found.points == value(problem, found.assignment)
    assert problem.eligible[np.arange(problem.data.n), found.assignment].all()
    assert found.gap <= 0.005


def test_what_a_pin_breaks_for_certain_does_not_make_the_gap_easy() -> None:
    """The pin to somebody whom a hard rule excludes costs 500 points and more, which nobody can spare."""
    policy = usual_policy().with_rule("language_match", mode="hard")
    portfolio = sample(150, 8, 1)
    lonely = replace(portfolio.accounts[0], language="Klingon", strategic=False)
    decisions = Decisions([Pin(account=lonely.id, csm=portfolio.csms[0].id)])
    others = (lonely, *portfolio.accounts[1:])
    problem = build(Data(replace(portfolio, accounts=others), policy.formulas, decisions), policy)
    assert problem.given >= 500
    found = optimise(problem, problem.baseline, gap=0.005)
    assert found.points - found.bound <= 0.005 * (found.points - problem.given) + 1e-6


def test_a_gap_is_a_share_of_the_points_and_of_the_possible_improvement() -> None:
    assert gap_of(100.0, 99.0) == pytest.approx(0.01)
    assert gap_of(110.0, 109.0, unavoidable=100.0) == pytest.approx(0.1)
    assert gap_of(100.0, None) is None
    assert gap_of(0.0, 0.0) == 0
    assert improvement_gap_of(100.0, 99.0, 299.0) == pytest.approx(0.005)
    assert improvement_gap_of(5.0, 5.0, 5.0) == 0
    assert improvement_gap_of(100.0, 90.0, 50.0) is None


def test_points_that_no_plan_can_spare_do_not_flatter_the_gap() -> None:
    """A team with half the capacity breaks the ceiling whatever it does: thousands of points."""
    policy, portfolio = usual_policy(), sample(60, 5, 1)
    few = tuple(replace(one, fte=0.5 * one.fte) for one in portfolio.csms)
    problem = build(Data(replace(portfolio, csms=few), policy.formulas), policy)
    found = optimise(problem, problem.baseline, gap=0.02)
    assert found.status in {"gap_reached", "optimal"}
    hard = sum(one.points for one in score(problem, found.assignment).broken)
    assert found.unavoidable == pytest.approx(hard), "no plan that was seen breaks less"
    assert found.points - found.bound <= 0.02 * (found.points - found.unavoidable) + 1e-6
    assert found.gap == gap_of(found.points, found.bound, found.unavoidable)


def test_a_problem_is_gone_when_its_solve_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a solve waits for the collector: with many pairs, a few solves would take all memory."""
    monkeypatch.setattr(optimise_module, "_WIDE", -1.0)  # the relaxation runs, too
    portfolio = sample(60, 5, 1)
    problem = build(Data(portfolio, usual_policy().formulas), usual_policy())
    gone = weakref.ref(problem)
    gc.collect()
    gc.disable()
    try:
        assert optimise(problem, problem.baseline, gap=0.0).status == "optimal"
        del problem
        assert gone() is None
    finally:
        gc.enable()
