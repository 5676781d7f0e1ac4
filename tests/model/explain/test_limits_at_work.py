"""What binds, what may still move, and what cannot be kept whatever the solver does."""

from __future__ import annotations

import itertools
import time
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, Forbid, KeepApart, KeepTogether, Lock, Pin
from bookshift_model.explain.prechecks import prechecks
from bookshift_model.explain.sensitivity import binding, movable
from bookshift_model.formulas import Formulas
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.score import score

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.problem import Problem

HARD = {"mode": "hard"}
SIX_OF_SEVEN = (
    "have room for 6, but there are 7 accounts; raise the limit by 1 for each of 3 CSMs, or add people."
)
ONE_OF_TWO = "2 accounts received in all, and the budget is 1; allow 2, or release a pin or a hard rule."
THREE = [{"id": "ada"}, {"id": "ben"}, {"id": "hana"}]


def accounts(*owners: str | None, **fields: object) -> list[dict[str, object]]:
    return [{"id": f"a{k}", "owner": owner, **fields} for k, owner in enumerate(owners)]


def test_a_full_book_binds_and_a_book_with_room_does_not(team: Callable[..., Problem]) -> None:
    problem = team(
        accounts("ada", "ada", "ben"),
        THREE,
        rules={
            "max_accounts": {"mode": "hard", "limit": 2},
            "max_arr": {"mode": "soft", "limit": 201_000},
            "move_budget": {"mode": "soft", "limit": 1},
        },
    )
    found = binding(problem, problem.baseline)
    assert [one.sentence for one in found] == [
        "Maximum accounts: Ada at 2 of at most 2 accounts",
        "Maximum ARR: Ada at 200k of at most 201k ARR",
    ]
    assert (found[0].csm, found[0].slack, found[1].slack) == (0, 0, 1000)
    after_a_move = binding(problem, np.array([0, 2, 1]))
    assert [one.sentence for one in after_a_move] == ["Move budget: 1 account used, of 1 allowed"]


def test_a_broken_limit_is_not_called_binding(team: Callable[..., Problem]) -> None:
    problem = team(accounts("ada", "ada"), THREE, rules={"max_accounts": {"mode": "hard", "limit": 1}})
    assert binding(problem, problem.baseline) == []


def test_movable_counts_every_account_once(team: Callable[..., Problem]) -> None:
    soon = date(2026, 10, 20)
    problem = team(
        [
            {"id": "free", "owner": "ada"},
            {"id": "pinned", "owner": "ada", "renewal": soon},
            {"id": "locked", "owner": "ada"},
            {"id": "frozen", "owner": "ben", "renewal": soon},
            {"id": "german", "owner": "ada", "language": "de"},
            {"id": "forbidden", "owner": "ada"},
            {"id": "both", "owner": "ada", "required_skills": ("sql",), "language": "en"},
        ],
        [
            {"id": "ada", "languages": ("de",), "skills": ("sql",)},
            {"id": "ben", "languages": ("en",), "skills": ("sql",)},
            {"id": "hana", "languages": ("en",)},
        ],
        [
            Pin(account="pinned", csm="ben"),
            Lock(account="locked"),
            Forbid(account="forbidden", csm="ben"),
            Forbid(account="forbidden", csm="hana"),
        ],
        rules={"renewal_freeze": HARD, "language_match": HARD, "skills_match": HARD},
    )
    found = movable(problem)
    assert (found.total, found.movable) == (7, 1)
    assert found.held == {
        "pins": 1,
        "locks": 1,
        "Renewal freeze": 1,
        "Required language": 1,
        "forbids": 1,
        "requirements that leave one CSM": 1,
    }
    assert found.alone == {"locks": 1, "Renewal freeze": 1, "Required language": 1, "forbids": 1}


@pytest.mark.parametrize("seed", range(10))
def test_what_holds_and_what_is_free_add_up(random_problem: Callable[[int], Problem], seed: int) -> None:
    problem = random_problem(seed)
    found = movable(problem)
    assert found.movable == int(problem.movable.sum())
    assert found.movable + sum(found.held.values()) == found.total


def test_movable_keeps_up_with_key_presses() -> None:
    problem = build(Data(sample(2000, 50, 1), Formulas()), Policy())
    start = time.process_time()
    for _ in range(5):
        movable(problem)
    # 2 to 5 ms each; the test allows for a busy machine.
    assert (time.process_time() - start) / 5 < 0.03


def test_caps_minima_and_budgets_that_cannot_hold(team: Callable[..., Problem]) -> None:
    problem = team(
        accounts("ada", "ada", "ben", "ben", "hana", "hana", "ada"),
        THREE,
        [Pin(account="a0", csm="ben"), Pin(account="a1", csm="ben"), Pin(account="a2", csm="ben")],
        rules={
            "max_accounts": {"mode": "hard", "limit": 2},
            "min_arr": {"mode": "hard", "limit": 300_000},
            "move_budget": {"mode": "hard", "limit": 1},
        },
    )
    assert [one.split(": ", 1) for one in prechecks(problem)] == [
        [
            "Maximum accounts",
            f"all CSMs together {SIX_OF_SEVEN}",
        ],
        [
            "Maximum accounts",
            "3 accounts held with Ben bring 3 accounts, the limit is 2; raise it to 3, or release A0.",
        ],
        [
            "Minimum ARR",
            "the minima of all CSMs add up to 900k, but there is only 700k ARR; lower them by 200k in all.",
        ],
        [
            "Move budget",
            f"A0 and A1 must move, {ONE_OF_TWO}",
        ],
    ]


