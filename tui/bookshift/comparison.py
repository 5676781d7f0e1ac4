"""Two scenarios side by side: figures, owners, decisions and policy that differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookshift.planner import Planner
from bookshift.reports import card_record, goals_table, table, violations_list
from bookshift_model.explain.inputs import decision_diff, policy_diff
from bookshift_model.explain.words import count
from bookshift_model.session import State

if TYPE_CHECKING:
    from bookshift_io.workspace import Workspace
    from bookshift_model.portfolio import Portfolio

TODAY = "today"


def compare(workspace: Workspace, first: str, second: str) -> tuple[dict[str, Any], str]:
    """Compare two scenarios, or one with “today”; the second's policy judges both.

    Raises a `WorkspaceError` for an unknown scenario.
    """
    judge = Planner(workspace, second)
    state = (
        State(policy=judge.state.policy) if first == TODAY else workspace.state(workspace.scenario(first).id)
    )
    known = judge.portfolio
    before = judge.assignment_of(state.moves)
    after = judge.assignment
    differing = [
        (known.accounts[int(i)].id, _csm(known, int(before[i])), _csm(known, int(after[i])))
        for i in (before != after).nonzero()[0]
    ]
    as_today = bool((before == judge.problem.baseline).all())
    cards = judge.baseline_card if as_today else judge.judge(before), judge.card
    changed = [
        *policy_diff(state.policy, judge.state.policy),
        *decision_diff(state.decisions, judge.state.decisions, known),
    ]
    record = {
        "first": first,
        "second": second,
        "owners": [{"account": a, "first": x, "second": y} for a, x, y in differing],
        "inputs": changed,
        "first_scorecard": card_record(cards[0]),
        "second_scorecard": card_record(cards[1]),
    }
    names = {a.id: a.name for a in known.accounts}
    rows = [(names[a], known.whom(x), known.whom(y)) for a, x, y in differing]
    text = "\n".join(
        [
            f"“{first}” → “{second}”, both judged by the policy of “{second}”",
            goals_table(cards, (first, second)),
            "",
            "Policy and decisions",
            *(f"  {one}" for one in changed or ["the same"]),
            "",
            f"Rules broken in “{second}”",
            violations_list(cards[1]),
            "",
            f"{count(len(rows), 'account')} with another owner",
            table(("account", first, second), rows),
        ]
    )
    return record, text


def _csm(portfolio: Portfolio, position: int) -> str | None:
    return portfolio.csms[position].id if position >= 0 else None
