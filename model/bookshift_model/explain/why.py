"""Why an account is where it is: what moved it there, what that brings, and what staying would have done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from bookshift_model.decisions import Pin
from bookshift_model.explain.away import handover_waits
from bookshift_model.explain.choices import choices_at
from bookshift_model.explain.exchange import exchange
from bookshift_model.explain.obstacles import against_decisions, against_rules, because
from bookshift_model.explain.passage import Passage, figure
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.stays import why_stays
from bookshift_model.explain.verdict import (
    NEGLIGIBLE,
    Why,
    clauses,
    code_of,
    gist,
    how_much,
    spelled,
    split,
    worth,
)
from bookshift_model.explain.words import listed
from bookshift_model.terms import Pair

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bookshift_model.explain.standing import Effect
    from bookshift_model.problem import Problem
    from bookshift_model.terms import Indices


def why(problem: Problem, assignment: Indices, account: int, mover: str = "") -> Why:
    """Why the account at position `account` is where the assignment (n,) has it, compared with today.

    `mover` says who moved it by hand, such as `you, 2026-01-05`.
    """
    before, after = Standing(problem, problem.baseline), Standing(problem, assignment)
    return why_each(before, after, [account], movers={account: mover} if mover else {})[0]


def why_each(
    before: Standing,
    after: Standing,
    accounts: Sequence[int],
    *,
    brief: bool = False,
    movers: Mapping[int, str] | None = None,
) -> list[Why]:
    """Why each account is where `after` has it, compared with `before`; one pass for all moved ones.

    A brief answer for a move has its reason and effects, but no sentences. `movers` says who moved an
    account (position) by hand: no search had a reason for that.
    """
    moved = [i for i in accounts if after.assignment[i] != before.assignment[i]]
    both = [i for i in moved if before.assignment[i] >= 0 and after.assignment[i] >= 0]
    company = {i: _company(before, after, i) for i in both}
    back = after.changes([(company[i], before.assignment[[i]]) for i in both])
    alone = before.changes([(company[i], after.assignment[[i]]) for i in both])
    found = {}
    for k, i in enumerate(both):
        here = tuple(e.reversed() for e in back.effects(k))
        case = _Case(before, after, i, company[i], (movers or {}).get(i, ""))
        found[i] = _moved(case, here, -float(back.total[k]), alone.effects(k), brief=brief)
    for i in moved:
        if i not in found:
            found[i] = _came_or_left(after, i, (movers or {}).get(i, ""))
    return [_noted(after, found[i] if i in found else why_stays(after, i)) for i in accounts]


def _noted(standing: Standing, answer: Why) -> Why:
    """The answer, that it goes to somebody who is away, and which decisions cannot be followed."""
    unfollowed = standing.problem.unfollowed.get(answer.account, ())
    moved = standing.problem.baseline[answer.account] != answer.csm
    notes = (*(handover_waits(standing.data.portfolio, answer.csm) if moved else ()), *unfollowed)
    sentences = (*answer.sentences[:1], *notes, *answer.sentences[1:])
    return replace(answer, sentences=sentences) if notes else answer


def _company(before: Standing, after: Standing, account: int) -> Indices:
    """The accounts that go the same way as one with this one."""
    same = before.assignment == before.assignment[account]
    return np.intersect1d(after.company(account), np.flatnonzero(same))


@dataclass(frozen=True, slots=True)
class _Case:
    """A move between two CSMs, seen from the assignments before and after it."""

    before: Standing
    after: Standing
    account: int
    company: Indices
    mover: str = ""
    """Who made the move by hand; empty where a solve did."""

    @property
    def giver(self) -> int:
        return int(self.before.assignment[self.account])

    @property
    def taker(self) -> int:
        return int(self.after.assignment[self.account])

    def passage(self, *, done: bool = True) -> Passage:
        """The move as the last of the plan, or as the only one."""
        standing = self.after if done else self.before
        return Passage(standing, self.account, self.company, self.giver, self.taker, done=done)


def _moved(
    case: _Case, here: tuple[Effect, ...], points: float, alone: tuple[Effect, ...], *, brief: bool
) -> Why:
    """The answer for a move: `here` compares with staying, `alone` with nothing else moving."""
    after, account, giver, taker = case.after, case.account, case.giver, case.taker
    passage = case.passage()
    better, worse = split(here)
    forced = _forced(after, account, giver, taker)
    more: list[str] = []
    if forced is not None:
        code, reason = forced
        if case.mover and code != "pin":
            reason = f"{by_hand(case.mover)}; {reason}"
    elif case.mover:
        code, reason = "hand", f"{by_hand(case.mover)}; {_worth(passage, here, points)}"
    elif points > NEGLIGIBLE:
        staying = f"staying with {passage.giver_name} would be {how_much(points, here)} better"
        code, reason = "none", f"no gain on its own: {staying}"
    elif sum(e.points for e in alone) > NEGLIGIBLE:
        code = "swap"
        reason, detail = exchange(case.before, after, case.passage(done=False), _gist(passage, better), alone)
        more.append(detail)
    else:
        code, reason = (code_of(after, better[0]) if better else "none"), _gist(passage, better)
    answer = Why(
        account=account, csm=taker, code=code, reason=reason, sentences=(),
        better=better, worse=worse, points=points,
    )  # fmt: skip
    return answer if brief else replace(answer, sentences=_spelled_out(case, answer, more))


def _gist(passage: Passage, better: Sequence[Effect]) -> str:
    """Why it moves, and why to this CSM: by what that one gains, or by who comes next."""
    found, complete = gist(passage, better)
    if complete:
        return found
    both = {passage.giver, passage.taker}
    return "; ".join(
        filter(None, [found or "no goal gains", _next_best(passage.standing, passage.account, both)])
    )


def _next_best(standing: Standing, account: int, but: set[int]) -> str:
    """Who would be best `but` for some, where the CSM who has the account in the plan is better still."""
    best = next((one for one in choices_at(standing, account) if one.csm not in but), None)
    if best is None or best.excluded or best.points <= NEGLIGIBLE:
        return ""
    return f"next best is {best.name}, {how_much(best.points, best.effects)} worse"


def by_hand(mover: str) -> str:
    """`moved by hand (ada, 2026-01-05)`; empty where nobody did."""
    return f"moved by hand ({mover})" if mover else ""


def _worth(passage: Passage, here: Sequence[Effect], points: float) -> str:
    """What a move by hand brings or costs, and by what most."""
    if abs(points) <= NEGLIGIBLE:
        return "neither better nor worse than staying"
    verb, effects = ("brings", split(here)[0]) if points < 0 else ("costs", split(here)[1])
    return f"{verb} {worth(points, here)}: {clauses(passage, effects)}"


def _spelled_out(case: _Case, answer: Why, more: list[str]) -> tuple[str, ...]:
    """Every sentence on a move: reason, exchange, each effect, both books, and what staying would do."""
    passage, points = case.passage(), answer.points
    if len(case.company) > 1:
        names = listed([case.after.data.accounts[int(i)].name for i in case.company if i != case.account])
        more.append(f"It goes together with {names}.")
    sentences = [
        f"{passage.account_name} goes from {passage.giver_name} to {passage.taker_name}: {answer.reason}.",
        *more,
        *_compared(answer),
        *spelled(passage, answer.better, "Better"),
        *spelled(passage, answer.worse, "Worse"),
        *_books(case.before, case.after, case.giver, case.taker),
    ]
    if abs(points) > NEGLIGIBLE:
        verb = "worse" if points < 0 else "better"
        sentences.append(
            f"Staying would be {how_much(points, (*answer.better, *answer.worse))} {verb}, all else equal."
        )
    return tuple(sentences)


def _compared(answer: Why) -> Iterator[str]:
    """What the first of two figures is, which stands in no book of today."""
    if answer.better or answer.worse:
        yield "Figures x → y of a book are those of this plan without this one move, and with it."


def _forced(standing: Standing, account: int, giver: int, taker: int) -> tuple[str, str] | None:
    """Code and reason where a decision or a hard rule leaves the account no way to stay."""
    data, problem = standing.data, standing.problem
    hold = data.decisions.hold(data.accounts[account].id)
    if isinstance(hold, Pin) and hold.csm == data.csms[taker].id:
        return "pin", f"pinned to {data.csm_names[taker]}{because(hold)}"
    if problem.eligible[account, giver] or not problem.eligible[account, taker]:
        return None
    decided = against_decisions(standing, account, giver)
    if decided:
        return "forbid", decided[0]
    ruled = against_rules(standing, account, giver)
    if ruled:
        return _code_of_rule(standing, account, giver), f"cannot stay: {ruled[0]}"
    return "group", f"kept together with accounts that cannot be with {data.csm_names[giver]}"


def _books(before: Standing, after: Standing, *csms: int) -> list[str]:
    """Both books before and after the whole plan."""
    data = after.data
    found = []
    for csm in csms:
        hours, arr = data.quantity("hours"), data.quantity("arr")
        work = figure(after, hours, csm, float(before.load(hours)[csm]), float(after.load(hours)[csm]))
        money = figure(after, arr, csm, float(before.load(arr)[csm]), float(after.load(arr)[csm]))
        found.append(f"{data.csm_names[csm]}'s book, today and with the whole plan: {work}, {money}.")
    return found


def _came_or_left(after: Standing, account: int, mover: str) -> Why:
    """The answer for an account that had nobody, or is left with nobody."""
    data, taker = after.data, int(after.assignment[account])
    name = data.accounts[account].name
    if taker < 0:
        reason = "has no owner in this plan"
        return Why(account=account, csm=-1, code="owner", reason=reason, sentences=(f"{name} {reason}.",))
    hold = data.decisions.hold(data.accounts[account].id)
    pinned = isinstance(hold, Pin) and hold.csm == data.csms[taker].id
    reason = data.portfolio.ownerless(account).replace("has no", "had no", 1)
    if pinned and hold is not None:
        reason += f"; pinned to {data.csm_names[taker]}{because(hold)}"
    elif data.matches.known_industry[account] and data.matches.industry[account, taker]:
        reason += f"; {data.csm_names[taker]} knows {data.accounts[account].industry}"
    stays = why_stays(after, account)
    if ";" not in reason:
        reason = "; ".join(filter(None, [reason, _next_best(after, account, {taker})]))
    if mover and not pinned:
        reason = f"{by_hand(mover)}; {reason}"
    sentences = (f"{name} {reason}.", *stays.sentences)
    return Why(
        account=account, csm=taker, code="pin" if pinned else "owner", reason=reason, sentences=sentences,
        better=tuple(e.reversed() for e in stays.worse), worse=tuple(e.reversed() for e in stays.better),
        points=-stays.points,
    )  # fmt: skip


def _code_of_rule(standing: Standing, account: int, csm: int) -> str:
    """The first hard rule that this pair breaks."""
    for priced in standing.problem.terms:
        if priced.hard and isinstance(priced.term, Pair) and priced.term.amount[account, csm] > 0:
            return f"rule:{priced.source}"
    return "group"
