"""Approving a plan: what it is, what deviates and why, and a rationale that a dropped line cannot lose."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, cast
from uuid import uuid4

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from bookshift.exports import approve, fairness
from bookshift.older import Older, older
from bookshift.panes.diff import goal_row
from bookshift.panes.sheet import BLANK, Row, Sheet, Span, heading, row
from bookshift.panes.view import known_moves
from bookshift.points import points_of, written
from bookshift.screens.dialog import Dialog
from bookshift.text import count, money, percent, sentence
from bookshift.widgets.statusline import Line
from bookshift_io.workspace import WorkspaceError
from bookshift_model.decisions import KINDS, Decisions, about_data, kind_of
from bookshift_model.explain.away import sent_away, taken_away
from bookshift_model.explain.diff import GoalChange
from bookshift_model.explain.inputs import decision_diff
from bookshift_model.explain.losers import losing_accounts, losing_books
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.words import count as numbered
from bookshift_model.session import ConflictError
from bookshift_model.unclear import unclear_owners

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.worker import Worker

    from bookshift.app import BookshiftApp
    from bookshift.planner import Planner
    from bookshift_io.workspace import Approval
    from bookshift_model.score import Scorecard

SAVE_SECONDS: Final = 2.0
_MOST: Final = 8
_KINDS: Final = tuple(KINDS)


class Rationale(TextArea):
    """A paragraph; Enter ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.approve", show=False, priority=True)]


class ApproveDialog(Dialog["Approval | None"]):
    """Answers with the approval, or None where the plan stays a draft."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "scroll('page_down')", show=False, priority=True),
        Binding("pageup", "scroll('page_up')", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    ApproveDialog Rationale {
        height: 3; border: none; background: $boost; margin: 0 1; padding: 0; scrollbar-size: 0 0;
    }
    ApproveDialog #error { color: $text-error; }
    """

    def __init__(self, planner: Planner) -> None:
        super().__init__()
        self.planner = planner
        self._request = uuid4().hex
        self._draft_key = f"approve {planner.scenario.id}"
        self._saved = ""
        self._keeping = asyncio.Lock()
        self._busy = False

    def compose(self) -> ComposeResult:
        """Put the facts over the rationale."""
        with Vertical(classes="box wide tall"):
            yield Line(classes="box-title", id="question")
            sheet = Sheet(id="facts")
            sheet.can_focus = False
            yield sheet
            yield Line(id="ask")
            yield Rationale(compact=True, soft_wrap=True, tab_behavior="focus", show_line_numbers=False)
            yield Line(id="error")
            yield Line(classes="box-hint", id="hint")

    def on_mount(self) -> None:
        """Show what is to be approved, and what had been typed."""
        planner = self.planner
        self.query_one("#facts", Sheet).show(facts(planner, "counting who is worse off …"))
        self.count_losers()
        self.query_one("#ask", Line).put("Why is this plan right? (kept with the approval, required)")
        self.query_one("#hint", Line).put(
            "Enter approves and freezes it, pgup pgdn scroll, esc leaves it a draft"
        )
        self._saved = planner.workspace.draft(self._draft_key) or ""
        area = self.query_one(Rationale)
        area.load_text(self._saved)
        area.move_cursor(area.document.end)
        area.focus()
        self.set_interval(SAVE_SECONDS, self._save)
        self.call_after_refresh(self._tell_position)

    @work(group="losers", exclusive=True)
    async def count_losers(self) -> None:
        """Say how many are worse off, once that is counted: in a large plan it takes a moment."""
        found = await asyncio.to_thread(older, self.planner.workspace, self.planner.scenario)
        said = await asyncio.to_thread(worse_off, self.planner)
        self.query_one("#facts", Sheet).show(facts(self.planner, said, found))
        self._tell_position()

    @property
    def text(self) -> str:
        """What is typed, on one line."""
        return " ".join(self.query_one(Rationale).text.split())

    def action_scroll(self, how: str) -> None:
        """Scroll the facts."""
        getattr(self.query_one("#facts", Sheet), f"action_{how}")()
        self._tell_position()

    def _tell_position(self) -> None:
        position = self.query_one("#facts", Sheet).position
        version = f"version {self.planner.scenario.version}"
        title = f"Approve {self.planner.scenario.name}"
        self.query_one("#question", Line).put(title, f"{version}   lines {position}" if position else version)

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self.query_one("#error", Line).put("")

    def on_descendant_blur(self) -> None:
        """Keep what is typed when the keys go elsewhere."""
        self._save()

    def action_leave(self) -> None:
        """Close, and keep what is typed for next time."""
        self._save()
        self.dismiss(None)

    def _save(self) -> None:
        text = self.query_one(Rationale).text
        if text != self._saved and not self._busy:
            # A worker of the application: this screen's own ends with the screen.
            _: Worker[None] = self.app.run_worker(partial(self._keep, text), group="draft")

    async def _keep(self, text: str) -> None:
        async with self._keeping:
            await asyncio.to_thread(self.planner.workspace.save_draft, self._draft_key, text)
            self._saved = text

    @work(group="approve", exclusive=True)
    async def action_approve(self) -> None:
        """Approve, once there is a rationale."""
        if not self.text:
            self.query_one("#error", Line).put(
                "× An approval needs a rationale: say in a sentence why this plan is right."
            )
            return
        self._busy = True
        try:
            async with cast("BookshiftApp", self.app).acting:
                made = await asyncio.to_thread(self._approve, self.text)
        except (WorkspaceError, ConflictError) as error:
            self.query_one("#error", Line).put(f"× {sentence(error)}")
            return
        finally:
            self._busy = False
        self.dismiss(made)

    def _approve(self, rationale: str) -> Approval:
        made = approve(self.planner, rationale, request=self._request)
        self.planner.workspace.drop_draft(self._draft_key)
        return made


