"""Approvals and the audit trail: what was approved stays, and what was tampered with is found."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from bookshift_io.workspace import (
    DamagedError,
    FrozenError,
    ScenarioError,
    TamperedError,
    UnknownScenarioError,
    Workspace,
    WorkspaceError,
)
from bookshift_io.workspace.encoding import pack
from bookshift_model.session import Change, ConflictError

if TYPE_CHECKING:
    from pathlib import Path

    from bookshift_io.workspace import ScenarioInfo


@pytest.fixture
def approved(workspace: Workspace, scenario: ScenarioInfo) -> ScenarioInfo:
    workspace.session(scenario.id).do(Change(label="moved", moves=(("A0", None, "C1"),)), request_id="first")
    workspace.approve(scenario.id, "balances the books", {"objective": 0.25})
    return workspace.scenario(scenario.id)


def meddle(folder: Path, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Change the file as somebody would who goes round the app."""
    connection = sqlite3.connect(folder / "bookshift.db")
    for name in [
        row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    ]:
        connection.execute(f"DROP TRIGGER {name}")
    for statement, values in statements:
        assert connection.execute(statement, values).rowcount > 0
    connection.commit()
    connection.close()


def test_an_approval_says_who_when_why_and_what(workspace: Workspace, approved: ScenarioInfo) -> None:
    approval = workspace.verify_approval(approved.id)
    assert (approval.author, approval.uid, approval.version) == ("ada", 1001, 2)
    assert approval.rationale == "balances the books"
    assert approval.content["figures"] == {"objective": 0.25}
    assert approval.content["moves"] == {"A0": "C1"}
    assert approval.content["dataset"] == workspace.dataset(approved.dataset_id).sha256
    assert workspace.approval(approved.id) == approval
    assert approved.status == "approved"
    assert (workspace.folder / "audit.heads").read_text().count('"why":"approve"') == 1


def test_an_approved_scenario_takes_no_changes_and_a_new_draft_does(
    workspace: Workspace, approved: ScenarioInfo
) -> None:
    session = workspace.session(approved.id)
    with pytest.raises(FrozenError, match="clone it and change the clone"):
        session.do(Change(label="moved", moves=(("A1", None, "C2"),)))
    with pytest.raises(FrozenError):
        session.undo()
    with pytest.raises(FrozenError):
        workspace.rebase_scenario(approved.id, approved.dataset_id)
    with pytest.raises(FrozenError):
        workspace.approve(approved.id, "again", {})
    draft = workspace.reopen_as_draft(approved.id).scenario
    assert (draft.name, draft.status, draft.parent_id) == ("Plan A (draft 2)", "draft", approved.id)
    workspace.session(draft.id).do(Change(label="moved", moves=(("A1", None, "C2"),)))
    assert workspace.reopen_as_draft(draft.id).scenario.name == "Plan A (draft 3)"
    assert workspace.verify_approval(approved.id).content["moves"] == {"A0": "C1"}


def test_a_long_name_still_makes_a_draft(workspace: Workspace, scenario: ScenarioInfo) -> None:
    workspace.rename(scenario.id, "x" * 80)
    assert workspace.reopen_as_draft(scenario.id).scenario.name == "x" * 70 + " (draft 2)"


def test_archiving_does_not_undo_an_approval(workspace: Workspace, approved: ScenarioInfo) -> None:
    workspace.archive(approved.id)
    assert workspace.restore(approved.id).status == "approved"
    assert workspace.verify_approval(approved.id).version == 2


def test_only_what_was_looked_at_can_be_approved(
    workspace: Workspace, colleague: Workspace, scenario: ScenarioInfo
) -> None:
    workspace.session(scenario.id).do(Change(label="moved A0", moves=(("A0", None, "C1"),)))
    with pytest.raises(ConflictError, match="meanwhile ada moved A0"):
        colleague.approve(scenario.id, "fine", {}, version=1)
    with pytest.raises(ScenarioError, match="rationale"):
        colleague.approve(scenario.id, "  ", {}, version=2)
    assert workspace.approval(scenario.id) is None
    with pytest.raises(UnknownScenarioError, match="not approved"):
        workspace.verify_approval(scenario.id)
    first = colleague.approve(scenario.id, "fine", {}, version=2, request_id="u-1")
    assert colleague.approve(scenario.id, "fine", {}, version=2, request_id="u-1") == first
    with pytest.raises(ScenarioError, match="something else"):
        colleague.approve(workspace.reopen_as_draft(scenario.id).scenario.id, "fine", {}, request_id="u-1")


MEDDLING = {
    "content": ("UPDATE approvals SET content = ?", (pack('{"moves":{}}'),)),
    "rationale": ("UPDATE approvals SET rationale = 'other'", ()),
    "approver": ("UPDATE approvals SET uid = 0", ()),
    "moves": ("UPDATE scenarios SET moves = '{}'", ()),
    "status": ("UPDATE scenarios SET status = 'draft'", ()),
    "data": ("UPDATE datasets SET content = ?", (pack("{}"),)),
    "journal": ("UPDATE journal SET author = 'bo' WHERE kind = 'do'", ()),
    "hole": ("DELETE FROM journal WHERE kind = 'do'", ()),
}


