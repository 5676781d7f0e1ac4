"""The one place where a plan is judged: screens, diffs, exports, explanations and solver agree with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.data import QUARTERS
from bookshift_model.decisions import Decisions
from bookshift_model.goals import GOALS
from bookshift_model.terms import Book, Group, Pair, Plan
from bookshift_model.value import Tally, excess, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy import bool_
    from numpy.typing import NDArray

    from bookshift_model.problem import Problem
    from bookshift_model.rules import Rule, Settings
    from bookshift_model.terms import Floats, Indices


@dataclass(frozen=True, kw_only=True)
class GoalValue:
    """One goal's part of the score."""

    id: str
    name: str
    unit: str
    value: float
    """In the goal's unit; less is better. An account without owner counts as the mean over all CSMs."""
    today: float
    best: float
    share: float
    points: float


@dataclass(frozen=True, kw_only=True)
class BookFigures:
    """One CSM's book."""

    csm: str
    name: str
    accounts: int
    arr: float
    target_arr: float
    hours: float
    capacity: float
    high_risk: int
    churned_arr: float
    """Expected ARR lost to churn within the horizon."""
    with_industry: int
    """Accounts that state an industry, as long as some CSM states any."""
    fit: float | None
    """Share of these accounts whose industry the CSM knows; ``None`` where there are none."""
    received: int
    given: int
    renewals_by_quarter: tuple[float, ...]

    @property
    def utilisation(self) -> float:
        """Workload over capacity; infinite where there is work and no capacity."""
        if self.capacity > 0:
            return self.hours / self.capacity
        return float("inf") if self.hours > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A rule that the plan breaks: where, by how much, and in a sentence."""

    rule: str
    name: str
    csm: str | None
    account: str | None
    amount: float
    """In the rule's natural unit."""
    unit: str
    hard: bool
    points: float
    sentence: str
    relax: str


@dataclass(frozen=True, kw_only=True)
class Move:
    """An account whose owner differs from today's; positions, −1 for nobody."""

    account: int
    csm_from: int
    csm_to: int


@dataclass(frozen=True, kw_only=True)
class Scorecard:
    """A plan judged under a problem."""

    points: float
    """0: every goal at its own best, every rule kept; n at today's values of the goals."""
    goals: tuple[GoalValue, ...]
    books: tuple[BookFigures, ...]
    violations: tuple[Violation, ...]
    """Hard before soft, the dearest first."""
    moves: tuple[Move, ...]
    moved_arr: float
    unowned: int
    """Accounts in no book."""
    hours: float
    """A month, of all accounts; one without owner counts as the mean over all CSMs, as in the goals."""
    high_risk: int
    """Of all accounts."""
    with_industry: int
    """Of all accounts, those that state an industry, as long as some CSM states any."""
    churned_arr: float
    """Expected, of all accounts; one without owner counts as the mean over all CSMs, as in the goals."""

    @property
    def fit(self) -> float | None:
        """Share of the accounts with an industry whose CSM knows it; ``None`` where there are none.

        An account without owner has no CSM who does, so that two plans are about the same accounts.
        """
        known = sum(one.fit * one.with_industry for one in self.books if one.fit is not None)
        return known / self.with_industry if self.with_industry else None

    @property
    def broken(self) -> tuple[Violation, ...]:
        """The hard rules that the plan breaks."""
        return tuple(one for one in self.violations if one.hard)


def score_today(problem: Problem) -> Scorecard:
    """Judge today's assignment without the decisions: they say what shall be, not what is."""
    return score(problem.with_decisions(Decisions()), problem.baseline)


