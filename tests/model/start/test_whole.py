"""Books counted whole: the bound holds whatever the shares, and knows that accounts are whole."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.policy import Policy
from bookshift_model.problem import Problem, build
from bookshift_model.relax import relax
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.start import core as start_core
from bookshift_model.start import whole
from bookshift_model.start.ascent import QUICK, Ascended, ascend
from bookshift_model.start.book import Wish, least_of_book
from bookshift_model.start.bound import Prices, bound_of, lower_bound, price_out
from bookshift_model.start.core import Core, core_of, core_value
from bookshift_model.start.engine import counted, first_plan
from bookshift_model.start.look import Look
from bookshift_model.start.tariff import book_points
from bookshift_model.start.whole import raised
from bookshift_model.units import Units


def look_at_any_prices(rng: np.random.Generator, core: Core) -> Look:
    """Far from good ones."""
    size = 10.0 ** rng.integers(-3, 2)
    books = size * rng.normal(size=(len(core.measure), core.m)) / core.measure[:, None]
    prices = core.tariff.within(Prices(books, size * np.abs(rng.normal(size=len(core.plan_measure)))))
    priced = price_out(core, prices)
    return Look.at(core, Ascended(prices, priced, bound_of(core, prices, priced)))


@pytest.mark.parametrize("most", [None, 2])
@pytest.mark.parametrize("block", range(5))
def test_no_assignment_has_fewer_points(
    random_problem: Callable[..., Problem], block: int, most: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if most is not None:  # as where pairs are so many that a book considers some of the units only
        monkeypatch.setattr(start_core, "_MANY", 0)
        monkeypatch.setattr(whole, "_MOST", most)
    rng = np.random.default_rng(block)
    for seed in range(20 * block, 20 * block + 20):
        units = Units.of_problem(random_problem(seed, int(rng.integers(1, 7)), int(rng.integers(1, 4))))
        core = core_of(units)
        every = [np.array(one) for one in itertools.product(*(np.flatnonzero(row) for row in units.eligible))]
        least = min(core_value(core, choice) for choice in every)
        for look in (Look.at(core, ascend(core, QUICK)), look_at_any_prices(rng, core)):
            for rounds, nodes in ((1, 1), (3, 5), (12, 40)):
                choice = every[int(rng.integers(len(every)))]
                bound = raised(look, choice, rounds=rounds, nodes=nodes)
                assert look.bound <= bound <= least + 1e-7 * max(1.0, abs(least)), (seed, rounds, nodes)


def test_a_book_costs_the_least_of_all_sets_and_the_changes_made_cost_that(
    random_problem: Callable[..., Problem],
) -> None:
    rng = np.random.default_rng(7)
    looked = 0
    for seed in range(40):
        core = core_of(Units.of_problem(random_problem(seed, 12, 3)))
        tilted = look_at_any_prices(rng, core).tilted
        number, quantities = 7, len(core.measure)
        wish = Wish(
            base=core.measure * rng.uniform(0, 8, quantities),
            cost=rng.normal(0.5, 1.0, number),
            load=core.measure * rng.normal(0, 1, (number, quantities)),
        )

        def points(chosen: np.ndarray, wish: Wish = wish, tilted: object = tilted) -> float:
            held = wish.base + chosen @ wish.load
            books = sum(book_points(tilted, 0, q, held[q]) for q in range(len(held)))
            return float(chosen @ wish.cost + books)

        every = [points(np.array(one)) for one in itertools.product((0, 1), repeat=number)]
        made = np.zeros(number, dtype=np.int8)
        upper = max(every) + 1.0
        found = least_of_book(tilted, 0, wish, core.measure, upper, 500, made)
        assert found == pytest.approx(min(every), rel=1e-7, abs=1e-7)
        assert points(made.astype(float)) == pytest.approx(min(every), rel=1e-7, abs=1e-7)
        for nodes in (1, 3):
            assert least_of_book(tilted, 0, wish, core.measure, upper, nodes, made) <= min(every) + 1e-7
        half = min(every) - 1.0
        assert least_of_book(tilted, 0, wish, core.measure, half, 500, made) == half
        looked += int(np.ptp(every) > 0)
    assert looked > 20


@pytest.mark.parametrize(("accounts", "csms", "seed"), [(150, 8, 1), (600, 20, 1), (2000, 50, 1)])
def test_more_is_proven_of_the_sample_than_any_prices_can(accounts: int, csms: int, seed: int) -> None:
    portfolio = sample(accounts, csms, seed)
    policy = sample_policy(portfolio)
    problem = build(Data(portfolio, policy.formulas), policy)
    relaxed = relax(Units.of_problem(problem), lambda: False, seed=1).bound
    plan = first_plan(problem, seed=1)
    assert relaxed < plan.bound <= plan.points
    assert plan.points - plan.bound < 0.8 * (plan.points - relaxed)
    assert counted(problem, plan.assignment, plan.prices) == pytest.approx(plan.bound, rel=1e-9)


def test_an_account_that_is_too_large_for_any_book_costs_what_it_must() -> None:
    """Prices let two books share it; wherever it is whole, its book is far over."""
    open_by_prices = open_in_all = 0.0
    for seed in (1, 2, 3):
        portfolio = sample(600, 20, seed)
        target = portfolio.total_arr / len(portfolio.csms)
        renewing = next(one for one in portfolio.accounts if one.renewal is not None)
        giant = replace(renewing, arr=2 * target)
        accounts = tuple(giant if one is renewing else one for one in portfolio.accounts)
        policy = Policy(weights={"arr_balance": 1.0, "renewal_balance": 1.0})
        problem = build(Data(replace(portfolio, accounts=accounts), policy.formulas), policy)
        plan = first_plan(problem, seed=1)
        open_by_prices += plan.points - lower_bound(core_of(Units.of_problem(problem)), plan.prices)
        open_in_all += plan.points - plan.bound
    assert open_in_all < 0.55 * open_by_prices
