"""What it costs to send an account to a CSM if the rest of the plan may adapt, from prices: a row of numpy.

Let V be the fewest points of any plan that follows the decisions, and V_ij the fewest with unit i pinned
to CSM j and all other decisions as they are. What j costs is `V_ij − V`, at least 0 where j is eligible. At
prices y (`certificate`), a pair costs r_ij = cost_ij + Σ_q y_qj load_qij, and whatever the prices

    V ≥ L(y)        V_ij ≥ L(y) + d_ij,    d_ij = r_ij − min over eligible j' of r_ij'

So d_ij says by how much what is proven rises with the pin. It stands for `V_ij − V`, which lies in

    max(0, L + d_ij − P) ≤ V_ij − V ≤ P + own_ij − B

with P the points of the plan at hand, own_ij what the move costs on its own (all other accounts stay), and B
a proven bound on all plans. As L ≤ P, d_ij is never below the first; `between` keeps it below the last. In a
plan that is proven the best (P = B) the present CSM therefore costs exactly 0, and no other CSM more than
the move on its own. `probes` replaces L and L + d_ij by linear relaxations, the second with the pair held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.certificate import curve_of
from bookshift_model.terms import Pair
from bookshift_model.units import Units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift_model.certificate import Certificate
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Floats, Indices


@dataclass(frozen=True)
class Tariffs:
    """Prices of one problem, ready to price single accounts; keep it while the problem stays the same."""

    problem: Problem
    loads: Sequence[tuple[Floats, Floats | float]]
    """What counts, (n,) or (n, m), and its price (m,) or for the whole plan."""

    @classmethod
    def of(cls, problem: Problem, certificate: Certificate) -> Tariffs:
        """Bring prices into the range in which they prove something."""
        units = Units.of_problem(problem)
        books = [
            (quantity.load, curve_of(units, name).within(certificate.of_books(units, name)))
            for name, quantity in units.quantities.items()
        ]
        plans = [
            (
                plan.term.quantity.load,
                min(max(certificate.plans.get(plan.source, 0.0), 0.0), plan.price / plan.term.grain),
            )
            for plan in units.plans
        ]
        return cls(problem, [*books, *plans])

    def rises(self, account: int) -> Floats:
        """(m,) points by which the bound rises with the account's unit pinned to each CSM: d_ij above.

        Below zero only where a decision keeps the account from a CSM that is worth more.
        """
        members = members_of(self.problem, account)
        cost = pair_points(self.problem, members)
        for load, price in self.loads:
            brought = load[members].sum(axis=0)
            cost = cost + brought * price
        rises: Floats = cost - cost[self.problem.eligible[account]].min()
        return rises


def members_of(problem: Problem, account: int) -> Indices:
    """The accounts that move as one with an account, itself included."""
    return np.flatnonzero(problem.units == problem.units[account])


def pair_points(problem: Problem, members: Indices, *, hard: bool = False) -> Floats:
    """(m,) what each CSM costs some accounts by itself, over all goals and rules or over hard rules alone."""
    cost = np.zeros(problem.data.m)
    for priced in problem.terms:
        if isinstance(priced.term, Pair) and priced.price and (priced.hard or not hard):
            cost += priced.price * priced.term.amount[members].sum(axis=0)
    return cost


def without_hard(problem: Problem, account: int, costs: Floats) -> Floats:
    """(m,) costs without the prices of hard rules that a CSM breaks whatever the rest does.

    Points on screen leave hard rules out; that one is broken is said beside them.
    """
    hard = pair_points(problem, members_of(problem, account), hard=True)
    shown: Floats = costs - (hard - hard[problem.eligible[account]].min())
    return shown


def between(costs: Floats, own: Floats, open_points: float, eligible: Floats) -> Floats:
    """(m,) costs no less than 0 and no more than what is proven, for eligible pairs.

    `own` (m,) is what the move costs on its own, infinite where that is not known; `open_points` is P − B.
    """
    kept = np.minimum(np.maximum(costs, 0.0), np.maximum(own + open_points, 0.0))
    found: Floats = np.where(eligible, kept, costs)
    return found
