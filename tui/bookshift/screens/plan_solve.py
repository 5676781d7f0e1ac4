"""The Plan screen's solving: start, preview, accept, reject, and the reasons for what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from bookshift.panes.sheet import BLANK, Span, row
from bookshift.panes.view import known_moves
from bookshift.points import proven
from bookshift.screens.picker import Picker
from bookshift.screens.plan_decide import Deciding
from bookshift.solve_run import Outcome
from bookshift.widgets.statusline import MessageLine
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.why_not import why_not

if TYPE_CHECKING:
    from bookshift.solving import News


class Solving(Deciding):
    """The solver's plan beside the planner's own."""

    def watch_solver(self) -> None:
        """Hear of the solver from now on."""
        self.owner.solving.news.subscribe(self, self._news)
        self.detail.follow(self.owner.solving.hover)

    async def action_solve(self) -> None:
        """Look for a better plan; after a change keep to what it touches, the second time plan all."""
        self._solve(whole=False)

    async def action_solve_whole(self) -> None:
        """Look for a better plan of all accounts."""
        self._solve(whole=True)

    def _solve(self, *, whole: bool) -> None:
        if self.planner.scenario.status != "draft":
            self.say("An approved plan stays as it is; C makes a copy to go on with.", "warn")
            return
        if self.owner.solving.running:
            self.say("The solver is at work already; ctrl+c stops it and keeps its best plan.", "warn")
            return
        if self.showing != "plan":
            self.showing = "plan"
            self.project()
        self.say("")
        self.owner.solving.start(self.planner, whole=whole)

    def _news(self, news: News) -> None:
        solving = self.owner.solving
        if news in {"ready", "hover"}:
            self.detail.fill_in()
            self.detail.ask_further()
            if isinstance(self.app.screen, Picker):
                self.app.screen.fill_in()
            return
        run = solving.run
        line = self.query_one(MessageLine)
        if run is None:
            return
        if news == "tick":
            line.status(run.status() if solving.running else "")
            return
        if run.scenario != self.planner.scenario.id:
            if news == "ended":
                line.status("")
                self.say(f"Another scenario: {run.outcome().text}")
            return
        if news == "better" and run.best is not None:
            self.proposal = {"moves": run.best.moves, "points": run.best.points, "gap": run.best.gap}
            if self.showing == "preview":
                self.project()
        elif news == "ended":
            line.status("")
            self.say(*run.outcome())
            self._ended()

    @work(group="proposal", exclusive=True)
    async def _ended(self) -> None:
        await self.owner.solving.kept()
        if self.owner.solving.trouble:
            self.say(f"The plan could not be kept: {self.owner.solving.trouble}", "bad")
        self.load_proposal()
        self.project()

    def load_proposal(self) -> None:
        """Read the stored plan of the solver."""
        found = self.planner.proposal
        if found is not None and known_moves(self.planner.portfolio, found) == dict(self.planner.state.moves):
            found = None
        self.proposal = found
        self.owner.solving.hover.recall(self.planner)

    def announce_proposal(self) -> None:
        """Say so where a plan of the solver waits from an earlier session."""
        if self.proposal is not None and self.owner.solving.runs_for(self.planner.scenario.id) is None:
            gap = self.proposal.get("gap")
            how = proven(gap if isinstance(gap, float) else None)
            moves = str(Moved.of_plan(self.proposal["moves"], self.planner.portfolio))
            self.say(*Outcome.of(moves, how, before="The solver's plan is still here"))

    def action_solve_preview(self) -> None:
        """Show the solver's plan, or the planner's own again."""
        if self.proposal is None:
            working = self.owner.solving.runs_for(self.planner.scenario.id) is not None
            what_next = "it is still looking" if working else "S looks for one"
            self.say(f"There is no plan of the solver yet; {what_next}.", "warn")
            return
        self.showing = "plan" if self.showing == "preview" else "preview"
        self.project()
        self.say(
            "PREVIEW of the solver's plan: a accepts, r rejects, i goes back to yours"
            if self.showing == "preview"
            else "your own plan"
        )

    @work
    async def action_solve_accept(self) -> None:
        """Take the solver's plan over in one change."""
        if self.owner.solving.runs_for(self.planner.scenario.id):
            self.say("The solver is still at work; ctrl+c stops it and keeps its best plan.", "warn")
            return
        proposal = self.proposal
        if proposal is None:
            self.say("There is no plan of the solver; S looks for one.", "warn")
            return
        self.proposal = None
        entry = await self.change(self.planner.accept, nothing="The solver's plan changes nothing.")
        if entry is None:
            self.load_proposal()
            self.tell_header()
            return
        wanted, now = known_moves(self.planner.portfolio, proposal), self.planner.state.moves
        kept = sum(wanted.get(one) != now.get(one) for one in {*wanted, *now})
        also = f"; {kept} account{'' if kept == 1 else 's'} kept as decided since" if kept else ""
        self.done(
            f"accepted: {Moved.of_plan(now, self.planner.portfolio)} in the plan{also}",
            keys="; u takes it back, 4 shows what changes",
        )

    @work
    async def action_solve_reject(self) -> None:
        """Drop the solver's plan."""
        if self.owner.solving.runs_for(self.planner.scenario.id):
            self.say("The solver is still at work; ctrl+c stops it first.", "warn")
            return
        if self.proposal is None:
            self.say("There is no plan of the solver; S looks for one.", "warn")
            return

        def reject() -> None:
            self.planner.reject()

        self.proposal = None
        await self.change(reject, nothing="dropped the solver's plan; yours is as it was")
        self.load_proposal()
        self.tell_header()

    # Reasons

    def action_why(self) -> None:
        """Spell out why the account has its CSM."""
        self._tell_of_chosen()
        self.detail.spell_out(expanded=not (self.detail.expanded and self.active_pane is self.detail))
        self.activate(self.detail)

    @work
    async def action_why_not(self) -> None:
        """Ask for a CSM and say what stands against them."""
        accounts = self.chosen()[:1]
        if not accounts or self.view is None:
            return
        csm = await self.ask_csm(f"Why is {self.named(accounts)} not with", accounts)
        if csm is None:
            return
        position = self.positions(accounts)[0]
        answer = why_not(self.view.problem, self.view.assignment, position, csm)
        name = self.planner.portfolio.csm_names[csm]
        there = "is with" if self.view.assignment[position] == csm else "is not with"
        title = row(Span(f"Why {self.named(accounts)} {there} {name}", "strong"), hang=2)
        self.activate(self.detail)
        self.call_after_refresh(
            self.detail.say, [title, BLANK, *(row("  ", one, hang=4) for one in answer.sentences)]
        )

    def action_losers(self) -> None:
        """Show who is worse off, first."""
        self.activate(self.diff)
        self.diff.body.action_top()

    def action_baseline(self) -> None:
        """Show today's books, or the plan again."""
        self.showing = "plan" if self.showing == "today" else "today"
        self.project()
        self.say(
            "TODAY: the books as they are now; b goes back to the plan"
            if self.showing == "today"
            else "the plan"
        )

    def _tell_of_chosen(self) -> None:
        accounts = self.chosen()
        if accounts:
            self.detail.tell_of("account", accounts[0])
