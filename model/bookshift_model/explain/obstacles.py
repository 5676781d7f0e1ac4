"""Why an account cannot go to a CSM: decisions first, then hard rules, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bookshift_model.columns import renewal_day
from bookshift_model.decisions import Forbid, Lock, Pin
from bookshift_model.terms import Book, Group, Pair

if TYPE_CHECKING:
    from datetime import date

    from bookshift_model.decisions import Decision
    from bookshift_model.explain.standing import Effect, Standing
    from bookshift_model.portfolio import Account
    from bookshift_model.rules import Rule, Settings

_STAYS: Final[dict[str, Callable[[Account, date], str]]] = {
    "strategic_stay": lambda a, _: f"{a.name} is a strategic account",
    "keep_if_healthy": lambda a, _: f"{a.name} is healthy ({a.health:.0f})",
    "renewal_freeze": lambda a, today: (
        f"{a.name} renews on {day}, in {(day - today).days} days"
        if (day := renewal_day(a.renewal, today))
        else ""
    ),
    "escalation_freeze": lambda a, _: f"{a.name} has an escalation open",
    "onboarding_freeze": lambda a, _: f"{a.name} is being onboarded",
    "deal_freeze": lambda a, _: f"{a.name} has an expansion deal open",
    "champion_freeze": lambda a, _: f"{a.name} has just lost its champion",
    "cool_down": lambda a, _: f"{a.name} changed its CSM on {a.last_moved}",
}
"""The fact behind each rule that keeps a relationship as it is."""


def obstacle(standing: Standing, account: int, csm: int, effects: tuple[Effect, ...]) -> str:
    """One sentence on what stands against the CSM at position `csm`; empty where nothing does.

    `effects` are those of the shift to this CSM.
    """
    found = [*against_decisions(standing, account, csm), *against_rules(standing, account, csm)]
    if not found:
        found = [_beyond(standing, account, csm, one) for one in effects if one.hard and one.points > 0]
    if not found and not standing.problem.eligible[account, csm]:
        found = [_shut_out_by_company(standing, account, csm)]
    return "; ".join(found)


def against_decisions(standing: Standing, account: int, csm: int) -> list[str]:
    """The pins, locks and forbids that say otherwise, each with its reason."""
    if standing.problem.allowed[account, csm]:
        return []
    data = standing.data
    found = []
    for one in data.decisions.about(data.accounts[account].id):
        if isinstance(one, Pin):
            found.append(f"pinned to {_csm_name(standing, one.csm)}{because(one)}")
        elif isinstance(one, Lock):
            found.append(f"locked with {data.csm_names[int(data.owner[account])]}{because(one)}")
        elif isinstance(one, Forbid) and one.csm == data.csms[csm].id:
            found.append(f"forbidden to {data.csm_names[csm]}{because(one)}")
    return found


def against_rules(standing: Standing, account: int, csm: int) -> list[str]:
    """The hard rules that this pair alone breaks, each with its fact."""
    return [
        pair_fact(standing, *standing.rules[priced.source], account, csm)
        for priced in standing.problem.terms
        if priced.hard and isinstance(priced.term, Pair) and priced.term.amount[account, csm] > 0
    ]


def pair_fact(standing: Standing, rule: Rule, settings: Settings, account: int, csm: int) -> str:
    """Rule and fact for one account and CSM: `Renewal freeze: Acme renews on 2026-10-22, in 21 days`."""
    data = standing.data
    if rule.id in _STAYS:
        return f"{rule.name}: {_STAYS[rule.id](data.accounts[account], data.as_of)}"
    limit = float(getattr(settings, "share", getattr(settings, "limit", 0)))
    says = rule.says.format(
        csm=data.csm_names[csm], account=data.accounts[account].name, amount=1.0, limit=limit, total=1.0
    )
    return f"{rule.name}: {says}"


def because(decision: Decision) -> str:
    """Who decided it and why, in brackets, as far as it is known."""
    known = [one for one in (decision.author and f"by {decision.author}", decision.reason) if one]
    return f" ({': '.join(known)})" if known else ""


def _csm_name(standing: Standing, csm: str) -> str:
    return standing.data.portfolio.whom(csm)


def _beyond(standing: Standing, account: int, csm: int, effect: Effect) -> str:
    """A hard limit that the account would break where there is no room."""
    data = standing.data
    here = int(standing.assignment[account])
    taker, giver = data.csm_names[csm], data.csm_names[here] if here >= 0 else "nobody"
    company = standing.company(account)
    for priced in standing.problem.terms:
        term = priced.term
        if priced.source != effect.id:
            continue
        if isinstance(term, Group):
            first = data.accounts[int(term.accounts[0])].name
            return f"{effect.name}: the group of {first} stands against it"
        if not isinstance(term, Book):
            continue
        load = standing.load(term.quantity)
        own = term.quantity.load
        more = float((own[company] if own.ndim == 1 else own[company, csm]).sum())
        if not term.under and load[csm] + more > term.threshold[csm]:
            return f"{effect.name}: {taker} has no room unless something else leaves the book"
        if term.under and here >= 0 and load[here] < term.threshold[here] + more:
            return f"{effect.name}: {giver} would fall short unless something else joins the book"
    return f"{effect.name}: nothing is left of it"


def _shut_out_by_company(standing: Standing, account: int, csm: int) -> str:
    """The account itself could go, but not an account that is kept together with it."""
    problem, data = standing.problem, standing.data
    for other in standing.company(account):
        if other != account:
            found = [*against_decisions(standing, int(other), csm), *against_rules(standing, int(other), csm)]
            if found:
                return f"kept together with {data.accounts[int(other)].name}: {found[0]}"
    group = int((problem.units == problem.units[account]).sum())
    return f"kept together with {group - 1} others that cannot all go to {data.csm_names[csm]}"
