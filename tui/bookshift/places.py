"""Where things are on this machine: the sample, the demonstration's workspace, and the last one opened."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path, user_state_path

_LAST = "last-workspace"


def sample_folder() -> Path:
    """The shipped sample: inside the installed package, or beside the source roots of a checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "sample_data"
    return inside if inside.is_dir() else package.parent.parent / "sample_data"


def demo_workspace() -> Path:
    """The person's own workspace for the demonstration."""
    return user_data_path("bookshift") / "demo"


def last_workspace() -> Path | None:
    """The workspace that this person opened last, if it is still there."""
    try:
        text = (user_state_path("bookshift") / _LAST).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    folder = Path(text)
    return folder if folder.is_dir() else None


def remember_workspace(folder: Path) -> None:
    """Have `last_workspace` find it next time; if that cannot be written, the next start only asks."""
    place = user_state_path("bookshift")
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = place / f".{_LAST}.{os.getpid()}"
        new.write_text(str(folder.absolute()), "utf-8")
        new.replace(place / _LAST)
    except OSError:
        return
