"""Commands that solve many scenarios at once: any variations, and the curve of move limits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bookshift import curves, sweeps
from bookshift.cli.options import JsonOption, QuietOption, ScenarioOption, SeedOption, WorkspaceOption, opened
from bookshift.cli.output import Output, Progress
from bookshift.text import count
from bookshift_model.sweep.outcome import FIGURES

commands = typer.Typer()


ProcessesOption = Annotated[int | None, typer.Option("--processes", min=1, help="Cores to use; all.")]
CarefulOption = Annotated[
    bool, typer.Option("--careful", help="Take several times as long for better plans and smaller gaps.")
]


def _known_figure(name: str | None) -> str | None:
    if name is not None and name not in FIGURES:
        raise typer.BadParameter(f"there is no figure {name!r}; the figures are {', '.join(FIGURES)}")
    return name


@commands.command("sweep")
def sweep(
    workspace: WorkspaceOption,
    vary: Annotated[
        list[str],
        typer.Option(
            "--vary",
            metavar="KEY=VALUES",
            help="A goal's weight (continuity=0..80/5), a rule's setting (max_accounts.limit=22..28), who "
            "leaves (leaves=any) or joins (joins=nobody,c3); several span all combinations.",
        ),
    ],
    scenario: ScenarioOption = None,
    most: Annotated[
        int, typer.Option("--most", min=1, max=1_000_000, help="Draw so many where there are more.")
    ] = sweeps.MOST,
    x: Annotated[str, typer.Option("--x", help="Figure of the trade-off.", callback=_known_figure)] = "moves",
    y: Annotated[
        str | None, typer.Option("--y", help="The figure against it.", callback=_known_figure)
    ] = None,
    seed: SeedOption = None,
    careful: CarefulOption = False,
    processes: ProcessesOption = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Address of a Dask cluster to use instead.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for sweep.csv, all figures.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier sweep.csv.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Solve many variations of a scenario, each proven; Ctrl-C keeps what is done. Nothing is changed."""
    output = Output(as_json=as_json, quiet=quiet)
    planner = opened(workspace, scenario)
    axes = sweeps.axes_of(planner, vary)
    progress = Progress(output)
    swept = sweeps.run(
        planner, axes, most=most, seed=seed, processes=processes, scheduler=scheduler, careful=careful,
        tell=lambda done, of: progress.show(f"{count(done)} of {count(of)} scenarios"),
    )  # fmt: skip
    progress.done()
    if out is not None:
        output.note(f"wrote {sweeps.written(swept, out, overwrite=overwrite)} into {out}")
    y = y or sweeps.usual_figure(axis.key for axis in axes)
    output.result(sweeps.record(swept), sweeps.told(swept, planner.portfolio, x, y))


@commands.command("curve")
def curve(
    workspace: WorkspaceOption,
    scenario: ScenarioOption = None,
    careful: CarefulOption = False,
    processes: ProcessesOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Show how much of the possible improvement each number of moves brings. Nothing is changed."""
    output = Output(as_json=as_json, quiet=quiet)
    planner = opened(workspace, scenario)
    progress = Progress(output)
    found = curves.curve(
        planner, processes=processes, careful=careful,
        tell=lambda done, of: progress.show(f"{count(done)} of {count(of)} scenarios"),
    )  # fmt: skip
    progress.done()
    output.result(curves.record(found), curves.told(found))
