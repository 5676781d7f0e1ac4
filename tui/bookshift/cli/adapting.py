"""What each CSM would cost an account, on its own and with the rest adapting, for the command line."""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from bookshift.hover import Hover
from bookshift.panes.ranking import rank
from bookshift.panes.table import Table
from bookshift.panes.view import View
from bookshift.points import change
from bookshift.solver import Solver
from bookshift.solver_events import Answered, Prices, Probed
from bookshift.text import fit

if TYPE_CHECKING:
    from bookshift.hover import Adapting
    from bookshift.panes.ranking import Candidate
    from bookshift.planner import Planner
    from bookshift.solver_events import Event

_PATIENCE: Final = 60.0
"""Seconds after which what is known has to do."""
_LOOKING: Final = 2.0
_NAME: Final = 24


def costs(planner: Planner, account: str) -> tuple[list[Candidate], Adapting | None]:
    """Every CSM for the account, ranked as on screen, and what it costs if the rest adapts."""
    view = View.of(planner, Table(planner.portfolio), "plan", None)
    position = view.portfolio.account_index[account]
    ranking = rank(view, [position])
    heard: SimpleQueue[Event] = SimpleQueue()
    with Solver(heard.put) as solver:
        solver.warm()
        solver.load(planner.portfolio)
        hover = Hover(lambda _portfolio, question: solver.ask(question), solver.drop, lambda: None)
        hover.recall(planner)
        if hover.want(view, account, most=len(ranking), seconds=_LOOKING):
            _listen(hover, heard)
    return ranking, hover.costs(view, [position], ranking)


def _listen(hover: Hover, heard: SimpleQueue[Event]) -> None:
    """Take answers up to the last one."""
    until = time.monotonic() + _PATIENCE
    while (left := until - time.monotonic()) > 0:
        try:
            event = heard.get(timeout=left)
        except Empty:
            return
        if isinstance(event, Prices | Probed | Answered):
            hover.heard(event)
        if isinstance(event, Answered):
            return


def record(planner: Planner, ranking: list[Candidate], adapting: Adapting | None) -> list[dict[str, Any]]:
    """As JSON values: points alone, with the rest adapting, what is proven of that, whether it is rough."""
    return [
        {
            "csm": planner.portfolio.csms[one.csm].id,
            "alone": one.points,
            "adapting": None if adapting is None else float(adapting.costs[one.csm]),
            "at_least": None if adapting is None else float(adapting.least[one.csm]) or None,
            "rough": adapting is not None and not bool(adapting.sure[one.csm]),
            "excluded": one.excluded,
        }
        for one in ranking
    ]


def table(ranking: list[Candidate], adapting: Adapting | None) -> str:
    """The same as text, with what the columns mean."""
    lines = [f"{'Who could have it':<{_NAME}} {'alone':>8} {'adapting':>9} {'at least':>9}"]
    for one in ranking:
        adapted, least = ("", "") if adapting is None else (adapting.words(one.csm), adapting.proven(one.csm))
        rules = f"  {one.rules[0]}" if one.rules[0] else ""
        here = "  here" if one.here else ""
        lines.append(f"{fit(one.name, _NAME)} {change(one.points):>8} {adapted:>9} {least:>9}{here}{rules}")
    lines += (
        "In points, fewer are better. Alone: all other accounts stay. Adapting: the rest of the plan changes",
        "too, as in the best plan found with it there (~: rough, so far); at least: so much is proven",
        "of plans that break hard rules no more than this one. What a CSM breaks in any case is left out.",
    )
    return "\n".join(lines)
