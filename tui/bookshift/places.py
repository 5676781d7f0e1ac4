"""Where things are on this machine: the sample, the demonstration's workspace, and the last one opened."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path, user_state_path

_WORKSPACE = "last-workspace"
_EXPORT = "last-export"
_TOUR = "tour-seen"


def sample_folder() -> Path:
    """The shipped sample: inside the installed package, or beside the source roots of a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "sample_data"
    return inside if inside.is_dir() else package.parent.parent / "sample_data"


def demo_workspace() -> Path:
    """The person's own workspace for the demonstration."""
    return user_data_path("bookshift") / "demo"


def own_profiles() -> Path:
    """Where this person's profiles of exports are, for imports into whatever workspace."""
    return user_data_path("bookshift") / "profiles"


def last_workspace() -> Path | None:
    """The workspace that this person opened last, if it is still there."""
    return _remembered(_WORKSPACE)


def remember_workspace(folder: Path) -> None:
    """Have `last_workspace` find it next time."""
    _remember(_WORKSPACE, str(folder.absolute()))


def last_export() -> Path | None:
    """The folder that this person exported into last, if it is still there."""
    return _remembered(_EXPORT)


def remember_export(folder: Path) -> None:
    """Have `last_export` find it next time."""
    _remember(_EXPORT, str(folder.absolute()))


def tour_seen() -> bool:
    """Whether this person was offered the tour."""
    return (user_state_path("bookshift") / _TOUR).exists()


def remember_tour() -> None:
    """Have `tour_seen` say so from now on."""
    _remember(_TOUR, "seen")


def _remembered(name: str) -> Path | None:
    try:
        text = (user_state_path("bookshift") / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    folder = Path(text)
    return folder if folder.is_dir() else None


def _remember(name: str, text: str) -> None:
    """Write a note for next time; where that cannot be, the next start only asks again."""
    place = user_state_path("bookshift")
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = place / f".{name}.{os.getpid()}"
        new.write_text(text, "utf-8")
        new.replace(place / name)
    except OSError:
        return
