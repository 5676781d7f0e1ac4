"""The pipeline of the application."""

from __future__ import annotations

import importlib
import math
from typing import TYPE_CHECKING

from bookshift_model.best import Progress
from bookshift_model.optimise import optimise
from bookshift_model.start.warmup import warm_up

if TYPE_CHECKING:
    from solvers.run import Run


def solve(run: Run) -> None:
    """Solve as the application's child does."""

    def heard(progress: Progress) -> None:
        run.note(math.inf if progress.points is None else progress.points, progress.bound)

    warm_up()
    for name in ("bookshift_model.compiled", "bookshift_model.formulation", "bookshift_model.highs"):
        importlib.import_module(name)  # which the application's child has loaded before it is asked
    run.begin()
    found = optimise(run.problem, run.problem.baseline, gap=1e-6, on_event=heard, cancelled=lambda: run.over)
    run.note(found.points, found.bound)
