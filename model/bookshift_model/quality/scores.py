"""Whether a health score means the same everywhere: its scale, spread and date by segment and source."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.correctable import written
from bookshift_model.explain.words import percent
from bookshift_model.quality.group import Detail, Group, by_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bookshift_model.portfolio import Portfolio
    from bookshift_model.quality.group import Ground

    Positions = NDArray[np.intp]

FEW: Final = 10
"""Scores under which a group is too small to say anything about."""
_MANY: Final = 20
_SOURCE: Final = re.compile(r"\b(source|system|origin)\b", re.IGNORECASE)
_SOURCES: Final = range(2, 13)
_DATED: Final = re.compile(r"\b(health|score)\b.*\b(date|updated?|as of|at)\b", re.IGNORECASE)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_STALE_DAYS: Final = 180
_SCALES: Final = ((1.0, 100.0, "0 to 1"), (5.0, 20.0, "0 to 5"), (10.0, 10.0, "0 to 10"))
_DISTANCE: Final = 0.5
_POINTS: Final = 20.0
_DEFAULT: Final = 0.5
_DRIFT: Final = 15.0


def checks(ground: Ground) -> Iterator[Group]:
    """Findings about health scores."""
    flagged = np.zeros(len(ground.accounts), dtype=bool)
    for name, value, members in _parts(ground):
        known = members[~np.isnan(ground.health[members])]
        rest = np.setdiff1d(np.flatnonzero(~np.isnan(ground.health) & ~flagged), known, assume_unique=True)
        if len(known) < FEW or flagged[known].all():
            continue
        found = _scale(ground, f"{name} {value}", known, rest) or _one_value(ground, f"{name} {value}", known)
        if found is not None:
            flagged[known] = True
            yield found
    if not flagged.any() and (everywhere := _alike(ground)) is not None:
        yield everywhere
    elif not flagged.any():
        yield from _other_spread(ground)
    yield from _stale(ground)


def drift(before: Portfolio, after: Portfolio) -> str:
    """What changed in the meaning of the score between two imports, in a sentence; empty where nothing did.

    Customers do not get 15 points worse or better all at once: half of them doing so is another formula.
    """
    was = {one.id: one.health for one in before.accounts if one.health is not None}
    pairs = [(was[one.id], one.health) for one in after.accounts if one.health is not None and one.id in was]
    if len(pairs) < _MANY:
        return ""
    change = np.array([now - then for then, now in pairs])
    middle = float(np.median(change))
    if abs(middle) < _DRIFT:
        return ""
    return (
        f"health moved by {middle:+.0f} points for the middle one of {len(pairs):,} accounts since the "
        "import before; ask whether the score is still worked out as it was"
    )


def _parts(ground: Ground) -> Iterator[tuple[str, str, Positions]]:
    """Accounts by where their score may come from: a source column, segment, region."""
    accounts = ground.accounts
    headers = {key for one in accounts[:1000] for key in one.extra if _SOURCE.search(key.replace("_", " "))}
    columns: list[tuple[str, Sequence[str]]] = [
        (header, [one.extra.get(header, "") for one in accounts]) for header in sorted(headers)
    ]
    columns += [
        ("segment", [one.segment for one in accounts]),
        ("region", [one.region for one in accounts]),
    ]
    for name, texts in columns:
        groups = by_value(texts)
        if len(groups) in _SOURCES:
            for value in sorted(groups):
                yield name, value, np.array(groups[value])


def _scale(ground: Ground, where: str, known: Positions, rest: Positions) -> Group | None:
    """A group of scores that ends where another scale does, while the others go far beyond."""
    top = float(ground.health[known].max())
    if len(rest) < FEW or float(np.quantile(ground.health[rest], 0.5)) <= 3 * max(top, 1.0):
        return None
    for end, factor, name in _SCALES:
        if 0 < top <= end:
            says = f"{where} seems to be on a scale of {name}, the others on 0 to 100"

            def detail(i: int, factor: float = factor, says: str = says) -> Detail:
                value = written(ground.accounts[i].health)
                health = ground.accounts[i].health or 0.0
                return Detail(value, says, written(min(100.0, health * factor)))

            return Group(
                f"health_scale:{where}", "warning", f"health on another scale in {where}", "health",
                "As it stands each of these accounts counts as in very poor health.",
                "Take what is proposed, or mend the score in its source and import again.",
                tuple(map(int, known)), detail,
            )  # fmt: skip
    return None


def _one_value(ground: Ground, where: str, known: Positions) -> Group | None:
    scores = ground.health[known]
    if scores.min() != scores.max():
        return None
    value = written(float(scores[0]))
    return _constant(f"health_constant:{where}", f"health is {value} for all of {where}", known, value)


def _alike(ground: Ground) -> Group | None:
    """One score that half of all accounts or more have: a default, not a measurement."""
    known = np.flatnonzero(~np.isnan(ground.health))
    if len(known) < _MANY:
        return None
    scores, counts = np.unique(ground.health[known], return_counts=True)
    most = int(counts.argmax())
    if counts[most] < _DEFAULT * len(known):
        return None
    value = written(float(scores[most]))
    share = percent(counts[most] / len(known))
    same = known[ground.health[known] == scores[most]]
    return _constant("health_constant", f"health is exactly {value} for {share} of accounts", same, value)


def _constant(id_: str, title: str, members: Positions, value: str) -> Group:
    return Group(
        id_, "warning", title, "health",
        "A score that is the same for everybody says nothing about anybody; the model takes it as measured.",
        "Ask where the score comes from; if nobody measures it, correct it to unknown (an empty value).",
        tuple(map(int, members)), lambda _: Detail(value, "the same as all the others"),
    )  # fmt: skip


def _other_spread(ground: Ground) -> Iterator[Group]:
    """Of each column the group whose scores lie farthest from the others' (Kolmogorov-Smirnov)."""
    everyone = np.flatnonzero(~np.isnan(ground.health))
    farthest: dict[str, tuple[float, str, Positions, str]] = {}
    for name, value, members in _parts(ground):
        known = members[~np.isnan(ground.health[members])]
        rest = np.setdiff1d(everyone, known, assume_unique=True)
        if min(len(known), len(rest)) < _MANY:
            continue
        a, b = np.sort(ground.health[known]), np.sort(ground.health[rest])
        middles = float(np.median(a)), float(np.median(b))
        distance = _distance(a, b)
        if abs(middles[0] - middles[1]) >= _POINTS and distance >= _DISTANCE:
            says = f"the middle score in {name} {value} is {middles[0]:.0f}, elsewhere {middles[1]:.0f}"
            farthest[name] = max(
                farthest.get(name, (0.0, "", known, "")),
                (distance, value, known, says),
                key=lambda one: one[0],
            )
    for name, (_, value, known, says) in farthest.items():
        yield Group(
            f"health_spread:{name} {value}", "info", f"another health score in {name} {value}?", "health",
            f"{says[:1].upper()}{says[1:]}: the model compares both as they stand.",
            "Ask whether one score is worked out in two ways; if customers really differ, accept it.",
            tuple(map(int, known)),
            lambda i, says=says: Detail(written(ground.accounts[i].health), says),  # type: ignore[misc]  # mypy infers no lambda with a default
        )  # fmt: skip


