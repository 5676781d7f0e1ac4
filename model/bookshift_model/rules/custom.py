"""Rules that planners write themselves on any column of their files."""

from __future__ import annotations

import operator
import re
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import numpy as np
from pydantic import ConfigDict, Field

from bookshift_model.amounts import Amounts
from bookshift_model.rules.record import Rule, Settings
from bookshift_model.terms import Book, Pair, Quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bookshift_model.data import Data
    from bookshift_model.portfolio import Account, Csm
    from bookshift_model.terms import Term

Comparison: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">=", "contains"]

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
"""`float` also reads “nan”, “inf”, “1_000” and the digits of every script; a cell that says so is text."""


class CustomRule(Settings):
    """Accounts where `column compare value` need a CSM with `csm_column = csm_value`, or have a cap."""

    model_config = ConfigDict(coerce_numbers_to_str=True)  # `value = 5` is as good as `value = "5"`

    name: str = Field(min_length=1, max_length=80, description="name on screen")
    column: str = Field(min_length=1, max_length=255, description="field or further column of the accounts")
    compare: Comparison = "="
    value: str = Field(max_length=255, description="what to compare with; numbers compare as numbers")
    csm_column: str = Field(
        "", max_length=255, description="field or further column of the CSMs that must hold csm_value"
    )
    csm_value: str = Field("", max_length=255)
    at_most: int | None = Field(
        None, ge=0, le=1_000_000, description="how many such accounts one book may hold"
    )

    def as_rule(self) -> Rule:
        """The record under which this rule is scored, solved and explained."""
        capped = self.at_most is not None
        return Rule(
            id=f"custom {self.name}",
            name=self.name,
            unit="accounts",
            family="your own rules",
            default=self,
            hard_price=200.0 if capped else 500.0,
            says=(
                "{csm} has {total:.0f} accounts, {amount:.0f} too many under the rule " + _braces(self.name)
                if capped
                else "{account} with {csm} breaks the rule " + _braces(self.name)
            ),
            relax="soften the rule " + _braces(self.name),
            build=custom_terms,
        )


def custom_terms(data: Data, settings: CustomRule) -> Iterator[Term]:
    """`Σ_{i ∈ A} x[i,j] ≤ at_most`, or `x[i,j] = 0` for i ∈ A and j ∉ B; A and B by comparing a column."""
    chosen = np.fromiter((_holds(a, settings) for a in data.accounts), dtype=bool, count=data.n)
    if settings.at_most is not None:
        load = Quantity(f"custom {settings.name}", settings.name, "accounts", chosen.astype(np.float64))
        yield Book(load, np.full(data.m, float(settings.at_most)))
    if settings.csm_column:
        wanted = settings.csm_value.casefold()
        able = np.fromiter(
            (wanted in {v.casefold() for v in _values(c, settings.csm_column)} for c in data.csms),
            dtype=bool,
            count=data.m,
        )
        yield Pair(Amounts.of(chosen[:, None] & ~able[None, :]))


def idle(data: Data, settings: CustomRule) -> str | None:
    """Why the rule can do nothing with these data, where a column that it names is empty or not there."""
    for who, records, column in (
        ("account", data.accounts, settings.column),
        ("CSM", data.csms, settings.csm_column),
    ):
        if column and records and not any(_values(one, column) for one in records):
            return f"No {who} has a value in the column {column} of your rule {settings.name}. Correct it."
    return None


def _holds(account: Account, settings: CustomRule) -> bool:
    values = _values(account, settings.column)
    if settings.compare == "contains":
        return any(settings.value.casefold() in v.casefold() for v in values)
    if settings.compare == "!=":
        return bool(values) and all(_compare(v, settings) for v in values)
    return any(_compare(v, settings) for v in values)


def _compare(found: str, settings: CustomRule) -> bool:
    test = _COMPARE[settings.compare]
    if _NUMBER.fullmatch(found.strip()) and _NUMBER.fullmatch(settings.value.strip()):
        return test(float(found), float(settings.value))
    return test(found.casefold(), settings.value.casefold())


def _values(of: Account | Csm, column: str) -> tuple[str, ...]:
    """The texts under a field or further column; a list field gives several."""
    if column in of.__dataclass_fields__:
        found = getattr(of, column)
        if found is None:
            return ()
        if isinstance(found, (tuple, frozenset)):
            return tuple(str(one) for one in found)
        return (str(found).lower() if isinstance(found, bool) else str(found),)
    return (of.extra[column],) if column in of.extra else ()


def _braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
