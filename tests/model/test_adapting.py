"""What a pin costs if the rest adapts: what is said, what is proven, and solves with the pin."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pytest
from adapting_rig import never, problem_of

from bookshift_model.adapting import Tariffs, pair_points, reached, roughly, units_of, without_hard
from bookshift_model.asking import Questions
from bookshift_model.certificate import Certificate, price
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Forbid, KeepTogether, Lock, Pin
from bookshift_model.explain.choices import choices, choices_at
from bookshift_model.explain.standing import Standing
from bookshift_model.optimise import optimise
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.probes import Probes
from bookshift_model.problem import Problem, build
from bookshift_model.proven import prices_of
from bookshift_model.sample import sample
from bookshift_model.score import score
from bookshift_model.terms import Floats, Indices
from bookshift_model.units import Units
from bookshift_model.value import judged, value

SLACK = 1e-6


def probes_of(problem: Problem, certificate: Certificate, start: Indices) -> Probes:
    return Probes(Units.of_problem(problem), certificate, start, seed=1)


def best_with(problem: Problem, account: int, csm: int, gap: float = 0.0) -> float:
    """Points of the best plan with the account pinned, solved to proof."""
    data = problem.data
    pin = Pin(account=data.accounts[account].id, csm=data.csms[csm].id)
    others = [one for one in data.decisions if getattr(one, "account", None) != pin.account]
    pinned = problem.with_decisions(Decisions([*others, pin]))
    return optimise(pinned, pinned.baseline, gap=gap).points


@pytest.mark.parametrize("seed", [2, 3])
def test_what_is_found_is_a_plan_and_what_is_proven_holds_for_all_plans(seed: int) -> None:
    problem = problem_of(
        sample(24, 4, seed),
        Pin(account="A-00003", csm="C-002"),
        Forbid(account="A-00007", csm="C-001"),
        Lock(account="A-00009"),
    )
    certificate = prices_of(problem)
    bound = price(Units.of_problem(problem), certificate).bound
    tariffs = Tariffs.of(problem, certificate)
    plan = optimise(problem, problem.baseline, gap=0.0)
    probes = probes_of(problem, certificate, plan.assignment)
    rng = np.random.default_rng(seed)
    # The pinned one, the one with a forbid, the locked one, and another.
    for account in (2, 6, 8, rng.integers(10, 24)):
        unit = int(Units.of_problem(problem).of[account])
        assert probes.points(unit, int(plan.assignment[account])) == pytest.approx(plan.points)
        rises = tariffs.rises(int(account))
        for csm in range(4):
            first, best = probes.look(unit, csm), best_with(problem, int(account), csm)
            found = probes.longer(unit, csm)
            assert best - SLACK <= found.points <= first.points + SLACK
            assert bound + rises[csm] - SLACK <= first.least <= found.least + SLACK
            assert found.least <= best + SLACK


@pytest.mark.parametrize("nobody_speaks", ["", "it"], ids=["nothing broken", "one rule broken by all plans"])
def test_what_is_proven_is_so_of_plans_that_break_no_more_and_of_others_nothing_is_said(
    nobody_speaks: str,
) -> None:
    """Every plan is looked at: 7 accounts of 3 CSMs, one of whom speaks German, and no book may be large."""
    rng = np.random.default_rng(3)
    spoken = [nobody_speaks, "de", "de", *[""] * 4]
    accounts = tuple(
        Account(id=f"A{i}", name=f"A{i}", arr=1e4 * int(rng.integers(2, 9)), owner=f"C{i % 3}", language=one)
        for i, one in enumerate(spoken)
    )
    csms = tuple(
        Csm(id=f"C{j}", name=f"C{j}", languages=frozenset({"de"} if not j else {"fr"})) for j in range(3)
    )
    portfolio = Portfolio(accounts=accounts, csms=csms, as_of=date(2026, 1, 1))
    limit = 1.15 * portfolio.total_arr / 3
    policy = Policy.preset("balanced").with_rule("language_match", mode="hard")
    policy = policy.with_rule("max_arr", mode="hard", limit=limit)
    problem = build(Data(portfolio, policy.formulas), policy)
    plan = optimise(problem, problem.baseline, gap=0.0).assignment
    hard = judged(problem, plan)[1]
    assert (hard > 0) is bool(nobody_speaks)
    every = np.array(list(product(range(3), repeat=7)))
    points, broken = np.array([judged(problem, one) for one in every]).T
    no_more = broken <= hard + SLACK
    silent = 0
    for account in range(7):
        told = answer_of(problem, plan, account)
        for j, csm in enumerate(portfolio.csms):
            there = every[:, account] == j
            comparable = (points - broken)[there & no_more]
            assert (csm.id in told["least"]) is bool(comparable.size)
            if comparable.size:
                assert told["least"][csm.id] <= min(comparable.min(), told["reached"][csm.id]) + SLACK
            silent += not comparable.size
    assert 4 <= silent < 14, "those who speak German, with those who do not; others are mostly spoken of"


def answer_of(problem: Problem, start: Indices, account: int, *, seconds: float = 60.0) -> dict[str, Any]:
    """The last answer of the child about all CSMs of an account."""
    told: list[dict[str, Any]] = []
    request = {
        "id": 1, "account": problem.data.accounts[account].id,
        "here": problem.data.csms[int(start[account])].id, "most": problem.data.m, "seconds": seconds,
    }  # fmt: skip
    Questions(told.append).probe(request, problem, prices_of(problem), start, seed=1, stop=never)
    return told[-1]


def costs_of(problem: Problem, start: Indices, account: int, *, seconds: float = 60.0) -> Floats:
    """(m,) what each CSM costs as the child says it."""
    told = answer_of(problem, start, account, seconds=seconds)
    points = np.array([told["reached"][one.id] for one in problem.data.csms])
    return reached(points, told["base"], int(start[account]))


def lopsided() -> Problem:
    """Few accounts make most of the ARR: the prices of hours or euros know nothing of such."""
    rng = np.random.default_rng(7)
    arr = np.round(rng.lognormal(10.3, 1.3, 60), -2)
    csms = tuple(Csm(id=f"C{j}", name=f"C{j}", fte=(1.0, 0.8, 0.6)[j % 3]) for j in range(6))
    accounts = tuple(
        Account(id=f"A{i}", name=f"A{i}", arr=float(arr[i]), owner=f"C{rng.integers(6)}") for i in range(60)
    )
    portfolio = Portfolio(accounts=accounts, csms=csms, as_of=date(2026, 1, 12))
    policy = Policy.preset("fewest_moves")
    return build(Data(portfolio, policy.formulas), policy)


@pytest.mark.parametrize("gap", [0.0005, 0.005])
def test_large_accounts_cost_what_a_solve_with_the_pin_loses(gap: float) -> None:
    problem = lopsided()
    at_hand = optimise(problem, problem.baseline, gap=gap)
    best = optimise(problem, at_hand.assignment, gap=0.0005)
    arr = np.array([one.arr for one in problem.data.accounts])
    wrong = []
    for account in np.argsort(-arr)[:3].tolist():
        costs = costs_of(problem, at_hand.assignment, account)
        assert costs[at_hand.assignment[account]] == 0
        own = {one.csm: one.points for one in choices(problem, at_hand.assignment, account)}
        for csm in range(problem.data.m):
            assert costs[csm] <= own[csm] + SLACK, "more freedom cannot cost more"
        for csm in np.argsort(costs)[1:3].tolist():
            really = best_with(problem, account, csm, 0.0005) - best.points
            wrong.append(abs(costs[csm] - really))
    assert np.mean(wrong) < 0.2
    assert np.max(wrong) < 0.5


def test_from_books_that_were_never_solved_the_present_csm_costs_nothing_either() -> None:
    problem = lopsided()
    best = optimise(problem, problem.baseline, gap=0.0005)
    account = int(np.argmax([one.arr for one in problem.data.accounts]))
    here = int(problem.baseline[account])
    costs = costs_of(problem, problem.baseline, account)
    assert costs[here] == 0
    other = int(np.argsort(costs)[1])
    really = best_with(problem, account, other, 0.0005) - best_with(problem, account, here, 0.0005)
    assert costs[other] == pytest.approx(really, abs=0.5)
    assert best.points < value(problem, problem.baseline) - 1, "today is far from that"


def test_a_book_that_pins_put_over_a_hard_limit_makes_no_figure_absurd() -> None:
    portfolio = sample(24, 4, 3)
    full = portfolio.csms[1].id
    policy = Policy.preset("balanced").with_rule("max_arr", mode="hard", limit=portfolio.total_arr / 4)
    largest = sorted(portfolio.accounts, key=lambda one: -one.arr)[:4]
    pins = Decisions([Pin(account=one.id, csm=full) for one in largest])
    problem = build(Data(portfolio, policy.formulas, pins), policy)
    plan = optimise(problem, problem.baseline, gap=0.005)
    standing = Standing(problem, plan.assignment)
    assert {one.csm for one in score(problem, plan.assignment).broken} == {full}
    for account in [portfolio.account_index[one.id] for one in largest[:2]] + list(range(8)):
        costs = costs_of(problem, plan.assignment, account, seconds=0.0)
        for one in choices_at(standing, account):
            effects = [each for each in one.effects if each.id != "decisions"]
            shown = sum(each.points for each in effects if not each.hard)
            breaks = any(each.hard and each.points > 0 for each in effects)
            # As much of the rule is broken, or less; a plan may pay for that, but in goals, not in its price.
            assert abs(costs[one.csm]) < 20
            if one.csm == 1 and breaks:
                assert costs[one.csm] <= shown + SLACK, "it is broken anyway: more freedom cannot cost more"


def test_a_probe_leaves_no_trace() -> None:
    problem = problem_of(sample(30, 4, 5))
    certificate = prices_of(problem)
    kept = probes_of(problem, certificate, problem.baseline)
    first = [kept.longer(0, csm) for csm in range(4)]
    for unit in range(1, 12):
        kept.longer(unit, unit % 4)
    assert [kept.longer(0, csm) for csm in range(4)] == first
    assert [probes_of(problem, certificate, problem.baseline).longer(0, csm) for csm in range(4)] == first


def test_a_better_plan_with_it_elsewhere_is_told_as_such_and_no_other_is_below_nothing() -> None:
    points = np.array([100.0, 101.5, 98.0, 99.5, np.nan])
    assert reached(points, 100.0, 0)[:4] == pytest.approx([0.0, 1.5, -2.0, -0.5])
    # With it where it is there is a better plan, too: 99.5 is none that speaks for moving it.
    points[0] = 99.0
    assert reached(points, 100.0, 0)[:4] == pytest.approx([0.0, 1.5, -1.0, 0.0])
    assert np.isnan(reached(points, 100.0, 0)[4])


def test_prices_alone_count_from_the_present_csm() -> None:
    eligible = np.array([True, True, True, False])
    costs = roughly(np.array([0.8, 5.0, 0.0, 0.2]), 0, eligible)
    assert costs == pytest.approx([0.0, 4.2, 0.0, -0.6])


def test_what_moves_as_one_is_priced_as_one() -> None:
    alone = problem_of(sample(24, 4, 1))
    first, second, *_ = np.flatnonzero(alone.eligible[:, 1]).tolist()
    names = tuple(alone.data.accounts[one].id for one in (first, second))
    problem = problem_of(sample(24, 4, 1), KeepTogether(accounts=names))
    certificate = prices_of(problem)
    tariffs, units = Tariffs.of(problem, certificate), Units.of_problem(problem)
    assert units_of(problem, [second])[0].tolist() == [first, second]
    priced = price(units, certificate)
    for account in (first, second, 23):
        unit = units.of[account]
        there = units.eligible[unit]
        assert tariffs.rises(account)[there] == pytest.approx(priced.reduced[unit][there], abs=1e-9)


def test_several_accounts_rise_by_the_sum_over_units_and_never_beyond_the_best_plan_with_them_there() -> None:
    alone = problem_of(sample(24, 4, 1))
    first, second, third, *_ = np.flatnonzero(alone.eligible[:, 1]).tolist()
    ids = [one.id for one in alone.data.accounts]
    kept = KeepTogether(accounts=(ids[first], ids[second]))
    problem = problem_of(sample(24, 4, 1), kept)
    certificate = prices_of(problem)
    tariffs = Tariffs.of(problem, certificate)
    together = tariffs.rises(first, second, third)
    assert together == pytest.approx(tariffs.rises(second) + tariffs.rises(third))
    bound = price(Units.of_problem(problem), certificate).bound
    csm = problem.data.csms[1].id
    pins = [Pin(account=ids[i], csm=csm) for i in (first, second, third)]
    pinned = problem_of(sample(24, 4, 1), kept, *pins)
    best = optimise(pinned, pinned.baseline, gap=0.0)
    assert best.status == "optimal"
    assert bound + together[1] <= best.points + SLACK
    assert together[1] > tariffs.rises(third)[1] - SLACK


def test_hard_rules_that_a_csm_breaks_by_itself_are_left_to_words() -> None:
    accounts = tuple(Account(id=f"A{i}", name=f"A{i}", arr=1e5, owner="C1", language="de") for i in range(6))
    csms = (
        Csm(id="C1", name="Ada", languages=frozenset({"de"})),
        Csm(id="C2", name="Ben", languages=frozenset({"fr"})),
    )
    portfolio = Portfolio(accounts=accounts, csms=csms, as_of=date(2026, 1, 1))
    policy = Policy.preset("balanced").with_rule("language_match", mode="hard")
    problem = build(Data(portfolio, policy.formulas), policy)
    (hard,) = pair_points(problem, np.array([0]), hard=True)
    assert hard[0] == 0
    assert hard[1] > 0
    shown = without_hard(problem, np.array([0.0, hard[1] + 1.5]), 0)
    assert shown == pytest.approx([0.0, 1.5])
