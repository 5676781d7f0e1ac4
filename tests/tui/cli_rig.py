"""What tests of the command line share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., tuple[int, str, str]]


SAMPLE = Path(__file__).parents[2] / "sample_data"


def imported(run: Run, folder: Path, accounts: Path, csms: str, *more: object) -> tuple[int, str, str]:
    """Make a workspace, and import a file of accounts and these CSMs into it."""
    team = accounts.with_name("c.csv")
    team.write_text(csms)
    assert run("init", folder)[0] == 0
    return run("import", "-w", folder, "--accounts", accounts, "--csms", team, *more)


def record(out: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(out)
    return found
