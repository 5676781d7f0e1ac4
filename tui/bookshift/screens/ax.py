"""The AX rules of the policy: which accounts get which touch level, with counts and hours as they change."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import BindingType
from textual.containers import Container

from bookshift import touches
from bookshift.bindings import bindings
from bookshift.panes.sheet import BLANK, Row, Sheet, Span, heading, row
from bookshift.screens.choose import Choice, Choose
from bookshift.screens.confirm import offer_draft
from bookshift.screens.page import Page, leaving
from bookshift.screens.prompt import Prompt
from bookshift.text import count, hours, money, sentence, signed
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell, Grid, ListRows
from bookshift.widgets.statusline import Line
from bookshift_io.workspace import FrozenError, WorkspaceError
from bookshift_model.ax import HOW, words
from bookshift_model.explain.words import minus
from bookshift_model.policy import PolicyError
from bookshift_model.portfolio import TOUCH_LEVELS
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget

    from bookshift.planner import Planner
    from bookshift.touches import AxFigures
    from bookshift_model.policy import Policy
    from bookshift_model.session import Entry

COLUMNS: Final = (
    Column("at", "", 3, align="right", priority=0),
    Column("when", "Accounts for which", 30, share=5, priority=0),
    Column("touch", "Touch", 9, priority=0),
    Column("accounts", "Decides", 8, align="right", priority=1),
)
_STATED, _OTHERWISE = "stated", "otherwise"


class AxScreen(Page[None]):
    """Every change of a rule is one undoable step of the scenario's policy."""

    contexts = ("ax", "grid")
    hint_ids = (
        "ax.edit", "ax.new", "ax.delete", "ax.up", "ax.down", "ax.stated", "ax.undo", "ax.redo", "palette",
    )  # fmt: skip
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("ax", "grid"), *leaving()]
    DEFAULT_CSS = """
    AxScreen > #body { layout: vertical; height: 1fr; overflow: hidden hidden; }
    AxScreen > #body > Grid { height: 1fr; }
    AxScreen > #body > #levels { height: 9; border-top: solid $surface-lighten-2; }
    AxScreen.-wide > #body { layout: horizontal; }
    AxScreen.-wide > #body > Grid { width: 2fr; }
    AxScreen.-wide > #body > #levels { width: 1fr; height: 1fr; border-top: none; padding-left: 1; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self.figures: AxFigures | None = None
        self._before: AxFigures | None = None
        self._listed = self.policy.formulas.ax

    def compose_body(self) -> Iterable[Widget]:
        """Put the rules beside what they make of the accounts."""
        yield Line(id="says", classes="strip")
        with Container(id="body"):
            yield Grid(COLUMNS, id="rules")
            yield Sheet(id="levels")

    def on_mount(self) -> None:
        """Show the rules, then work their figures out."""
        super().on_mount()
        self.query_one("#levels", Sheet).can_focus = False
        self.query_one("#says", Line).put(
            "The first rule that fits gives the touch level, which gives the hours"
        )
        self.grid.focus()
        self.project()
        self.grid.jump_to("rule 1")
        self.work_out()

    @property
    def grid(self) -> Grid:
        """The rules."""
        return self.query_one("#rules", Grid)

    @property
    def table(self) -> Grid:
        """The widget that takes the movement."""
        return self.grid

    @property
    def policy(self) -> Policy:
        """The policy as it is now."""
        return self.planner.state.policy

    @property
    def at(self) -> int | None:
        """Position of the rule under the cursor; None on the other lines."""
        kind, _, number = (self.grid.key or "").partition(" ")
        return int(number) - 1 if kind == "rule" else None

    # Showing

    def project(self) -> None:
        """Show the rules as they are now."""
        # Rows are written when they are painted, and by then a change under way may have left fewer rules.
        self._listed = self.policy.formulas.ax
        keys = [_STATED, *(f"rule {at + 1}" for at in range(len(self._listed.rules))), _OTHERWISE]
        self.grid.show(ListRows(keys, self._cells))
        scenario = self.planner.scenario
        self.facts(
            f"AX rules: {self.policy.name}",
            scenario.name,
            scenario.status,
            f"undo {len(self.planner.session.history.done)}",
            f"saved {scenario.updated_at.astimezone():%H:%M}",
        )
        self._tell_levels()

    def _cells(self, key: str) -> list[Cell | str]:
        ax, found = self._listed, self.figures
        if key == _STATED:
            says = "the file states a level" + ("" if ax.stated_first else " (only where no rule fits)")
            return [
                "",
                Cell(says, "dim"),
                Cell("as stated", "dim"),
                "" if found is None else count(found.stated),
            ]
        if key == _OTHERWISE:
            decides = "" if found is None else count(found.decides[-1])
            return ["", Cell("no rule fits", "dim"), ax.otherwise, decides]
        at = int(key.partition(" ")[2]) - 1
        when, _, touch = words(ax.rules[at]).rpartition(" -> ")
        known = found is not None and len(found.decides) == len(ax.rules) + 1
        number = found.decides[at] if found is not None and known else None
        return [
            str(at + 1),
            when,
            touch,
            "" if number is None else Cell(count(number), "" if number else "dim"),
        ]

    @on(Grid.Moved, "#rules")
    def _tell_levels(self) -> None:
        found = self.figures
        if found is not None:
            self.query_one("#levels", Sheet).show(level_rows(found, self._before))

    @work(group="figures", exclusive=True)
    async def work_out(self, says: str = "") -> None:
        """Apply the rules off the event loop; the latest ones win."""
        found = await asyncio.to_thread(touches.figures, self.planner.portfolio, self.policy)
        self._before, self.figures = self.figures, found
        self.project()
        if says:
            change = "" if self._before is None else signed(found.hours - self._before.hours, hours)
            self.say(
                f"{says}: {minus(change)} hours a month"
                if change and change != "0"
                else f"{says}: same hours"
            )

    # Changing

    @work
    async def action_ax_edit(self) -> None:
        """Type the rule anew, or choose the level where none fits."""
        at = self.at
        if self.grid.key == _STATED:
            self._turn_stated()
        elif at is None:
            levels = [Choice(one, one) for one in TOUCH_LEVELS]
            first = self.policy.formulas.ax.otherwise
            picked = await self.app.push_screen_wait(
                Choose("Touch level where no rule fits", levels, first=first)
            )
            level = next((one for one in TOUCH_LEVELS if one == picked), None)
            if level is not None:
                await self._change(
                    lambda policy: touches.with_otherwise(policy, level), f"AX: {level} where no rule fits"
                )
        else:
            await self._type(at, words(self.policy.formulas.ax.rules[at]), replace=True)

    @work
    async def action_ax_new(self) -> None:
        """Add a rule before the one under the cursor."""
        at = self.at
        rules = len(self.policy.formulas.ax.rules)
        await self._type(0 if self.grid.key == _STATED else rules if at is None else at, "", replace=False)

    async def _type(self, at: int, text: str, *, replace: bool) -> None:
        """Ask for a rule until it can be read or is left."""
        problem = HOW
        while True:
            question = f"AX rule {at + 1}: {problem}"
            typed = await self.app.push_screen_wait(Prompt(question, "Enter takes it, esc cancels", text))
            if not typed:
                return
            try:
                made = touches.rule(typed)
            except PolicyError as error:
                problem, text = str(error), typed
                continue
            break

        def change(policy: Policy) -> Policy:
            rules = [*policy.formulas.ax.rules]
            rules[at : at + replace] = [made]
            return touches.with_rules(policy, rules)

        await self._change(change, f"AX rule {at + 1}: {words(made)}")
        self.grid.jump_to(f"rule {at + 1}")

    @work
    async def action_ax_delete(self) -> None:
        """Remove the rule."""
        at = self.at
        if at is None:
            self.say("This line stays: it says what counts where no rule is asked.", "warn")
            return
        rules = self.policy.formulas.ax.rules
        await self._change(
            lambda policy: touches.with_rules(policy, [one for k, one in enumerate(rules) if k != at]),
            f"removed AX rule {at + 1}: {words(rules[at])}",
        )

    @work
    async def action_ax_up(self) -> None:
        """Ask the rule before the one above it."""
        await self._swap(-1)

    @work
    async def action_ax_down(self) -> None:
        """Ask the rule after the one below it."""
        await self._swap(1)

    async def _swap(self, by: int) -> None:
        at, rules = self.at, [*self.policy.formulas.ax.rules]
        if at is None or not 0 <= at + by < len(rules):
            self.say("There is no rule to change places with.", "warn")
            return
        rules[at], rules[at + by] = rules[at + by], rules[at]
        await self._change(
            lambda policy: touches.with_rules(policy, rules), f"AX rule {at + 1} is now rule {at + by + 1}"
        )
        self.grid.jump_to(f"rule {at + by + 1}")

    def action_ax_stated(self) -> None:
        """Let stated levels go before the rules, or after them."""
        self._turn_stated()

    @work
    async def _turn_stated(self) -> None:
        first = not self.policy.formulas.ax.stated_first
        label = f"AX: stated touch levels go {'before' if first else 'after'} the rules"
        await self._change(lambda policy: touches.with_stated_first(policy, stated_first=first), label)

    @work
    async def action_ax_undo(self) -> None:
        """Take back the latest change."""
        await self._do(self.planner.undo, "undone", self.planner.nothing_to_undo)

    @work
    async def action_ax_redo(self) -> None:
        """Do again what was taken back."""
        await self._do(self.planner.redo, "done again", "There is nothing to do again.")

    async def _change(self, make: Callable[[Policy], Policy], label: str) -> None:
        await self._do(lambda: self.planner.set_policy(make(self.policy), label), "", "That is so already.")

    async def _do(self, do: Callable[[], Entry | None], verb: str, nothing: str) -> None:
        """Make a change off the event loop, durable before it shows; a failure is said."""
        async with self.owner.acting:
            try:
                entry = await asyncio.to_thread(do)
            except FrozenError as error:
                self.say(sentence(error), "warn")
            except (PolicyError, ConflictError, WorkspaceError) as error:
                self.say(sentence(error), "warn")
                return
            else:
                self.project()
                if entry is None:
                    self.say(nothing)
                else:
                    self.work_out(f"{verb}: {entry.change.label}" if verb else entry.change.label)
                return
        if await offer_draft(self, self.planner):
            await self._do(do, verb, nothing)

    def action_leave(self) -> None:
        """Go back to the plan."""
        self.dismiss(None)


def level_rows(found: AxFigures, before: AxFigures | None) -> list[Row]:
    """Accounts, hours and ARR of each touch level, with what the latest change did."""
    rows = [row(Span(f"{'touch level':<12}{'accounts':>9}{'hours':>9}{'ARR':>8}", "dim"), hang=-1)]
    was = {one.level: one for one in (found if before is None else before).levels}
    for one in found.levels:
        moved = one.accounts - was[one.level].accounts
        change = f"  {minus(signed(moved))} accounts" if moved else ""
        text = f"{one.level:<12}{count(one.accounts):>9}{hours(one.hours):>9}{money(one.arr):>8}"
        rows.append(row(text, Span(change, "new"), hang=-1))
    rows.append(row(Span(f"{'all':<21}{hours(found.hours):>9}", "strong"), hang=-1))
    return [*rows, BLANK, heading("Hours a month with CSMs who fit, without travel")]
