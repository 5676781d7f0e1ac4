"""The policy before a nudge, kept until its effect is known: what the next solve moved because of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bookshift_model.explain.nudge import what_moved
from bookshift_model.policy import Policy

if TYPE_CHECKING:
    from bookshift.planner import Planner
    from bookshift.screens.policy_figures import Judge
    from bookshift_io.workspace import Proposal


def remember(planner: Planner) -> None:
    """Keep policy and plan as they are, to be called before the policy changes.

    Several nudges in a row count as one: what was kept stays until a solve has answered it. The plan before
    is the solver's where one waits for this very state, else the planner's own.
    """
    kept, answer = _kept(planner), _answer(planner)
    plan = dict(planner.state.moves)
    if kept is not None and plan == kept["plan"] and (answer is None or answer.version <= kept["version"]):
        return
    solved = answer is not None and answer.version == planner.scenario.version
    record = {
        "policy": planner.state.policy.to_record(),
        "plan": plan,
        "moves": dict(answer.content["moves"]) if answer is not None and solved else plan,
        "version": planner.scenario.version,
    }
    planner.workspace.save_draft(_key(planner), json.dumps(record))


def effect(planner: Planner, judge: Judge) -> list[str]:
    """What the nudge kept last has moved: in the solver's plan where one waits, else in the plan itself.

    Empty where nothing was nudged, or nothing was solved since.
    """
    kept = _kept(planner)
    if kept is None:
        return []
    state, before = planner.state, Policy.from_record(kept["policy"])
    answer = _answer(planner)
    moves: dict[str, str] = dict(state.moves)
    if answer is not None and answer.version > kept["version"]:
        moves = {str(account): str(csm) for account, csm in answer.content["moves"].items()}
    elif moves == kept["plan"]:
        return []
    problem = judge.problem(state)
    first, second = (judge.assignment(problem, one) for one in (kept["moves"], moves))
    found = what_moved(before, state.policy, first, second, problem)
    if not kept["moves"]:
        found.append("There was no plan before, so this is the whole policy and not the nudge alone.")
    return found


def _answer(planner: Planner) -> Proposal | None:
    """The solver's plan that waits to be accepted or rejected."""
    found = planner.workspace.proposal(planner.scenario.id)
    return None if found is None or found.content.get("closed") else found


def _key(planner: Planner) -> str:
    return f"nudge {planner.scenario.id}"


def _kept(planner: Planner) -> dict[str, Any] | None:
    text = planner.workspace.draft(_key(planner))
    return None if text is None else dict(json.loads(text))
