"""What a report says of a plan: enough to defend it in front of the team, losers first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift_io.export.document import Block, Bullets, Document, Heading, Paragraph, Table
from bookshift_io.export.policy_words import goal_words, rule_words
from bookshift_io.export.report_charts import charts
from bookshift_io.export.report_data import approval_blocks, assumption_blocks, quality_blocks
from bookshift_io.export.report_score import in_short, scorecard
from bookshift_model.decisions import AcceptFinding, Correct
from bookshift_model.explain.losers import WORSE_OFF
from bookshift_model.explain.words import arrow, count, listed, money, percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from bookshift_io.export.plan import ExportScenario
    from bookshift_model.explain.diff import Diff, MoveFigures
    from bookshift_model.explain.losers import Loser
    from bookshift_model.problem import Problem
    from bookshift_model.score import BookFigures
    from bookshift_model.violations import Violation

MOST_MOVES: Final = 1_000
"""Moves that a report lists one by one; all of them are in moves.csv and in the workbook."""
_MOST_LOSERS: Final = 60
_MOST_RULES: Final = 30
_NAMES: Final = 4


def report(problem: Problem, told: Diff, scenario: ExportScenario) -> Document:
    """The report of a plan against today."""
    data = problem.data
    about = (
        f"{count(data.n, 'account')} and {count(data.m, 'CSM')}, data of {_day(data.as_of)}, "
        f"amounts in {data.portfolio.currency} a year. Version {scenario.version}"
    )
    approval = scenario.approval
    status = (
        "DRAFT: not approved, and nothing has been changed by it"
        if approval is None
        else f"APPROVED by {approval.author} on {_day(approval.at)}"
    )
    return Document(
        title=f"Account plan: {scenario.name}",
        about=about + (f", from {listed(scenario.sources)}." if scenario.sources else "."),
        approved=approval is not None,
        status=status,
        blocks=tuple(_blocks(problem, told, scenario)),
    )


def _blocks(problem: Problem, told: Diff, scenario: ExportScenario) -> Iterator[Block]:
    yield Heading("In short")
    yield Bullets(in_short(problem, told))
    yield Heading("What was asked")
    yield from _asked(problem, scenario)
    yield Heading("Today and the plan")
    yield scorecard(told, problem)
    yield from charts(told)
    yield Heading("Who is worse off")
    yield from _losers(problem, told)
    yield Heading("What each CSM gains and gives")
    yield from _books(problem, told)
    yield Heading("Every move, with its reason")
    yield from _moves(problem, told)
    yield Heading("Rules")
    yield from _rules(told)
    yield Heading("What is proven")
    yield Paragraph(
        scenario.proof
        or "Nothing is proven about this plan: it was made or changed by hand. A solve says how close to the "
        "best possible it is."
    )
    yield from quality_blocks(problem, scenario)
    yield from assumption_blocks(problem)
    yield from approval_blocks(scenario)


def _asked(problem: Problem, scenario: ExportScenario) -> Iterator[Block]:
    policy = problem.policy
    yield Paragraph(f"The policy “{policy.name}” weighs these goals, and keeps these rules.")
    yield Table(
        caption="Goals and their share of importance",
        head=("Goal", "Share", "Counted in"),
        rows=goal_words(policy),
        numbers=frozenset({1}),
    )
    rules = rule_words(policy)
    if rules:
        rows = [(one.name, one.limit or "–", one.how) for one in rules]
        yield Table(caption="Rules in force", head=("Rule", "Limit", "How"), rows=rows)
    yield Paragraph(scenario.fairness)
    made = [one for one in problem.data.decisions if not isinstance(one, (AcceptFinding, Correct))]
    if made:
        yield Paragraph(
            f"Planners made {count(len(made), 'decision')} (pins, locks, forbids, groups) that the plan "
            "follows; where one holds an account, its reason says so."
        )


def _losers(problem: Problem, told: Diff) -> Iterator[Block]:
    if not told.losing_books and not told.losing_accounts:
        yield Paragraph("Nobody is worse off by this plan.", "good")
        return
    if told.losing_books:
        rows = [(one.name, "; ".join(one.reasons)) for one in told.losing_books[:_MOST_LOSERS]]
        yield Table(caption="Books that are worse off", head=("CSM", "What gets worse"), rows=rows, wide=True)
        yield from _more(len(told.losing_books), "book")
    if told.losing_accounts:
        yield Paragraph(WORSE_OFF, "dim")
        moves = {one.account: one for one in told.moves}
        names = _Names(problem)
        shown = told.losing_accounts[:_MOST_LOSERS]
        rows_of = [
            (one.name, money(moves[i].arr), *names.of(moves[i]), _worse(moves[i], one))
            for one in shown
            if (i := one.account) is not None
        ]
        yield Table(
            caption="Accounts that are worse off, rules first and then by the ARR at stake",
            head=("Account", "ARR", "From", "To", "What gets worse"),
            rows=rows_of,
            numbers=frozenset({1}),
            wide=True,
        )
        yield from _more(len(told.losing_accounts), "account")


def _worse(move: MoveFigures, loser: Loser) -> str:
    """What gets worse for an account, and who wanted it so."""
    return "; ".join(filter(None, (move.wanted[1], *loser.reasons)))


def _more(number: int, what: str, shown: int = _MOST_LOSERS) -> Iterator[Block]:
    if number > shown:
        yield Paragraph(
            f"and {count(number - shown, f'more {what}')}, in the application under losers.", "dim"
        )


def _books(problem: Problem, told: Diff) -> Iterator[Block]:
    worse = {one.csm: k for k, one in enumerate(told.losing_books)}
    order = sorted(told.books, key=lambda one: (worse.get(one.csm, len(worse)), one.after.name, one.csm))
    rows = [
        (
            one.after.name,
            f"{one.before.accounts} → {one.after.accounts}",
            arrow(one.before.arr, one.after.arr, money),
            f"{_use_of(one.before)} → {_use_of(one.after)}",
            f"{one.before.high_risk} → {one.after.high_risk}",
            str(one.after.received),
            str(one.after.given),
        )
        for one in order
    ]
    yield Table(
        caption="Books, today → plan; those that are worse off first",
        head=("CSM", "Accounts", "ARR", "Workload", "High risk", "Gets", "Gives"),
        rows=rows,
        numbers=frozenset(range(1, 7)),
    )
    gains = [(one.after.name, *_gains(problem, told, one.csm)) for one in order]
    yield Table(
        caption="Who gets and gives what, the largest ARR first",
        head=("CSM", "Gets", "Gives"),
        rows=[(name, gets or "nothing", gives or "nothing") for name, gets, gives in gains if gets or gives],
        wide=True,
    )


def _gains(problem: Problem, told: Diff, csm: int) -> tuple[str, str]:
    def named(moves: Sequence[MoveFigures]) -> str:
        accounts = problem.data.accounts
        return listed([f"{accounts[one.account].name} ({money(one.arr)})" for one in moves], _NAMES)

    return (
        named([one for one in told.moves if one.csm_to == csm]),
        named([one for one in told.moves if one.csm_from == csm]),
    )


def _moves(problem: Problem, told: Diff) -> Iterator[Block]:
    if not told.moves:
        yield Paragraph("No account changes its owner.")
        return
    worse = {one.account: k for k, one in enumerate(told.losing_accounts)}
    names = _Names(problem)
    order = sorted(told.moves, key=lambda one: (worse.get(one.account, len(worse)), -one.arr, one.account))
    accounts = problem.data.accounts
    yield Paragraph(
        "In the reasons, figures x → y of a book are those of this plan without this one move, and with it.",
        "dim",
    )
    yield Table(
        caption="Moves: accounts that are worse off first, then by ARR",
        head=("Account", "ARR", "From", "To", "Why"),
        rows=[
            (accounts[one.account].name, money(one.arr), *names.of(one), one.reason)
            for one in order[:MOST_MOVES]
        ],
        numbers=frozenset({1}),
        wide=True,
    )
    if len(order) > MOST_MOVES:
        yield Paragraph(
            f"and {count(len(order) - MOST_MOVES, 'more move')}; the workbook and moves.csv list all.", "dim"
        )


def _rules(told: Diff) -> Iterator[Block]:
    broken = told.after.violations
    if not broken:
        yield Paragraph("The plan keeps every rule.", "good")
    else:
        yield Table(
            caption="Rules that the plan breaks",
            head=("Rule", "What", "Kind"),
            rows=[(one.name, one.sentence, _kind(one)) for one in broken[:_MOST_RULES]],
        )
        yield from _more(len(broken), "broken rule", _MOST_RULES)
    if told.fixed:
        yield Table(
            caption="Rules that are broken today and kept in the plan",
            head=("Rule", "Today", "Kind"),
            rows=[(one.name, one.sentence, _kind(one)) for one in told.fixed[:_MOST_RULES]],
        )
        yield from _more(len(told.fixed), "rule", _MOST_RULES)


def _kind(one: Violation) -> str:
    return "must be kept" if one.hard else "weighed"


class _Names:
    """Names of the CSMs of a move."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem

    def of(self, move: MoveFigures) -> tuple[str, str]:
        portfolio = self._problem.data.portfolio
        names, owner = portfolio.csm_names, portfolio.accounts[move.account].owner
        giver = names[move.csm_from] if move.csm_from >= 0 else portfolio.whom(owner)
        return giver, names[move.csm_to] if move.csm_to >= 0 else "nobody"


def _use_of(book: BookFigures) -> str:
    return percent(book.utilisation) if book.capacity > 0 else "no capacity"


def _day(at: date) -> str:
    return f"{at.day} {at:%B %Y}"
