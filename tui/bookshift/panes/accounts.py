"""Pane 2: the accounts of the chosen book, filtered and sorted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bookshift.panes.books import ALL
from bookshift.panes.fields import COLUMNS, FIELDS, order_by
from bookshift.panes.pane import Pane
from bookshift.panes.query import Term, matches, parse, understood, written
from bookshift.widgets.grid import Grid
from bookshift.widgets.rows import Cell

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from textual.app import ComposeResult

    from bookshift.panes.view import View


class AccountRows:
    """The accounts at some positions of a view; only rows in sight are ever formatted."""

    def __init__(self, view: View, order: NDArray[np.int64]) -> None:
        self._view = view
        self._order = order

    def __len__(self) -> int:
        return len(self._order)

    def cells(self, index: int) -> list[Cell | str]:
        """Every field of one account."""
        account = int(self._order[index])
        return [field.cell(self._view, account) for field in FIELDS]

    def key(self, index: int) -> str:
        """The account's id."""
        return self._view.portfolio.accounts[int(self._order[index])].id

    def find(self, key: str) -> int | None:
        """The place of an account."""
        account = self._view.portfolio.account_index.get(key)
        place = -1 if account is None else int(self._places[account])
        return None if place < 0 else place

    @cached_property
    def _places(self) -> NDArray[np.int64]:
        """(n,) place of each account, −1 where it is not shown."""
        places = np.full(len(self._view.portfolio.accounts), -1, dtype=np.int64)
        places[self._order] = np.arange(len(self._order))
        return places


class AccountsPane(Pane):
    """Which accounts are shown, in which order, and which of them are marked."""

    number = 2
    label = "Accounts"

    def __init__(self) -> None:
        super().__init__(id="accounts")
        self.sort = ("arr", True)
        self.filter = ""
        self.book = ALL
        self._terms: tuple[Term, ...] = ()
        self._view: View | None = None
        self._shown = 0

    def compose_body(self) -> ComposeResult:
        """Make the grid."""
        yield Grid(
            COLUMNS,
            id="accounts-grid",
            empty="No account here: esc drops the filter, 1 chooses another book.",
        )

    @property
    def body(self) -> Grid:
        """The grid of accounts."""
        return self.query_one("#accounts-grid", Grid)

    def project(self, view: View) -> None:
        """Show a view; raises `QueryError` where the filter no longer fits the data."""
        self._view = view
        self._show(view, matches(view, self._terms))

    def _show(self, view: View, chosen: NDArray[np.bool_]) -> None:
        """Show those of the (n,) chosen accounts that are in the chosen book, in their order."""
        if self.book != ALL and self.book in view.portfolio.csm_index:
            chosen &= view.assignment == view.portfolio.csm_index[self.book]
        order = order_by(view, self.sort[0], descending=self.sort[1])
        self.body.show(AccountRows(view, order[chosen[order]]), sort=self.sort)
        self.retitle()

    def choose_book(self, csm: str) -> None:
        """Show the accounts of a book, or all."""
        if csm != self.book and self._view is not None:
            self.book = csm
            self.project(self._view)

    def look_for(self, text: str) -> None:
        """Filter; raises `QueryError` and changes nothing where the text makes no filter."""
        terms = parse(text)
        if self._view is not None:
            found = matches(self._view, terms)
            self.filter, self._terms = text.strip(), terms
            self.body.highlight(next((one.value for one in terms if not one.field), ""))
            before = self.body.key
            self._show(self._view, found)
            if self.body.key != before:
                self.body.action_top()

    @property
    def asked(self) -> str:
        """What the filter asks for, in words; empty without one."""
        return understood(self._view, self._terms) if self._view is not None else ""

    @property
    def asked_with_blanks(self) -> bool:
        """Whether a value of the filter goes on over a blank, where words anywhere could be meant."""
        return any(one.field and " " in one.value for one in self._terms)

    def title_parts(self) -> tuple[str, str]:
        """Whose book, which filter, and the cursor's place."""
        if self._view is None:
            return "", ""
        books = self._view.books
        whose = f"  {books[self.book].name}" if self.book in books else "  all books"
        terms = " ".join(written(one.field, one.value, one.op) for one in self._terms)
        return whose + (f"  / {terms}" if terms else ""), self.body.position
