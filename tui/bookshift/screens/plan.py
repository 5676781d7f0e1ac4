"""The main screen: books, accounts, detail and diff of one scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import on
from textual.containers import Container
from textual.widgets import Input, Static

from bookshift.bindings import bindings, chords, hints
from bookshift.older import lag
from bookshift.panes.accounts import AccountsPane
from bookshift.panes.books import BooksPane
from bookshift.panes.detail import DetailPane
from bookshift.panes.diff import DiffPane
from bookshift.panes.pane import HERE, Pane
from bookshift.points import points_of, written
from bookshift.screens.plan_find import Finding
from bookshift.screens.plan_scenarios import SAVE_SECONDS, Scenarios
from bookshift.text import fit
from bookshift.widgets.grid import Grid
from bookshift.widgets.statusline import HeaderLine, HintLine, Line, MessageLine
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.words import count as numbered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.events import Resize

    from bookshift.planner import Planner

LEAST: Final = (60, 14)
"""Columns and rows below which there is only the screen that says so."""
TWO, FOUR = 100, 160
_ROWS_FOR_FOUR = 40
_POLICY = 16
"""Cells for the name of the policy beside the panes' names."""
_HINTS: Final = {
    "books": ("open", "sort", "solve", "undo", "baseline", "losers", "filter", "palette"),
    "accounts": (
        "pin",
        "lock",
        "move",
        "filter",
        "mark",
        "solve",
        "undo",
        "why",
        "sort",
        "forbid",
        "palette",
    ),
    "detail": ("why", "why.not", "pin", "move", "lock", "undo", "palette"),
    "diff": ("lock", "pin", "why", "undo", "solve", "export", "approve", "palette"),
    "proposal": ("solve.preview", "solve.accept", "solve.reject", "losers"),
}


