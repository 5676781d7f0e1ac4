"""Accounts, CSMs and the portfolio: the only form in which data enters the model."""

from __future__ import annotations

import math
from collections.abc import Mapping  # at run time too: `records` resolves the fields' types
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from bookshift_model.roster import called, distinct_names, spoken

TouchLevel = Literal["strategic", "high", "mid", "low", "tech"]
Grade = Literal["low", "medium", "high"]
Level = Literal["junior", "senior"]

TOUCH_LEVELS: Final[tuple[TouchLevel, ...]] = ("strategic", "high", "mid", "low", "tech")
GRADES: Final[tuple[Grade, ...]] = ("low", "medium", "high")

ORIGINAL: Final = "bookshift:"
"""Before a field's name in `Account.extra`: the text of a cell that could not be read, or was cleaned."""

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


def _nothing() -> Mapping[str, str]:
    return _NOTHING


class PortfolioError(ValueError):
    """Data that cannot form a portfolio; the message names the record and the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer under contract: the unit that is assigned.

    Unknown values are ``None`` (or empty), never a made-up number. What an importer had to fill in
    is named in `imputed`, so that every screen can say so.
    """

    id: str
    name: str
    arr: float
    """Annual recurring revenue in the portfolio's currency, ≥ 0."""
    owner: str | None = None
    """Id of the CSM who owns the account today; may be someone who left the roster."""
    touch: TouchLevel | None = None
    health: float | None = None
    """0 (worst) to 100 (best)."""
    health_trend: float | None = None
    """Change of health in points a quarter."""
    risk: Grade | None = None
    churn_probability: float | None = None
    """Probability of churn at the next renewal, 0 to 1, when the source states one."""
    complexity: int | None = None
    """1 (simple) to 5 (hard)."""
    expansion: Grade | None = None
    expansion_amount: float | None = None
    """Expected expansion in ARR, when the source states an amount."""
    renewal: date | None = None
    owner_since: date | None = None
    last_moved: date | None = None
    customer_since: date | None = None
    onboarding_until: date | None = None
    industry: str = ""
    region: str = ""
    segment: str = ""
    language: str = ""
    location: str = ""
    timezone: float | None = None
    """Hours from UTC."""
    parent: str = ""
    """Account family: accounts that name the same parent belong together."""
    required_skills: tuple[str, ...] = ()
    usage: float | None = None
    """Adoption of the product, 0 to 100."""
    usage_growth: float | None = None
    """Change of usage a quarter as a share (0.1 = +10 %)."""
    nps: float | None = None
    csat: float | None = None
    open_tickets: int | None = None
    engagement: Grade | None = None
    """Engagement of the decision makers."""
    escalation: bool = False
    champion_lost: bool = False
    open_deal: bool = False
    strategic: bool = False
    fresh_start: bool = False
    """The customer asked for somebody new: a move does no harm."""
    imputed: frozenset[str] = frozenset()
    """Names of fields whose value was filled in by the importer."""
    corrected: frozenset[str] = frozenset()
    """Names of fields whose value a planner has corrected; never in a data set, only in a scenario."""
    extra: Mapping[str, str] = field(default_factory=_nothing)
    """Columns that Bookshift has no meaning for, as text; kept and returned on export."""

    def __post_init__(self) -> None:
        if not self.id:
            msg = f"account {self.name!r} has no id; give every account an id"
            raise PortfolioError(msg)
        _check_ranges("account", self, _ACCOUNT_RANGES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Csm:
    """A customer success manager: owns accounts."""

    id: str
    name: str
    email: str = ""
    region: str = ""
    location: str = ""
    timezone: float | None = None
    languages: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    touch_levels: tuple[TouchLevel, ...] = ()
    """Touch levels that the CSM serves; empty means all of them."""
    fte: float = 1.0
    """Full-time equivalent, 0 (takes no accounts) to 1.5."""
    hours: float | None = None
    """Productive hours a month at full time; the policy's default where ``None``."""
    start: date | None = None
    """First working day; a recent one puts the CSM in ramp."""
    leave: tuple[tuple[date, date], ...] = ()
    """Periods of absence, first and last day."""
    max_accounts: int | None = None
    min_arr: float | None = None
    max_arr: float | None = None
    level: Level | None = None
    renewals_handled: int | None = None
    renewals_won: int | None = None
    expansion_influenced: float | None = None
    extra: Mapping[str, str] = field(default_factory=_nothing)

    def __post_init__(self) -> None:
        if not self.id:
            msg = f"CSM {self.name!r} has no id; give every CSM an id"
            raise PortfolioError(msg)
        _check_ranges("CSM", self, _CSM_RANGES)


@dataclass(frozen=True)
class Portfolio:
    """All accounts and CSMs at one date, in one currency; ids are unique and case-sensitive."""

    accounts: tuple[Account, ...]
    csms: tuple[Csm, ...]
    as_of: date
    """The day the data describes; every "within 60 days" counts from here."""
    currency: str = "USD"

    def __post_init__(self) -> None:
        _unique("account", [a.id for a in self.accounts])
        _unique("CSM", [c.id for c in self.csms])
        if not self.csms:
            msg = "the roster has no CSM; import at least one"
            raise PortfolioError(msg)

    def by_id(self) -> Portfolio:
        """The same portfolio with accounts and CSMs in the order of their ids."""
        return replace(
            self,
            accounts=tuple(sorted(self.accounts, key=attrgetter("id"))),
            csms=tuple(sorted(self.csms, key=attrgetter("id"))),
        )

    @cached_property
    def account_index(self) -> Mapping[str, int]:
        """Position of each account by id."""
        return {a.id: i for i, a in enumerate(self.accounts)}

    @cached_property
    def csm_index(self) -> Mapping[str, int]:
        """Position of each CSM by id."""
        return {c.id: j for j, c in enumerate(self.csms)}

    @cached_property
    def csm_names(self) -> tuple[str, ...]:
        """Name of each CSM for people: with the id where another is called the same."""
        return distinct_names(self.csms)

    def csms_called(self, text: str) -> tuple[int, ...]:
        """Positions of the CSMs whom an id, a name or an e-mail address may mean; several are namesakes."""
        j = self.csm_index.get(text)
        return self._called.get(spoken(text), ()) if j is None else (j,)

    def whom(self, owner: str | None) -> str:
        """An owner for people: `nobody`, a CSM's name by the id, or the text of the file that is no id.

        `Alex Kim?` where that is the name of several CSMs.
        """
        if not owner:
            return "nobody"
        if owner in self.csm_index:
            return self.csm_names[self.csm_index[owner]]
        return f"{owner}?" if self.namesakes_of(owner) else owner

    def namesakes_of(self, owner: str | None) -> tuple[int, ...]:
        """Positions of the CSMs who have the name that stands for an owner, where several do."""
        found = self.csms_called(owner) if owner else ()
        return found if len(found) > 1 else ()

    def ownerless(self, account: int) -> str:
        """What is known of an account (position) whose owner is no CSM's id, as the end of a sentence."""
        owner = self.accounts[account].owner
        many = len(self.namesakes_of(owner))
        return (
            f"is owned by “{owner}”, a name that {many} CSMs have" if many else "has no owner on the roster"
        )

    @cached_property
    def _called(self) -> Mapping[str, tuple[int, ...]]:
        return called(self.csms, self.csm_names)

    @cached_property
    def total_arr(self) -> float:
        """Sum of ARR over all accounts."""
        return math.fsum(a.arr for a in self.accounts)


_Range: TypeAlias = tuple[str, str, float, float]
"""Field, its name for people, least and greatest value."""


def _any_number(name: str) -> _Range:
    return name, name.replace("_", " "), -math.inf, math.inf


_ACCOUNT_RANGES: Final[tuple[_Range, ...]] = (
    ("arr", "ARR", 0, math.inf),
    ("health", "health", 0, 100),
    ("churn_probability", "churn probability", 0, 1),
    ("complexity", "complexity", 1, 5),
    ("open_tickets", "open tickets", 0, math.inf),
    *map(
        _any_number,
        ("health_trend", "expansion_amount", "timezone", "usage", "usage_growth", "nps", "csat"),
    ),
)
_CSM_RANGES: Final[tuple[_Range, ...]] = (
    ("fte", "FTE", 0, 1.5),
    ("hours", "hours", 0, math.inf),
    ("max_accounts", "maximum of accounts", 0, math.inf),
    ("min_arr", "minimum ARR", 0, math.inf),
    ("max_arr", "maximum ARR", 0, math.inf),
    ("renewals_handled", "renewals handled", 0, math.inf),
    ("renewals_won", "renewals won", 0, math.inf),
    *map(_any_number, ("timezone", "expansion_influenced")),
)


def _check_ranges(who: str, one: Account | Csm, ranges: tuple[_Range, ...]) -> None:
    for name, what, low, high in ranges:
        value = getattr(one, name)
        if value is None or (low <= value <= high and not math.isinf(value)):
            continue
        allowed = f"below {low:g}" if math.isinf(high) else f"outside {low:g} to {high:g}"
        wrong = allowed if math.isfinite(value) else "no number"
        msg = f"{who} {one.id}: {what} {value!r} is {wrong}; correct it in the file"
        raise PortfolioError(msg)


def _unique(what: str, ids: list[str]) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            msg = f"{what} id {one!r} appears twice; keep one of the rows"
            raise PortfolioError(msg)
        seen.add(one)
