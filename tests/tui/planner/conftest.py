"""A planner in a workspace of its own, and a colleague in the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from planner_rig import ADA, BO, TEAM

from bookshift.planner import Planner
from bookshift_io.workspace import Workspace
from bookshift_model.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "W", person=ADA) as made:
        made.create_scenario("Plan 1", made.import_portfolio(TEAM).id, Policy())
        yield made


@pytest.fixture
def planner(workspace: Workspace) -> Planner:
    return Planner(workspace, "Plan 1")


@pytest.fixture
def colleague(workspace: Workspace) -> Iterator[Planner]:
    with Workspace.open(workspace.folder, person=BO) as opened:
        yield Planner(opened, "Plan 1")
