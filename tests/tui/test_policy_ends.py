"""A number beyond what a line of the policy takes is told by its name on screen, with what it takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel

from bookshift.screens.policy_constants import ConstantEntry, SolveEntry, constants
from bookshift.screens.policy_figures import Judge
from bookshift.screens.policy_goals import GoalEntry
from bookshift.screens.policy_rules import RuleEntry, SettingEntry, further_fields, main_field
from bookshift_model.formulas import Formulas
from bookshift_model.goals import GOALS
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.portfolio import Account, Csm, Portfolio
from bookshift_model.rules import RULES
from bookshift_model.session import State

if TYPE_CHECKING:
    from bookshift.screens.policy_entry import Entry


def refusal(entry: Entry, text: str) -> str:
    with pytest.raises(PolicyError) as error:
        entry.typed(Policy(), text)
    return str(error.value)


def test_a_team_may_be_planned_above_its_capacity() -> None:
    ceiling = RuleEntry(RULES["utilisation_ceiling"])
    made = ceiling.typed(Policy(), "110")
    assert made is not None
    assert made.label == "utilisation ceiling 100% → 110%"
    assert Policy.from_toml(made.policy.to_toml()) == made.policy
    assert refusal(ceiling, "210") == (
        "Utilisation ceiling: 210% is more than the 200% allowed; type a number from 0% to 200%"
    )
    assert RuleEntry(RULES["one_account_share"]).typed(Policy(), "100")
    assert "more than the 100% allowed" in refusal(RuleEntry(RULES["one_account_share"]), "110")


@pytest.mark.parametrize("rule", sorted(RULES))
def test_no_rule_says_a_limit_in_names_of_a_file(rule: str) -> None:
    one = RULES[rule]
    if main_field(one.default) is not None:
        said = refusal(RuleEntry(one), "-3")
        assert said.startswith(f"{one.name}: -3"), said
        assert "type a number from 0" in said
    if "price" in further_fields(one.default):
        said = refusal(SettingEntry(one, "price"), "11")
        assert (
            said == f"{one.name}, price when soft: 11 is more than the 10 allowed; type a number from 0 to 10"
        )


def test_a_range_is_told_by_its_ends() -> None:
    assert refusal(RuleEntry(RULES["utilisation_band"]), "75-250%").startswith(
        "Utilisation band: 250% is more than the 200% allowed; "
    )


def test_weights_and_how_a_solve_runs_say_theirs() -> None:
    assert refusal(GoalEntry("retention"), "2000000") == (
        f"{GOALS['retention'].name}: 2,000,000 is more than the 1,000,000 allowed; "
        "type a number from 0 to 1,000,000"
    )
    said = refusal(SolveEntry("gap", "percent", "Proven gap", ""), "70%")
    assert said == "Proven gap: 70% is more than the 50% allowed; type a number from 0% to 50%"


def test_constants_say_theirs() -> None:
    parts = ("", *(part for part in Formulas.model_fields if part != "ax"))
    entries = [
        one for part in parts for one in known(part) if "it may be from" in str(one.about(Policy(), None))
    ]
    assert len(entries) > 50
    for one in entries:
        said = refusal(one, "999999999999")
        assert said.startswith(f"{one.name}: 999,999,999,999 is "), said
        assert "; type a number " in said


def known(part: str) -> list[ConstantEntry]:
    return list(constants(part)) if not part or isinstance(getattr(Formulas(), part), BaseModel) else []


def test_a_rule_that_is_kept_says_so() -> None:
    portfolio = Portfolio(
        (Account(id="a", name="A", arr=1.0, owner="x"), Account(id="b", name="B", arr=1.0, owner="x")),
        (Csm(id="x", name="X"), Csm(id="y", name="Y")),
        date(2026, 1, 5),
    )
    policy = Policy().with_rule("max_accounts", mode="hard", limit=1)
    state = State(policy=policy)

    def said(**moves: str) -> list[str]:
        cells = RuleEntry(RULES["max_accounts"]).cells(
            policy, Judge(portfolio).judge(replace(state, moves=moves))
        )
        return [str(getattr(one, "text", one)) for one in cells[3:]]

    assert said() == ["! 1", "! 1", "broken"]
    assert said(a="y") == ["! 1", "✓", "broken today"]
    assert said(a="y", b="y") == ["! 1", "! 1", "broken"]
    policy = policy.with_rule("max_accounts", limit=2)
    state = State(policy=policy)
    assert said() == ["✓", "✓", "kept"]
