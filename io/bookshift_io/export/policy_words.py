"""A policy in words: what was asked for, for people who never saw the policy's screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bookshift_model.explain.words import count, percent
from bookshift_model.goals import GOALS
from bookshift_model.rules import CustomRule
from bookshift_model.rules.record import Band, Days, Limit, Range, Share

if TYPE_CHECKING:
    from bookshift_model.policy import Policy
    from bookshift_model.rules import Settings

_HOW: Final = {"hard": "must be kept", "soft": "kept where it costs little"}


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule that is on."""

    name: str
    limit: str
    how: str


def goal_words(policy: Policy) -> list[tuple[str, str, str]]:
    """Name, share of importance and unit of each goal that has a weight, the weightiest first."""
    shares = policy.shares()
    order = sorted((one for one in GOALS if shares[one] > 0), key=lambda one: -shares[one])
    return [(GOALS[one].name, percent(shares[one]), GOALS[one].unit) for one in order]


def rule_words(policy: Policy) -> list[RuleWords]:
    """The rules that are on, those that must be kept first."""
    found = [
        RuleWords(
            rule.name,
            _limit(settings),
            _HOW[settings.mode] + ("; what breaks it today may stay as it is" if settings.tolerate else ""),
        )
        for rule, settings in policy.active()
    ]
    return sorted(found, key=lambda one: not one.how.startswith(_HOW["hard"]))


def _limit(settings: Settings) -> str:  # noqa: PLR0911 - one line a kind
    """The number of a rule, with its unit; empty where it has none."""
    match settings:
        case Range():
            return f"{percent(settings.low)} to {percent(settings.high)}"
        case Band():
            return f"±{percent(settings.tolerance)}"
        case Days():
            return f"{settings.days} days"
        case Share():
            return percent(settings.share)
        case Limit():
            each = " at full time" if getattr(settings, "per_fte", False) else ""
            return f"{settings.limit:,.10g}{each}"
        case CustomRule():
            where = f"{settings.column} {settings.compare} {settings.value}"
            if settings.at_most is not None:
                return f"at most {count(settings.at_most, 'account')} a book where {where}"
            return f"where {where}, the CSM's {settings.csm_column} is {settings.csm_value}"
        case _:
            return ""
