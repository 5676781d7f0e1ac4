"""AX rules: which touch level they give, how they are written, and what refuses to be one."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from bookshift_model.ax import SHIPPED, STATED, Ax, AxError, AxRule, deciding, parse, touch_level, words
from bookshift_model.formulas import Formulas
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.portfolio import TOUCH_LEVELS, Account


def account(**fields: Any) -> Account:
    return Account(**{"id": "A", "name": "Acme", "arr": 10_000.0, **fields})


def by_hand(one: Account) -> str:
    """What the documentation says: flag, complexity, a level more for large companies, one less for small."""
    if one.strategic:
        return "strategic"
    place = {1: 3, 2: 3, 3: 2, 4: 2, 5: 1}[one.complexity or 3]
    place += {"Enterprise": -1, "SMB": 1}.get(one.segment, 0)
    return TOUCH_LEVELS[min(max(place, 1), 4)]


def test_the_shipped_rules_are_need_and_never_spend() -> None:
    for flag, segment, complexity, arr in product(
        (True, False), ("Enterprise", "SMB", "Mid-Market", ""), (None, 1, 2, 3, 4, 5), (0.0, 1e9)
    ):
        one = account(strategic=flag, segment=segment, complexity=complexity, arr=arr)
        assert touch_level(one) == by_hand(one), one


def test_the_first_rule_that_fits_decides_and_the_file_goes_first_unless_told_otherwise() -> None:
    rules = Ax(rules=(parse("arr >= 100k -> strategic"), parse("all -> low")))
    rich, poor, stated = account(arr=200_000.0), account(), account(arr=200_000.0, touch="tech")
    assert [touch_level(one, rules) for one in (rich, poor, stated)] == ["strategic", "low", "tech"]
    assert deciding((rich, poor, stated), rules).tolist() == [0, 1, STATED]
    first = rules.model_copy(update={"stated_first": False})
    assert touch_level(stated, first) == "strategic"
    none = Ax(rules=(parse("strategic -> high"),), otherwise="low", stated_first=False)
    assert [touch_level(one, none) for one in (rich, stated)] == ["low", "tech"]


def test_unknown_values() -> None:
    rules = Ax(rules=(parse("health < 50 -> high"), parse("complexity = 3 -> low")), otherwise="tech")
    assert touch_level(account(), rules) == "low", "unknown health meets no condition, complexity counts as 3"
    assert touch_level(account(health=20.0), rules) == "high"
    assert touch_level(account(complexity=4), rules) == "tech"


@pytest.mark.parametrize("rule", SHIPPED)
def test_shipped_rules_are_read_as_they_are_written(rule: AxRule) -> None:
    assert parse(words(rule)) == rule


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("ARR >= 100K, Segment = Global |  key account → high",
         "segment = Global | key account, arr >= 100k -> high"),
        ("arr >= 1.5M, arr < 2m -> strategic", "arr >= 1.5M, arr < 2M -> strategic"),
        ("health >= 20, health < 50, strategic -> high", "strategic, health >= 20, health < 50 -> high"),
        ("complexity >= 2, complexity <= 4 -> mid", "complexity >= 2, complexity <= 4 -> mid"),
        (" all -> TECH ", "all -> tech"), ("-> mid", "all -> mid"),
    ],
)  # fmt: skip
def test_what_may_be_typed(text: str, written: str) -> None:
    assert words(parse(text)) == written
    assert words(parse(words(parse(text)))) == written


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("arr >= 100k", "must end with ->"), ("arr >= 100k -> gold", "strategic, high, mid, low, tech"),
        ("arr > lots -> mid", "is no condition"), ("arr >= lots -> mid", "needs a number"),
        ("complexity >= 7 -> mid", "1 to 5"),
        ("complexity >= 4, complexity <= 2 -> mid", "no complexity is both"),
        ("health <= 50 -> mid", "with >= or <"), ("segment = -> mid", "is no condition"),
        ("health >= 500 -> mid", "at most 100"), ("colour = red -> mid", "is no condition"),
    ],
)  # fmt: skip
def test_what_is_refused_and_what_to_write_instead(text: str, says: str) -> None:
    with pytest.raises(AxError, match=says):
        parse(text)


def test_rules_are_kept_in_the_policy_file_and_short() -> None:
    ax = Ax(rules=(parse("arr >= 100k, segment = Global -> high"), parse("all -> low")), otherwise="tech")
    policy = Policy(formulas=Formulas(ax=ax))
    text = policy.to_toml()
    assert Policy.from_toml(text) == policy
    assert Policy.from_record(policy.to_record()) == policy
    assert "complexity" not in text
    assert "ax" not in Policy().to_toml()


def test_a_policy_file_with_a_bad_rule_names_it() -> None:
    with pytest.raises(PolicyError, match=r"formulas\.ax\.rules\.1\.touch"):
        Policy.from_toml('[[formulas.ax.rules]]\ntouch = "gold"\n')
