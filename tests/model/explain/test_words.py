"""Figures in sentences: amounts that differ never look alike, and who goes by an advice goes far enough."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshift_model.explain.words import (
    Format,
    beyond,
    enough,
    hours,
    money,
    numbered,
    percent,
    plain,
    told_apart,
)

AMOUNTS = st.floats(0.01, 5e9)
SIZES = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9, "%": 0.01, "h": 1.0}


def read(text: str) -> float:
    found = re.fullmatch(r"([\d.,]+) ?([kMB%h]?)", text)
    assert found is not None
    return float(found[1].replace(",", "")) * SIZES[found[2]]


@pytest.mark.parametrize("style", [money, percent, plain, hours])
@given(amount=AMOUNTS)
def test_an_amount_to_raise_a_limit_to_is_no_less_than_it_takes_and_hardly_more(
    style: Format, amount: float
) -> None:
    least, most = (1, 10) if style is money and amount < 1000 else (0, 0)  # whole units of money
    assert amount * (1 - 1e-8) <= read(enough(style, amount)) <= amount * 1.01 + least + 1e-9
    down = read(enough(style, amount, down=True))
    assert amount * 0.99 - max(least, most / 10) - 1e-6 <= down <= amount * (1 + 1e-8)


@given(limit=st.floats(1e3, 1e9), more=st.floats(1.0001, 3))
def test_a_limit_and_what_is_beyond_it_never_look_alike(limit: float, more: float) -> None:
    below, above, raised = beyond(money, limit, limit * more)
    assert below != above
    assert read(raised) >= limit * more * (1 - 1e-8)


def test_amounts_have_as_many_decimals_as_it_takes_and_no_more() -> None:
    assert told_apart(money, 4_100_000, 3_800_000) == ["4.1M", "3.8M"]
    assert told_apart(money, 1_541_000, 1_529_000, 1_534_000) == ["1.541M", "1.529M", "1.534M"]
    assert told_apart(money, 1_541_000, 1_529_000, 1_529_000) == ["1.54M", "1.53M", "1.53M"]
    assert told_apart(percent, 1.004, 1.0) == ["100.4 %", "100.0 %"]
    assert beyond(money, 1_531_000, 1_534_000) == ("1.531M", "1.534M", "1.534M")
    assert beyond(money, 1_500_000, 1_540_100)[2] == "1.55M"
    assert enough(money, np.float64(200_000)) == "200k"


def test_one_of_a_thing_is_singular_in_a_sentence_from_a_pattern() -> None:
    assert numbered("Ada has 1 accounts, 1 more than 0") == "Ada has 1 account, 1 more than 0"
    assert numbered("allow 1 moves; 21 moves; 0.1 points; 1.1 accounts; 1,1 moves") == (
        "allow 1 move; 21 moves; 0.1 points; 1.1 accounts; 1,1 moves"
    )
    assert numbered("1 high-risk accounts of 11 accounts") == "1 high-risk account of 11 accounts"
