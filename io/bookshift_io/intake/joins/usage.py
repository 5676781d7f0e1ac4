"""Usage over time to the last value of each account and its change against three months before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from bookshift_io.intake.joins.step import Step

BACK: Final = 91
"""Days between the last value and the one that it is compared with: a quarter."""
_NEAR: Final = 20
"""Days that the earlier value may lie off."""
LAST: Final = "Usage (last value)"
LAST_DAY: Final = "Usage (last day)"
_TOP: Final = 100.0


class _Point(NamedTuple):
    day: date
    score: float | None
    value: float | None
    seats: float | None


def sum_up(steps: Sequence[Step], as_of: date) -> dict[int, dict[str, Any]]:
    """Return figures by account: `usage` (0 to 100) where the file states a share, `usage_growth`, texts.

    A count of users or events is no share: without the seats it gives the growth and is kept as a text.
    """
    points: dict[int, dict[tuple[str, date], list[_Point]]] = {}
    for step in steps:
        for row in range(step.table.rows):
            at = step.at[row] if step.at else None
            day = step.value("date", row) or (None if "date" in step.read else as_of)
            one = _Point(
                day or as_of, step.value("score", row), step.value("value", row), step.value("seats", row)
            )
            if day is None:
                step.reject(row, "it has no date that can be read; complete it", "date")
            elif day > as_of:
                step.leave_out(row, f"it is of a day after {as_of}")
            elif one.score is None and one.value is None:
                step.leave_out(row, "it holds no figure")
            elif at is not None:
                same = points.setdefault(at, {}).setdefault((step.join.name, day), [])
                if one in same:
                    step.leave_out(row, "it repeats another row of that account and day")
                else:
                    same.append(one)
    how = _several(steps, points)
    return {at: _figures([_one(same, how) for same in found.values()]) for at, found in points.items()}


def _several(steps: Sequence[Step], points: dict[int, dict[tuple[str, date], list[_Point]]]) -> str:
    names = {name for found in points.values() for (name, _), same in found.items() if len(same) > 1}
    step = next((one for one in steps if one.join.name in names), None)
    if step is None:
        return "sum"
    answer = step.log.ask(
        "repeated",
        "an account has several rows of one day: shall they be added up, averaged, or is the last one right?",
        ("sum", "mean", "last"),
    )
    return answer or "sum"


def _one(same: list[_Point], how: str) -> _Point:
    if len(same) == 1 or how == "last":
        return same[-1]

    def together(values: list[float | None]) -> float | None:
        there = [value for value in values if value is not None]
        total = sum(there) / (len(there) if how == "mean" and there else 1)
        return total if there else None

    score = together([one.score for one in same])
    return _Point(
        same[0].day,
        None if score is None else min(score, _TOP),
        together([one.value for one in same]),
        together([one.seats for one in same]),
    )


def _figures(points: list[_Point]) -> dict[str, Any]:
    points.sort(key=lambda one: one.day)
    last = points[-1]
    figures: dict[str, Any] = {LAST_DAY: last.day.isoformat()}
    if last.score is not None:
        figures["usage"] = last.score
    elif last.value is not None and last.seats:
        figures["usage"] = max(0.0, min(_TOP, _TOP * last.value / last.seats))
    if last.value is not None:
        figures[LAST] = f"{last.value:.10g}"
    then = last.day - timedelta(days=BACK)
    near = [one for one in points if abs((one.day - then).days) <= _NEAR]
    if near:
        earlier = min(near, key=lambda one: abs((one.day - then).days))
        now, before = (last.score, earlier.score) if last.score is not None else (last.value, earlier.value)
        if now is not None and before is not None and before > 0:
            figures["usage_growth"] = round(now / before - 1, 6)
    return figures
