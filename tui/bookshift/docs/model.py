"""The made parts of docs/model.md: goals, presets, an example, rules, settings, constants, formulation."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from bookshift_model import adapting, formulas
from bookshift_model.ax import Ax, words
from bookshift_model.data import Data
from bookshift_model.formulas import Formulas
from bookshift_model.goals import GOALS
from bookshift_model.policy import PRESETS
from bookshift_model.portfolio import Account, Csm
from bookshift_model.problem import build
from bookshift_model.rules import RULES, CustomRule, Settings
from bookshift_model.rules.custom import Comparison, custom_terms
from bookshift_model.rules.record import Band, BookLimit, Ceiling, Days, Limit, Range, Share
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.rules import Rule

_CONFIDENCE: Final = re.compile(r"\s*\(([A-Z](?: to [A-Z])?)\)$")
_COMMON: Final = frozenset(Settings.model_fields)
_INNER: Final = frozenset({"extra", "imputed", "corrected"})


def goals() -> str:
    """Every goal: name, id, unit, formula."""
    return "\n\n".join(
        f"### {one.name}\n\n`{one.id}` · in {one.unit}\n\n{one.mathematics}" for one in GOALS.values()
    )


def presets() -> str:
    """Weights by goal and preset."""
    rows = [
        [one.name, *(f"{weights[one.id]:g}" if one.id in weights else "" for weights in PRESETS.values())]
        for one in GOALS.values()
    ]
    return _table(["goal", *(f"`{name}`" for name in PRESETS)], rows)


def example() -> str:
    """How the weights of the sample's policy become points on the sample."""
    portfolio = sample(150, 8, 1)
    problem = build(Data(portfolio, Formulas()), sample_policy(portfolio))
    rows = []
    for name, scale in problem.scales.items():
        if scale.share > 0:
            floored = " (floor)" if scale.span > scale.today - scale.best else ""
            figures = [_figure(one) for one in (scale.best, scale.today, scale.span)]
            points = f"{problem.data.n * scale.share / scale.span:.2g}"
            goal = GOALS[name]
            rows.append(
                [goal.name, f"{scale.share:.0%}", *figures[:2], figures[2] + floored, goal.unit, points]
            )
    return _table(["goal", "weight", "best alone", "today", "span", "unit", "points a unit"], rows)


def settings() -> str:
    """The settings of rules, those of every rule first."""
    rows = []
    for name, field in Settings.model_fields.items():
        defaults = {getattr(one.default, name) for one in RULES.values()}
        left_out = f"`{_toml(defaults.pop())}`" if len(defaults) == 1 else "as named with each rule"
        rows.append([f"`{name}`", str(field.description), f"every rule; if left out {left_out}"])
    for kind in (Limit, BookLimit, Band, Range, Days, Ceiling, Share):
        rows += [
            [f"`{name}`", str(field.description), ", ".join(f"`{one}`" for one in _users(kind, name))]
            for name, field in kind.model_fields.items()
            if name in kind.__annotations__
        ]
    return _table(["setting", "meaning", "used by"], rows)


def _users(kind: type[Settings], setting: str) -> list[str]:
    """The rules that have the setting from this very kind."""
    return [
        one.id
        for one in RULES.values()
        if next((c for c in type(one.default).__mro__ if setting in vars(c).get("__annotations__", ())), None)
        is kind
    ]


def rules() -> str:
    """Every rule, by family."""
    families = []
    for family, members in groupby(RULES.values(), key=lambda one: one.family):
        families.append("\n\n".join([f"### {family.capitalize()}", *(_rule(one) for one in members)]))
    return "\n\n".join(families)


