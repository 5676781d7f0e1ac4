"""Accounts that change hands are counted apart from those that nobody had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bookshift_model.explain.moved import Moved
from bookshift_model.score import score
from bookshift_model.sweep.outcome import FIGURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.problem import Problem


@pytest.mark.parametrize(
    ("moves", "placed", "said"),
    [(29, 20, "29 moves + 20 placed"), (1, 0, "1 move"), (0, 1, "1 placed"), (0, 0, "0 moves"),
     (1_200, 1_000, "1,200 moves + 1,000 placed")],
)  # fmt: skip
def test_moves_and_placements_are_never_one_sum(moves: int, placed: int, said: str) -> None:
    assert str(Moved(moves, placed)) == said


def test_what_is_called_a_move_is_what_the_budget_counts(team: Callable[..., Problem]) -> None:
    problem = team(
        [
            {"id": "a", "owner": "ada", "arr": 10.0},
            {"id": "b", "owner": "left the firm", "arr": 20.0},
            {"id": "c", "owner": None, "arr": 30.0},
        ],
        [{"id": "ada"}, {"id": "ben"}],
    )
    card = score(problem, np.ones(3, dtype=np.intp))
    received = problem.data.quantity("received").load
    assert Moved.of(card.moves) == (received[np.arange(3), 1].sum(), 2)
    assert (card.moved_arr, card.placed_arr) == (60, 50)
    assert (FIGURES["moves"].of(card), FIGURES["moved_arr"].of(card)) == (1, 10)
    assert Moved.of_plan(["a", "b", "c", "gone"], problem.data.portfolio) == (1, 2)
