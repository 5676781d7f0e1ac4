"""The workspace database: portfolios, scenarios, journal and approvals of several planners on one host."""

from __future__ import annotations

from bookshift_io.workspace.approvals import Approval
from bookshift_io.workspace.datasets import DatasetInfo, Source, SourceFile
from bookshift_io.workspace.drafts import Proposal
from bookshift_io.workspace.errors import (
    BusyError,
    ChangedMeanwhileError,
    DamagedError,
    FrozenError,
    NewerWorkspaceError,
    NoAccessError,
    NotAWorkspaceError,
    ScenarioError,
    TamperedError,
    UnknownScenarioError,
    WorkspaceError,
)
from bookshift_io.workspace.identity import Person, me
from bookshift_io.workspace.intakes import Absence, Imported
from bookshift_io.workspace.journal import JournalEntry
from bookshift_io.workspace.scenario_rows import ScenarioInfo
from bookshift_io.workspace.scenarios import DroppedMove, OpenScenario, Rebased
from bookshift_io.workspace.workspace import Workspace

__all__ = [
    "Absence",
    "Approval",
    "BusyError",
    "ChangedMeanwhileError",
    "DamagedError",
    "DatasetInfo",
    "DroppedMove",
    "FrozenError",
    "Imported",
    "JournalEntry",
    "NewerWorkspaceError",
    "NoAccessError",
    "NotAWorkspaceError",
    "OpenScenario",
    "Person",
    "Proposal",
    "Rebased",
    "ScenarioError",
    "ScenarioInfo",
    "Source",
    "SourceFile",
    "TamperedError",
    "UnknownScenarioError",
    "Workspace",
    "WorkspaceError",
    "me",
]
