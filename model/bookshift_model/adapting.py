"""What it costs to send an account to a CSM if the rest of the plan may adapt.

Let V_ij be the fewest points of any plan with unit i at CSM j and all other decisions followed, and h the CSM
that has the unit in the plan at hand, of P points. What j costs is `V_ij − V_ih`: the rest may adapt to
either. It is shown from plans that were found (`probes`), R_ij the points of the best one with i at j:

    cost_ij = max(R_ij − P, min(0, R_ij − R_ih)),    0 for j = h

The plan at hand stands for V_ih: as far as a search for some tenths of a second stays above V_ij, the plan at
hand stays above V_ih. It is below 0 only where a better plan was found with i at j than with i at h. As the
search begins with the move on its own (all other accounts stay), no figure is above what that costs. Where
the plan at hand is far from the best, or is today's, another one is made first and R_ih stands for P.

Plans are found by all their points, but R and P are shown without those of hard rules, as everywhere: the
price of a broken one says nothing about size, and that one is broken stands beside the figure.

Whatever the prices y (`certificate`), no plan with i at j has fewer points than

    L(y) + d_ij,   d_ij = r_ij − min over eligible j' of r_ij',   r_ij = cost_ij + Σ_q y_qj load_qij

so `least_ij − P` is proven of the cost, with the highest such bound met: all points count in both, and what
hard rules cost in P is the most that a plan which breaks no more of them has of it. Of others nothing is
proven: they may have fewer points without those of hard rules. Before there are plans,
`d_ij − d_ih` stands for it: rough, as prices take an account for as divisible as hours, which large ones are
not.
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

    from numpy import bool_
    from numpy.typing import NDArray

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

    def rises(self, *accounts: int) -> Floats:
        """(m,) points by which the bound rises with the accounts' units pinned to each CSM: d_ij above.

        Of several units it is the sum, as the bound is a sum over units: what pinning all of them to one CSM
        proves. Below zero only where a decision keeps an account from a CSM that is worth more.
        """
        members, of_unit = units_of(self.problem, accounts)
        cost = pair_points(self.problem, members)
        for load, price in self.loads:
            cost += (load[members] if load.ndim > 1 else load[members, None]) * price
        return _over_cheapest(self.problem, members, of_unit, cost)


def pair_points(problem: Problem, members: Indices, *, hard: bool = False) -> Floats:
    """(k, m) what each CSM costs each account by itself, over all goals and rules or hard rules alone."""
    cost = np.zeros((len(members), problem.data.m))
    for priced in problem.terms:
        if isinstance(priced.term, Pair) and priced.price and (priced.hard or not hard):
            cost += priced.price * priced.term.amount[members]
    return cost


def units_of(problem: Problem, accounts: Sequence[int]) -> tuple[Indices, Indices]:
    """All accounts that move as one with these, (k,), and for each the number of its unit, (k,)."""
    members = np.flatnonzero(np.isin(problem.units, problem.units[list(accounts)]))
    return members, np.unique(problem.units[members], return_inverse=True)[1]


def _over_cheapest(problem: Problem, members: Indices, of_unit: Indices, cost: Floats) -> Floats:
    """(m,) what each CSM costs over the cheapest eligible one, summed over units; `cost` is (k, m)."""
    by_unit = np.zeros((int(of_unit.max()) + 1, cost.shape[1]))
    np.add.at(by_unit, of_unit, cost)
    # All members of a unit are eligible for the same CSMs.
    eligible = np.zeros(by_unit.shape, dtype=bool)
    eligible[of_unit] = problem.eligible[members]
    cheapest = np.where(eligible, by_unit, np.inf).min(axis=1, keepdims=True)
    rises: Floats = (by_unit - cheapest).sum(axis=0)
    return rises


def without_hard(problem: Problem, costs: Floats, *accounts: int) -> Floats:
    """(m,) costs without the prices of hard rules that a CSM breaks whatever the rest does.

    Points on screen leave hard rules out; that one is broken is said beside them.
    """
    members, of_unit = units_of(problem, accounts)
    hard = pair_points(problem, members, hard=True)
    shown: Floats = costs - _over_cheapest(problem, members, of_unit, hard)
    return shown


def roughly(rises: Floats, here: int, eligible: NDArray[bool_]) -> Floats:
    """(m,) what each CSM costs, from prices alone; for eligible pairs no less than 0."""
    costs = rises - rises[here] if here >= 0 else rises
    found: Floats = np.where(eligible, np.maximum(costs, 0.0), costs)
    return found


def reached(points: Floats, base: float, here: int) -> Floats:
    """(m,) what each CSM costs, from points (m,) of plans found with it, NaN for none; `base` is P above."""
    known = points[here] if here >= 0 and np.isfinite(points[here]) else base
    costs: Floats = np.maximum(points - base, np.minimum(0.0, points - known))
    if here >= 0:
        costs[here] = 0.0
    return costs
