from __future__ import annotations

import time
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from bookshift_model.capacity import capacity
from bookshift_model.columns import numbers, owners
from bookshift_model.formulas import Formulas
from bookshift_model.matching import matches
from bookshift_model.portfolio import Portfolio
from bookshift_model.sample import sample
from bookshift_model.workload import hours

F = Formulas()


def rank(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values))


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.corrcoef(rank(a), rank(b))[0, 1])


@pytest.fixture(scope="module")
def team() -> Portfolio:
    return sample(150, 8, 1)


def test_the_same_seed_gives_the_same_portfolio_and_another_seed_another() -> None:
    assert sample(60, 4, 9) == sample(60, 4, 9)
    assert sample(60, 4, 9) != sample(60, 4, 10)
    later = sample(60, 4, 9, as_of=date(2027, 3, 1))
    assert later.as_of == date(2027, 3, 1)
    assert min(a.renewal for a in later.accounts if a.renewal) > date(2027, 3, 1)


def test_names_are_different_and_look_like_names() -> None:
    p = sample(3000, 60, 2)
    assert len({a.name for a in p.accounts}) == 3000
    assert len({c.name for c in p.csms}) == 60
    assert len({c.email for c in p.csms}) == 60
    assert not any(char.isdigit() for a in p.accounts for char in a.name)
    assert all(c.email.isascii() and " " not in c.email for c in p.csms)


@pytest.mark.parametrize(("accounts", "csms"), [(150, 8), (600, 20), (2000, 50)])
def test_arr_and_hours_for_each_csm_are_the_same_at_every_size(accounts: int, csms: int) -> None:
    p = sample(accounts, csms, 3)
    assert p.total_arr == pytest.approx(2_000_000 * csms, rel=0.001)
    load = hours(p, F, matches(p))[np.arange(accounts), owners(p)].sum()
    assert load / capacity(p, F).sum() == pytest.approx(0.82, abs=0.04)


