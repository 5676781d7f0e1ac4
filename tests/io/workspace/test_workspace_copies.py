"""Copies of a plan that newer data has left behind go on with that data; how far behind it is, is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bookshift_io.workspace import Workspace
from bookshift_model.decisions import Lock
from bookshift_model.session import Change

if TYPE_CHECKING:
    from bookshift_io.workspace import Rebased, ScenarioInfo
    from bookshift_model.portfolio import Portfolio


def approved(workspace: Workspace, scenario: ScenarioInfo) -> ScenarioInfo:
    """A plan with a move that stays, one to a CSM who leaves, one of an account that goes, and a lock."""
    lock = Lock(account="A4")
    workspace.session(scenario.id).do(
        Change(
            label="decided",
            decisions=((lock.key, None, lock),),
            moves=(("A0", None, "C1"), ("A1", None, "C2"), ("A3", None, "C1")),
        )
    )
    workspace.approve(scenario.id, "fine", {})
    return workspace.scenario(scenario.id)


def fresh(portfolio: Portfolio) -> Portfolio:
    accounts = tuple(
        replace(one, owner="csm2@example.com" if one.owner == "C2" else one.owner)
        for one in portfolio.accounts
        if one.id != "A3"
    )
    return replace(portfolio, accounts=accounts, csms=portfolio.csms[:2])


def check(workspace: Workspace, made: Rebased, old: ScenarioInfo, new: int) -> None:
    assert (made.left, made.scenario.dataset_id, made.scenario.status) == (old.dataset_id, new, "draft")
    assert [(one.account, one.reason) for one in made.dropped] == [("A1", "CSM gone"), ("A3", "account gone")]
    state = workspace.state(made.scenario.id)
    assert state.moves == {"A0": "C1"}
    assert len(state.decisions) == 1
    assert workspace.session(made.scenario.id).portfolio.csm_index.keys() == {"C0", "C1"}
    assert workspace.scenario(old.id) == old
    assert workspace.verify() == []


def test_a_copy_of_a_plan_on_older_data_goes_on_with_the_newest(
    workspace: Workspace, scenario: ScenarioInfo, portfolio: Portfolio
) -> None:
    old = approved(workspace, scenario)
    new = workspace.import_portfolio(fresh(portfolio)).id
    check(workspace, workspace.clone_scenario(old.id, "Copy"), old, new)
    check(workspace, workspace.reopen_as_draft(old.id), old, new)


def test_a_copy_of_a_plan_on_the_newest_data_is_the_same_plan(
    workspace: Workspace, scenario: ScenarioInfo
) -> None:
    old = approved(workspace, scenario)
    made = workspace.clone_scenario(old.id, "Copy")
    assert (made.left, made.dropped) == (None, ())
    assert workspace.state(made.scenario.id) == workspace.state(old.id)
    assert made.scenario.version == 1


def test_data_is_as_far_behind_as_there_were_imports_since_it_was_in_force(
    workspace: Workspace, scenario: ScenarioInfo, portfolio: Portfolio
) -> None:
    first = scenario.dataset_id
    assert workspace.behind(first) == 0
    second = workspace.import_portfolio(fresh(portfolio)).id
    assert (workspace.behind(first), workspace.behind(second)) == (1, 0)
    third = workspace.import_portfolio(replace(portfolio, accounts=portfolio.accounts[:4])).id
    assert [workspace.behind(one) for one in (first, second, third)] == [2, 1, 0]
    workspace.import_portfolio(portfolio)
    assert [workspace.behind(one) for one in (first, second, third)] == [0, 2, 1]
