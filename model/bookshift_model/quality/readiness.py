"""How ready the data is to plan with, from 0 to 100, and what each gap costs the plan, in words.

`readiness = Σ_f weight_f · known_f`, the weights of the fields summing to 100 (A), and
`known_f = ½ · (share of accounts) + ½ · (share of ARR)` over accounts, of which each counts 1 where its value
is stated, ½ where it is stated but under a warning nobody has looked at, 0 where it is unknown. Accepting
or correcting a finding therefore raises it. It says how much of the plan rests on facts, not how good it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bookshift_model.churn import churn
from bookshift_model.explain.words import count, hours, money, part, percent
from bookshift_model.matching import matches
from bookshift_model.portfolio import TOUCH_LEVELS, Csm
from bookshift_model.quality.gaps import unknown
from bookshift_model.workload import monthly_hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from bookshift_model.policy import Policy
    from bookshift_model.portfolio import Account, Portfolio
    from bookshift_model.quality.group import Group

WEIGHTS: Final[dict[str, tuple[str, float]]] = {
    "arr": ("ARR", 20), "owner": ("owner", 15), "renewal": ("renewal date", 15), "health": ("health", 15),
    "touch": ("touch level or what it follows from", 10), "industry": ("industry", 8),
    "complexity": ("complexity", 5), "region": ("region", 4), "owner_since": ("owner since", 4),
    "usage": ("usage", 4),
}  # fmt: skip
"""By field: what it is called, and points of a hundred. All assumptions: roughly how many figures read it."""

_FALLBACK: Final[dict[str, tuple[Any, Any]]] = {
    "health": (55.0, 85.0), "complexity": (2, 4), "touch": ("low", "mid"), "usage": (40.0, 80.0),
}  # fmt: skip
"""What the middle half might be where the portfolio says too little to tell."""
_FEW: Final = 20
_HARDLY: Final = 0.01
"""Share of all work or churn below which a difference is not worth a figure."""


@dataclass(frozen=True, slots=True)
class FieldReadiness:
    """One field: how much of it counts, and what the rest costs."""

    field: str
    name: str
    weight: float
    known: float
    """Share that counts, 0 to 1."""
    missing: int
    """Accounts of which it is unknown."""
    missing_arr: float
    """Their share of ARR, or of accounts where there is no ARR."""
    costs: tuple[str, ...]
    """What the gap means for the plan, a sentence each."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The score and its parts."""

    score: float
    """0 to 100."""
    fields: tuple[FieldReadiness, ...]
    """Those that cost most first."""


def readiness(portfolio: Portfolio, policy: Policy, doubtful: Iterable[Group] = ()) -> Readiness:
    """How ready the data is under a policy; `doubtful` are the findings that nobody has accepted."""
    accounts = portfolio.accounts
    arr = np.array([one.arr for one in accounts], dtype=np.float64)
    by_arr = arr / arr.sum() if arr.sum() > 0 else np.full(len(accounts), 1 / max(1, len(accounts)))
    marked: dict[str, NDArray[np.bool_]] = {}
    for group in doubtful:
        if group.severity != "info" and not group.id.startswith(("missing:", "unreadable:")):
            marked.setdefault(group.field, np.zeros(len(accounts), dtype=bool))[list(group.accounts)] = True
    base = _figures(portfolio, policy)
    found = []
    for field, (name, weight) in WEIGHTS.items():
        gone = np.array([_unknown(one, field, portfolio) for one in accounts], dtype=bool)
        counts = np.where(
            gone, 0.0, np.where(marked.get(field, np.zeros(len(accounts), dtype=bool)), 0.5, 1.0)
        )
        known = 0.5 * float(counts.mean()) + 0.5 * float(counts @ by_arr) if len(accounts) else 1.0
        share = float(by_arr[gone].sum())
        costs: list[str] = []
        if gone.any():
            costs += _costs(policy, field, int(gone.sum()), share)
            costs += _swing(portfolio, policy, field, gone, base) if field in _FALLBACK else ()
        found.append(FieldReadiness(field, name, weight, known, int(gone.sum()), share, tuple(costs)))
    score = sum(one.weight * one.known for one in found)
    return Readiness(score, tuple(sorted(found, key=lambda one: -one.weight * (1 - one.known))))


def _unknown(account: Account, field: str, portfolio: Portfolio) -> bool:
    if field == "owner":
        return account.owner not in portfolio.csm_index
    if field == "touch":
        return account.touch is None and (account.complexity is None or not account.segment)
    return unknown(account, field)