def _distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Greatest difference of two empirical distributions (Kolmogorov-Smirnov), of sorted samples."""
    both = np.concatenate([a, b])
    left = np.searchsorted(a, both, side="right") / len(a)
    right = np.searchsorted(b, both, side="right") / len(b)
    return float(np.abs(left - right).max())


def _stale(ground: Ground) -> Iterator[Group]:
    """Scores whose own date, in a further column, is long ago."""
    accounts, today = ground.accounts, ground.portfolio.as_of
    headers = {key for one in accounts[:1000] for key in one.extra if _DATED.search(key.replace("_", " "))}
    for header in sorted(headers):
        ages = {i: age for i, one in enumerate(accounts) if (age := _age(one.extra.get(header, ""), today))}
        old = tuple(i for i, age in ages.items() if age > _STALE_DAYS)
        if old:
            yield Group(
                f"health_stale:{header}", "warning", "health score long out of date", "health",
                "The model takes an old score as today's.",
                "Have the score renewed, or correct it to unknown (an empty value).",
                old,
                lambda i, ages=ages: Detail(  # type: ignore[misc]  # mypy infers no lambda with a default
                    written(accounts[i].health), f"the score is {ages[i]} days old"
                ),
            )  # fmt: skip


def _age(text: str, today: date) -> int | None:
    found = _DAY.match(text.strip())
    try:
        return (today - date.fromisoformat(found[0])).days if found else None
    except ValueError:
        return None
