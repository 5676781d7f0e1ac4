"""The command line: every use case of the application, for people, cron and scripts."""

from __future__ import annotations

import sys


def main() -> None:
    """Run ``bookshift``; without arguments the application opens, and loads nothing that it does not need."""
    if len(sys.argv) == 1:
        from bookshift.cli.start import open_application  # noqa: PLC0415

        raise SystemExit(open_application(None))
    from bookshift.cli.root import run  # noqa: PLC0415

    raise SystemExit(run())
