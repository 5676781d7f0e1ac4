"""One solver's run: the problem that it gets, its clock, and what it says on the way."""

from __future__ import annotations

import json
import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from bookshift_model.data import Data
from bookshift_model.problem import build
from bookshift_model.sample import sample
from bookshift_model.sample_policy import sample_policy
from bookshift_model.units import Units
from bookshift_model.value import value

if TYPE_CHECKING:
    from bookshift_model.compiled import Compiled
    from bookshift_model.terms import Floats, Indices


class Run:
    """The problem, the clock, and the news."""

    def __init__(self, size: str, seed: int, seconds: float) -> None:
        accounts, csms = map(int, size.split("x"))
        portfolio = sample(accounts, csms, seed)
        policy = sample_policy(portfolio)
        self.problem = build(Data(portfolio, policy.formulas), policy)
        self.seconds = seconds
        self.units = Units.of_problem(self.problem)
        self.points, self.bound = math.inf, -math.inf
        self.pairs: tuple[Indices, Indices, Indices] | None = None
        self.stated = 0.0
        self.begin()

    def state(self) -> Compiled:
        """The whole model as arrays; the clock starts when it is there."""
        from bookshift_model.compiled import compile_model  # noqa: PLC0415 - ours alone does without
        from bookshift_model.formulation import formulate  # noqa: PLC0415

        formulation = formulate(self.units)
        compiled = compile_model(formulation)
        self.pairs = formulation.pair_unit, formulation.pair_csm, compiled.owns
        self.stated = self.spent
        self.begin()
        return compiled

    def begin(self) -> None:
        """Start the clock, or start it again."""
        self.began = time.process_time()

    @property
    def spent(self) -> float:
        """CPU seconds so far."""
        return time.process_time() - self.began

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.spent > self.seconds

    def columns(self, found: Floats | None, bound: float | None) -> None:
        """Note a better point of the model, judged as a plan, and a better bound."""
        points = math.inf
        if found is not None and self.pairs is not None:
            unit, csm, owns = self.pairs
            share = np.zeros((self.units.k, self.units.m))
            share[unit, csm] = found[owns]
            points = value(self.problem, self.units.expand(share.argmax(axis=1)))
        self.note(points, bound)

    def note(self, points: float, bound: float | None) -> None:
        """Print a line where the plan or the bound is better."""
        bound = -math.inf if bound is None or not abs(bound) < 1e15 else bound
        if points < self.points or bound > self.bound:
            self.points, self.bound = min(points, self.points), max(bound, self.bound)
            print(json.dumps([self.spent, self.points, self.bound]), flush=True)


def rows(compiled: Compiled) -> Any:
    """Each row: positions, coefficients, lower and upper end."""
    matrix = compiled.matrix.tocsr()
    for row in range(matrix.shape[0]):
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        yield (
            matrix.indices[part].tolist(),
            matrix.data[part],
            compiled.row_lower[row],
            compiled.row_upper[row],
        )
