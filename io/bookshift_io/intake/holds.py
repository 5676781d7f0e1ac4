"""What each field holds, in words for a list to choose from and for the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ACCOUNTS: Final[Mapping[str, tuple[str, str]]] = {
    "id": (
        "Account ID 18, Customer ID, Record ID, (Do Not Modify) Account, GSID",
        "the CRM's id, unique; upper and lower case differ",
    ),
    "name": ("Account Name, Company Name, customer", "what people call the account"),
    "owner": (
        "CSM ID, CSM Email, CSM, CSM__r.External_ID__c, Account Owner, Company Owner",
        "today's owner: a CSM's id, e-mail address or name",
    ),
    "arr": (
        "Annual Recurring Revenue, Current ARR, ARR (USD)",
        "annual recurring revenue: `12500`, `12,500.00`, `€ 12.500`, `12.5k`",
    ),
    "currency": ("ARR Currency, Currency ISO Code", "three-letter code"),
    "health": ("Customer Health Score, Health, Current Score", "0 (worst) to 100 (best)"),
    "risk": ("Churn Risk, Risk Level, Renewal Risk", "low, medium or high; or a probability"),
    "renewal": ("Next Renewal Date, Contract End Date", "date of the next renewal"),
    "industry": ("Vertical, Sector", "any text; the same words as the CSMs' industries"),
    "region": ("Territory, Geo", "any text"),
    "segment": (
        "Customer Segment, Tier",
        "any text; words such as enterprise or SMB shift the touch level where none is stated",
    ),
    "complexity": ("Account Complexity, Complexity Score", "1 (simple) to 5 (hard)"),
    "expansion": ("Upsell Potential, Growth Potential", "low, medium or high; or an amount"),
    "touch": ("AX, Coverage Model, CS Tier", "strategic, high, mid, low or tech"),
    "strategic": ("Strategic Account, Key Account", "yes or no"),
    "usage": ("Product Usage, Adoption Score", "0 to 100"),
    "nps": ("NPS Score, Net Promoter Score", "number"),
    "csat": ("Customer Satisfaction", "number"),
    "open_tickets": ("Open Cases, Open Support Tickets", "whole number"),
    "escalation": ("Escalated, Open Escalations", "yes or no, or a count"),
    "champion_lost": ("Champion Left", "yes or no"),
    "engagement": ("Decision Maker Engagement, Executive Engagement", "low, medium or high"),
    "onboarding_until": ("Onboarding End Date", "last day of the onboarding"),
    "open_deal": ("Open Opportunities, Number of open deals", "yes or no, or a count"),
    "language": ("Preferred Language", "any text"),
    "location": ("City, Billing City, Country", "any text"),
    "timezone": (
        "Time Zone, UTC Offset",
        "hours from UTC (`-5`, `+05:30`) or a zone such as Europe/Paris",
    ),
    "parent": ("Parent Account ID, Ultimate Parent", "accounts with the same parent are a family"),
    "owner_since": ("CSM Since, Owner Assigned Date", "date"),
    "customer_since": ("Customer Start Date, Original Contract Date", "date"),
    "last_moved": ("Last Owner Change", "date of the last change of owner"),
    "fresh_start": ("New CSM Requested", "yes where the customer asked for somebody new"),
    "health_trend": ("Health Score Change", "points a quarter"),
    "usage_growth": ("Usage Trend", "share a quarter: `0.1` or `10%`"),
    "churn_probability": ("Churn Likelihood, Predicted Churn", "0 to 1, or percent"),
    "expansion_amount": ("Expansion Pipeline, Expected Expansion", "amount of ARR"),
    "required_skills": ("Skills Needed, Required Skills", "list separated by `;`"),
}
"""By field of an account: column names that are recognised, as examples, and what it holds."""

CSMS: Final[Mapping[str, tuple[str, str]]] = {
    "id": ("User ID, Owner ID, Employee ID, Employee Number", "the CRM's id of the person"),
    "name": ("CSM Name, Full Name, Employee Name", "what people call the CSM"),
    "email": ("Email Address, Work Email", "e-mail address"),
    "region": ("Territory", "any text; the same words as the accounts'"),
    "location": ("City, Office", "any text"),
    "timezone": ("Time Zone", "as for accounts"),
    "languages": ("Spoken Languages", "list separated by `;` or commas"),
    "industries": ("Industry Expertise, Verticals", "list separated by `;`"),
    "skills": ("Product Skills, Certifications", "list"),
    "touch_levels": (
        "Touch Levels Served",
        "list of strategic, high, mid, low, tech; empty means all",
    ),
    "fte": (
        "Full Time Equivalent",
        "0 (takes no accounts) to 1.5, or percent; empty means 1",
    ),
    "hours": (
        "Productive Hours, Hours per Month",
        "productive hours a month at full time; empty means the policy's",
    ),
    "start": ("Hire Date", "first day; a recent one means ramp"),
    "leave": (
        "Planned Leave, PTO",
        "periods such as `2026-12-01/2026-12-31` or `1.12.2026-31.12.2026`, and single days, parted by `;`",
    ),
    "max_accounts": ("Account Cap, Maximum Accounts", "whole number"),
    "min_arr": ("Minimum ARR", "amount"),
    "max_arr": ("Maximum ARR, ARR Cap", "amount"),
    "level": ("Seniority", "junior or senior"),
    "renewals_handled": ("Renewals Total", "whole number"),
    "renewals_won": ("Won Renewals", "whole number"),
    "expansion_influenced": ("Influenced Expansion", "amount"),
}
"""By field of a CSM: column names that are recognised, as examples, and what it holds."""


def holds(table: str) -> Mapping[str, tuple[str, str]]:
    """Return examples and meaning by field of a table."""
    return CSMS if table == "csms" else ACCOUNTS
