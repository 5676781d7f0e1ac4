"""Call every compiled loop once, so that its machine code is on disk, or loaded if it was."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from bookshift_model.data import Data
from bookshift_model.policy import Policy
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.start.compiling import mark_ready
from bookshift_model.start.engine import first_plan, repair

_DAY: Final = date(2026, 1, 5)


def warm_up() -> None:
    """Solve and repair a tiny problem: most of a minute where nothing was compiled yet, else two seconds."""
    policy = Policy()
    problem = build(Data(sample(12, 3, 1, _DAY), policy.formulas), policy)
    found = first_plan(problem, seed=1, start=problem.baseline)
    repair(problem, found.assignment, found.prices, np.array([0], dtype=np.int64), 1)
    mark_ready()
