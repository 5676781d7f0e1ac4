"""Every rule of the business, one record each; adding a rule touches one file here."""

from __future__ import annotations

from bookshift_model.rules import groups, limits, match, moves, risk, stay, stretch
from bookshift_model.rules.custom import CustomRule
from bookshift_model.rules.record import RULES, Mode, Rule, Settings

__all__ = [
    "RULES",
    "CustomRule",
    "Mode",
    "Rule",
    "Settings",
    "groups",
    "limits",
    "match",
    "moves",
    "risk",
    "stay",
    "stretch",
]
