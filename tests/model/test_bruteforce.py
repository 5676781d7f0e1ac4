"""The optimum of small random problems with every kind of rule, against the value of every assignment."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bookshift_model.around import beyond
from bookshift_model.best import Best
from bookshift_model.certificate import lower_bound, price
from bookshift_model.compiled import compile_model
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.formulation import formulate
from bookshift_model.further import Further
from bookshift_model.gaps import doubt
from bookshift_model.goals import GOALS
from bookshift_model.highs import Engine
from bookshift_model.optimise import optimise
from bookshift_model.part import part_of
from bookshift_model.policy import Policy
from bookshift_model.portfolio import GRADES, TOUCH_LEVELS, Account, Csm, Portfolio
from bookshift_model.problem import build
from bookshift_model.proven import plan_anew, prices_of
from bookshift_model.relax import relax
from bookshift_model.rules import RULES
from bookshift_model.score import score
from bookshift_model.search import Search
from bookshift_model.start.core import core_of, core_value
from bookshift_model.units import Units
from bookshift_model.value import judged, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator

    from bookshift_model.decisions import Decision
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices

DAY = date(2026, 1, 5)
INDUSTRIES = ("Health", "Retail", "Energy")
SKILLS = ("api", "finance")


def never() -> bool:
    return False


def random_problem(seed: int, accounts: int = 6, csms: int = 3) -> Problem:
    """Anything a portfolio may hold: orphans, no ARR, nobody's capacity, more CSMs than accounts."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, accounts + 1)), int(rng.integers(1, csms + 1))
    portfolio = Portfolio(
        tuple(_account(rng, i, m) for i in range(n)), tuple(_csm(rng, j) for j in range(m)), DAY
    )
    policy = _policy(rng, portfolio)
    decisions = Decisions(_decisions(rng, n, m))
    return build(Data(portfolio, policy.formulas, decisions), policy)


def _account(rng: Generator, i: int, m: int) -> Account:
    owner = int(rng.integers(-1, m + 1))
    return Account(
        id=f"A{i}",
        name=f"Account {i}",
        arr=float(rng.choice([0, 1e4, 5e4, rng.integers(1, 1_000_000)])),
        owner=None if owner < 0 else f"C{owner}",
        touch=rng.choice([*TOUCH_LEVELS]),
        health=float(rng.integers(0, 101)),
        risk=rng.choice([None, *GRADES]),
        complexity=int(rng.integers(1, 6)),
        expansion=rng.choice([None, *GRADES]),
        renewal=DAY + timedelta(days=int(rng.integers(0, 400))),
        owner_since=DAY - timedelta(days=int(rng.integers(0, 2000))),
        last_moved=rng.choice([None, DAY - timedelta(days=int(rng.integers(0, 400)))]),
        industry=rng.choice(["", *INDUSTRIES]),
        region=rng.choice(["", "EU", "US"]),
        language=rng.choice(["", "German", "English"]),
        parent=rng.choice(["", "", "P1", "P2"]),
        required_skills=tuple(rng.choice(SKILLS, int(rng.integers(0, 2)), replace=False)),
        escalation=bool(rng.random() < 0.1),
        open_deal=bool(rng.random() < 0.1),
        strategic=bool(rng.random() < 0.15),
        fresh_start=bool(rng.random() < 0.1),
        champion_lost=bool(rng.random() < 0.1),
        extra={"tier": str(rng.choice(["1", "2"]))},
    )


def _csm(rng: Generator, j: int) -> Csm:
    return Csm(
        id=f"C{j}",
        name=f"Csm {j}",
        region=rng.choice(["EU", "US"]),
        languages=("English",) if rng.random() < 0.5 else ("English", "German"),
        industries=tuple(rng.choice(INDUSTRIES, int(rng.integers(0, 3)), replace=False)),
        skills=tuple(rng.choice(SKILLS, int(rng.integers(0, 3)), replace=False)),
        touch_levels=tuple(rng.choice([*TOUCH_LEVELS], int(rng.integers(0, 4)), replace=False)),
        fte=float(rng.choice([0, 0.5, 1, 1])),
        max_accounts=rng.choice([None, 2]),
        level=rng.choice([None, "junior", "senior"]),
        extra={"team": str(rng.choice(["a", "b"]))},
    )


def _policy(rng: Generator, portfolio: Portfolio) -> Policy:
    n, m = len(portfolio.accounts), len(portfolio.csms)
    arr = portfolio.total_arr / m
    record = {
        "weights": {name: float(rng.integers(0, 4)) for name in GOALS} | {"continuity": 1.0},
        "dead_band": float(rng.choice([0, 0.02, 0.1])),
        "rules": {name: _settings(rng, name, n / m, arr) for name in RULES},
        "custom": [
            {
                "name": "Tier one", "column": "tier", "value": "1", "at_most": int(rng.integers(0, 3)),
                "mode": str(rng.choice(["off", "hard", "soft"])), "price": 2.0,
            },
            {
                "name": "Team a serves tier 2", "column": "tier", "value": "2", "csm_column": "team",
                "csm_value": "a", "mode": str(rng.choice(["off", "hard", "soft"])),
                "tolerate": bool(rng.random() < 0.3),
            },
        ],
    }  # fmt: skip
    return Policy.from_record(record)


