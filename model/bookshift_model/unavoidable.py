"""Points of hard rules that no plan can spare: a gap in per cent must not look small because of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bookshift_model.certificate import lower_bound
from bookshift_model.gaps import tolerance
from bookshift_model.value import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.certificate import Certificate
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


def unavoidable(
    problem: Problem,
    assignment: Indices,
    certificate: Certificate,
    better: Callable[[Problem, Indices], float] | None = None,
) -> float:
    """What every plan has at least of hard rules alone, as far as prices prove it; 0 where a plan keeps them.

    Any prices prove something: those of the whole problem, of which a hard rule's own price is the most that
    counts here. `better` is what else bounds the points of the hard rules alone, given a plan.
    """
    hard = replace(problem, terms=tuple(one for one in problem.terms if one.hard), scales={})
    here = value(hard, assignment)
    if here <= tolerance(problem.firmness):
        return 0.0
    found = [problem.given, lower_bound(hard, certificate)]
    if better is not None and problem.movable.any():
        found.append(better(hard, assignment))
    return min(here, max(found))
