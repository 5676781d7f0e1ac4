"""The policy of a scenario: every change is one undoable step, durable before it shows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.widgets import Input

from bookshift import nudges
from bookshift.bindings import bindings
from bookshift.panes.sheet import Row, Sheet, Span, heading, row
from bookshift.screens.ax import AxScreen
from bookshift.screens.confirm import offer_draft
from bookshift.screens.policy_constants import AxEntry
from bookshift.screens.policy_entry import Edit, Heading
from bookshift.screens.policy_files import load_policy, save_policy
from bookshift.screens.policy_rules import RuleEntry
from bookshift.screens.policy_view import CellInput, PolicyView
from bookshift.text import sentence
from bookshift.widgets.statusline import MessageLine
from bookshift_io.workspace import FrozenError, WorkspaceError
from bookshift_model.policy import Policy, PolicyError
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift.solving import News
    from bookshift_model.session import Entry as Change


class PolicyScreen(PolicyView):
    """Changes the policy, solves under it, and says what that moved."""

    contexts = ("policy", "grid")
    hint_ids = (
        "policy.edit", "policy.mode", "policy.more", "policy.less", "policy.solve", "policy.undo",
        "policy.next", "policy.unfold", "policy.moved", "policy.read", "policy.load", "policy.save",
        "palette",
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = list(bindings("policy", "grid"))

    def on_mount(self) -> None:
        """Hear of the solver."""
        super().on_mount()
        self.owner.solving.news.subscribe(self, self._news)

    # Changing

    @work(group="change")
    async def change(self, make: Callable[[Policy], Edit | None]) -> None:
        """Put another policy in force, made from the one of that moment; a failure is said."""
        async with self.owner.acting:
            try:
                edit = make(self.planner.state.policy)
                if edit is None or edit.policy == self.planner.state.policy:
                    self.say("That changes nothing on this line." if edit is None else "That is so already.")
                    return
                await asyncio.to_thread(self._commit, edit)
            except PolicyError as error:
                self.say(sentence(error), "warn")
                return
            except FrozenError as error:
                self.say(sentence(error), "warn")
            except ConflictError as error:
                await asyncio.to_thread(self.planner.open, self.planner.scenario.id)
                self.say(f"{sentence(error)} This is how it is now.", "warn")
                self.project()
                self.work_out()
                return
            except WorkspaceError as error:
                self.say(sentence(error), "bad")
                return
            else:
                self._said(edit.label)
                return
        if await offer_draft(self, self.planner):
            self.change(make)

    def _commit(self, edit: Edit) -> None:
        nudges.remember(self.planner)
        self.planner.set_policy(edit.policy, edit.label)

    def _said(self, label: str) -> None:
        before = self.figures if self._waiting is None else self._waiting[1]
        self._waiting = label, before
        self.say(f"{label} …")
        self.project()
        self.work_out()

    def action_policy_edit(self) -> None:
        """Type over the number under the cursor, or take what is under it."""
        entry, policy = self.entry, self.planner.state.policy
        if isinstance(entry, AxEntry):
            self.action_policy_ax()
            return
        if not entry.written(policy):
            if isinstance(entry, RuleEntry):
                self.say("This rule has no number: space turns it hard, soft or off.")
            else:
                self.change(lambda now: entry.typed(now, ""))
            return
        place = self.grid.place_of(entry.edits)
        field = self.query_one(CellInput)
        corner = self.grid.region
        x, y, cells = place if place is not None else (2, 1, corner.width - 2)
        field.styles.offset = corner.x + x, corner.y + y
        field.styles.width = max(cells + 1, 12)
        field.value = entry.written(policy)
        field.cursor_position = len(field.value)
        field.action_select_all()
        self.add_class("-typing")
        field.focus()
        self.say("Enter takes it, esc leaves it as it was")

    @work
    async def action_policy_ax(self) -> None:
        """Open the AX rules, and show what they have become."""
        await self.app.push_screen_wait(AxScreen(self.planner))
        self.project()
        self.work_out()

    @on(Input.Submitted, "#typed")
    def _take_typed(self, event: Input.Submitted) -> None:
        event.stop()
        entry, text = self.entry, event.value
        try:
            entry.typed(self.planner.state.policy, text)
        except PolicyError as error:
            # The field stays, and what is typed next takes the place of what cannot be taken.
            self.query_one(CellInput).action_select_all()
            self.say(sentence(error), "warn")
            return
        self.action_stop_typing()
        self.change(lambda now: entry.typed(now, text))

    def action_stop_typing(self) -> None:
        """Leave the number as it was."""
        self.remove_class("-typing")
        self.say("")
        self.grid.focus()

    def action_policy_mode(self) -> None:
        """Go to the next mode of a rule, or the other of yes and no."""
        entry = self.entry
        self.change(entry.cycled)

    def action_policy_more(self) -> None:
        """Nudge a weight up."""
        entry = self.entry
        self.change(lambda now: entry.stepped(now, 1))

    def action_policy_less(self) -> None:
        """Nudge a weight down."""
        entry = self.entry
        self.change(lambda now: entry.stepped(now, -1))

    @work(group="change")
    async def action_policy_undo(self) -> None:
        """Take back the latest change."""
        await self._step(self.planner.undo, "took back", self.planner.nothing_to_undo)

    @work(group="change")
    async def action_policy_redo(self) -> None:
        """Do again what was taken back."""
        await self._step(self.planner.redo, "did again", "There is nothing to do again.")

    async def _step(self, do: Callable[[], Change | None], verb: str, nothing: str) -> None:
        async with self.owner.acting:
            try:
                done = await asyncio.to_thread(do)
            except (ConflictError, WorkspaceError) as error:
                self.say(sentence(error), "warn")
                return
        if done is None:
            self.say(nothing)
            return
        self._said(f"{verb}: {done.change.label}")

    # Moving about

    def action_policy_unfold(self) -> None:
        """Show or hide the further settings of the rule."""
        rule = getattr(getattr(self.entry, "rule", None), "id", None)
        if rule is None:
            self.say("Only a rule has further settings.")
            return
        self._unfolded ^= {rule}
        self.project()

    def action_policy_read(self) -> None:
        """Give the explanation more room, or less."""
        self.toggle_class("-reading")

    def action_policy_next(self) -> None:
        """Go to the next part."""
        self._to_part(1)

    def action_policy_previous(self) -> None:
        """Go to the part before."""
        self._to_part(-1)

    def _to_part(self, by: int) -> None:
        keys = list(self._entries)
        here = keys.index(self.entry.key)
        parts = [at for at, one in enumerate(self._entries.values()) if isinstance(one, Heading)]
        later = [at for at in parts if at > here] or parts[:1]
        earlier = [at for at in parts if at < here] or parts[-1:]
        self.grid.jump_to(keys[later[0] if by > 0 else earlier[-1]])

    # Solving

    def action_policy_solve(self) -> None:
        """Look for a better plan under this policy."""
        if self.planner.scenario.status != "draft":
            self.say("An approved plan stays as it is; change something to go on in a new draft.", "warn")
        elif self.owner.solving.running:
            self.say("The solver is at work already; ctrl+c stops it and keeps its best plan.", "warn")
        else:
            self.say("")
            self.owner.solving.start(self.planner)

    def _news(self, news: News) -> None:
        run, line = self.owner.solving.run, self.query_one(MessageLine)
        if run is None or run.scenario != self.planner.scenario.id:
            return
        line.status(run.status() if self.owner.solving.running else "")
        if news == "ended":
            self.say(*run.outcome())
            self._show_moved()

    def action_policy_moved(self) -> None:
        """Show what the latest nudge moved."""
        self._show_moved(asked=True)

    @work(group="moved", exclusive=True)
    async def _show_moved(self, *, asked: bool = False) -> None:
        await self.owner.solving.kept()
        async with self._judging:
            found = await asyncio.to_thread(nudges.effect, self.planner, self._judge)
        if not found:
            if asked:
                self.say("Nothing is known yet: nudge a weight or a rule, then S solves.")
            return
        self.query_one("#about", Sheet).show(moved_rows(found))
        self.say(found[0])

    # Files

    @work
    async def action_policy_load(self) -> None:
        """Take over a policy file."""
        policy = await load_policy(self)
        if policy is not None:
            self.change(lambda _: Edit(policy, f"policy {policy.name} from a file"))

    @work
    async def action_policy_save(self) -> None:
        """Write the policy to a file."""
        await save_policy(self, self.planner.state.policy)


def moved_rows(lines: list[str]) -> list[Row]:
    """The effect of a nudge to read."""
    rest = [row(Span("- ", "dim"), one, hang=2) for one in lines[1:]]
    return [heading("What the latest nudge moved"), row(lines[0]), *rest]
