"""Two assignments side by side: losers first, then goals, books, rules and every move with its figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.explain.impact import sentences
from bookshift_model.explain.losers import Loser, losing_accounts, losing_books
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.why import by_hand, why_each
from bookshift_model.score import Scorecard, score, score_today

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bookshift_model.problem import Problem
    from bookshift_model.score import BookFigures
    from bookshift_model.terms import Floats, Indices
    from bookshift_model.violations import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFigures:
    """An account that has another owner; positions, −1 for nobody, NaN where a figure has no owner to ask."""

    account: int
    csm_from: int
    csm_to: int
    arr: float
    hours_from: float
    hours_to: float
    churn_from: float
    churn_to: float
    code: str
    """As in `Why.code`."""
    reason: str
    mover: str = ""
    """Who moved it by hand or pinned it; empty where a solve did."""

    @property
    def wanted(self) -> tuple[str, str]:
        """What somebody has done so that it moves, in a word and in full; empty where a solve moved it."""
        if self.code == "pin":
            return "pinned", self.reason
        return ("by hand", by_hand(self.mover)) if self.mover else ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class BookChange:
    """One CSM's book on both sides."""

    csm: int
    before: BookFigures
    after: BookFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalChange:
    """One goal on both sides, in its unit; less is better."""

    id: str
    name: str
    unit: str
    share: float
    """Its share of importance in the policy."""
    before: float
    after: float

    @property
    def relative(self) -> float | None:
        """Change as a share of what it was; ``None`` where that was nothing."""
        return None if abs(self.before) < 1e-9 else (self.after - self.before) / self.before  # noqa: PLR2004 - rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What the second assignment changes against the first."""

    losing_accounts: tuple[Loser, ...]
    losing_books: tuple[Loser, ...]
    goals: tuple[GoalChange, ...]
    books: tuple[BookChange, ...]
    moves: tuple[MoveFigures, ...]
    """The largest ARR first."""
    fixed: tuple[Violation, ...]
    new: tuple[Violation, ...]
    """What breaks a rule now and did not, or by more than it did."""
    impact: tuple[str, ...]
    before: Scorecard
    after: Scorecard


def diff(problem: Problem, before: Indices, after: Indices, movers: Mapping[int, str] | None = None) -> Diff:
    """Compare two assignments (n,) under one problem.

    Where `before` is `problem.baseline`, it is judged as `score_today` does it. `movers` says who moved an
    account (position) by hand.
    """
    first, second = Standing(problem, before), Standing(problem, after)
    today = np.array_equal(before, problem.baseline)
    cards = score_today(problem) if today else score(problem, before), score(problem, after)
    fixed, new = _violations(*cards)
    return Diff(
        losing_accounts=losing_accounts(first, second),
        losing_books=losing_books(second, cards[0].books, cards[1].books),
        goals=tuple(
            GoalChange(
                id=was.id, name=was.name, unit=was.unit, share=was.share, before=was.value, after=now.value
            )
            for was, now in zip(cards[0].goals, cards[1].goals, strict=True)
        ),
        books=tuple(
            BookChange(csm=j, before=was, after=now)
            for j, (was, now) in enumerate(zip(cards[0].books, cards[1].books, strict=True))
        ),
        moves=tuple(moves_with_reasons(first, second, movers or {})),
        fixed=fixed,
        new=new,
        impact=tuple(sentences(second, before, *cards)),
        before=cards[0],
        after=cards[1],
    )


def impact(problem: Problem, before: Indices, after: Indices) -> list[str]:
    """Sentences on a bundle of moves: the whole, then each book that receives, in words and figures."""
    cards = score(problem, before), score(problem, after)
    return sentences(Standing(problem, after), before, *cards)


def moves_with_reasons(before: Standing, after: Standing, movers: Mapping[int, str]) -> list[MoveFigures]:
    """Every account with another owner, the largest ARR first, each with its reason in one line."""
    data = after.data
    moved = np.flatnonzero(before.assignment != after.assignment)
    order = [int(i) for i in moved[np.argsort(-data.arr[moved], kind="stable")]]

    def under(values: Floats, i: int, csm: int) -> float:
        return float(values[i, csm]) if csm >= 0 else float("nan")

    found = []
    for i, answer in zip(order, why_each(before, after, order, brief=True, movers=movers), strict=True):
        giver, taker = int(before.assignment[i]), int(after.assignment[i])
        found.append(
            MoveFigures(
                account=i, csm_from=giver, csm_to=taker, arr=float(data.arr[i]),
                hours_from=under(data.hours, i, giver), hours_to=under(data.hours, i, taker),
                churn_from=under(data.churn, i, giver), churn_to=under(data.churn, i, taker),
                code=answer.code, reason=answer.reason, mover=movers.get(i, ""),
            )
        )  # fmt: skip
    return found


def _violations(before: Scorecard, after: Scorecard) -> tuple[tuple[Violation, ...], tuple[Violation, ...]]:
    """What is fixed, and what is new or worse."""

    def keyed(card: Scorecard) -> dict[tuple[str, str | None, str | None, int], Violation]:
        found: dict[tuple[str, str | None, str | None, int], Violation] = {}
        for one in card.violations:
            # A rule can break twice in one book (two quarters): then the order tells them apart.
            twin = 0
            while (one.rule, one.csm, one.account, twin) in found:
                twin += 1
            found[one.rule, one.csm, one.account, twin] = one
        return found

    was, now = keyed(before), keyed(after)
    # A pair's violation names the CSM: an account that breaks the same rule elsewhere is not fixed.
    fixed = tuple(one for key, one in was.items() if key not in now)
    worse = tuple(one for key, one in now.items() if key not in was or one.amount > was[key].amount + 1e-9)
    return fixed, worse
