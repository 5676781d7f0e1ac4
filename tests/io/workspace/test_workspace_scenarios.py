"""Data sets and scenarios, as a planner meets them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from workspace_rig import move

from bookshift_io.workspace import (
    FrozenError,
    NewerWorkspaceError,
    ScenarioError,
    Source,
    SourceFile,
    UnknownScenarioError,
    Workspace,
)
from bookshift_model.decisions import Decisions, Forbid, KeepTogether, Lock, Pin
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.session import Change, ConflictError

if TYPE_CHECKING:
    from bookshift_io.workspace import ScenarioInfo
    from bookshift_io.workspace.engine import sqlite3


def test_a_portfolio_comes_back_as_it_was_imported(workspace: Workspace, portfolio: Portfolio) -> None:
    source = Source(
        files=(SourceFile(name="accounts.csv", sha256="ab", rows=13, accepted=12, rejected=1),),
        mapping='arr = "Annual"\n',
        findings=({"severity": "warning", "row": 4, "message": "no owner"},),
        counts={"arr_read": 1.5},
    )
    info = workspace.import_portfolio(portfolio, source)
    with Workspace.open(workspace.folder) as again:
        assert again.portfolio(info.id) == portfolio
        assert again.dataset(info.id) == dataclasses.replace(info, is_new=False)
        assert again.dataset(info.id).source == source
    assert (info.accounts, info.csms, info.currency, info.as_of) == (12, 3, "EUR", date(2025, 1, 15))
    assert info.arr == portfolio.total_arr
    assert info.imported_by == "ada"


def test_importing_the_same_content_twice_changes_nothing(
    workspace: Workspace, colleague: Workspace, portfolio: Portfolio
) -> None:
    first = workspace.import_portfolio(portfolio)
    rows = len(workspace.journal())
    second = colleague.import_portfolio(portfolio)
    assert first.is_new
    assert second == dataclasses.replace(first, is_new=False)
    assert len(workspace.datasets()) == 1
    assert len(workspace.journal()) == rows


def test_a_data_set_that_is_not_there_is_named(workspace: Workspace) -> None:
    with pytest.raises(UnknownScenarioError, match="no data set 7"):
        workspace.portfolio(7)
    with pytest.raises(UnknownScenarioError, match="no data set 7"):
        workspace.create_scenario("Plan", 7, Policy())
    assert workspace.scenarios() == []


def test_a_scenario_keeps_what_it_was_made_with(workspace: Workspace, portfolio: Portfolio) -> None:
    data = workspace.import_portfolio(portfolio)
    decisions = Decisions(
        [
            Pin(
                account="A1",
                csm="C2",
                author="ada",
                at=datetime(2025, 1, 2, 3, 4, tzinfo=UTC),
                reason="Größe",
            ),
            Lock(account="A2", expires=date(2025, 6, 30)),
            Forbid(account="A3", csm="C1"),
            KeepTogether(accounts=("A4", "A5")),
        ]
    )
    policy = Policy.preset("fewest_moves")
    made = workspace.create_scenario("  Plan Ä ", data.id, policy, decisions=decisions, moves={"A1": "C2"})
    assert (made.name, made.status, made.version, made.moves, made.undo_depth) == ("Plan Ä", "draft", 1, 1, 0)
    state = workspace.state(made.id)
    assert (state.policy, state.decisions, state.moves) == (policy, decisions, {"A1": "C2"})
    assert (
        workspace.scenario("Plan Ä")
        == workspace.scenario(made.id)
        == workspace.scenario(str(made.id))
        == made
    )


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "needs a name"),
        ("   ", "needs a name"),
        ("x" * 81, "81 characters"),
        ("a\x1b[31mb", "cannot be printed"),
        ("Plan A", "already"),
        (" Plan A ", "already"),
    ],
)
def test_names_that_cannot_be(
    workspace: Workspace, scenario: ScenarioInfo, name: str, complaint: str
) -> None:
    with pytest.raises(ScenarioError, match=complaint):
        workspace.create_scenario(name, scenario.dataset_id, Policy())
    with pytest.raises(ScenarioError, match=complaint):
        workspace.clone_scenario(scenario.id, name)
    assert workspace.scenarios() == [scenario]


def test_an_unknown_scenario_is_answered_with_those_there_are(
    workspace: Workspace, scenario: ScenarioInfo
) -> None:
    with pytest.raises(UnknownScenarioError, match=f"“Plan Z”; the scenarios are: “{scenario.name}”"):
        workspace.scenario("Plan Z")
    with pytest.raises(UnknownScenarioError, match="no scenario 99"):
        workspace.session(99)


def test_an_archived_name_is_free_and_can_come_back_only_when_it_still_is(
    workspace: Workspace, scenario: ScenarioInfo
) -> None:
    workspace.archive(scenario.id)
    assert workspace.scenarios() == []
    assert [one.status for one in workspace.scenarios(include_archived=True)] == ["archived"]
    with pytest.raises(FrozenError, match="restore it first"):
        workspace.session(scenario.id).do(move("A0", "C1"))
    other = workspace.create_scenario("Plan A", scenario.dataset_id, Policy())
    with pytest.raises(ScenarioError, match="already"):
        workspace.restore(scenario.id)
    workspace.rename(other.id, "Plan B")
    assert workspace.restore(scenario.id).status == "draft"
    assert {one.name for one in workspace.scenarios()} == {"Plan A", "Plan B"}


def test_a_clone_has_the_content_and_a_history_of_its_own(
    workspace: Workspace, scenario: ScenarioInfo
) -> None:
    session = workspace.session(scenario.id)
    session.do(move("A0", "C1"))
    clone = workspace.clone_scenario(scenario.id, "Plan B").scenario
    assert (clone.parent_id, clone.moves, clone.undo_depth) == (scenario.id, 1, 0)
    copy = workspace.session(clone.id)
    assert copy.state == session.state
    assert copy.undo() is None
    copy.do(move("A1", "C2"))
    assert workspace.state(scenario.id).moves == {"A0": "C1"}


def test_a_new_import_keeps_decisions_and_lists_the_moves_it_voids(
    workspace: Workspace, scenario: ScenarioInfo, portfolio: Portfolio
) -> None:
    session = workspace.session(scenario.id)
    pin = Pin(account="A0", csm="C1")
    session.do(Change(label="pinned", decisions=((pin.key, None, pin),)))
    for account, csm in (("A0", "C1"), ("A1", "C0"), ("A2", "C1"), ("A3", "C2"), ("A4", "C2")):
        session.do(move(account, csm))
    accounts = [one for one in portfolio.accounts if one.id != "A0"]
    accounts[1] = dataclasses.replace(accounts[1], owner="C1")
    fresh = dataclasses.replace(
        portfolio, accounts=tuple(accounts), csms=portfolio.csms[:2], as_of=date(2025, 2, 1)
    )
    new = workspace.import_portfolio(fresh)
    done = workspace.rebase_scenario(scenario.id, new.id)
    assert [(one.account, one.csm, one.reason) for one in done.dropped] == [
        ("A0", "C1", "account gone"),
        ("A2", "C1", "already there"),
        ("A3", "C2", "CSM gone"),
        ("A4", "C2", "CSM gone"),
    ]
    assert (done.scenario.dataset_id, done.scenario.moves, done.scenario.undo_depth) == (new.id, 1, 0)
    after = workspace.session(scenario.id)
    assert after.portfolio == fresh
    assert after.state.moves == {"A1": "C0"}
    assert list(after.state.decisions) == [pin]
    assert after.undo() is None
    with pytest.raises(ConflictError, match="moved to data set 2"):
        session.do(move("A5", "C1"))
    assert workspace.rebase_scenario(scenario.id, new.id).scenario == workspace.scenario(scenario.id)
    assert workspace.verify() == []


def test_a_policy_of_another_version_is_said_so(workspace: Workspace, portfolio: Portfolio) -> None:
    dataset = workspace.import_portfolio(portfolio)
    scenario = workspace.create_scenario("From tomorrow", dataset.id, Policy())

    def from_tomorrow(connection: sqlite3.Connection) -> None:
        connection.execute(
            "UPDATE scenarios SET policy = replace(policy, '\"dead_band\"', '\"dead_bands\"') WHERE id = ?",
            (scenario.id,),
        )

    workspace.database.write(from_tomorrow)
    with pytest.raises(NewerWorkspaceError, match="dead_bands"):
        workspace.session(scenario.id)
