"""A turn of the search in one call: to hand a small problem over takes as long as some loops over it."""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.start.anneal import anneal
from bookshift_model.start.compiling import compiled
from bookshift_model.start.core import Pairs, gather
from bookshift_model.start.groups import Groups
from bookshift_model.start.split import Pressing, split_pairs
from bookshift_model.start.tariff import Tariff
from bookshift_model.start.ties import Ties
from bookshift_model.terms import Indices

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


@compiled
def annealed_and_split(
    pairs: Pairs,
    tariff: Tariff,
    tilted: Tariff,
    groups: Groups,
    slack: NDArray[float32],
    ties: Ties,
    choice: Indices,
    steps: int,
    heat: tuple[float, float],
    seed: int,
    first: Indices,
    second: Indices,
    quantity: int,
    rounds: int,
) -> tuple[Indices, float]:
    """(k,) a choice after annealing from `heat[0]` to `heat[1]` and splits of pairs of books; its points.

    They are those of its pairs, books, groups and plan, as of `gather`.
    """
    state = gather(pairs, tariff, groups, choice)[0]
    best = anneal(ties, tilted, groups, state, steps, heat[0], heat[1], seed)
    state = gather(pairs, tariff, groups, best)[0]
    held = groups.start[1:] > groups.start[:-1]
    nowhere = np.full(choice.size, -1)
    split_pairs(
        pairs, tilted, slack, Pressing(nowhere, 0.0, held), state, first, second, quantity, rounds
    )  # fmt: skip
    return state.choice, gather(pairs, tariff, groups, state.choice)[1]
