"""Options that many commands share, and the planner that they open."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from bookshift.opening import planner_at
from bookshift.planner import Planner
from bookshift_io.workspace import ScenarioError, Workspace

WorkspaceOption = Annotated[Path, typer.Option("-w", "--workspace", help="Folder of the workspace.")]
ScenarioOption = Annotated[
    str | None, typer.Option("--scenario", "-s", help="Name or number; the one opened last if left out.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no remarks.")]
AccountOption = Annotated[list[str], typer.Option("--account", "-a", help="Account id; may be repeated.")]
CsmOption = Annotated[str, typer.Option("--csm", "-c", help="CSM id, or a name that only one CSM has.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")]
ExpiresOption = Annotated[
    str | None,
    typer.Option(
        "--expires", metavar="YYYY-MM-DD", help="Last day on which it holds, not before that of the data."
    ),
]
RequestOption = Annotated[
    str | None,
    typer.Option("--request-id", help="A UUID of your own: sending the same one again changes nothing."),
]
PolicyOption = Annotated[str | None, typer.Option("--policy", help="A preset's name or a TOML file.")]
GapOption = Annotated[
    float | None, typer.Option("--gap", min=0, max=1, help="Stop at this proven gap (0.005).")
]
TimeOption = Annotated[float | None, typer.Option("--time", min=0.1, help="Stop after so many seconds.")]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Same input and seed, same plan.")]


def opened(workspace: Path, scenario: str | None) -> Planner:
    """Open a scenario: the one named, else the one this person opened last, else the one changed last."""
    here = Workspace.open(workspace)
    if scenario is not None:
        return Planner(here, scenario)
    planner = planner_at(here)
    if planner is None:
        raise ScenarioError(f"{workspace} has no scenario yet; import accounts and CSMs first")
    return planner


def day(text: str | None) -> date | None:
    """Read a date option."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it as 2026-03-31") from None
