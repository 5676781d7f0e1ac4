"""The command line: every use case of the application, for people, cron and scripts."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn


def main() -> NoReturn:
    """Run ``bookshift``; what only opens the application loads nothing that the application does not need."""
    # Read when numpy is loaded. Its second thread has nothing to do here and spins while it waits.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    match sys.argv[1:]:
        case []:
            _open(None)
        case ["demo"] if sys.stdin.isatty() and sys.stdout.isatty():
            _open(None, demo=True)
        case ["open", folder] if not folder.startswith("-"):
            _open(Path(folder))
    from bookshift.cli.root import run  # noqa: PLC0415

    raise SystemExit(run())


def _open(workspace: Path | None, *, demo: bool = False) -> NoReturn:
    from bookshift.cli.start import open_application  # noqa: PLC0415

    try:
        code = open_application(workspace, demo=demo)
    except Exception as error:  # noqa: BLE001  (the last net, as for every command)
        from bookshift.cli.root import failed  # noqa: PLC0415

        code = failed(error)
    raise SystemExit(code)
