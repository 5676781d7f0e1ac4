"""What the detail pane says about one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift import efforts
from bookshift.panes.fields import CORRECTED, IMPUTED
from bookshift.panes.sheet import BLANK, Row, Span, heading, row
from bookshift.points import change
from bookshift.text import UNKNOWN, fit, percent, plain, signed
from bookshift_model.correctable import FIELDS
from bookshift_model.decisions import Forbid, KeepApart, KeepTogether, Pin, accounts_of, kind_of
from bookshift_model.explain.away import away
from bookshift_model.explain.effort import explained
from bookshift_model.explain.standing import Standing
from bookshift_model.explain.why import why_each
from bookshift_model.explain.words import minus
from bookshift_model.quality.gaps import assumed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bookshift.hover import Adapting
    from bookshift.panes.ranking import Candidate
    from bookshift.panes.view import View
    from bookshift_model.decisions import Decision
    from bookshift_model.explain.verdict import Why
    from bookshift_model.portfolio import Account
    from bookshift_model.session import Entry

_CHOICES: Final = heading("Who could have it, in points; who breaks least is first")
_LEGEND: Final = "alone: all others stay; adapting: others may move, ~ rough so far"
_HINT: Final = "w spells it out, W asks why not another CSM"
_FIGURES: Final = "x → y of a book: this plan without the move, and with it"
_NAMED: Final = 3
"""Other CSMs at the top."""
_LABEL: Final = 9
_NAME: Final = 18

_FACTS: Final = (
    ("ARR", "arr"), ("health", "health"), ("health trend", "health_trend"), ("risk", "risk"),
    ("churn probability", "churn_probability"), ("touch", "touch"), ("complexity", "complexity"),
    ("renewal", "renewal"), ("owner since", "owner_since"), ("last moved", "last_moved"),
    ("customer since", "customer_since"), ("onboarding until", "onboarding_until"),
    ("industry", "industry"), ("region", "region"), ("segment", "segment"), ("language", "language"),
    ("location", "location"), ("family", "parent"), ("skills", "required_skills"),
    ("expansion", "expansion"), ("expansion amount", "expansion_amount"), ("usage", "usage"),
    ("usage growth", "usage_growth"), ("NPS", "nps"), ("CSAT", "csat"), ("open tickets", "open_tickets"),
    ("engagement", "engagement"), ("escalation", "escalation"), ("champion lost", "champion_lost"),
    ("open deal", "open_deal"), ("strategic", "strategic"), ("wants a fresh start", "fresh_start"),
)  # fmt: skip
_MONEY: Final = frozenset({"arr", "expansion_amount"})
_FORMS: Final[dict[str, Callable[[float], str]]] = {
    "arr": lambda value: f"{value:,.0f}",
    "expansion_amount": lambda value: f"{value:,.0f}",
    "churn_probability": lambda value: percent(value, 1),
    "usage_growth": lambda value: f"{minus(signed(value, percent))} a quarter",
    "health_trend": lambda value: f"{minus(signed(value, lambda v: f'{v:.1f}'))} a quarter",
}


def account_rows(view: View, key: str, ranking: Sequence[Candidate], *, expanded: bool) -> list[Row]:
    """Owner, the cheapest others, why, decisions, every CSM, all fields, and what was done to the account."""
    position = view.portfolio.account_index[key]
    account = view.portfolio.accounts[position]
    today, shown = view.owners(position)
    reason = explain(view, position)
    rows = [row(Span(account.name, "strong"), Span(f"  {account.id}", "dim"), hang=-1)]
    if today == shown:
        rows.append(_labelled("Owner", Span(view.owner_name(position))))
    else:
        rows.append(_labelled("Owner", f"{view.owner_name(position)} → ", Span(view.csm_name(shown), "new")))
        gone = away(view.portfolio.csms[shown], view.portfolio.as_of) if shown >= 0 else None
        if gone is not None:
            rows.append(_labelled("", Span(f"! {view.csm_name(shown)} is {gone}", "warn")))
    rows += [_others(ranking, None), _labelled("Why", reason.reason)]
    if expanded:
        rows += [row("   ", one, hang=5) for one in reason.sentences]
    else:
        rows.append(_labelled("", Span(_HINT if shown == today else f"{_FIGURES}; {_HINT}", "dim")))
    rows += _effort(view, position, shown, expanded=expanded)
    rows += [_labelled("Held", *_decision(view, one)) for one in view.decisions.about(key)]
    rows += [row(Span("! ", "warn"), note, hang=2) for note in view.problem.unfollowed.get(position, ())]
    rows += [BLANK, _CHOICES, *choice_rows(ranking, None)]
    rows += [BLANK, heading("Fields")]
    rows += list(_facts(account, view))
    rows += list(_assumptions(account))
    if account.extra:
        rows += [BLANK, heading("Further columns")]
        rows += [row(Span(f"{name}  ", "dim"), value, hang=2) for name, value in account.extra.items()]
    done = [one for one in (*view.history.settled, *view.history.done) if _touches(one, key)]
    if done:
        rows += [BLANK, heading("History")]
        rows += [_event(one) for one in reversed(done)]
    return rows


def explain(view: View, account: int) -> Why:
    """Why the account is where it is shown."""
    before = Standing(view.problem, view.problem.baseline)
    return why_each(before, view.standing, [account], movers=view.movers)[0]


def _effort(view: View, account: int, csm: int, *, expanded: bool) -> Iterator[Row]:
    """The hours with the CSM shown: the sum, or every part of it with its origin."""
    if csm < 0:
        return
    found = explained(view.problem.data, account, csm)
    yield _labelled("Hours", efforts.sum_line(found))
    if expanded:
        for figure, name, origin in efforts.part_lines(found):
            yield row(f"   {figure:>8}  {name:<17}", Span(origin, "dim"), hang=30)
        if any(one.assumed for one in (*found.factors, *found.additions)):
            yield row("   ", Span(f"{efforts.ASSUMED} rests on an assumption", "dim"), hang=5)


def points_cell(points: float) -> Span:
    """A change in points with its sign."""
    text = change(points)
    return Span(text, "" if text == "0" else "good" if points < 0 else "warn")


def standing_words(one: Candidate) -> str:
    """Whether the account is there now."""
    return "here" if one.here else "today" if one.today else ""


def with_adapting(rows: Sequence[Row], ranking: Sequence[Candidate], adapting: Adapting | None) -> list[Row]:
    """The rows of an account with what each CSM costs if the rest adapts."""
    top, begin = rows.index(_others(ranking, None)), rows.index(_CHOICES) + 1
    made = choice_rows(ranking, adapting)
    head = [*rows[:top], _others(ranking, adapting), *rows[top + 1 : begin]]
    return [*head, *made, *rows[begin + len(made) :]]


def _others(ranking: Sequence[Candidate], adapting: Adapting | None) -> Row:
    """The cheapest other CSMs, for whoever walks over accounts: below, every one is listed."""
    free = [one for one in ranking if not (one.here or one.excluded)]
    if adapting is not None:
        free.sort(key=lambda one: float(adapting.costs[one.csm]))
    spans: list[str | Span] = []
    for one in free[:_NAMED]:
        cost = points_cell(one.points) if adapting is None else adapting_cell(adapting, one.csm)
        spans += [", " if spans else "", plain(one.name), " ", cost]
    if not spans:
        return _labelled("Others", Span("nobody without a decision or a hard rule against it", "dim"))
    return _labelled("Others", *spans, Span("  alone" if adapting is None else "  adapting", "dim"))


def choice_rows(ranking: Sequence[Candidate], adapting: Adapting | None) -> list[Row]:
    """Every CSM, and what the columns mean."""
    return [_choice_head(), *(_choice_row(one, adapting) for one in ranking), row(Span(_LEGEND, "dim"))]


def adapting_cell(adapting: Adapting | None, csm: int) -> Span:
    """What a CSM costs if the rest adapts; nothing as long as nobody knows."""
    if adapting is None:
        return Span("", "dim")
    return Span(adapting.words(csm), points_cell(float(adapting.costs[csm])).tone)


def _choice_row(one: Candidate, adapting: Adapting | None) -> Row:
    """One CSM, the change in points on its own and with the rest adapting, utilisation, and why."""
    points, adapted = points_cell(one.points), adapting_cell(adapting, one.csm)
    before, after = one.utilisation
    rules, tone = one.rules
    return row(
        Span(fit(plain(one.name), _NAME) + " ", "dim" if one.excluded else "strong" if one.here else ""),
        Span(f"{standing_words(one):<6}", "dim"),
        Span(f"{points.text:>6} ", points.tone),
        Span(f"{adapted.text:>8}  ", adapted.tone),
        Span(f"{percent(before):>5} →{percent(after):>5}  "),
        Span(f"{rules}: " if rules and one.words else rules, tone),
        Span(one.words, "dim"),
        hang=-1,
    )


def _choice_head() -> Row:
    head = (
        f"{'CSM':<{_NAME}} {'':<6}{'alone':>6} {'adapting':>8}  {'utilisation':>13} hard rules, what changes"
    )
    return row(Span(head, "dim"), hang=-1)


def _labelled(label: str, *parts: str | Span) -> Row:
    return row(Span(f"{label:<{_LABEL}}", "dim"), *parts, hang=_LABEL)


def _decision(view: View, one: Decision) -> tuple[Span, ...]:
    index = view.portfolio.csm_index
    words = kind_of(one)
    if isinstance(one, Pin):
        words = f"pinned to {view.csm_name(index.get(one.csm, -1))}"
    elif isinstance(one, Forbid):
        words = f"forbidden to {view.csm_name(index.get(one.csm, -1))}"
    elif isinstance(one, KeepTogether | KeepApart):
        names = [view.account(a).name for a in one.accounts if a in view.portfolio.account_index]
        words = f"kept {kind_of(one)}: {', '.join(names)}"
    else:
        words = "locked with today's owner"
    signed_by = f" by {one.author}" if one.author else ""
    when = f" on {one.at:%Y-%m-%d}" if one.at else ""
    until = f", until {one.expires}" if one.expires else ""
    because = f": {one.reason}" if one.reason else ""
    return Span(words, "warn"), Span(f"{signed_by}{when}{until}{because}", "dim")


def _facts(account: Account, view: View) -> Iterator[Row]:
    for label, name in _FACTS:
        text = _value(account, name)
        if text:
            unit = f" {view.portfolio.currency}" if name in _MONEY and text != UNKNOWN else ""
            yield row(Span(f"{label:<20}", "dim"), text + unit, _mark(account, name, view), hang=20)


def _mark(account: Account, name: str, view: View) -> Span:
    """Who has put the value there, where it is not the source's."""
    done = view.decisions.correction(account.id, name)
    if name in account.corrected and done is not None:
        when = f" on {done.at:%Y-%m-%d}" if done.at else ""
        because = f": {done.reason}" if done.reason else ""
        who = f"corrected by {done.author or 'somebody'}{when}{because}"
        return Span(f" {CORRECTED} {who}; the source says {done.was or 'nothing'}", "new")
    return Span(f" {IMPUTED} filled in by the import" if name in account.imputed else "", "dim")


