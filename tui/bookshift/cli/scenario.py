"""Commands on scenarios: list, new, clone, rename, archive, restore, history, approve."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookshift.cli.options import (
    JsonOption,
    PolicyOption,
    RequestOption,
    ScenarioOption,
    WorkspaceOption,
    opened,
)
from bookshift.cli.output import Output
from bookshift.exports import approve as approve_scenario
from bookshift.imports import read_policy
from bookshift.older import lag, older, went_on, went_on_sentence
from bookshift.older import record as older_record
from bookshift.opening import planner_at
from bookshift.reimport_list import first_lines, names_of, void_items, void_record
from bookshift.reports import table
from bookshift_io.workspace import ScenarioError, ScenarioInfo, Workspace

commands = typer.Typer()


NameArgument = Annotated[str | None, typer.Argument(help="Name or number of the scenario.")]
NamedOption = Annotated[
    str | None, typer.Option("--scenario", "-s", help="The same, as other commands take it.")
]
NewNameOption = Annotated[str, typer.Option("--name", help="Name of the new scenario.")]


@commands.command()
def scenarios(
    workspace: WorkspaceOption,
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the scenarios, the one changed last first."""
    here = Workspace.open(workspace)
    found = here.scenarios(include_archived=archived)
    behind = {number: here.behind(number) for number in {one.dataset_id for one in found}}
    rows = [
        (
            str(one.id),
            one.name,
            one.status,
            str(one.moves),
            str(one.version),
            f"{one.updated_at:%Y-%m-%d %H:%M}",
            one.updated_by,
            f"{one.dataset_id}, {lag(late)}" if (late := behind[one.dataset_id]) else str(one.dataset_id),
        )
        for one in found
    ]
    text = table(("id", "name", "status", "new CSM", "version", "changed (UTC)", "by", "data set"), rows)
    listed = [{**_record(one), "data_sets_behind": behind[one.dataset_id]} for one in found]
    Output(as_json=as_json).result({"scenarios": listed}, text)


@commands.command()
def new(
    workspace: WorkspaceOption, name: NewNameOption, policy: PolicyOption = None, as_json: JsonOption = False
) -> None:
    """Make a scenario from today's books of the newest data set."""
    here = Workspace.open(workspace)
    newest = here.current_dataset()
    if newest is None:
        raise typer.BadParameter(f"{workspace} holds no data yet; import accounts and CSMs first")
    known = planner_at(here)
    noted = None if known is None else known.state.decisions.on_data()
    _say(here.create_scenario(name, newest.id, read_policy(policy), noted), "made", as_json)


@commands.command()
def clone(
    workspace: WorkspaceOption,
    name: NewNameOption,
    scenario: ScenarioOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy a scenario under a new name; where it is on older data, the copy goes on with the newest."""
    planner = opened(workspace, scenario)
    here, names = planner.workspace, names_of(planner.portfolio)
    made = here.clone_scenario(planner.scenario.id, name)
    text = f"cloned as “{made.scenario.name}” (number {made.scenario.id})"
    record = _record(made.scenario)
    if (void := went_on(here, made)) is not None:
        text = "\n".join([text, went_on_sentence(made, void), *first_lines(void_items(void, names))])
        record["void"] = void_record(void)
    Output(as_json=as_json).result(record, text)


@commands.command()
def rename(
    workspace: WorkspaceOption,
    name: NewNameOption,
    scenario: ScenarioOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a scenario another name."""
    planner = opened(workspace, scenario)
    _say(planner.workspace.rename(planner.scenario.id, name), "renamed to", as_json)


@commands.command()
def archive(
    workspace: WorkspaceOption,
    name: NameArgument = None,
    scenario: NamedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a scenario away; nothing of it is lost."""
    here, found = _named(workspace, name, scenario)
    _say(here.archive(found.id), "archived", as_json)


@commands.command()
def restore(
    workspace: WorkspaceOption,
    name: NameArgument = None,
    scenario: NamedOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take an archived scenario back; one that was approved is approved again."""
    here, found = _named(workspace, name, scenario)
    if found.status != "archived":
        raise ScenarioError(
            f"“{found.name}” (number {found.id}) is not archived; "
            "give the name or number of one that `bookshift scenarios --archived` shows as archived"
        )
    back = here.restore(found.id)
    behind = here.behind(back.dataset_id)
    more = f", {lag(behind)}: bookshift clone makes a copy on the newest data" if behind else ""
    _say(back, "restored", as_json, more)


@commands.command()
def history(
    workspace: WorkspaceOption,
    scenario: ScenarioOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many entries.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show what was done in a scenario and why, the latest first."""
    planner = opened(workspace, scenario)
    entries = planner.workspace.journal(planner.scenario.id, limit)
    record = [
        {
            "seq": one.seq,
            "at": one.at.isoformat(),
            "by": one.author,
            "kind": one.kind,
            "label": one.label,
            "reason": one.reason,
        }
        for one in entries
    ]
    rows = [
        (str(one.seq), f"{one.at:%Y-%m-%d %H:%M:%S}", one.author, one.kind, one.label, one.reason)
        for one in entries
    ]
    text = table(("no.", "when (UTC)", "who", "what", "", "why"), rows)
    Output(as_json=as_json).result({"scenario": planner.scenario.name, "entries": record}, text)


@commands.command()
def approve(
    workspace: WorkspaceOption,
    rationale: Annotated[str, typer.Option("--rationale", help="Why this plan is right; kept with it.")],
    scenario: ScenarioOption = None,
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve a scenario: its content is frozen, and exports say so."""
    planner = opened(workspace, scenario)
    output = Output(as_json=as_json)
    found = older(planner.workspace, planner.scenario)
    if found is not None:
        output.note(f"! {planner.scenario.name} is {found}; bookshift clone makes a copy on the newest data")
    approval = approve_scenario(planner, rationale, request=request_id)
    record = {
        **older_record(found),
        "scenario": planner.scenario.name,
        "version": approval.version,
        "sha256": approval.sha256,
        "approver": approval.author,
        "uid": approval.uid,
        "at": approval.at.isoformat(),
        "rationale": approval.rationale,
    }
    text = f"{planner.scenario.name} approved by {approval.author}, content {approval.sha256[:12]}"
    output.result(record, text)


def _named(workspace: Path, name: str | None, scenario: str | None) -> tuple[Workspace, ScenarioInfo]:
    """The scenario that is named; none is taken by itself, as none is put away by mistake."""
    if name is not None and scenario is not None:
        raise typer.BadParameter("name the scenario once, with --scenario or without")
    wanted = scenario if name is None else name
    if wanted is None:
        raise typer.BadParameter("say which scenario: its name or number, as `bookshift scenarios` shows it")
    here = Workspace.open(workspace)
    return here, here.scenario(wanted)


def _say(info: ScenarioInfo, done: str, as_json: bool, more: str = "") -> None:
    Output(as_json=as_json).result(_record(info), f"{done} “{info.name}” (number {info.id}){more}")


def _record(info: ScenarioInfo) -> dict[str, object]:
    return {
        "id": info.id,
        "name": info.name,
        "status": info.status,
        "version": info.version,
        "moves": info.moves,
        "dataset": info.dataset_id,
        "updated_at": info.updated_at.isoformat(),
        "updated_by": info.updated_by,
    }
