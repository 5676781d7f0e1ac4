"""The CRMs to which a plan can be written back: what their imports call things, and how they know people."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bookshift_io.export.sheets import EXACT, Style
from bookshift_io.export.writing import ExportError
from bookshift_io.intake.text import id_key, salesforce_18

Reading: TypeAlias = Callable[[str], "str | None"]

MAX_NAME: Final = 120
"""Characters of a column name that a person gives."""

_FIELD: Final = re.compile(r"([A-Za-z]\w*:)?[A-Za-z]\w*(\.[A-Za-z]\w*)?", re.ASCII)
_GUID: Final = re.compile(r"\{?([0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12})\}?", re.ASCII | re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_DEACTIVATED: Final = re.compile(r"\((deactivated|removed)\b[^)]*\)$", re.IGNORECASE)
"""How HubSpot marks the name of somebody who can own nothing any more."""
_USER: Final = "005"
_FULL: Final = 18
"""Characters of a Salesforce id with its check characters."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of identity that a CRM accepts: what people call it, and the exact text that it becomes."""

    says: str
    read: Reading
    """The text for the file, or ``None`` where the CRM would refuse it."""
    flaw: Callable[[str], str] = lambda _text: ""
    """What is wrong with a text that is nearly such an identity, empty where it is none at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmOptions:
    """What a planner may say about a write-back; what is empty follows the CRM's own way."""

    target: str = ""
    """Column that receives the owner, such as ``CSM__c``."""
    key: str = ""
    """Column that identifies the record."""
    key_from: str = ""
    """Column of the accounts file that holds the record's id."""
    owner_from: str = ""
    """Column of the CSMs file that holds what the CRM knows the owner by: id, name, email, or any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crm:
    """One CRM, or any program that takes a file of records and owners."""

    id: str
    name: str
    key: str
    target: str
    record: Kind
    owner: Kind
    keys: tuple[str, ...] = ()
    """Normal names of account columns that may hold the record's id, where the account's id does not."""
    owners: tuple[str, ...] = ()
    """What a CSM is known by, in order of preference: id, name, email, or normal names of further columns."""
    style: Style = EXACT
    echo: bool = False
    """Whether the columns ``(Do Not Modify) …`` of the source are returned as they stood."""
    back: Reading = lambda _text: None
    """What the CRM's import takes back as its own export writes it, besides what `owner` reads."""
    clear: str = ""
    """What empties the target, for accounts that nobody owned; nothing where the CRM's import cannot."""


_NAMES: Final = ("crm id", "crm user id")
_OF_SALESFORCE: Final = (
    *_NAMES, "salesforce id", "salesforce user id", "sfdc id", "sfdc user id", "user id", "owner id", "id",
)  # fmt: skip


def _any(text: str) -> str | None:
    return text or None


def _salesforce(text: str) -> str | None:
    short = id_key(text)
    found = salesforce_18(short)
    # Eighteen characters with wrong check characters are an id that somebody typed.
    return None if found is None or text not in {short, found} else found


def _salesforce_user(text: str) -> str | None:
    found = _salesforce(text)
    return found if found and found.startswith(_USER) else None


def _wrong_check(text: str) -> str:
    """Say what is wrong with an id of 18 characters that somebody typed or a program changed."""
    right = salesforce_18(text[:-3]) if len(text) == _FULL else None
    if right is None or right == text:
        return ""
    return f"the last three characters of {text!r} do not fit the others ({right[-3:]!r} would)"


def _digits(text: str) -> str | None:
    return text if text.isascii() and text.isdigit() else None


def _guid(text: str) -> str | None:
    found = _GUID.fullmatch(text)
    return found[1] if found else None


def _email(text: str) -> str | None:
    return text if _EMAIL.fullmatch(text) else None


def _exported_name(text: str) -> str | None:
    """A user as HubSpot exports one: by name, which its import takes as well as the e-mail address."""
    known = "@" in text or text.isdigit() or _DEACTIVATED.search(text)
    return None if known else text or None


def _email_or_digits(text: str) -> str | None:
    return _email(text) or _digits(text)


