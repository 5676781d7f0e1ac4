"""The fields of accounts and CSMs and the column names under which exports carry them.

The names are those of Salesforce, HubSpot, Gainsight, Totango, ChurnZero, Planhat, Vitally and Dynamics
exports and the usual German ones, in the normal form of `normal`. Where a field has several tiers, a
column of an earlier tier wins over one of a later tier; two columns of one tier are a question.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "id",
    "owner",
    "text",
    "money",
    "currency",
    "score",
    "probability",
    "growth",
    "number",
    "count",
    "date",
    "flag",
    "grade",
    "risk",
    "expansion",
    "complexity",
    "touch",
    "list",
    "touches",
    "leave",
    "level",
    "timezone",
    "fte",
]


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a column can be read as."""

    name: str
    kind: Kind
    tiers: tuple[frozenset[str], ...]

    @property
    def names(self) -> frozenset[str]:
        """All column names of the field, in normal form."""
        return frozenset().union(*self.tiers)


_LONGEST: Final = 200
"""Characters of a column name that are looked at."""


def normal(header: str) -> str:
    """Return a column name in lower-case words: ``Renewal_Date__c``, ``RenewalDate`` are ``renewal date``."""
    text = unicodedata.normalize("NFKC", header[:_LONGEST]).strip()
    text = re.sub(r"__(c|r|pc)$", "", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def _field(name: str, kind: Kind, *tiers: str) -> Field:
    return Field(name, kind, tuple(frozenset(one.strip() for one in tier.split(",")) for tier in tiers))


def label(name: str) -> str:
    """Return what a person calls a field."""
    return {"arr": "ARR", "fte": "FTE"}.get(name, name.replace("_", " "))


ACCOUNT_FIELDS: Final = (
    _field(
        "id",
        "id",
        "account id, account id 18, account 18 digit id, 18 digit account id, accountid, sfdc account id, "
        "salesforce account id, company id, customer id, client id, hs object id, company record id, "
        "crm id, kunden id, kundenid",
        "id, record id, record id company, gsid, external id",
        "account number, customer number, account no, account code, customer code, "
        "kundennummer, kunden nummer, kundennr, kunden nr",
    ),
    _field(
        "name",
        "text",
        "account name, company name, customer name, client name, organization name, organisation name, "
        "kundenname, firmenname",
        "name, account, company, customer, client, organization, organisation, kunde, firma",
    ),
    _field(
        "owner",
        "owner",
        "csm id, csm user id, csm owner id, customer success manager id, account csm id",
        "csm email, csm e mail, customer success manager email",
        "csm, csm name, customer success manager, customer success manager name, success manager, "
        "customer success owner, csm owner, assigned csm, cs owner, cs manager, account csm, "
        "kundenbetreuer, betreuer",
        "owner id, account owner id, ownerid, hubspot owner id, company owner id, current owner id, "
        "assigned to id",
        "owner email, account owner email, owner e mail",
        "owner, account owner, owner name, account owner name, company owner, hubspot owner, "
        "current owner, "
        "assigned to, account owner full name, owner full name, besitzer, accountbesitzer",
    ),
    _field(
        "arr",
        "money",
        "arr, annual recurring revenue, current arr, total arr, account arr, arr amount, arr value, "
        "active arr, "
        "arr usd, arr eur, arr gbp, annualized recurring revenue, annualised recurring revenue, "
        "contracted arr, "
        "customer arr, annual recurring revenue arr, hs annual recurring revenue",
    ),
    _field(
        "currency", "currency", "currency, arr currency, currency iso code, account currency, currency code"
    ),
    _field(
        "health",
        "score",
        "health score, customer health score, account health score, overall health score, "
        "current health score, "
        "health score current, overall score",
        "health, customer health, account health, overall health, scorecard score, gesundheit",
    ),
    _field("health_trend", "number", "health trend, health score trend, health change, health score change"),
    _field(
        "risk",
        "risk",
        "risk, churn risk, risk level, churn risk level, renewal risk, risk rating, risk status, "
        "account risk, at risk, risiko",
    ),
    _field(
        "churn_probability",
        "probability",
        "growth",
        "churn probability, probability of churn, churn likelihood, churn prediction, predicted churn, "
        "churn score",
    ),
    _field(
        "complexity",
        "complexity",
        "complexity, account complexity, complexity score, complexity rating, technical complexity",
    ),
    _field(
        "expansion",
        "expansion",
        "expansion potential, expansion, growth potential, upsell potential, expansion opportunity, "
        "whitespace",
    ),
    _field(
        "expansion_amount",
        "money",
        "expansion amount, expansion arr, expansion pipeline, upsell amount, expected expansion, "
        "expansion value",
    ),
    _field(
        "renewal",
        "date",
        "renewal date, next renewal date, next renewal, renewal, contract renewal date, "
        "subscription renewal date, "
        "upcoming renewal date, verlängerung, verlängerungsdatum, vertragsverlängerung",
        "contract end date, contract end, subscription end date, term end date, end date, expiration date, "
        "vertragsende",
    ),
    _field(
        "owner_since",
        "date",
        "owner since, csm since, owner start date, csm start date, csm assigned date, owner assigned date, "
        "csm assignment date, current csm since, owner assigneddate, hubspot owner assigneddate",
    ),
    _field(
        "last_moved",
        "date",
        "last moved, last owner change, owner changed date, last csm change, csm changed date, "
        "last reassigned, "
        "last owner change date, last csm change date, last transfer date",
    ),
    _field(
        "customer_since",
        "date",
        "customer since, customer since date, customer start date, original contract date, "
        "first contract date, "
        "became a customer date, closedate first, contract start date, activation date, go live date",
    ),
    _field(
        "onboarding_until",
        "date",
        "onboarding until, onboarding end date, onboarding end, onboarding complete date, "
        "onboarding completion date, "
        "implementation end date",
    ),
    _field(
        "industry",
        "text",
        "industry, vertical, industry vertical, sector, primary industry, branche",
        "sub industry",
    ),
    _field(
        "region", "text", "region, sales region, account region, territory, geo, geography, theater, theatre"
    ),
    _field(
        "segment", "text", "segment, customer segment, account segment, market segment, tier, customer tier"
    ),
    _field("language", "text", "language, preferred language, account language, primary language, sprache"),
    _field(
        "location",
        "text",
        "location, account location, city, billing city, headquarters, hq location, address1 city, "
        "headquarter city",
        "country, billing country, country region, shipping country, address1 country",
    ),
    _field(
        "timezone", "timezone", "timezone, time zone, tz, utc offset, account timezone, account time zone"
    ),
    _field(
        "parent",
        "text",
        "parent account, parent account id, parent id, parent, parent company, account family, "
        "ultimate parent, "
        "parent company id, parent account name, ultimate parent account",
    ),
    _field(
        "required_skills",
        "list",
        "required skills, skills required, required skill, skills needed, needed skills, products, product",
    ),
    _field(
        "usage",
        "score",
        "usage, product usage, usage score, adoption, adoption score, product adoption, usage rate, "
        "license utilization, seat utilization, adoption rate",
    ),
    _field(
        "usage_growth", "growth", "usage growth, usage trend, usage change, growth in usage, adoption growth"
    ),
    _field("nps", "number", "nps, nps score, net promoter score, latest nps, last nps, latest nps score"),
    _field(
        "csat", "number", "csat, csat score, customer satisfaction, customer satisfaction score, latest csat"
    ),
    _field(
        "open_tickets",
        "count",
        "open tickets, open cases, open support tickets, open support cases, tickets open, "
        "number of open tickets, "
        "num open tickets, of open tickets, open ticket count",
    ),
    _field(
        "engagement",
        "grade",
        "engagement, decision maker engagement, executive engagement, exec engagement, engagement level, "
        "stakeholder engagement, sponsor engagement",
    ),
    _field(
        "escalation",
        "flag",
        "escalation, escalated, open escalation, is escalated, active escalation, open escalations, "
        "in escalation",
    ),
    _field(
        "champion_lost",
        "flag",
        "champion lost, lost champion, champion left, champion departed, champion changed, sponsor lost",
    ),
    _field(
        "open_deal",
        "flag",
        "open deal, open deals, open opportunity, open opportunities, active deal, has open opportunity, "
        "open expansion deal",
    ),
    _field(
        "strategic",
        "flag",
        "strategic, strategic account, is strategic, strategic flag, named account, key account",
    ),
    _field("fresh_start", "flag", "fresh start, fresh start wanted, wants new csm, new csm requested"),
    _field(
        "touch",
        "touch",
        "touch level, touch, touch model, ax, ax level, service level, coverage model, engagement model, "
        "cs tier, "
        "success tier, touch tier, service tier, customer success tier, appropriate experience",
    ),
)

CSM_FIELDS: Final = (
    _field(
        "id",
        "id",
        "csm id, user id, owner id, employee id, hubspot owner id, csm user id, customer success manager id",
        "id, record id, gsid, external id",
    ),
    _field(
        "name",
        "text",
        "csm name, full name, user name, customer success manager, customer success manager name, "
        "display name",
        "name, csm, owner name, user, employee name, employee, owner, kundenbetreuer, betreuer, mitarbeiter",
    ),
    _field(
        "email", "text", "email, e mail, email address, csm email, user email, work email, owner email, mail"
    ),
    _field("region", "text", "region, territory, geo, geography, csm region, theater, theatre"),
    _field("location", "text", "location, city, office, csm location, office location", "country"),
    _field("timezone", "timezone", "timezone, time zone, tz, utc offset, time zone sid key"),
    _field(
        "languages",
        "list",
        "languages, language, spoken languages, languages spoken, language skills, sprachen, sprache",
    ),
    _field(
        "industries",
        "list",
        "industries, industry, industry expertise, verticals, industry experience, vertical, "
        "branchen, branche",
    ),
    _field("skills", "list", "skills, skill, expertise, product skills, products, certifications, skill set"),
    _field(
        "touch_levels",
        "touches",
        "touch levels, touch level, touch levels served, touch, touch models, coverage, service levels, "
        "ax levels",
    ),
    _field("fte", "fte", "fte, full time equivalent, workload percent, employment rate, fte share"),
    _field(
        "hours",
        "number",
        "hours, productive hours, hours per month, monthly hours, capacity hours, productive hours per month",
    ),
    _field(
        "start",
        "date",
        "start date, hire date, start, first day, joined, date of hire, employment start date",
    ),
    _field(
        "leave",
        "leave",
        "leave, leave dates, absence, absences, planned leave, leave periods, out of office, vacation, pto",
    ),
    _field(
        "max_accounts",
        "count",
        "max accounts, maximum accounts, account limit, account cap, account capacity, "
        "maximum number of accounts",
    ),
    _field("min_arr", "money", "min arr, minimum arr, arr minimum, arr floor"),
    _field("max_arr", "money", "max arr, maximum arr, arr maximum, arr limit, arr cap, arr capacity"),
    _field("level", "level", "level, seniority, seniority level, csm level, career level, experience level"),
    _field("renewals_handled", "count", "renewals handled, renewals, renewals total, renewal count"),
    _field("renewals_won", "count", "renewals won, won renewals, renewals closed won, successful renewals"),
    _field(
        "expansion_influenced",
        "money",
        "expansion influenced, influenced expansion, expansion arr influenced, expansion won",
    ),
)
