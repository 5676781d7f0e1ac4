"""What a planner does about findings: correct, take what is proposed, accept, take back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual import work

from bookshift.quality import CORRECTED
from bookshift.screens.confirm import Confirm, offer_draft
from bookshift.screens.csm_picker import CsmPicker
from bookshift.screens.page import Page
from bookshift.screens.prompt import Prompt
from bookshift.text import sentence
from bookshift_io.workspace import FrozenError, WorkspaceError
from bookshift_model.correctable import FIELDS, OWNER, parse
from bookshift_model.edits import EditError
from bookshift_model.explain.words import count as numbered
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift.planner import Planner
    from bookshift.quality import Entry, Item, Quality
    from bookshift.widgets.grid import Grid
    from bookshift_model.session import Entry as Change

_MANY = 20
"""Values changed at once from which a person is asked first."""


class Mending(Page[str | None]):
    """Decisions about a finding, or about the marked rows of it or the one under the cursor."""

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self.quality: Quality | None = None
        self._items: dict[str, Item] = {}
        self._inside: str | None = None
        """Id of the finding whose rows are in sight."""

    @property
    def grid(self) -> Grid:
        """The list in sight."""
        raise NotImplementedError

    @property
    def entry(self) -> Entry | None:
        """The finding under the cursor, or whose rows are in sight."""
        raise NotImplementedError

    def examine(self, says: str = "", tone: str = "") -> None:
        """Show what is wrong with the data now."""
        raise NotImplementedError

    def _chosen(self) -> tuple[Entry, list[Item]] | None:
        """The finding, and its rows that are meant: the marked ones, the one under the cursor, or all."""
        entry = self.entry
        if entry is None or self.quality is None:
            return None
        if self._inside is None:
            return entry, self.quality.items(entry)
        return entry, [self._items[key] for key in self.grid.selected() if key in self._items]

    @work
    async def action_findings_correct(self) -> None:
        """Type a value."""
        chosen = self._chosen()
        if chosen is None:
            return
        entry, items = chosen
        if entry.field == OWNER and entry.group is not None:
            await self._correct_owner(entry)
            return
        if self._inside is None or not entry.correctable or len(items) != 1 or not items[0].account:
            self.say(_no_correction(entry, inside=self._inside is not None), "warn")
            return
        item = items[0]
        field, nothing = FIELDS[entry.field], _refusal(entry.field, "")
        text = await self.app.push_screen_wait(
            Prompt(
                f"{field.name} of {item.name}: {item.shown or 'unknown'}; it is",
                "Enter goes on, esc cancels" if nothing else "Enter goes on, empty is unknown, esc cancels",
                item.suggest or item.value,
                wrong=lambda typed: _refusal(entry.field, typed, self.planner.portfolio.currency),
            )
        )
        if text is None:
            return
        reason = await self._ask_reason(f"Why correct {field.name} of {item.name}?")
        if reason is not None:
            await self._make(lambda: self.planner.correct([(item.account, entry.field, text)], reason))

    async def _correct_owner(self, entry: Entry) -> None:
        """Say which CSM is meant: by the marked rows, or by what stands there wherever it does."""
        items = self._alike(entry)
        if not items:
            self.say("Enter shows the rows; there c says which CSM is meant.", "warn")
            return
        portfolio, owner = self.planner.portfolio, items[0].value
        some = numbered(len(items), "account")
        question = f"“{owner}” has {some}: which CSM is that?" if owner else f"Who has {_whose(items)} today?"
        csm = await self.app.push_screen_wait(CsmPicker(question, portfolio, items[0].suggest))
        if csm is None:
            return
        name = portfolio.whom(csm)
        why = f"Why is “{owner}” {name}?" if owner else f"Why does {name} have {_whose(items)}?"
        reason = await self._ask_reason(why)
        if reason is not None:
            values = [(one.account, OWNER, csm) for one in items]
            await self._make(lambda: self.planner.correct(values, reason))

    def _alike(self, entry: Entry) -> list[Item]:
        """Rows about one owner: the marked ones, or all with the same text as the one under the cursor."""
        if self.quality is None:
            return []
        everything = [one for one in self.quality.items(entry) if not one.decided]
        if self._inside is None:
            return everything if len({one.value for one in everything}) == 1 else []
        chosen = [self._items[key] for key in self.grid.selected() if key in self._items]
        if self.grid.marks or not chosen or not chosen[0].value:
            return chosen if len({one.value for one in chosen}) == 1 else []
        return [one for one in everything if one.value == chosen[0].value] or chosen

    @work
    async def action_findings_take(self) -> None:
        """Put what is proposed in place of the values."""
        chosen = self._chosen()
        if chosen is None:
            return
        entry, items = chosen
        values = [(one.account, entry.field, one.suggest) for one in items if one.suggest and not one.decided]
        if not values or not entry.correctable:
            self.say("Nothing is proposed here: c types a value, a accepts it as it is.", "warn")
            return
        what = numbered(len(values), "value")
        if len(values) > _MANY:
            lines = [entry.cure, "One u takes all of it back."]
            if not await self.app.push_screen_wait(Confirm(f"Correct {what}?", lines, "corrects them")):
                return
        reason = await self._ask_reason(f"Why take what is proposed for {what}?")
        if reason is not None:
            await self._make(lambda: self.planner.correct(values, reason))

    @work
    async def action_findings_accept(self) -> None:
        """Leave it as it is."""
        chosen = self._chosen()
        if chosen is None or self.quality is None:
            return
        entry, items = chosen
        subjects = [] if entry.id == CORRECTED else self.quality.subjects(entry, items)
        if not subjects:
            self.say("There is nothing left to accept here.", "warn")
            return
        reason = await self._ask_reason(f"Why accept {numbered(len(subjects), 'row')} of “{entry.title}”?")
        if reason is not None:
            what = f"{entry.title} ({numbered(len(subjects), 'row')})"
            await self._make(lambda: self.planner.accept_findings(subjects, what, reason))

    @work
    async def action_findings_back(self) -> None:
        """Drop corrections or acceptances."""
        chosen = self._chosen()
        if chosen is None or self.quality is None:
            return
        entry, items = chosen
        known = self.quality.accepted.get(entry.id, {})
        keys = (
            [one.key for one in items]
            if entry.id == CORRECTED
            else [known[one.key].key for one in items if one.key in known]
        )
        if not keys:
            self.say("Nothing was corrected or accepted here.", "warn")
            return
        what = f"{numbered(len(keys), 'decision')} about “{entry.title}”"
        await self._make(lambda: self.planner.take_back(keys, what))

    @work
    async def action_findings_undo(self) -> None:
        """Take back the latest change."""
        await self._make(self.planner.undo, "undone: ", self.planner.nothing_to_undo)

    @work
    async def action_findings_redo(self) -> None:
        """Do again what was taken back."""
        await self._make(self.planner.redo, "done again: ", "There is nothing to do again.")

    async def _ask_reason(self, question: str) -> str | None:
        return await self.app.push_screen_wait(
            Prompt(question, "Enter goes on, also without a reason; esc cancels")
        )

    async def _make(
        self, do: Callable[[], Change | None], verb: str = "", nothing: str = "That changes nothing."
    ) -> None:
        """Make a change off the event loop, durable before it shows; a failure is said.

        What was chosen on other data than is there now is not done: it could overrule what the new data says.
        """
        seen = self.planner.scenario.dataset_id
        async with self.owner.acting:
            try:
                entry = await asyncio.to_thread(do)
            except FrozenError as error:
                self.say(sentence(error), "warn")
            except ConflictError as error:
                self._look_again(sentence(error))
                return
            except (EditError, WorkspaceError) as error:
                self.say(sentence(error), "warn")
                return
            else:
                self.grid.clear()
                says = nothing if entry is None else f"{verb}{entry.change.label}"
                self.say(f"{says} …")
                self.examine("; ".join((says, *self.planner.news)))
                return
        if await offer_draft(self, self.planner, seen, self._look_again):
            await self._make(do, verb, nothing)

    def _look_again(self, why: str) -> None:
        """Show what is wrong with other data than what was chosen is of."""
        self.grid.clear()
        self.examine(why, "warn")


def _refusal(field: str, text: str, currency: str = "") -> str:
    """Why a text is no value of a field; empty where it is one."""
    try:
        parse(field, text, currency)
    except EditError as error:
        return sentence(error)
    return ""


def _whose(items: list[Item]) -> str:
    return items[0].name if len(items) == 1 else numbered(len(items), "account")


def _no_correction(entry: Entry, *, inside: bool) -> str:
    if not entry.correctable:
        return "This is not corrected here: the lines below say what to do; a accepts it as it is."
    if not inside:
        return f"Enter shows {numbered(entry.open, 'row')}; there c corrects one."
    return "One value is typed at a time; p takes what is proposed for all marked rows."
