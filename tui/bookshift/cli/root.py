"""All commands under one name, and the exit codes that their failures end with."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from bookshift import __version__
from bookshift.cli import ax, check, data, decide, drift, export, plan, scenario, show, sweep
from bookshift.cli.codes import BAD_INPUT, CHANGED_MEANWHILE, FAULT, NOT_ALLOWED
from bookshift.cli.options import JsonOption, QuietOption
from bookshift.cli.output import Output
from bookshift.cli.start import open_application
from bookshift.log import report
from bookshift.solver import SolveError
from bookshift.text import plain
from bookshift_io.export.writing import ExportError
from bookshift_io.intake.findings import IntakeError
from bookshift_io.workspace import NoAccessError, WorkspaceError
from bookshift_model.edits import EditError
from bookshift_model.policy import PolicyError
from bookshift_model.portfolio import PortfolioError
from bookshift_model.session import ConflictError
from bookshift_model.sweep.axes import SweepError

_CODES: Final[tuple[tuple[tuple[type[Exception], ...], int], ...]] = (
    ((NoAccessError,), NOT_ALLOWED),
    ((ConflictError,), CHANGED_MEANWHILE),
    (
        (EditError, ExportError, IntakeError, PolicyError, PortfolioError, SweepError, WorkspaceError),
        BAD_INPUT,
    ),
    ((SolveError,), FAULT),
)

commands = typer.Typer(
    help="Plan books of business: which customer success manager owns which account.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (data, check, drift, plan, show, decide, ax, scenario, sweep, export):
    commands.add_typer(part.commands)


@commands.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Plan books of business."""
    if version:
        Output().result({}, f"bookshift {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(open_application(None))


@commands.command("open")
def open_workspace(
    workspace: Annotated[Path | None, typer.Argument(help="Folder of the workspace; the last one.")] = None,
    named: Annotated[
        Path | None, typer.Option("-w", "--workspace", help="The same, as every other command takes it.")
    ] = None,
) -> None:
    """Open the application on a workspace."""
    raise typer.Exit(open_application(named or workspace))


@commands.command()
def demo(as_json: JsonOption = False, quiet: QuietOption = False) -> None:
    """Open the application on a copy of the sample; without a terminal print baseline, plan and moves."""
    if not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        raise typer.Exit(open_application(None, demo=True))
    plan.print_demo(Output(as_json=as_json, quiet=quiet))


def run() -> int:
    """Run the command that was asked for; a failure is one sentence on stderr and an exit code."""
    try:
        commands(standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception as error:  # noqa: BLE001  (the last net: everything ends in a code and a sentence)
        return failed(error)
    return 0


def failed(error: Exception) -> int:
    """Say in one sentence on stderr what went wrong, and return the exit code."""
    code, sentence = _ending(error)
    sys.stderr.write(plain(sentence) + "\n")
    return code


def _ending(error: Exception) -> tuple[int, str]:
    """Exit code and sentence for an exception."""
    for kinds, code in _CODES:
        if isinstance(error, kinds):
            return code, str(error)
    if isinstance(error, OSError) and error.filename:
        return BAD_INPUT, f"{error.filename}: {error.strerror}; check the path"
    if isinstance(error, UnicodeDecodeError):
        return BAD_INPUT, f"a file is not UTF-8 text ({error.reason}); save it as UTF-8"
    return FAULT, f"this is a fault of ours, noted in the log as {report(error)}; your data is unharmed"
