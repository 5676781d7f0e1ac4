"""What every part of the Plan screen shares: the planner, the view, the panes, and how a change is made."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from bookshift.panes.accounts import AccountsPane
from bookshift.panes.books import BooksPane
from bookshift.panes.detail import DetailPane
from bookshift.panes.diff import DiffPane
from bookshift.panes.pane import Pane
from bookshift.panes.query import QueryError
from bookshift.panes.table import Table
from bookshift.panes.view import View
from bookshift.screens.confirm import offer_draft
from bookshift.screens.moving import MovingScreen
from bookshift.text import sentence
from bookshift.widgets.statusline import MessageLine
from bookshift_io.workspace import FrozenError, WorkspaceError
from bookshift_model.edits import EditError
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bookshift.app import BookshiftApp
    from bookshift.panes.view import Showing
    from bookshift.planner import Planner
    from bookshift_io.workspace import ScenarioInfo
    from bookshift_model.edits import Editor
    from bookshift_model.session import Entry, State


class PlanBase(MovingScreen[None]):
    """The planner's view of one scenario, projected into panes."""

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self.showing: Showing = "plan"
        self.view: View | None = None
        self.proposal: Mapping[str, Any] | None = None
        self._table: Table | None = None
        self._projected: tuple[State | None, ScenarioInfo | None] = None, None

    @property
    def owner(self) -> BookshiftApp:
        """The application."""
        return cast("BookshiftApp", self.app)

    @property
    def books(self) -> BooksPane:
        """Pane 1."""
        return self.query_one(BooksPane)

    @property
    def accounts(self) -> AccountsPane:
        """Pane 2."""
        return self.query_one(AccountsPane)

    @property
    def detail(self) -> DetailPane:
        """Pane 3."""
        return self.query_one(DetailPane)

    @property
    def diff(self) -> DiffPane:
        """Pane 4."""
        return self.query_one(DiffPane)

    @property
    def active_pane(self) -> Pane:
        """The pane that has the keys."""
        return next((pane for pane in self.query(Pane) if pane.active), self.accounts)

    def say(self, text: str, tone: str = "", shorter: Sequence[str] = ()) -> None:
        """Show a sentence until the next one; in fewer words where the whole does not fit."""
        self.query_one(MessageLine).say(text, tone, shorter)

    def chosen(self) -> list[str]:
        """Ids of the accounts that a decision is about: the marked ones, or the one under the cursor.

        Where there is none, that is said.
        """
        if self.active_pane is self.diff:
            found = self.diff.body.selected()
        elif self.active_pane is self.detail and self.detail.account is not None:
            found = [self.detail.account]
        elif not self.accounts.display:
            self.say("No account is in sight: 2 goes to the accounts.", "warn")
            return []
        else:
            found = self.accounts.body.selected()
        # A list may still show what an import of a colleague's has taken away.
        found = [one for one in found if one in self.planner.portfolio.account_index]
        if not found:
            self.say("There is no account here to decide about.", "warn")
        return found

    def positions(self, accounts: list[str]) -> list[int]:
        """Where the accounts are in every array."""
        return [self.planner.portfolio.account_index[one] for one in accounts]

    def named(self, accounts: list[str]) -> str:
        """The account's name, or how many there are."""
        if len(accounts) == 1:
            return self.planner.portfolio.accounts[self.positions(accounts)[0]].name
        return f"{len(accounts)} accounts"

    def project(self) -> None:
        """Show the plan as it is now in every pane."""
        planner = self.planner
        if self._table is None or self._table.portfolio is not planner.portfolio:
            self._table = Table(planner.portfolio)
        if self.showing == "preview" and self.proposal is None:
            self.showing = "plan"
        self.view = View.of(planner, self._table, self.showing, self.proposal)
        self.books.project(self.view)
        try:
            self.accounts.project(self.view)
        except QueryError as error:
            self.say(str(error), "warn")
            self.accounts.look_for("")
        self.detail.project(self.view)
        self.diff.project(self.view)
        self.tell_header()
        self._projected = planner.state, planner.scenario

    @property
    def stale(self) -> bool:
        """Whether the scenario is no longer as it is shown."""
        state, scenario = self._projected
        return self.planner.state is not state or self.planner.scenario != scenario

    def tell_header(self) -> None:
        """Write the first line anew."""
        raise NotImplementedError

    def activate(self, pane: Pane) -> None:
        """Bring a pane into sight and give it the keys."""
        raise NotImplementedError

    async def change(
        self, do: Callable[[], Entry | None], *, nothing: str = "That changes nothing."
    ) -> Entry | None:
        """Make a change off the screen's thread, show it once it is durable, and say why where it failed.

        `nothing` is said where there was nothing to change. Whatever went wrong, the screen then shows what
        the planner holds.
        """

        def do_and_judge() -> Entry | None:
            entry = do()
            _ = self.planner.card
            return entry

        async with self.owner.acting:
            try:
                entry = await asyncio.to_thread(do_and_judge)
            except FrozenError as error:
                frozen = error
            except (EditError, ConflictError, WorkspaceError) as error:
                await self._explain(error)
                return None
            else:
                self.plan_changed()
                if entry is None:
                    self.say(nothing)
                return entry
        return await self.change(do, nothing=nothing) if await self._goes_on(sentence(frozen)) else None

    async def may(self, gesture: Callable[[Editor], object] | None = None) -> bool:
        """Whether a gesture is possible, before anything is asked for it; what stands against it is said.

        Where the plan is frozen a person may go on in a new draft.
        """
        scenario = self.planner.scenario
        if scenario.status != "draft":
            if not await self._goes_on(f"“{scenario.name}” is {scenario.status} and takes no changes."):
                return False
            self.plan_changed()
        try:
            if gesture is not None:
                self.planner.check(gesture)
        except EditError as error:
            self.say(sentence(error), "warn")
            return False
        return True

    async def _goes_on(self, why: str) -> bool:
        """Say that the plan is frozen, and ask whether to go on in a draft; it is open then."""
        self.say(why, "warn")
        _, shown = self._projected
        seen = None if shown is None else shown.dataset_id
        return await offer_draft(self, self.planner, seen, self._look_again)

    def _look_again(self, why: str) -> None:
        """Show a plan on other data than what was chosen was chosen among."""
        self.plan_changed()
        self.say(why, "warn")

    async def _explain(self, error: Exception) -> None:
        """Say why a change failed, over the plan as it is stored."""
        text, tone = sentence(error), "bad" if isinstance(error, WorkspaceError) else "warn"
        brief = [f"Nothing was changed: meanwhile {one.told}" for one in getattr(error, "entries", ())[-1:]]
        if isinstance(error, ConflictError):
            try:
                await asyncio.to_thread(self.planner.open, self.planner.scenario.id)
                text, tone, brief = f"{text} This is how it is now.", "warn", [text, *brief]
            except WorkspaceError as worse:
                text, brief = sentence(worse), []
        if self.stale:
            self.plan_changed()
        self.say(text, tone, brief)

    def done(self, what: str, keys: str = "") -> None:
        """Say what was done, what others had done to the scenario in the meantime, and `keys` as they fit."""
        whole, brief = ("; ".join((one, *self.planner.news)) for one in (what + keys, what))
        self.say(whole, "warn" if self.planner.news else "", (brief,))

    def plan_changed(self) -> None:
        """Show what a change has made of the plan."""
        if self.showing != "plan":
            self.showing = "plan"
        self.project()
