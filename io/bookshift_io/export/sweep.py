"""The scenarios of a sweep as a sheet: one row each, exact figures under their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookshift_io.export.sheets import Column, Sheet
from bookshift_model.sweep.outcome import FIGURES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.sweep.axes import Axis
    from bookshift_model.sweep.outcome import Outcome


def sweep_sheet(axes: Sequence[Axis], outcomes: Sequence[Outcome]) -> Sheet:
    """Number, the value of each axis, gap, every figure of `FIGURES`, and the hard rules that are broken."""
    columns = (
        Column("scenario", [one.number for one in outcomes]),
        *(Column(axis.key, [one.choice[axis.key] for one in outcomes]) for axis in axes),
        Column("points", [one.points for one in outcomes]),
        Column("proven_gap", [one.gap for one in outcomes]),
        *(Column(f"figure_{name}", [one.figures[name] for one in outcomes]) for name in FIGURES),
        Column("hard_rules_broken", [tuple(sorted(one.broken)) for one in outcomes]),
    )
    return Sheet(stem="sweep", columns=columns, arr=0.0)
