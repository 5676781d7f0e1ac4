"""All lines of the policy screen, in their order: presets, goals, rules by family, constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift.screens.policy_constants import AxEntry, SolveEntry, constants, formula_parts
from bookshift.screens.policy_entry import Heading
from bookshift.screens.policy_goals import GoalEntry, Preset
from bookshift.screens.policy_rules import RuleEntry, RulesHeading, SettingEntry, further_fields, settings_of
from bookshift_model.goals import GOALS
from bookshift_model.policy import PRESETS
from bookshift_model.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Collection

    from bookshift.screens.policy_entry import Entry
    from bookshift_model.policy import Policy

_NO_HEADS: Final = ("", "", "", "")
_RULE_HEADS: Final = ("mode", "limit", "today", "plan")
_SOLVE: Final = (
    SolveEntry("dead_band", "percent", "Free room around targets",
               "A book that is off its target by no more than this share of it costs nothing."),
    SolveEntry("gap", "percent", "Proven gap to stop at",
               "A solve ends when its plan is proven to be within this share of the best possible."),
    SolveEntry("seed", "whole", "Seed",
               "The same data, policy, decisions and seed give the same plan."),
)  # fmt: skip


def entries(policy: Policy, unfolded: Collection[str] = ()) -> list[Entry]:
    """The lines; `unfolded` are the ids of rules whose further settings are shown."""
    found: list[Entry] = [
        Heading("Presets", _NO_HEADS, says="Choose one first, look at what it does, then nudge its weights."),
        *(Preset(name) for name in PRESETS),
        Heading(
            "Goals", ("weight", "share", "today", "plan"),
            "What a good plan is. Only the proportions of the weights matter; 0 leaves a goal out.",
        ),
        *(GoalEntry(name) for name in GOALS),
    ]  # fmt: skip
    families: dict[str, list[str]] = {}
    for name, rule in RULES.items():
        families.setdefault(rule.family, []).append(name)
    own = {one.as_rule().id: one.as_rule() for one in policy.custom}
    if own:
        families["your own rules"] = list(own)
    rules = {**RULES, **own}
    for family, names in families.items():
        found.append(
            RulesHeading(
                f"Rules: {family}", _RULE_HEADS,
                "Hard rules come before every goal, soft ones are weighed against them. Numbers in brackets: "
                "how often a rule that is off would be broken.",
            )
        )  # fmt: skip
        for name in names:
            found.append(RuleEntry(rules[name], unfolded=name in unfolded))
            if name in unfolded:
                fields = further_fields(settings_of(policy, name))
                found += [SettingEntry(rules[name], field) for field in fields]
    found += [
        Heading("Solving", ("value", "", "", ""), "How far off target is fair, and when a solve ends."),
        *_SOLVE,
        *constants(""),
    ]
    found += [Heading("Touch levels", ("rules", "origin", "", ""), "What each account needs."), AxEntry()]
    for part, meaning in formula_parts():
        title = part.replace("_", " ")
        found += [Heading(f"Formula: {title}", ("value", "origin", "", ""), meaning), *constants(part)]
    return found