def worse_off(planner: Planner) -> str:
    """How many accounts and books lose by the plan."""
    first = Standing(planner.problem, planner.problem.baseline)
    second = Standing(planner.problem, planner.assignment)
    accounts = len(losing_accounts(first, second))
    books = len(losing_books(second, planner.baseline_card.books, planner.card.books))
    if not accounts and not books:
        return "Nobody is worse off."
    return f"{numbered(accounts, 'account')} and {numbered(books, 'book')} worse off (4 shows them)"


def facts(planner: Planner, losers: str, data: Older | None = None) -> list[Row]:
    """Figures today and in the plan, who loses, broken hard rules, what deviates, and what fair means.

    Before all that, that the `data` is not the newest, and what in it is open.
    """
    before, after = planner.baseline_card, planner.card
    takers = [one.csm_to for one in after.moves]
    gone = sent_away(planner.portfolio, takers)
    to_whom = f"{count(taken_away(planner.portfolio, takers).total())} to somebody away" if gone else ""
    return [
        *_older(data),
        *_waiting(planner),
        *_unclear(planner),
        *_figures(before, after, to_whom),
        row(Span(losers, "warn" if "worse off (" in losers else "")),
        *([row(Span(f"! {gone}", "warn"), hang=2)] if gone else []),
        BLANK,
        *_broken(after),
        BLANK,
        *_deviations(planner),
        BLANK,
        row(Span("Fairness ", "strong"), fairness(planner.state.policy)),
    ]


def _older(found: Older | None) -> list[Row]:
    """That there is newer data than what is approved here."""
    if found is None:
        return []
    says = f"! This plan is {found}. Esc, then C copies it onto the newest."
    return [row(Span(says, "warn"), hang=2), BLANK]


def _waiting(planner: Planner) -> list[Row]:
    """That a solver's plan waits which is another one than is approved here."""
    found = planner.proposal
    if found is None:
        return []
    moves = known_moves(planner.portfolio, found)
    if moves == dict(planner.state.moves):
        return []
    card = planner.judge(planner.assignment_of(moves))
    what = f"{Moved.of(card.moves)}, {written(points_of(card))} points"
    says = "What is approved is the plan shown here, without it; esc and a accept it first."
    return [row(Span(f"! A solver's plan waits: {what}. {says}", "warn"), hang=2), BLANK]


def _unclear(planner: Planner) -> list[Row]:
    """That nobody has said whose accounts some are."""
    open_ = unclear_owners(planner.portfolio)
    return [row(Span(f"! {open_}", "warn"), hang=2), BLANK] if open_ else []


def _figures(before: Scorecard, after: Scorecard, to_whom: str) -> list[Row]:
    moved = Moved.of(after.moves)
    rows = [
        row(Span(f"{'':<20}{'today':>8}   {'plan':<8}", "dim")),
        _figure("Accounts moved", "", count(moved.moves), to_whom),
        _figure("ARR moved", "", money(after.moved_arr - after.placed_arr)),
        _figure("Hard rules broken", count(len(before.broken)), count(len(after.broken))),
        _figure("Points", written(points_of(before)), written(points_of(after)), "fewer are better"),
    ]
    if moved.placed:
        arr = f"{money(after.placed_arr)} of ARR"
        rows.insert(3, _figure("Placed, had no CSM", "", count(moved.placed), arr))
    use = [[one.utilisation for one in card.books if one.capacity > 0] for card in (before, after)]
    if all(use):
        highest = [percent(max(one)) for one in use]
        rows.append(_figure("Highest utilisation", highest[0], highest[1]))
    for was, now in zip(before.goals, after.goals, strict=True):
        if was.share:
            both = GoalChange(
                id=was.id, name=was.name, unit=was.unit, share=was.share, before=was.value, after=now.value
            )
            rows.append(goal_row(both))
    return rows


def _figure(name: str, today: str, plan: str, unit: str = "") -> Row:
    arrow = "→" if today else " "
    return row(
        Span(f"{name:<20}", "dim"), f"{today:>8} {arrow} {plan:<8}", Span(f"{'':9}{unit}", "dim"), hang=-1
    )


def _broken(card: Scorecard) -> list[Row]:
    if not card.broken:
        return [row(Span("✓ Every hard rule is kept.", "good"))]
    rows = [row(Span(f"! Hard rules broken {numbered(len(card.broken), 'time')}", "bad"))]
    rows += [row(f"  {one.sentence}", hang=4) for one in card.broken[:_MOST]]
    return rows + _more(len(card.broken))


def _deviations(planner: Planner) -> list[Row]:
    """Who goes where because planners say so, each with its reason; what they say of the data in a line."""
    made = planner.state.decisions
    by_kind = sorted((one for one in made if not about_data(one)), key=lambda one: _KINDS.index(kind_of(one)))
    told = decision_diff(Decisions(), Decisions(by_kind), planner.portfolio)
    if told:
        rows = [heading(numbered(len(told), "decision"))]
        rows += [row(f"  {one.removeprefix('Added: ')}", hang=4) for one in told]
    else:
        rows = [row("No pins, locks, forbids or groups.")]
    corrected = len(made.corrections())
    accepted = len(made) - len(told) - corrected
    on_data = [
        *([f"{numbered(corrected, 'value')} of the data corrected"] if corrected else []),
        *([f"{numbered(accepted, 'finding')} about it accepted"] if accepted else []),
    ]
    return [*rows, *([row(f"{', '.join(on_data)} (g f shows them)")] if on_data else [])]


def _more(number: int) -> list[Row]:
    return [row(Span(f"  and {count(number - _MOST)} more", "dim"))] if number > _MOST else []
