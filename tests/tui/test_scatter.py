"""The chart of points: where they are drawn, what the sides say, and that it keeps to its room."""

from __future__ import annotations

import math

import pytest
from rich.cells import cell_len

from bookshift.scatter import Axis, Dot, scatter

X = Axis("moves", lambda value: f"{value:.0f}")
Y = Axis("hours off", lambda value: f"{value:.1f}")


def test_corners_are_where_they_belong() -> None:
    lines = scatter([Dot(0, 9, "a"), Dot(10, 1, "b"), Dot(5, 5, "c")], X, Y, 40, 11)
    assert lines[0] == "hours off"
    assert lines[1] == "9.0 │a"
    assert lines[-3].startswith("1.0 │")
    assert lines[-3].endswith("b")
    assert len(lines[-3]) == 40
    assert lines[-1].split() == ["0", "moves", "10"]
    assert sum("c" in line for line in lines[2:-3]) == 1


@pytest.mark.parametrize("size", [(40, 11), (78, 20), (200, 60), (1, 1)])
def test_it_keeps_to_its_room(size: tuple[int, int]) -> None:
    dots = [Dot(x, x * x, "●") for x in range(-50, 50)]
    lines = scatter(dots, X, Y, *size)
    assert len(lines) == max(size[1], 6)
    assert max(map(cell_len, lines)) <= max(size[0], 30)


def test_the_higher_rank_is_seen_where_two_share_a_place() -> None:
    text = "\n".join(scatter([Dot(1, 1, "◆", 2), Dot(1, 1, "●", 1), Dot(3, 3, "x")], X, Y, 40, 8))
    assert "◆" in text
    assert "●" not in text


def test_what_is_not_finite_is_left_out() -> None:
    assert scatter([Dot(math.inf, 1, "a"), Dot(1, math.nan, "b")], X, Y, 40, 8) == [
        "no plan has both figures"
    ]
    text = "\n".join(scatter([Dot(math.inf, 1, "a"), Dot(1, 2, "b")], X, Y, 40, 8))
    assert "a" not in text.splitlines()[3]
    assert "b" in text


def test_one_value_is_written_once() -> None:
    lines = scatter([Dot(7, 3, "o"), Dot(7, 3, "o")], X, Y, 40, 8)
    assert "\n".join(lines).count("3.0") == 1
    assert lines[-1].split() == ["7", "moves"]
