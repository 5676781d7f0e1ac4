"""A disk that takes no more: a sentence, and the workspace as it was."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bookshift_io.workspace import Workspace, WorkspaceError
from bookshift_model.policy import Policy
from bookshift_model.sample import sample


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_an_import_that_the_disk_refuses_changes_nothing_and_says_the_cure(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "w") as here:
        first = here.import_portfolio(sample(60, 4, seed=1))
        made = here.create_scenario("Plan 1", first.id, Policy())

    with files_of_at_most(1), pytest.raises(WorkspaceError, match="free space"):
        Workspace.open(tmp_path / "w").import_portfolio(sample(3_000, 9, seed=2))

    with Workspace.open(tmp_path / "w") as here:
        assert [one.id for one in here.datasets()] == [first.id]
        assert here.scenario(made.id).version == made.version
        assert here.verify() == []
