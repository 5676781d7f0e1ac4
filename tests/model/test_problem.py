"""Decisions as masks and groups: what is followed, what is noted, and what merges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from bookshift_model.data import Data
from bookshift_model.decisions import Decision, Decisions, Forbid, KeepTogether, Lock, Pin
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.rules import RULES
from bookshift_model.sample import sample
from bookshift_model.terms import Group
from bookshift_model.value import value

DAY = date(2026, 1, 5)
CSMS = (Csm(id="C0", name="Ada"), Csm(id="C1", name="Ben"), Csm(id="C2", name="Cyd"))


def under(*decisions: Decision, rules: dict[str, Any] | None = None, **fields: Any) -> Problem:
    """Four accounts, A0 and A1 with Ada, A2 with Ben, A3 with somebody who left."""
    accounts = tuple(
        Account(id=f"A{i}", name=f"Acme {i}", arr=100, owner=owner, **fields)
        for i, owner in enumerate(("C0", "C0", "C1", "left"))
    )
    off = {name: {"mode": "off"} for name in RULES if name not in {"kept_together", "kept_apart"}}
    policy = Policy.from_record({"rules": {**off, **(rules or {})}})
    return build(Data(Portfolio(accounts, CSMS, DAY), policy.formulas, Decisions(decisions)), policy)


def allowed(problem: Problem, account: int) -> list[int]:
    return np.flatnonzero(problem.allowed[account]).tolist()


def test_a_pin_a_lock_and_a_forbid_leave_what_they_say() -> None:
    problem = under(Pin(account="A0", csm="C2"), Lock(account="A1"), Forbid(account="A2", csm="C0"))
    assert [allowed(problem, i) for i in range(4)] == [[2], [0], [1, 2], [0, 1, 2]]
    assert problem.movable.tolist() == [False, False, True, True]
    assert not problem.notes


def test_what_cannot_be_followed_is_noted_and_names_the_way_out() -> None:
    everybody = [Forbid(account="A0", csm=one.id) for one in CSMS]
    problem = under(*everybody, Lock(account="A3"), Pin(account="A2", csm="gone"))
    assert problem.notes == (
        "Every CSM is forbidden for Acme 0; the forbids are ignored. Release one.",
        "The lock of Acme 3 names nobody on the roster; it is ignored. Release it.",
        "The pin of Acme 2 names nobody on the roster; it is ignored. Release it.",
    )
    assert problem.allowed.all()
    assert under(*everybody, Pin(account="A0", csm="C1")).allowed[0].tolist() == [False, True, False]


def test_decisions_about_what_is_gone_are_ignored() -> None:
    problem = under(
        Pin(account="gone", csm="C0"),
        Lock(account="gone"),
        Forbid(account="A0", csm="gone"),
        Forbid(account="gone", csm="C0"),
        KeepTogether(accounts=("A0", "gone")),
    )
    assert problem.allowed.all()
    assert len(set(problem.units)) == 4
    assert not problem.notes


def test_a_decision_holds_through_its_last_day() -> None:
    for days, holds in ((-1, False), (0, True), (1, True)):
        until = DAY + timedelta(days=days)
        problem = under(
            Pin(account="A0", csm="C1", expires=until), KeepTogether(accounts=("A1", "A2"), expires=until)
        )
        assert (allowed(problem, 0) == [1]) is holds
        assert (len(set(problem.units)) == 3) is holds


def test_a_hard_rule_narrows_what_is_eligible_but_never_to_nobody() -> None:
    rules = {"industry_match": {"mode": "hard"}, "region_match": {"mode": "hard"}}
    problem = under(rules=rules, industry="Retail", region="EU")
    assert problem.eligible.all(), "nobody knows the industry: then everybody is as good"
    one = (replace(CSMS[0], industries=("Retail",), region="US"), *CSMS[1:])
    data = Data(replace(problem.data.portfolio, csms=one), problem.policy.formulas)
    assert build(data, problem.policy).eligible.any(axis=1).all()
    pinned = build(data.with_decisions(Decisions([Pin(account="A0", csm="C2")])), problem.policy)
    assert np.flatnonzero(pinned.eligible[0]).tolist() == [2], "a pin goes before a rule"


def test_groups_merge_only_where_somebody_can_take_all() -> None:
    merged = under(KeepTogether(accounts=("A0", "A2")))
    assert merged.units.tolist() == [0, 1, 0, 3]
    held = under(KeepTogether(accounts=("A0", "A2")), Pin(account="A0", csm="C1"))
    assert held.units.tolist() == [0, 1, 0, 3]
    assert held.eligible[2].tolist() == held.eligible[0].tolist() == [False, True, False]
    torn = under(
        KeepTogether(accounts=("A0", "A2")), Pin(account="A0", csm="C1"), Pin(account="A2", csm="C0")
    )
    assert torn.units.tolist() == [0, 1, 2, 3]
    assert value(torn, np.array([1, 0, 0, 0])) - value(torn, np.array([1, 0, 1, 0])) < 0, "a pin is dearer"


def test_groups_that_share_an_account_are_one() -> None:
    problem = under(KeepTogether(accounts=("A0", "A1")), KeepTogether(accounts=("A1", "A2")))
    assert problem.units.tolist() == [0, 0, 0, 3]
    narrowed = under(
        KeepTogether(accounts=("A0", "A1")),
        KeepTogether(accounts=("A1", "A2")),
        Forbid(account="A2", csm="C0"),
    )
    assert narrowed.eligible[:3].tolist() == [[False, True, True]] * 3


def test_who_decided_first_does_not_order_the_groups() -> None:
    groups = [KeepTogether(accounts=("A0", "A3")), KeepTogether(accounts=("A1", "A2"))]
    members = [
        [one.term.accounts.tolist() for one in under(*order).terms if isinstance(one.term, Group)]
        for order in (groups, groups[::-1])
    ]
    assert members[0] == members[1] == [[0, 3], [1, 2]]


def test_a_hard_rule_is_worth_more_than_the_largest_account() -> None:
    """Ben's book is full, of accounts that stay; one more would bring all the balance there is to gain."""
    small = [
        Account(id=f"S{i}", name="Small", arr=1, owner="C0" if i < 500 else "C1", strategic=True)
        for i in range(1002)
    ]
    large = [Account(id=f"L{i}", name="Large", arr=300, owner="C0") for i in range(2)]
    policy = Policy.from_record({
        "weights": {"arr_balance": 1},
        "rules": {"strategic_stay": {"mode": "hard"}, "max_accounts": {"mode": "hard", "limit": 502}},
    })  # fmt: skip
    problem = build(Data(Portfolio((*small, *large), CSMS[:2], DAY), policy.formulas), policy)
    balanced = problem.baseline.copy()
    balanced[-1] = 1
    assert value(problem, problem.baseline) < value(problem, balanced)


