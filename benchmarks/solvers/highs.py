"""HiGHS alone, as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import highspy
import numpy as np

if TYPE_CHECKING:
    from solvers.run import Run


def solve(run: Run) -> None:
    """Solve the model that Pyomo states."""
    compiled = run.state()
    solver: Any = highspy.Highs()
    for name, setting in (("log_to_console", False), ("threads", 1), ("mip_rel_gap", 1e-6)):
        solver.setOptionValue(name, setting)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(compiled.cost), len(compiled.row_lower)
    lp.col_cost_, lp.offset_ = compiled.cost, compiled.offset
    lp.col_lower_, lp.col_upper_ = compiled.lower, compiled.upper
    lp.row_lower_, lp.row_upper_ = compiled.row_lower, compiled.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = compiled.matrix.indptr, compiled.matrix.indices
    lp.a_matrix_.value_ = compiled.matrix.data
    whole = np.zeros(len(compiled.cost), dtype=bool)
    whole[compiled.owns] = True
    lp.integrality_ = [
        highspy.HighsVarType.kInteger if one else highspy.HighsVarType.kContinuous for one in whole
    ]
    solver.passModel(lp)

    def found(event: Any) -> None:
        run.columns(np.array(event.data_out.mip_solution), event.data_out.mip_dual_bound)

    def logged(event: Any) -> None:
        run.columns(None, event.data_out.mip_dual_bound)

    def may_stop(event: Any) -> None:
        if run.over:
            event.interrupt()

    solver.cbMipImprovingSolution += found
    solver.cbMipLogging += logged
    solver.cbMipInterrupt += may_stop
    solver.cbSimplexInterrupt += may_stop
    solver.cbIpmInterrupt += may_stop
    solver.run()
    info = solver.getInfo()
    run.columns(np.array(solver.getSolution().col_value), info.mip_dual_bound)
