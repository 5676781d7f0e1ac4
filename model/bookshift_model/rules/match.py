"""Rules on who can serve whom: industry, region, language, touch level, skills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift_model.amounts import Amounts
from bookshift_model.rules.record import Settings, rule
from bookshift_model.terms import Pair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.data import Data
    from bookshift_model.terms import Term

_PRICE = 500.0


def _needs(met: NDArray[bool_]) -> Iterator[Term]:
    yield Pair(Amounts.of(~met))


@rule(
    "Required industry",
    unit="accounts",
    family="who can serve whom",
    default=Settings(),
    hard_price=_PRICE,
    says="{csm} does not know {account}'s industry",
    relax="let {csm} serve {account} without knowing the industry",
)
def industry_match(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i,j] = 0` where account i states an industry that CSM j does not know."""
    yield from _needs(data.matches.industry)


@rule(
    "Required region",
    unit="accounts",
    family="who can serve whom",
    default=Settings(),
    hard_price=_PRICE,
    says="{csm} is not in {account}'s region",
    relax="let {csm} serve {account} from another region",
)
def region_match(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i,j] = 0` where account i states a region that is not CSM j's."""
    yield from _needs(data.matches.region)


@rule(
    "Required language",
    unit="accounts",
    family="who can serve whom",
    default=Settings(),
    hard_price=_PRICE,
    says="{csm} does not speak {account}'s language",
    relax="let {csm} serve {account} in another language",
)
def language_match(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i,j] = 0` where account i states a language that CSM j does not speak."""
    yield from _needs(data.matches.language)


@rule(
    "Required touch level",
    unit="accounts",
    family="who can serve whom",
    default=Settings(),
    hard_price=_PRICE,
    says="{csm} does not serve {account}'s touch level",
    relax="let {csm} serve {account}'s touch level",
)
def touch_match(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i,j] = 0` where CSM j does not serve the touch level of account i."""
    yield from _needs(data.matches.touch)


@rule(
    "Required skills",
    unit="accounts",
    family="who can serve whom",
    default=Settings(),
    hard_price=_PRICE,
    says="{csm} lacks a skill that {account} requires",
    relax="let {csm} serve {account} without the skill",
)
def skills_match(data: Data, settings: Settings) -> Iterator[Term]:
    """`x[i,j] = 0` where CSM j lacks a skill that account i requires."""
    yield from _needs(data.matches.skills)