def own_rules() -> str:
    """Formula, settings and prices of a rule on any column."""
    rows = []
    for name, field in CustomRule.model_fields.items():
        if name not in _COMMON:
            default = "needed" if field.is_required() else _toml(field.default)
            meaning = field.description or ""
            if name == "compare":
                meaning = "one of " + ", ".join(f"`{one}`" for one in typing.get_args(Comparison))
            rows.append([f"`{name}`", meaning, default])
    match = CustomRule(name="x", column="x", value="x")
    cap = match.model_copy(update={"at_most": 1})
    prices = (
        f"Hard price: {match.as_rule().hard_price:g} for each account with the wrong CSM, "
        f"{cap.as_rule().hard_price:g} a unit where `at_most` is set."
    )
    table = _table(["setting", "meaning", "if left out"], rows)
    columns = "\n".join(
        f"- fields of {name}: " + ", ".join(f"`{one.name}`" for one in fields(kind) if one.name not in _INNER)
        for name, kind in (("accounts", Account), ("CSMs", Csm))
    )
    return "\n\n".join([inspect.getdoc(custom_terms) or "", table, columns, prices])


def sources() -> str:
    """What the letters behind the constants mean."""
    return (inspect.getdoc(formulas) or "").partition("\n\n")[2]


def constants() -> str:
    """Every constant with name, value, meaning and confidence, a table for each part."""
    parts = {name: field.default for name, field in Formulas.model_fields.items() if _is_part(field.default)}
    tables = [f"### `[formulas]`\n\n{_constants(Formulas, set(Formulas.model_fields) - set(parts))}"]
    for name, part in parts.items():
        kind = type(part)
        about = inspect.getdoc(kind)
        tables.append(f"### `[formulas.{name}]`\n\n{about}\n\n{_constants(kind, set(kind.model_fields))}")
    return "\n\n".join(tables)


def formulation() -> str:
    """The sets, variables and constraints of the Pyomo model, in its own words."""
    module = importlib.import_module("bookshift_model.formulation")  # loads Pyomo
    return f"```text\n{inspect.getdoc(module)}\n```"


def costs() -> str:
    """What a CSM costs an account if the rest adapts, in the words of the code."""
    return f"```text\n{inspect.getdoc(adapting)}\n```"


def _rule(one: Rule) -> str:
    set_ = one.default.model_dump(mode="json")
    own = {name: value for name, value in set_.items() if name not in _COMMON and value is not False}
    limits = [f"`{name} = {_toml(value)}`" for name, value in own.items()]
    facts = [
        f"`{one.id}`",
        f"in {one.unit}",
        ", ".join([f"{one.default.mode} by default", *limits]),
        f"hard price {one.hard_price:g}",
    ]
    said = f"- broken: “{_words(one.says)}”\n- way out: “{_words(one.relax)}”"
    return "\n\n".join([f"#### {one.name}", " · ".join(facts), one.mathematics, said])


def _words(text: str) -> str:
    """A sentence with the names of what is filled in, without their number formats."""
    return re.sub(r"\{(\w+):[^}]*\}", r"{\1}", text)


def _is_part(value: Any) -> bool:
    return isinstance(value, BaseModel)


def _constants(kind: type[BaseModel], names: set[str]) -> str:
    rows = []
    for name, field in kind.model_fields.items():
        if name in names:
            text = field.description or ""
            letter = _CONFIDENCE.search(text)
            meaning = _CONFIDENCE.sub("", text)
            rows.append([f"`{name}`", _number(field.default), meaning, letter[1] if letter else ""])
    return _table(["constant", "default", "meaning, unit", "confidence"], rows)


def ax() -> str:
    """The AX rules as they ship, in order."""
    shipped = Ax()
    lines = [f"{at}. `{words(rule)}`" for at, rule in enumerate(shipped.rules, 1)]
    return "\n".join([*lines, f"{len(lines) + 1}. `all -> {shipped.otherwise}` (where no rule fits)"])


def _number(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return "as listed above"
    if isinstance(value, tuple):
        return ", ".join(f"{one:g}" for one in value)
    return f"{value:,.10g}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"  # noqa: PLR2004 - three figures


def _toml(value: Any) -> str:
    """A value as a policy file writes it; a file writes nothing for nothing."""
    if value is None:
        return ""
    return f"{value:_.10g}" if isinstance(value, float) else json.dumps(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "goals": goals,
    "presets": presets,
    "example": example,
    "settings": settings,
    "rules": rules,
    "own rules": own_rules,
    "ax": ax,
    "sources": sources,
    "constants": constants,
    "adapting": costs,
    "formulation": formulation,
}
