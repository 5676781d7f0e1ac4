"""Pane 3: the account or the book under the cursor, with the reasons."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from bookshift.panes.account_sheet import account_rows, with_adapting
from bookshift.panes.book_sheet import book_rows
from bookshift.panes.pane import Pane
from bookshift.panes.ranking import rank
from bookshift.panes.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.timer import Timer
    from textual.worker import Worker

    from bookshift.hover import Hover
    from bookshift.panes.ranking import Candidate
    from bookshift.panes.sheet import Row
    from bookshift.panes.view import View

SETTLE_SECONDS: Final = 0.12
"""The cursor has to rest this long before the detail follows: a held key draws one row, not forty."""


class _Written(NamedTuple):
    """What is said of an account, ready for figures that come later."""

    view: View
    account: int
    rows: list[Row]
    ranking: list[Candidate]


class DetailPane(Pane):
    """Whom it is about, and whether the reasons are spelled out."""

    number = 3
    label = "Detail"

    def __init__(self) -> None:
        super().__init__(id="detail")
        self.expanded = False
        self._about: tuple[Literal["account", "book"], str] = ("book", "")
        self._view: View | None = None
        self._drawn: tuple[object, ...] | None = None
        self._settling: Timer | None = None
        self._written: _Written | None = None
        self._hover: Hover | None = None

    def compose_body(self) -> ComposeResult:
        """Make the sheet."""
        yield Sheet(id="detail-sheet")

    @property
    def body(self) -> Sheet:
        """The sheet."""
        return self.query_one("#detail-sheet", Sheet)

    @property
    def account(self) -> str | None:
        """The account it speaks of, if it does."""
        kind, key = self._about
        return key if kind == "account" else None

    def follow(self, hover: Hover) -> None:
        """Ask there, from now on, what each CSM would cost if the rest adapts."""
        self._hover = hover

    def project(self, view: View) -> None:
        """Show a view."""
        self._view = view
        self.call_later(self._draw)
        self.call_later(self.ask_further)

    def tell_of(self, kind: Literal["account", "book"], key: str) -> None:
        """Speak of an account or a book as soon as the cursor rests."""
        if (kind, key) != self._about:
            self._about = (kind, key)
            if self._hover is not None:
                self._hover.leave()
            if self._settling is not None:
                self._settling.stop()
            self._settling = self.set_timer(SETTLE_SECONDS, self._draw, name="detail")

    def say(self, rows: Sequence[Row]) -> None:
        """Show an answer until the next thing is asked."""
        self._drawn = self._written = None
        self.body.show(rows)

    def refresh_now(self) -> None:
        """Draw what is due, as the pane has just come into sight."""
        self.call_after_refresh(self._draw)

    def spell_out(self, *, expanded: bool) -> None:
        """Spell the reasons out, or not."""
        self.expanded = expanded
        self._draw()

    def _draw(self) -> None:
        view = self._view
        wanted = (self._view, self._about, self.expanded)
        if view is None or not self.display or wanted == self._drawn:
            return
        same = self._drawn is not None and self._drawn[1] == self._about
        self._drawn = wanted
        # Keys wait for what they are about to scroll; beside another pane, only the eye does.
        group = "reading" if self.active else "detail"
        _: Worker[None] = self.run_worker(
            partial(self._write, view, wanted, keep_place=same), group=group, exit_on_error=True
        )

    async def _write(self, view: View, wanted: tuple[object, ...], *, keep_place: bool) -> None:
        """Write the reasons off the screen's own thread; show them unless something else is due by then."""
        (kind, key), expanded = self._about, self.expanded
        written = None
        if kind == "account" and key in view.portfolio.account_index:
            account = view.portfolio.account_index[key]
            ranking = await asyncio.to_thread(rank, view, [account])
            rows = await asyncio.to_thread(account_rows, view, key, ranking, expanded=expanded)
            written = _Written(view, account, rows, ranking)
        else:
            rows = await asyncio.to_thread(book_rows, view, key)
        if self._drawn is wanted and self.is_attached:
            self._written = written
            if written is None:
                self.body.show(rows, keep_place=keep_place)
            else:
                self.fill_in(keep_place=keep_place)
            self.retitle()
            self.ask_further()

    def fill_in(self, *, keep_place: bool = True) -> None:
        """Show what is known by now of costs if the rest adapts."""
        written, hover = self._written, self._hover
        if written is not None:
            known = None if hover is None else hover.costs(written.view, [written.account], written.ranking)
            self.body.show(with_adapting(written.rows, written.ranking, known), keep_place=keep_place)

    def ask_further(self) -> None:
        """Have the solver's child look at what is in sight, if it has nothing better to do."""
        view, written = self._view, self._written
        if self._hover is None or view is None:
            return
        in_sight = self.display and written is not None and written.view is view
        rests = in_sight and self.account == view.portfolio.accounts[written.account].id if written else False
        self._hover.want(view, self.account if rests else None)

    def title_parts(self) -> tuple[str, str]:
        """How much there is to scroll."""
        return "", self.body.position
