"""The constants of the planning formulas: every default, with its unit and how far to trust it.

A description ends with the confidence of its default: H peer-reviewed or several independent sources,
M one credible source or several that agree, L or A our own assumption.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bookshift_model.ax import Ax

Share = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(ge=0.1, le=5)]
Hours = Annotated[float, Field(ge=0, le=200)]
LogOdds = Annotated[float, Field(ge=-5, le=5)]
Months = Annotated[float, Field(ge=0, le=36)]
Probability = Annotated[float, Field(gt=0, lt=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class TouchHours(_Part):
    """Hours a month that the service itself takes, before multipliers and events."""

    strategic: Hours = Field(default=8.0, description="Strategic touch, hours a month. (M)")
    high: Hours = Field(default=5.0, description="High touch, hours a month. (M)")
    mid: Hours = Field(default=2.5, description="Mid touch, hours a month. (M)")
    low: Hours = Field(default=0.85, description="Low touch, hours a month. (M)")
    tech: Hours = Field(default=0.3, description="Tech touch, hours a month. (M)")


class Multipliers(_Part):
    """Factors on the touch hours."""

    complexity: Annotated[tuple[Factor, ...], Field(min_length=5, max_length=5)] = Field(
        default=(0.75, 0.90, 1.00, 1.20, 1.45),
        description="Factor for complexity 1 to 5; unknown counts as 3. (L)",
    )
    health_green: Factor = Field(default=1.00, description="Factor for good or unknown health. (L)")
    health_amber: Factor = Field(default=1.15, description="Factor for middling health. (L)")
    health_red: Factor = Field(default=1.40, description="Factor for poor health. (L)")
    green_from: float = Field(default=70, ge=0, le=100, description="Health is good from here, points. (L)")
    amber_from: float = Field(
        default=50, ge=0, le=100, description="Health is middling from here, points. (L)"
    )
    without_industry: Factor = Field(default=1.10, description="Factor when the CSM lacks the industry. (L)")
    without_touch: Factor = Field(
        default=1.20, description="Factor when the CSM does not serve the touch level. (L)"
    )


class Events(_Part):
    """Hours that come on top of the touch hours for a while."""

    onboarding_hours: Hours = Field(default=3.0, description="Onboarding, hours a month while it lasts. (M)")
    onboarding_months: Months = Field(
        default=3.0, description="Length of an onboarding without end date, months. (M)"
    )
    renewal_hours: Hours = Field(
        default=12.0, description="One renewal at strategic or high touch, hours. (M)"
    )
    renewal_months: float = Field(
        default=3.0, gt=0, le=12, description="Renewal work before the date, months. (M)"
    )
    renewal_mid: Share = Field(default=0.5, description="Share of the renewal hours at mid touch. (L)")
    renewal_low: Share = Field(default=0.15, description="Share of the renewal hours at low touch. (L)")
    renewal_tech: Share = Field(default=0.0, description="Share of the renewal hours at tech touch. (L)")
    escalation_hours: Hours = Field(default=6.0, description="Open escalation, hours a month. (L)")
    escalation_months: Months = Field(
        default=2.0, description="An open escalation lasts from today, months. (A)"
    )


class Travel(_Part):
    """Hours on the road and at odd times; only at strategic, high and mid touch."""

    visits_strategic: float = Field(
        default=4.0, ge=0, le=52, description="Visits a year, strategic touch. (A)"
    )
    visits_high: float = Field(default=2.0, ge=0, le=52, description="Visits a year, high touch. (A)")
    visits_mid: float = Field(default=0.5, ge=0, le=52, description="Visits a year, mid touch. (A)")
    trip_same_region: Hours = Field(
        default=2.0, description="Travel for one visit inside the region, hours. (A)"
    )
    trip_other_region: Hours = Field(
        default=6.0, description="Travel for one visit to another region, hours. (A)"
    )
    timezone_free: float = Field(
        default=3.0, ge=0, le=12, description="Time difference that costs nothing, hours. (A)"
    )
    timezone_hours: float = Field(
        default=0.1,
        ge=0,
        le=5,
        description="Cost of each further hour of time difference, hours a month. (A)",
    )


class Capacity(_Part):
    """What a CSM can give."""

    productive_hours: float = Field(
        default=105, gt=0, le=250, description="Time with customers at full time, hours a month. (M to H)"
    )
    ramp: tuple[Share, ...] = Field(
        default=(0.40, 0.70, 0.90),
        description="Share of full capacity in the first months of a new hire. (L)",
    )


class Handoffs(_Part):
    """Hours that a move takes from both CSMs once; shown month by month, no part of workload or capacity."""

    months: float = Field(
        default=2.0, gt=0, le=12, description="Handoffs are spread evenly over the first, months. (A)"
    )
    outgoing_strategic: Hours = Field(default=4.0, description="Handing over, strategic touch, hours. (A)")
    outgoing_high: Hours = Field(default=3.0, description="Handing over, high touch, hours. (A)")
    outgoing_mid: Hours = Field(default=1.5, description="Handing over, mid touch, hours. (A)")
    outgoing_low: Hours = Field(default=0.5, description="Handing over, low touch, hours. (A)")
    outgoing_tech: Hours = Field(default=0.1, description="Handing over, tech touch, hours. (A)")
    incoming_strategic: Hours = Field(default=8.0, description="Taking over, strategic touch, hours. (A)")
    incoming_high: Hours = Field(default=6.0, description="Taking over, high touch, hours. (A)")
    incoming_mid: Hours = Field(default=3.0, description="Taking over, mid touch, hours. (A)")
    incoming_low: Hours = Field(default=1.0, description="Taking over, low touch, hours. (A)")
    incoming_tech: Hours = Field(default=0.2, description="Taking over, tech touch, hours. (A)")


class Churn(_Part):
    """The renewal scorecard: log-odds of churn, so that plus is worse."""

    base_small: Probability = Field(
        default=0.12, description="Churn at renewal, small accounts, probability. (A)"
    )
    base_medium: Probability = Field(
        default=0.09, description="Churn at renewal, medium accounts, probability. (A)"
    )
    base_large: Probability = Field(
        default=0.06, description="Churn at renewal, large accounts, probability. (A)"
    )
    medium_from: float = Field(
        default=12_000, ge=0, description="An account is medium from this ARR, currency. (A)"
    )
    large_above: float = Field(
        default=50_000, ge=0, description="An account is large above this ARR, currency. (A)"
    )
    health: LogOdds = Field(default=-0.90, description="Health, per 15 points above 70, log-odds. (A)")
    health_trend: LogOdds = Field(
        default=-0.30, description="Health trend, per 15 points a quarter, log-odds. (A)"
    )
    champion_lost: LogOdds = Field(default=0.70, description="Champion lost, log-odds. (A)")
    low_adoption: LogOdds = Field(default=0.50, description="Low adoption, log-odds. (A)")
    adoption_cut: float = Field(
        default=40, ge=0, le=100, description="Adoption is low below this usage, points. (A)"
    )
    arr: LogOdds = Field(default=-0.20, description="Size, per unit of ln(ARR / 30,000), log-odds. (A)")
    support: LogOdds = Field(default=0.15, description="Support load, per 3 tickets above 2, log-odds. (A)")
    complexity: LogOdds = Field(default=0.10, description="Complexity, per step above 3, log-odds. (A)")
    tenure: LogOdds = Field(
        default=-0.20, description="Customer for longer, per (ln(1 + quarters) - 2) / 0.7. (A)"
    )
    decay: Probability = Field(default=0.9, description="What a signal is worth a quarter later, share. (A)")
    industry_match: LogOdds = Field(default=-0.15, description="CSM knows the industry, log-odds. (A)")
    touch_match: LogOdds = Field(default=-0.10, description="CSM serves the touch level, log-odds. (A)")
    region_match: LogOdds = Field(default=-0.05, description="CSM is in the region, log-odds. (A)")
    ramp: LogOdds = Field(default=0.30, description="CSM is a new hire in ramp, log-odds. (A)")
    new_relationship: LogOdds = Field(
        default=0.25, description="Present relationship is new at renewal, log-odds. (A)"
    )
    new_months: Months = Field(default=6, description="A relationship is new for this long, months. (A)")
    off_cycle: float = Field(
        default=0.0013, ge=0, lt=0.1, description="Churn outside renewals, share a month. (A)"
    )
    risk_low: Probability = Field(default=0.05, description="Churn at renewal that the label low means. (A)")
    risk_medium: Probability = Field(
        default=0.12, description="Churn at renewal that the label medium means. (A)"
    )
    risk_high: Probability = Field(
        default=0.30, description="Churn at renewal that the label high means. (A)"
    )
    label_weight: Share = Field(
        default=0.5, description="Weight of a risk label beside a health score, share. (A)"
    )


class Move(_Part):
    """What a change of CSM does to the odds of churn."""

    effect: float = Field(
        default=0.20, ge=0, le=0.5, description="Rise of the odds of churn after a move, share. (L)"
    )
    strong_relationship: float = Field(
        default=0.5, ge=0, le=2, description="More for a strong relationship, share. (L)"
    )
    new_hire: float = Field(
        default=0.5, ge=0, le=2, description="More when the new CSM is a new hire, share. (L)"
    )
    industry_match: Share = Field(
        default=0.4, description="Less when the new CSM knows the industry, share. (L)"
    )
    warm_handoff: Share = Field(default=0.3, description="Less after a warm handoff, share. (L)")
    warm_share: Share = Field(default=0.0, description="Share of the moves that get a warm handoff. (A)")
    fades_months: float = Field(
        default=9.0, gt=0, le=36, description="The effect fades linearly over, months. (L)"
    )
    strong_after: Months = Field(
        default=24, description="A relationship can be strong from this age, months. (A)"
    )
    strong_health: float = Field(default=70, ge=0, le=100, description="and from this health, points. (A)")


class Expansion(_Part):
    """Growth of an account that stays."""

    intercept: LogOdds = Field(
        default=-1.6, description="Expansion within a year of an average account, log-odds. (A)"
    )
    usage_growth: LogOdds = Field(default=0.5, description="Usage growth, per 10 % a quarter, log-odds. (A)")
    potential_high: LogOdds = Field(default=0.6, description="Expansion potential high, log-odds. (A)")
    potential_low: LogOdds = Field(default=-0.6, description="Expansion potential low, log-odds. (A)")
    health: LogOdds = Field(default=0.3, description="Health, per 15 points above 70, log-odds. (A)")
    industry_match: LogOdds = Field(default=0.15, description="CSM knows the industry, log-odds. (A)")
    size: Share = Field(default=0.20, description="Size of an expansion, share of the ARR. (A)")


class Formulas(_Part):
    """Every constant of the planning formulas; loads from and saves to the policy file."""

    horizon_months: int = Field(default=12, ge=3, le=24, description="Planning horizon, months. (A)")
    ax: Ax = Ax()
    touch_hours: TouchHours = TouchHours()
    multipliers: Multipliers = Multipliers()
    events: Events = Events()
    travel: Travel = Travel()
    capacity: Capacity = Capacity()
    handoffs: Handoffs = Handoffs()
    churn: Churn = Churn()
    move: Move = Move()
    expansion: Expansion = Expansion()
