"""Any portfolio written as plain CSV is read back equal, and any bytes that come in are accounted for."""

from __future__ import annotations

import csv
import io
import string
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from intake_rig import conserves

from bookshift_io.intake.read import read_portfolio
from bookshift_model.portfolio import GRADES, TOUCH_LEVELS, Account, Csm, Portfolio
from bookshift_model.read_absent import says_nothing

ACCOUNT_COLUMNS = {
    "account_id": "id",
    "name": "name",
    "owner_id": "owner",
    "arr": "arr",
    "health_score": "health",
    "risk": "risk",
    "churn_probability": "churn_probability",
    "industry": "industry",
    "region": "region",
    "segment": "segment",
    "complexity": "complexity",
    "expansion_potential": "expansion",
    "expansion_amount": "expansion_amount",
    "renewal_date": "renewal",
    "strategic": "strategic",
    "touch_level": "touch",
    "usage": "usage",
    "nps": "nps",
    "csat": "csat",
    "open_tickets": "open_tickets",
    "escalation": "escalation",
    "champion_lost": "champion_lost",
    "onboarding_until": "onboarding_until",
    "open_deal": "open_deal",
    "language": "language",
    "location": "location",
    "timezone": "timezone",
    "parent_account": "parent",
    "owner_since": "owner_since",
    "customer_since": "customer_since",
    "last_moved": "last_moved",
    "fresh_start": "fresh_start",
    "health_trend": "health_trend",
    "usage_growth": "usage_growth",
    "engagement": "engagement",
    "required_skills": "required_skills",
}
CSM_COLUMNS = {
    "csm_id": "id",
    "name": "name",
    "email": "email",
    "region": "region",
    "location": "location",
    "timezone": "timezone",
    "languages": "languages",
    "industries": "industries",
    "skills": "skills",
    "touch_levels": "touch_levels",
    "fte": "fte",
    "hours": "hours",
    "start_date": "start",
    "leave": "leave",
    "max_accounts": "max_accounts",
    "min_arr": "min_arr",
    "max_arr": "max_arr",
    "level": "level",
    "renewals_handled": "renewals_handled",
    "renewals_won": "renewals_won",
    "expansion_influenced": "expansion_influenced",
}
# Conventions that a file of one or two rows may leave unproved.
ANSWERS = {
    f"{table}.{topic}": answer
    for table in ("accounts", "csms")
    for topic, answer in (("decimal", "point"), ("scale.health", "0-100"), ("scale.usage", "0-100"))
} | {"accounts.delimiter": "comma", "csms.delimiter": "comma"}

LETTERS = string.ascii_letters + string.digits + " ,;|'\"()[]=+-@./&ÄéßŁ東\N{EURO SIGN}"
words = st.text(LETTERS, max_size=12).map(lambda text: "" if says_nothing(text, "text") else text.strip())
items = st.lists(
    st.text(string.ascii_letters + "-+ é", min_size=1, max_size=8).map(str.strip), max_size=3
).filter(lambda found: not any(says_nothing(one, "list") for one in found))
lists = items.map(lambda found: tuple(dict.fromkeys(one for one in found if one)))
ids = st.text(string.ascii_letters + string.digits + "-_.", min_size=1, max_size=18)
days = st.dates(date(1950, 1, 1), date(2099, 12, 31))
cents = st.integers(0, 10**13).map(lambda value: value / 100)


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(round(low * 1000), round(high * 1000)).map(lambda value: value / 1000)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def periods(found: list[tuple[date, date]]) -> tuple[tuple[date, date], ...]:
    return tuple((min(one), max(one)) for one in found)


def csms(identifier: str) -> st.SearchStrategy[Csm]:
    return st.builds(
        Csm,
        id=st.just(identifier),
        name=words.filter(bool),
        email=words,
        region=words,
        location=words,
        timezone=maybe(st.integers(-48, 56).map(lambda quarter: quarter / 4)),
        languages=lists,
        industries=lists,
        skills=lists,
        touch_levels=st.lists(st.sampled_from(TOUCH_LEVELS), unique=True).map(tuple),
        fte=numbers(0, 1.5),
        hours=maybe(numbers(0, 200)),
        start=maybe(days),
        leave=st.lists(st.tuples(days, days), max_size=2).map(periods),
        max_accounts=maybe(st.integers(0, 500)),
        min_arr=maybe(cents),
        max_arr=maybe(cents),
        level=maybe(st.sampled_from(["junior", "senior"])),
        renewals_handled=maybe(st.integers(0, 99)),
        renewals_won=maybe(st.integers(0, 99)),
        expansion_influenced=maybe(cents),
    )