def score(problem: Problem, assignment: Indices) -> Scorecard:
    """Judge an assignment in full."""
    tally = Tally(problem, assignment)
    astray = tally.astray.copy()
    violations = sorted(
        (*_decisions_broken(problem, assignment, astray), *_rules_broken(tally, astray)),
        key=lambda one: (not one.hard, -one.points, one.rule, one.csm or "", one.account or ""),
    )
    moved = np.flatnonzero(assignment != problem.baseline)
    data, books = problem.data, tuple(_books(problem, assignment))
    unowned = np.flatnonzero(assignment < 0)
    return Scorecard(
        points=tally.points,
        goals=tuple(_goals(tally)),
        books=books,
        violations=tuple(violations),
        moves=tuple(
            Move(account=int(i), csm_from=int(problem.baseline[i]), csm_to=int(assignment[i])) for i in moved
        ),
        moved_arr=float(data.arr[moved].sum()),
        unowned=len(unowned),
        hours=sum(one.hours for one in books) + float(data.hours[unowned].mean(axis=1).sum()),
        high_risk=int(data.high_risk.sum()),
        with_industry=int(data.matches.known_industry.sum()),
        churned_arr=sum(one.churned_arr for one in books)
        + float(data.churn[unowned].mean(axis=1) @ data.arr[unowned]),
    )


def _goals(tally: Tally) -> Iterator[GoalValue]:
    problem = tally.problem
    found = dict.fromkeys(problem.scales, 0.0)
    for priced, amount in zip(problem.terms, tally.amounts, strict=True):
        if priced.source in found:
            found[priced.source] += amount
    for name, scale in problem.scales.items():
        goal = GOALS[name]
        yield GoalValue(
            id=name, name=goal.name, unit=goal.unit, value=found[name], today=scale.today, best=scale.best,
            share=scale.share, points=problem.data.n * scale.share * (found[name] - scale.best) / scale.span,
        )  # fmt: skip


def _books(problem: Problem, assignment: Indices) -> Iterator[BookFigures]:
    data = problem.data
    rows = np.arange(data.n)
    owned = assignment >= 0
    at = np.maximum(assignment, 0)

    def per_book(load: Floats) -> Floats:
        return np.bincount(assignment[owned], weights=load[owned], minlength=data.m).astype(np.float64)

    accounts, arr = per_book(np.ones(data.n)), per_book(data.arr)
    hours, high = per_book(data.hours[rows, at]), per_book(data.high_risk)
    churned = per_book(data.churn[rows, at] * data.arr)
    stated = per_book(data.matches.known_industry.astype(np.float64))
    knows = per_book((data.matches.industry[rows, at] & data.matches.known_industry).astype(np.float64))
    received = per_book((assignment != data.owner).astype(np.float64))
    left = (data.owner >= 0) & (assignment != data.owner)
    given = np.bincount(data.owner[left], minlength=data.m)
    renewals = [per_book(data.quantity(f"renewals_{q + 1}").load) for q in range(QUARTERS)]
    targets = data.target("arr")
    for j, csm in enumerate(data.csms):
        yield BookFigures(
            csm=csm.id, name=csm.name, accounts=int(accounts[j]), arr=float(arr[j]),
            target_arr=float(targets[j]), hours=float(hours[j]), capacity=float(data.capacity[j]),
            high_risk=int(high[j]), churned_arr=float(churned[j]),
            with_industry=int(stated[j]), fit=float(knows[j] / stated[j]) if stated[j] else None,
            received=int(received[j]), given=int(given[j]),
            renewals_by_quarter=tuple(float(r[j]) for r in renewals),
        )  # fmt: skip


def _against_decisions(problem: Problem, assignment: Indices) -> Indices:
    """Accounts without owner, or where a pin, lock or forbid says otherwise."""
    return np.flatnonzero(~within(problem.allowed, assignment))


def _left_out(problem: Problem, astray: NDArray[bool_], i: int) -> float:
    """Points for the accounts `astray` (n,), not on an eligible pair, that move as one with account i.

    They are struck off: what leaves a pair out first is what they count with.
    """
    mine = astray & (problem.units == problem.units[i])
    astray[mine] = False
    return problem.absolute_price * float(np.count_nonzero(mine))