ANY: Final = Kind("value", _any)
EMAIL: Final = Kind("e-mail address", _email)
SALESFORCE: Final = Kind("Salesforce id (15 or 18 letters and digits)", _salesforce, _wrong_check)
SALESFORCE_USER: Final = Kind(
    "Salesforce user id (15 or 18 letters and digits from 005)", _salesforce_user, _wrong_check
)

CRMS: Final[Mapping[str, Crm]] = {
    one.id: one
    for one in (
        Crm(
            id="salesforce", name="Salesforce", key="Id", target="OwnerId",
            record=SALESFORCE, owner=SALESFORCE_USER,
            keys=("account id", "account id 18", "salesforce account id", "sfdc account id", "salesforce id",
                  "sfdc id", "crm id", "id", "external id"),
            owners=(*_OF_SALESFORCE, ":id"),
            style=Style(line_end="\n"),
        ),
        Crm(
            id="hubspot", name="HubSpot", key="Record ID", target="Company owner",
            record=Kind("HubSpot record id (digits)", _digits),
            owner=Kind("e-mail address or HubSpot owner id", _email_or_digits),
            keys=("record id", "company record id", "company id", "hs object id", "hubspot id", "crm id"),
            owners=(":email", "hubspot owner id", *_NAMES, "user id", "owner id", ":id"),
            back=_exported_name,
        ),
        Crm(
            id="dynamics", name="Dynamics 365", key="(Do Not Modify) Account", target="Owner",
            record=Kind("Dynamics record id (a GUID)", _guid),
            owner=Kind("full name", _any),
            keys=("do not modify account", "account guid", "accountid", "account id", "crm id"),
            owners=(":name",),
            echo=True,
        ),
        Crm(
            id="gainsight", name="Gainsight", key="GSID", target="CSM Email",
            record=ANY, owner=EMAIL,
            keys=("gsid", "company gsid"),
            owners=(":email",),
        ),
        Crm(
            id="generic", name="the other system", key="account_id", target="owner_id",
            record=ANY, owner=ANY, owners=(":id",),
        ),
    )
}  # fmt: skip
"""The CRMs by the name of their export profile."""


def crm_with(crm: Crm, options: CrmOptions) -> Crm:
    """The CRM as a planner wants it; raises `ExportError` for names that no import can take."""
    for name in (options.target, options.key, options.key_from, options.owner_from):
        if len(name) > MAX_NAME or not (name.isprintable() if name else True):
            raise ExportError(
                f"{name[:40]!r} is no name of a column; give one of at most {MAX_NAME} characters"
            )
    made = replace(crm, key=options.key or crm.key, target=options.target or crm.target)
    if made.key == made.target:
        raise ExportError(
            f"the record and its owner would both be in the column {made.key!r}; name two columns"
        )
    if crm.id != "salesforce":
        return made
    made = _salesforce_field(made)
    # A field of text may well hold names; a field that refers to a user holds an id.
    as_text = options.owner_from in {"name", "email"} and made.target != crm.target
    return replace(made, owner=ANY) if as_text else made


def _salesforce_field(crm: Crm) -> Crm:
    """Salesforce with the kind of value that the target asks for: a user, any record, or a field of it."""
    if not _FIELD.fullmatch(crm.target):
        raise ExportError(
            f"{crm.target!r} is no Salesforce field; give its API name, such as OwnerId, CSM__c, "
            "or CSM__r.External_ID__c"
        )
    relation, dot, field = crm.target.partition(".")
    if dot:
        known = field.casefold()
        if known in {"email", "username"}:
            return replace(crm, owner=EMAIL, owners=(known, ":email"), clear="")
        return replace(crm, owner=ANY, owners=(field,))
    if relation.endswith("__r"):
        raise ExportError(
            f"{crm.target} is a relationship and needs a field of it; give {crm.target}.External_ID__c "
            f"with your field's name, or {relation[:-1]}c for an id"
        )
    if relation == "OwnerId":
        return crm
    return replace(crm, owner=SALESFORCE, clear="#N/A")
