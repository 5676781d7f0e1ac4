"""The rows of the model: what each rule costs on a portfolio small enough to see through."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bookshift_model.compiled import compile_model
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, KeepApart, KeepTogether, Pin
from bookshift_model.formulation import formulate, measure_of
from bookshift_model.highs import Engine
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import build
from bookshift_model.relax import reduced_costs
from bookshift_model.rules import RULES
from bookshift_model.sample import sample
from bookshift_model.score import score
from bookshift_model.terms import Quantity
from bookshift_model.units import Units
from bookshift_model.value import value

if TYPE_CHECKING:
    from bookshift_model.decisions import Decision
    from bookshift_model.problem import Problem

DAY = date(2026, 1, 5)


def never() -> bool:
    return False


def two_books(**account: Any) -> Portfolio:
    """Three accounts of 100, 200 and 300 with Ada, Ben has none; both work full time."""
    accounts = tuple(
        Account(id=f"A{i}", name=f"Account {i}", arr=100.0 * i, owner="ada", **account) for i in (1, 2, 3)
    )
    csms = (Csm(id="ada", name="Ada", industries=("Retail",)), Csm(id="ben", name="Ben", level="junior"))
    return Portfolio(accounts, csms, DAY)


def only(
    *rules: str, decisions: tuple[Decision, ...] = (), portfolio: Portfolio | None = None, **settings: Any
) -> Problem:
    """A problem where nothing but the named rules costs anything (continuity costs, but nobody moves)."""
    policy = Policy(weights={"continuity": 1.0})
    for name in RULES:
        policy = policy.with_rule(name, mode="off")
    for name in rules:
        policy = policy.with_rule(name, **{"mode": "soft", "price": 7.0, **settings})
    return build(Data(portfolio or two_books(), policy.formulas, Decisions(decisions)), policy)


def held(problem: Problem, assignment: list[int]) -> float:
    """Points of the model with every account held where it is."""
    units = Units.of_problem(problem)
    formulation = formulate(units)
    compiled = compile_model(formulation)
    engine = Engine(compiled, seed=1)
    at = (np.asarray(assignment)[units.lead][formulation.pair_unit] == formulation.pair_csm).astype(float)
    engine.bound_columns(compiled.owns, at, at)
    relaxed = engine.relax(never)
    assert relaxed is not None
    return relaxed.value


TOGETHER, APART = KeepTogether(accounts=("A1", "A2")), KeepApart(accounts=("A1", "A2", "A3"))


@pytest.mark.parametrize(
    ("rule", "settings", "decisions", "assignment", "units"),
    [
        ("max_accounts", {"limit": 2}, (), [0, 0, 0], 1),
        ("max_accounts", {"limit": 2}, (), [0, 0, 1], 0),
        ("min_arr", {"limit": 200}, (), [0, 1, 0], 0),
        ("min_arr", {"limit": 200}, (), [1, 0, 0], 50),  # Ben lacks 100 of 200
        ("max_arr", {"limit": 400}, (), [0, 0, 0], 50),  # 200 above 400
        ("arr_band", {"tolerance": 0.1}, (), [1, 0, 0], 2 * 170 / 3),  # target 300: 500 − 330, 270 − 100
        ("accounts_band", {"tolerance": 0.0}, (), [0, 0, 0], 2 * 100),  # 3 and 0 of 1.5
        ("one_account_share", {"share": 0.5}, (), [0, 0, 0], 2),  # 200 and 300 of a target of 300
        ("moves_in", {"limit": 1}, (), [1, 1, 0], 1),
        ("moves_out", {"limit": 1}, (), [1, 1, 0], 1),
        ("move_budget", {"limit": 1}, (), [1, 1, 1], 2),
        ("moved_arr_budget", {"share": 0.25}, (), [0, 0, 1], 25),  # half of all ARR moves
        ("kept_together", {}, (TOGETHER,), [0, 1, 0], 1),
        ("kept_together", {}, (TOGETHER,), [1, 1, 0], 0),
        ("kept_apart", {}, (APART,), [0, 0, 0], 2),
        ("kept_apart", {}, (APART,), [0, 1, 0], 1),
        ("stretch_minimum", {"limit": 2}, (), [0, 1, 0], 1),
        ("stretch_maximum", {"limit": 1}, (), [1, 1, 1], 2),
        ("industry_match", {}, (), [0, 1, 1], 2),
        ("high_risk_cap", {"limit": 1}, (), [0, 0, 1], 1),
        ("high_risk_share", {"share": 0.5}, (), [0, 1, 0], 0.5 * 600 / 3),
        ("strategic_stay", {}, (), [0, 1, 1], 2),
    ],
)
def test_a_rule_alone_costs_exactly_its_excess(
    rule: str, settings: dict[str, Any], decisions: tuple[Decision, ...], assignment: list[int], units: float
) -> None:
    portfolio = two_books(complexity=5, industry="Retail", risk="high", strategic=True)
    problem = only(rule, decisions=decisions, portfolio=portfolio, **settings)
    nothing = only(decisions=decisions, portfolio=portfolio)
    expected = value(nothing, np.array(assignment)) + 7.0 * units
    assert value(problem, np.array(assignment)) == pytest.approx(expected)
    assert held(problem, assignment) == pytest.approx(expected, abs=1e-6)


def test_what_breaks_a_rule_today_is_free_where_it_is_tolerated() -> None:
    problem = only("max_accounts", limit=1, tolerate=True)
    assert held(problem, [0, 0, 0]) == pytest.approx(0, abs=1e-6)
    both = only("kept_apart", decisions=(APART,), tolerate=True)
    assert held(both, [0, 0, 0]) == pytest.approx(0, abs=1e-6)


def test_accounts_kept_together_by_force_are_one_unit() -> None:
    problem = only("kept_together", mode="hard", decisions=(TOGETHER,))
    formulation = formulate(Units.of_problem(problem))
    assert list(formulation.model.Accounts) == ["A1", "A3"]
    assert held(problem, [0, 0, 0]) == pytest.approx(0, abs=1e-6)


def test_a_pin_leaves_one_pair() -> None:
    problem = only(decisions=(Pin(account="A1", csm="ben"),))
    formulation = formulate(Units.of_problem(problem))
    assert [key for key in formulation.model.Eligible if key[0] == "A1"] == [("A1", "ben")]


def test_the_model_reads_as_the_rule_is_written() -> None:
    problem = only("max_accounts", mode="hard", limit=2)
    text = io.StringIO()
    formulate(Units.of_problem(problem)).model.max_accounts.pprint(text)
    assert "book_accounts[ada] - max_accounts_excess[0,ada]" in text.getvalue()
    assert ":   2.0 :" in text.getvalue()


def test_every_goal_has_its_own_objective_with_the_points_of_the_score() -> None:
    policy = Policy.preset("balanced")
    portfolio = sample(40, 4, 3)
    problem = build(Data(portfolio, policy.formulas), policy)
    units = Units.of_problem(problem)
    formulation = formulate(units)
    compiled = compile_model(formulation)
    engine = Engine(compiled, seed=1)
    at = (problem.baseline[formulation.pair_unit] == formulation.pair_csm).astype(float)
    engine.bound_columns(compiled.owns, at, at)
    relaxed = engine.relax(never)
    assert relaxed is not None
    columns = relaxed.columns
    found = dict(zip(compiled.goals, compiled.goal_costs @ columns + compiled.goal_offsets, strict=True))
    for goal in score(problem, problem.baseline).goals:
        if goal.share:
            assert found.pop(goal.id) == pytest.approx(goal.points, abs=1e-5)
    assert list(found) == ["rules"]


def test_coefficients_are_near_one_whatever_the_currency() -> None:
    policy = Policy.preset("retention_first").with_rule("arr_band", mode="hard")
    problem = build(Data(sample(150, 8, 1), policy.formulas), policy)
    matrix = np.abs(compile_model(formulate(Units.of_problem(problem))).matrix.data)
    assert matrix.min() > 1e-3
    assert matrix.max() < 100


def test_counts_are_measured_in_accounts_and_money_in_average_accounts() -> None:
    assert measure_of(Quantity("kept", "kept", "accounts", np.array([0.0, 1.0]))) == 1
    assert measure_of(Quantity("arr", "ARR", "ARR", np.array([0.0, 100.0, 300.0]))) == 200
    assert measure_of(Quantity("none", "none", "ARR", np.zeros(3))) == 1


def test_our_prices_of_pairs_are_the_solver_s() -> None:
    custom = {"name": "A.B[1] 'x'", "column": "industry", "value": "Retail", "at_most": 2, "mode": "soft"}
    record = Policy.preset("balanced").with_rule("max_accounts", mode="hard", limit=8).to_record()
    policy = Policy.from_record({**record, "custom": [custom]})
    portfolio = sample(40, 4, 3)
    ids = [a.id for a in portfolio.accounts]
    decisions = Decisions((KeepTogether(accounts=tuple(ids[:3])), KeepApart(accounts=tuple(ids[5:9]))))
    policy = policy.with_rule("kept_together", mode="soft").with_rule("move_budget", mode="hard", limit=3)
    problem = build(Data(portfolio, policy.formulas, decisions), policy)
    units = Units.of_problem(problem)
    formulation = formulate(units)
    compiled = compile_model(formulation)
    found = Engine(compiled, seed=1).relax(never)
    assert found is not None
    own = np.array([found.row_dual[compiled.rows["one_owner", ids[i]]] for i in units.lead])
    prices = reduced_costs(units, formulation, compiled, found.row_dual) - own[:, None]
    ours = prices[formulation.pair_unit, formulation.pair_csm]
    assert ours == pytest.approx(found.column_dual[compiled.owns], abs=1e-7)
    assert np.abs(found.row_dual).max() > 0


def test_candidate_pairs_narrow_the_model() -> None:
    problem = only("max_accounts")
    units = Units.of_problem(problem)
    pairs = np.zeros((3, 2), dtype=bool)
    pairs[:, 0] = True
    assert len(formulate(units, pairs).owns) == 3
