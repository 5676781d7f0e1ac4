"""Call every compiled loop once, so that its machine code is on disk, or loaded if it was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.data import Data
from bookshift_model.policy import Policy
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.start.ascent import AGAIN, ascend
from bookshift_model.start.compiling import MADE, OWN
from bookshift_model.start.core import core_of
from bookshift_model.start.engine import first_plan, repair
from bookshift_model.start.look import Look
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.start.folder import Folder

_DAY: Final = date(2026, 1, 5)


def warm_up(compiles: Callable[[str], object] = lambda _why: None) -> None:
    """Have every loop ready: loaded, or compiled first, which takes most of a minute.

    `compiles` is told before that, or before another process is waited for that does it, with a sentence
    where the code was there but damaged.
    """
    have(OWN, MADE, _every_loop, compiles)


def have(own: Folder, made: Folder, load: Callable[[], object], compiles: Callable[[str], object]) -> None:
    """Call `load`, which compiles what is not in `own`; what was compiled next to the sources is taken over.

    Code that is damaged, or cannot be loaded although it is not, is removed and compiled once more.
    """
    if own.is_whole():
        try:
            load()
        except Exception as error:  # noqa: BLE001  (whatever a loader may fail with)
            failed = error
        else:
            own.used()
            return
    else:
        failed = None
    with own.alone(lambda: compiles("")):
        if failed is not None:
            own.clear()
            compiles(_damaged(own, str(failed)))
        elif not own.is_whole():
            damaged = own.mend()
            if made.is_whole():
                own.take(made)
            else:
                compiles(_damaged(own, f"{damaged} files") if damaged else "")
        try:
            load()
        except Exception as error:
            if failed is not None or not own.clear():
                raise
            compiles(_damaged(own, str(error)))
            load()
        own.seal()
    own.used()


def _damaged(folder: Folder, what: str) -> str:
    return f"The compiled engine in {folder.path} was damaged ({what}), so it is compiled again."


def _every_loop() -> None:
    """Solve and repair a tiny problem."""
    policy = Policy()
    problem = build(Data(sample(12, 3, 1, _DAY), policy.formulas), policy)
    found = first_plan(problem, seed=1, start=problem.baseline)
    core = core_of(Units.of_problem(problem))
    # Only where there are many pairs is a plan refilled.
    look = Look.at(core, ascend(core, AGAIN))
    look.refill(look.construct(np.full(core.k, -1)), 1.0, 0.0)
    repair(problem, found.assignment, found.prices, np.array([0], dtype=np.int64))
