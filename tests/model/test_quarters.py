"""A quarter ahead is told by its months."""

from __future__ import annotations

from datetime import date

import pytest

from bookshift_model.quarters import months


@pytest.mark.parametrize(
    ("ahead", "said"), [(0, "Oct–Dec 2026"), (1, "Jan–Mar 2027"), (3, "Jul–Sep 2027"), (5, "Jan–Mar 2028")]
)
def test_a_quarter_is_its_months_and_year(ahead: int, said: str) -> None:
    assert months(date(2026, 11, 22), ahead) == said
    assert months(date(2026, 11, 22), ahead, year=False) == said[:-5]


def test_the_first_and_the_last_day_of_a_quarter_are_in_it() -> None:
    assert months(date(2027, 1, 1), 0) == months(date(2027, 3, 31), 0) == "Jan–Mar 2027"
