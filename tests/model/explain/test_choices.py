"""What each CSM would change for an account, held against the score itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.decisions import Forbid, KeepTogether, Lock, Pin
from bookshift_model.explain.choices import choices, choices_at
from bookshift_model.explain.standing import Standing
from bookshift_model.formulas import Formulas
from bookshift_model.goals import GOALS
from bookshift_model.policy import Policy
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.score import score
from bookshift_model.value import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


def some_assignment(problem: Problem, seed: int) -> Indices:
    rng = np.random.default_rng(seed)
    found = rng.integers(0, problem.data.m, problem.data.n)
    found[rng.random(problem.data.n) < 0.05] = -1
    return found


@pytest.mark.parametrize("seed", range(12))
def test_parts_add_up_to_the_change_of_the_score(random_problem: Callable[[int], Problem], seed: int) -> None:
    problem = random_problem(seed)
    for assignment in (problem.baseline, some_assignment(problem, seed)):
        standing = Standing(problem, assignment)
        before = value(problem, assignment)
        for account in range(0, problem.data.n, 3):
            for choice in choices_at(standing, account):
                there = assignment.copy()
                there[standing.company(account)] = choice.csm
                change = value(problem, there) - before
                tolerance = 1e-9 * max(1.0, abs(before))
                assert choice.points == pytest.approx(change, rel=1e-9, abs=tolerance)
                assert sum(e.points for e in choice.effects) == pytest.approx(choice.points, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_each_goal_changes_by_as_much_as_on_the_scorecard(
    random_problem: Callable[[int], Problem], seed: int
) -> None:
    problem = random_problem(seed)
    assignment = some_assignment(problem, seed)
    before = {goal.id: goal for goal in score(problem, assignment).goals}
    standing = Standing(problem, assignment)
    for choice in choices_at(standing, 1):
        there = assignment.copy()
        there[standing.company(1)] = choice.csm
        found = {e.id: e for e in choice.effects if not e.rule}
        for goal in score(problem, there).goals:
            change = goal.value - before[goal.id].value
            scale = 1e-9 * max(1.0, abs(goal.value))
            assert (found[goal.id].change if goal.id in found else 0.0) == pytest.approx(
                change, abs=1e-6 + scale
            )


@pytest.mark.parametrize("seed", range(4))
def test_several_shifts_at_once_equal_one_at_a_time(
    random_problem: Callable[[int], Problem], seed: int
) -> None:
    problem = random_problem(seed)
    standing = Standing(problem, some_assignment(problem, seed))
    accounts = [i for i in range(problem.data.n) if standing.assignment[i] >= 0]
    sets = [(standing.company(i), np.array([i % problem.data.m])) for i in accounts]
    together = standing.changes(sets).total
    alone = [standing.changes([one]).total[0] for one in sets]
    assert together == pytest.approx(alone, abs=1e-9)


def test_staying_changes_nothing_and_the_best_open_choice_is_on_top(
    random_problem: Callable[[int], Problem],
) -> None:
    problem = random_problem(3)
    for account in range(problem.data.n):
        found = choices(problem, problem.baseline, account)
        assert sorted(one.csm for one in found) == list(range(problem.data.m))
        assert [one.excluded for one in found] == sorted(one.excluded for one in found)
        open_ones = [round(one.points, 9) for one in found if not one.excluded]
        assert open_ones == sorted(open_ones)
        for one in found:
            if one.current:
                assert one.points == 0
                assert one.effects == ()
            if one.excluded:
                assert one.obstacle


def test_decisions_exclude_with_their_reason(team: Callable[..., Problem]) -> None:
    problem = team(
        [{"id": "acme", "owner": "ada"}, {"id": "bolt", "owner": "ada"}, {"id": "corp", "owner": "ada"}],
        [{"id": "ada"}, {"id": "ben"}, {"id": "hana"}],
        [
            Pin(account="acme", csm="hana", author="anna", reason="knows the board"),
            Lock(account="bolt"),
            Forbid(account="corp", csm="ben", reason="asked for somebody else"),
        ],
    )
    acme, bolt, corp = (
        {one.name: one.obstacle for one in choices(problem, problem.baseline, i)} for i in range(3)
    )
    assert acme["Ada"] == acme["Ben"] == "pinned to Hana (by anna: knows the board)"
    assert acme["Hana"] == ""
    assert bolt["Hana"] == "locked with Ada"
    assert corp == {"Ada": "", "Ben": "forbidden to Ben (asked for somebody else)", "Hana": ""}


def test_hard_rules_and_full_books_exclude_in_words(team: Callable[..., Problem]) -> None:
    problem = team(
        [
            {"id": "acme", "owner": "ada", "language": "de"},
            {"id": "bolt", "owner": "ben"},
            {"id": "corp", "owner": "hana"},
        ],
        [
            {"id": "ada", "languages": ("de",)},
            {"id": "ben", "languages": ("en",)},
            {"id": "hana", "languages": ("de",)},
        ],
        rules={"language_match": {"mode": "hard"}, "max_accounts": {"mode": "hard", "limit": 1}},
    )
    found = {one.name: one.obstacle for one in choices(problem, problem.baseline, 0)}
    assert found["Ben"] == "Required language: Ben does not speak Acme's language"
    assert found["Hana"] == "Maximum accounts: Hana has no room unless something else leaves the book"


def test_accounts_kept_together_go_together(team: Callable[..., Problem]) -> None:
    problem = team(
        [{"id": "acme", "owner": "ada"}, {"id": "bolt", "owner": "ada"}, {"id": "corp", "owner": "ben"}],
        [{"id": "ada"}, {"id": "ben"}],
        [KeepTogether(accounts=("acme", "bolt"))],
        rules={"kept_together": {"mode": "hard"}},
    )
    to_ben = next(one for one in choices(problem, problem.baseline, 0) if one.name == "Ben")
    assert to_ben.points == pytest.approx(
        value(problem, np.array([1, 1, 1])) - value(problem, problem.baseline), abs=1e-9
    )
    assert "kept_together" not in {e.id for e in to_ben.effects}


def test_goals_without_weight_are_shown_too(team: Callable[..., Problem]) -> None:
    problem = team(
        [{"id": "acme", "owner": "ada", "industry": "Retail"}],
        [{"id": "ada", "industries": ("Retail",)}, {"id": "ben", "industries": ("Banking",)}],
        weights={"workload_balance": 1},
    )
    fit = next(e for e in choices(problem, problem.baseline, 0)[-1].effects if e.id == "fit")
    assert fit.unit == GOALS["fit"].unit
    assert (fit.change, fit.points) == (pytest.approx(0.7), 0)


def test_fast_enough_to_run_while_the_cursor_moves() -> None:
    large = build(Data(sample(2000, 50, 1), Formulas()), Policy.preset("balanced"))
    choices(large, large.baseline, 0)
    start = time.process_time()
    for account in range(20):
        choices(large, large.baseline, account)
    # 2 to 3 ms each; the test allows for a busy machine.
    assert (time.process_time() - start) / 20 < 0.015
