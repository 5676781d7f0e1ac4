"""Commands that plan: plan, solve, demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookshift.cli.codes import BREAKS_RULES, FAULT
from bookshift.cli.intake import (
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
from bookshift.cli.printed import noted, notes, page, reasons_by_move, reasons_in
from bookshift.cli.solving import ending, solve, solve_record
from bookshift.exports import described, fairness, write
from bookshift.imports import Files, read_policy, unused_answers
from bookshift.places import sample_folder
from bookshift.proof import checked, digest, known_bound
from bookshift.scope import repair_of
from bookshift_model.data import Data
from bookshift_model.decisions import Decisions
from bookshift_model.policy import Policy
from bookshift_model.portfolio import Portfolio
from bookshift_model.problem import build
from bookshift_model.score import Scorecard, score

commands = typer.Typer()

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
        raise typer.Exit(FAULT)
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
    reasons = reasons_in(planner)
    record = solve_record(finished, planner.portfolio, planner.card, planner.baseline_card, reasons)
    record["notes"] = notes(planner.problem, planner.card)
    head = f"{planner.scenario.name}: {ending(finished)}{noted(planner.problem, planner.card)}"
    text = f"{head}\n\n{page(planner.portfolio, planner.baseline_card, planner.card, reasons)}"
    output.result(record, text)
    _strictly(planner.card, strict)


def print_demo(output: Output) -> None:
    """Solve the shipped sample and print baseline, plan and moves: what ``demo`` does without a terminal."""
    folder = sample_folder()
    intake = Files(folder / "accounts.csv", folder / "csms.csv", folder / "mapping.toml").read()
    stop_unless_read(intake)
    if intake.portfolio is None:
        raise typer.Exit(FAULT)
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
    reasons = reasons_by_move(problem, assignment, plan, {})
    head = f"{ending(finished)}{noted(problem, plan)}\n{fairness(policy)}"
    text = f"{head}\n\n{page(portfolio, baseline, plan, reasons)}"
    record = solve_record(finished, portfolio, plan, baseline, reasons)
    record["notes"] = notes(problem, plan)
    if out is not None:
        manifest = write(out, problem, assignment, described(policy.name, 1, policy), overwrite=overwrite)
        record["files"] = [one.name for one in manifest.files]
        text += f"\n\nwrote {', '.join(one.name for one in manifest.files)} to {out}"
    output.result(record, text)
    _strictly(plan, strict)


def _strictly(plan: Scorecard, strict: bool) -> None:
    if strict and plan.broken:
        raise typer.Exit(BREAKS_RULES)
