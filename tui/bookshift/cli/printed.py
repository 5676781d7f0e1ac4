"""A plan in print: its figures, its moves with their reasons, and what it leaves aside."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bookshift.exports import reasons_of
from bookshift.handmade import movers
from bookshift.planner import Planner
from bookshift.reports import (
    books_table,
    goals_table,
    move_records,
    moves_table,
    violations_list,
)
from bookshift_model.explain.away import sent_away
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.overload import overload
from bookshift_model.explain.words import count
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import Problem
from bookshift_model.score import Scorecard
from bookshift_model.terms import Indices


def page(portfolio: Portfolio, baseline: Scorecard, plan: Scorecard, reasons: list[str]) -> str:
    """Goals, books, rules broken and moves of a plan beside today's books."""
    moved = Moved.of(plan.moves)
    share = moved.moves / max(1, len(portfolio.accounts))
    return "\n".join(
        [
            "Goals",
            goals_table((baseline, plan)),
            "",
            "Books, today → plan",
            books_table((baseline, plan)),
            "",
            f"Rules broken today ({len(baseline.broken)} hard)",
            violations_list(baseline),
            f"Rules broken in the plan ({len(plan.broken)} hard)",
            violations_list(plan),
            "",
            f"Moves: {count(moved.moves, 'account')} ({share:.0%})"
            + (f", and {moved.placed:,} placed that nobody has today" if moved.placed else ""),
            moves_table(move_records(portfolio, plan, reasons), portfolio),
        ]
    )


def noted(problem: Problem, plan: Scorecard) -> str:
    """What somebody should know who reads nothing else of the plan, a line each."""
    return "".join(f"\n! {note}" for note in notes(problem, plan))


def notes(problem: Problem, plan: Scorecard) -> list[str]:
    """What the plan leaves aside, that the team is too small, and how many accounts go to who is away."""
    short = overload(problem)
    gone = sent_away(problem.data.portfolio, (one.csm_to for one in plan.moves))
    return [*problem.notes, *([] if short is None else [str(short)]), *([gone] if gone else [])]


def reasons_in(planner: Planner) -> list[str]:
    """Why each move of the open plan, in the order of its moves."""
    by_hand = movers(planner.session.history, planner.portfolio, planner.assignment)
    return reasons_by_move(planner.problem, planner.assignment, planner.card, by_hand)


def reasons_by_move(
    problem: Problem, assignment: Indices, card: Scorecard, by_hand: Mapping[int, str]
) -> list[str]:
    """Why each move of a plan, in the order of its moves; `by_hand` says who moved an account."""
    moved = [one.account for one in card.moves]
    found = reasons_of(problem, np.asarray(assignment), moved, by_hand)
    return [found[i] for i in moved]