def _assumptions(account: Account) -> Iterator[Row]:
    """What the model assumes where the data says nothing."""
    gaps = list(assumed(account))
    if gaps:
        yield BLANK
        yield heading("Not in the data, so assumed")
    for name, says in gaps:
        yield row(Span(f"{FIELDS[name].name:<20}", "dim"), says, hang=20)


def _value(account: Account, name: str) -> str:
    found = getattr(account, name)
    if found in (None, "", False, ()) and not (isinstance(found, float) and name not in account.imputed):
        return UNKNOWN if name in account.imputed | account.corrected else ""
    if name in _FORMS:
        return _FORMS[name](found)
    if isinstance(found, tuple):
        return ", ".join(found)
    return "yes" if found is True else f"{found:g}" if isinstance(found, float) else str(found)


def _touches(entry: Entry, key: str) -> bool:
    change = entry.change
    if any(account == key for account, _, _ in change.moves):
        return True
    decided = (one for _, *pair in change.decisions for one in pair if one is not None)
    return any(key in accounts_of(one) for one in decided)


def _event(entry: Entry) -> Row:
    when = entry.at.astimezone().strftime("%Y-%m-%d %H:%M")
    return row(Span(f"{when}  {entry.author}  ", "dim"), entry.change.label, hang=18)
