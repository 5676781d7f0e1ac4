"""A fresh export over a living workspace: taken in whole, what is gone archived until it returns."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from bookshift_io.workspace import ChangedMeanwhileError, Source, Workspace
from bookshift_io.workspace.engine import connect
from bookshift_io.workspace.migrations import MIGRATIONS
from bookshift_io.workspace.schema import migrate
from bookshift_model.decisions import Decisions, Lock
from bookshift_model.edits import Editor
from bookshift_model.policy import Policy

if TYPE_CHECKING:
    from pathlib import Path

    from bookshift_io.workspace import Imported
    from bookshift_model.portfolio import Portfolio


def take(workspace: Workspace, portfolio: Portfolio, over: int | None) -> Imported:
    return workspace.take_in(portfolio, Source(), Policy(), "Plan 1", over=over, told="; as told")


def without(portfolio: Portfolio, *ids: str, day: int = 16) -> Portfolio:
    kept = tuple(one for one in portfolio.accounts if one.id not in ids)
    return replace(portfolio, accounts=kept, as_of=date(2025, 1, day))


def test_what_is_gone_is_archived_and_comes_back_with_its_decisions(
    workspace: Workspace, portfolio: Portfolio
) -> None:
    first = take(workspace, portfolio, None)
    assert first.created is not None
    decided = Decisions((Lock(account="A1", author="ada"),))
    draft = workspace.create_scenario("Mine", first.dataset.id, Policy(), decided, {"A1": "C0", "A2": "C0"})
    gone = take(workspace, without(portfolio, "A1", "A3"), first.dataset.id)
    assert (gone.archived, gone.back, gone.previous) == (("A1", "A3"), (), first.dataset.id)
    away = {one.account: one for one in workspace.absences()}
    assert away["A1"].last_seen == portfolio.as_of
    assert (away["A1"].name, away["A1"].owner, away["A1"].gone_by) == ("Müller & Söhne 1", "C1", "ada")
    assert workspace.state(draft.id).decisions == decided, "a decision waits for its account"
    assert workspace.state(draft.id).moves == {"A2": "C0"}
    back = take(workspace, without(portfolio, "A3", day=17), gone.dataset.id)
    assert (back.archived, back.back) == ((), ("A1",))
    assert [one.account for one in workspace.absences()] == ["A3"]
    assert [(one.account, one.back_at is None) for one in workspace.absences(ever=True)] == [
        ("A1", False), ("A3", True),
    ]  # fmt: skip
    session = workspace.session(draft.id)
    assert session.portfolio.account_index["A1"] >= 0
    assert session.state.decisions == decided
    assert workspace.verify() == []


def test_the_history_tells_of_the_change(workspace: Workspace, portfolio: Portfolio) -> None:
    first = take(workspace, portfolio, None)
    take(workspace, without(portfolio, "A1"), first.dataset.id)
    assert first.created is not None
    labels = [one.label for one in workspace.journal(first.created.id)]
    assert labels[0] == "moved to data set 2; as told"
    assert any(one.label.endswith("; as told") and one.kind == "import" for one in workspace.journal())


def test_the_same_data_twice_changes_nothing_at_all(workspace: Workspace, portfolio: Portfolio) -> None:
    first = take(workspace, portfolio, None)
    rows = len(workspace.journal(limit=100))
    again = take(workspace, portfolio, first.dataset.id)
    assert (again.dataset.id, again.rebased, again.archived, again.back) == (first.dataset.id, (), (), ())
    assert len(workspace.journal(limit=100)) == rows


def test_data_of_before_is_in_force_again_when_it_is_imported_again(
    workspace: Workspace, portfolio: Portfolio
) -> None:
    first = take(workspace, portfolio, None)
    second = take(workspace, without(portfolio, "A1"), first.dataset.id)
    third = take(workspace, portfolio, second.dataset.id)
    assert (third.dataset.id, third.back) == (first.dataset.id, ("A1",))
    current = workspace.current_dataset()
    assert current is not None
    assert (current.id, workspace.previous_dataset()) == (first.dataset.id, second.dataset.id)
    assert [one.dataset_id for one in workspace.scenarios()] == [first.dataset.id]
    assert workspace.verify() == []


def test_who_looked_at_older_data_is_told_and_nothing_is_kept(
    workspace: Workspace, portfolio: Portfolio
) -> None:
    first = take(workspace, portfolio, None)
    with Workspace.open(workspace.folder) as other:
        take(other, without(portfolio, "A1"), first.dataset.id)
    with pytest.raises(ChangedMeanwhileError, match="imported data meanwhile"):
        take(workspace, without(portfolio, "A2"), first.dataset.id)
    assert len(workspace.datasets()) == 2


@pytest.mark.parametrize("statement", ["INSERT INTO journal", "INSERT INTO absences", "UPDATE scenarios"])
def test_an_import_that_is_killed_on_the_way_leaves_the_old_data_whole(
    workspace: Workspace, portfolio: Portfolio, statement: str
) -> None:
    first = take(workspace, portfolio, None)
    workspace.create_scenario("Second", first.dataset.id, Policy())
    before = [(one.name, one.dataset_id, one.version) for one in workspace.scenarios()]
    workspace.close()
    child = os.fork()
    if not child:
        killed = Workspace.open(workspace.folder)

        def die(sql: str) -> None:
            if sql.lstrip().startswith(statement):
                os.kill(os.getpid(), signal.SIGKILL)

        killed.database._writer.set_trace_callback(die)
        take(killed, without(portfolio, "A1"), first.dataset.id)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    with Workspace.open(workspace.folder) as again:
        assert [(one.name, one.dataset_id, one.version) for one in again.scenarios()] == before
        assert (len(again.datasets()), again.absences(), again.verify()) == (1, [], [])
        done = take(again, without(portfolio, "A1"), first.dataset.id)
        assert len(done.rebased) == 2


def test_a_workspace_of_the_first_schema_knows_which_data_is_in_force(tmp_path: Path) -> None:
    (tmp_path / "old.db").touch()
    connection = connect(tmp_path / "old.db")
    migrate(connection, MIGRATIONS[:1], lambda: None)
    for number in (1, 2):
        connection.execute(
            "INSERT INTO datasets VALUES (?, ?, '2025-01-15', 'EUR', 1, 1, 1, '{}', x'', '2025', 'ada', 1)",
            (number, f"sha {number}"),
        )
    migrate(connection, MIGRATIONS[:2], lambda: None)
    found = connection.execute("SELECT dataset_id, previous_id, author FROM intakes ORDER BY id").fetchall()
    assert [tuple(one) for one in found] == [(1, None, "ada"), (2, 1, "ada")]
    connection.close()


def test_moves_made_after_an_import_are_those_of_the_new_data(
    workspace: Workspace, portfolio: Portfolio
) -> None:
    first = take(workspace, portfolio, None)
    assert first.created is not None
    take(workspace, without(portfolio, "A1"), first.dataset.id)
    session = workspace.session(first.created.id)
    editor = Editor(session.portfolio, session.state, "ada", workspace.journal()[0].at)
    session.do(editor.move(["A2"], "C0"))
    assert workspace.state(first.created.id).moves == {"A2": "C0"}
