"""What is kept from problem to problem saves time and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import Mock

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.decisions import Decision, Decisions, Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.problem import Problem, build
from bookshift_model.start import core, kept
from bookshift_model.start.engine import ProvenPlan, first_plan, repair


def same(one: ProvenPlan, other: ProvenPlan) -> bool:
    return (
        np.array_equal(one.assignment, other.assignment)
        and one.bound == other.bound
        and np.array_equal(one.prices.book, other.prices.book)
    )


def edits(problem: Problem, seed: int) -> list[list[Decision]]:
    """Gestures of a planner: one after the other, some taken back, groups among them."""
    rng = np.random.default_rng(seed)
    accounts = [one.id for one in problem.data.accounts]
    csms = [one.id for one in problem.data.csms]
    a, b, c, d = (accounts[i] for i in rng.choice(len(accounts), 4, replace=False))
    pin, forbid, lock = Pin(account=a, csm=csms[0]), Forbid(account=b, csm=csms[1]), Lock(account=c)
    together, apart = KeepTogether(accounts=(a, d)), KeepApart(accounts=(b, c))
    return [[pin], [pin, forbid], [forbid, lock], [forbid, together], [pin, together, apart], [apart], []]


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_a_repair_is_the_same_with_and_without_what_is_kept(
    random_problem: Callable[..., Problem], seed: int, small: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not small:  # as where pairs are so many that prices stay as they were
        monkeypatch.setattr(core, "_MANY", 0)
    problem = random_problem(500 + seed, 30, 5)
    plan = first_plan(problem, seed=1)
    for decided in edits(problem, seed):
        decisions = Decisions(decided)
        following = problem.with_decisions(decisions)
        alone = build(Data(problem.data.portfolio, problem.policy.formulas, decisions), problem.policy)
        touched = np.flatnonzero((following.eligible != problem.eligible).any(axis=1))
        after = repair(following, plan.assignment, plan.prices, touched)
        assert same(after, repair(alone, plan.assignment, plan.prices, touched))
    again = problem.with_decisions(Decisions(edits(problem, seed)[1]))
    anew = build(Data(problem.data.portfolio, problem.policy.formulas, again.data.decisions), problem.policy)
    assert same(first_plan(again, seed=2), first_plan(anew, seed=2))


def test_other_prices_are_other_bounds(
    random_problem: Callable[..., Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "_MANY", 0)
    problem = random_problem(77, 30, 5)
    plan = first_plan(problem, seed=1)
    nothing = plan.prices._replace(book=np.zeros_like(plan.prices.book))
    edited = np.array([0])
    repair(problem, plan.assignment, plan.prices, edited)
    without = repair(problem, plan.assignment, nothing, edited)
    fresh = build(problem.data, problem.policy)
    assert same(without, repair(fresh, plan.assignment, nothing, edited))
    assert without.bound < plan.bound


def test_what_failed_half_way_is_made_anew(
    random_problem: Callable[..., Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = random_problem(503, 30, 5)
    before = first_plan(problem, seed=1)
    account = int(np.flatnonzero(problem.eligible.sum(axis=1) > 2)[0])
    portfolio = problem.data.portfolio
    csm = int(np.flatnonzero(problem.eligible[account])[0])
    pin = Pin(account=portfolio.accounts[account].id, csm=portfolio.csms[csm].id)
    with monkeypatch.context() as failing:
        failing.setattr(kept, "groups_of", Mock(side_effect=MemoryError))
        with pytest.raises(MemoryError):
            first_plan(problem.with_decisions(Decisions([*problem.data.decisions, pin])), seed=1)
    assert same(first_plan(problem.with_decisions(problem.data.decisions), seed=1), before)
