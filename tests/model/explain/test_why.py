"""Answers to "why" and "why not": true to the score, honest about exchanges, in the field's words."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bookshift_model.decisions import KeepTogether, Lock, Pin
from bookshift_model.explain.choices import choices
from bookshift_model.explain.why import why
from bookshift_model.explain.why_not import why_not
from bookshift_model.value import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.problem import Problem

ONE_EACH = [{"id": "ada"}, {"id": "hana"}]


def accounts(*owners: str, **fields: object) -> list[dict[str, object]]:
    return [{"id": f"account {k}", "owner": owner, **fields} for k, owner in enumerate(owners)]


@pytest.mark.parametrize("seed", range(8))
def test_points_are_what_the_score_says_about_staying(
    random_problem: Callable[[int], Problem], seed: int
) -> None:
    problem = random_problem(seed)
    rng = np.random.default_rng(seed)
    assignment = np.where(rng.random(problem.data.n) < 0.3, 0, problem.baseline)
    for account in range(problem.data.n):
        single = (problem.units == problem.units[account]).sum() == 1
        if single and 0 <= problem.baseline[account] != assignment[account]:
            answer = why(problem, assignment, account)
            stayed = assignment.copy()
            stayed[account] = problem.baseline[account]
            change = value(problem, assignment) - value(problem, stayed)
            assert answer.points == pytest.approx(change, abs=1e-8)
            assert sum(e.points for e in answer.better + answer.worse) == pytest.approx(change, abs=1e-8)
            assert all(e.better for e in answer.better)
            assert not any(e.better for e in answer.worse)


@pytest.mark.parametrize("seed", range(6))
def test_every_question_has_an_answer_in_words(random_problem: Callable[[int], Problem], seed: int) -> None:
    problem = random_problem(seed)
    assignment = np.where(np.arange(problem.data.n) % 3 == 0, 1, problem.baseline)
    for account in range(problem.data.n):
        for answer in (why(problem, assignment, account), why_not(problem, assignment, account, 0)):
            assert answer.code
            assert answer.reason.strip()
            assert not answer.reason.endswith(".")
            assert all(one.endswith(".") for one in answer.sentences)
            text = " ".join((answer.reason, *answer.sentences)).replace("Big {ones}", "")
            assert not any(word in text for word in ("nan", "inf ", "None", "{", "_"))


def test_a_relieved_book_and_its_figures(team: Callable[..., Problem]) -> None:
    problem = team(accounts("ada", "ada", "ada", "ada"), ONE_EACH, weights={"account_balance": 1})
    answer = why(problem, np.array([0, 0, 0, 1]), 3)
    assert answer.code == "balance"
    said = "accounts 4 → 3 for Ada; accounts 0 → 1 for Hana, nearer to target"
    assert answer.reason == said
    assert answer.sentences[0] == f"Account 3 goes from Ada to Hana: {said}."
    assert any(
        one.startswith("Ada's book, today and with the whole plan: workload") for one in answer.sentences
    )


def test_one_line_says_why_to_this_csm_and_not_only_why_one_must_go(team: Callable[..., Problem]) -> None:
    four = accounts("ada", "ada", "ada", "ada", industry="Retail")
    hard = {"max_accounts": {"mode": "hard", "limit": 3}}
    knows = [{"id": "ada"}, {"id": "ben"}, {"id": "hana", "industries": ("Retail",)}]
    problem = team(four, knows, weights={"fit": 1, "account_balance": 1}, rules=hard)
    reason = why(problem, np.array([0, 0, 0, 2]), 3).reason
    assert reason == "accounts 4 → 3 for Ada (at most 3); Hana knows Retail"
    # Nothing is gained at the one who takes: by how much the next would be worse.
    serves = [{"id": "ada"}, {"id": "ben", "languages": ("en",)}, {"id": "hana", "languages": ("de",)}]
    soft = {"language_match": {"mode": "soft", "price": 0.5}}
    spoken = [{**one, "language": "de"} for one in four]
    problem = team(spoken, serves, weights={"continuity": 1}, rules={**hard, **soft})
    reason = why(problem, np.array([0, 0, 0, 2]), 3).reason
    assert reason == "accounts 4 → 3 for Ada (at most 3); next best is Ben, 0.50 points worse"
    # Ben is better: nothing speaks for Hana, and nothing is made up.
    reason = why(problem, np.array([0, 0, 0, 1]), 3).reason
    assert reason == "accounts 4 → 3 for Ada (at most 3)"


def test_expertise_and_churn_are_named(team: Callable[..., Problem]) -> None:
    csms = [{"id": "ada", "industries": ("Banking",)}, {"id": "hana", "industries": ("Retail",)}]
    problem = team(accounts("ada", "ada", industry="Retail"), csms, weights={"fit": 3, "retention": 1})
    answer = why(problem, np.array([0, 1]), 1)
    assert answer.code == "fit"
    assert "Hana knows Retail" in answer.reason
    back = why_not(problem, np.array([0, 1]), 1, 0)
    assert "Ada does not know Retail" in back.reason
    assert back.points == pytest.approx(-answer.points)


def test_an_exchange_is_called_one(team: Callable[..., Problem]) -> None:
    csms = [{"id": "ada", "industries": ("Banking",)}, {"id": "hana", "industries": ("Retail",)}]
    problem = team(
        [
            {"id": "acme", "owner": "ada", "industry": "Retail"},
            {"id": "bolt", "owner": "hana", "industry": "Banking"},
        ],
        csms,
        weights={"fit": 1},
        rules={"max_accounts": {"mode": "hard", "limit": 1}},
    )
    answer = why(problem, np.array([1, 0]), 0)
    assert answer.code == "swap"
    assert answer.reason.startswith("part of an exchange with Bolt; ")
    assert "on its own it would cost" in answer.sentences[1]
    assert "Bolt makes room for it in Hana's book" in answer.sentences[1]
    assert "it makes room for Bolt in Ada's book" in answer.sentences[1]


def test_a_move_without_gain_says_so(team: Callable[..., Problem]) -> None:
    problem = team(accounts("ada", "hana"), ONE_EACH, weights={"account_balance": 1, "continuity": 1})
    answer = why(problem, np.array([1, 1]), 0)
    assert answer.code == "none"
    assert answer.reason.startswith("no gain on its own: staying with Ada would be")
    assert answer.points > 0


def test_a_move_by_hand_is_called_one(team: Callable[..., Problem]) -> None:
    problem = team(accounts("ada", "hana"), ONE_EACH, weights={"account_balance": 1, "continuity": 1})
    answer = why(problem, np.array([1, 1]), 0, "you, 2026-01-05")
    assert answer.code == "hand"
    assert answer.reason == "moved by hand (you, 2026-01-05); costs 21.6 points: accounts 1 → 2 for Hana"
    assert answer.sentences[0].startswith("Account 0 goes from Ada to Hana: moved by hand (you, ")
    stays = why(problem, np.array([0, 1]), 0, "you, 2026-01-05")
    assert "moved by" not in stays.reason


def test_a_move_by_hand_says_what_it_brings(team: Callable[..., Problem]) -> None:
    problem = team(accounts("ada", "ada", "ada"), ONE_EACH, weights={"account_balance": 1})
    answer = why(problem, np.array([1, 0, 0]), 0, "ada, 2026-01-05")
    assert "; brings " in answer.reason
    assert answer.points < 0
    assert answer.reason.endswith("accounts 3 → 2 for Ada")
    hard = {"max_accounts": {"mode": "hard", "limit": 2}}
    problem = team(accounts("ada", "ada", "ada"), ONE_EACH, weights={"account_balance": 1}, rules=hard)
    answer = why(problem, np.array([1, 0, 0]), 0, "ada, 2026-01-05")
    assert "; brings more than any goal is worth: accounts 3 → 2 for Ada (at most 2)" in answer.reason


def test_an_account_without_an_owner_was_given_by_hand(team: Callable[..., Problem]) -> None:
    problem = team([{"id": "acme"}], ONE_EACH, weights={"account_balance": 1})
    reason = why(problem, np.array([1]), 0, "ada, 2026-01-05").reason
    assert reason.startswith("moved by hand (ada, 2026-01-05); had no owner on the roster")


def test_figures_of_a_goal_and_a_rule_about_the_same_book_stand_once(team: Callable[..., Problem]) -> None:
    problem = team(
        accounts("ada", "ada", "ada", "ada"),
        ONE_EACH,
        weights={"account_balance": 1},
        rules={"max_accounts": {"mode": "soft", "limit": 3}},
    )
    answer = why(problem, np.array([0, 0, 0, 1]), 3)
    assert {one.id for one in answer.better} >= {"account_balance", "max_accounts"}
    assert answer.reason == ("accounts 4 → 3 for Ada (at most 3); accounts 0 → 1 for Hana, nearer to target")
    assert sum("without this one move" in one for one in answer.sentences) == 1


def test_a_limit_has_the_decimals_of_the_figures_beside_it(team: Callable[..., Problem]) -> None:
    problem = team(
        [*accounts("ada", arr=1_529_000), {"id": "small", "owner": "ada", "arr": 12_000}],
        ONE_EACH,
        weights={"arr_balance": 1},
        rules={"max_arr": {"mode": "soft", "limit": 1_534_000}},
    )
    answer = why(problem, np.array([0, 1]), 1)
    assert answer.reason.startswith("ARR 1.541M → 1.529M for Ada (at most 1.534M); ")


def test_pins_locks_and_freezes_hold(team: Callable[..., Problem]) -> None:
    problem = team(
        [
            {"id": "acme", "owner": "ada"},
            {"id": "bolt", "owner": "ada"},
            {"id": "corp", "owner": "ada", "renewal": date(2025, 10, 22)},  # and so again a year later
            {"id": "dune", "owner": None},
        ],
        ONE_EACH,
        [Pin(account="acme", csm="hana", author="anna"), Lock(account="bolt", reason="board sponsor")],
        rules={"renewal_freeze": {"mode": "hard", "days": 60}},
    )
    plan = np.array([1, 0, 0, 1])
    found = [why(problem, plan, i) for i in range(4)]
    assert [one.code for one in found] == ["pin", "lock", "rule:renewal_freeze", "owner"]
    assert found[0].reason == "pinned to Hana (by anna)"
    assert found[1].reason == "locked with Ada (board sponsor)"
    assert found[2].reason == "Renewal freeze: Corp renews on 2026-10-22, in 21 days"
    assert re.fullmatch(r"had no owner on the roster; next best is Ada, \S+ points worse", found[3].reason)
    assert why_not(problem, plan, 1, 1).code == "lock"
    assert why_not(problem, plan, 2, 1).code == "rule:renewal_freeze"


def test_an_account_that_would_cost_more_than_it_brings_stays(team: Callable[..., Problem]) -> None:
    long_ago = date(2020, 10, 1)
    problem = team(
        accounts("ada", "ada", "ada", "hana", owner_since=long_ago),
        ONE_EACH,
        weights={"account_balance": 1, "continuity": 5},
    )
    answer = why(problem, problem.baseline, 0)
    assert answer.code == "cost"
    assert answer.reason == "a move would cost more than it brings: 6 years with Ada ends"
    best = next(one for one in choices(problem, problem.baseline, 0) if not one.current)
    assert answer.points == best.points > 0


def test_a_better_place_is_not_hidden(team: Callable[..., Problem]) -> None:
    problem = team(accounts("ada", "ada", "ada", "ada"), ONE_EACH, weights={"account_balance": 1})
    stays = why(problem, problem.baseline, 0)
    asked = why_not(problem, problem.baseline, 0, 1)
    assert stays.code == asked.code == "gain"
    assert "better on its own" in asked.reason


def test_company_is_named(team: Callable[..., Problem]) -> None:
    problem = team(
        accounts("ada", "ada", "ada", "ada"),
        ONE_EACH,
        [KeepTogether(accounts=("account 0", "account 1"))],
        weights={"account_balance": 1},
        rules={"kept_together": {"mode": "hard"}},
    )
    answer = why(problem, np.array([1, 1, 0, 0]), 0)
    assert "It goes together with Account 1." in answer.sentences
    assert answer.points == pytest.approx(
        -value(problem, problem.baseline) + value(problem, np.array([1, 1, 0, 0]))
    )
