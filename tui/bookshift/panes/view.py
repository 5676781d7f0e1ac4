"""What the panes show: one assignment of the open scenario, judged, with what holds each account."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from bookshift.handmade import movers
from bookshift_model.decisions import Forbid, KeepApart, KeepTogether, Lock, Pin, about_data, accounts_of
from bookshift_model.explain.overload import overload
from bookshift_model.explain.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bookshift.panes.table import Table
    from bookshift.planner import Planner
    from bookshift_model.decisions import Decisions
    from bookshift_model.explain.overload import Overload
    from bookshift_model.portfolio import Account, Portfolio
    from bookshift_model.problem import Problem
    from bookshift_model.score import BookFigures, Scorecard
    from bookshift_model.session import History
    from bookshift_model.violations import Violation

Showing: TypeAlias = Literal["plan", "preview", "today"]

NOBODY: Final = "nobody"
SYMBOLS: Final = {Pin: "P", Lock: "L", Forbid: "X", KeepTogether: "G", KeepApart: "G"}
"""The letter that stands for each kind of decision beside an account."""


@dataclass(frozen=True, eq=False, repr=False)
class View:
    """A snapshot; a change makes a new one. Positions are those of the portfolio, −1 for nobody."""

    table: Table
    problem: Problem
    decisions: Decisions
    assignment: NDArray[np.int64]
    card: Scorecard
    baseline_card: Scorecard
    showing: Showing
    proposal: Mapping[str, Any] | None
    history: History

    @classmethod
    def of(cls, planner: Planner, table: Table, showing: Showing, proposal: Mapping[str, Any] | None) -> View:
        """Project the plan, the solver's plan where there is one, or today's books."""
        if showing == "preview" and proposal is not None:
            assignment = planner.assignment_of(known_moves(planner.portfolio, proposal))
        elif showing == "today":
            assignment = planner.problem.baseline
        else:
            assignment = planner.assignment
        return cls(
            table=table,
            problem=planner.problem,
            decisions=planner.state.decisions,
            assignment=assignment,
            card=planner.baseline_card if showing == "today" else planner.judge(assignment),
            baseline_card=planner.baseline_card,
            showing=showing,
            proposal=proposal,
            history=planner.session.history,
        )

    @property
    def portfolio(self) -> Portfolio:
        """Accounts and CSMs."""
        return self.table.portfolio

    @cached_property
    def overload(self) -> Overload | None:
        """How far the team is too small for any plan."""
        return overload(self.problem)

    def account(self, key: str) -> Account:
        """The account under an id."""
        return self.portfolio.accounts[self.portfolio.account_index[key]]

    def csm_name(self, position: int) -> str:
        """Name of the CSM at a position."""
        return self.portfolio.csm_names[position] if position >= 0 else NOBODY

    def owner_name(self, account: int) -> str:
        """Who owns an account (position) today; `Alex Kim?` where that is the name of several."""
        owner, position = self.portfolio.accounts[account].owner, int(self.problem.baseline[account])
        unclear = position < 0 and self.portfolio.namesakes_of(owner)
        return self.portfolio.whom(owner) if unclear else self.csm_name(position)

    def owners(self, account: int) -> tuple[int, int]:
        """Positions of today's owner and of the owner in what is shown."""
        return int(self.problem.baseline[account]), int(self.assignment[account])

    @cached_property
    def standing(self) -> Standing:
        """The books added up, for questions about single accounts."""
        return Standing(self.problem, self.assignment)

    @cached_property
    def movers(self) -> dict[int, str]:
        """Who moved an account (position) by hand to where it is shown, and when."""
        return movers(self.history, self.portfolio, self.assignment)

    @cached_property
    def books(self) -> dict[str, BookFigures]:
        """Figures of each book by the CSM's id."""
        return {book.csm: book for book in self.card.books}

    @cached_property
    def broken(self) -> dict[str, list[Violation]]:
        """What breaks a rule in each book, by the CSM's id."""
        found: dict[str, list[Violation]] = {}
        for one in self.card.violations:
            if one.csm is not None:
                found.setdefault(one.csm, []).append(one)
        return found

    @cached_property
    def held(self) -> dict[str, str]:
        """The letters of the decisions about each account that has any."""
        found: dict[str, str] = {}
        for one in self.decisions:
            if about_data(one):
                continue
            letter = SYMBOLS[type(one)]
            for account in accounts_of(one):
                if letter not in (had := found.get(account, "")):
                    found[account] = had + letter
        return found


def known_moves(portfolio: Portfolio, proposal: Mapping[str, Any]) -> dict[str, str]:
    """The moves of a stored plan, without accounts and CSMs that a newer import has taken away."""
    return {
        str(account): str(csm)
        for account, csm in proposal["moves"].items()
        if account in portfolio.account_index and csm in portfolio.csm_index
    }
