"""A policy: read back equal from TOML, and what is wrong with one is said with the entry and the cure."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshift_model.formulas import Formulas
from bookshift_model.goals import GOALS
from bookshift_model.policy import MAX_TEXT, PRESET_NAMES, PRESETS, Policy, PolicyError
from bookshift_model.rules import RULES

SHARES = st.floats(0, 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def rule_settings(name: str) -> st.SearchStrategy[dict[str, Any]]:
    fields = type(RULES[name].default).model_fields
    every: dict[str, st.SearchStrategy[Any]] = {
        "mode": st.sampled_from(["hard", "soft", "off"]),
        "price": st.floats(0, 10),
        "tolerate": st.booleans(),
        "limit": st.floats(0, 1e15),
        "per_fte": st.booleans(),
        "tolerance": SHARES,
        "low": SHARES,
        "high": SHARES,
        "days": st.integers(0, 3650),
        "share": SHARES,
    }
    return st.fixed_dictionaries({}, optional={field: every[field] for field in fields})


CUSTOM = st.fixed_dictionaries(
    {"name": TEXTS, "column": TEXTS, "value": TEXTS | st.integers() | st.floats(-1e9, 1e9)},
    optional={
        "compare": st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "contains"]),
        "mode": st.sampled_from(["hard", "soft"]),
    },
).flatmap(
    lambda made: st.one_of(
        st.integers(0, 1_000_000).map(lambda count: {**made, "at_most": count}),
        st.tuples(TEXTS, TEXTS).map(lambda csm: {**made, "csm_column": csm[0], "csm_value": csm[1]}),
    )
)

POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXTS,
        "weights": st.dictionaries(st.sampled_from(sorted(GOALS)), st.floats(0.001, 1e6), min_size=1),
        "dead_band": st.floats(0, 0.5),
        "gap": st.floats(0, 0.5),
        "seed": st.integers(0, 2**31 - 1),
        "rules": st.lists(st.sampled_from(sorted(RULES)), unique=True, max_size=4).flatmap(
            lambda names: st.fixed_dictionaries({name: rule_settings(name) for name in names})
        ),
        "custom": st.lists(CUSTOM, max_size=3, unique_by=lambda one: one["name"]),
        "formulas": st.fixed_dictionaries(
            {},
            optional={
                "horizon_months": st.integers(3, 24),
                "touch_hours": st.fixed_dictionaries({}, optional={"high": st.floats(0, 200)}),
                "multipliers": st.fixed_dictionaries(
                    {"complexity": st.lists(st.floats(0.1, 5), min_size=5, max_size=5)}
                ),
            },
        ),
    },
)


@settings(deadline=None, max_examples=150)
@given(POLICIES)
def test_a_policy_is_read_back_equal_from_toml_and_from_its_record(record: dict[str, Any]) -> None:
    policy = Policy.from_record(record)
    assert Policy.from_toml(policy.to_toml()) == policy
    assert Policy.from_record(policy.to_record()) == policy
    assert list(policy.rules) == list(RULES)
    assert sum(policy.shares().values()) == pytest.approx(1)


def test_an_empty_file_is_the_default() -> None:
    assert Policy.from_toml("") == Policy() == Policy.preset("fewest_moves")
    assert Policy().to_toml().count("[") == 1, "only the weights are written"


def test_presets_differ_and_have_names() -> None:
    assert set(PRESETS) == set(PRESET_NAMES)
    made = [Policy.preset(name) for name in PRESETS]
    assert [one.name for one in made] == list(PRESET_NAMES.values())
    assert len({tuple(one.weights.values()) for one in made}) == len(PRESETS)
    with pytest.raises(PolicyError, match=r"there is no preset 'x'; the presets are fewest_moves, "):
        Policy.preset("x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[rules.max_accounts]\nlimit = "x"', "rules.max_accounts.limit: should be a valid number"),
        (
            "[rules.max_accounts]\nlimit = -1",
            "rules.max_accounts.limit: should be greater than or equal to 0, but is -1",
        ),
        (
            "[rules.max_accounts]\nlimit = inf",
            "rules.max_accounts.limit: should be a finite number, but is inf; correct",
        ),
        (
            "[rules.max_accounts]\nprice = nan",
            "rules.max_accounts.price: should be a finite number, but is nan; correct",
        ),
        (
            '[rules.max_accounts]\nmode = "on"',
            "rules.max_accounts.mode: should be 'hard', 'soft' or 'off', but is 'on'",
        ),
        (
            "[rules.max_accounts]\nlimt = 1",
            "rules.max_accounts.limt: there is no such entry; correct its name or remove",
        ),
        ("[rules.move_budget]\nper_fte = true", "rules.move_budget.per_fte: there is no such entry"),
        (
            "[rules]\nmax_accounts = 3",
            'rules.max_accounts: the entry is no table; write it as { mode = "hard" }',
        ),
        ("[rules.max_acounts]", "rules: there is no rule 'max_acounts'; the rules are "),
        ("rules = 3", "rules: rules is a table with one entry a rule"),
        (
            "[weights]\nretention = nan",
            "weights.retention: should be a finite number, but is nan; correct it",
        ),
        ("[weights]\nretention = -3", "weights.retention: the weight is -3; give a number from 0 to 1000000"),
        ("[weights]\nretentoin = 3", "weights: there is no goal 'retentoin'; the goals are retention, "),
        ("[weights]\nretention = 0", "weights: every weight is 0; give at least one goal a weight"),
        ("[weights]\nretention = 1e-320", "weights: every weight is 0"),
        ("dead_band = nan", "dead_band: should be a finite number, but is nan; correct it"),
        ("dead_band = 2", "dead_band: should be less than or equal to 0.5, but is 2; correct it"),
        ("wieghts = 2", "wieghts: there is no such entry; correct its name or remove it"),
        ("seed = 1.5", "seed: should be a valid integer"),
        (
            "[formulas.churn]\nmedium_from = inf",
            "formulas.churn.medium_from: should be a finite number, but is inf",
        ),
        (
            "[formulas.multipliers]\ncomplexity = [1, 1, 1, 1, 9]",
            "formulas.multipliers.complexity.5: should be less",
        ),
        ('[[custom]]\nname = "x"\ncolumn = "y"\nat_most = 1', "custom.1.value: the entry is missing; add it"),
        (
            '[[custom]]\nname = "x"\ncolumn = "y"\nvalue = 1',
            "custom: the rule 'x' needs either at_most or csm_column",
        ),
        (
            '[[custom]]\nname = "x"\ncolumn = "y"\nvalue = 1\nat_most = 1\ncsm_column = "z"',
            "for both, write two rules",
        ),
        (
            2 * '[[custom]]\nname = "x"\ncolumn = "y"\nvalue = 1\nat_most = 1\n',
            "two of your own rules have the same name",
        ),
        ("name = 'x", "the policy file is not TOML: Expected"),
        ("a = " + "[" * 100_000, "nests tables or lists too deeply; write it with fewer levels"),
        ("seed = " + "9" * 5000, "a number with thousands of digits; shorten it"),
        ("seed = " + "9" * 1000, "seed: should be less than or equal to 2147483647, but is 999"),
        ("#" * (MAX_TEXT + 1), "the policy file has more than 1,000,000 characters; name another file"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_the_entry_and_the_cure(text: str, said: str) -> None:
    with pytest.raises(PolicyError) as error:
        Policy.from_toml(text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 600


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_no_number_of_a_policy_may_be_endless(number: float) -> None:
    def numbers(record: dict[str, Any], *path: str) -> list[tuple[str, ...]]:
        found = []
        for key, value in record.items():
            if isinstance(value, dict):
                found += numbers(value, *path, key)
            elif type(value) is float:
                found.append((*path, key))
        return found

    record = Policy().to_record()
    places = numbers(record)
    assert len(places) > 100
    for place in places:
        changed: dict[str, Any] = {}
        inner = changed
        for key in place[:-1]:
            inner = inner.setdefault(key, {})
        inner[place[-1]] = number
        with pytest.raises(PolicyError, match="; correct it"):
            Policy.from_record(changed)


def test_one_change_makes_another_policy() -> None:
    policy = Policy()
    changed = (
        policy.with_rule("max_accounts", limit=7)
        .with_rule("max_accounts", mode="hard")
        .with_weight("fit", 99)
    )
    assert changed.rules["max_accounts"].model_dump()["limit"] == 7
    assert changed.rules["max_accounts"].mode == "hard"
    assert changed.weights["fit"] == 99
    assert policy == Policy(), "the first is as it was"
    assert "limit = 7.0" in changed.to_toml()
    for bad in (
        lambda: policy.with_weight("fit", -1),
        lambda: policy.with_weight("x", 1),
        lambda: policy.with_rule("max_accounts", limit=-1),
        lambda: policy.with_rule("x", mode="hard"),
    ):
        with pytest.raises(PolicyError, match=";"):
            bad()


def test_the_rules_that_are_on_come_in_one_order_with_one_s_own_last() -> None:
    text = 'rules.max_arr.mode = "soft"\nrules.strategic_stay.mode = "off"\n'
    policy = Policy.from_toml(
        text + '[[custom]]\nname = "x"\ncolumn = "y"\nvalue = 1\nat_most = 1\nmode = "hard"'
    )
    names = [rule.id for rule, _ in policy.active()]
    assert names[-1] == "custom x"
    assert names[:-1] == [name for name in RULES if name in names]
    assert "max_arr" in names
    assert "strategic_stay" not in names


def test_formulas_are_part_of_the_policy() -> None:
    policy = Policy.from_toml("[formulas.touch_hours]\nhigh = 6")
    assert policy.formulas.touch_hours.high == 6
    assert policy.formulas.touch_hours.mid == Formulas().touch_hours.mid
    assert "mid" not in policy.to_toml().partition("[formulas")[2]
