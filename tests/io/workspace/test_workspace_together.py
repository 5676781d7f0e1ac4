"""Several sessions in one workspace: who is told what, who waits, and that nothing is done twice."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from workspace_rig import move

from bookshift_io.workspace import (
    BusyError,
    ChangedMeanwhileError,
    ScenarioError,
    Workspace,
)
from bookshift_model.session import ConflictError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_io.workspace import ScenarioInfo


@contextmanager
def held(workspace: Workspace, *, until: threading.Event) -> Iterator[None]:
    """Another session holds the write lock until it is told to let go."""
    locked = threading.Event()

    def work(_: object) -> None:
        locked.set()
        assert until.wait(60)

    holder = threading.Thread(target=workspace.database.write, args=(work,))
    holder.start()
    assert locked.wait(60)
    yield
    holder.join()


def test_the_second_of_two_planners_is_told_who_was_first_and_loses_nothing(
    workspace: Workspace, colleague: Workspace, scenario: ScenarioInfo
) -> None:
    hers, his = workspace.session(scenario.id), colleague.session(scenario.id)
    hers.do(move("A0", "C1"))
    hers.do(move("A1", "C2"))
    with pytest.raises(
        ConflictError,
        match=r"nothing was changed: meanwhile ada moved A1 to C2 and 1 more in .* at .* UTC",
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
    other = workspace.clone_scenario(scenario.id, "Plan B").scenario
    with pytest.raises(ScenarioError, match="used for something else"):
        workspace.session(other.id).do(move("A1", "C2"), request_id="e1b7")
    with pytest.raises(ScenarioError, match="1 to 64"):
        session.do(move("A1", "C2"), request_id="x" * 65)


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
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    assert len(workspace.scenarios()) == 21
    assert workspace.verify() == []