class PlanScreen(Scenarios, Finding):
    """Projects the planner into four panes and sends it what a person decides."""

    BINDINGS: ClassVar[list[Any]] = list(bindings("plan", "grid"))

    def __init__(self, planner: Planner) -> None:
        super().__init__(planner)
        self._zoomed = False
        self._at_bottom: str = "detail"

    def compose(self) -> ComposeResult:
        """Lay the lines and panes out."""
        # Before there is anything in it: each class that a screen gets later styles all that is in it again.
        self._fit_classes(*self.app.size)
        yield HeaderLine()
        yield Line(id="tabs")
        with Container(id="panes"):
            yield BooksPane()
            accounts = AccountsPane()
            accounts.active = True
            yield accounts
            yield DiffPane()
            yield DetailPane()
        yield MessageLine()
        yield Input(
            id="find",
            compact=True,
            max_length=300,
            placeholder="words anywhere, then field=a value, field!=a value, field>number",
        )
        yield HintLine()
        yield Static("Bookshift needs 80×24.\nMake the window larger.", id="small", markup=False)

    def on_mount(self) -> None:
        """Show the plan where this person left it."""
        self.set_chords(chords(self.owner.keys, "app", "plan", "grid"))
        self.watch_solver()
        self.planner.workspace.on_wait(self._waits)
        self.load_proposal()
        self.project()
        self.restore_view()
        self.announce_proposal()
        self.tell_older()
        if self.owner.key_problems:
            self.say(self.owner.key_problems[0], "warn")
        self.set_interval(SAVE_SECONDS, self.look_around, name="view")

    def on_screen_resume(self) -> None:
        """Show what another screen may have changed."""
        self.call_after_refresh(self._keep_focus)
        if self.view is not None and self.stale:
            self.showing = "plan"
            self.load_proposal()
            self.project()

    def _waits(self, text: str) -> None:
        """Say what a change waits for; called in the thread that writes."""
        self.app.call_later(self.owner.say, text)

    # Layout

    @on(Input.Changed, "#find")
    def _typing(self, event: Input.Changed) -> None:
        event.stop()

    def on_resize(self, event: Resize) -> None:
        """Choose how many panes fit."""
        self._arrange(event.size.width, event.size.height)

    def _fit_classes(self, width: int, height: int) -> str:
        """Say by class how many panes fit, and return that class."""
        small = width < LEAST[0] or height < LEAST[1]
        self.set_class(small, "-small")
        mode = "-one" if self._zoomed or width < TWO else "-two"
        if mode == "-two" and width >= FOUR and height >= _ROWS_FOR_FOUR:
            mode = "-four"
        for name in ("-one", "-two", "-four"):
            self.set_class(name == mode, name)
        return mode

    def _arrange(self, width: int, height: int) -> None:
        mode = self._fit_classes(width, height)
        here = self.active_pane.id or ""
        if here in {"detail", "diff"}:
            self._at_bottom = here
        shown = {
            "-one": {here},
            "-two": {"books", "accounts", self._at_bottom},
            "-four": {"books", "accounts", "detail", "diff"},
        }[mode]
        for pane in self.query(Pane):
            appears = pane.id in shown
            if pane.display != appears:
                pane.display = appears
                if appears and isinstance(pane, DetailPane | DiffPane):
                    pane.refresh_now()
        self._tell_tabs()
        self.call_after_refresh(self._keep_focus)

    def _keep_focus(self) -> None:
        """Give the keys back to the active pane: a window too small has hidden what had them."""
        if self.focused is None and not self.has_class("-small"):
            (self.query_one("#find", Input) if self.finding else self.active_pane.body).focus()

    def activate(self, pane: Pane) -> None:
        """Bring a pane into sight and give it the keys."""
        for one in self.query(Pane):
            if one.active != (one is pane):
                one.activate(active=one is pane)
        self._arrange(*self.app.size)
        # At once: what the keys leave may hide before a later turn, and would pass them on elsewhere.
        self.set_focus(pane.body)
        if pane is self.books:
            self.detail.tell_of("book", self.books.chosen)
        elif pane is self.accounts:
            self._tell_account()
        self._tell_hints()

    def _tell_tabs(self) -> None:
        tabs = (f"{HERE if pane.active else ' '}{pane.number} {pane.label}" for pane in self._panes())
        policy = fit(self.planner.state.policy.name, _POLICY).rstrip()
        self.query_one("#tabs", Line).put(
            "   ".join(tabs), f"policy: {policy}" + ("   + all panes" if self._zoomed else "")
        )

    def _panes(self) -> list[Pane]:
        return sorted(self.query(Pane), key=lambda pane: pane.number)

    # The lines around the panes

    def tell_header(self) -> None:
        """Write the first line anew."""
        if self.view is None:
            return
        scenario, card = self.planner.scenario, self.view.card
        broken, short = len(card.broken), self.view.overload
        ids = sorted(one.id for one in self.planner.workspace.scenarios())
        position = (
            f"scenario {ids.index(scenario.id) + 1} of {len(ids)}" if scenario.id in ids else "archived"
        )
        label = {"plan": "", "preview": "PREVIEW of the solver's plan", "today": "TODAY's books"}[
            self.showing
        ]
        facts = [
            scenario.name,
            label,
            scenario.status,
            f"! {lag(behind)}" if (behind := self.planner.workspace.behind(scenario.dataset_id)) else "",
            str(Moved.of(card.moves)),
            f"! {numbered(broken, 'hard rule')} broken" if broken else "✓ hard rules kept",
            "" if short is None else f"! {short.missing:,.1f} FTE short",
            f"{written(points_of(card))} points",
            f"undo {len(self.planner.session.history.done)}",
            f"policy {self.planner.state.policy.name}",
            position,
            numbered(len(self.view.portfolio.accounts), "account"),
            numbered(len(self.view.portfolio.csms), "CSM"),
            f"saved {scenario.updated_at.astimezone():%H:%M}",
        ]
        line = self.query_one(HeaderLine)
        line.set_class(self.showing != "plan", "-warn")
        line.put_facts([fact for fact in facts if fact])
        self._tell_tabs()
        self._tell_hints()

    def _tell_hints(self) -> None:
        first = _HINTS["proposal"] if self.proposal is not None else ()
        wanted = dict.fromkeys((*first, *_HINTS[self.active_pane.id or "accounts"]))
        self.query_one(HintLine).put_hints(hints(self.owner.keys, wanted))

    def show_chord(self, keys: str, choices: Sequence[tuple[str, str]]) -> None:
        """Show what may follow the keys pressed so far."""
        if keys:
            self.query_one(HintLine).put_hints(
                [(f"{keys} {key}", title) for key, title in choices], ("esc", "drops")
            )
        else:
            self._tell_hints()

    # Panes

    def action_pane_next(self) -> None:
        """Go to the next pane."""
        self._turn(1)

    def action_pane_previous(self) -> None:
        """Go to the pane before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        panes = [one for one in self._panes() if one.display] if not self.has_class("-one") else self._panes()
        self.activate(panes[(panes.index(self.active_pane) + by) % len(panes)])

    def action_pane_books(self) -> None:
        """Go to the books."""
        self.activate(self.books)

    def action_pane_accounts(self) -> None:
        """Go to the accounts."""
        self.activate(self.accounts)

    def action_pane_detail(self) -> None:
        """Go to the detail."""
        self.activate(self.detail)

    def action_pane_diff(self) -> None:
        """Go to the diff."""
        self.activate(self.diff)

    def action_pane_zoom(self) -> None:
        """Give the pane the whole screen, or give it back."""
        self._zoomed = not self._zoomed
        self._arrange(*self.app.size)

    def action_open(self) -> None:
        """Go from a book to its accounts, from an account or a move to its detail."""
        if self.active_pane is self.books:
            self.activate(self.accounts)
        elif self.active_pane is self.detail:
            self.say("This is the detail already; w spells the reasons out.")
        else:
            accounts = self.chosen()
            if accounts:
                key = self.active_pane.body.key if isinstance(self.active_pane.body, Grid) else accounts[0]
                self.detail.tell_of("account", key or accounts[0])
                self.activate(self.detail)

    def action_tour(self) -> None:
        """Begin the tour."""
        from bookshift.screens.tour import start_tour  # noqa: PLC0415 - first paint does without

        start_tour(self)

    def go_back(self) -> None:
        """Leave the filter line, drop marks, the filter, the zoom; one of them a time."""
        if self.finding:
            self.stop_finding()
        elif isinstance(self.active_pane.body, Grid) and self.active_pane.body.clear():
            return
        elif self.accounts.filter:
            self.accounts.look_for("")
            self.say("")
        elif self._zoomed:
            self.action_pane_zoom()
        else:
            self.say("")
            self.query("#tour").remove()

    @on(Grid.Moved, "#books-grid")
    def _book_chosen(self) -> None:
        self.accounts.choose_book(self.books.chosen)
        if self.active_pane is self.books:
            self.detail.tell_of("book", self.books.chosen)

    @on(Grid.Moved, "#accounts-grid")
    @on(Grid.Marked, "#accounts-grid")
    def _account_chosen(self) -> None:
        self.accounts.retitle()
        if self.active_pane is not self.books:
            self._tell_account()

    @on(Grid.Moved, "#diff-grid")
    @on(Grid.Marked, "#diff-grid")
    def _move_chosen(self) -> None:
        self.diff.retitle()
        if self.active_pane is self.diff and self.diff.body.key is not None:
            self.detail.tell_of("account", self.diff.body.key)

    def _tell_account(self) -> None:
        key = self.accounts.body.key
        if key is not None:
            self.detail.tell_of("account", key)
