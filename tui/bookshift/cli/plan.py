"""Commands that plan: plan, solve, show, why, diff, demo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from bookshift import efforts, loads
from bookshift.cli.data import (
    AlsoOption,
    AnswerOption,
    AsOfOption,
    CurrencyOption,
    MappingOption,
    answers,
    report,
    stop_unless_read,
)
from bookshift.cli.options import (
    GapOption,
    JsonOption,
    PolicyOption,
    QuietOption,
    ScenarioOption,
    SeedOption,
    TimeOption,
    WorkspaceOption,
    day,
    opened,
)
from bookshift.cli.output import Output, reading
from bookshift.cli.solving import ending, solve, solve_record
from bookshift.exports import described, fairness, reasons_of, write
from bookshift.handmade import movers
from bookshift.imports import Files, read_policy, unused_answers
from bookshift.places import sample_folder
from bookshift.planner import Planner
from bookshift.proof import checked, digest, known_bound, proof_of
from bookshift.reports import (
    books_table,
    card_record,
    goals_table,
    move_records,
    moves_table,
    table,
    violations_list,
)
from bookshift.scope import repair_of
from bookshift_io.workspace import Workspace
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions
from bookshift_model.edits import EditError, csm_named
from bookshift_model.explain.effort import explained
from bookshift_model.explain.overload import overload
from bookshift_model.explain.why import why as why_here
from bookshift_model.explain.why import why_not
from bookshift_model.load import Year
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import Problem, build
from bookshift_model.score import Scorecard, score
from bookshift_model.terms import Indices

commands = typer.Typer()

BREAKS_RULES = 6

StrictOption = Annotated[bool, typer.Option("--strict", help="Exit with 6 if the plan breaks a hard rule.")]


@commands.command("plan")
def plan_files(
    accounts: Annotated[Path, typer.Argument(help="Accounts: CSV, .xlsx or JSON.")],
    csms: Annotated[Path, typer.Argument(help="CSMs; may be the same workbook.")],
    policy: PolicyOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write the export files there.")] = None,
    also: AlsoOption = None,
    mapping: MappingOption = None,
    answer: AnswerOption = None,
    as_of: AsOfOption = None,
    currency: CurrencyOption = None,
    gap: GapOption = None,
    time: TimeOption = 60,
    seed: SeedOption = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files of an earlier export.")
    ] = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Import, solve and print, all in one and without a workspace."""
    output = Output(as_json=as_json, quiet=quiet)
    chosen = read_policy(policy)
    files = Files(accounts, csms, mapping, answers(answer), day(as_of), currency, also=tuple(also or ()))
    with reading(output) as heard:
        intake = files.read(progress=heard)
    output.note("\n".join([report(intake), *(f"warning: {one}" for one in unused_answers(files, intake))]))
    stop_unless_read(intake)
    if intake.portfolio is None:
        raise typer.Exit(1)
    plan_once(
        output, intake.portfolio, chosen, (gap, time, seed), out=out, overwrite=overwrite, strict=strict
    )


