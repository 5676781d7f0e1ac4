"""Commands on data: init, import, sample, backup, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bookshift.became import became_table
from bookshift.cli.codes import FAULT, NEEDS_ANSWER
from bookshift.cli.intake import (
    AlsoOption,
    AnswerOption,
    AsOfOption,
    CurrencyOption,
    MappingOption,
    answers,
    intake_record,
    question_lines,
    question_records,
    report,
    stop_unless_read,
)
from bookshift.cli.options import (
    JsonOption,
    PolicyOption,
    QuietOption,
    WorkspaceOption,
    day,
)
from bookshift.cli.output import Output, reading
from bookshift.imports import (
    AS_OF,
    Files,
    kept_joins,
    known_exports,
    read_policy,
    store,
    unused_answers,
)
from bookshift.reimport import preview
from bookshift.reimport_list import lines as change_lines
from bookshift.reimport_list import record as change_record
from bookshift.rejected import keep_rejects
from bookshift_io.export.plan import write_portfolio
from bookshift_io.export.writing import write_files
from bookshift_io.intake.findings import Question
from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.workspace import Imported, Workspace
from bookshift_io.workspace.doctor import doctor as examine
from bookshift_model.explain.words import count as numbered
from bookshift_model.sample import sample as make_sample
from bookshift_model.sample_policy import sample_policy

commands = typer.Typer()


@commands.command()
def init(
    workspace: Annotated[Path, typer.Argument(help="New or empty folder.")], quiet: QuietOption = False
) -> None:
    """Make a workspace."""
    made = Workspace.create(workspace)
    if not quiet:
        Output().result({}, f"made the workspace {made.folder}; now: bookshift import -w {workspace} …")


@commands.command("import")
def import_files(
    workspace: WorkspaceOption,
    accounts: Annotated[Path, typer.Option("--accounts", help="Accounts: CSV, .xlsx or JSON.")],
    csms: Annotated[Path, typer.Option("--csms", help="CSMs; may be the same workbook.")],
    also: AlsoOption = None,
    mapping: MappingOption = None,
    answer: AnswerOption = None,
    as_of: AsOfOption = None,
    currency: CurrencyOption = None,
    policy: PolicyOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report, and keep nothing.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Import accounts and CSMs; drafts go on with the new data, decisions and moves included."""
    given = answers(answer)
    files = Files(accounts, csms, mapping, given, day(as_of), currency, also=tuple(also or ()))
    chosen = read_policy(policy)
    here = Workspace.open(workspace)
    output = Output(as_json=as_json, quiet=quiet)
    with reading(output) as heard:
        intake = files.read(known_exports(here), kept=kept_joins(here), progress=heard)
    text = report(intake)
    record = intake_record(intake)
    asked: tuple[Question, ...] = ()
    asked_later: tuple[str, ...] = ()
    if intake.portfolio is not None:
        seen = preview(here, intake.portfolio)
        if seen is not None:
            record["changes"] = change_record(seen)
            asked_later = tuple(one.key for one in seen.questions)
            text += "\n" + "\n".join(change_lines(seen))
            asked = seen.unanswered(given)
            record["questions"] += question_records(asked)
            text += "".join(f"\n{line}" for line in question_lines(asked))
        if not dry_run and not asked:
            text += _kept(store(here, files, intake, chosen, seen), record)
            for said in keep_rejects(here, intake):
                Output().note(said)
    record["unused_answers"] = unused_answers(files, intake, asked_later)
    text += "".join(f"\nwarning: {one}" for one in record["unused_answers"])
    if not as_json and any(intake.columns.values()):
        output.note(became_table(intake))
    output.result(record, text)
    stop_unless_read(intake)
    if asked:
        raise typer.Exit(NEEDS_ANSWER)


def _kept(done: Imported, record: dict[str, Any]) -> str:
    """What was kept, for reading; `record` is told, too."""
    record["dataset"] = done.dataset.id
    record["dropped_moves"] = sum(len(one.dropped) for one in done.rebased)
    record["archived"] = list(done.archived)
    record["back"] = list(done.back)
    new = done.previous != done.dataset.id
    text = f"kept as data set {done.dataset.id}" if new else "the same data as before; nothing new is kept"
    if new and not done.dataset.is_new:
        text = f"data set {done.dataset.id} is in force again"
    if done.archived:
        text += f"; {numbered(len(done.archived), 'account')} archived (bookshift drift lists them)"
    if done.back:
        text += f"; {numbered(len(done.back), 'account')} back from the archive with their decisions"
    if done.created:
        text += f"; made the scenario “{done.created.name}”"
    return f"\n{text}" + "".join(
        f"\n{one.scenario.name} goes on; {numbered(len(one.dropped), 'move')} void" for one in done.rebased
    )


@commands.command()
def sample(
    out: Annotated[
        Path, typer.Option("--out", help="Folder for accounts.csv, csms.csv, policy.toml, mapping.toml.")
    ],
    accounts: Annotated[int, typer.Option("--accounts", min=1, max=100_000)] = 150,
    csms: Annotated[int, typer.Option("--csms", min=1, max=2_000)] = 8,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 1,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")] = False,
) -> None:
    """Write a realistic made-up portfolio with its policy; the same numbers give the same files."""
    portfolio = make_sample(accounts, csms, seed)
    write_portfolio(out, portfolio, overwrite=overwrite)
    beside = {
        "policy.toml": sample_policy(portfolio).to_toml(),
        "mapping.toml": ColumnMapping(answers={AS_OF: portfolio.as_of.isoformat()}).to_toml(),
    }
    write_files(out, {name: text.encode() for name, text in beside.items()}, overwrite=overwrite)
    Output().result({}, f"wrote {accounts} accounts, {csms} CSMs and a policy to {out}")


@commands.command()
def backup(workspace: WorkspaceOption, as_json: JsonOption = False) -> None:
    """Make a verified copy of a workspace in its folder backups; the newest seven are kept."""
    made = Workspace.open(workspace).backup()
    Output(as_json=as_json).result({"file": str(made)}, f"backed up to {made}")


@commands.command()
def doctor(
    workspace: Annotated[Path | None, typer.Option("-w", "--workspace", help="Workspace to examine.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Examine this machine and a workspace: each line ok, warning, or fault with the cure."""
    from bookshift.checkup import program_checks  # noqa: PLC0415  (loads the solver's libraries)

    checks = [*program_checks(), *examine(workspace)]
    record = {
        "checks": [
            {"name": one.name, "status": one.status, "text": one.text, "cure": one.cure} for one in checks
        ]
    }
    text = "\n".join(
        f"{one.status:8}{one.name}: {one.text}" + (f" — {one.cure}" if one.cure else "") for one in checks
    )
    Output(as_json=as_json).result(record, text)
    if any(one.status == "fault" for one in checks):
        raise typer.Exit(FAULT)
