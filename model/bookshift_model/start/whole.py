"""Books counted whole: a higher bound than prices alone can prove.

At prices, a plan costs beyond the bound L what its units pay to be elsewhere than where they are cheapest,
and what its books hold beyond or short of what they want; none of it is below 0:

    points(x) − L = Σ_i slack[i, x(i)] + Σ_j g_j(load_j(x)) + what the plan's and groups' terms add.

Share the slack of every unit between the two books that it concerns: its cheapest book counts λ_i when it
leaves, the one that it joins the rest. Then each book j by itself costs at least

    z_j = min over sets S of units of  Σ_(i joins) (slack_ij − λ_i) + Σ_(i leaves) λ_i + g_j(load of S),

and L + Σ_j z_j is a bound on all plans, whatever λ. Prices let a book hold half a unit, a z_j does not; most
of a gap is in few books, as in those beyond a hard limit. Each z_j is found over the few units whose share is
less than what the book costs in a plan at hand. Where books disagree who has a unit, λ is moved: up if nobody
takes it, down if several do. (The Lagrangean decomposition of generalised assignment by its knapsacks:
Jörnsten and Näsberg, 1986; the step: Polyak, 1969.)

A unit that is too much for any book alone costs whoever has it: a book that holds it pays at least
a_ij = Σ_q g_jq(load_iq) over the quantities of which it brings more than is wanted. Its λ begins there, as
steps that all units share would never get so far.
"""

# Compiled loops are plain: flat, with plain arguments.
# ruff: noqa: PLR0917
from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.start.book import Wish, least_of_book
from bookshift_model.start.bound import Prices
from bookshift_model.start.compiling import compiled, inlined
from bookshift_model.start.core import Pairs, is_large, state_of, unit_load
from bookshift_model.start.groups import group_bound
from bookshift_model.start.tariff import Tariff, book_points
from bookshift_model.terms import Floats, Indices

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy import float32
    from numpy.typing import NDArray

    from bookshift_model.start.look import Look

_MOST: Final = 160
"""Units that are considered for a book at most where there are many pairs; elsewhere all are, as in a book
with a unit too large for any nearly all have a say. A book that considers more is searched in fewer nodes,"""
_FEWEST: Final = 25
"""but in so many at least, so that none takes much longer than others."""
_STEP: Final = 0.25
"""Length of the first step of λ, in steps that would close the gap,"""
_SHORTER: Final = 0.92
"""and of each other one in lengths of the one before."""
_CERTAIN: Final = 1 - 1e-9
_COARSE: Final = 1 - 1e-6
"""Slack is of single precision: what is skipped by it is looked at with less."""


def raised(look: Look, choice: Indices, *, rounds: int, nodes: int) -> float:
    """A bound on all plans, with books counted whole; never below that of the prices.

    `choice` (k,) is a good plan: the better it is, the sooner the books are counted. `nodes` limits the
    search in each book, `rounds` how often units are shared anew.
    """
    return raised_from(look, choice, first_shares(look), rounds=rounds, nodes=nodes)[0]


def first_shares(look: Look) -> Floats:
    """(k,) shares λ to begin with: half of what a unit's second choice costs, or more of one too large."""
    core, priced = look.core, look.priced
    shares: Floats = shares_of(core.pairs, look.tilted, _room(look), priced.slack, priced.regret)
    return shares


def _room(look: Look) -> Floats:
    """(m, Q) loads beyond which a unit costs its book something, whatever else that holds."""
    wanted = look.core.tariff.wanted(look.prices)[0]
    return np.where(look.core.adds_up & (wanted >= 0), wanted, np.inf)