def _settings(rng: Generator, name: str, accounts: float, arr: float) -> dict[str, Any]:
    settings = {
        "mode": str(rng.choice(["off", "off", "hard", "soft"])),
        "price": float(rng.choice([0.0, 0.3, 1.0, 5.0])),
        "tolerate": bool(rng.random() < 0.25),
    }
    kind = type(RULES[name].default).model_fields
    if "limit" in kind and name != "keep_if_healthy":
        size = arr if "arr" in name else accounts
        settings["limit"] = float(np.round(size * rng.choice([0.5, 0.8, 1, 1.3]), 1))
    if "per_fte" in kind:
        settings["per_fte"] = bool(rng.random() < 0.3)
    return settings


def _decisions(rng: Generator, n: int, m: int) -> list[Decision]:
    def account() -> str:
        return f"A{rng.integers(0, n)}"

    def csm() -> str:
        return f"C{rng.integers(0, m + 1)}"

    def some() -> tuple[str, ...]:
        return tuple({account() for _ in range(int(rng.integers(2, 4)))})

    kinds = [
        lambda: Pin(account=account(), csm=csm()),
        lambda: Lock(account=account()),
        lambda: Forbid(account=account(), csm=csm()),
        lambda: KeepTogether(accounts=some()),
        lambda: KeepApart(accounts=some()),
    ]
    return [kinds[int(rng.integers(0, len(kinds)))]() for _ in range(int(rng.integers(0, 4)))]


