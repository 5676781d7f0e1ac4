"""What a pin costs if the rest adapts: prices, probes and solves with the pin agree on what is proven."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from bookshift_model.adapting import Tariffs, between, pair_points, units_of, without_hard
from bookshift_model.asking import Questions, Stopped
from bookshift_model.certificate import Certificate, price
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.explain.choices import choices
from bookshift_model.jobs import Jobs
from bookshift_model.optimise import optimise
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.probes import Probed, Probes
from bookshift_model.problem import Problem, build
from bookshift_model.proven import prices_of
from bookshift_model.readying import Readying
from bookshift_model.records import to_record
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.units import Units

NEVER = lambda: False  # noqa: E731
SLACK = 1e-6


def problem_of(portfolio: Portfolio, *decisions: Pin | Forbid | Lock | KeepTogether | KeepApart) -> Problem:
    policy = sample_policy(portfolio)
    return build(Data(portfolio, policy.formulas, Decisions(decisions)), policy)


def probes_of(problem: Problem, certificate: Certificate) -> Probes:
    free = Units.of_problem(problem.with_decisions(Decisions()))
    return Probes(free, price(free, certificate).reduced, seed=1)


def probed(probes: Probes, problem: Problem, account: int) -> Probed:
    units = Units.of_problem(problem)
    everyone = range(problem.data.m)
    return probes.probe(units.eligible, int(units.of[account]), everyone, stop=NEVER, enough=NEVER)


def best_with(problem: Problem, account: int, csm: int) -> float:
    """Points of the best plan with the account pinned, solved to proof."""
    data = problem.data
    pin = Pin(account=data.accounts[account].id, csm=data.csms[csm].id)
    others = [one for one in data.decisions if getattr(one, "account", None) != pin.account]
    pinned = problem.with_decisions(Decisions([*others, pin]))
    return optimise(pinned, pinned.baseline, gap=0.0).points


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_prices_say_no_more_than_a_probe_and_a_probe_no_more_than_a_solve_with_the_pin(seed: int) -> None:
    problem = problem_of(
        sample(24, 4, seed),
        Pin(account="A-00003", csm="C-002"),
        Forbid(account="A-00007", csm="C-001"),
        Lock(account="A-00009"),
    )
    certificate = prices_of(problem, 1)
    bound = price(Units.of_problem(problem), certificate).bound
    tariffs, probes = Tariffs.of(problem, certificate), probes_of(problem, certificate)
    best = optimise(problem, problem.baseline, gap=0.0).points
    rng = np.random.default_rng(seed)
    # The pinned one, the one with a forbid, the locked one, and others.
    for account in (2, 6, 8, *rng.choice(24, 3, replace=False)):
        rises, found = tariffs.rises(int(account)), probed(probes, problem, int(account))
        assert bound - SLACK <= found.base <= best + SLACK
        for csm, proven in found.bounds.items():
            assert bound + rises[csm] <= proven + SLACK
            assert proven <= best_with(problem, int(account), csm) + SLACK


def test_a_probe_is_the_relaxation_with_the_pin_and_leaves_no_trace() -> None:
    problem = problem_of(sample(30, 4, 5))
    certificate = prices_of(problem, 1)
    kept = probes_of(problem, certificate)
    first = probed(kept, problem, 0)
    for account in range(1, 12):
        probed(kept, problem, account)
    assert probed(kept, problem, 0).bounds == pytest.approx(first.bounds, abs=1e-6)
    data = problem.data
    for csm, proven in first.bounds.items():
        pinned = problem.with_decisions(Decisions([Pin(account=data.accounts[0].id, csm=data.csms[csm].id)]))
        again = probed(probes_of(pinned, certificate), pinned, 1)
        assert again.base == pytest.approx(proven, abs=1e-6)


def test_decisions_are_set_in_place() -> None:
    problem = problem_of(sample(40, 5, 2))
    certificate = prices_of(problem, 1)
    kept = probes_of(problem, certificate)
    names = [one.id for one in problem.data.accounts]
    for decisions in (
        [Pin(account=names[1], csm="C-003")],
        [Pin(account=names[1], csm="C-001"), Lock(account=names[4])],
        [Forbid(account=names[2], csm="C-002")],
        [],
    ):
        decided = problem.with_decisions(Decisions(decisions))
        anew = Units.of_problem(decided)
        fresh = Probes(anew, price(anew, certificate).reduced, seed=1)
        for account in (1, 2, 10):
            one, other = probed(kept, decided, account), probed(fresh, decided, account)
            assert one.base == pytest.approx(other.base, abs=1e-6)
            assert one.bounds == pytest.approx(other.bounds, abs=1e-6)


def test_on_candidates_a_probe_still_speaks_for_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problem_of(sample(60, 8, 3), Pin(account="A-00003", csm="C-008"))
    certificate = prices_of(problem, 1)
    bound = price(Units.of_problem(problem), certificate).bound
    whole = probes_of(problem, certificate)
    monkeypatch.setattr("bookshift_model.probes.ALL_PAIRS", 10)
    monkeypatch.setattr("bookshift_model.probes._CANDIDATES", 2)
    narrow = probes_of(problem, certificate)
    for account in (2, 5, 17):
        rises = Tariffs.of(problem, certificate).rises(account)
        one, other = probed(narrow, problem, account), probed(whole, problem, account)
        assert one.base <= other.base + SLACK
        for csm, proven in one.bounds.items():
            assert proven <= other.bounds[csm] + SLACK
            assert proven >= bound + rises[csm] - 0.02 * abs(bound)


def test_the_present_csm_of_the_best_plan_costs_nothing_and_no_other_more_than_on_its_own() -> None:
    problem = problem_of(sample(24, 4, 2))
    tariffs = Tariffs.of(problem, prices_of(problem, 1))
    best = optimise(problem, problem.baseline, gap=0.0)
    assert best.status == "optimal"
    for account in range(24):
        own = np.full(problem.data.m, np.inf)
        for one in choices(problem, best.assignment, account):
            own[one.csm] = one.points
        costs = between(tariffs.rises(account), own, 0.0, problem.eligible[account])
        assert costs[best.assignment[account]] == 0
        eligible = problem.eligible[account]
        assert (costs[eligible] >= 0).all()
        assert (costs[eligible] <= np.maximum(own[eligible], 0) + SLACK).all()


def test_what_moves_as_one_is_priced_as_one() -> None:
    alone = problem_of(sample(24, 4, 1))
    first, second, *_ = np.flatnonzero(alone.eligible[:, 1]).tolist()
    names = tuple(alone.data.accounts[one].id for one in (first, second))
    problem = problem_of(sample(24, 4, 1), KeepTogether(accounts=names))
    certificate = prices_of(problem, 1)
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
    certificate = prices_of(problem, 1)
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


def test_whatever_is_more_urgent_ends_a_question() -> None:
    problem = problem_of(sample(60, 6, 1))
    certificate = prices_of(problem, 1)
    told: list[dict[str, object]] = []
    request = {"id": 1, "account": "A-00001", "most": 6, "seconds": 5.0}
    for looks in range(6):
        left = iter([False] * looks)
        with pytest.raises(Stopped):
            Questions(told.append).probe(
                request, problem, certificate, seed=1, stop=lambda left=left: next(left, True)
            )
    assert not told
    Questions(told.append).probe(request, problem, certificate, seed=1, stop=NEVER)
    assert len(told) == 1


def test_time_is_up_after_the_first_probe_at_the_earliest() -> None:
    problem = problem_of(sample(60, 6, 1))
    told: list[dict[str, dict[str, float]]] = []
    request = {"id": 1, "account": "A-00001", "here": "C-004", "most": 6, "seconds": 0.0}
    Questions(told.append).probe(request, problem, prices_of(problem, 1), seed=1, stop=NEVER)  # type: ignore[arg-type]
    assert list(told[0]["bounds"]) == ["C-004"]


def test_without_an_engine_the_relaxation_has_the_prices() -> None:
    portfolio = sample(60, 6, 1)
    told: list[dict[str, object]] = []
    readying = Readying()
    readying.trouble = "It cannot be had."
    jobs = Jobs(told.append, readying)
    jobs.take_portfolio(to_record(portfolio))
    policy = sample_policy(portfolio).to_record()
    jobs.probe({"id": 1, "policy": policy, "account": "A-00001", "most": 6, "seconds": 5.0}, NEVER)
    assert [one["event"] for one in told] == ["prices", "probed"]


def test_prices_ahead_are_given_up_for_anything_more_urgent_and_not_kept_unfinished() -> None:
    portfolio = sample(60, 6, 1)
    told: list[dict[str, object]] = []
    jobs = Jobs(told.append)
    assert jobs.readying.wait(NEVER)
    jobs.take_portfolio(to_record(portfolio))
    request = {"id": 1, "policy": sample_policy(portfolio).to_record()}
    looks: list[int] = []

    def urgent_after_two_rounds() -> bool:
        looks.append(1)
        return len(looks) > 3

    jobs.probe(request, urgent_after_two_rounds)
    assert not told
    jobs.probe(request, NEVER)
    expected = prices_of(problem_of(portfolio), sample_policy(portfolio).seed).to_record()
    assert told[0]["certificate"] == expected
