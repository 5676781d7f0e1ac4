"""The record of a rule: its name, unit, settings, price, mathematics and words, in one place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from bookshift_model.data import Data
    from bookshift_model.terms import Term

Mode: TypeAlias = Literal["hard", "soft", "off"]


class Settings(BaseModel):
    """What a planner sets for any rule."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    mode: Mode = Field("off", description="hard: kept before any goal; soft: weighed against them; off")
    price: float = Field(
        1.0,
        ge=0,
        le=10,
        description="soft: worth of one unit, in average accounts' share of the improvement; at most "
        "10, half of the least hard price, so that a unit of a soft rule never outranks one of a hard rule",
    )
    tolerate: bool = Field(
        default=False, description="accept what breaks the rule today, as long as it gets no worse"
    )


class Limit(Settings):
    """A number that must not be passed."""

    limit: float = Field(0, ge=0, le=1e15, description="the limit")


class BookLimit(Limit):
    """A number that no book may pass."""

    per_fte: bool = Field(default=False, description="scale the limit with the CSM's share of full capacity")


class Band(Settings):
    """A tolerance around a CSM's target."""

    tolerance: float = Field(0.15, ge=0, le=1, description="share of the target, both ways")


class Range(Settings):
    """A lower and an upper share of capacity."""

    low: float = Field(0.75, ge=0, le=2, description="lower end")
    high: float = Field(0.85, ge=0, le=2, description="upper end")


class Days(Settings):
    """A number of days around a date."""

    days: int = Field(60, ge=0, le=3650, description="days")


class Share(Settings):
    """A share of something, 0 to 1."""

    share: float = Field(0.3, ge=0, le=1, description="share, 0 to 1")


class Ceiling(Share):
    """A share of capacity, which a team may have to exceed."""

    share: float = Field(1.0, ge=0, le=2, description="share of capacity, 0 to 2")


Build: TypeAlias = "Callable[[Data, Any], Iterable[Term]]"


@dataclass(frozen=True)
class Rule:
    """One rule of the business."""

    id: str
    name: str
    unit: str
    family: str
    default: Settings
    hard_price: float
    """Points for one unit over, when hard; `Problem.firmness` keeps them above what goals can gain."""
    says: str
    """Sentence for a violation; may use {csm}, {account}, {quantity}, {amount}, {limit}, {total}."""
    relax: str
    """The way out in business words; same fields."""
    build: Build

    @property
    def mathematics(self) -> str:
        """The formula, from the docstring of the function that makes the rule's terms."""
        return inspect.getdoc(self.build) or ""


RULES: dict[str, Rule] = {}


def rule(
    name: str, *, unit: str, family: str, default: Settings, hard_price: float = 200.0, says: str, relax: str
) -> Callable[[Build], Build]:
    """Register the decorated term maker as a rule; its function name is the rule's id."""

    def register(build: Build) -> Build:
        RULES[build.__name__] = Rule(
            build.__name__, name, unit, family, default, hard_price, says, relax, build
        )
        return build

    return register
