"""Workspaces, and what their history says, for the application as a person meets it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from outside import Step, workspace_of

from bookshift.cli import main
from bookshift.imports import Files, read_policy, store
from bookshift.places import sample_folder
from bookshift_io.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with the sample in it."""
    sample = sample_folder()
    files = Files(sample / "accounts.csv", sample / "csms.csv", sample / "mapping.toml")
    with Workspace.create(tmp_path / "w") as made:
        store(made, files, files.read(), read_policy(str(sample / "policy.toml")), None)
    return tmp_path / "w"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A workspace on which everything is quick."""
    return workspace_of(tmp_path / "small", 60, 6)


@pytest.fixture
def history(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[Path], list[Step]]:
    """Ask ``bookshift history --json``, in this process, for the steps of a workspace, the oldest first."""

    def ask(folder: Path) -> list[Step]:
        monkeypatch.setattr(
            sys, "argv", ["bookshift", "history", "-w", str(folder), "--limit", "1000", "--json"]
        )
        with pytest.raises(SystemExit) as end:
            main()
        assert not end.value.code
        entries = json.loads(capsys.readouterr().out)["entries"]
        steps = [Step(one["kind"], one["label"]) for one in reversed(entries)]
        return [one for one in steps if one.kind in {"do", "undo", "redo"}]

    return ask
