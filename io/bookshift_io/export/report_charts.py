"""The charts of a report: workload, ARR, risk and moves of each book, today and in the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift_io.export.document import Bar, Chart
from bookshift_model.explain.words import money, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bookshift_model.explain.diff import BookChange, Diff
    from bookshift_model.score import BookFigures

MOST_BARS: Final = 30
"""CSMs that a chart shows; of more, those whose book changes most."""
_CLEAR: Final = 1.08
"""Width of a chart over its longest bar."""


def charts(told: Diff) -> Iterator[Chart]:
    """Workload, ARR, high-risk accounts, and what moves; a chart without anything in it is left out."""
    able = [one for one in told.books if one.after.capacity > 0]
    top = _top(able, lambda one: one.utilisation, least=1.0)
    yield from _chart(
        "Workload, share of capacity",
        able,
        lambda one: one.utilisation,
        style=percent,
        top=top,
        marks=((1.0 / top, "100 %"),),
    )
    longest = _top(told.books, lambda one: one.arr)
    yield from _chart("ARR", told.books, lambda one: one.arr, style=money, top=longest)
    most = _top(told.books, lambda one: float(one.high_risk))
    yield from _chart(
        "High-risk accounts",
        told.books,
        lambda one: float(one.high_risk),
        style=_number,
        top=most,
    )
    yield from _moved(told.books)


def _chart(
    caption: str,
    books: Sequence[BookChange],
    figure: Callable[[BookFigures], float],
    *,
    style: Callable[[float], str],
    top: float,
    marks: Sequence[tuple[float, str]] = (),
) -> Iterator[Chart]:
    shown = _shown(books, lambda one: abs(figure(one.after) - figure(one.before)))
    if not shown or not any(figure(one.before) or figure(one.after) for one in shown):
        return
    yield Chart(
        caption=_caption(caption, books),
        bars=[
            Bar(
                name=one.after.name,
                today=figure(one.before) / top,
                plan=figure(one.after) / top,
                today_text=style(figure(one.before)),
                plan_text=style(figure(one.after)),
            )
            for one in shown
        ],
        marks=marks,
    )


def _moved(books: Sequence[BookChange]) -> Iterator[Chart]:
    top = _CLEAR * max((max(one.after.received, one.after.given) for one in books), default=0)
    moving = [one for one in books if one.after.received or one.after.given]
    if not moving:
        return
    yield Chart(
        caption=_caption("Accounts given and received", moving),
        key=("given", "received"),
        bars=[
            Bar(
                name=one.after.name,
                today=one.after.given / top,
                plan=one.after.received / top,
                today_text=str(one.after.given),
                plan_text=str(one.after.received),
            )
            for one in _shown(moving, lambda one: float(one.after.received + one.after.given))
        ],
    )


def _shown(books: Sequence[BookChange], change: Callable[[BookChange], float]) -> list[BookChange]:
    """The books that change most, in the order of their names."""
    most = sorted(books, key=lambda one: (-change(one), one.csm))[:MOST_BARS]
    return sorted(most, key=lambda one: (one.after.name, one.csm))


def _caption(caption: str, books: Sequence[BookChange]) -> str:
    return (
        caption if len(books) <= MOST_BARS else f"{caption}: the {MOST_BARS} of {len(books)} that change most"
    )


def _top(books: Sequence[BookChange], figure: Callable[[BookFigures], float], least: float = 1e-9) -> float:
    return _CLEAR * max(least, *(max(figure(one.before), figure(one.after)) for one in books), least)


def _number(value: float) -> str:
    return f"{value:.0f}"
