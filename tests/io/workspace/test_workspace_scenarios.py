"""Data sets and scenarios, as a planner meets them."""

from __future__ import annotations

import dataclasses
import threading
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from bookshift_io.workspace import (
    BusyError,
    ChangedMeanwhileError,
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
    from collections.abc import Iterator

    from bookshift_io.workspace import ScenarioInfo
    from bookshift_io.workspace.engine import sqlite3


def move(account: str, to: str | None, was: str | None = None) -> Change:
    return Change(label=f"moved {account} to {to}", moves=((account, was, to),))


@contextmanager
def held(workspace: Workspace, *, until: threading.Event) -> Iterator[None]:
    """Another session holds the write lock until it is told to let go."""
    locked = threading.Event()

    def work(_: object) -> None:
        locked.set()
        assert until.wait(5)

    holder = threading.Thread(target=workspace.database.write, args=(work,))
    holder.start()
    assert locked.wait(5)
    yield
    holder.join()


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
    clone = workspace.clone_scenario(scenario.id, "Plan B")
    assert (clone.parent_id, clone.moves, clone.undo_depth) == (scenario.id, 1, 0)
    copy = workspace.session(clone.id)
    assert copy.state == session.state
    assert copy.undo() is None
    copy.do(move("A1", "C2"))
    assert workspace.state(scenario.id).moves == {"A0": "C1"}


def test_the_second_of_two_planners_is_told_who_was_first_and_loses_nothing(
    workspace: Workspace, colleague: Workspace, scenario: ScenarioInfo
) -> None:
    hers, his = workspace.session(scenario.id), colleague.session(scenario.id)
    hers.do(move("A0", "C1"))
    hers.do(move("A1", "C2"))
    with pytest.raises(
        ConflictError, match=r"changed meanwhile by ada at .* UTC \(do: moved A1 to C2 and 1 more\)"
    ) as told:
        his.do(move("A2", "C0"))
    assert isinstance(told.value, ChangedMeanwhileError)
    assert [one.label for one in told.value.entries] == ["moved A0 to C1", "moved A1 to C2"]
    assert his.state.moves == {}
    fresh = colleague.session(scenario.id)
    fresh.do(move("A2", "C0"))
    assert workspace.state(scenario.id).moves == {"A0": "C1", "A1": "C2", "A2": "C0"}
    assert [one.author for one in workspace.journal(scenario.id, limit=2)] == ["bo", "ada"]


def test_a_request_is_done_once_however_often_it_is_sent(
    workspace: Workspace, scenario: ScenarioInfo
) -> None:
    session = workspace.session(scenario.id)
    first = session.do(move("A0", "C1"), request_id="e1b7")
    again = workspace.session(scenario.id).do(move("A0", "C1", was="C1"), request_id="e1b7")
    assert first == again
    assert workspace.scenario(scenario.id).version == 2
    found = workspace.request("e1b7")
    assert found is not None
    assert found.change == move("A0", "C1")
    assert workspace.request("never sent") is None
    other = workspace.clone_scenario(scenario.id, "Plan B")
    with pytest.raises(ScenarioError, match="used for something else"):
        workspace.session(other.id).do(move("A1", "C2"), request_id="e1b7")
    with pytest.raises(ScenarioError, match="1 to 64"):
        session.do(move("A1", "C2"), request_id="x" * 65)


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
    with pytest.raises(ConflictError, match="rebase"):
        session.do(move("A5", "C1"))
    assert workspace.rebase_scenario(scenario.id, new.id).scenario == workspace.scenario(scenario.id)
    assert workspace.verify() == []


def test_another_session_can_follow_what_happens(
    workspace: Workspace, colleague: Workspace, scenario: ScenarioInfo
) -> None:
    seen, mark = colleague.journal(limit=1)[0].seq, colleague.data_version()
    assert colleague.data_version() == mark
    workspace.session(scenario.id).do(move("A0", "C1"))
    workspace.rename(scenario.id, "Plan Z")
    assert colleague.data_version() != mark
    assert [(one.kind, one.author) for one in colleague.changes_since(seen)] == [
        ("do", "ada"),
        ("rename", "ada"),
    ]


def test_proposals_views_and_drafts_survive_and_are_each_persons_own(
    workspace: Workspace, colleague: Workspace, scenario: ScenarioInfo
) -> None:
    workspace.save_proposal(scenario.id, {"moves": {"A0": "C1"}, "gap": 0.5})
    workspace.session(scenario.id).do(move("A1", "C0"))
    workspace.save_view(scenario.id, {"row": 7})
    workspace.save_draft("pin reason", "because th")
    workspace.close()
    with Workspace.open(workspace.folder, person=workspace.person) as again:
        kept = again.proposal(scenario.id)
        assert kept is not None
        assert (kept.content, kept.version, kept.author) == ({"moves": {"A0": "C1"}, "gap": 0.5}, 1, "ada")
        assert again.scenario(scenario.id).version == 2
        assert (again.view(scenario.id), again.last_opened()) == ({"row": 7}, scenario.id)
        assert again.draft("pin reason") == "because th"
        assert (colleague.view(scenario.id), colleague.last_opened()) == ({}, None)
        assert colleague.draft("pin reason") is None
        again.drop_draft("pin reason")
        again.clear_proposal(scenario.id)
        assert (again.draft("pin reason"), again.proposal(scenario.id)) == (None, None)


def test_saving_what_is_saved_already_wakes_nobody(
    workspace: Workspace, colleague: Workspace, scenario: ScenarioInfo
) -> None:
    workspace.save_view(scenario.id, {"row": 7})
    workspace.save_draft("note", "hm")
    mark = colleague.data_version()
    workspace.save_view(scenario.id, {"row": 7})
    workspace.save_draft("note", "hm")
    assert colleague.data_version() == mark


def test_a_write_that_waits_says_so_and_goes_through(
    workspace: Workspace, colleague: Workspace, scenario: ScenarioInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshift_io.workspace.database._NOTICE", 0.05)
    said: list[str] = []
    told = threading.Event()

    def tell(text: str) -> None:
        said.append(text)
        told.set()

    workspace.on_wait(tell)
    with held(colleague, until=told):
        workspace.rename(scenario.id, "Plan B")
    assert said == ["waiting for another session's change to be written"]
    assert colleague.scenario(scenario.id).name == "Plan B"


def test_a_write_that_waited_too_long_changes_nothing(
    workspace: Workspace, colleague: Workspace, scenario: ScenarioInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookshift_io.workspace.database.BUSY_MS", 50)
    free = threading.Event()
    with held(colleague, until=free):
        with pytest.raises(BusyError, match="nothing was changed, try again"):
            workspace.rename(scenario.id, "Plan B")
        free.set()
    assert workspace.scenario(scenario.id).name == "Plan A"


def test_many_threads_may_use_one_workspace(workspace: Workspace, scenario: ScenarioInfo) -> None:
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for count in range(5):
                workspace.save_draft(f"{number}", f"{count}")
                workspace.scenarios()
                workspace.clone_scenario(scenario.id, f"Clone {number}.{count}")
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    assert len(workspace.scenarios()) == 21
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
