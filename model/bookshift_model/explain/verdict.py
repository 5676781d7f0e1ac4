"""The form of every answer to "why", and the words its parts share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bookshift_model.terms import Group

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookshift_model.explain.passage import Passage
    from bookshift_model.explain.standing import Effect, Standing

_FAR: Final = "far"
NEGLIGIBLE: Final = 1e-6
"""Points below which nothing is said."""
_NAMED: Final = 2
"""Clauses in one line."""
_WORTH_A_CLAUSE: Final = 0.2
"""Share of all that speaks for something from which a part of it is named in one line."""

_FIGURES: Final = re.compile(r"[\d.,−]+ ?[kMB%h]? → [\d.,−]+ ?[kMB%h]?(?= )")

_CODES: Final = {
    "retention": "retention",
    "workload_balance": "balance",
    "arr_balance": "balance",
    "account_balance": "balance",
    "renewal_balance": "balance",
    "risk_concentration": "risk",
    "fit": "fit",
    "expansion": "expansion",
    "geography": "geography",
    "continuity": "continuity",
    "development": "development",
    "decisions": "decision",
    "one_owner": "owner",
}


@dataclass(frozen=True, kw_only=True)
class Why:
    """An answer for one account and one CSM; positions in the portfolio."""

    account: int
    csm: int
    """Whom the answer speaks of: the owner in the plan, or the CSM that was asked about."""
    code: str
    """`balance`, `fit`, `geography`, `retention`, `risk`, `expansion`, `development`, `continuity`,
    `rule:<id>`, `group`, `pin`, `lock`, `forbid`, `decision`, `owner` (had none), `hand` (moved by a
    person), `swap` (part of an exchange), `none` (no gain on its own), `stay` (no CSM is better), `cost`
    (a move would cost more than it brings), `gain` (another CSM would be better)."""
    reason: str
    """One line without a full stop."""
    sentences: tuple[str, ...]
    better: tuple[Effect, ...] = ()
    """What the move makes better, the weightiest first."""
    worse: tuple[Effect, ...] = ()
    points: float = 0.0
    """Change of the score by the move that is spoken of, all else equal; below zero is better. For an
    account that stays: by the move to the next best CSM."""


def code_of(standing: Standing, effect: Effect) -> str:
    """The reason code of a goal or rule."""
    if effect.id in _CODES:
        return _CODES[effect.id]
    groups = {priced.source for priced in standing.problem.terms if isinstance(priced.term, Group)}
    return "group" if effect.id in groups else f"rule:{effect.id}"


def split(effects: Iterable[Effect]) -> tuple[tuple[Effect, ...], tuple[Effect, ...]]:
    """What gets better and what gets worse."""
    found = tuple(effects)
    return tuple(e for e in found if e.better), tuple(e for e in found if not e.better)


def clauses(passage: Passage, effects: Sequence[Effect], most: int = 2) -> str:
    """The weightiest of effects in one direction, in words, joined for one line."""
    return "; ".join(_clauses(passage, effects)[:most])


def gist(passage: Passage, better: Sequence[Effect]) -> tuple[str, bool]:
    """Why an account moves, for one line, and whether that says why to this CSM.

    Where the weightiest gains are all in the book that gives, the second is the largest one of the taker's
    book or of the account itself.
    """
    found = _clauses(passage, better)[:_NAMED]
    if any(f" for {passage.giver_name}" not in one for one in found):
        return "; ".join(found), True
    spared, words = max((passage.at_taker(one) for one in better), default=(0.0, ""))
    if spared <= NEGLIGIBLE:
        return "; ".join(found), False
    return "; ".join([*found[:1], words]), True


def _clauses(passage: Passage, effects: Sequence[Effect]) -> list[str]:
    least = max(NEGLIGIBLE, _WORTH_A_CLAUSE * sum(abs(e.points) for e in effects))
    found: list[str] = []
    for effect in effects:
        phrase = passage.phrase(effect)
        same = _figures_aside(phrase)
        if abs(effect.points) < least or any(_figures_aside(one).startswith(same) for one in found):
            continue
        # A goal and a rule about the same figures: once, with the limit (which may ask for finer ones).
        briefer = next(
            (k for k, one in enumerate(found) if same.startswith(f"{_figures_aside(one)} (")), None
        )
        if briefer is None:
            found.append(phrase)
        else:
            found[briefer] = phrase
    return found


def _figures_aside(phrase: str) -> str:
    """A phrase without the figures at its arrow."""
    return _FIGURES.sub("→", phrase)


def spelled(passage: Passage, effects: Sequence[Effect], word: str) -> list[str]:
    """One sentence an effect: `Better: Retention …`."""
    return [f"{word}: {passage.sentence(one)}." for one in effects]


def how_much(points: float, effects: Iterable[Effect]) -> str:
    """`1.3 points`, always positive; `far` where hard rules decide, whose price says nothing about size."""
    if abs(sum(one.points for one in effects if one.hard)) > NEGLIGIBLE:
        return _FAR
    size = abs(points)
    decimals = 0 if size >= 100 else 1 if size >= 1 else 2 if size >= 0.01 else 4  # noqa: PLR2004 - about three figures
    text = f"{size:,.{decimals}f}"
    return f"{text} {'point' if text == '1' else 'points'}"


def worth(points: float, effects: Iterable[Effect]) -> str:
    """`1.3 points` as what something brings or costs; where hard rules decide, that no goal is worth that."""
    amount = how_much(points, effects)
    return "more than any goal is worth" if amount == _FAR else amount