def test_a_soft_group_may_part() -> None:
    problem = under(KeepTogether(accounts=("A0", "A2")), rules={"kept_together": {"mode": "soft"}})
    assert len(set(problem.units)) == 4


def test_the_same_data_serve_every_decision() -> None:
    problem = under()
    pinned = problem.with_decisions(Decisions([Pin(account="A0", csm="C1")]))
    assert pinned.data.hours is problem.data.hours
    assert problem.allowed.all(), "the first problem is as it was"


def test_the_same_data_serve_every_policy() -> None:
    portfolio = sample(40, 4, 1, DAY)
    first = Policy().with_rule("max_accounts", mode="hard", limit=9).with_rule("cool_down", mode="soft")
    second = first.with_rule("max_accounts", limit=12, tolerate=True).with_weight("retention", 70)
    shared = Data(portfolio, first.formulas)
    for policy in (first, second, first, Policy(dead_band=0.1)):
        here, anew = build(shared, policy), build(Data(portfolio, policy.formulas), policy)
        assert here.scales == anew.scales
        assert [(one.source, one.price, one.hard) for one in here.terms] == [
            (one.source, one.price, one.hard) for one in anew.terms
        ]
        plan = np.arange(40) % 4
        assert value(here, plan) == value(anew, plan)
        assert np.array_equal(here.pair_cost, anew.pair_cost)
