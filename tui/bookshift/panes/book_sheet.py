"""What the detail pane says about one book, or about all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift.panes.books import ALL, band
from bookshift.panes.sheet import BLANK, Row, Span, heading, row
from bookshift.points import points_of, written
from bookshift.text import UNKNOWN, count, hours, money, percent, signed
from bookshift_model.explain.away import away, sent_away
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.words import minus
from bookshift_model.quarters import months

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from bookshift.panes.view import View
    from bookshift_model.score import BookFigures
    from bookshift_model.violations import Violation

_MOST = 40


def book_rows(view: View, csm: str) -> list[Row]:
    """Figures of a book against today, what breaks a rule in it, and who the CSM is."""
    if csm == ALL or csm not in view.books:
        return _all_rows(view)
    book = view.books[csm]
    before = next(one for one in view.baseline_card.books if one.csm == csm)
    who = view.portfolio.csms[view.portfolio.csm_index[csm]]
    gone = away(who, view.portfolio.as_of)
    rows = [row(Span(book.name, "strong"), Span(f"  {csm}", "dim"), hang=-1)]
    rows += [row(Span(f"! {gone}", "warn"), hang=2)] if gone is not None else []
    rows += _figures(before, book, view.portfolio.as_of)
    rows += [BLANK, *violation_rows(view.broken.get(csm, []))]
    facts = {
        "e-mail": who.email, "region": who.region, "location": who.location,
        "languages": ", ".join(who.languages), "industries": ", ".join(who.industries),
        "skills": ", ".join(who.skills), "touch levels": ", ".join(who.touch_levels),
        "FTE": f"{who.fte:g}", "level": who.level or "", "started": str(who.start or ""),
        "leave": "; ".join(f"{first} to {last}" for first, last in who.leave), **who.extra,
    }  # fmt: skip
    rows += [BLANK, heading("CSM")]
    rows += [row(Span(f"{label:<14}", "dim"), value, hang=14) for label, value in facts.items() if value]
    return rows


def violation_rows(violations: list[Violation]) -> Iterator[Row]:
    """The rules that are broken, hard ones first, in sentences."""
    if not violations:
        yield row(Span("✓ ", "good"), "Every rule is kept.")
        return
    hard = sum(one.hard for one in violations)
    yield heading(f"Rules broken: {hard} hard, {len(violations) - hard} soft")
    for one in violations[:_MOST]:
        mark = Span("! ", "bad") if one.hard else Span("~ ", "dim")
        yield row(mark, one.sentence, Span(f"  ({one.relax})" if one.relax else "", "dim"), hang=2)
    if len(violations) > _MOST:
        yield row(Span(f"and {len(violations) - _MOST} more", "dim"))


def _figures(before: BookFigures, book: BookFigures, as_of: date) -> Iterator[Row]:
    word, tone = band(book.utilisation)
    yield row(Span(f"{'':<16}{'today':>9}{'shown':>9}{'change':>9}", "dim"), hang=-1)
    yield _figure(
        "accounts", count(before.accounts), count(book.accounts), signed(book.accounts - before.accounts)
    )
    yield _figure("ARR", money(before.arr), money(book.arr), signed(book.arr - before.arr, money))
    yield _figure("target ARR", money(before.target_arr), money(book.target_arr), "")
    yield _figure(
        "hours a month", hours(before.hours), hours(book.hours), signed(book.hours - before.hours, hours)
    )
    yield _figure("capacity", hours(before.capacity), hours(book.capacity), "")
    change = signed(book.utilisation - before.utilisation, percent)
    now = _figure("utilisation", percent(before.utilisation), percent(book.utilisation), change)
    yield Row((*now.spans, Span(f"  {word}", tone)), -1)
    yield _figure(
        "high-risk", count(before.high_risk), count(book.high_risk), signed(book.high_risk - before.high_risk)
    )
    churn = signed(book.churned_arr - before.churned_arr, money)
    yield _figure("churned ARR", money(before.churned_arr), money(book.churned_arr), churn)
    fit = signed(None if book.fit is None or before.fit is None else book.fit - before.fit, percent)
    yield _figure("industry fit", percent(before.fit), percent(book.fit), fit)
    for quarter, (was, now_) in enumerate(
        zip(before.renewals_by_quarter, book.renewals_by_quarter, strict=True)
    ):
        label = f"renewals {months(as_of, quarter, year=False)}"
        yield _figure(label, money(was), money(now_), signed(now_ - was, money))


def _figure(label: str, before: str, after: str, change: str) -> Row:
    tone = "dim" if change in {"", "0", "0%", UNKNOWN} else "new"
    return row(
        Span(f"{label:<16}", "dim"), f"{before:>9}{after:>9}", Span(f"{minus(change):>9}", tone), hang=-1
    )


def _all_rows(view: View) -> list[Row]:
    card, before = view.card, view.baseline_card
    rows = [
        row(Span("All books", "strong"), hang=-1),
        row(
            Span(f"{'points':<16}", "dim"),
            f"{written(points_of(before))} → {written(points_of(card))}",
            Span("   fewer are better, 0 is ideal", "dim"),
            hang=-1,
        ),
        row(Span(f"{'hard rules':<16}", "dim"), f"broken {len(before.broken)} → {len(card.broken)}", hang=-1),
        row(
            Span(f"{'moves':<16}", "dim"),
            f"{Moved.of(card.moves)}, {money(card.moved_arr)} of ARR",
            hang=-1,
        ),
    ]
    if view.overload is not None:
        rows.append(row(Span("! ", "bad"), str(view.overload), hang=2))
    gone = sent_away(view.portfolio, (one.csm_to for one in card.moves))
    told = (*view.problem.notes, gone) if gone else view.problem.notes
    notes = [row(Span("! ", "warn"), note, hang=2) for note in told]
    return [*rows, *notes, BLANK, *violation_rows(list(card.violations))]