def accounts(identifier: str, owners: list[str]) -> st.SearchStrategy[Account]:
    return st.builds(
        Account,
        id=st.just(identifier),
        name=words.filter(bool),
        arr=cents,
        owner=maybe(st.sampled_from(owners)),
        touch=maybe(st.sampled_from(TOUCH_LEVELS)),
        health=maybe(numbers(0, 100)),
        health_trend=maybe(numbers(-50, 50)),
        risk=maybe(st.sampled_from(GRADES)),
        churn_probability=maybe(numbers(0, 1)),
        complexity=maybe(st.integers(1, 5)),
        expansion=maybe(st.sampled_from(GRADES)),
        expansion_amount=maybe(cents),
        renewal=maybe(days),
        owner_since=maybe(days),
        last_moved=maybe(days),
        customer_since=maybe(days),
        onboarding_until=maybe(days),
        industry=words,
        region=words,
        segment=words,
        language=words,
        location=words,
        timezone=maybe(st.integers(-48, 56).map(lambda quarter: quarter / 4)),
        parent=words,
        required_skills=lists,
        usage=maybe(numbers(0, 100)),
        usage_growth=maybe(numbers(-1, 1.5)),
        nps=maybe(st.integers(-100, 100).map(float)),
        csat=maybe(numbers(0, 10)),
        open_tickets=maybe(st.integers(0, 999)),
        engagement=maybe(st.sampled_from(GRADES)),
        escalation=st.booleans(),
        champion_lost=st.booleans(),
        open_deal=st.booleans(),
        strategic=st.booleans(),
        fresh_start=st.booleans(),
    )


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    csm_ids = draw(st.lists(ids, min_size=1, max_size=3, unique=True))
    account_ids = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    return Portfolio(
        accounts=tuple(draw(accounts(one, csm_ids)) for one in account_ids),
        csms=tuple(draw(csms(one)) for one in csm_ids),
        as_of=draw(days),
        currency=draw(st.sampled_from(["USD", "EUR"])),
    )


def cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case float():
            return f"{value:.4f}" if value != int(value) else str(int(value))
        case tuple():
            return ";".join("/".join(map(cell, one)) if isinstance(one, tuple) else one for one in value)
        case _:
            return str(value)


def as_csv(records: tuple[Any, ...], columns: dict[str, str], dialect: dict[str, Any]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, **dialect)
    writer.writerow(columns)
    writer.writerows([cell(getattr(one, name)) for name in columns.values()] for one in records)
    return out.getvalue().encode()


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(portfolios(), st.sampled_from([{}, {"quoting": csv.QUOTE_ALL}, {"lineterminator": "\n"}]))
def test_a_portfolio_written_as_csv_is_read_back_equal(portfolio: Portfolio, dialect: dict[str, Any]) -> None:
    intake = read_portfolio(
        as_csv(portfolio.accounts, ACCOUNT_COLUMNS, dialect),
        as_csv(portfolio.csms, CSM_COLUMNS, dialect),
        answers=ANSWERS,
        as_of=portfolio.as_of,
        currency=portfolio.currency,
    )

    assert intake.portfolio == portfolio, intake.findings
    assert conserves(intake)


FRAGMENTS = st.sampled_from(
    [
        *"aA1,;|\t\n\r\"' .-=+()%€$é\0\ufeff\u202e\x1b",
        '""',
        "1,234",
        "1.234,5",
        "31/12/2026",
        "id",
        "name",
        "Total",
    ]
)
BODIES = st.lists(FRAGMENTS, max_size=60).map("".join)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(["", "account_id,name,arr,renewal_date\n", "id;name;arr\n", "name\tid\tarr\n"]),
    BODIES,
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_whatever_comes_in_is_accounted_for(header: str, body: str, encoding: str) -> None:
    data = (header + body).encode(encoding, errors="replace")
    intake = read_portfolio(data, b"csm_id,name\nC1,Ada\n", answers={"accounts.column.arr": "none"})

    assert conserves(intake)
    assert intake.accounts.rejected == len(intake.rejects["accounts"][1])
    if intake.portfolio is None:
        assert intake.questions or any(one.severity == "error" for one in intake.findings)
    else:
        assert len(intake.portfolio.accounts) == intake.accounts.accepted
        total = sum(one.arr for one in intake.portfolio.accounts)
        assert abs(total - intake.accounts.arr_accepted) <= 1e-6 * (1 + total)
