"""The command drift: what the latest import changed, what became of the approved plan, who is archived."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bookshift.cli.options import JsonOption, WorkspaceOption
from bookshift.cli.output import Output
from bookshift.reimport import drift_sentence, latest, planned_drift
from bookshift.reimport_list import absence_record, drift_record, lines
from bookshift.reimport_list import record as change_record
from bookshift.reports import table
from bookshift_io.workspace import Absence, UnknownScenarioError, Workspace

commands = typer.Typer()

_SHOWN = 20


@commands.command()
def drift(
    workspace: WorkspaceOption,
    ever: Annotated[bool, typer.Option("--ever", help="Archived accounts that came back, too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what the latest import changed, what became of the approved plan, and the archived accounts."""
    here = Workspace.open(workspace)
    current = here.current_dataset()
    if current is None:
        raise UnknownScenarioError(f"{workspace} holds no data yet; import accounts and CSMs first")
    seen = latest(here)
    plan, drifted = planned_drift(here, here.portfolio(current.id))
    away = here.absences(ever=ever)
    record: dict[str, Any] = {
        "dataset": current.id,
        "as_of": current.as_of.isoformat(),
        "changes": None if seen is None else change_record(seen),
        "plan": plan or None,
        "drift": None if drifted is None else drift_record(drifted),
        "archived": [absence_record(one) for one in away],
    }
    text = [f"data set {current.id} of {current.as_of}, imported by {current.imported_by}"]
    text += ["it is the first data of the workspace"] if seen is None else lines(seen)
    if seen is None and drifted is not None:
        text.append(drift_sentence(plan, drifted))
    text += _archive(away)
    Output(as_json=as_json).result(record, "\n".join(text))


def _archive(away: list[Absence]) -> list[str]:
    if not away:
        return ["no account is archived"]
    rows = [
        (
            one.account,
            one.name,
            f"{one.arr:,.2f}",
            one.owner or "nobody",
            one.last_seen.isoformat(),
            f"{one.gone_at:%Y-%m-%d} {one.gone_by}",
            "" if one.back_at is None else f"{one.back_at:%Y-%m-%d}",
        )
        for one in away[:_SHOWN]
    ]
    head = ("account", "name", "ARR", "owner", "last seen", "archived by", "back")
    more = [f"… and {len(away) - _SHOWN} more; --json lists all"] if len(away) > _SHOWN else []
    return ["", f"Archived accounts ({len(away)})", table(head, rows), *more]
