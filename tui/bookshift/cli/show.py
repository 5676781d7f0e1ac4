"""Commands that tell of plans: show, why, diff."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bookshift import efforts, loads
from bookshift.cli.options import (
    JsonOption,
    ScenarioOption,
    WorkspaceOption,
    opened,
)
from bookshift.cli.output import Output
from bookshift.cli.printed import noted, notes, page, reasons_in
from bookshift.exports import fairness
from bookshift.handmade import movers
from bookshift.older import older
from bookshift.older import record as older_record
from bookshift.proof import proof_of
from bookshift.reports import (
    card_record,
    move_records,
    table,
)
from bookshift_io.workspace import Workspace
from bookshift_model.edits import EditError, csm_named
from bookshift_model.explain.effort import explained
from bookshift_model.explain.why import why as why_here
from bookshift_model.explain.why_not import why_not
from bookshift_model.load import Year

commands = typer.Typer()


@commands.command()
def show(
    workspace: WorkspaceOption,
    scenario: ScenarioOption = None,
    load: Annotated[
        bool, typer.Option("--load", help="The load of each CSM month by month instead.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print a scenario: goals, books, moves, rules broken."""
    planner = opened(workspace, scenario)
    reasons = reasons_in(planner)
    record = {
        "scenario": planner.scenario.name,
        "status": planner.scenario.status,
        "version": planner.scenario.version,
        "policy": planner.state.policy.name,
        "moves": move_records(planner.portfolio, planner.card, reasons),
        "scorecard": card_record(planner.card),
        "baseline": card_record(planner.baseline_card),
    }
    head = f"{planner.scenario.name} ({planner.scenario.status}, version {planner.scenario.version})"
    head += f", policy “{planner.state.policy.name}”"
    proof = proof_of(planner)
    record["gap"] = None if proof is None else proof.gap
    record["notes"] = notes(planner.problem, planner.card)
    found = older(planner.workspace, planner.scenario)
    record |= {"dataset": planner.scenario.dataset_id, **older_record(found)}
    if found is not None:
        head += f"\n! {found}; bookshift clone makes a copy on the newest data"
    if proof is not None:
        head += f"\n{proof}"
    head += noted(planner.problem, planner.card)
    text = f"{head}\n{fairness(planner.state.policy)}\n\n"
    text += page(planner.portfolio, planner.baseline_card, planner.card, reasons)
    if load:
        year, whose = Year(planner.problem.data), planner.portfolio
        today, plan = year.load(planner.problem.baseline), year.load(planner.assignment)
        record["load"] = {"today": loads.record(today, whose), "plan": loads.record(plan, whose)}
        text = f"{head}\n\n{loads.page(today, plan, whose.csm_names)}"
    Output(as_json=as_json).result(record, text)


@commands.command()
def why(
    workspace: WorkspaceOption,
    account: Annotated[str, typer.Option("--account", "-a", help="Account id.")],
    csm: Annotated[str | None, typer.Option("--csm", "-c", help="Why not this CSM.")] = None,
    scenario: ScenarioOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why an account has its CSM in the plan, or why it does not have another one."""
    planner = opened(workspace, scenario)
    if account not in planner.portfolio.account_index:
        raise EditError(f"there is no account {account!r}; give an account id as in the file")
    position = planner.portfolio.account_index[account]
    if csm is None:
        who = movers(planner.session.history, planner.portfolio, planner.assignment)
        answer = why_here(planner.problem, planner.assignment, position, who.get(position, ""))
    else:
        other = planner.portfolio.csm_index[csm_named(planner.portfolio, csm)]
        answer = why_not(planner.problem, planner.assignment, position, other)
    record: dict[str, Any] = {
        "account": account,
        "csm": planner.portfolio.csms[answer.csm].id if answer.csm >= 0 else None,
        "code": answer.code,
        "reason": answer.reason,
        "sentences": list(answer.sentences),
        "points": answer.points,
    }
    effort = None if answer.csm < 0 else explained(planner.problem.data, position, answer.csm)
    record["effort"] = None if effort is None else efforts.record(effort)
    from bookshift.cli import adapting  # noqa: PLC0415  (loads the solver's parts)

    ranking, known = adapting.costs(planner, account)
    record["choices"] = adapting.record(planner, ranking, known)
    text = "\n".join([*answer.sentences, "", adapting.table(ranking, known)])
    if effort is not None:
        text += f"\n\nHours a month with {planner.portfolio.csm_names[answer.csm]}\n"
        text += table(("hours", "part", "origin"), efforts.part_lines(effort))
    Output(as_json=as_json).result(record, text)


@commands.command()
def diff(
    workspace: WorkspaceOption,
    first: Annotated[str, typer.Argument(help="A scenario, or “today”.")],
    second: Annotated[str, typer.Argument(help="Another scenario.")],
    as_json: JsonOption = False,
) -> None:
    """Show what differs between two scenarios: figures, owners, decisions, policy."""
    from bookshift.comparison import compare  # noqa: PLC0415  (the other commands do without)

    here = Workspace.open(workspace)
    record, text = compare(here, first, second)
    Output(as_json=as_json).result(record, text)
