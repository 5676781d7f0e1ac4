"""Two plans side by side: nothing is lost between them, and who loses is said first."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bookshift_model.decisions import Decisions, Forbid, KeepApart, Lock, Pin
from bookshift_model.explain.diff import diff, impact
from bookshift_model.explain.inputs import decision_diff, policy_diff
from bookshift_model.explain.nudge import what_moved
from bookshift_model.formulas import Formulas
from bookshift_model.policy import Policy
from bookshift_model.score import score_today

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.problem import Problem


@pytest.mark.parametrize("seed", range(4))
def test_moves_books_and_violations_account_for_everything(
    random_problem: Callable[[int], Problem], seed: int
) -> None:
    problem = random_problem(seed)
    rng = np.random.default_rng(seed)
    n = problem.data.n
    after = np.where(rng.random(n) < 0.4, rng.integers(0, problem.data.m, n), problem.baseline)
    found = diff(problem, problem.baseline, after)
    assert {m.account for m in found.moves} == set(np.flatnonzero(after != problem.baseline).tolist())
    assert [m.arr for m in found.moves] == sorted((m.arr for m in found.moves), reverse=True)
    assert all(m.reason for m in found.moves)
    change = sum(b.after.arr - b.before.arr for b in found.books)
    gained = sum(m.arr for m in found.moves if m.csm_from < 0)
    assert change == pytest.approx(gained, abs=1e-6)
    same = diff(problem, after, after)
    assert (same.moves, same.fixed, same.new, same.impact) == ((), (), (), ())
    assert (same.losing_accounts, same.losing_books) == ((), ())


def test_moves_by_hand_are_told_from_those_of_a_solve(random_problem: Callable[[int], Problem]) -> None:
    problem = random_problem(1)
    after = np.where(problem.baseline == 0, 1, problem.baseline)
    moved = np.flatnonzero(after != problem.baseline).tolist()
    found = {m.account: m for m in diff(problem, problem.baseline, after, {moved[0]: "ada, today"}).moves}
    assert found[moved[0]].reason.startswith("moved by hand (ada, today); ")
    assert [found[i].mover for i in moved] == ["ada, today", *[""] * (len(moved) - 1)]
    assert not any("by hand" in found[i].reason for i in moved[1:])


def test_a_pinned_account_is_called_pinned_and_not_moved_by_hand(team: Callable[..., Problem]) -> None:
    problem = team(
        [{"id": "acme", "owner": "ada"}, {"id": "bolt", "owner": "ada"}, {"id": "coil", "owner": "ada"}],
        [{"id": "ada"}, {"id": "hana"}],
        [Pin(account="acme", csm="hana", author="anna")],
    )
    who = {0: "anna, 2026-01-05", 1: "anna, 2026-01-05"}
    moves = {one.account: one for one in diff(problem, problem.baseline, np.array([1, 1, 1]), who).moves}
    assert moves[0].wanted == ("pinned", "pinned to Hana (by anna)")
    assert moves[1].wanted == ("by hand", "moved by hand (anna, 2026-01-05)")
    assert moves[2].wanted == ("", "")


def test_losers_come_with_every_reason(team: Callable[..., Problem]) -> None:
    problem = team(
        [
            {
                "id": "acme", "owner": "ada", "industry": "Retail", "owner_since": date(2021, 10, 1),
                "renewal": date(2026, 11, 1), "language": "de",
            },
            {"id": "bolt", "owner": "ada", "fresh_start": True},
        ],
        [
            {"id": "ada", "industries": ("Retail",), "languages": ("de",)},
            {"id": "hana", "industries": ("Banking",), "languages": ("en",)},
        ],
        rules={"renewal_freeze": {"mode": "soft"}},
    )  # fmt: skip
    found = diff(problem, problem.baseline, np.array([1, 1]))
    assert [one.name for one in found.losing_accounts] == ["Acme"]
    reasons = found.losing_accounts[0].reasons
    assert reasons[0] == "Renewal freeze: Acme renews on 2026-11-01, in 31 days"
    assert reasons[1].startswith("churn risk ")
    assert "Hana does not know Retail, Ada does" in reasons
    assert "Hana does not speak de" in reasons
    assert "5 years with Ada ends" in reasons
    assert found.moves[0].churn_to > found.moves[0].churn_from


def test_books_that_overflow_lose_and_limits_are_fixed_and_broken(team: Callable[..., Problem]) -> None:
    problem = team(
        [{"id": f"a{k}", "owner": "ada" if k < 20 else "hana", "touch": "strategic"} for k in range(24)],
        [{"id": "ada"}, {"id": "hana"}],
        rules={"max_accounts": {"mode": "hard", "limit": 15}},
    )
    found = diff(problem, problem.baseline, np.where(np.arange(24) < 18, 1, 0))
    assert found.losing_books[0].name == "Hana"
    assert found.losing_books[0].reasons[0].startswith("workload ")
    assert [v.csm for v in found.fixed] == ["ada"]
    assert [v.csm for v in found.new] == ["hana"]
    assert found.new[0].sentence == "Hana has 18 accounts, 3 more than the cap of 15"


def test_impact_of_a_bundle_is_one_sentence_for_each_book_that_receives(team: Callable[..., Problem]) -> None:
    problem = team(
        [{"id": f"a{k}", "owner": "ada", "touch": "high"} for k in range(4)],
        [{"id": "ada"}, {"id": "sara"}],
    )
    found = impact(problem, problem.baseline, np.array([0, 0, 1, 1]))
    assert found[0].startswith("2 accounts of 200k ARR move: utilisation spread ")
    assert found[1].startswith("Moving these 2 accounts to Sara: utilisation +")
    assert "ARR 0 → 200k" in found[1]
    assert len(found) == 2


def test_policies_differ_in_words() -> None:
    a = Policy()
    b = (
        a.with_weight("workload_balance", 25)
        .with_rule("max_accounts", mode="hard", limit=30)
        .with_rule("renewal_freeze", days=90)
        .with_rule("moves_in", price=3)
    )
    record = b.to_record()
    record["seed"] = 7
    record["formulas"]["churn"]["base_small"] = 0.2
    record["custom"] = [{"name": "Own", "mode": "soft", "column": "region", "value": "x", "at_most": 2}]
    found = policy_diff(a, Policy.with_record(record))
    assert found == [
        "Workload balance 15 → 25 (15 % → 23 % of all weight)",
        "Maximum accounts: off → hard, limit 25 → 30",
        "Renewal freeze: days 60 → 90",
        "Your rule Own added (soft)",
        "Formula churn, base small: 0.12 → 0.2",
        "Seed: 1 → 7",
    ]
    assert policy_diff(a, a) == []
    assert Formulas() == a.formulas


def test_decisions_differ_in_words(team: Callable[..., Problem]) -> None:
    problem = team([{"id": "acme"}, {"id": "bolt"}], [{"id": "ada"}, {"id": "hana"}])
    a = Decisions([Pin(account="acme", csm="ada"), Lock(account="bolt")])
    b = Decisions(
        [
            Pin(account="acme", csm="hana", reason="asked for her"),
            Forbid(account="bolt", csm="ada"),
            KeepApart(accounts=("acme", "bolt")),
        ]
    )
    assert decision_diff(a, b, problem.data.portfolio) == [
        "Changed: Acme pinned to Ada → Acme pinned to Hana (asked for her)",
        "Released: Bolt locked with its CSM",
        "Added: Bolt forbidden to Ada",
        "Added: Acme and Bolt kept apart",
    ]
    assert decision_diff(a, a) == []
    assert decision_diff(Decisions(), Decisions([Lock(account="x")])) == ["Added: x locked with its CSM"]


def test_todays_side_is_judged_without_decisions(team: Callable[..., Problem]) -> None:
    free = team(
        [{"id": "acme", "owner": "ada"}, {"id": "bolt", "owner": "ada"}], [{"id": "ada"}, {"id": "hana"}]
    )
    problem = free.with_decisions(
        Decisions([Pin(account="acme", csm="hana"), Pin(account="bolt", csm="hana")])
    )
    found = diff(problem, problem.baseline, np.array([1, 0]))
    assert found.before == score_today(problem)
    assert "decisions" not in {one.rule for one in found.fixed}, "today never broke what was decided since"
    assert [one.account for one in found.new if one.rule == "decisions"] == ["bolt"]
    waiting = diff(problem, problem.baseline, problem.baseline)
    assert [one.account for one in waiting.new] == ["acme", "bolt"], "the plan does not follow them yet"


def test_a_nudge_shows_what_it_moved(team: Callable[..., Problem]) -> None:
    problem = team(
        [{"id": f"a{k}", "owner": "ada", "touch": "high"} for k in range(6)],
        [{"id": "ada"}, {"id": "hana"}],
        weights={"workload_balance": 25, "continuity": 5},
    )
    before = Policy.with_record({"weights": {"workload_balance": 15, "continuity": 5}})
    after = Policy.with_record({"weights": {"workload_balance": 25, "continuity": 5}})
    found = what_moved(before, after, problem.baseline, np.array([0, 0, 1, 1, 1, 1]), problem)
    assert found[0].startswith(
        "Workload balance 15 → 25 (75 % → 83 % of all weight): 4 accounts get another CSM than in the plan "
        "before; moves from today: 0 → 4; "
    )
    assert "utilisation spread " in found[0]
    assert "Workload balance −" in found[0]
    assert found[0].endswith("first: A2.")
    assert found[1].startswith("A2 (100k) goes to Hana: ")
    assert found[-1] == "1 more move of smaller accounts."
    back = what_moved(before, after, np.array([0, 0, 1, 1, 1, 1]), np.array([0, 0, 0, 1, 1, 1]), problem)
    assert "1 account gets another CSM than in the plan before; moves from today: 4 → 3; " in back[0]
    assert what_moved(before, after, problem.baseline, problem.baseline, problem) == [
        "Workload balance 15 → 25 (75 % → 83 % of all weight): nothing moves because of it."
    ]
