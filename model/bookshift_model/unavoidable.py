"""Points of hard rules, which no plan may be able to spare: a gap in per cent must not look small by them.

What a plan breaks is the most that can be unavoidable. A share of the other points only is the safe reading:
it is never too small.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bookshift_model.problem import Problem


def hard_rules(problem: Problem) -> Problem:
    """The hard rules of a problem alone: `value` of it is what a plan breaks."""
    return replace(problem, terms=tuple(one for one in problem.terms if one.hard), scales={})