def test_a_plan_exists_that_meets_the_usual_rules(team: Portfolio) -> None:
    n, m = 150, 8
    owner, arr, room = owners(team), numbers(team.accounts, "arr"), capacity(team, F)
    target = room / room.sum() * arr.sum()
    # Stays: strategic, renewal within 60 days, escalated, onboarding, open deal, moved within half a year.
    soon, lately = team.as_of + timedelta(days=60), team.as_of - timedelta(days=180)
    stays = np.array(
        [
            a.strategic or a.escalation or a.open_deal or a.onboarding_until is not None
            or (a.renewal is not None and a.renewal <= soon)
            or (a.last_moved is not None and a.last_moved > lately)
            for a in team.accounts
        ]
    )  # fmt: skip
    low = np.zeros((n, m))
    low[stays, owner[stays]] = 1
    pairs = np.arange(n * m)

    def per_book(weights: np.ndarray) -> csr_matrix:
        return csr_matrix((np.broadcast_to(weights, (n, m)).ravel(), (pairs % m, pairs)))

    rules = [
        LinearConstraint(csr_matrix((np.ones(n * m), (pairs // m, pairs))), 1, 1),
        LinearConstraint(per_book(np.ones((n, m))), -np.inf, 25),
        LinearConstraint(per_book(arr[:, None]), np.maximum(1.5e6, 0.85 * target), 1.15 * target),
        LinearConstraint(per_book(hours(team, F, matches(team))), -np.inf, room),
    ]
    moves = np.ones((n, m))
    moves[np.arange(n), owner] = 0
    found = milp(
        moves.ravel(), integrality=np.ones(n * m), bounds=Bounds(low.ravel(), 1), constraints=rules,
        options={"mip_rel_gap": 0.5},
    )  # fmt: skip
    assert found.success


def test_todays_books_are_clearly_out_of_balance(team: Portfolio) -> None:
    owner, arr, room = owners(team), numbers(team.accounts, "arr"), capacity(team, F)
    books = np.bincount(owner, arr, 8)
    deviation = books / (room / room.sum() * arr.sum()) - 1
    load = np.bincount(owner, hours(team, F, matches(team))[np.arange(150), owner], 8) / room
    assert (np.bincount(owner, minlength=8) > 25).sum() >= 2
    assert (books < 1.5e6).sum() >= 2
    assert (np.abs(deviation) > 0.15).sum() >= 5
    assert load.max() > 1.2
    assert load.min() < 0.6


@pytest.mark.parametrize("seed", range(1, 9))
def test_strategic_accounts_leave_room_in_every_book(seed: int) -> None:
    p = sample(150, 8, seed)
    owner, arr, room = owners(p), numbers(p.accounts, "arr"), capacity(p, F)
    strategic = np.array([a.strategic for a in p.accounts])
    held = np.bincount(owner[strategic], arr[strategic], 8)
    assert (held < 0.8 * room / room.sum() * arr.sum()).all()
    assert 8 <= strategic.sum() <= 12


def test_the_accounts_look_like_accounts() -> None:
    p = sample(2000, 50, 1)
    arr, health = numbers(p.accounts, "arr"), numbers(p.accounts, "health")
    assert np.mean(arr) > 1.25 * np.median(arr)
    grade = np.array([["low", "medium", "high"].index(a.risk or "") for a in p.accounts])
    known = ~np.isnan(health)
    assert 0.9 < known.mean() < 1
    assert correlation(health[known], grade[known]) < -0.5
    level = np.array([["tech", "low", "mid", "high", "strategic"].index(a.touch or "") for a in p.accounts])
    complexity = np.nan_to_num(numbers(p.accounts, "complexity"), nan=3)
    assert correlation(level, complexity) > 0.5
    assert correlation(level, arr) < 0.75
    assert {a.renewal.month for a in p.accounts if a.renewal} == set(range(1, 13))
    for flag in ("escalation", "champion_lost", "open_deal", "fresh_start"):
        assert 0 < np.mean([getattr(a, flag) for a in p.accounts]) < 0.1


def test_dates_are_in_order(team: Portfolio) -> None:
    starts = {c.id: c.start for c in team.csms}
    for a in team.accounts:
        assert a.customer_since is not None
        assert a.owner_since is not None
        assert a.customer_since <= a.owner_since <= team.as_of
        assert starts[a.owner or ""] <= a.owner_since
        assert a.last_moved in (None, a.owner_since)


def test_families_are_small_and_of_one_industry() -> None:
    p = sample(1000, 30, 1)
    families: dict[str, list[str]] = {}
    for a in p.accounts:
        if a.parent:
            families.setdefault(a.parent, []).append(a.industry)
            assert a.parent.split()[0] == a.name.split()[0]
    assert 60 <= sum(map(len, families.values())) <= 85
    assert all(2 <= len(members) <= 4 and len(set(members)) == 1 for members in families.values())


def test_the_team_looks_like_a_team(team: Portfolio) -> None:
    assert all(2 <= len(c.industries) <= 3 for c in team.csms)
    assert sum(c.fte < 1 for c in team.csms) == 1
    assert sum(c.start is not None and c.start > team.as_of - timedelta(days=90) for c in team.csms) == 1
    assert {c.level for c in team.csms} == {"junior", "senior"}
    assert len({c.region for c in team.csms}) >= 3


@pytest.mark.parametrize(("accounts", "csms"), [(1, 1), (3, 2), (5, 40), (40, 3)])
def test_odd_sizes_work(accounts: int, csms: int) -> None:
    p = sample(accounts, csms, 1)
    assert (len(p.accounts), len(p.csms)) == (accounts, csms)


def test_nothing_to_sample_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one account and one CSM"):
        sample(0, 3, 1)


def test_ten_thousand_accounts_take_a_moment() -> None:
    start = time.process_time()
    sample(10_000, 200, 1)
    assert time.process_time() - start < 5
