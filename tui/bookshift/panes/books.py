"""Pane 1: the books, one row a CSM, and all of them together in the first row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift.panes.pane import Pane
from bookshift.text import UNKNOWN, count, hours, money, percent, signed
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Grid
from bookshift.widgets.rows import Cell, ListRows
from bookshift_model.explain.away import all_away, away
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.words import count as numbered
from bookshift_model.explain.words import minus
from bookshift_model.quarters import months

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from bookshift.panes.view import View
    from bookshift_model.explain.away import Away
    from bookshift_model.score import BookFigures

ALL: Final = ""
"""Key of the row for all books."""

COLUMNS: Final = (
    Column("name", "CSM", 13, share=1, priority=0),
    Column("broken", "Rule", 4, priority=4),
    Column("accounts", "Accts", 5, align="right", priority=2),
    Column("arr", "ARR", 5, align="right", priority=2),
    Column("off", "±Tgt", 5, align="right", priority=6),
    Column("utilisation", "Util", 5, align="right", priority=1),
    Column("band", "Band", 8, priority=3),
    Column("change", "In/out", 7, align="right", priority=5),
    Column("hours", "Hours", 6, align="right", priority=7),
    Column("risk", "Risky", 5, align="right", priority=8),
    Column("churn", "Churn", 5, align="right", priority=8),
    Column("fit", "Fit", 4, align="right", priority=9),
    Column("renewals", "Renewals, quarters", 19, align="right", priority=10),
)

AWAY: Final = Column("away", "Away", 9, priority=2, tone="warn")
"""Stands beside the name as long as somebody is on leave, or soon will be; as wide as what it says."""

BANDS: Final = (
    (0.60, "idle", "dim"),
    (0.75, "room", ""),
    (0.85, "target", "good"),
    (0.90, "watch", ""),
    (1.00, "act", "warn"),
)
"""Upper end of each utilisation band, its word and tone; above the last is overload."""
OVERLOAD: Final = ("OVERLOAD", "bad")


def band(utilisation: float) -> tuple[str, str]:
    """The word for a utilisation, and its tone."""
    return next(((word, tone) for end, word, tone in BANDS if utilisation <= end), OVERLOAD)


class BooksPane(Pane):
    """Which book is chosen, and in which order they stand."""

    number = 1
    label = "Books"

    def __init__(self) -> None:
        super().__init__(id="books")
        self._view: View | None = None
        self._away: dict[str, Away] = {}
        self.sort: tuple[str, bool] | None = None

    def compose_body(self) -> ComposeResult:
        """Make the grid."""
        yield Grid(COLUMNS, id="books-grid")

    @property
    def body(self) -> Grid:
        """The grid of books."""
        return self.query_one("#books-grid", Grid)

    @property
    def chosen(self) -> str:
        """Id of the CSM under the cursor; `ALL` for all."""
        return self.body.key or ALL

    def project(self, view: View) -> None:
        """Show a view."""
        self._view = view
        csms = view.portfolio.csms
        self._away = {csms[j].id: gone for j, gone in all_away(view.portfolio).items()}
        first = months(view.portfolio.as_of, 0, year=False)[:3]
        renewals = replace(COLUMNS[-1], title=f"Renewals, from {first}")
        leave = replace(AWAY, width=max((len(one.when) for one in self._away.values()), default=0))
        columns = (COLUMNS[0], *((leave,) if self._away else ()), *COLUMNS[1:-1], renewals)
        if self.body.columns != columns:
            self.body.put_columns(columns)
        keys = [book.csm for book in view.card.books]
        if self.sort is not None:
            key, descending = self.sort
            keys.sort(key=lambda csm: _rank(view, csm, key), reverse=descending)
        self.body.show(ListRows([ALL, *keys], self._cells), sort=self.sort)
        self.retitle()

    def title_parts(self) -> tuple[str, str]:
        """How many CSMs there are, and how many accounts none of them has."""
        if self._view is None:
            return "", ""
        nobody = self._view.card.unowned
        free = f"{count(nobody)} without owner, " if nobody else ""
        return "", f"{free}{numbered(len(self._view.books), 'CSM')}"

    def _cells(self, key: str) -> list[Cell | str]:
        view = self._view
        assert view is not None  # noqa: S101 - rows exist only after the first projection
        cells = _total_cells(view) if key == ALL else _book_cells(view, view.books[key])
        if not self._away:
            return cells
        gone = self._away.get(key)
        return [cells[0], "" if gone is None else gone.when, *cells[1:]]


def _book_cells(view: View, book: BookFigures) -> list[Cell | str]:
    word, tone = band(book.utilisation)
    return [
        book.name,
        rules_cell(view, book.csm),
        count(book.accounts),
        money(book.arr),
        minus(signed(book.arr / book.target_arr - 1, percent)) if book.target_arr > 0 else UNKNOWN,
        Cell(percent(book.utilisation), tone),
        Cell(word, tone),
        _change(book.received, book.given),
        hours(book.hours),
        count(book.high_risk),
        money(book.churned_arr),
        percent(book.fit),
        " ".join(f"{money(one):>4}" for one in book.renewals_by_quarter),
    ]


def _total_cells(view: View) -> list[Cell | str]:
    books = view.card.books
    load, room = view.card.hours, sum(book.capacity for book in books)
    word, tone = band(load / room) if room > 0 else (UNKNOWN, "")
    nobody = view.card.unowned
    accounts = sum(book.accounts for book in books)
    hard, moves = len(view.card.broken), Moved.of(view.card.moves).moves
    renewals = np.array([book.renewals_by_quarter for book in books]).sum(axis=0)
    return [
        Cell("All", "strong"),
        Cell(f"! {hard}", "bad") if hard else "",
        count(accounts + nobody),
        money(view.portfolio.total_arr),
        "",
        percent(load / room) if room > 0 else UNKNOWN,
        Cell(word, tone),
        f"{moves} mv" if moves else "",
        hours(load),
        count(view.card.high_risk),
        money(view.card.churned_arr),
        percent(view.card.fit),
        " ".join(f"{money(one):>4}" for one in renewals.tolist()),
    ]


def rules_cell(view: View, csm: str) -> Cell | str:
    """How many hard rules the book breaks, or else soft ones."""
    broken = view.broken.get(csm, [])
    hard = sum(one.hard for one in broken)
    if hard:
        return Cell(f"! {hard}", "bad")
    return Cell(f"~ {len(broken)}", "dim") if broken else ""


def _change(received: int, given: int) -> str:
    return f"+{received} −{given}" if received or given else ""


def _rank(view: View, csm: str, key: str) -> tuple[float, str]:
    book = view.books[csm]
    who = view.portfolio.csms[view.portfolio.csm_index[csm]]
    broken = view.broken.get(csm, [])
    figure: dict[str, float] = {
        "away": gone.last.toordinal() if (gone := away(who, view.portfolio.as_of)) else 0.0,
        "broken": sum(one.hard for one in broken) + len(broken) / 1e6,
        "accounts": book.accounts,
        "arr": book.arr,
        "off": book.arr / book.target_arr if book.target_arr > 0 else 0.0,
        "utilisation": book.utilisation,
        "band": book.utilisation,
        "change": book.received + book.given,
        "hours": book.hours,
        "risk": book.high_risk,
        "churn": book.churned_arr,
        "fit": -1.0 if book.fit is None else book.fit,
        "renewals": book.renewals_by_quarter[0],
    }
    return figure.get(key, 0.0), book.name.casefold() if key == "name" else ""
