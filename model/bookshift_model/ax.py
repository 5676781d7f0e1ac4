"""Appropriate Experience: ordered rules that give an account its touch level from its needs.

The first rule whose conditions all hold decides; where none does, the level `otherwise`. A level that the
file states goes before the rules unless the policy says that rules go first. The shipped rules never look at
ARR: AX is a property of need, not of spend; a planner may still write a rule that does.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_serializer

from bookshift_model.columns import flags, numbers
from bookshift_model.portfolio import TOUCH_LEVELS, TouchLevel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from pydantic import SerializerFunctionWrapHandler

    from bookshift_model.portfolio import Account

Complexity = Annotated[int, Field(ge=1, le=5)]
Score = Annotated[float, Field(ge=0, le=101)]
_UNKNOWN_COMPLEXITY: Final = 3
_ABOVE_ALL: Final = 101.0
_MOST_RULES: Final = 50


class AxError(ValueError):
    """A rule that cannot be read; the message says what to write."""


class AxRule(BaseModel):
    """Conditions that must all hold, and the touch level that they call for."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    touch: TouchLevel
    strategic: bool = False
    """Only accounts that carry the strategic flag."""
    segment: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = Field((), max_length=20)
    """Only where the segment holds one of these words, in any case."""
    complexity_from: Complexity = 1
    complexity_to: Complexity = 5
    """Unknown complexity counts as 3."""
    health_from: Score = 0.0
    health_below: Score = _ABOVE_ALL
    """Unknown health meets no condition on health."""
    arr_from: float = Field(0.0, ge=0, le=1e12)
    arr_below: float = Field(0.0, ge=0, le=1e12)
    """0 for no limit."""

    @model_serializer(mode="wrap")
    def _short(self, make: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Only what differs from "any account"."""
        return {
            name: value
            for name, value in make(self).items()
            if name == "touch" or getattr(self, name) != type(self).model_fields[name].default
        }


_LARGE: Final = ("enterprise", "large", "strategic", "global", "key account", "major")
_SMALL: Final = ("smb", "small", "startup", "start-up", "self-serv", "self serv", "long tail", "digital")

SHIPPED: Final = (
    AxRule(touch="strategic", strategic=True),
    AxRule(touch="high", segment=_LARGE, complexity_from=3),
    AxRule(touch="mid", segment=_LARGE),
    AxRule(touch="mid", segment=_SMALL, complexity_from=5),
    AxRule(touch="low", segment=_SMALL, complexity_from=3),
    AxRule(touch="tech", segment=_SMALL),
    AxRule(touch="high", complexity_from=5),
    AxRule(touch="low", complexity_to=2),
)
"""The flag gives strategic; else complexity, one level more for large companies, one less for small. (A)"""


class Ax(BaseModel):
    """Rules that give each account its touch level; the first that fits decides."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    stated_first: bool = Field(
        default=True, description="A touch level that the file states goes before the rules. (A)"
    )
    rules: tuple[AxRule, ...] = Field(
        default=SHIPPED, max_length=_MOST_RULES, description="In order; the first that fits decides. (A)"
    )
    otherwise: TouchLevel = Field(default="mid", description="Touch level where no rule fits. (A)")


DEFAULT: Final = Ax()


def touch_places(
    accounts: Sequence[Account], ax: Ax = DEFAULT, decided: NDArray[np.intp] | None = None
) -> NDArray[np.intp]:
    """(n,) position in `TOUCH_LEVELS` of the touch level in force; `decided` as by `deciding`, if known."""
    place = {level: at for at, level in enumerate(TOUCH_LEVELS)}
    decided = deciding(accounts, ax) if decided is None else decided
    found = np.full(len(accounts), place[ax.otherwise], dtype=np.intp)
    for at, rule in enumerate(ax.rules):
        found[decided == at] = place[rule.touch]
    stated = decided == STATED
    found[stated] = [place[accounts[int(i)].touch] for i in np.flatnonzero(stated)]  # type: ignore[index]  # a stated level is not None
    return found


STATED: Final = -1
"""Stands in `deciding` where the file states the level."""


def deciding(accounts: Sequence[Account], ax: Ax = DEFAULT) -> NDArray[np.intp]:
    """(n,) position of the rule that decides; `STATED` for the file, the number of rules for none."""
    found = np.full(len(accounts), len(ax.rules), dtype=np.intp)
    for at in reversed(range(len(ax.rules))):
        found[_fits(accounts, ax.rules[at])] = at
    stated = np.array([one.touch is not None for one in accounts], dtype=np.bool_)
    if ax.stated_first:
        found[stated] = STATED
    else:
        found[stated & (found == len(ax.rules))] = STATED
    return found


def touch_level(account: Account, ax: Ax = DEFAULT) -> TouchLevel:
    """The touch level in force for one account."""
    return TOUCH_LEVELS[int(touch_places((account,), ax)[0])]