def _decisions_broken(problem: Problem, assignment: Indices, astray: NDArray[bool_]) -> Iterator[Violation]:
    data = problem.data
    for i in _against_decisions(problem, assignment):
        account = data.accounts[i]
        if assignment[i] < 0:
            rule, name, sentence = "one_owner", "One owner", f"{account.name} has no owner on the roster"
            relax = f"assign {account.name} to somebody"
        else:
            held = np.flatnonzero(problem.allowed[i])
            who = data.csms[int(assignment[i])].name
            rule, name = "decisions", "Pins, locks and forbids"
            sentence = (
                f"{account.name} is held by {data.csms[held[0]].name} and is with {who}"
                if len(held) == 1
                else f"{account.name} is with {who}, which is forbidden"
            )
            relax = f"release {account.name}"
        yield Violation(
            rule=rule, name=name, csm=data.csms[int(assignment[i])].id if assignment[i] >= 0 else None,
            account=account.id, amount=1.0, unit="accounts", hard=True,
            points=_left_out(problem, astray, int(i)),
            sentence=sentence, relax=relax,
        )  # fmt: skip


def _rules_broken(tally: Tally, astray: NDArray[bool_]) -> Iterator[Violation]:
    problem = tally.problem
    rules: dict[str, tuple[Rule, Settings]] = {rule.id: (rule, s) for rule, s in problem.policy.active()}
    for at, priced in enumerate(problem.terms):
        if tally.amounts[at] and priced.source in rules:
            yield from _broken(tally, at, astray, *rules[priced.source])


def _broken(  # noqa: C901  (one place for each kind of term)
    tally: Tally, at: int, astray: NDArray[bool_], rule: Rule, settings: Settings
) -> Iterator[Violation]:
    """Each place where one term of a rule is above zero; `astray` as in `_left_out`."""
    problem, assignment, data = tally.problem, tally.assignment, tally.problem.data
    priced = problem.terms[at]
    term = priced.term
    unit = term.quantity.unit if isinstance(term, (Book, Plan)) else rule.unit

    def violation(
        amount: float, units: float, *, i: int | None = None, j: int | None = None, more: float = 0.0,
        **words: float,
    ) -> Violation:  # fmt: skip
        names = {
            "quantity": term.quantity.name if isinstance(term, (Book, Plan)) else "",
            "csm": data.csms[j].name if j is not None else "",
            "account": data.accounts[i].name if i is not None else "",
            "amount": amount,
            **words,
        }
        return Violation(
            rule=rule.id, name=rule.name, csm=data.csms[j].id if j is not None else None,
            account=data.accounts[i].id if i is not None else None, amount=amount, unit=unit,
            hard=priced.hard, points=priced.price * units + more,
            sentence=rule.says.format(**names), relax=rule.relax.format(**names),
        )  # fmt: skip

    match term:
        case Pair(amount=amount):
            owned = np.flatnonzero(assignment >= 0)
            found = amount[owned, assignment[owned]]
            limit = float(getattr(settings, "share", getattr(settings, "limit", 0)))
            for i, units in zip(owned[found > 0], found[found > 0], strict=True):
                more = _left_out(problem, astray, int(i)) if priced.hard and astray[i] else 0.0
                yield violation(
                    float(units), float(units), i=int(i), j=int(assignment[i]), more=more, limit=limit
                )
        case Book():
            load = tally.load(term.quantity)
            over = excess(term, load)
            grains = np.broadcast_to(np.asarray(term.grain), over.shape)
            for j in np.flatnonzero(over):
                limit, total = float(term.threshold[j]), float(load[j])
                yield violation(
                    float(over[j]), float(over[j] / grains[j]), j=int(j), limit=limit, total=total
                )
        case Plan():
            over_plan = tally.plan_excess(term)
            if over_plan:
                total = over_plan + term.threshold
                yield violation(over_plan, over_plan / term.grain, limit=term.threshold, total=total)
        case Group():
            too_many = term.too_many(assignment)
            if too_many:
                i = int(term.accounts[0])
                more = problem.parting.get(at, 0.0) * too_many
                if at in problem.parting:
                    more += _left_out(problem, astray, i)
                yield violation(float(too_many), float(too_many), i=i, more=more)
