"""The Plan screen's decisions: pin, lock, forbid, move, groups, undo; each durable before it shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from bookshift.panes.ranking import rank
from bookshift.points import change, points_of, rules_compared
from bookshift.screens.picker import Picker
from bookshift.screens.plan_base import PlanBase
from bookshift.screens.prompt import Prompt
from bookshift.text import percent
from bookshift_model.decisions import Lock

if TYPE_CHECKING:
    from bookshift_model.session import Entry


class Deciding(PlanBase):
    """Decisions about the marked accounts, or the one under the cursor."""

    @work
    async def action_pin(self) -> None:
        """Pin to a CSM."""
        accounts = self.chosen()
        if not accounts or not await self.may(lambda e: e.refuse_held(accounts, pins=False)):
            return
        csm = await self._ask_csm(f"Pin {self.named(accounts)} to", accounts)
        if csm is None or not await self.may(lambda e: e.pin(accounts, csm)):
            return
        reason = await self._ask_reason(f"Why pin {self.named(accounts)} to {self._called(csm)}?")
        if reason is not None:
            self._tell(await self.change(lambda: self.planner.pin(accounts, csm, reason)))

    @work
    async def action_lock(self) -> None:
        """Lock today's relationships, or unlock where all of them are locked."""
        accounts = self.chosen()
        if not accounts:
            return
        decisions = self.planner.state.decisions
        if all(isinstance(decisions.hold(one), Lock) for one in accounts):
            self._tell(await self.change(lambda: self.planner.release(accounts)))
            return
        if not await self.may(lambda e: e.lock(accounts)):
            return
        reason = await self._ask_reason(f"Why lock {self.named(accounts)}?")
        if reason is not None:
            self._tell(await self.change(lambda: self.planner.lock(accounts, reason)))

    @work
    async def action_forbid(self) -> None:
        """Forbid a CSM."""
        accounts = self.chosen()
        if not accounts or not await self.may():
            return
        csm = await self._ask_csm(f"Forbid {self.named(accounts)} to", accounts)
        if csm is None or not await self.may(lambda e: e.forbid(accounts, csm)):
            return
        reason = await self._ask_reason(f"Why forbid {self.named(accounts)} to {self._called(csm)}?")
        if reason is not None:
            self._tell(await self.change(lambda: self.planner.forbid(accounts, csm, reason)))

    @work
    async def action_move(self) -> None:
        """Move by hand and say what it does."""
        accounts = self.chosen()
        if not accounts or not await self.may(lambda e: e.refuse_held(accounts, pins=True)):
            return
        csm = await self._ask_csm(f"Move {self.named(accounts)} to", accounts)
        if csm is None:
            return
        before = self.planner.card
        books = {one.csm: one for one in before.books}
        entry = await self.change(lambda: self.planner.move(accounts, csm))
        if entry is None:
            return
        card = self.planner.card
        touched = [
            f"{now.name} {percent(books[now.csm].utilisation)} → {percent(now.utilisation)}"
            for now in card.books
            if now != books[now.csm]
        ]
        points = f"{change(points_of(card) - points_of(before))} points, {rules_compared(before, card)}"
        self.done(f"{entry.change.label}: {points}, {', '.join(touched[:3])}")

    @work
    async def action_together(self) -> None:
        """Keep the marked accounts with one owner."""
        await self._group(apart=False)

    @work
    async def action_apart(self) -> None:
        """Keep the marked accounts with different owners."""
        await self._group(apart=True)

    @work
    async def action_release(self) -> None:
        """Drop every decision."""
        accounts = self.chosen()
        if accounts:
            self._tell(await self.change(lambda: self.planner.release(accounts)))

    @work
    async def action_undo(self) -> None:
        """Take back the latest change."""
        entry = await self.change(self.planner.undo, nothing=self.planner.nothing_to_undo)
        if entry is not None:
            self.done(f"undone: {entry.change.label}")

    @work
    async def action_redo(self) -> None:
        """Do again what was taken back."""
        entry = await self.change(self.planner.redo, nothing="There is nothing to do again.")
        if entry is not None:
            self.done(f"done again: {entry.change.label}")

    async def ask_csm(self, question: str, accounts: list[str]) -> int | None:
        """Have a CSM picked for the accounts; their position."""
        if self.view is None:
            return None
        # Off the screen's own thread: every CSM for each of the accounts.
        view, positions = self.view, self.positions(accounts)
        ranking = await asyncio.to_thread(rank, view, positions)
        hover = self.owner.solving.hover
        several = len(accounts) > 1
        picker = Picker(
            question,
            view.portfolio.csms,
            ranking,
            lambda: hover.costs(view, positions, ranking),
            several=several,
        )
        # Probes are of one account; for several, prices say it alone.
        hover.want(view, None if several else accounts[0])
        return await self.app.push_screen_wait(picker)

    async def _ask_csm(self, question: str, accounts: list[str]) -> str | None:
        position = await self.ask_csm(question, accounts)
        return None if position is None else self.planner.portfolio.csms[position].id

    async def _ask_reason(self, question: str) -> str | None:
        return await self.app.push_screen_wait(
            Prompt(question, "Enter goes on, also without a reason; esc cancels")
        )

    async def _group(self, *, apart: bool) -> None:
        accounts = self.chosen()
        word = "apart" if apart else "together"
        if len(accounts) < 2:  # noqa: PLR2004 - one alone is no group
            self.say(f"Mark at least two accounts with space to keep them {word}.", "warn")
            return
        if not await self.may():
            return
        reason = await self._ask_reason(f"Why keep {self.named(accounts)} {word}?")
        if reason is not None:
            self._tell(await self.change(lambda: self.planner.keep_together(accounts, reason, apart=apart)))

    def _tell(self, entry: Entry | None) -> None:
        """Say what was done; failures have been told already."""
        if entry is not None:
            self.done(entry.change.label)
            if self.active_pane is not self.detail:
                (self.diff if self.active_pane is self.diff else self.accounts).body.action_clear()

    def _called(self, csm: str) -> str:
        return self.planner.portfolio.whom(csm)
