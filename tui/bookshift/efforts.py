"""Hours of an account taken apart, in words: one line, a line for each part, and plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bookshift.text import hours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.explain.effort import Hours, Part

ASSUMED = "~"
"""Written where a figure rests on an assumption."""


def sum_line(found: Hours) -> str:
    """The sum on one line, without parts that change nothing: ``7 h = high touch 5 × complexity 1.4``."""
    first, *factors = found.factors
    text = f"{hours(found.total)} h = {first.name} {_figure(first)}"
    text += "".join(f" × {one.name} {_figure(one)}" for one in factors if one.figure != 1 or one.assumed)
    return text + "".join(f" + {one.name} {_figure(one)}" for one in found.additions if one.figure)


def part_lines(found: Hours) -> Iterator[tuple[str, str, str]]:
    """(figure, name, origin) of every part, then the sum."""
    first, *factors = found.factors
    yield _figure(first), first.name, first.origin
    for one in factors:
        yield f"× {_figure(one)}", one.name, one.origin
    for one in found.additions:
        yield f"+ {_figure(one)}", one.name, one.origin
    yield f"= {found.total:.2f}", "hours a month", "the mean over the planning horizon"


def record(found: Hours) -> dict[str, Any]:
    """The parts as JSON values."""
    return {
        "hours": found.total,
        "multiplied": [_part(one) for one in found.factors],
        "added": [_part(one) for one in found.additions],
    }


def _part(one: Part) -> dict[str, Any]:
    return {"name": one.name, "figure": one.figure, "origin": one.origin, "assumed": one.assumed}


def _figure(one: Part) -> str:
    text = f"{one.figure:.2f}".rstrip("0").rstrip(".")
    return (text or "0") + (ASSUMED if one.assumed else "")