def _costs(policy: Policy, field: str, number: int, share: float) -> Iterator[str]:
    """What a gap means: rules that cannot see, goals that leave it out, figures that would change."""
    some = count(number, "account")
    arr = f"{part(share)} of ARR" if field != "arr" else some
    on = {rule.id for rule, settings in policy.active() if settings.mode != "off"}
    weighed = {goal for goal, weight in policy.weights.items() if weight > 0}
    if field == "renewal":
        can = "cannot" if "renewal_freeze" in on else "could not"
        yield f"renewal dates are missing for {arr}: the renewal freeze {can} protect {some}"
        if "renewal_balance" in weighed or "renewals_band" in on:
            yield f"the balance of renewals by quarter leaves {arr} out"
    elif field == "arr":
        yield f"{some} without ARR: balance of ARR, retention and expansion do not see them"
    elif field == "owner":
        yield f"{some} ({arr}) have no known owner on the roster: today's books look emptier than they are"
    elif field == "industry" and "fit" in weighed:
        yield f"industry is missing for {arr}: the goal Expertise fit counts {some} as fitting everybody"
    elif field == "region" and ("geography" in weighed or "required_region" in on):
        yield f"region is missing for {arr}: every CSM counts as near {some}"
    elif field == "health" and "keep_if_healthy" in on:
        yield f"health is missing for {arr}: the rule “Keep if healthy” cannot protect {some}"
    elif field == "owner_since" and "continuity" in weighed:
        yield f"owner since is missing for {arr}: the goal Continuity counts {some} as new relationships"


def _swing(
    portfolio: Portfolio, policy: Policy, field: str, gone: NDArray[np.bool_], base: tuple[float, float]
) -> Iterator[str]:
    """How far hours and churn differ between the unknown values being like the lower or the upper quartile.

    Counted with a CSM of whom nothing is known, so that it says what the gap does and not who owns what; all
    unknown values on one side is the widest that they could reasonably be apart. `base` are the figures of
    all accounts as they stand.
    """
    low, high = _quartiles(portfolio, field)
    affected = [one for one, empty in zip(portfolio.accounts, gone.tolist(), strict=True) if empty]
    ends = [
        _figures(
            replace(portfolio, accounts=tuple(replace(one, **{field: value}) for one in affected)), policy
        )
        for value in (low, high)
    ]
    work, arr = (abs(a - b) for a, b in zip(*ends, strict=True))
    name = WEIGHTS[field][0].partition(" or ")[0]
    words = f"unknown {name}: between {_said(low)} and {_said(high)}, the middle half of the known"
    parts = []
    if arr > _HARDLY * base[1]:
        parts.append(f"expected churned ARR differs by {money(arr)} ({percent(arr / base[1])})")
    if work > _HARDLY * base[0]:
        parts.append(f"work differs by {hours(work)} a month ({percent(work / base[0])})")
    yield f"{words}, {' and '.join(parts) if parts else 'work and expected churn differ by less than 1 %'}"


def _quartiles(portfolio: Portfolio, field: str) -> tuple[Any, Any]:
    known = [value for one in portfolio.accounts if (value := getattr(one, field)) is not None]
    if len(known) < _FEW:
        return _FALLBACK[field]
    if field == "touch":
        places = np.quantile([TOUCH_LEVELS.index(one) for one in known], [0.75, 0.25], method="nearest")
        return TOUCH_LEVELS[int(places[0])], TOUCH_LEVELS[int(places[1])]
    low, high = np.quantile(known, [0.25, 0.75], method="nearest")
    return (int(low), int(high)) if field == "complexity" else (float(low), float(high))


def _figures(portfolio: Portfolio, policy: Policy) -> tuple[float, float]:
    """Hours a month and expected churned ARR a year of all accounts with one CSM of whom nothing is known."""
    alone = replace(
        portfolio,
        accounts=tuple(replace(one, owner=None) for one in portfolio.accounts),
        csms=(Csm(id="nobody", name="nobody"),),
    )
    work = float(monthly_hours(alone, policy.formulas).sum(axis=1).mean())
    arr = np.array([one.arr for one in alone.accounts], dtype=np.float64)
    return work, float(arr @ churn(alone, policy.formulas, matches(alone, policy.formulas.ax))[:, 0])


def _said(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
