"""The hours that an account takes from a CSM, taken apart: each factor with its figure and its origin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from bookshift_model.ax import STATED, deciding, touch_places
from bookshift_model.ax import words as rule_words
from bookshift_model.explain.words import count
from bookshift_model.portfolio import TOUCH_LEVELS
from bookshift_model.workload import events, service, travel_parts, visits

if TYPE_CHECKING:
    from bookshift_model.data import Data
    from bookshift_model.formulas import Formulas
    from bookshift_model.portfolio import Account, Portfolio, TouchLevel

Kind: TypeAlias = Literal["hours", "factor"]
_FREE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Part:
    """One factor, or hours that are added."""

    name: str
    kind: Kind
    figure: float
    """Hours a month, or what they are multiplied by."""
    origin: str
    """Where the figure comes from, a clause."""
    assumed: bool = False
    """Whether the data does not say what it depends on."""


@dataclass(frozen=True, slots=True)
class Hours:
    """`total` is, bit for bit, what the plan counts for this account with this CSM."""

    account: int
    csm: int
    touch: Part
    complexity: Part
    health: Part
    fit: Part
    onboarding: Part
    renewal: Part
    escalation: Part
    trips: Part
    time_difference: Part

    @property
    def factors(self) -> tuple[Part, ...]:
        """What is multiplied: the hours of the touch level first."""
        return self.touch, self.complexity, self.health, self.fit

    @property
    def additions(self) -> tuple[Part, ...]:
        """What is added to that."""
        return self.onboarding, self.renewal, self.escalation, self.trips, self.time_difference

    @property
    def service(self) -> float:
        """Hours a month of the service: the product of the factors."""
        return self.fit.figure * (self.touch.figure * self.complexity.figure * self.health.figure)

    @property
    def total(self) -> float:
        """Hours a month, the mean over the planning horizon."""
        # In the order in which `workload.hours` adds: another one differs in the last bit.
        lasting = self.onboarding.figure + self.renewal.figure + self.escalation.figure
        return self.service + lasting + (self.trips.figure + self.time_difference.figure)


def explained(data: Data, account: int, csm: int) -> Hours:
    """The hours of an account with a CSM, by position, in parts that sum to `data.hours[account, csm]`."""
    one, formulas = data.accounts[account], data.formulas
    # Nothing of these parts depends on the other accounts; the whole portfolio would take its time.
    alone = replace(data.portfolio, accounts=(one,), csms=(data.csms[csm],))
    place = touch_places(alone.accounts, formulas.ax)
    level = TOUCH_LEVELS[int(place[0])]
    base, complexity, health = (float(part[0]) for part in service(alone, formulas, place))
    onboarding, renewal, escalation = (float(part[0]) for part in events(alone, formulas, place).means)
    trips, odd_hours = (float(part[0, 0]) for part in travel_parts(alone, formulas))
    says, derived = _touch_origin(one, formulas)
    yearly = visits(formulas)[int(place[0])]
    return Hours(
        account=account,
        csm=csm,
        touch=Part(f"{level} touch", "hours", base, says, assumed=derived),
        complexity=_complexity(one, complexity),
        health=_health(one, formulas, health),
        fit=_fit(data, account, csm),
        onboarding=Part("onboarding", "hours", onboarding, _onboarding(one, formulas, onboarding)),
        renewal=_renewal(one, formulas, renewal, level),
        escalation=Part("escalation", "hours", escalation, _escalation(one, formulas)),
        trips=_trips(alone, yearly, trips),
        time_difference=_time_difference(alone, yearly, odd_hours),
    )


def _source(account: Account, field: str) -> str:
    """Who says the value of a field."""
    if field in account.corrected:
        return "corrected here"
    return "filled in by the import" if field in account.imputed else "from the file"


def _touch_origin(account: Account, formulas: Formulas) -> tuple[str, bool]:
    at = int(deciding((account,), formulas.ax)[0])
    if at == STATED:
        return f"level {_source(account, 'touch')}", "touch" in account.imputed
    if at == len(formulas.ax.rules):
        return f"no AX rule fits, so {formulas.ax.otherwise}", True
    return f"AX rule {at + 1}: {rule_words(formulas.ax.rules[at])}", True


def _complexity(account: Account, figure: float) -> Part:
    if account.complexity is None:
        return Part("complexity", "factor", figure, "not stated, counts as 3 of 5", assumed=True)
    says = f"{account.complexity} of 5, {_source(account, 'complexity')}"
    return Part("complexity", "factor", figure, says, assumed="complexity" in account.imputed)


def _health(account: Account, formulas: Formulas, figure: float) -> Part:
    if account.health is None:
        return Part("health", "factor", figure, "not stated, counts as good", assumed=True)
    m = formulas.multipliers
    grade = (
        f"good, {m.green_from:g} or more" if account.health >= m.green_from
        else f"middling, {m.amber_from:g} to {m.green_from:g}" if account.health >= m.amber_from
        else f"poor, below {m.amber_from:g}"
    )  # fmt: skip
    says = f"{account.health:g} is {grade}; {_source(account, 'health')}"
    return Part("health", "factor", figure, says, assumed="health" in account.imputed)


def _fit(data: Data, account: int, csm: int) -> Part:
    one, who, m, found = data.accounts[account], data.csms[csm], data.formulas.multipliers, data.matches
    name, level, figure, says, assumed = data.csm_names[csm], data.touch[account], 1.0, [], False
    if not found.industry[account, csm]:
        figure *= m.without_industry
        says.append(f"{name} does not know {one.industry} (×{m.without_industry:g})")
        assumed = "industry" in one.imputed
    elif found.known_industry[account]:
        says.append(f"{name} knows {one.industry}")
        assumed = "industry" in one.imputed
    else:
        says.append("no CSM states industries" if one.industry else "industry not stated")
        assumed = True
    if not found.touch[account, csm]:
        figure *= m.without_touch
        says.append(f"does not serve {level} touch (×{m.without_touch:g})")
    elif who.touch_levels:
        says.append(f"serves {level} touch")
    else:
        says.append("no touch levels stated, so serves all")
        assumed = True
    return Part("fit", "factor", figure, ", ".join(says), assumed=assumed)


def _onboarding(account: Account, formulas: Formulas, figure: float) -> str:
    hours = f"{formulas.events.onboarding_hours:g} h a month"
    if account.onboarding_until is not None:
        return f"{hours} until {account.onboarding_until}" if figure else f"ended {account.onboarding_until}"
    if account.customer_since is not None:
        months = f"{formulas.events.onboarding_months:g} months from {account.customer_since}"
        return f"{hours}, {months}" if figure else f"customer since {account.customer_since}"
    return "none stated"


def _renewal(account: Account, formulas: Formulas, figure: float, level: TouchLevel) -> Part:
    e = formulas.events
    share = {"mid": e.renewal_mid, "low": e.renewal_low, "tech": e.renewal_tech}.get(level, 1.0)
    if not e.renewal_hours * share:
        none = f"at {level} touch its share of the hours is 0" if e.renewal_hours else "renewals take 0 h"
        says = f"{account.renewal or 'date not stated'}, {none}"
    elif account.renewal is None:
        says = "date not stated, so spread over the year"
    elif figure:
        says = (
            f"work in the {e.renewal_months:g} months before {account.renewal}, {_source(account, 'renewal')}"
        )
    else:
        says = f"{account.renewal}, no work on it within {count(formulas.horizon_months, 'month')}"
    assumed = account.renewal is None or "renewal" in account.imputed
    return Part("renewal", "hours", figure, says, assumed=assumed and figure > _FREE)


def _escalation(account: Account, formulas: Formulas) -> str:
    e = formulas.events
    if not account.escalation:
        return "none open"
    return f"open: {e.escalation_hours:g} h a month for {e.escalation_months:g} months"


def _trips(alone: Portfolio, yearly: float, figure: float) -> Part:
    account, who = alone.accounts[0], alone.csms[0]
    known = bool((account.location and who.location) or (account.region and who.region))
    if yearly <= 0:
        says = "no visits at this touch level"
    elif figure > 0:
        says = f"{yearly:g} visits a year, {12 * figure / yearly:g} h on the road each"
    else:
        says = "same place" if known else "place of account or CSM not stated, counts as near"
    return Part("travel", "hours", figure, says, assumed=yearly > 0 and not known)


def _time_difference(alone: Portfolio, yearly: float, figure: float) -> Part:
    there, here = alone.accounts[0].timezone, alone.csms[0].timezone
    if yearly <= 0:
        says = "not counted at this touch level"
    elif there is None or here is None:
        says = "not known, counts as none"
    else:
        gap = abs(there - here)
        says = f"{min(gap, 24 - gap):g} h apart"
    unknown = yearly > 0 and (there is None or here is None)
    return Part("time difference", "hours", figure, says, assumed=unknown)