def test_people_who_cannot_be_served_and_groups_that_fit_nowhere(team: Callable[..., Problem]) -> None:
    problem = team(
        [
            {"id": "fr", "owner": "ada", "language": "fr"},
            {"id": "odd", "owner": "ada", "language": "de", "required_skills": ("sql",)},
            {"id": "x", "owner": "ada"},
            {"id": "y", "owner": "ben"},
            {"id": "z", "owner": "ben"},
            {"id": "big", "owner": "ben", "arr": 900_000},
        ],
        [{"id": "ada", "languages": ("de",)}, {"id": "ben", "skills": ("sql",)}, {"id": "hana"}],
        [
            Lock(account="x"),
            Lock(account="y"),
            KeepTogether(accounts=("x", "y")),
            KeepApart(accounts=("y", "z", "x", "fr")),
            Pin(account="big", csm="hana"),
        ],
        rules={
            "language_match": HARD,
            "skills_match": HARD,
            "kept_together": HARD,
            "kept_apart": HARD,
            "max_arr": {"mode": "hard", "limit": 800_000},
        },
    )
    found = prechecks(problem)
    assert "Required language: no CSM qualifies for Fr; soften the rule or change the roster." in found
    assert (
        "Required language and Required skills together leave no CSM for Odd; soften one of these rules."
        in found
    )
    assert (
        "Kept together: no CSM may take all of X and Y; release one of them or dissolve the group." in found
    )
    assert "Kept apart: Fr, X, Y and 1 more need 4 CSMs, and there are 3; take 1 out of the group." in found
    assert (
        "Maximum ARR: 1 account held with Hana brings 900k ARR, the limit is 800k; raise it to 900k, "
        "or release Big." in found
    )
    assert len(found) == 5


def test_a_limit_and_what_is_over_it_do_not_look_alike_and_the_advice_is_enough(
    team: Callable[..., Problem],
) -> None:
    pinned = [Pin(account="a0", csm="hana"), Pin(account="a1", csm="hana")]
    two = accounts("hana", "hana", arr=768_700)

    def told(limit: float, **rule: object) -> tuple[str, ...]:
        rules = {"max_arr": {"mode": "hard", "limit": limit, **rule}}
        return prechecks(team(two, THREE, pinned, rules=rules))

    (said,) = told(1_532_100)
    assert said == (
        "Maximum ARR: 2 accounts held with Hana bring 1.54M ARR, the limit is 1.53M; raise it to 1.54M, "
        "or release A0."
    )
    assert told(1_540_000) == ()
    (said,) = told(1_537_100)
    assert "bring 1.5374M ARR, the limit is 1.5371M; raise it to 1.5374M" in said
    problem = team(accounts("hana", arr=1_537_400.4), THREE, rules={"max_arr": {"mode": "hard", "limit": 1}})
    (broken,) = score(problem, np.array([2])).violations
    assert broken.relax == "raise Hana's maximum from 1 to 1,537,401"


def test_a_risky_account_that_is_held_is_no_alarm_while_healthy_ones_can_join_it(
    team: Callable[..., Problem],
) -> None:
    rules = {"high_risk_share": {"mode": "hard", "share": 0.35}}
    risky = {"id": "risky", "owner": "ada", "risk": "high"}
    alone = team([risky], THREE, [Pin(account="risky", csm="ada")], rules=rules)
    assert any("held with Ada" in one for one in prechecks(alone))
    healthy = accounts("ben", "ben", "ben", risk="low")
    joined = team([risky, *healthy], THREE, [Pin(account="risky", csm="ada")], rules=rules)
    assert not score(joined, np.array([0, 0, 0, 1])).broken
    assert not prechecks(joined)


def test_no_false_alarm_where_a_plan_keeps_every_hard_rule(random_problem: Callable[[int], Problem]) -> None:
    fits = silent = 0
    for seed in range(40):
        big = random_problem(seed)
        keep = big.data.portfolio
        small = Portfolio(keep.accounts[:4], keep.csms[:3], keep.as_of)
        ids = {a.id for a in small.accounts}
        csms = {c.id for c in small.csms}
        decisions = Decisions(
            d
            for d in big.data.decisions
            if (isinstance(d, Lock) and d.account in ids)
            or (isinstance(d, (Pin, Forbid)) and d.account in ids and d.csm in csms)
        )
        problem = build(Data(small, Formulas(), decisions), big.policy)
        plans = itertools.product(range(len(small.csms)), repeat=4)
        feasible = any(not score(problem, np.array(plan)).broken for plan in plans)
        found = prechecks(problem)
        fits += feasible
        silent += not feasible and not found
        assert not (feasible and found), found
    assert fits >= 3
    assert silent < 30
