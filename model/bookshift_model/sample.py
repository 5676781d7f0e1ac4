"""A made-up portfolio that behaves like a real one: for the first run, tests and benchmarks.

Books have grown by history, so that some CSMs carry far too much and others too little, while a plan exists
that meets the usual rules: each CSM's share of capacity comes to about $2M of ARR and 80 % utilisation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.capacity import capacity
from bookshift_model.formulas import Formulas
from bookshift_model.portfolio import GRADES, TOUCH_LEVELS, Account, Portfolio
from bookshift_model.sample_roster import roster as make_roster
from bookshift_model.sample_words import CITIES, INDUSTRIES, REGIONS, SKILLS, chance, company_names

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from bookshift_model.sample_roster import Roster

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_ARR_PER_CSM: Final = 2_000_000
_LARGEST_ARR: Final = 0.30 * _ARR_PER_CSM
_UTILISATION: Final = 0.80
# Poor fit and travel, on top of the hours of a CSM who fits.
_OVERHEAD: Final = 1.11
_STRATEGIC_PER_CSM: Final = 1.3
_STRATEGIC_SHARE: Final = 0.07
_STRATEGIC_BOOK: Final = 0.75
_FAMILY_SHARE: Final = 0.08
_SEGMENTS: Final = ("SMB", "Mid-Market", "Enterprise")


@dataclass(frozen=True, slots=True)
class _Traits:
    """Columns (n,) that everything else about the accounts follows from."""

    arr: Floats
    strategic: Bools
    industry: Ints
    city: Ints
    region: Ints
    segment: Ints
    complexity: Ints
    trouble: Floats
    """Standard normal; high means at risk."""
    health: Ints
    escalation: Bools
    family: Ints
    """Position of the family, -1 for none."""


def sample(accounts: int, csms: int, seed: int, as_of: date = date(2026, 1, 5)) -> Portfolio:
    """Make a portfolio of so many accounts and CSMs; the same arguments always give the same one.

    At about 19 accounts per CSM, as in 150 x 8, most accounts are high or mid touch; larger books are of
    lighter touch. ARR and hours per CSM stay the same.
    """
    if accounts < 1 or csms < 1:
        msg = f"a sample needs at least one account and one CSM, not {accounts} and {csms}; ask for more"
        raise ValueError(msg)
    rng = np.random.Generator(np.random.PCG64(seed))
    roster = make_roster(rng, csms, as_of)
    room = capacity(Portfolio((), roster.csms, as_of), Formulas())
    traits = _traits(rng, accounts, csms)
    touch = _touch(rng, traits, _UTILISATION * float(room.sum()))
    owner = _owners(rng, traits, roster, room / room.sum() * traits.arr.sum())
    return Portfolio(_accounts(rng, traits, touch, owner, roster, as_of=as_of), roster.csms, as_of)


def _traits(rng: Generator, count: int, csms: int) -> _Traits:
    size = rng.normal(size=count)
    arr = _scaled(np.exp(0.9 * size), _ARR_PER_CSM * csms)
    segment = np.digitize(_rank(size + 0.45 * rng.normal(size=count)), [0.4, 0.8])
    need = 0.4 * size + 0.9 * rng.normal(size=count)
    complexity = 1 + np.digitize(_rank(need), [0.10, 0.35, 0.70, 0.90])
    # Accounts that matter to the company, not simply the largest: complex ones of some size.
    importance = 0.6 * size + 0.4 * need + 0.7 * rng.normal(size=count)
    strategic = np.zeros(count, dtype=np.bool_)
    chosen = min(round(_STRATEGIC_PER_CSM * csms), round(_STRATEGIC_SHARE * count))
    strategic[np.argsort(-importance)[:chosen]] = True
    trouble = rng.normal(size=count) + 0.15 * (complexity - 3)
    health = np.clip(np.round(73 - 14 * trouble + 5 * rng.normal(size=count)), 3, 99).astype(np.int64)
    city = rng.choice(len(CITIES), size=count, p=[one.weight for one in CITIES])
    industry = rng.choice(len(INDUSTRIES), size=count, p=_shares(len(INDUSTRIES)))
    family = _families(rng, count)
    for one in range(family.max() + 1):
        industry[family == one] = industry[np.argmax(family == one)]
    names = [name for name, _ in REGIONS]
    region = np.array([names.index(one.region) for one in CITIES])[city]
    escalation = chance(rng, 0.035 * np.exp(0.7 * trouble), count)
    return _Traits(
        arr, strategic, industry, city, region, segment, complexity, trouble, health, escalation, family
    )


def _touch(rng: Generator, traits: _Traits, total_hours: float) -> Ints:
    """Positions in TOUCH_LEVELS (n,): the neediest get most, and all together about `total_hours` a month."""
    f = Formulas()
    base = np.array([getattr(f.touch_hours, level) for level in TOUCH_LEVELS])
    renewal = np.array([1, 1, f.events.renewal_mid, f.events.renewal_low, f.events.renewal_tech])
    factor = np.array(f.multipliers.complexity)[traits.complexity - 1]
    factor = factor * np.where(traits.health >= 70, 1, np.where(traits.health >= 50, 1.15, 1.4))  # noqa: PLR2004 - made up, as all of this
    hours = _OVERHEAD * (base * factor[:, None] + f.events.renewal_hours / 12 * renewal)
    hours += traits.escalation[:, None]
    need = 0.6 * traits.complexity + 0.5 * traits.segment + 0.6 * rng.normal(size=len(factor))
    rank = _rank(need)
    every = np.arange(len(rank))
    low, high = -1.2, 1.3
    for _ in range(30):
        generosity = (low + high) / 2
        level = np.where(traits.strategic, 0, 4 - np.digitize(rank + generosity, [0.3, 0.75, 1.2]))
        if hours[every, level].sum() > total_hours:
            high = generosity
        else:
            low = generosity
    return level


def _owners(rng: Generator, traits: _Traits, roster: Roster, target: Floats) -> Ints:
    """Positions of the owners (n,): history followed region and industry a little, and habit a lot."""
    near = np.where(np.arange(len(REGIONS))[:, None] == roster.region, 2.5, 1.0)
    apt = np.where(roster.industries.T, 2.0, 1.0)
    owner = np.empty(len(traits.arr), dtype=np.int64)
    for start in range(0, len(owner), 4096):
        part = slice(start, start + 4096)
        weight = np.cumsum(roster.pull * near[traits.region[part]] * apt[traits.industry[part]], axis=1)
        draw = rng.random(len(weight)) * weight[:, -1]
        owner[part] = np.minimum((weight < draw[:, None]).sum(axis=1), len(target) - 1)
    heads: dict[int, int] = {}
    together = chance(rng, 0.7, len(owner))
    for i in np.flatnonzero(traits.family >= 0):
        head = heads.setdefault(int(traits.family[i]), int(owner[i]))
        owner[i] = head if together[i] else owner[i]
    # Strategic accounts stay where they are: no book may hold more of them than its share.
    held = np.zeros(len(target))
    for i in np.flatnonzero(traits.strategic):
        room = (held + traits.arr[i] <= _STRATEGIC_BOOK * target) & ~roster.new
        wish = (roster.pull * near[traits.region[i]] * (1 + 2 * roster.senior)) * room
        owner[i] = rng.choice(len(wish), p=wish / wish.sum()) if room.any() else np.argmin(held / target)
        held[owner[i]] += traits.arr[i]
    return owner


def _accounts(
    rng: Generator, traits: _Traits, touch: Ints, owner: Ints, roster: Roster, *, as_of: date
) -> tuple[Account, ...]:
    count = len(owner)
    trouble, usual = traits.trouble, rng.normal(size=(6, count))
    names = company_names(rng, traits.industry, traits.family)
    since = -np.minimum(rng.gamma(1.6, 700, count) + 30, 4000).astype(np.int64)
    onboarding = chance(rng, 0.04, count)
    since[onboarding] = -rng.integers(5, 75, int(onboarding.sum()))
    # A relationship starts with the contract, with the CSM, or with a change in between.
    owned = np.maximum(since, roster.start[owner])
    changed = chance(rng, 0.4, count) & (owned == since)
    owned = np.where(changed, (owned * rng.uniform(0.3, 1, count)).astype(np.int64), owned)
    due = _renewals(rng, count, as_of)
    risk = np.digitize(trouble + 0.5 * usual[0], [0.4, 1.5])
    growth = np.digitize(-0.4 * trouble + usual[1], [-0.5, 0.8])
    deal = chance(rng, np.array([0.01, 0.05, 0.14])[growth], count)
    champion = chance(rng, 0.05 * np.exp(0.5 * trouble), count)
    fresh = chance(rng, 0.06, count) & (trouble > 1)
    usage = np.clip(np.round(64 - 13 * trouble + 12 * usual[2]), 2, 100)
    nps = np.clip(np.round((32 - 22 * trouble + 20 * usual[3]) / 10) * 10, -100, 100)
    csat = np.clip(np.round(4.1 - 0.4 * trouble + 0.3 * usual[4], 1), 1, 5)
    engaged = np.digitize(-trouble + 0.8 * usual[5], [-0.8, 0.9])
    tickets = rng.poisson(np.exp(0.4 + 0.35 * trouble + 0.2 * (traits.complexity - 3)))
    trend = np.round(-3 * trouble + rng.normal(scale=4, size=count), 1)
    usage_growth = np.round(0.03 - 0.04 * trouble + rng.normal(scale=0.06, size=count), 3)
    skilled = np.where(chance(rng, 0.12, count), rng.integers(len(SKILLS), size=count), -1)
    local = chance(rng, 0.5, count)
    gap = rng.random((5, count)) < np.array([0.03, 0.02, 0.08, 0.25, 0.15])[:, None]
    parents = {one: names[i].split()[0] + " Group" for i, one in enumerate(traits.family) if one >= 0}

    def day(offset: int) -> date:
        return as_of + timedelta(days=int(offset))

    def unless(unknown: np.bool_, value: float) -> float | None:
        return None if unknown else float(value)

    return tuple(
        Account(
            id=f"A-{i + 1:05d}",
            name=names[i],
            arr=float(traits.arr[i]),
            owner=roster.csms[owner[i]].id,
            touch=TOUCH_LEVELS[touch[i]],
            health=unless(gap[0, i], traits.health[i]),
            health_trend=unless(gap[0, i] or onboarding[i], trend[i]),
            risk=GRADES[risk[i]],
            complexity=None if gap[1, i] else int(traits.complexity[i]),
            expansion=GRADES[growth[i]],
            expansion_amount=float(round(traits.arr[i] * 0.25, -2)) if deal[i] else None,
            renewal=day(due[i]),
            owner_since=day(owned[i]),
            last_moved=day(owned[i]) if owned[i] > since[i] else None,
            customer_since=day(since[i]),
            onboarding_until=day(since[i] + 90) if onboarding[i] else None,
            industry=INDUSTRIES[traits.industry[i]],
            region=CITIES[traits.city[i]].region,
            segment=_SEGMENTS[traits.segment[i]],
            language=CITIES[traits.city[i]].language if local[i] else "English",
            location=CITIES[traits.city[i]].name,
            timezone=CITIES[traits.city[i]].timezone,
            parent=parents.get(traits.family[i], ""),
            required_skills=(SKILLS[skilled[i]],) if skilled[i] >= 0 else (),
            usage=unless(gap[2, i], usage[i]),
            usage_growth=unless(gap[2, i] or onboarding[i], usage_growth[i]),
            nps=unless(gap[3, i], nps[i]),
            csat=unless(gap[4, i], csat[i]),
            open_tickets=int(tickets[i]),
            engagement=GRADES[engaged[i]],
            escalation=bool(traits.escalation[i]),
            champion_lost=bool(champion[i]),
            open_deal=bool(deal[i]),
            strategic=bool(traits.strategic[i]),
            fresh_start=bool(fresh[i]),
        )
        for i in range(count)
    )


def _renewals(rng: Generator, count: int, as_of: date) -> Ints:
    """Days to the renewal (n,) within a year; a third of them at the end of a quarter."""
    due = rng.integers(5, 361, count)
    today = np.datetime64(as_of)
    quarter = (today + due).astype("datetime64[M]").astype(np.int64) // 3
    end = (3 * quarter + 3).astype("datetime64[M]").astype("datetime64[D]") - 1
    late = (end - today).astype(np.int64)
    return np.where(chance(rng, 0.33, count) & (late < 365), late, due)  # noqa: PLR2004 - within a year


def _families(rng: Generator, count: int) -> Ints:
    family = np.full(count, -1, dtype=np.int64)
    free = rng.permutation(count)
    used = number = 0
    while used + 2 <= _FAMILY_SHARE * count:
        members = min(int(rng.integers(2, 5)), count - used)
        family[free[used : used + members]] = number
        used, number = used + members, number + 1
    return family


def _scaled(values: Floats, total: float) -> Floats:
    """Scale to a total with no value above the largest allowed; whole hundreds."""
    for _ in range(20):
        values = np.minimum(values * (total / values.sum()), max(_LARGEST_ARR, 2 * total / len(values)))
    return np.maximum(np.round(values, -2), 100)


def _rank(values: Floats) -> Floats:
    """Share of the others below, 0 to 1."""
    rank = np.empty(len(values))
    rank[np.argsort(values)] = (np.arange(len(values)) + 0.5) / len(values)
    return rank


def _shares(count: int) -> Floats:
    """Shares that fall gently from the first to the last."""
    weight = np.linspace(1.6, 0.6, count)
    return np.asarray(weight / weight.sum(), dtype=np.float64)