def choices(units: Units) -> Iterator[tuple[int, ...]]:
    """Every choice of eligible CSMs."""
    return itertools.product(*(np.flatnonzero(row) for row in units.eligible))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every bound that a stage of a solve claims, as it claims it."""
    bounds: list[float] = []
    prove = Best.prove

    def listened(best: Best, bound: float) -> None:
        bounds.append(bound)
        prove(best, bound)

    monkeypatch.setattr(Best, "prove", listened)
    return bounds


@pytest.mark.parametrize("gap", [0.0, 0.02, 0.3])
@pytest.mark.parametrize("block", range(4))
def test_no_stage_of_a_solve_claims_more_than_the_optimum(told: list[float], block: int, gap: float) -> None:
    claims = 0
    for seed in range(6000 + block * 25, 6000 + block * 25 + 25):
        problem = random_problem(seed)
        units = Units.of_problem(problem)
        core = core_of(units)
        every = [np.array(choice) for choice in choices(units)]
        least = min(core_value(core, choice) for choice in every)
        kept = min(judged(problem, units.expand(choice))[1] for choice in every)
        told.clear()
        found = optimise(problem, problem.baseline, gap=gap)
        claims += len(told)
        assert max(told, default=-np.inf) <= least + doubt(least), seed
        assert found.note == "", seed
        hard = sum(one.points for one in score(problem, found.assignment).broken)
        assert kept - 1e-6 <= found.unavoidable <= hard + 1e-6 * max(1.0, hard), seed
    assert claims > 25


@pytest.mark.parametrize("block", range(8))
def test_the_optimum_is_the_least_value_of_all_assignments(block: int) -> None:
    for seed in range(block * 25, block * 25 + 25):
        problem = random_problem(seed)
        units = Units.of_problem(problem)
        core = core_of(units)
        least = min(core_value(core, np.array(choice)) for choice in choices(units))
        found = optimise(problem, problem.baseline, gap=0.0)
        assert found.status == "optimal", seed
        assert found.points == pytest.approx(value(problem, found.assignment), rel=1e-12), seed
        assert found.points == pytest.approx(least, rel=1e-6, abs=2e-6), seed
        assert found.bound <= least + doubt(least), seed
        assert found.note == "", seed


@pytest.mark.parametrize("block", range(10))
def test_the_engine_s_bound_then_the_least_of_all_then_its_plan(block: int) -> None:
    for seed in range(5000 + block * 50, 5000 + block * 50 + 50):
        problem = random_problem(seed, accounts=5, csms=3)
        units = Units.of_problem(problem)
        core = core_of(units)
        least = min(core_value(core, np.array(choice)) for choice in choices(units))
        plan, certificate = plan_anew(problem, problem.baseline, 1)
        tolerance = 1e-9 * max(1.0, abs(least))
        assert plan.points == value(problem, plan.assignment), seed
        assert plan.bound - tolerance <= least <= plan.points + tolerance, seed
        assert lower_bound(problem, certificate) <= plan.bound + tolerance, seed


@pytest.mark.parametrize("seed", range(60))
def test_books_counted_exactly_raise_the_bound_and_never_above_the_optimum(seed: int) -> None:
    problem = random_problem(4000 + seed, accounts=6, csms=4)
    units = Units.of_problem(problem)
    guide = price(units, prices_of(problem))
    best = optimise(problem, problem.baseline, gap=0.0)
    choice = best.assignment[units.lead]
    tolerance = 1e-5 + 1e-6 * abs(best.points)
    excess = beyond(units, guide.guide(), choice)
    assert (excess >= -1e-9 * abs(best.points) - 1e-9).all()
    if not (units.plans or units.groups):
        assert guide.bound + excess.sum() == pytest.approx(best.points, rel=1e-9, abs=1e-9)
    if not units.k:
        return
    further = Further(units, prices_of(problem), seed=1)
    for effort in (1, 2):
        assert guide.bound - tolerance <= further.count(choice, effort, never) <= best.points + tolerance
    worse = further.search(np.array([row.argmax() for row in units.eligible]), never)
    assert units.eligible[np.arange(units.k), worse].all()
    assert best.points - tolerance <= value(problem, units.expand(worse))


@pytest.mark.parametrize("seed", range(60))
def test_within_some_books_choices_differ_by_as_many_points_as_in_the_whole(seed: int) -> None:
    problem = random_problem(5000 + seed, accounts=9, csms=5)
    units = Units.of_problem(problem)
    if units.m < 2:
        return
    rng = np.random.default_rng(seed)
    choice = np.array([rng.choice(np.flatnonzero(row)) for row in units.eligible])
    free = np.flatnonzero(rng.random(units.k) < 0.6)
    books = np.flatnonzero(rng.random(units.m) < 0.7)
    unit, csm = np.nonzero(units.eligible & np.isin(np.arange(units.m), books))
    asked = np.isin(unit, free)
    if not asked.any():
        return
    part = part_of(units, choice, unit[asked], csm[asked])
    assert np.array_equal(part.whole(choice, part.within(choice)), choice)
    began = value(part.units.problem, part.within(choice)), value(problem, units.expand(choice))
    other = np.array([rng.choice(np.flatnonzero(row)) for row in part.units.eligible])
    whole = part.whole(choice, other)
    assert units.eligible[np.arange(units.k), whole].all()
    ended = value(part.units.problem, other), value(problem, units.expand(whole))
    assert ended[0] - began[0] == pytest.approx(ended[1] - began[1], rel=1e-7, abs=1e-6)
    found: list[Indices] = []
    least = min(
        value(part.units.problem, np.array(one))
        for one in itertools.product(*(np.flatnonzero(row) for row in part.units.eligible))
    )
    Search(part.units, part.units.eligible, seed=1).run(
        part.within(choice), np.ones(part.units.k, dtype=bool), gap=0.0, nodes=None, stop=never,
        found=found.append,
    )  # fmt: skip
    assert value(part.units.problem, found[-1]) == pytest.approx(least, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("seed", range(40))
def test_no_plan_at_all_has_fewer_points_than_the_bound(seed: int) -> None:
    """Whatever it breaks: a pin, a lock, a forbid, every rule, or an account has no owner."""
    problem = random_problem(3000 + seed, accounts=5, csms=3)
    found = optimise(problem, problem.baseline, gap=0.0)
    everything = itertools.product(range(-1, problem.data.m), repeat=problem.data.n)
    least = min(value(problem, np.array(one, dtype=np.int64)) for one in everything)
    assert found.points == pytest.approx(least, rel=1e-6, abs=2e-6)
    assert found.bound <= least + 1e-5 + 1e-6 * abs(least)
    assert lower_bound(problem, found.certificate) <= least + 1e-9 * abs(least)


@pytest.mark.parametrize("seed", range(40))
def test_the_model_s_optimum_has_the_points_of_its_assignment(seed: int) -> None:
    problem = random_problem(1000 + seed, accounts=8, csms=4)
    units = Units.of_problem(problem)
    formulation = formulate(units)
    compiled = compile_model(formulation)
    seen: list[Floats] = []
    ended = Engine(compiled, seed=1).search(None, gap=0.0, nodes=None, stop=never, found=seen.append)
    columns = seen[-1]
    own = columns[compiled.owns] > 0.5
    choice = np.full(units.k, -1)
    choice[formulation.pair_unit[own]] = formulation.pair_csm[own]
    points = value(problem, units.expand(choice))
    assert ended.finished
    assert compiled.cost @ columns + compiled.offset == pytest.approx(points, rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("seed", range(30))
def test_reduced_costs_bound_every_assignment_from_below(seed: int) -> None:
    problem = random_problem(2000 + seed, accounts=5)
    units = Units.of_problem(problem)
    relaxation = relax(units, never, seed=1)
    on_candidates = relax(units, never, seed=1, all_pairs=0)
    for choice in choices(units):
        made = np.array(choice)
        points = value(problem, units.expand(made))
        tolerance = 1e-5 + 1e-6 * abs(points)
        for one in (relaxation, on_candidates):
            assert points >= one.bound - tolerance
            assert points >= one.bound + one.reduced[np.arange(units.k), made].max(initial=0) - tolerance
