"""CP-SAT with one worker; it wants whole numbers in its rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from ortools.sat.python import cp_model

from solvers.run import rows

if TYPE_CHECKING:
    from solvers.run import Run

_WHOLE: Final = 10**4
"""What the rows are multiplied with before they are rounded."""


def solve(run: Run) -> None:
    """Solve the model that Pyomo states, rounded."""
    compiled = run.state()
    model = cp_model.CpModel()
    owns = set(compiled.owns.tolist())
    most = 10**5 * _WHOLE
    columns = []
    for j, (low, up) in enumerate(zip(compiled.lower, compiled.upper, strict=True)):
        if j in owns:
            columns.append(model.new_int_var(int(low), int(up), ""))
        else:
            columns.append(
                model.new_int_var(
                    -most if np.isinf(low) else math.floor(low * _WHOLE),
                    most if np.isinf(up) else math.ceil(up * _WHOLE),
                    "",
                )
            )
    for at, coefs, low, up in rows(compiled):
        whole = [round(a * _WHOLE) if j in owns else round(a) for j, a in zip(at, coefs, strict=True)]
        if not any(j not in owns for j in at) and np.allclose(coefs, np.round(coefs)) and low == up:
            whole, scale = [round(a) for a in coefs], 1
        else:
            scale = _WHOLE
        total = cp_model.LinearExpr.weighted_sum([columns[j] for j in at], whole)
        model.add_linear_constraint(
            total,
            cp_model.INT_MIN if np.isinf(low) else round(low * scale),
            cp_model.INT_MAX if np.isinf(up) else round(up * scale),
        )
    costs = [float(c) if j in owns else float(c) / _WHOLE for j, c in enumerate(compiled.cost)]
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, costs) + float(compiled.offset))
    run.begin()

    class Listener(cp_model.CpSolverSolutionCallback):
        """Hears better plans."""

        def on_solution_callback(self) -> None:
            """Note the plan."""
            found = np.zeros(len(columns))
            for j in compiled.owns:
                found[j] = self.value(columns[j])
            run.columns(found, self.best_objective_bound)

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = run.seconds
    solver.parameters.relative_gap_limit = 1e-6
    solver.best_bound_callback = lambda bound: run.columns(None, bound)
    solver.solve(model, Listener())
    run.columns(None, solver.best_objective_bound)
