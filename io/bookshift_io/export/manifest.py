"""What an export says of itself: which plan, who approved it, and what each file must hold."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from bookshift_io.export.cells import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEntry:
    """One file of an export."""

    name: str
    rows: int
    """Without the header."""
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
    profile: Profile
    data_as_of: date
    currency: str
    exported_at: datetime
    app_version: str
    files: tuple[FileEntry, ...]

    @property
    def name(self) -> str:
        """Name of the manifest's own file."""
        return file_name("manifest", self.profile, draft=self.status == "DRAFT", ending="json")

    def to_json(self) -> str:
        """The manifest as a JSON object, in ASCII."""
        return json.dumps({"application": "Bookshift", **asdict(self)}, default=_iso, indent=2) + "\n"


def file_name(stem: str, profile: Profile, *, draft: bool, ending: str = "csv") -> str:
    """Name of an export file, such as ``plan.csv``, ``plan-draft.csv`` or ``plan-people-draft.csv``."""
    return stem + ("-people" if profile == "people" else "") + ("-draft" if draft else "") + "." + ending


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a manifest")
