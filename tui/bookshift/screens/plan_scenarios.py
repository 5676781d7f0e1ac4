"""The Plan screen's scenarios: the screens around them, and where this person looks."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual import work

from bookshift.panes.books import ALL
from bookshift.panes.fields import BY_KEY
from bookshift.panes.pane import Pane
from bookshift.panes.query import QueryError
from bookshift.places import last_export
from bookshift.screens.plan_open import Opening
from bookshift.text import sentence
from bookshift_io.workspace import WorkspaceError
from bookshift_model.explain.words import count as numbered

if TYPE_CHECKING:
    from textual.worker import Worker

    from bookshift.planner import Planner

SAVE_SECONDS: Final = 1.0
"""How often it is looked whether the view or somebody else's work has changed."""


class Scenarios(Opening):
    """One scenario after the other on the same screen."""

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self._saved: dict[str, Any] = {}
        self._keeping = asyncio.Lock()
        self._data_version = planner.workspace.data_version()

    def action_scenarios(self) -> None:
        """Open the list of scenarios."""
        from bookshift.screens.scenarios import ScenariosScreen  # noqa: PLC0415 - first paint does without

        self.app.push_screen(ScenariosScreen(self.planner))

    def action_compare(self) -> None:
        """Open plans side by side."""
        from bookshift.screens.compare import CompareScreen  # noqa: PLC0415 - first paint does without

        self.app.push_screen(CompareScreen(self.planner))

    def action_curve(self) -> None:
        """Open the curve of move limits."""
        from bookshift.screens.curve import CurveScreen  # noqa: PLC0415 - first paint does without

        self.app.push_screen(CurveScreen(self.planner))

    def action_start(self) -> None:
        """Open the ways to begin: the sample, another workspace, an import."""
        from bookshift.screens.first_run import FirstRunScreen  # noqa: PLC0415 - first paint does without

        if self.owner.solving.running:
            self.say("A solve is under way: ctrl+c stops it and keeps the best plan, then g w.", "warn")
            return
        self.save_view()
        self.app.push_screen(FirstRunScreen())

    @work(group="drift", exclusive=True)
    async def action_drift(self) -> None:
        """Show what the latest import changed."""
        from bookshift.reimport import latest  # noqa: PLC0415 - first paint does without
        from bookshift.screens.reimporting import DriftScreen  # noqa: PLC0415 - first paint does without

        seen = await asyncio.to_thread(latest, self.planner.workspace)
        if seen is None:
            self.say("These are the first data of the workspace; g w imports a fresh export.")
            return
        await self.app.push_screen_wait(DriftScreen(seen))

    def action_policy(self) -> None:
        """Open the policy."""
        from bookshift.screens.policy import PolicyScreen  # noqa: PLC0415 - first paint does without

        self.app.push_screen(PolicyScreen(self.planner))

    @work
    async def action_findings(self) -> None:
        """Open the findings about the data, and go to the account that is chosen there."""
        from bookshift.screens.findings import FindingsScreen  # noqa: PLC0415 - first paint does without

        account = await self.app.push_screen_wait(FindingsScreen(self.planner))
        if account is not None and account in self.planner.portfolio.account_index:
            self.show_account(account)

    def show_account(self, account: str) -> None:
        """Put the cursor on an account, whatever was filtered, and speak of it."""
        self.accounts.choose_book(ALL)
        self.books.body.jump_to(ALL)
        if self.accounts.body.rows.find(account) is None:
            self.accounts.look_for("")
        self.activate(self.accounts)
        self.accounts.body.jump_to(account)
        self.detail.tell_of("account", account)

    def action_ax(self) -> None:
        """Open the AX rules."""
        from bookshift.screens.ax import AxScreen  # noqa: PLC0415 - first paint does without

        self.app.push_screen(AxScreen(self.planner))

    @work
    async def action_load(self) -> None:
        """Show the load month by month, and go to the book that is chosen there."""
        from bookshift.screens.load import LoadScreen  # noqa: PLC0415 - first paint does without

        if self.view is None:
            return
        csm = await self.app.push_screen_wait(LoadScreen(self.view, self.books.chosen))
        if csm is not None and self.books.body.jump_to(csm):
            self.accounts.choose_book(csm)
            self.activate(self.accounts)

    @work
    async def action_export(self) -> None:
        """Open the export, and say what it wrote in place of what was said before."""
        from bookshift.screens.export import ExportDialog  # noqa: PLC0415 - first paint does without

        self.say("")
        made = await self.app.push_screen_wait(ExportDialog(self.planner))
        if made is not None:
            files, folder = numbered(len(made.files) + 1, "file"), last_export()
            self.say(f"exported {made.scenario}: {files}" + (f" into {folder}" if folder else ""))

    @work
    async def action_approve(self) -> None:
        """Ask for a rationale and freeze the plan."""
        from bookshift.screens.approve import ApproveDialog  # noqa: PLC0415 - first paint does without

        if self.planner.scenario.status != "draft":
            self.say(f"This scenario is {self.planner.scenario.status} already; C makes a copy.", "warn")
            return
        made = await self.app.push_screen_wait(ApproveDialog(self.planner))
        if made is not None:
            self.say(f"approved by {made.author}: the plan is frozen; e exports it as approved")

    # Where this person looks

    def restore_view(self) -> None:
        """Look where this person looked last."""
        view = self.planner.workspace.view(self.planner.scenario.id)
        self._saved = view
        sort = view.get("sort")
        if isinstance(sort, list) and len(sort) == 2 and sort[0] in BY_KEY:  # noqa: PLR2004 - column and direction
            self.accounts.sort = (str(sort[0]), bool(sort[1]))
        try:
            self.accounts.look_for(str(view.get("filter", "")))
        except QueryError:
            self.accounts.look_for("")
        self.books.body.jump_to(str(view.get("book", ALL)))
        self.accounts.choose_book(self.books.chosen)
        # Only after the first layout does the list know how much of it is in sight.
        self.call_after_refresh(self.accounts.body.jump_to, str(view.get("account", "")))
        here = next((pane for pane in self.query(Pane) if pane.id == view.get("pane")), self.accounts)
        self.activate(here)

    def look_around(self) -> None:
        """Save the view where it changed, and show what somebody else did to the scenario.

        Not under another screen or a dialog: what a person decides there is about what it shows, and where
        that has changed meanwhile, the change itself is refused and says so.
        """
        self.save_view()
        if self.app.screen is not self:
            return
        try:
            version = self.planner.workspace.data_version()
            if version == self._data_version or self.owner.acting.locked():
                return
            self._data_version = version
            stored = self.planner.workspace.scenario(self.planner.scenario.id)
        except WorkspaceError as error:
            self.say(sentence(error), "bad")
            return
        if stored.version != self.planner.scenario.version:
            self._follow()
        else:  # newer data leaves a frozen plan behind without changing it
            self.tell_header()

    @work(group="follow", exclusive=True)
    async def _follow(self) -> None:
        """Show the scenario as another session has left it."""
        async with self.owner.acting:
            before = self.planner.scenario.version
            await asyncio.to_thread(self.planner.open, self.planner.scenario.id)
        self.plan_changed()
        newest = self.planner.workspace.journal(self.planner.scenario.id, limit=1)
        if newest and self.planner.scenario.version != before:
            self.say(f"in another session {newest[0].told}", "warn")

    def save_view(self) -> None:
        """Keep where this person looks, once it has rested; nothing is written where nothing changed."""
        seen = self._seen()
        if seen != self._saved:
            self._saved = seen
            keep = partial(self._keep, self.planner.scenario.id, seen)
            _: Worker[None] = self.run_worker(keep, group="view", exit_on_error=False)

    async def keep_view(self) -> None:
        """Keep where this person looks now, and wait until it is stored."""
        await self._keep(self.planner.scenario.id, self._seen())

    async def _keep(self, scenario: int, seen: dict[str, Any]) -> None:
        # One after the other: an older look that waits for a busy workspace must not overtake a newer one.
        async with self._keeping:
            await asyncio.to_thread(self.planner.workspace.save_view, scenario, seen)

    def _seen(self) -> dict[str, Any]:
        return {
            "book": self.books.chosen,
            "account": self.accounts.body.key or "",
            "filter": self.accounts.filter,
            "sort": list(self.accounts.sort),
            "pane": self.active_pane.id,
        }
