"""The sheets of a plan: every account, the moves, and the books before and after, as columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_io.export.cells import cents
from bookshift_io.export.records import account_columns
from bookshift_io.export.sheets import Column, Sheet
from bookshift_model.decisions import Forbid, accounts_of, kind_of
from bookshift_model.score import score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_io.export.cells import Cell, Profile
    from bookshift_model.portfolio import Portfolio
    from bookshift_model.problem import Problem
    from bookshift_model.score import BookFigures
    from bookshift_model.terms import Floats, Indices

_OF_AN_HOUR: Final = 4
"""Decimals of the hours of a book: sums, whose last digits are those of binary arithmetic."""


class PlanSheets:
    """Makes the sheets of one assignment; `assignment` is (n,) CSM positions, −1 for nobody."""

    def __init__(
        self, problem: Problem, assignment: Indices, reasons: Mapping[int, str], profile: Profile
    ) -> None:
        self._problem = problem
        self._data = problem.data
        self._assignment = assignment
        self._reasons = reasons
        self._profile = profile
        self._held = _held(problem)
        csms = self._data.csms
        self._from = [one.owner for one in self._data.accounts]
        self._to = [
            csms[j].id if j >= 0 else None if moved else before
            for j, moved, before in zip(assignment.tolist(), self.moved.tolist(), self._from, strict=True)
        ]

    @property
    def moved(self) -> NDArray[bool_]:
        """(n,) whether the account has another owner than today."""
        return np.asarray(self._assignment != self._problem.baseline)

    def owners_of_moves(self) -> dict[str, str | None]:
        """Id of the new owner by id of each moved account."""
        accounts = self._data.accounts
        return {accounts[i].id: self._to[i] for i in np.flatnonzero(self.moved)}

    def plan(self) -> Sheet:
        """Every account with its new owner: all fields and further columns, and what the plan says of it."""
        data, names = self._data, _names(self._data.portfolio)
        people = self._profile == "people"
        own = account_columns(data.portfolio, self._to, self._profile)
        first = (
            *([Column("plan_owner_name", [names.get(one, "") for one in self._to])] if people else []),
            Column("previous_owner_id", self._from),
            *([Column("previous_owner_name", [names.get(one, "") for one in self._from])] if people else []),
            Column("plan_moved", self.moved.tolist()),
            Column("plan_reason", [self._reasons.get(i, "") for i in range(data.n)]),
            Column("plan_held", self._held),
        )
        last = (
            Column("plan_hours", _at(data.hours, self._assignment)),
            Column("plan_churn", _at(data.churn, self._assignment)),
            Column("plan_touch_level", data.touch),
            Column("plan_imputed", [tuple(sorted(one.imputed)) for one in data.accounts]),
            Column("plan_corrected", [tuple(sorted(one.corrected)) for one in data.accounts]),
        )
        # Id, name and owner first, then what the plan says of them, then all the rest.
        columns = (*own[:3], *first, *own[3:], *last)
        return Sheet(stem="plan", columns=columns, arr=data.portfolio.total_arr)

    def moves(self, order: Sequence[int]) -> Sheet:
        """One row a move, those in `order` (account positions) first, the others by position."""
        data, names = self._data, _names(self._data.portfolio)
        moved = self.moved
        rows = [i for i in dict.fromkeys(map(int, order)) if moved[i]]
        rows += sorted(set(np.flatnonzero(moved).tolist()) - set(rows))
        people = self._profile == "people"
        at = np.array(rows, dtype=np.int64)
        hours, churn = data.hours[at], data.churn[at]
        before, after = self._problem.baseline[at], self._assignment[at]
        churn_from, churn_to = _at(churn, before), _at(churn, after)
        accounts = [data.accounts[i] for i in rows]
        change = [
            None if old is None or new is None else cents(one.arr * (new - old))
            for one, old, new in zip(accounts, churn_from, churn_to, strict=True)
        ]
        ids_from, ids_to = [self._from[i] for i in rows], [self._to[i] for i in rows]
        columns = (
            Column("account_id", [one.id for one in accounts]),
            Column("name", [one.name for one in accounts]),
            Column("from_id", ids_from),
            *([Column("from_name", [names.get(one, "") for one in ids_from])] if people else []),
            Column("to_id", ids_to),
            *([Column("to_name", [names.get(one, "") for one in ids_to])] if people else []),
            Column("reason", [self._reasons.get(i, "") for i in rows]),
            Column("arr", [one.arr for one in accounts]),
            Column("hours_from", _at(hours, before)),
            Column("hours_to", _at(hours, after)),
            Column("churn_from", churn_from),
            Column("churn_to", churn_to),
            Column("expected_churn_change", change),
            Column("touch_level", [data.touch[i] for i in rows]),
            Column("health_score", [one.health for one in accounts]),
            Column("risk", [one.risk for one in accounts]),
            Column("renewal_date", [one.renewal for one in accounts]),
            Column("owner_since", [one.owner_since for one in accounts]),
            Column("held", [self._held[i] for i in rows]),
        )
        return Sheet(stem="moves", columns=columns, arr=self._moved_arr)

    def books(self) -> Sheet:
        """One row a CSM: each figure today and in the plan."""
        today = score(self._problem, self._problem.baseline).books
        plan = score(self._problem, self._assignment).books
        people = self._profile == "people"
        columns = [
            Column("csm_id", [one.csm for one in plan]),
            *([Column("csm_name", [one.name for one in plan])] if people else []),
            Column("capacity_hours", [round(one.capacity, _OF_AN_HOUR) for one in plan]),
            Column("target_arr", [cents(one.target_arr) for one in plan]),
            Column("accounts_received", [one.received for one in plan]),
            Column("accounts_given", [one.given for one in plan]),
        ]
        was, will = [_figures(one) for one in today], [_figures(one) for one in plan]
        for name in was[0]:
            columns.append(Column(f"{name}_today", [one[name] for one in was]))
            columns.append(Column(f"{name}_plan", [one[name] for one in will]))
        return Sheet(stem="books", columns=tuple(columns), arr=math.fsum(one.arr for one in plan))

    @property
    def _moved_arr(self) -> float:
        return math.fsum(self._data.arr[self.moved].tolist())


def _names(portfolio: Portfolio) -> dict[str | None, str]:
    return {one.id: name for one, name in zip(portfolio.csms, portfolio.csm_names, strict=True)}


def _at(figures: Floats, assignment: Indices) -> list[float | None]:
    """Each account's figure with its CSM, nothing where it has none; `figures` (k, m), `assignment` (k,)."""
    found = figures[np.arange(len(assignment)), np.maximum(assignment, 0)].tolist()
    return [value if j >= 0 else None for value, j in zip(found, assignment.tolist(), strict=True)]


def _held(problem: Problem) -> list[tuple[str, ...]]:
    """(n,) words of the decisions in force on each account: pin, lock, forbid <csm>, together, apart."""
    index = problem.data.portfolio.account_index
    words: list[list[str]] = [[] for _ in range(problem.data.n)]
    for one in problem.data.decisions:
        word = f"forbid {one.csm}" if isinstance(one, Forbid) else kind_of(one)
        for account in accounts_of(one):
            if account in index:
                words[index[account]].append(word)
    return [tuple(one) for one in words]


def _figures(book: BookFigures) -> dict[str, Cell]:
    utilisation = book.utilisation
    return {
        "accounts": book.accounts,
        "arr": cents(book.arr),
        "hours": round(book.hours, _OF_AN_HOUR),
        "utilisation": utilisation if math.isfinite(utilisation) else None,
        "high_risk": book.high_risk,
        "expected_churn": cents(book.churned_arr),
        "industry_fit": book.fit,
        **{f"renewals_q{number}": cents(arr) for number, arr in enumerate(book.renewals_by_quarter, 1)},
    }