@pytest.mark.parametrize("what", MEDDLING)
def test_tampering_is_found(workspace: Workspace, approved: ScenarioInfo, what: str) -> None:
    assert workspace.verify() == []
    workspace.close()
    meddle(workspace.folder, MEDDLING[what])
    with Workspace.open(workspace.folder) as again:
        with pytest.raises(TamperedError, match="“Plan A” does not hold"):
            again.verify_approval(approved.id)
        assert again.verify() != []


def test_a_missing_tail_is_found(workspace: Workspace, approved: ScenarioInfo) -> None:
    workspace.close()
    meddle(
        workspace.folder,
        ("DELETE FROM approvals", ()),
        ("UPDATE scenarios SET status = 'draft'", ()),
        ("DELETE FROM journal WHERE kind = 'approve'", ()),
    )
    with Workspace.open(workspace.folder) as again:
        assert again.verify() == ["the journal ends at row 4, but audit.heads knows row 5"]
        # The next change takes the row's place, and cannot pass for it.
        again.session(approved.id).undo()
        assert again.verify() == ["row 5 of the journal is not the one noted in audit.heads"]


@pytest.mark.usefixtures("approved")
def test_a_lost_side_file_is_found(workspace: Workspace) -> None:
    heads = workspace.folder / "audit.heads"
    lines = heads.read_text().splitlines(keepends=True)
    heads.write_text("".join(lines[1:]))
    assert workspace.verify() == ["audit.heads lacks its first line"]
    heads.write_text("{}\n")
    assert "damaged" in workspace.verify()[0]
    heads.unlink()
    assert "missing" in workspace.verify()[0]


@pytest.mark.parametrize("cut", [1, 2, 30, 60])
def test_a_line_torn_by_a_power_cut_blocks_nothing(
    workspace: Workspace, approved: ScenarioInfo, cut: int
) -> None:
    heads = workspace.folder / "audit.heads"
    heads.write_bytes(heads.read_bytes()[:-cut])
    assert workspace.verify_approval(approved.id).scenario_id == approved.id
    assert workspace.verify() == []
    other = workspace.reopen_as_draft(approved.id).scenario
    workspace.approve(other.id, "fine", {})
    assert workspace.verify_approval(other.id).scenario_id == other.id
    assert workspace.verify() == []
    assert heads.read_text().splitlines()[-2].endswith(" (torn)")
    assert '"why":"approve"' in heads.read_text().splitlines()[-1]
    heads.write_text(heads.read_text().replace('"seq":1', '"seq":'))
    assert "damaged" in workspace.verify()[0], "only a torn line is passed over"


def test_the_database_itself_refuses_slips(workspace: Workspace, approved: ScenarioInfo) -> None:
    for statement in (
        "UPDATE journal SET author = 'bo'",
        "DELETE FROM journal",
        "UPDATE approvals SET uid = 0",
        "DELETE FROM approvals",
        "UPDATE datasets SET arr = 0",
        "UPDATE scenarios SET moves = '{}'",
    ):
        with pytest.raises(Exception, match=r"append-only|final|only a draft"):
            workspace.database.write(lambda connection, text=statement: connection.execute(text))
    assert workspace.verify() == []
    assert workspace.approval(approved.id) is not None


def test_a_forged_source_and_damaged_content_are_found(workspace: Workspace, scenario: ScenarioInfo) -> None:
    workspace.close()
    meddle(workspace.folder, ('UPDATE datasets SET source = \'{"mapping":"other"}\'', ()))
    with Workspace.open(workspace.folder) as again:
        assert again.verify() == ["data set 1 is not what was imported"]
    meddle(workspace.folder, ("UPDATE datasets SET content = x'00'", ()))
    with Workspace.open(workspace.folder) as again:
        assert again.verify() == ["data set 1 is not what was imported"]
        with pytest.raises(DamagedError, match="backups"):
            again.session(scenario.id)
    meddle(workspace.folder, ("UPDATE datasets SET content = ?", (pack("{}")[:-3],)))
    with Workspace.open(workspace.folder) as again, pytest.raises(DamagedError, match="cut off"):
        again.portfolio(scenario.dataset_id)


def test_a_journal_with_a_forged_step_is_not_replayed(workspace: Workspace, approved: ScenarioInfo) -> None:
    draft = workspace.reopen_as_draft(approved.id).scenario
    session = workspace.session(draft.id)
    session.do(Change(label="moved", moves=(("A1", None, "C2"),)))
    session.undo()
    workspace.close()
    meddle(workspace.folder, ("UPDATE journal SET refers_to = 1 WHERE kind = 'undo'", ()))
    with Workspace.open(workspace.folder) as again, pytest.raises(DamagedError, match="does not fit"):
        again.session(draft.id)
    meddle(workspace.folder, ("DELETE FROM journal WHERE kind = 'do' AND scenario_id = ?", (draft.id,)))
    with Workspace.open(workspace.folder) as again:
        assert any("“Plan A (draft 2)” cannot be replayed" in fault for fault in again.verify())


def test_an_approval_whose_mark_cannot_be_written_says_so_and_a_retry_completes_it(
    workspace: Workspace, scenario: ScenarioInfo
) -> None:
    heads = workspace.folder / "audit.heads"
    hidden = heads.rename(heads.with_name("hidden"))
    with pytest.raises(WorkspaceError, match="the change is saved, but not its mark"):
        workspace.approve(scenario.id, "fine", {}, request_id="u-1")
    hidden.rename(heads)
    assert workspace.approve(scenario.id, "fine", {}, request_id="u-1").seq == 4
    assert '"seq":4' in heads.read_text()
    assert workspace.verify() == []
