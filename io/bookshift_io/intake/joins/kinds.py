"""What a further file may hold: the fields of each kind, and which kind a file looks like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from bookshift_io.intake.joins.declared import KINDS, JoinKind, stem
from bookshift_io.intake.vocabulary import Field, field, names, readings_of

ACCOUNT_KEYS: Final = (
    names(
        "account id, account id 18, accountid, account 18 digit id, account record id, sfdc account id, "
        "salesforce account id, company id, customer id, client id, organization id, organisation id, "
        "parent account id, kunden id, kundenid, associated company id, associated company ids, "
        "account number, customer number, kundennummer, kundennr, account external id, external account id"
    ),
    names(
        "account, account name, customer, customer name, company, company name, client, client name, "
        "organization, organisation, organization name, kunde, kundenname, firma, firmenname, "
        "associated company, parent account, end customer"
    ),
)
"""Columns that say which account a row is about: ids and numbers, then names."""

FIELDS: Final[Mapping[JoinKind, tuple[Field, ...]]] = {
    "contracts": (
        field("line", "text", "line id, line item id, contract line id, subscription line id, line number, "
              "line item, position"),
        field("contract", "text", "contract id, contract number, contract no, subscription id, "
              "subscription number, agreement id, agreement number, order id, order number, vertragsnummer, "
              "vertrag id", "contract name, subscription name, contract, subscription, vertrag", "id"),
        field("replaces", "text", "replaces, renewed from, renewal of, previous contract, predecessor, "
              "previous contract id, previous subscription id, predecessor id, prior contract, "
              "prior contract id, original contract id, renewed contract, renewed contract id, vorgänger"),
        field("replaced_by", "text", "replaced by, renewed by, successor, successor id, next contract, "
              "next contract id, renewal contract, renewal contract id, superseded by, nachfolger"),
        field("status", "text", "status, contract status, subscription status, state, agreement status"),
        field("start", "date", "start date, contract start date, contract start, subscription start date, "
              "subscription start, start, term start date, effective date, valid from, vertragsbeginn, "
              "beginn"),
        field("end", "date", "end date, contract end date, contract end, subscription end date, "
              "subscription end, end, term end date, expiration date, expiry date, valid until, valid to, "
              "vertragsende, ende"),
        field("renewal", "date", "renewal date, next renewal date, next renewal, contract renewal date"),
        field("auto_renew", "flag", "auto renew, auto renewal, autorenew, automatic renewal, "
              "auto renewal flag, auto renews, evergreen, automatische verlangerung"),
        field("annual", "money", "arr, annual recurring revenue, annual value, annual amount, acv, "
              "annual contract value, annualised value, annualized value, annual price, annual fee, "
              "yearly amount, yearly value, contract arr, current arr, amount per year, jahreswert, "
              "jahresbetrag"),
        field("monthly", "money", "mrr, monthly recurring revenue, monthly amount, monthly value, "
              "monthly price, monthly fee, amount per month, cmrr, monatsbetrag, monatlich"),
        field("quarterly", "money", "qrr, quarterly amount, quarterly value, quarterly price, "
              "quarterly fee, amount per quarter, quartalsbetrag"),
        field("total", "money", "tcv, total contract value, contract value, total value, total amount, "
              "total price, contract amount, vertragswert, gesamtwert"),
        field("amount", "money", "amount, value, price, fee, net amount, subscription amount, "
              "recurring amount, betrag, preis"),
        field("period", "text", "amount period, price period, rate period, period, amount per, price per, "
              "unit"),
        field("billing", "text", "billing frequency, billing period, billing cycle, payment frequency, "
              "invoice frequency, frequency, billing interval, zahlungsweise"),
        field("term", "text", "term, term months, contract term, contract term months, subscription term, "
              "term in months, term length, term years, laufzeit"),
        field("currency", "currency", "currency, currency iso code, currency code, contract currency"),
    ),
    "tickets": (
        field("ticket", "text", "ticket id, ticket number, ticket, case id, case number, case no, issue key, "
              "issue id, request id, incident number, conversation id, vorgangsnummer", "id, number, key"),
        field("status", "text", "status, ticket status, case status, state, ticket state"),
        field("created", "date", "created, created date, created at, date created, opened, opened date, "
              "opened at, date time opened, open date, create date, creation date, erstellt, erstellt am"),
        field("closed", "date", "closed, closed date, closed at, date closed, date time closed, resolved, "
              "resolved at, solved at, resolution date, close date, geschlossen am"),
        field("is_closed", "flag", "is closed, is resolved, is solved"),
        field("severity", "text", "severity, priority, ticket priority, case priority, impact, urgency, "
              "prioritat, schweregrad"),
        field("escalated", "flag", "escalated, is escalated, escalation, escalation flag, eskaliert"),
    ),
    "usage": (
        field("date", "date", "date, day, week, month, period, period start, period end, snapshot date, "
              "usage date, usage month, measured at, as of, as of date, datum, monat"),
        field("score", "score", "adoption score, usage score, adoption, product adoption, adoption rate, "
              "usage rate, product usage, seat utilization, seat utilisation, license utilization, "
              "licence utilisation, license utilisation, utilization, utilisation"),
        field("value", "number", "active users, monthly active users, weekly active users, "
              "daily active users, mau, wau, dau, users active, logins, sessions, events, usage, "
              "usage count, total usage, api calls, transactions, used seats, seats used, assigned seats"),
        field("seats", "number", "seats, licenses, licences, licensed users, purchased seats, "
              "licensed seats, seats purchased, contracted seats, entitled seats, lizenzen"),
    ),
    "opportunities": (
        field("opportunity", "text", "opportunity id, opportunity, opportunity name, deal id, deal name, "
              "deal, record id", "id, name"),
        field("stage", "text", "stage, opportunity stage, deal stage, stage name, phase, sales stage"),
        field("is_closed", "flag", "is closed, closed"),
        field("created", "date", "created date, created, create date, created at, date created"),
        field("close", "date", "close date, expected close date, closing date, closed date, closedate, "
              "abschlussdatum"),
        field("owner", "text", "csm, csm id, csm email, customer success manager",
              "opportunity owner id, owner id, deal owner id",
              "opportunity owner email, owner email, opportunity owner, deal owner, owner, owner name, "
              "opportunity owner name, account manager"),
    ),
    "contacts": (
        field("contact", "text", "contact id, contact, contact name, full name, email, email address",
              "id, name"),
        field("champion", "flag", "champion, is champion, customer champion, sponsor, executive sponsor"),
        field("role", "text", "role, contact role, buying role, persona, contact type, relationship role"),
        field("left", "flag", "left, has left, left company, left the company, no longer with company, "
              "no longer at company, departed, inactive, is inactive, job changed"),
        field("status", "text", "status, contact status, employment status"),
    ),
}  # fmt: skip

_SURE: Final[Mapping[JoinKind, frozenset[str]]] = {
    "contracts": frozenset(
        {"annual", "monthly", "quarterly", "total", "term", "auto_renew", "replaces", "replaced_by"}
    ),
    "tickets": frozenset({"ticket", "severity", "escalated"}),
    "usage": frozenset({"score", "value", "seats"}),
    "opportunities": frozenset({"stage"}),
    "contacts": frozenset({"champion", "role", "left"}),
}
"""Fields that speak for a kind more than others: a status or a date stands in any table."""
_WORDS: Final[Mapping[JoinKind, tuple[str, ...]]] = {
    "contracts": ("contract", "subscription", "agreement", "vertrag", "vertrage", "abo"),
    "tickets": ("ticket", "case", "support", "issue", "zendesk"),
    "usage": ("usage", "adoption", "telemetry", "nutzung", "activity"),
    "opportunities": ("opportunit", "deal", "pipeline"),
    "contacts": ("contact", "champion", "kontakt", "people"),
}
_ENOUGH: Final = 3
"""Points from which a kind is proposed."""


def look_like(file: str, headers: Sequence[str]) -> tuple[JoinKind, ...]:
    """Return the kinds that a file may be, the likeliest first; the others of `KINDS` are not among them."""
    own = [set(readings_of(header)) for header in headers]
    points = {kind: _points(kind, file, own) for kind in KINDS}
    found = sorted((kind for kind in KINDS if points[kind] >= _ENOUGH), key=lambda kind: -points[kind])
    return tuple(found)


def own_columns(kind: JoinKind, headers: Sequence[str]) -> tuple[set[int], set[int]]:
    """Return the columns whose names are a field of the kind, and of them those that speak for it most."""
    own, sure = set[int](), set[int]()
    for i, header in enumerate(headers):
        mine = set(readings_of(header))
        for one in FIELDS[kind]:
            if mine & one.names:
                own.add(i)
                if one.name in _SURE[kind]:
                    sure.add(i)
    return own, sure


def _points(kind: JoinKind, file: str, own: Iterable[set[str]]) -> int:
    columns = list(own)
    found = {one.name for one in FIELDS[kind] if any(mine & one.names for mine in columns)}
    sure = found & _SURE[kind]
    named = 2 * any(word in stem(file) for word in _WORDS[kind])
    # A name alone says little, and so do dates and a status: something of its own has to be there.
    return len(found) + len(sure) + named if sure or named else 0


def named_keys(headers: Sequence[str]) -> tuple[int, ...]:
    """Return the columns whose names say that they name the account, ids before names."""
    own = [(i, set(readings_of(header, account=False))) for i, header in enumerate(headers)]
    return tuple(i for tier in ACCOUNT_KEYS for i, mine in own if mine & tier)