@commands.command("solve")
def solve_scenario(
    workspace: WorkspaceOption,
    scenario: ScenarioOption = None,
    policy: PolicyOption = None,
    gap: GapOption = None,
    time: TimeOption = 60,
    seed: SeedOption = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Plan all accounts anew, also right after a change.")
    ] = False,
    strict: StrictOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Find a better plan and take it over; Ctrl-C keeps the best so far, undo takes it back.

    After a change to a plan it keeps to what the change touches, and moves few others.
    """
    output = Output(as_json=as_json, quiet=quiet)
    planner = opened(workspace, scenario)
    if policy is not None:
        new = read_policy(policy)
        planner.set_policy(new, f"policy “{new.name}”")
    state = planner.state
    finished = solve(
        output,
        planner.portfolio,
        state.policy,
        state.decisions,
        dict(state.moves),
        gap=gap,
        seconds=time,
        seed=seed,
        repair=None if whole else repair_of(planner),
        known=known_bound(planner),
    )
    finished = checked(planner.problem, finished)
    planner.keep_proposal({
        "moves": dict(finished.moves), "points": finished.points, "gap": finished.gap,
        "bound": finished.bound, "unavoidable": finished.unavoidable,
        "certificate": finished.certificate, "digest": digest(planner),
    })  # fmt: skip
    planner.accept()
    reasons = _reasons_of(planner)
    record = solve_record(finished, planner.portfolio, planner.card, planner.baseline_card, reasons)
    record["notes"] = _notes(planner.problem)
    head = f"{planner.scenario.name}: {ending(finished)}{_noted(planner.problem)}"
    text = f"{head}\n\n{_page(planner.portfolio, planner.baseline_card, planner.card, reasons)}"
    output.result(record, text)
    _strictly(planner.card, strict)


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
    reasons = _reasons_of(planner)
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
    record["notes"] = _notes(planner.problem)
    if proof is not None:
        head += f"\n{proof}"
    head += _noted(planner.problem)
    text = f"{head}\n{fairness(planner.state.policy)}\n\n"
    text += _page(planner.portfolio, planner.baseline_card, planner.card, reasons)
    if load:
        year, csms = Year(planner.problem.data), planner.portfolio.csms
        today, plan = year.load(planner.problem.baseline), year.load(planner.assignment)
        record["load"] = {"today": loads.record(today, csms), "plan": loads.record(plan, csms)}
        text = f"{head}\n\n{loads.page(today, plan, csms)}"
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
    from bookshift.cli import adapting  # noqa: PLC0415

    ranking, known = adapting.costs(planner, account)
    record["choices"] = adapting.record(planner, ranking, known)
    text = "\n".join([*answer.sentences, "", adapting.table(ranking, known)])
    if effort is not None:
        text += f"\n\nHours a month with {planner.portfolio.csms[answer.csm].name}\n"
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
    from bookshift.comparison import compare  # noqa: PLC0415

    here = Workspace.open(workspace)
    record, text = compare(here, first, second)
    Output(as_json=as_json).result(record, text)


def print_demo(output: Output) -> None:
    """Solve the shipped sample and print baseline, plan and moves: what ``demo`` does without a terminal."""
    folder = sample_folder()
    intake = Files(folder / "accounts.csv", folder / "csms.csv", folder / "mapping.toml").read()
    stop_unless_read(intake)
    if intake.portfolio is None:
        raise typer.Exit(1)
    plan_once(output, intake.portfolio, read_policy(str(folder / "policy.toml")), (None, 60, None))


def plan_once(
    output: Output,
    portfolio: Portfolio,
    policy: Policy,
    asked: tuple[float | None, float | None, int | None],
    *,
    out: Path | None = None,
    overwrite: bool = False,
    strict: bool = False,
) -> None:
    """Solve a portfolio from today's books, print everything, and write the files if asked to."""
    gap, seconds, seed = asked
    finished = solve(output, portfolio, policy, Decisions(), {}, gap=gap, seconds=seconds, seed=seed)
    problem = build(Data(portfolio, policy.formulas), policy)
    finished = checked(problem, finished)
    assignment = problem.baseline.copy()
    for account, csm in finished.moves.items():
        assignment[portfolio.account_index[account]] = portfolio.csm_index[csm]
    baseline, plan = score(problem, problem.baseline), score(problem, assignment)
    reasons = _reasons(problem, assignment, plan, {})
    head = f"{ending(finished)}{_noted(problem)}\n{fairness(policy)}"
    text = f"{head}\n\n{_page(portfolio, baseline, plan, reasons)}"
    record = solve_record(finished, portfolio, plan, baseline, reasons)
    record["notes"] = _notes(problem)
    if out is not None:
        manifest = write(out, problem, assignment, described(policy.name, 1, policy), overwrite=overwrite)
        record["files"] = [one.name for one in manifest.files]
        text += f"\n\nwrote {', '.join(one.name for one in manifest.files)} to {out}"
    output.result(record, text)
    _strictly(plan, strict)


def _page(portfolio: Portfolio, baseline: Scorecard, plan: Scorecard, reasons: list[str]) -> str:
    names = {one.id: one.name for one in portfolio.csms}
    moved = len(plan.moves) / max(1, len(portfolio.accounts))
    return "\n".join(
        [
            "Goals",
            goals_table((baseline, plan)),
            "",
            "Books, today → plan",
            books_table((baseline, plan)),
            "",
            f"Rules broken today ({len(baseline.broken)} hard)",
            violations_list(baseline),
            f"Rules broken in the plan ({len(plan.broken)} hard)",
            violations_list(plan),
            "",
            f"Moves: {len(plan.moves)} accounts ({moved:.0%})",
            moves_table(move_records(portfolio, plan, reasons), names),
        ]
    )


def _noted(problem: Problem) -> str:
    """What no plan could follow, a line each."""
    return "".join(f"\n! {note}" for note in _notes(problem))


def _notes(problem: Problem) -> list[str]:
    """What the plan leaves aside, and that the team is too small where it is."""
    short = overload(problem)
    return [*problem.notes, *([] if short is None else [str(short)])]


def _reasons_of(planner: Planner) -> list[str]:
    by_hand = movers(planner.session.history, planner.portfolio, planner.assignment)
    return _reasons(planner.problem, planner.assignment, planner.card, by_hand)


def _reasons(problem: Problem, assignment: Indices, card: Scorecard, by_hand: Mapping[int, str]) -> list[str]:
    moved = [one.account for one in card.moves]
    found = reasons_of(problem, np.asarray(assignment), moved, by_hand)
    return [found[i] for i in moved]


def _strictly(plan: Scorecard, strict: bool) -> None:
    if strict and plan.broken:
        raise typer.Exit(BREAKS_RULES)
