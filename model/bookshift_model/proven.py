"""The start engine's plans with certificates in the field's words; it is loaded with the first call."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.certificate import Certificate
from bookshift_model.guide import Guide
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.problem import Problem
    from bookshift_model.start.bound import Prices
    from bookshift_model.start.engine import ProvenPlan
    from bookshift_model.terms import Indices


def plan_anew(problem: Problem, start: Indices, seed: int) -> tuple[ProvenPlan, Certificate]:
    """A plan of all accounts, no worse than the one at hand (n,) if that is more than today's books."""
    from bookshift_model.start.engine import first_plan  # noqa: PLC0415  (loads machine code)

    given = None if np.array_equal(start, problem.baseline) else start
    plan = first_plan(problem, seed=seed, start=given)
    return plan, certificate_of(problem, plan.prices)


def plan_again(
    problem: Problem, start: Indices, accounts: Indices, prices: Certificate
) -> tuple[ProvenPlan, Certificate]:
    """The plan at hand (n,) after some accounts were changed: they stay, and few others move."""
    from bookshift_model.start.engine import repair  # noqa: PLC0415  (loads machine code)

    units = Units.of_problem(problem)
    plan = repair(problem, start, engine_prices(units, prices), accounts)
    return plan, certificate_of(problem, plan.prices)


def prices_of(problem: Problem, stop: Callable[[], bool] = lambda: False) -> Certificate:
    """Good prices for a problem; where `stop` says so, the best so far."""
    from bookshift_model.start.ascent import ascend  # noqa: PLC0415  (loads machine code)
    from bookshift_model.start.core import core_of  # noqa: PLC0415

    return certificate_of(problem, ascend(core_of(Units.of_problem(problem)), stop=stop)[0])


def bound_again(problem: Problem, assignment: Indices, prices: Certificate) -> float:
    """A bound on all plans at prices, with every book counted whole once; (n,) is a good plan."""
    from bookshift_model.start.engine import counted  # noqa: PLC0415  (loads machine code)

    units = Units.of_problem(problem)
    return counted(problem, assignment, engine_prices(units, prices))


class EngineGuide(Guide):
    """Pairs as the engine priced them, in single precision: quick for 25 million.

    `slack` is the engine's own array: it holds until the problem, or one that differs in decisions, is priced
    at other prices.
    """

    def near(self, eligible: NDArray[bool_], width: int) -> tuple[Indices, Indices]:
        """The same by a loop that looks at each pair once; the engine's pairs are eligible."""
        from bookshift_model.start.near import shortlist  # noqa: PLC0415  (loads machine code)

        most = min(width, eligible.shape[1])
        nowhere = np.full(eligible.shape[1], -np.inf, dtype=self.slack.dtype)
        found: tuple[Indices, Indices] = shortlist(self.slack, most, math.inf, nowhere, 0)
        return found


def guided(problem: Problem, prices: Certificate) -> EngineGuide:
    """What every pair costs at prices."""
    from bookshift_model.start.bound import bound_of  # noqa: PLC0415  (loads machine code)
    from bookshift_model.start.kept import kept_of  # noqa: PLC0415

    units = Units.of_problem(problem)
    kept = kept_of(units)
    within = kept.core.tariff.within(engine_prices(units, prices))
    priced = kept.price(within)
    return EngineGuide(priced.slack, bound_of(kept.core, within, priced), prices)


def certificate_of(problem: Problem, prices: Prices) -> Certificate:
    """The engine's prices by the names of what is priced."""
    units = Units.of_problem(problem)
    return Certificate.of(units, dict(zip(_order(units), prices.book, strict=True)), prices.plan)


def _order(units: Units) -> list[str]:
    """The engine's order of quantities: those that depend on the CSM come last."""
    return [one.id for one in sorted(units.quantities.values(), key=lambda one: one.load.ndim)]


def engine_prices(units: Units, certificate: Certificate) -> Prices:
    """Prices as the engine reads them; 0 for what a certificate does not name."""
    from bookshift_model.start.bound import Prices  # noqa: PLC0415  (loads machine code)

    csms = [one.id for one in units.problem.data.csms]
    books = [[certificate.books.get(name, {}).get(one, 0.0) for one in csms] for name in _order(units)]
    plans = [certificate.plans.get(term.source, 0.0) for term in units.plans]
    shape = (len(books), len(csms))
    return Prices(np.array(books, dtype=np.float64).reshape(shape), np.array(plans, dtype=np.float64))
