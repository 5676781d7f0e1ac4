"""Points of hard rules that no plan can spare: a gap in per cent must not look small because of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bookshift_model.certificate import price
from bookshift_model.gaps import tolerance
from bookshift_model.score import value
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookshift_model.certificate import Certificate
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


def unavoidable(
    problem: Problem,
    assignment: Indices,
    certificate: Certificate,
    better: Callable[[Problem], Certificate] | None = None,
) -> float:
    """What every plan has at least of hard rules alone, as far as prices prove it; 0 where a plan keeps them.

    Any prices prove something: those of the whole problem, of which a hard rule's own price is the most that
    counts here, and `better` ones of the hard rules alone where they can be had.
    """
    hard = replace(problem, terms=tuple(one for one in problem.terms if one.hard), scales={})
    here = value(hard, assignment)
    if here <= tolerance(problem.firmness):
        return 0.0
    units = Units.of_problem(hard)
    found = [problem.given, price(units, certificate).bound]
    if better is not None and units.k:
        found.append(price(units, better(hard)).bound)
    return min(here, max(found))
