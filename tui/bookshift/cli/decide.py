"""Commands that decide: pin, lock, forbid, release, move, together, apart, policy, undo, redo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bookshift.cli.options import (
    AccountOption,
    CsmOption,
    ExpiresOption,
    JsonOption,
    ReasonOption,
    RequestOption,
    ScenarioOption,
    WorkspaceOption,
    day,
    opened,
)
from bookshift.cli.output import Output
from bookshift.imports import read_policy
from bookshift.planner import Planner
from bookshift_model.edits import csm_named
from bookshift_model.explain.moved import Moved
from bookshift_model.explain.words import count
from bookshift_model.session import Entry

commands = typer.Typer()


@commands.command()
def pin(
    workspace: WorkspaceOption,
    account: AccountOption,
    csm: CsmOption,
    scenario: ScenarioOption = None,
    reason: ReasonOption = "",
    expires: ExpiresOption = None,
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give accounts to a CSM, in the plan and in every solve."""

    def act(planner: Planner) -> Entry | None:
        who = csm_named(planner.portfolio, csm)
        return planner.pin(account, who, reason, expires=day(expires), request=request_id)

    _act(workspace, scenario, as_json, act)


@commands.command()
def lock(
    workspace: WorkspaceOption,
    account: AccountOption,
    scenario: ScenarioOption = None,
    reason: ReasonOption = "",
    expires: ExpiresOption = None,
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep accounts with their owners of today."""
    _act(
        workspace,
        scenario,
        as_json,
        lambda planner: planner.lock(account, reason, expires=day(expires), request=request_id),
    )


@commands.command()
def forbid(
    workspace: WorkspaceOption,
    account: AccountOption,
    csm: CsmOption,
    scenario: ScenarioOption = None,
    reason: ReasonOption = "",
    expires: ExpiresOption = None,
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep accounts away from a CSM."""

    def act(planner: Planner) -> Entry | None:
        who = csm_named(planner.portfolio, csm)
        return planner.forbid(account, who, reason, expires=day(expires), request=request_id)

    _act(workspace, scenario, as_json, act)


@commands.command()
def release(
    workspace: WorkspaceOption,
    account: AccountOption,
    scenario: ScenarioOption = None,
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Drop every pin, lock, forbid and group of accounts."""
    _act(workspace, scenario, as_json, lambda planner: planner.release(account, request=request_id))


@commands.command()
def move(
    workspace: WorkspaceOption,
    account: AccountOption,
    csm: CsmOption,
    scenario: ScenarioOption = None,
    reason: ReasonOption = "",
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Move accounts by hand; a later solve may move them again."""
    _act(
        workspace,
        scenario,
        as_json,
        lambda planner: planner.move(account, csm_named(planner.portfolio, csm), reason, request=request_id),
    )


@commands.command()
def together(
    workspace: WorkspaceOption,
    account: AccountOption,
    scenario: ScenarioOption = None,
    reason: ReasonOption = "",
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep accounts with one owner."""
    _act(
        workspace,
        scenario,
        as_json,
        lambda planner: planner.keep_together(account, reason, request=request_id),
    )


@commands.command()
def apart(
    workspace: WorkspaceOption,
    account: AccountOption,
    scenario: ScenarioOption = None,
    reason: ReasonOption = "",
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Keep accounts with different owners."""
    _act(
        workspace,
        scenario,
        as_json,
        lambda planner: planner.keep_together(account, reason, apart=True, request=request_id),
    )


@commands.command()
def policy(
    workspace: WorkspaceOption,
    use: Annotated[str | None, typer.Argument(help="A preset's name or a TOML file to put in force.")] = None,
    scenario: ScenarioOption = None,
    request_id: RequestOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the policy in force as TOML, or put another one in force."""
    if use is None:
        now = opened(workspace, scenario).state.policy
        Output(as_json=as_json).result(now.to_record(), now.to_toml().rstrip())
        return
    new = read_policy(use)
    _act(
        workspace,
        scenario,
        as_json,
        lambda planner: planner.set_policy(new, f"policy “{new.name}”", request=request_id),
    )


@commands.command()
def undo(workspace: WorkspaceOption, scenario: ScenarioOption = None, as_json: JsonOption = False) -> None:
    """Take back the latest change."""
    _act(workspace, scenario, as_json, Planner.undo, "took back: ", _no_undo)


@commands.command()
def redo(workspace: WorkspaceOption, scenario: ScenarioOption = None, as_json: JsonOption = False) -> None:
    """Do again what was taken back last."""
    _act(workspace, scenario, as_json, Planner.redo, "did again: ", lambda _: "There is nothing to do again.")


def _no_undo(planner: Planner) -> str:
    return planner.nothing_to_undo.replace("g s", "bookshift history")


def _act(
    workspace: Path,
    scenario: str | None,
    as_json: bool,
    act: Callable[[Planner], Entry | None],
    done: str = "",
    nothing: Callable[[Planner], str] = lambda _: "nothing to do; it is so already",
) -> None:
    """Carry out one gesture and say what it did to the score, or that there was `nothing` to do."""
    planner = opened(workspace, scenario)
    before, none = planner.card, nothing(planner)
    entry = act(planner)
    after = planner.card
    record = {
        "scenario": planner.scenario.name,
        "version": planner.scenario.version,
        "changed": entry is not None,
        "label": entry.change.label if entry else None,
        "objective_before": before.points,
        "objective": after.points,
        "hard_rules_broken": len(after.broken),
        "moves": len(after.moves),
    }
    said = f"{done}{entry.change.label}" if entry else none.removesuffix(".")
    figures = f"{Moved.of(after.moves)}, {count(len(after.broken), 'hard rule')} broken"
    Output(as_json=as_json).result(record, f"{planner.scenario.name}: {said} ({figures})")