def raised_from(
    look: Look,
    choice: Indices,
    share: Floats,
    *,
    rounds: int,
    nodes: int,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[float, Floats]:
    """The bound, and of the shares (k,) met on the way from some at the same prices those that prove most.

    Where `stop` says so before a round, it is the best so far.
    """
    core, priced = look.core, look.priced
    without = look.bound - group_bound(core.groups, priced.slack)
    cheapest, room = priced.slack.argmin(axis=1), _room(look)
    missing = look.points(choice) - without
    least, step, best = 0.0, _STEP, share
    for _ in range(rounds):
        if stop():
            break
        found, wanted = count_books(
            core.pairs, look.tilted, look.prices, room, priced.slack, priced.least, cheapest, choice,
            state_of(core, choice).load, share, core.measure, _MOST if is_large(core) else core.k, nodes,
        )  # fmt: skip
        if found > least:
            least, best = found, share
        disagreed = float((wanted**2).sum())
        if disagreed == 0 or least >= missing * _CERTAIN:
            break
        share = share + step * (missing - found) / disagreed * wanted
        step *= _SHORTER
    return max(look.bound, without + _CERTAIN * least), best


@compiled
def shares_of(pairs: Pairs, tilted: Tariff, room: Floats, slack: NDArray[float32], regret: Floats) -> Floats:
    """(k,) half the regret, or what a unit costs in one book at least, wherever it is, if that is more."""
    k, m = slack.shape
    share = regret / 2
    least = np.empty(room.shape[1])
    for q in range(least.size):
        least[q] = room[:, q].min()
    for i in range(k):
        if not _is_heavy(pairs, least, i, m):
            continue
        here = slack[i].argmin()
        elsewhere = np.inf
        for j in range(m):
            if j != here and slack[i, j] < elsewhere:
                elsewhere = min(elsewhere, float(slack[i, j]) + _alone(pairs, tilted, room, i, j))
        share[i] = max(share[i], min(_alone(pairs, tilted, room, i, here), elsewhere))
    return share


@inlined
def _is_heavy(pairs: Pairs, least: Floats, i: int, m: int) -> bool:
    """Whether some book has too little room for unit i alone."""
    for q in range(pairs.flat.shape[1]):
        if pairs.flat[i, q] > least[q]:
            return True
    for q in range(pairs.paired.shape[1]):
        for j in range(m):
            if pairs.paired[i, q, j] > least[pairs.flat.shape[1] + q]:
                return True
    return False


@inlined
def _alone(pairs: Pairs, tilted: Tariff, room: Floats, i: int, j: int) -> float:
    """Points that book j pays for unit i at least, whatever else it holds.

    For several such units it pays no less than for each of them: what it pays rises ever more steeply.
    """
    points = 0.0
    for q in range(room.shape[1]):
        load = unit_load(pairs, i, j, q)
        if load > room[j, q]:
            points += book_points(tilted, j, q, load)
    return points


@compiled
def count_books(
    pairs: Pairs,
    tilted: Tariff,
    prices: Prices,
    room: Floats,
    slack: NDArray[float32],
    least: Floats,
    cheapest: Indices,
    choice: Indices,
    load: Floats,
    share: Floats,
    measure: Floats,
    most: int,
    nodes: int,
) -> tuple[float, Floats]:
    """What all books cost at least beyond the bound; (k,) 1 for units that no book takes, −1, … for several.

    `load` (m, Q) is what the books hold in the choice, `room` (m, Q) what they hold for nothing; each
    considers so many units at `most`.
    """
    m = slack.shape[1]
    upper, below = _known(tilted, pairs, prices, room, slack, least, cheapest, choice, load, share)
    start, unit = _considered(slack, cheapest, share, upper + below)
    base = _bases(pairs, cheapest, m)
    wanted = np.zeros(choice.size)
    total = 0.0
    for j in range(m):
        of = unit[start[j] : start[j + 1]]
        cost = np.empty(of.size)
        for n in range(of.size):
            i = of[n]
            stays = cheapest[i] == j
            cost[n] = share[i] if stays else _slack(pairs, prices, least, i, j) - share[i]
        if of.size > most:
            order = np.argsort(cost)[: most + 1]
            upper[j] = min(upper[j], cost[order[most]] - below[j])
            of, cost = of[order[:most]], cost[order[:most]]
        made = np.zeros(of.size, dtype=np.int8)
        for n in range(of.size):
            made[n] = (choice[of[n]] == j) != (cheapest[of[n]] == j)
        wish = Wish(base[j], cost, _brought(pairs, of, cheapest, j))
        few = max(min(nodes, _FEWEST), nodes * _MOST // max(_MOST, of.size))
        total += max(-below[j], least_of_book(tilted, j, wish, measure, upper[j], few, made))
        for n in range(of.size):
            if made[n]:
                wanted[of[n]] += 1.0 if cheapest[of[n]] == j else -1.0
    return total, wanted


@compiled
def _known(
    tilted: Tariff,
    pairs: Pairs,
    prices: Prices,
    room: Floats,
    slack: NDArray[float32],
    least: Floats,
    cheapest: Indices,
    choice: Indices,
    load: Floats,
    share: Floats,
) -> tuple[Floats, Floats]:
    """(m,) what each book costs in the choice; (m,) what shares below 0 could bring it at most."""
    k, m = slack.shape
    upper, below = np.zeros(m), np.zeros(m)
    for j in range(m):
        for q in range(load.shape[1]):
            upper[j] += book_points(tilted, j, q, load[j, q])
    for i in range(k):
        here, there = cheapest[i], choice[i]
        below[here] += max(0.0, -share[i])
        if here != there:
            upper[here] += share[i]
            upper[there] += _slack(pairs, prices, least, i, there) - share[i]
        for j in range(m):
            if j != here and slack[i, j] * _COARSE < share[i]:
                spared = share[i] - slack[i, j] * _COARSE
                below[j] += max(0.0, spared - _CERTAIN * _alone(pairs, tilted, room, i, j))
    return upper, below


@compiled
def _considered(
    slack: NDArray[float32], cheapest: Indices, share: Floats, limit: Floats
) -> tuple[Indices, Indices]:
    """The units that could join or leave each book for less than a limit (m,): where each begins, and who."""
    k, m = slack.shape
    start = np.zeros(m + 2, dtype=np.int64)
    for i in range(k):
        for j in range(m):
            start[j + 2] += _matters(slack, cheapest, share, limit, i, j)
    for j in range(m):
        start[j + 2] += start[j + 1]
    unit = np.empty(start[-1], dtype=np.int64)
    for i in range(k):
        for j in range(m):
            if _matters(slack, cheapest, share, limit, i, j):
                unit[start[j + 1]] = i
                start[j + 1] += 1
    return start[:-1], unit


@inlined
def _matters(
    slack: NDArray[float32], cheapest: Indices, share: Floats, limit: Floats, i: int, j: int
) -> bool:
    if cheapest[i] == j:
        return bool(share[i] < limit[j])
    return bool(slack[i, j] * _COARSE - share[i] < limit[j])


@inlined
def _slack(pairs: Pairs, prices: Prices, least: Floats, i: int, j: int) -> float:
    """What unit i costs in book j beyond its cheapest, in double precision."""
    points = pairs.cost[i, j] - least[i]
    for q in range(prices.book.shape[0]):
        points += prices.book[q, j] * unit_load(pairs, i, j, q)
    for r in range(prices.plan.size):
        points += prices.plan[r] * pairs.plan[i, r, j]
    return float(points)


@compiled
def _bases(pairs: Pairs, cheapest: Indices, m: int) -> Floats:
    """(m, Q) loads of books with all units where they are cheapest."""
    base = np.zeros((m, pairs.flat.shape[1] + pairs.paired.shape[1]))
    for i in range(cheapest.size):
        for q in range(base.shape[1]):
            base[cheapest[i], q] += unit_load(pairs, i, cheapest[i], q)
    return base


@compiled
def _brought(pairs: Pairs, of: Indices, cheapest: Indices, j: int) -> Floats:
    """(N, Q) what units bring to book j when they join it, or take when they leave."""
    brought = np.empty((of.size, pairs.flat.shape[1] + pairs.paired.shape[1]))
    for n in range(of.size):
        for q in range(brought.shape[1]):
            amount = unit_load(pairs, of[n], j, q)
            brought[n, q] = -amount if cheapest[of[n]] == j else amount
    return brought
