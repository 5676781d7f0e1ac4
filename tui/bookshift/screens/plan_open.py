"""Opening scenarios on the Plan screen: one after the other, a copy, a new one; and what older data means."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from bookshift.older import losses, older, said_before, seen_by, went_on, went_on_sentence
from bookshift.screens.plan_solve import Solving
from bookshift.screens.prompt import Prompt
from bookshift.text import sentence
from bookshift_io.workspace import WorkspaceError

if TYPE_CHECKING:
    from bookshift.older import Older
    from bookshift_io.workspace import Rebased


class Opening(Solving):
    """Another scenario in place of the one that is shown."""

    def save_view(self) -> None:
        """Keep where this person looks."""
        raise NotImplementedError

    def action_scenario_previous(self) -> None:
        """Go to the scenario before."""
        self._switch(-1)

    def action_scenario_next(self) -> None:
        """Go to the next scenario."""
        self._switch(1)

    @work(group="switch", exclusive=True)
    async def _switch(self, by: int) -> None:
        ids = sorted(one.id for one in self.planner.workspace.scenarios())
        if len(ids) < 2:  # noqa: PLR2004 - this one and another
            self.say("There is no other scenario; C makes a copy of this one.")
            return
        here = ids.index(self.planner.scenario.id) if self.planner.scenario.id in ids else 0
        await self.show_scenario(ids[(here + by) % len(ids)])

    async def show_scenario(self, scenario: int) -> None:
        """Open another scenario of the workspace in place of this one, and say so where its data is old."""
        self.save_view()

        def open_it() -> Older | None:
            self.planner.open(scenario)
            return older(self.planner.workspace, self.planner.scenario)

        async with self.owner.acting:
            try:
                found = await asyncio.to_thread(open_it)
            except WorkspaceError as error:
                self.say(sentence(error), "bad")
                return
        self.showing = "plan"
        self.load_proposal()
        self.project()
        self.say(f"this is {self.planner.scenario.name}")
        self.announce_proposal()
        self._say_older(found)

    @work(group="older", exclusive=True)
    async def tell_older(self) -> None:
        """Say so where newer data has left the open scenario behind."""
        self._say_older(await asyncio.to_thread(older, self.planner.workspace, self.planner.scenario))

    def _say_older(self, found: Older | None) -> None:
        if found is not None:
            says = f"{self.planner.scenario.name} is {found}"
            self.say(f"{says}; C copies it onto the newest data", "warn", (says, found.brief))

    @work
    async def action_scenario_clone(self) -> None:
        """Copy the scenario under another name and open the copy, on the newest data."""
        workspace, here = self.planner.workspace, self.planner.scenario
        says = said_before(await asyncio.to_thread(losses, workspace, here))
        name = await self.app.push_screen_wait(
            Prompt("Name of the copy", text=f"{here.name} copy", says=says)
        )
        if not name:
            return
        try:
            made = await asyncio.to_thread(workspace.clone_scenario, here.id, name)
        except WorkspaceError as error:
            self.say(sentence(error), "warn")
            return
        await self.show_scenario(made.scenario.id)
        await self.tell_of_copy(made)

    async def tell_of_copy(self, made: Rebased) -> None:
        """Say what a copy has lost to the newest data, and list it."""
        workspace = self.planner.workspace
        void = await asyncio.to_thread(went_on, workspace, made)
        if void is None:
            return
        tone = "warn" if void.moves or void.decisions else ""
        self.say(went_on_sentence(made, void), tone, (f"on the newest data: {void.lost} void",))
        if void.moves:
            from bookshift.screens.reimporting import DriftScreen  # noqa: PLC0415 - first paint does without

            seen = await asyncio.to_thread(seen_by, workspace, made, void)
            await self.app.push_screen_wait(DriftScreen(seen))

    @work
    async def action_scenario_new(self) -> None:
        """Begin a scenario from today's books under the same policy."""
        name = await self.app.push_screen_wait(Prompt("Name of the new scenario, from today's books"))
        if not name:
            return
        workspace, here = self.planner.workspace, self.planner
        newest = workspace.current_dataset()
        try:
            made = await asyncio.to_thread(
                workspace.create_scenario,
                name,
                here.scenario.dataset_id if newest is None else newest.id,
                here.state.policy,
                here.state.decisions.on_data(),
            )
        except WorkspaceError as error:
            self.say(sentence(error), "warn")
            return
        await self.show_scenario(made.id)
