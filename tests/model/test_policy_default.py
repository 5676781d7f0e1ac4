"""A policy made from nothing is as complete as one read from a file."""

from __future__ import annotations

from bookshift_model.goals import GOALS
from bookshift_model.policy import Policy


def test_the_default_names_every_goal_and_survives_a_round_trip() -> None:
    assert list(Policy().weights) == list(GOALS)
    assert Policy.from_record(Policy().to_record()) == Policy()
    assert Policy() == Policy.preset("fewest_moves")
