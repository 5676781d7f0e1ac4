"""What a plan breaks: decisions and rules, each place with its amount, its points and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.explain.words import numbered
from bookshift_model.terms import Book, Group, Pair, Plan
from bookshift_model.value import excess, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.problem import Problem
    from bookshift_model.rules import Rule, Settings
    from bookshift_model.terms import Indices
    from bookshift_model.value import Tally


_NOISE: Final = 1e-9


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


class _Amount(float):
    """An amount that is more than nothing, which its words must not round away."""

    def __format__(self, spec: str) -> str:
        text = super().__format__(spec)
        if text.strip("0.") or not self:
            return text
        return f"less than {text[:-1]}1"


class _Enough(float):
    """What to change a limit to: rounded away from the limit, so that who goes by it goes far enough."""

    limit = 0.0

    @classmethod
    def beyond(cls, limit: float, total: float) -> _Enough:
        """A total on the wrong side of a limit."""
        made = cls(total)
        made.limit = limit
        return made

    def __format__(self, spec: str) -> str:
        text = super().__format__(spec)
        value = float(text.replace(",", ""))
        short = self - value if self > self.limit else value - self
        if short <= _NOISE * abs(self):
            return text
        last = 10.0 ** -len(text.partition(".")[2])
        return format(value + (last if self > self.limit else -last), spec)


def violations_of(tally: Tally) -> tuple[Violation, ...]:
    """All that an assignment breaks, hard before soft, the dearest first.

    Their points and those of the goals add up to the plan's.
    """
    problem = tally.problem
    left = np.bincount(problem.units[tally.astray], minlength=problem.data.n)
    found = (*_decisions_broken(problem, tally.assignment, left), *_rules_broken(tally, left))
    return tuple(
        sorted(found, key=lambda one: (not one.hard, -one.points, one.rule, one.csm or "", one.account or ""))
    )


def _decisions_broken(problem: Problem, assignment: Indices, left: Indices) -> Iterator[Violation]:
    """Each account without owner, or where a pin, lock or forbid says otherwise."""
    data = problem.data
    for i in np.flatnonzero(~within(problem.allowed, assignment)):
        account = data.accounts[i]
        if assignment[i] < 0:
            rule, name, sentence = (
                "one_owner",
                "One owner",
                f"{account.name} {data.portfolio.ownerless(int(i))}",
            )
            relax = f"assign {account.name} to somebody"
        else:
            held = np.flatnonzero(problem.allowed[i])
            who = data.csm_names[int(assignment[i])]
            rule, name = "decisions", "Pins, locks and forbids"
            sentence = (
                f"{account.name} is held by {data.csm_names[held[0]]} and is with {who}"
                if len(held) == 1
                else f"{account.name} is with {who}, which is forbidden"
            )
            relax = f"release {account.name}"
        yield Violation(
            rule=rule, name=name, csm=data.csms[int(assignment[i])].id if assignment[i] >= 0 else None,
            account=account.id, amount=1.0, unit="accounts", hard=True,
            points=_left_out(problem, left, int(i)),
            sentence=sentence, relax=relax,
        )  # fmt: skip


def _rules_broken(tally: Tally, left: Indices) -> Iterator[Violation]:
    problem = tally.problem
    rules: dict[str, tuple[Rule, Settings]] = {rule.id: (rule, s) for rule, s in problem.policy.active()}
    for at, priced in enumerate(problem.terms):
        if tally.amounts[at] and priced.source in rules:
            yield from _broken(tally, at, left, *rules[priced.source])


def _broken(  # noqa: C901  (one place for each kind of term)
    tally: Tally, at: int, left: Indices, rule: Rule, settings: Settings
) -> Iterator[Violation]:
    """Each place where one term of a rule is above zero; `left` as in `_left_out`."""
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
            "csm": data.csm_names[j] if j is not None else "",
            "account": data.accounts[i].name if i is not None else "",
            "amount": _Amount(amount),
            **words,
        }
        raised = {"total": _Enough.beyond(words["limit"], words["total"])} if "total" in words else {}
        return Violation(
            rule=rule.id, name=rule.name, csm=data.csms[j].id if j is not None else None,
            account=data.accounts[i].id if i is not None else None, amount=amount, unit=unit,
            hard=priced.hard, points=priced.price * units + more,
            sentence=numbered(rule.says.format(**names)),
            relax=numbered(rule.relax.format(**{**names, **raised})),
        )  # fmt: skip

    match term:
        case Pair(amount=amount):
            owned = np.flatnonzero(assignment >= 0)
            found = amount[owned, assignment[owned]]
            limit = float(getattr(settings, "share", getattr(settings, "limit", 0)))
            for i, units in zip(owned[found > 0], found[found > 0], strict=True):
                more = _left_out(problem, left, int(i)) if priced.hard and tally.astray[i] else 0.0
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
                    more += _left_out(problem, left, i)
                yield violation(float(too_many), float(too_many), i=i, more=more)


def _left_out(problem: Problem, left: Indices, i: int) -> float:
    """Points for the accounts, not on an eligible pair, that move as one with account i.

    `left` (n,) counts them by unit. They are struck off: they count with what leaves a pair out first.
    """
    unit = problem.units[i]
    mine, left[unit] = left[unit], 0
    return problem.absolute_price * float(mine)
