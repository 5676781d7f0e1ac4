"""What an export says of itself: which plan, who approved it, and what each file must hold."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of an export."""

    name: str
    profile: str
    rows: int
    """Without the header; in a report or workbook the moves or accounts that it tells of."""
    arr: float
    """Sum of the ARR of the accounts that the file speaks of."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Who approved the plan, when, why, and the hash of what was approved."""

    approver: str
    uid: int
    at: datetime
    rationale: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything that identifies an export; `files` are all but the manifest itself."""

    status: Literal["approved", "DRAFT"]
    scenario: str
    version: int
    approval: Approved | None
    policy: str
    fairness: str
    """The definition of fairness in force, a sentence."""
    profiles: tuple[str, ...]
    data_as_of: date
    data_set: int | None
    """Number of the data set in its workspace, as `bookshift scenarios` and `drift` name it."""
    data_imported_at: datetime | None
    data_sets_behind: int
    """Imports between that data set and the export."""
    currency: str
    exported_at: datetime
    app_version: str
    files: tuple[FileEntry, ...]
    warnings: tuple[str, ...] = ()
    """What to know before the files are used, a sentence each."""

    @property
    def name(self) -> str:
        """Name of the manifest's own file."""
        only = self.profiles[0] if len(self.profiles) == 1 else "system"
        stem = "manifest" if only == "system" else f"manifest-{only}"
        return file_name(stem, draft=self.status == "DRAFT", ending="json")

    def to_json(self) -> str:
        """The manifest as a JSON object, in ASCII."""
        return json.dumps({"application": "Bookshift", **asdict(self)}, default=_iso, indent=2) + "\n"


def file_name(stem: str, *, draft: bool, ending: str = "csv") -> str:
    """Name of an export file, such as ``plan.csv`` or ``plan-people-draft.csv``."""
    return f"{stem}{'-draft' if draft else ''}.{ending}"


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a manifest")
