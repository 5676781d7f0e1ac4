"""Opening the application from the command line."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from bookshift.cli.codes import NO_TERMINAL
from bookshift.places import last_workspace
from bookshift.terminal import choose, refuse_without_terminal


def open_application(workspace: Path | None, *, demo: bool = False) -> int:
    """Open the application on a workspace, the demonstration, the last one, or the first-run screen."""
    refusal = refuse_without_terminal()
    if refusal is not None:
        sys.stderr.write(refusal + "\n")
        return NO_TERMINAL
    choose()
    gc.disable()  # until the first paint: a sixth of a start went into collecting what is there to stay
    from bookshift.app import run_app  # noqa: PLC0415  (loads Textual, which reads what was chosen)

    return run_app(workspace or (None if demo else last_workspace()), demo=demo)