def _fits(accounts: Sequence[Account], rule: AxRule) -> NDArray[np.bool_]:
    found = np.ones(len(accounts), dtype=np.bool_)
    if rule.strategic:
        found &= flags(accounts, "strategic")
    if rule.segment:
        words = [word.casefold() for word in rule.segment]
        known: dict[str, bool] = {}
        for one in accounts:
            if one.segment not in known:
                known[one.segment] = any(word in one.segment.casefold() for word in words)
        found &= np.array([known[one.segment] for one in accounts], dtype=np.bool_)
    if (rule.complexity_from, rule.complexity_to) != (1, 5):
        complexity = np.nan_to_num(numbers(accounts, "complexity"), nan=_UNKNOWN_COMPLEXITY)
        found &= (complexity >= rule.complexity_from) & (complexity <= rule.complexity_to)
    if rule.health_from > 0 or rule.health_below < _ABOVE_ALL:
        health = numbers(accounts, "health")
        found &= (health >= rule.health_from) & (health < rule.health_below)
    if rule.arr_from > 0 or rule.arr_below > 0:
        arr = numbers(accounts, "arr")
        found &= (arr >= rule.arr_from) & (arr < (rule.arr_below or math.inf))
    return found


# How a rule is written and read on one line

_NUMBER: Final = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kKmM]?)", re.ASCII)
_CONDITION: Final = re.compile(r"(arr|health|complexity)\s*(>=|<=|<|=)\s*(.+)", re.IGNORECASE)
_SCALE: Final = {"": 1.0, "k": 1e3, "m": 1e6}
HOW: Final = (
    "write conditions with commas and the level after ->, such as "
    "“segment = enterprise | global, complexity >= 3, health < 50, arr >= 100k, strategic -> high”"
)


def words(rule: AxRule) -> str:
    """A rule on one line, as `parse` reads it."""
    parts = ["strategic"] if rule.strategic else []
    if rule.segment:
        parts.append(f"segment = {' | '.join(rule.segment)}")
    if rule.complexity_from == rule.complexity_to:
        parts.append(f"complexity = {rule.complexity_from}")
    else:
        parts += [f"complexity >= {rule.complexity_from}"] if rule.complexity_from > 1 else []
        parts += [f"complexity <= {rule.complexity_to}"] if rule.complexity_to < 5 else []  # noqa: PLR2004 - the highest
    parts += [f"health >= {rule.health_from:g}"] if rule.health_from > 0 else []
    parts += [f"health < {rule.health_below:g}"] if rule.health_below < _ABOVE_ALL else []
    parts += [f"arr >= {_amount(rule.arr_from)}"] if rule.arr_from > 0 else []
    parts += [f"arr < {_amount(rule.arr_below)}"] if rule.arr_below > 0 else []
    return f"{', '.join(parts) or 'all'} -> {rule.touch}"


def parse(text: str) -> AxRule:
    """Read a rule from one line; raises `AxError` with what to write."""
    conditions, arrow, level = text.replace("→", "->").rpartition("->")
    touch = level.strip().casefold()
    if not arrow or touch not in TOUCH_LEVELS:
        raise AxError(f"the rule must end with -> and one of {', '.join(TOUCH_LEVELS)}; {HOW}")
    settings: dict[str, Any] = {"touch": touch}
    for part in filter(None, map(str.strip, conditions.split(","))):
        if part.casefold() != "all":
            settings |= _setting(part)
    if settings.get("complexity_from", 1) > settings.get("complexity_to", 5):
        raise AxError("no complexity is both; write the lower number after >=")
    return AxRule(**settings)


def _setting(part: str) -> dict[str, Any]:
    name, equals, value = part.partition("=")
    if part.casefold() == "strategic":
        return {"strategic": True}
    if equals and name.strip().casefold() == "segment":
        found = tuple(word.strip() for word in value.split("|") if word.strip())
        if found:
            return {"segment": found}
    condition = _CONDITION.fullmatch(part)
    if condition is None:
        raise AxError(f"“{part}” is no condition; {HOW}")
    what, sign, number = condition[1].casefold(), condition[2], _number(condition[3])
    if number is None:
        raise AxError(f"“{part}” needs a number such as 3, 50 or 100k")
    return _LIMITS[what](sign, number, part)


def _number(text: str) -> float | None:
    found = _NUMBER.fullmatch(text.strip())
    return None if found is None else float(found[1]) * _SCALE[found[2].casefold()]


def _complexity(sign: str, number: float, part: str) -> dict[str, Any]:
    if number not in range(1, 6) or sign == "<":
        raise AxError(f"“{part}”: complexity is 1 to 5, with >=, <= or =")
    low, high = int(number) if sign in {">=", "="} else None, int(number) if sign in {"<=", "="} else None
    return {
        name: value
        for name, value in (("complexity_from", low), ("complexity_to", high))
        if value is not None
    }


def _between(what: str, most: float) -> Callable[[str, float, str], dict[str, Any]]:
    def read(sign: str, number: float, part: str) -> dict[str, Any]:
        if number > most or sign not in {">=", "<"}:
            raise AxError(f"“{part}”: write {what} with >= or <, at most {most:,.0f}")
        return {f"{what}_{'from' if sign == '>=' else 'below'}": number}

    return read


_LIMITS: Final[dict[str, Callable[[str, float, str], dict[str, Any]]]] = {
    "complexity": _complexity,
    "health": _between("health", 100),
    "arr": _between("arr", 1e12),
}


def _amount(value: float) -> str:
    for unit, letter in ((1e6, "M"), (1e3, "k")):
        if value >= unit and (value / unit * 100) % 1 == 0:
            return f"{value / unit:g}{letter}"
    return f"{value:g}" if value < 1e6 else f"{value:.0f}"  # noqa: PLR2004 - longer ones would be 1.2e+06
