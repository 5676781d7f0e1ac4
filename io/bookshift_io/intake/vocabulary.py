"""Fields, and the normal form in which column names are compared.

The names themselves are in `vocabulary_accounts` and `vocabulary_csms`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
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
    "languages",
    "touches",
    "leave",
    "level",
    "timezone",
    "fte",
]


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a column can be read as.

    A column named in an earlier of the `tiers` wins over one of a later tier; two of one tier are a
    question. What is named in `maybe` is never taken unasked, and columns of a tier from `firm` on are a
    question where such a column stands beside them.
    """

    name: str
    kind: Kind
    tiers: tuple[frozenset[str], ...]
    maybe: frozenset[str] = frozenset()
    firm: int = 9

    @property
    def names(self) -> frozenset[str]:
        """All column names that are taken for the field, in normal form."""
        return frozenset().union(*self.tiers)


_LONGEST: Final = 200
"""Characters of a column name that are looked at."""
_SUFFIX: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9]{0,14}__)?([A-Za-z0-9]\w*?)__(?:c|r|pc|s)", re.IGNORECASE)
"""A custom field of Salesforce, with the namespace of a package or without."""
_PATH: Final = re.compile(r"(?<=\w)\.(?=\w)")
_HOLDERS: Final = frozenset(
    {"traits", "organization fields", "custom fields", "custom field", "custom", "properties", "fields", "cf"}
)
"""First parts of a path that say where a field is kept, not what it is."""
_DO_NOT_MODIFY: Final = re.compile(
    r"\((do not modify|nicht ändern|ne pas modifier|no modificar)\)", re.IGNORECASE
)
_BRACKETS: Final = re.compile(
    r"[(\[](?!(?:in )?(?:days|weeks|months|tagen?|jours|dias)\b).*?[)\]]", re.IGNORECASE
)
"""What stands in brackets; not where it says that the column counts days to what it is named after."""
_ENTITY: Final = re.compile(r"(?:account|company|customer|client|organization|organisation) (.+)")


def normal(header: str) -> str:
    """Return a column name in lower-case words without accents.

    ``Renewal_Date__c``, ``RenewalDate``, ``ns__Renewal_Date__c`` and ``traits.renewalDate`` are
    ``renewal date``; ``CSM__r.Email`` is ``csm email``, ``Account: Account Name`` is ``account name``.
    """
    text = unicodedata.normalize("NFKD", header[:_LONGEST]).strip()
    text = "".join(one for one in text if not unicodedata.combining(one))
    parts = [_words(part) for part in _PATH.split(text)]
    if len(parts) > 1 and parts[0] in _HOLDERS:
        parts = parts[1:]
    words = " ".join(parts).removeprefix("cf ").split()
    return " ".join(one for i, one in enumerate(words) if i == 0 or one != words[i - 1])


def _words(part: str) -> str:
    part = part.strip()
    own = _SUFFIX.fullmatch(part)
    if own:
        part = own.group(1)
    part = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", part)
    return re.sub(r"[\W_]+", " ", part.casefold()).strip()


def readings_of(header: str, *, account: bool = True) -> tuple[str, ...]:
    """Return the names that a column may go by, the fullest first.

    Without what stands in brackets, and in a table of accounts without the word that says so:
    ``Company Health Score (current)`` is ``company health score current``, ``company health score`` and
    ``health score``.
    """
    if _DO_NOT_MODIFY.search(header):  # Dynamics' hidden columns: the record's key, its checksum, its date
        return (normal(header),)
    found = [normal(header), normal(_BRACKETS.sub(" ", header))]
    for one in found[:] if account else ():
        entity = _ENTITY.fullmatch(one)
        if entity:
            found.append(entity.group(1))
    return tuple(dict.fromkeys(one for one in found if one))


def means(header: str, fields: Iterable[Field], *, account: bool = True) -> bool:
    """Tell whether a column of this name is taken for one of the fields, or asked about."""
    own = set(readings_of(header, account=account))
    return any(own & one.names or own & one.maybe for one in fields)


def label(name: str) -> str:
    """Return what a person calls a field."""
    return {"arr": "ARR", "fte": "FTE", "nps": "NPS", "csat": "CSAT", "id": "id"}.get(
        name, name.replace("_", " ")
    )


def names(*texts: str) -> frozenset[str]:
    """Return the names in comma-separated texts."""
    return frozenset(one.strip() for text in texts for one in text.split(",") if one.strip())


def field(name: str, kind: Kind, *tiers: str, maybe: str = "", firm: int = 9) -> Field:
    """Make a field from comma-separated column names in normal form, a text a tier."""
    return Field(name, kind, tuple(names(tier) for tier in tiers), names(maybe), firm)
