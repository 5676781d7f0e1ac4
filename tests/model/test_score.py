"""The score: hand-made figures, the sum of its parts, and what never happens to it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from bookshift_model.data import Data
from bookshift_model.decisions import (
    Decision,
    Decisions,
    Forbid,
    KeepApart,
    KeepTogether,
    Lock,
    Pin,
)
from bookshift_model.goals import GOALS
from bookshift_model.policy import Policy
from bookshift_model.portfolio import GRADES, TOUCH_LEVELS, Account, Csm, Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.rules import RULES
from bookshift_model.score import score, score_today
from bookshift_model.value import value
from bookshift_model.violations import Violation

DAY = date(2026, 1, 5)
GROUPS = {"kept_together", "kept_apart", "families_together"}
WORDS = ("Health", "Retail", "Energy")


def world(seed: int, n: int = 14, m: int = 4) -> tuple[Portfolio, Decisions, Policy]:
    """A portfolio of every kind of account and CSM, under every goal and every rule."""
    rng = np.random.default_rng(seed)

    def one_of(*values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    def around(days: int) -> date:
        return DAY + timedelta(days=int(rng.integers(-days, days)))

    accounts = tuple(
        Account(
            id=f"A{i}", name=f"Acme {i}", arr=float(one_of(0, 1e4, rng.integers(1, 1_000_000))),
            owner=one_of(None, "left", *(f"C{j}" for j in range(m)), *(f"C{j}" for j in range(m))),
            touch=one_of(None, *TOUCH_LEVELS), health=one_of(None, float(rng.integers(0, 101))),
            risk=one_of(None, *GRADES), churn_probability=one_of(None, 0.0, 0.3, 1.0),
            complexity=one_of(None, 1, 5), expansion=one_of(None, *GRADES), renewal=one_of(None, around(400)),
            owner_since=one_of(None, around(900)), last_moved=one_of(None, around(300)),
            customer_since=one_of(None, around(900)), onboarding_until=one_of(None, around(90)),
            industry=one_of("", *WORDS), region=one_of("", "EU", "US"), language=one_of("", "German"),
            timezone=one_of(None, -8.0, 1.0), parent=one_of("", "", "P1", "P2"),
            required_skills=one_of((), ("api",)), usage=one_of(None, 0.0, 80.0),
            usage_growth=one_of(None, -0.5, 0.2), open_tickets=one_of(None, 0, 40),
            escalation=one_of(False, False, True), champion_lost=one_of(False, True),
            open_deal=one_of(False, False, True), strategic=one_of(False, False, True),
            fresh_start=one_of(False, True), extra={"tier": one_of("1", "2")},
        )
        for i in range(n)
    )  # fmt: skip
    csms = tuple(
        Csm(
            id=f"C{j}", name=f"Csm {j}", fte=one_of(0.0, 0.5, 1.0, 1.0), region=one_of("", "EU"),
            timezone=one_of(None, 1.0), industries=one_of((), WORDS[:2]), languages=one_of((), ("German",)),
            skills=one_of((), ("api",)), touch_levels=one_of((), ("high", "mid")),
            hours=one_of(None, 0.0, 90.0),
            start=one_of(None, around(60)), leave=one_of((), ((DAY, DAY + timedelta(days=40)),)),
            max_accounts=one_of(None, 0, 3), min_arr=one_of(None, 0.0, 1e5), max_arr=one_of(None, 0.0, 1e6),
            level=one_of(None, "junior", "senior"),
        )
        for j in range(m)
    )  # fmt: skip
    policy = Policy.from_record(
        {
            "weights": {name: float(rng.integers(1, 9)) for name in GOALS},
            "dead_band": one_of(0.0, 0.02),
            "rules": {
                name: {"mode": one_of("hard", "soft"), "price": one_of(0.0, 0.7, 3.0),
                       "tolerate": one_of(False, True)}
                | ({"limit": float(rng.integers(0, 5))} if "limit" in type(rule.default).model_fields else {})
                | ({"per_fte": one_of(False, True)} if "per_fte" in type(rule.default).model_fields else {})
                for name, rule in RULES.items()
            },
            "custom": [
                {"mode": "hard", "name": "{", "column": "tier", "value": "1", "at_most": 1},
                {"mode": "soft", "name": "}", "column": "tier", "value": "2", "csm_column": "level",
                 "csm_value": "senior"},
            ],
        }
    )  # fmt: skip
    ids = [f"A{i}" for i in range(n)]
    made: list[Decision] = [
        Pin(account=one_of(*ids), csm=one_of("C0", "gone")), Lock(account=one_of(*ids)),
        Forbid(account=one_of(*ids), csm="C1"), KeepTogether(accounts=(one_of(*ids), one_of(*ids), "gone")),
        KeepApart(accounts=tuple(ids[:3])),
    ]  # fmt: skip
    return Portfolio(accounts, csms, DAY), Decisions(made), policy


def problem_of(portfolio: Portfolio, decisions: Decisions, policy: Policy) -> Problem:
    return build(Data(portfolio, policy.formulas, decisions), policy)


def plans(problem: Problem, seed: int) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    rng = np.random.default_rng(seed)
    n, m = problem.data.n, problem.data.m
    return [problem.baseline, *(rng.integers(-1, m, n) for _ in range(3)), rng.integers(0, m, n)]


@pytest.mark.parametrize("seed", range(25))
def test_the_score_is_the_sum_of_its_parts_and_books_hold_everything(seed: int) -> None:
    portfolio, decisions, policy = world(seed)
    problem = problem_of(portfolio, decisions, policy)
    for plan in plans(problem, seed):
        card = score(problem, plan)
        parts = math.fsum(one.points for one in (*card.goals, *card.violations))
        assert card.points == value(problem, plan)
        assert card.points == pytest.approx(parts, rel=1e-9, abs=1e-9)
        owned = [a.arr for a, to in zip(portfolio.accounts, plan, strict=True) if to >= 0]
        assert sum(book.arr for book in card.books) == pytest.approx(math.fsum(owned))
        assert sum(book.accounts for book in card.books) == len(owned)
        assert len(card.moves) == int((plan != problem.baseline).sum())
        given, received = sum(b.given for b in card.books), sum(b.received for b in card.books)
        assert given == sum(one.csm_from >= 0 for one in card.moves)
        assert received == sum(one.csm_to >= 0 for one in card.moves)
        numbers = [card.points, card.moved_arr, *(one.points for one in card.goals)]
        numbers += [one.amount for one in card.violations]
        for b in card.books:
            numbers += [b.arr, b.hours, b.capacity, b.churned_arr, b.fit or 0.0, b.target_arr]
        assert np.isfinite(numbers).all()
        assert not any(math.isnan(book.utilisation) for book in card.books)
        assert all(one.amount > 0 for one in card.violations)
        assert problem.eligible.any(axis=1).all()
        assert not any("nan" in one.sentence + one.relax for one in card.violations)


def where(found: Violation) -> tuple[str, str | None, str | None]:
    """The place of a violation; a group is named after its first account, whichever that is."""
    return found.rule, found.csm, None if found.rule in GROUPS else found.account


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    portfolio, decisions, policy = world(seed)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(portfolio.accounts)), rng.permutation(len(portfolio.csms))
    shuffled = replace(
        portfolio,
        accounts=tuple(portfolio.accounts[i] for i in rows),
        csms=tuple(portfolio.csms[j] for j in columns),
    )
    one, other = problem_of(portfolio, decisions, policy), problem_of(shuffled, decisions, policy)
    place = np.append(np.argsort(columns), -1)
    for plan in plans(one, seed):
        a, b = score(one, plan), score(other, place[plan[rows]])
        assert a.points == pytest.approx(b.points, rel=1e-9, abs=1e-9)
        assert {where(v) for v in a.violations} == {where(v) for v in b.violations}
    assert (one.eligible[rows][:, columns] == other.eligible).all()


@pytest.mark.parametrize("seed", range(12))
def test_other_decisions_make_the_problem_that_building_afresh_makes(seed: int) -> None:
    portfolio, decisions, policy = world(seed)
    afresh = problem_of(portfolio, decisions, policy)
    changed = problem_of(portfolio, Decisions(), policy).with_decisions(decisions)
    assert (changed.allowed == afresh.allowed).all()
    assert (changed.eligible == afresh.eligible).all()
    assert (changed.units == afresh.units).all()
    assert changed.notes == afresh.notes
    assert [one.source for one in changed.terms] == [one.source for one in afresh.terms]
    for plan in plans(afresh, seed):
        assert value(changed, plan) == pytest.approx(value(afresh, plan), rel=1e-9, abs=1e-9)
    back = changed.with_decisions(Decisions())
    assert back.allowed.all()


@pytest.mark.parametrize(
    ("n", "m"),
    [(0, 1), (0, 3), (1, 1), (5, 1), (2, 6)],
    ids=["empty", "empty 3", "1×1", "one CSM", "more CSMs"],
)
def test_the_smallest_portfolios_are_scored_too(n: int, m: int) -> None:
    portfolio, _, policy = world(3, n=3 if n == 0 else n, m=m)
    portfolio = replace(portfolio, accounts=portfolio.accounts[:n])
    problem = problem_of(portfolio, Decisions([KeepApart(accounts=("A0", "A1", "A2"))]), policy)
    card = score(problem, np.zeros(n, dtype=np.int64))
    assert np.isfinite(card.points)
    assert len(card.books) == m
    assert problem.eligible.shape == (n, m)


def test_nothing_to_share_out_and_nobody_to_take_it() -> None:
    portfolio, decisions, policy = world(5)
    idle = replace(
        portfolio,
        accounts=tuple(replace(a, arr=0.0) for a in portfolio.accounts),
        csms=tuple(replace(c, fte=0.0) for c in portfolio.csms),
    )
    problem = problem_of(idle, decisions, policy)
    card = score(problem, np.zeros(problem.data.n, dtype=np.int64))
    assert np.isfinite(card.points)
    assert card.books[0].utilisation == math.inf
    assert card.books[1].utilisation == 0


def two_books() -> Problem:
    accounts = (
        Account(
            id="A0", name="Acme", arr=300, owner="C0", touch="mid", risk="high", renewal=date(2026, 5, 1)
        ),
        Account(id="A1", name="Bolt", arr=100, owner="C1", touch="mid", industry="Retail"),
        Account(id="A2", name="Coil", arr=50, owner=None, touch="mid"),
    )
    csms = (
        Csm(id="C0", name="Ada", industries=("Retail",)),
        Csm(id="C1", name="Ben", industries=("Energy",)),
    )
    policy = Policy.from_record({"rules": {name: {"mode": "off"} for name in RULES}})
    return problem_of(Portfolio(accounts, csms, DAY), Decisions(), policy)


def test_the_figures_of_a_book_are_those_on_paper() -> None:
    problem = two_books()
    ada, ben = score(problem, np.array([0, 0, 1])).books
    assert (ada.accounts, ada.arr, ada.high_risk, ada.received, ada.given) == (2, 400, 1, 1, 0)
    assert (ben.accounts, ben.arr, ben.high_risk, ben.received, ben.given) == (1, 50, 0, 1, 1)
    assert (ada.target_arr, ben.target_arr) == (225, 225)
    assert ada.renewals_by_quarter == (0, 300, 0, 0)
    assert ada.hours == pytest.approx(problem.data.hours[[0, 1], [0, 0]].sum())
    assert ada.utilisation == pytest.approx(ada.hours / ada.capacity)


def test_the_fit_of_a_book_is_about_accounts_that_state_an_industry() -> None:
    problem = two_books()
    card = score(problem, np.array([0, 0, 1]))
    ada, ben = card.books
    assert (ada.with_industry, ada.fit) == (1, 1.0), "only Bolt states one, Retail"
    assert (ben.with_industry, ben.fit) == (0, None)
    assert card.fit == 1.0
    assert score(problem, np.array([1, 1, 1])).fit == 0.0
    assert score(problem, np.array([0, -1, 0])).fit == 0.0, "nobody has it, so nobody who knows it"
    silent = tuple(replace(one, industries=()) for one in problem.data.csms)
    unknown = problem_of(replace(problem.data.portfolio, csms=silent), Decisions(), problem.policy)
    card = score(unknown, np.array([0, 0, 1]))
    assert ([one.fit for one in card.books], card.fit) == ([None, None], None)


def test_an_account_without_owner_is_named_and_dear() -> None:
    found = score(two_books(), np.array([0, 1, -1])).violations
    assert [(one.account, one.csm, one.hard) for one in found] == [("A2", None, True)]
    assert found[0].sentence == "Coil has no owner on the roster"
    assert found[0].relax == "assign Coil to somebody"
    assert found[0].points == 2000


@pytest.mark.parametrize("seed", range(3))
def test_totals_count_every_account_so_that_two_plans_can_be_compared(seed: int) -> None:
    problem = problem_of(*world(seed))
    today, everywhere = score_today(problem), problem.baseline.copy()
    nobody = np.flatnonzero(everywhere < 0)
    assert today.unowned == len(nobody) > 0
    found = []
    for j in range(problem.data.m):
        everywhere[nobody] = j
        plan = score(problem, everywhere)
        assert plan.churned_arr == pytest.approx(sum(one.churned_arr for one in plan.books))
        assert plan.hours == pytest.approx(sum(one.hours for one in plan.books))
        assert plan.high_risk == sum(one.high_risk for one in plan.books) == today.high_risk
        found.append((plan.churned_arr, plan.hours))
    assert (today.churned_arr, today.hours) == pytest.approx(tuple(np.mean(found, axis=0)))


def test_goals_count_an_account_without_owner_as_the_average_csm_would_have_it() -> None:
    problem = two_books()
    churn = problem.data.churn * problem.data.arr[:, None]
    today = score(problem, problem.baseline).goals[0]
    assert today.id == "retention"
    assert today.value == pytest.approx(churn[0, 0] + churn[1, 1] + churn[2].mean())
    adopted = score(problem, np.array([0, 1, int(churn[2].argmin())])).goals[0]
    assert adopted.value <= today.value, "to get an owner is no loss"


@pytest.mark.parametrize("seed", range(6))
def test_the_goals_of_today_have_the_values_that_their_scales_start_from(seed: int) -> None:
    problem = problem_of(*world(seed))
    assert (problem.baseline < 0).any()
    for goal in score(problem, problem.baseline).goals:
        assert goal.value == pytest.approx(goal.today, rel=1e-9, abs=1e-6), goal.id


def test_a_plan_against_a_decision_says_which() -> None:
    problem = two_books().with_decisions(
        Decisions([Pin(account="A0", csm="C1"), Forbid(account="A1", csm="C1"), Lock(account="A1")])
    )
    assert problem.notes == ("Bolt is both held by Ben and forbidden to Ben; held wins.",)
    pinned, locked = score(problem, np.array([0, 0, 0])).violations
    assert pinned.sentence == "Acme is held by Ben and is with Ada"
    assert pinned.relax == "release Acme"
    assert locked.sentence == "Bolt is held by Ben and is with Ada"
    three = (*problem.data.csms, Csm(id="C2", name="Cyd"))
    wider = Data(replace(problem.data.portfolio, csms=three), problem.policy.formulas)
    forbidden = build(wider, problem.policy).with_decisions(Decisions([Forbid(account="A1", csm="C1")]))
    (one,) = score(forbidden, np.array([0, 1, 0])).violations
    assert one.sentence == "Bolt is with Ben, which is forbidden"


def test_today_is_judged_without_the_decisions_about_what_shall_be() -> None:
    problem = two_books()
    decided = problem.with_decisions(
        Decisions([Pin(account="A0", csm="C1"), KeepTogether(accounts=("A0", "A1"))])
    )
    rules = Policy.from_record({})
    assert score_today(decided) == score(problem, problem.baseline)
    assert len(score(decided, decided.baseline).broken) == len(score_today(decided).broken) + 1
    with_rules = build(Data(problem.data.portfolio, rules.formulas, decided.data.decisions), rules)
    broken = [one.rule for one in score(with_rules, with_rules.baseline).broken]
    kept = [one.rule for one in score_today(with_rules).broken]
    assert sorted(broken) == sorted([*kept, "decisions", "kept_together"])


def test_hard_violations_come_first_and_the_dearest_of_them() -> None:
    portfolio, decisions, policy = world(1)
    problem = problem_of(portfolio, decisions, policy)
    found = score(problem, np.zeros(problem.data.n, dtype=np.int64)).violations
    order = [(not one.hard, -one.points) for one in found]
    assert order == sorted(order)
    broken = score(problem, np.zeros(problem.data.n, dtype=np.int64)).broken
    assert broken == tuple(one for one in found if one.hard)
