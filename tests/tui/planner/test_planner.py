"""The planner on a real workspace: what it caches, what it merges, what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from planner_rig import TEAM, as_afresh

from bookshift.comparison import compare
from bookshift.exports import approve
from bookshift.panes.table import Table
from bookshift.panes.view import View
from bookshift.planner import Planner
from bookshift.reports import card_record
from bookshift.screens.policy_figures import Judge
from bookshift_io.workspace import UnknownScenarioError, Workspace
from bookshift_model.explain.diff import diff
from bookshift_model.policy import Policy
from bookshift_model.problem import build
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.session import Entry


def test_every_figure_follows_every_change(planner: Planner) -> None:
    before = planner.card
    assert planner.card is before, "nothing is judged twice"
    planner.move(["A0", "A3"], "C1")
    assert len(planner.card.moves) == 2
    as_afresh(planner)
    planner.pin(["A4"], "C2", "why")
    as_afresh(planner)
    planner.keep_together(["A1", "A5"])
    as_afresh(planner)
    planner.set_policy(Policy.preset("balanced"), "balanced")
    as_afresh(planner)
    planner.set_policy(Policy.from_toml("[formulas.touch_hours]\nmid = 9"), "longer hours")
    assert planner.card.books[0].hours > before.books[0].hours
    as_afresh(planner)
    for _ in range(3):
        planner.undo()
        as_afresh(planner)
    planner.redo()
    as_afresh(planner)
    planner.release(["A4"])
    planner.forbid(["A8"], "C0")
    planner.lock(["A7"])
    as_afresh(planner)
    for _ in range(20):
        planner.undo()
    assert planner.undo() is None
    assert planner.card.points == pytest.approx(before.points)
    as_afresh(planner)


def test_decisions_break_no_rule_of_today(planner: Planner, workspace: Workspace) -> None:
    before = planner.baseline_card
    planner.pin(["A0"], "C1")
    planner.keep_together(["A2", "A4"])
    planner.lock(["A8"])
    planner.move(["A3"], "C2")
    assert planner.baseline_card is before, "nothing is judged twice"
    assert len(planner.judge(planner.problem.baseline).broken) > len(before.broken)
    assert diff(planner.problem, planner.problem.baseline, planner.assignment).before == before
    record, _ = compare(workspace, "today", "Plan 1")
    assert record["first_scorecard"] == card_record(before)
    shown = View.of(planner, Table(planner.portfolio), "today", None)
    assert shown.card == shown.baseline_card == before
    planner.set_policy(Policy.preset("balanced"), "balanced")
    assert planner.baseline_card.goals != before.goals


def test_arrays_are_shared_as_long_as_data_and_formulas_are_the_same(planner: Planner) -> None:
    hours = planner.problem.data.hours
    planner.pin(["A0"], "C1")
    assert planner.problem.data.hours is hours
    planner.set_policy(Policy.preset("best_fit"), "fit")
    assert planner.problem.data.hours is hours
    planner.set_policy(Policy.from_toml("[formulas.touch_hours]\nmid = 9"), "hours")
    assert planner.problem.data.hours is not hours


def test_a_policy_is_judged_on_the_arrays_that_are_there(planner: Planner) -> None:
    planner.pin(["A0"], "C1")
    data, terms = planner.problem.data, planner.problem.terms
    judge = Judge(planner.portfolio, (data, planner.state.decisions.corrections()))
    hard = planner.state.policy.with_rule("max_accounts", mode="hard", limit=2)
    state = replace(planner.state, policy=hard)
    assert judge.problem(state).data.hours is data.hours
    assert judge.judge(state).plan.broken == Judge(planner.portfolio).judge(state).plan.broken != ()
    again = build(data, planner.state.policy)
    assert all(one.term is other.term for one, other in zip(again.terms, terms, strict=True))
    longer = Policy.from_toml("[formulas.touch_hours]\nmid = 9")
    other = judge.problem(replace(state, policy=longer)).data.hours
    assert (other > data.hours).all()


def test_moves_and_assignments_are_two_views_of_a_plan(planner: Planner) -> None:
    planner.move(["A0"], "C2")
    moved = {one.account: one.csm_to for one in planner.card.moves}
    assert moved == {0: 2}
    gone = planner.assignment_of({"A0": "C2", "gone": "C0", "A1": "gone"})
    assert (gone == planner.assignment).all()
    assert planner.baseline_card.moves == ()


def test_a_request_goes_through_once(planner: Planner) -> None:
    first = planner.move(["A0"], "C2", request="r")
    planner.undo()
    assert planner.move(["A0"], "C2", request="r") == first
    assert planner.state.moves == {}
    as_afresh(planner)


def test_a_retry_is_harmless_whatever_it_asked_for(planner: Planner, colleague: Planner) -> None:
    planner.lock(["A0"])
    planner.pin(["A1"], "C0")
    planner.keep_proposal({"moves": {"A2": "C0"}})
    gestures: list[Callable[[Planner], Entry | None]] = [
        lambda p: p.release(["A0"], request="release"),
        lambda p: p.pin(["A3"], "C1", request="pin"),
        lambda p: p.forbid(["A4"], "C0", request="forbid"),
        lambda p: p.lock(["A5"], request="lock"),
        lambda p: p.keep_together(["A6", "A7"], request="together"),
        lambda p: p.set_policy(Policy.preset("balanced"), "balanced", request="policy"),
        lambda p: p.accept(request="accept"),
        lambda p: p.move(["A8"], "C0", request="move"),
    ]
    made = [gesture(planner) for gesture in gestures]
    planner.keep_proposal({"moves": {"A8": "C1"}})
    version = planner.scenario.version
    assert None not in made
    assert [gesture(colleague) for gesture in gestures] == made
    assert [gesture(planner) for gesture in gestures] == made
    assert planner.scenario.version == colleague.scenario.version == version
    assert planner.proposal == {"moves": {"A8": "C1"}}, "a plan that was found since is kept"
    as_afresh(planner)
    approve(planner, "fine")
    assert gestures[0](planner) == made[0]


# -- proposals ---------------------------------------------------------------------------------


def test_a_proposal_is_taken_over_in_one_step_and_gone(planner: Planner) -> None:
    assert planner.accept() is None
    planner.keep_proposal({"moves": {"A0": "C1", "A1": "C2"}, "points": 1.0})
    assert planner.proposal == {"moves": {"A0": "C1", "A1": "C2"}, "points": 1.0}
    entry = planner.accept()
    assert entry is not None
    assert entry.change.label == "accepted a plan with 2 moves"
    assert planner.proposal is None
    planner.undo()
    assert planner.state.moves == {}


def test_a_proposal_leaves_what_was_decided_since(planner: Planner, colleague: Planner) -> None:
    planner.keep_proposal({"moves": {"A0": "C1", "A1": "C2", "A2": "C0"}})
    planner.pin(["A0"], "C2")
    colleague.open("Plan 1")
    colleague.lock(["A1"])
    planner.accept()
    assert planner.state.moves == {"A0": "C2", "A2": "C0"}
    assert planner.news == ("bo locked Acme 1",)
    as_afresh(planner)


def test_a_proposal_survives_a_conflict_and_a_restart_and_ends_when_rejected(
    planner: Planner, colleague: Planner
) -> None:
    planner.keep_proposal({"moves": {"A0": "C1"}})
    colleague.move(["A0"], "C2")
    with pytest.raises(ConflictError):
        planner.accept()
    again = Planner(planner.workspace, "Plan 1")
    assert again.proposal == {"moves": {"A0": "C1"}}
    again.reject()
    assert planner.proposal is None
    assert planner.workspace.state(again.scenario.id).moves == {"A0": "C2"}


# -- other scenarios, other data ---------------------------------------------------------------


def test_scenarios_are_switched_without_a_trace_of_the_other(planner: Planner, workspace: Workspace) -> None:
    planner.move(["A0"], "C1")
    planner.pin(["A2"], "C0")
    hours = planner.problem.data.hours
    workspace.create_scenario("Other", planner.scenario.dataset_id, Policy.preset("best_fit"))
    planner.open("Other")
    assert (planner.assignment == planner.problem.baseline).all()
    assert planner.problem.allowed.all()
    assert planner.undo() is None
    as_afresh(planner)
    planner.open("Plan 1")
    assert planner.state.moves == {"A0": "C1", "A2": "C0"}
    assert planner.problem.data.hours.shape == hours.shape
    as_afresh(planner)
    with pytest.raises(UnknownScenarioError):
        planner.open("nowhere")
    assert planner.scenario.name == "Plan 1"


def test_a_new_data_set_brings_new_arrays(planner: Planner, workspace: Workspace) -> None:
    planner.move(["A0"], "C1")
    planner.move(["A8"], "C1")
    assert planner.card.moved_arr == 1000
    smaller = replace(TEAM, accounts=tuple(replace(a, arr=7.0) for a in TEAM.accounts[:8]))
    workspace.rebase_scenario(planner.scenario.id, workspace.import_portfolio(smaller).id)
    planner.open("Plan 1")
    assert planner.problem.data.n == 8
    assert planner.card.moved_arr == 7
    as_afresh(planner)


def test_comparing_judges_both_by_the_second(planner: Planner, workspace: Workspace) -> None:
    workspace.clone_scenario(planner.scenario.id, "2026")
    other = Planner(workspace, "2026")
    other.pin(["A0"], "C1", "asked for her")
    other.set_policy(Policy.preset("balanced"), "balanced")
    record, text = compare(workspace, "Plan 1", "2026")
    assert record["owners"] == [{"account": "A0", "first": "C0", "second": "C1"}]
    assert record["second_scorecard"]["objective"] == pytest.approx(other.card.points)
    assert record["first_scorecard"]["objective"] == pytest.approx(other.baseline_card.points)
    assert "1 account with another owner" in text
    assert any("asked for her" in one for one in record["inputs"])
    today, _ = compare(workspace, "today", "2026")
    assert today["owners"] == record["owners"]
    assert len(today["inputs"]) == 1, "today has no decisions, and the same policy"
