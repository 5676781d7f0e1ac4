"""Where profiles of exports are kept: a TOML file each, in a folder of the workspace or of a person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from bookshift_io.export.writing import write_files
from bookshift_io.given import read_given
from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.mapping import MAX_TOML
from bookshift_io.intake.profiles import Profile, profile_from_toml
from bookshift_io.workspace.filesystem import make_folder

FOLDER: Final = "profiles"
MOST: Final = 100
"""Profiles of a folder that are read, the newest first."""


def read_profiles(folder: Path, *, shared: bool) -> tuple[Profile, ...]:
    """Return the profiles kept in a folder; what cannot be read as one is as none, and is asked again."""
    try:
        paths = sorted(folder.glob("*.toml"), key=lambda path: -path.stat().st_mtime)[:MOST]
    except OSError:
        return ()
    found = (one for path in paths if (one := _read(path)) is not None)
    return tuple(replace(one, shared=shared) for one in found)


def write_profile(folder: Path, profile: Profile, *, shared: bool) -> None:
    """Keep a profile in place of the one of the same columns; raises `ExportError` or `OSError`.

    A `shared` folder is the group's, as the workspace is; another one is this person's alone.
    """
    if shared:
        make_folder(folder)
    else:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{profile.table}-{profile.fingerprint}.toml"
    write_files(folder, {name: profile.to_toml().encode()}, overwrite=True)


def _read(path: Path) -> Profile | None:
    try:
        return profile_from_toml(read_given(path, MAX_TOML).decode())
    except (OSError, UnicodeDecodeError, IntakeError):
        return None
