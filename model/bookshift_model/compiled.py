"""A Pyomo model as arrays, read from it once; from then on the solver is driven with arrays only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pyomo.common.gc_manager import PauseGC
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

if TYPE_CHECKING:
    from bookshift_model.formulation import Formulation
    from bookshift_model.terms import Floats, Indices


@dataclass(frozen=True)
class Compiled:
    """min cost · x + offset subject to row_lower ≤ A x ≤ row_upper, lower ≤ x ≤ upper, some x whole."""

    matrix: Any
    """Compressed sparse columns."""
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    offset: float
    goals: tuple[str, ...]
    goal_costs: Any
    """Sparse, one row a goal: `cost` is their sum."""
    goal_offsets: Floats
    owns: Indices
    """(p,) column of each eligible pair, in the order of the formulation."""
    rows: dict[tuple[str, Any], int]
    """Row by constraint and index."""


def compile_model(formulation: Formulation) -> Compiled:
    """Turn the model into arrays; the objectives are added up."""
    with PauseGC():
        form = LinearStandardFormCompiler().write(formulation.model, mixed_form=True)
        rhs = np.asarray(form.rhs, dtype=np.float64)
        kind = np.fromiter((row.bound_type for row in form.rows), dtype=np.int64, count=len(form.rows))
        place = {id(column): at for at, column in enumerate(form.columns)}
        bounds = [column.bounds for column in form.columns]
        rows = {
            (row.constraint.parent_component().local_name, row.constraint.index()): at
            for at, row in enumerate(form.rows)
        }
    infinite = np.inf
    costs = form.c.tocsr()
    return Compiled(
        matrix=form.A.tocsc(),
        row_lower=np.where(kind <= 0, rhs, -infinite),
        row_upper=np.where(kind >= 0, rhs, infinite),
        lower=np.array([-infinite if low is None else low for low, _ in bounds], dtype=np.float64),
        upper=np.array([infinite if up is None else up for _, up in bounds], dtype=np.float64),
        cost=np.asarray(costs.sum(axis=0)).ravel(),
        offset=float(np.sum(form.c_offset)),
        goals=tuple(one.local_name.removeprefix("goal_") for one in form.objectives),
        goal_costs=costs,
        goal_offsets=np.asarray(form.c_offset, dtype=np.float64),
        owns=np.array([place[id(one)] for one in formulation.owns], dtype=np.int64),
        rows=rows,
    )
