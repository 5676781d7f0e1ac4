"""What `doctor` says about the program itself: versions, terminal, solver, log."""

from __future__ import annotations

import importlib.metadata
import platform

from bookshift import __version__
from bookshift.log import log_path
from bookshift.solver import SolveError, Solver
from bookshift.solver_job import Job
from bookshift.terminal import refuse_without_terminal
from bookshift_io.workspace.doctor import Check
from bookshift_model.policy import Policy
from bookshift_model.sample import sample

_ENGINE = "`python -m bookshift_model.start` tries again: it needs numba for this Python and 10 MB of disk"
_LIBRARIES = ("textual", "pyomo", "highspy", "numba", "numpy")


def program_checks() -> list[Check]:
    """Examine versions, the terminal, and a real solve of a small portfolio."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
    found = [
        Check("versions", "ok", f"bookshift {__version__}, Python {platform.python_version()}, {versions}")
    ]
    refusal = refuse_without_terminal()
    if refusal is None:
        found.append(Check("terminal", "ok", "fit for the application"))
    else:
        found.append(
            Check("terminal", "warning", refusal, "the commands work; the application needs a terminal")
        )
    found.append(_solver())
    found.append(Check("log", "ok", str(log_path())))
    return found


def _solver() -> Check:
    portfolio = sample(12, 3, 1)
    try:
        with Solver() as solver:
            solver.load(portfolio)
            end = solver.run(Job(policy=Policy(), seconds=30))
    except SolveError as error:
        return Check("solver", "fault", str(error), "install Bookshift again; the log says more")
    if end.note:
        return Check("solver", "warning", end.note, _ENGINE)
    return Check("solver", "ok", f"solved 12 accounts for 3 CSMs in {end.seconds:.1f} s ({end.status})")
