"""The command line: every use case of the application, for people, cron and scripts."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _ended_at_once():
        from bookshift.cli.root import run  # noqa: PLC0415  (the application alone does without)

    raise SystemExit(run())


@contextmanager
def _ended_at_once() -> Iterator[None]:
    """While modules are loaded there is nothing to lose: Ctrl-C ends the process, without a traceback."""
    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _open(workspace: Path | None, *, demo: bool = False) -> NoReturn:
    with _ended_at_once():
        from bookshift.cli.start import open_application  # noqa: PLC0415  (commands do without)

    try:
        code = open_application(workspace, demo=demo)
    except Exception as error:  # noqa: BLE001  (the last net, as for every command)
        from bookshift.cli.root import failed  # noqa: PLC0415  (the application alone does without)

        code = failed(error)
    raise SystemExit(code)
