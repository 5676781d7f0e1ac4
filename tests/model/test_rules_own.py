"""Rules of one's own on any column, and names that read like formats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from rule_rig import ALL_OFF, CSMS, DAY, books, broken, only

from bookshift_model.data import Data
from bookshift_model.decisions import Decisions, KeepApart, KeepTogether
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.problem import build
from bookshift_model.rules import RULES

if TYPE_CHECKING:
    from bookshift_model.problem import Problem


def own(accounts: list[Account], csms: tuple[Csm, ...] = CSMS, **custom: Any) -> Problem:
    record = {"weights": {"geography": 1}, "rules": ALL_OFF, "custom": [{"mode": "hard", **custom}]}
    policy = Policy.from_record(record)
    return build(Data(Portfolio(tuple(accounts), csms, DAY), policy.formulas), policy)


def test_a_rule_of_one_s_own_caps_accounts_or_asks_for_a_csm() -> None:
    accounts = books(0, 0, 1, extra={"tier": "1"})
    found = only(own(accounts, name="Tier {1}", column="tier", value="1.0", at_most=2), 0, 0, 0)
    assert (found.points, found.rule) == (200, "custom Tier {1}")
    assert found.sentence == "Ada has 3 accounts, 1 too many under the rule Tier {1}"
    assert found.relax == "soften the rule Tier {1}"
    csms = (replace(CSMS[0], extra={"team": "Blue"}), CSMS[1])
    problem = own(accounts, csms, name="{}", column="tier", value=1, csm_column="team", csm_value="blue")
    found = broken(problem, 0, 1, 1)
    assert [(one.account, one.points) for one in found] == [
        (one, 500 + problem.absolute_price) for one in ("A1", "A2")
    ]
    assert found[0].sentence == "Acme 1 with Ben breaks the rule {}"


@pytest.mark.parametrize(
    ("column", "compare", "asked", "chosen"),
    [
        ("tier", "=", "2", [1]),
        ("tier", ">=", "2", [1, 2]),
        ("tier", "<", "10", [0, 1]),
        ("tier", "!=", "2", [0, 2]),
        ("note", "contains", "RISK", [0]),
        ("note", "=", "nan", [1]),
        ("required_skills", "=", "api", [0, 1]),
        ("required_skills", "!=", "api", [2]),
        ("strategic", "=", "True", [2]),
        ("arr", ">", "150", [2]),
        ("renewal", "<", "2026-06-01", [0]),
        ("no such column", "=", "1", []),
        ("no such column", "!=", "1", []),
    ],
)
def test_columns_compare_as_numbers_texts_and_lists(
    column: str, compare: str, asked: str, chosen: list[int]
) -> None:
    a, b, c = books(0, 0, 0)
    accounts = [
        replace(
            a, extra={"tier": "1", "note": "at risk"}, required_skills=("api",), renewal=date(2026, 3, 1)
        ),
        replace(b, extra={"tier": "2.0", "note": "nan"}, required_skills=("sql", "API")),
        replace(c, extra={"tier": "10", "note": "1_0"}, required_skills=("sql",), strategic=True, arr=200),
    ]
    problem = own(
        accounts, name="x", column=column, compare=compare, value=asked, csm_column="id", csm_value="C1"
    )
    assert [int(one.account[1:]) for one in broken(problem, 0, 0, 0) if one.account] == chosen


def test_a_column_that_is_not_there_is_said() -> None:
    problem = own(books(0), name="Tiers", column="teir", value=1, at_most=0)
    assert problem.notes == ("No account has a value in the column teir of your rule Tiers. Correct it.",)
    problem = own(books(0), name="Tiers", column="id", value="A0", csm_column="taem", csm_value="x")
    assert problem.notes == ("No CSM has a value in the column taem of your rule Tiers. Correct it.",)
    assert own(books(0), name="Tiers", column="teir", value=1, at_most=0, mode="off").notes == ()


HOSTILE = ["{}", "{csm}", "{0}", "{csm.__class__}", "}{", "%s %d", "{limit:.9999f}", "\x1b[31m", "{{}}"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_never_read_as_formats(name: str) -> None:
    accounts = [
        replace(one, name=name, parent=name, industry="x", region="x", language="x", strategic=True,
                escalation=True, open_deal=True, champion_lost=True, renewal=DAY, health=99, risk="high",
                complexity=5, required_skills=("x",), customer_since=DAY, last_moved=DAY, extra={name: name})
        for one in books(0, 0, 0, 1)
    ]  # fmt: skip
    csms = tuple(
        replace(one, name=name, level="junior", touch_levels=("tech",), industries=("y",), region="y",
                languages=("y",), skills=("y",), max_accounts=0, max_arr=1)
        for one in CSMS
    )  # fmt: skip
    tight = {"limit": 0, "share": 0, "tolerance": 0, "low": 2, "high": 0}
    record = {
        "rules": {
            rule: {"mode": "hard"} | {k: v for k, v in tight.items() if k in type(one.default).model_fields}
            for rule, one in RULES.items()
        },
        "custom": [
            {"mode": "hard", "name": name, "column": name, "value": name, "at_most": 0},
            {"mode": "hard", "name": name + "2", "column": name, "value": name, "csm_column": "x"},
        ],
    }  # fmt: skip
    policy = Policy.from_record(record)
    decisions = Decisions([KeepTogether(accounts=("A0", "A3")), KeepApart(accounts=("A1", "A2"))])
    problem = build(Data(Portfolio(tuple(accounts), csms, DAY), policy.formulas, decisions), policy)
    found = broken(replace_goals(problem), 1, 1, 1, 0)
    assert {one.rule for one in found} >= set(RULES) - {"min_arr", "stretch_minimum", "utilisation_band"}
    assert all(name in one.sentence for one in found if one.csm or one.account)


def replace_goals(problem: Problem) -> Problem:
    """The problem with its goals free of charge."""
    free = tuple(replace(one, price=0.0) if one.source in problem.scales else one for one in problem.terms)
    scales = {name: replace(one, share=0.0) for name, one in problem.scales.items()}
    return replace(problem, terms=free, scales=scales)
