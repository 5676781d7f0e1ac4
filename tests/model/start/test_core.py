"""The arrays of the start engine say what the score says, whichever rules are on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bookshift_model.problem import Problem
from bookshift_model.start.core import core_of, core_value, relocate, state_of
from bookshift_model.start.groups import regroup
from bookshift_model.terms import Indices
from bookshift_model.units import Units
from bookshift_model.value import value


def some_choice(rng: np.random.Generator, units: Units) -> Indices:
    return np.array([rng.choice(np.flatnonzero(row)) for row in units.eligible])


@pytest.mark.parametrize("block", range(6))
def test_a_choice_has_the_points_of_its_assignment(
    random_problem: Callable[..., Problem], block: float
) -> None:
    rng = np.random.default_rng(block)
    for seed in range(20 * block, 20 * block + 20):
        problem = random_problem(seed, int(rng.integers(1, 30)), int(rng.integers(1, 7)))
        units = Units.of_problem(problem)
        core = core_of(units)
        for _ in range(5):
            choice = some_choice(rng, units)
            points = value(problem, units.expand(choice))
            assert core_value(core, choice) == pytest.approx(points, rel=1e-12, abs=1e-9), seed


@pytest.mark.parametrize("seed", range(10))
def test_sums_kept_while_units_wander_are_those_counted_afresh(
    random_problem: Callable[..., Problem], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    units = Units.of_problem(random_problem(500 + seed, 25, 5))
    core = core_of(units)
    state = state_of(core, some_choice(rng, units))
    for i in rng.integers(0, units.k, 200):
        to = int(rng.choice(np.flatnonzero(units.eligible[i])))
        regroup(core.groups, state.held, state.amount, i, state.choice[i], to)
        relocate(core.pairs, state, i, to)
    fresh = state_of(core, state.choice.copy())
    for kept, counted in zip(state, fresh, strict=True):
        np.testing.assert_allclose(kept, counted, rtol=1e-9, atol=1e-6)
