"""A thin engine over HiGHS: arrays in, incumbents and bounds out; it knows nothing of accounts.

Traps of HiGHS 1.15 that shape this file: its own time limit can make it run on for minutes, so the clock is
ours; an exception in a callback kills the object; `output_flag` silences the callbacks; a bound change drops
its incumbent, so a start is always handed over in full; only the interrupt callbacks may interrupt.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import highspy
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.compiled import Compiled
    from bookshift_model.terms import Floats, Indices

_LARGE: Final = 50_000
"""Columns beyond which presolve costs more than it brings."""
_HEURISTICS: Final = tuple(
    f"mip_heuristic_run_{one}" for one in ("feasibility_jump", "rens", "rins", "root_reduced_cost")
)
"""They look for plans, in half of the time; but every search begins with a better one than they find."""
_FEASIBLE: Final = 2
LEAST_APART: Final = 1e-6
"""Points within which a search counts as finished, whatever share they are."""
_INTEGER: Final = highspy.HighsVarType.kInteger


class EngineError(RuntimeError):
    """HiGHS refused an input or failed; the message says in which step."""


@dataclass(frozen=True)
class Relaxed:
    """An optimum of the linear relaxation."""

    value: float
    columns: Floats
    row_dual: Floats
    column_dual: Floats


@dataclass(frozen=True)
class Searched:
    """How a search ended: the bound holds for the columns as they were bounded, whatever the reason."""

    bound: float
    finished: bool
    """Stopped by gap or by having looked everywhere, not by nodes or from outside."""


class Engine:
    """One model in HiGHS, solved again and again with other column bounds."""

    def __init__(self, compiled: Compiled, *, seed: int) -> None:
        self.compiled = compiled
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]  # HiGHS has no types
        self._set("log_to_console", value=False)
        self._set("threads", 1)
        self._set("random_seed", seed)
        if len(compiled.cost) > _LARGE:
            self._set("presolve", "off")
        for name in _HEURISTICS:
            self._set(name, value=False)
        self._set("mip_heuristic_effort", 0.0)
        self._pass()

    def relax(self, stop: Callable[[], bool]) -> Relaxed | None:
        """Solve the linear relaxation; nothing where it was stopped."""
        self._set("solve_relaxation", value=True)
        for method in ("choose", "ipx"):
            self._set("solver", method)
            self._run(_Ears(stop))
            status = self._highs.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                break
            if status == highspy.HighsModelStatus.kInterrupt or stop():
                return None
        else:
            msg = f"HiGHS could not solve the linear relaxation ({status}); solve again with another seed"
            raise EngineError(msg)
        solution, value = self._highs.getSolution(), float(self._highs.getInfo().objective_function_value)
        return Relaxed(
            value, np.array(solution.col_value), np.array(solution.row_dual), np.array(solution.col_dual)
        )

    def bound_columns(self, columns: Indices, lower: Floats, upper: Floats) -> None:
        """Set the bounds of some columns."""
        self._ok(
            self._highs.changeColsBounds(
                len(columns), columns.astype(np.int32), lower.astype(np.float64), upper.astype(np.float64)
            ),
            "set bounds",
        )

    def hold_to(self, columns: Indices, cost: float, counted: Indices, most: int) -> None:
        """Charge for each of some columns that is 1, and let no more than `most` of those `counted` be."""
        here = self.compiled.cost[columns] + cost
        self._ok(self._highs.changeColsCost(len(columns), columns.astype(np.int32), here), "charge columns")
        ones = np.ones(len(counted))
        self._ok(
            self._highs.addRow(-highspy.kHighsInf, most, len(counted), counted.astype(np.int32), ones),
            "limit columns",
        )

    def search(
        self,
        start: tuple[Indices, Floats] | None,
        *,
        gap: float,
        nodes: int | None,
        stop: Callable[[], bool],
        found: Callable[[Floats], None],
        bounded: Callable[[float], None] = lambda _bound: None,
        apart: float = LEAST_APART,
    ) -> Searched:
        """Branch and bound from a start (columns and their values, every whole one among them).

        It ends where plan and bound are within `gap` (a share) or `apart` (points), or after so many nodes.
        """
        self._set("solve_relaxation", value=False)
        self._set("mip_rel_gap", gap)
        self._set("mip_abs_gap", apart)
        self._set("mip_max_nodes", 2**31 - 1 if nodes is None else nodes)
        if start is not None:
            columns, values = start
            self._ok(self._highs.setSolution(len(columns), columns.astype(np.int32), values), "set a start")
        self._run(_Ears(stop, found, bounded))
        status = self._highs.getModelStatus()
        info = self._highs.getInfo()
        if info.primal_solution_status == _FEASIBLE:
            found(np.array(self._highs.getSolution().col_value))
        finished = status == highspy.HighsModelStatus.kOptimal
        return Searched(float(info.mip_dual_bound), finished)

    def _pass(self) -> None:
        compiled = self.compiled
        lp = highspy.HighsLp()
        rows, columns = compiled.matrix.shape
        lp.num_col_, lp.num_row_ = columns, rows
        lp.col_cost_, lp.offset_ = compiled.cost, compiled.offset
        lp.col_lower_, lp.col_upper_ = compiled.lower, compiled.upper
        lp.row_lower_, lp.row_upper_ = compiled.row_lower, compiled.row_upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = compiled.matrix.indptr
        lp.a_matrix_.index_ = compiled.matrix.indices
        lp.a_matrix_.value_ = compiled.matrix.data
        self._ok(self._highs.passModel(lp), "take the model")
        owns = compiled.owns.astype(np.int32)
        kinds = np.full(len(owns), int(_INTEGER), dtype=np.uint8)
        self._ok(self._highs.changeColsIntegrality(len(owns), owns, kinds), "mark whole columns")

    def _run(self, ears: _Ears) -> None:
        highs = self._highs
        heard = (
            (highs.cbMipImprovingSolution, ears.on_solution),
            (highs.cbMipLogging, ears.on_log),
            (highs.cbMipInterrupt, ears.on_interrupt),
            (highs.cbSimplexInterrupt, ears.on_interrupt),
            (highs.cbIpmInterrupt, ears.on_interrupt),
        )
        for event, hear in heard:
            event.subscribe(hear)
        try:
            status = highs.run()
        finally:
            # Who listens knows the problem and who asked: all of it would stay until the collector comes.
            for event, hear in heard:
                event.unsubscribe(hear)
        if status == highspy.HighsStatus.kError:
            msg = "HiGHS failed while solving; solve again, and report it if it happens twice"
            raise EngineError(msg)

    def _set(self, name: str, value: Any) -> None:
        self._ok(self._highs.setOptionValue(name, value), f"set {name}")

    def _ok(self, status: highspy.HighsStatus, step: str) -> None:
        if status == highspy.HighsStatus.kError:
            msg = f"HiGHS refused to {step}; is highspy 1.15 installed?"
            raise EngineError(msg)


@dataclass(frozen=True, slots=True)
class _Ears:
    """Hear what the solver tells during a run. What raises would kill it: so that is not told."""

    stop: Callable[[], bool]
    found: Callable[[Floats], None] = lambda _columns: None
    bounded: Callable[[float], None] = lambda _bound: None

    def on_interrupt(self, event: Any) -> None:
        """Stop the run where that is asked for."""
        with contextlib.suppress(Exception):
            if self.stop():
                event.interrupt()

    def on_solution(self, event: Any) -> None:
        """Tell a better solution."""
        with contextlib.suppress(Exception):
            self.found(np.array(event.data_out.mip_solution))

    def on_log(self, event: Any) -> None:
        """Tell the bound."""
        with contextlib.suppress(Exception):
            self.bounded(float(event.data_out.mip_dual_bound))
