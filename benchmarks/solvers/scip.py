"""SCIP as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from pyscipopt import SCIP_EVENTTYPE, Eventhdlr, Model, quicksum

from solvers.run import rows

if TYPE_CHECKING:
    from solvers.run import Run

_MORE: Final = 30.0
"""Seconds after its limit at which SCIP ends by itself, should it not hear that it shall."""


def solve(run: Run) -> None:
    """Solve the model that Pyomo states."""
    compiled = run.state()
    model = Model()
    model.hideOutput()
    owns = set(compiled.owns.tolist())
    columns = [
        model.addVar(
            vtype="B" if j in owns else "C",
            lb=None if np.isinf(low) else float(low),
            ub=None if np.isinf(up) else float(up),
            obj=float(cost),
        )
        for j, (low, up, cost) in enumerate(zip(compiled.lower, compiled.upper, compiled.cost, strict=True))
    ]
    model.addObjoffset(compiled.offset)
    for at, coefs, low, up in rows(compiled):
        total = quicksum(float(a) * columns[j] for j, a in zip(at, coefs, strict=True))
        if low == up:
            model.addCons(total == float(low))
        else:
            if np.isfinite(low):
                model.addCons(total >= float(low))
            if np.isfinite(up):
                model.addCons(total <= float(up))
    run.begin()

    class Listener(Eventhdlr):
        """Hears better plans and solved nodes."""

        def eventinit(self) -> None:
            """Ask for both."""
            for kind in (SCIP_EVENTTYPE.BESTSOLFOUND, SCIP_EVENTTYPE.NODESOLVED, SCIP_EVENTTYPE.LPSOLVED):
                self.model.catchEvent(kind, self)

        def eventexec(self, event: Any) -> None:
            """Note it, and stop when the time is up."""
            found = None
            if event.getType() == SCIP_EVENTTYPE.BESTSOLFOUND:
                best = self.model.getBestSol()
                found = np.array([self.model.getSolVal(best, one) for one in columns])
            run.columns(found, self.model.getDualbound())
            if run.over:
                self.model.interruptSolve()

    model.includeEventhdlr(Listener(), "listener", "notes plans and bounds")
    model.setParam("limits/time", run.seconds + _MORE)
    model.setParam("timing/clocktype", 1)
    model.optimize()
    best = model.getBestSol() if model.getNSols() else None
    found = None if best is None else np.array([model.getSolVal(best, one) for one in columns])
    run.columns(found, model.getDualbound())
