"""The CSMs of the sample."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.portfolio import TOUCH_LEVELS, Csm
from bookshift_model.sample_words import CITIES, INDUSTRIES, REGIONS, SKILLS, chance, person_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Roster:
    """The CSMs of a sample, with the columns (m,) that their books follow from."""

    csms: tuple[Csm, ...]
    region: Ints
    senior: Bools
    new: Bools
    start: Ints
    """First working day, days after `as_of`."""
    industries: Bools
    """(m, industries) what each CSM knows."""
    pull: Floats
    """(m,) how much history has put on each desk."""


def roster(rng: Generator, count: int, as_of: date) -> Roster:
    """Make up `count` CSMs: regions and industries in proportion, some part-time, some new."""
    region = _dealt(rng, count, [weight for _, weight in REGIONS])
    senior = rng.permutation(count) < round(0.4 * count)
    position = rng.permutation(count)
    # About one CSM in twelve is new, at least one; but a team of two has nobody in ramp.
    new = position < (max(1, round(count / 12)) if count > 2 else 0)  # noqa: PLR2004  (see above)
    senior &= ~new
    part_time = position >= count - round(count / 8)
    away = (position % 6 == 3) & ~part_time  # noqa: PLR2004 - about every sixth
    start = -np.where(new, rng.integers(10, 60, count), rng.integers(400, 3000, count) + 500 * senior)
    # Industries are dealt in turn, so that about equally many people know each.
    known = np.zeros((count, len(INDUSTRIES)), dtype=np.bool_)
    turn = (rng.permutation(count)[:, None] * 3 + np.arange(3)) % len(INDUSTRIES)
    np.put_along_axis(known, turn, values=True, axis=1)
    two_only = chance(rng, 0.4, count)
    known[two_only, turn[two_only, 0]] = False
    pull = np.exp(0.42 * np.clip(rng.permutation(_normal_scores(count)), -1.6, 1.6))
    pull[part_time] = np.minimum(pull[part_time], 0.8)
    pull[new] = 0.3
    handled = rng.integers(20, 90, count)
    people = []
    for j, name in enumerate(person_names(rng, count)):
        cities = [one for one in CITIES if one.region == REGIONS[region[j]][0]]
        city = cities[int(rng.integers(len(cities)))]
        first_leave = as_of + timedelta(days=int(rng.integers(30, 200)))
        people.append(
            Csm(
                id=f"C-{j + 1:03d}",
                name=name,
                email=f"{name.lower().replace(' ', '.')}@example.com",
                region=city.region,
                location=city.name,
                timezone=city.timezone,
                languages=tuple(sorted({"English", city.language})),
                industries=tuple(INDUSTRIES[k] for k in np.flatnonzero(known[j])),
                skills=tuple(sorted(rng.choice(SKILLS, 3, replace=False).tolist())),
                touch_levels=TOUCH_LEVELS[:-1] if senior[j] else TOUCH_LEVELS[1:],
                fte=0.8 if part_time[j] else 1.0,
                start=as_of + timedelta(days=int(start[j])),
                leave=((first_leave, first_leave + timedelta(days=20)),) if away[j] else (),
                level="senior" if senior[j] else "junior",
                renewals_handled=0 if new[j] else int(handled[j]),
                renewals_won=0 if new[j] else int(rng.binomial(handled[j], 0.91)),
                expansion_influenced=0.0 if new[j] else float(round(rng.gamma(4, 60_000), -3)),
            )
        )
    return Roster(tuple(people), region, senior, new, start, known, pull)


def _dealt(rng: Generator, count: int, shares: Sequence[float]) -> Ints:
    """Deal `count` people to the shares as evenly as whole people allow, in random order."""
    edges = np.cumsum(shares) / sum(shares)
    return rng.permutation(np.searchsorted(edges, (np.arange(count) + 0.5) / count))


def _normal_scores(count: int) -> Floats:
    """Evenly spread, roughly normal values (logistic quantiles, scaled)."""
    p = (np.arange(count) + 0.5) / count
    return np.asarray(np.log(p / (1 - p)) / 1.7, dtype=np.float64)
