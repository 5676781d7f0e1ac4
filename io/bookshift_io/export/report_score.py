"""A plan against today in figures: in a few sentences, and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift_io.export.document import BETTER, SAME, WORSE, Table
from bookshift_model.explain.away import sent_away
from bookshift_model.explain.impact import utilisation_spread
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.words import arrow, count, money, percent, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.explain.diff import Diff
    from bookshift_model.explain.words import Format
    from bookshift_model.problem import Problem
    from bookshift_model.score import BookFigures, Scorecard


def in_short(problem: Problem, told: Diff) -> list[str]:
    """The plan in a few sentences."""
    before, after = told.before, told.after
    if not told.moves:
        return ["No account changes its owner: the plan is today's books."]
    share = percent(after.moved_arr / problem.data.portfolio.total_arr) if problem.data.arr.any() else "none"
    found = [
        f"{_moved(told, problem)}: {money(after.moved_arr)}, {share} of all ARR.",
        _broken(before, after),
    ]
    use = [_highest(card.books) for card in (before, after)]
    if None not in use:
        was, now = arrow(use[0] or 0, use[1] or 0, percent).split(" → ")
        found.append(f"The fullest book holds {now} of its CSM's capacity, today {was}.")
    was, now = arrow(before.churned_arr, after.churned_arr, money).split(" → ")
    nobody = " (an account that nobody has counts as with the average CSM)" if before.unowned else ""
    found.append(f"{now} of ARR is expected to churn within the horizon, today {was}{nobody}.")
    accounts, books = len(told.losing_accounts), len(told.losing_books)
    found.append(
        f"Worse off by it: {count(accounts, 'account')} and {count(books, 'book')}; they are named below."
        if accounts or books
        else "Nobody is worse off by it."
    )
    gone = sent_away(problem.data.portfolio, (one.csm_to for one in told.moves))
    return [*found, gone] if gone else found


def _moved(told: Diff, problem: Problem) -> str:
    """Who changes hands, and apart from it who is placed: budgets of moves do not count these."""
    moved, of = Moved.of(told.moves), f" of {problem.data.n:,}"
    get = "gets" if moved.placed == 1 else "get"
    if not moved.moves:
        return f"{count(moved.placed, 'account')}{of} that nobody has today {get} a CSM"
    changes = "changes its" if moved.moves == 1 else "change their"
    owned = f"{count(moved.moves, 'account')}{of} {changes} CSM"
    if not moved.placed:
        return owned
    return f"{owned}, and {moved.placed:,} that nobody has today {get} one ({moved})"


def _broken(before: Scorecard, after: Scorecard) -> str:
    was, now = len(before.broken), len(after.broken)
    if not was and not now:
        return "Every rule that must be kept is kept, today and in the plan."
    if not now:
        return f"Rules that must be kept are broken {count(was, 'time')} today and never in the plan."
    return (
        f"Rules that must be kept are broken {count(was, 'time')} today and {count(now, 'time')} in the plan."
    )


def scorecard(told: Diff, problem: Problem) -> Table:
    """The figures that people ask for first, and the goals, today and in the plan."""
    before, after = told.before, told.after
    rows = [_line("Broken rules that must be kept", len(before.broken), len(after.broken), plain)]
    use = [_highest(card.books) for card in (before, after)]
    if None not in use:
        rows.append(_line("Fullest book, share of capacity", use[0] or 0, use[1] or 0, percent))
    spread = utilisation_spread(before.books), utilisation_spread(after.books)
    if None not in spread:
        rows.append(
            _line("Fullest less emptiest book, points of capacity", spread[0] or 0, spread[1] or 0, _whole)
        )
    for name, figure in (
        ("Largest book, ARR", lambda one: one.arr),
        ("Most high-risk accounts in one book", lambda one: float(one.high_risk)),
    ):
        style = money if "ARR" in name else plain
        rows.append(_line(name, max(map(figure, before.books)), max(map(figure, after.books)), style))
    if before.fit is not None and after.fit is not None:
        rows.append(
            _line("Accounts whose CSM knows their industry", before.fit, after.fit, percent, more=True)
        )
    for one in told.goals:
        if one.share > 0:
            fine: Format = money if "ARR" in one.unit else _fine
            rows.append(_line(f"Goal: {one.name} ({one.unit})", one.before, one.after, fine))
    moved = Moved.of(told.moves)
    rows.append(("Accounts that change their CSM", "", f"{moved.moves:,} of {problem.data.n:,}", ""))
    rows.append(("ARR that changes its CSM", "", money(after.moved_arr - after.placed_arr), ""))
    if moved.placed:
        rows.append(("Accounts placed that nobody has today", "", f"{moved.placed:,}", ""))
        rows.append(("ARR placed that nobody has today", "", money(after.placed_arr), ""))
    return Table(
        caption="The same figures today and in the plan",
        head=("Figure", "Today", "Plan", "The plan is"),
        rows=rows,
        numbers=frozenset({1, 2}),
    )


def _line(
    name: str, before: float, after: float, style: Format, *, more: bool = False
) -> tuple[str, str, str, str]:
    was, now = arrow(before, after, style).split(" → ")
    if was == now:
        same = style(after, 0)
        return name, same, same, SAME
    return name, was, now, BETTER if (after > before) == more else WORSE


def _highest(books: Sequence[BookFigures]) -> float | None:
    found = [one.utilisation for one in books if one.capacity > 0]
    return max(found) if found else None


def _whole(number: float, finer: int = 0) -> str:
    return plain(round(number) if not finer else number, finer)


def _fine(number: float, finer: int = 0) -> str:
    return f"{number:,.{1 + finer}f}"
