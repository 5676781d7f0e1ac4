"""The fields of an account that a planner can correct, and the value that a person types for one.

A number or a day may be typed as in a file, as long as it means one thing by itself.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, Final, Literal, TypeAlias

from bookshift_model.edits import EditError
from bookshift_model.portfolio import GRADES, TOUCH_LEVELS, Account
from bookshift_model.read_absent import says_nothing
from bookshift_model.read_days import possible_days
from bookshift_model.read_numbers import DOLLAR, DOLLARS, LARGEST
from bookshift_model.read_numbers import parse as read_number

Kind: TypeAlias = Literal["number", "whole", "date", "text", "flag", "touch", "grade", "csm"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an account that can be corrected."""

    name: str
    """What people call it."""
    kind: Kind
    low: float = -math.inf
    high: float = math.inf


OWNER: Final = "owner"

FIELDS: Final[dict[str, Field]] = {
    OWNER: Field("owner", "csm"),
    "arr": Field("ARR", "number", 0),
    "health": Field("health", "number", 0, 100),
    "renewal": Field("renewal date", "date"),
    "touch": Field("touch level", "touch"),
    "complexity": Field("complexity", "whole", 1, 5),
    "segment": Field("segment", "text"),
    "industry": Field("industry", "text"),
    "region": Field("region", "text"),
    "risk": Field("risk", "grade"),
    "churn_probability": Field("churn probability", "number", 0, 1),
    "expansion": Field("expansion potential", "grade"),
    "usage": Field("usage", "number", 0, 100),
    "parent": Field("family", "text"),
    "owner_since": Field("owner since", "date"),
    "customer_since": Field("customer since", "date"),
    "onboarding_until": Field("onboarding until", "date"),
    "location": Field("location", "text"),
    "language": Field("language", "text"),
    "strategic": Field("strategic", "flag"),
    "escalation": Field("escalation", "flag"),
    "open_deal": Field("open deal", "flag"),
    "champion_lost": Field("champion lost", "flag"),
}
"""By the field's name in `Account`. Ids and names are the CRM's to say; so is who owns an account, and a
correction of its owner says only which CSM is meant by what stands there."""

_NUMBER: Final = re.compile(r"-?\d{1,15}(\.\d{1,9})?", re.ASCII)
_KIND_OF_FILE: Final[dict[Kind, str]] = {"csm": "owner"}
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(\.\d{3})+", re.ASCII)
"""What may be thousands as some countries write them; `written` text is never read like that."""
_MAX_TEXT: Final = 255
_MAX_DAY: Final = 60
_WITHIN: Final = 0.625
"""Part of the highest value that shows how a number is written."""


def written(value: Any) -> str:
    """A value as text, as a correction keeps it; empty for unknown."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.9f}".rstrip("0").rstrip(".")
    return str(value)


def field_called(field: str) -> Field:
    """The field that can be corrected. Raises `EditError` for another field, and for what is none."""
    if field in FIELDS:
        return FIELDS[field]
    if field in Account.__dataclass_fields__:
        raise EditError(f"{field} cannot be corrected here; correct it in the CRM and import again")
    near = get_close_matches(field.casefold(), FIELDS, 1)
    meant = f"perhaps {near[0]} is meant" if near else f"the fields are {', '.join(FIELDS)}"
    raise EditError(f"there is no field {field!r}; {meant}")


def parse(field: str, text: str, currency: str = "") -> Any:
    """The value that a person types for a field; empty is unknown. Raises `EditError` with what to type.

    A number or a day may be written as in a file, as long as it means one thing by itself. An amount in
    another currency than `currency` is refused, where that is known.
    """
    known, text = field_called(field), " ".join(text.split())
    if known.kind == "number" and not math.isfinite(known.high):
        _check_amount(known, text, currency)
    return _read(known, text)


def value_of(field: str, text: str) -> Any:
    """The value that a stored text stands for, as `written` made it; empty is unknown.

    Raises `EditError` where it is none, as an amount that was taken before amounts had a limit.
    """
    return _read(field_called(field), " ".join(text.split()))


def _read(known: Field, text: str) -> Any:
    if not text and known.kind == "text":
        return ""
    if not text:
        if known is FIELDS["arr"] or known.kind in {"flag", "csm"}:
            raise EditError(f"{known.name} cannot be unknown; type a value")
        return None
    found = _READERS[known.kind](known, text)
    if found is None:
        raise EditError(f"{text!r} is no {known.name}; type {_wanted(known)}")
    return found


def is_nothing(field: Field, text: str) -> bool:
    """Whether a text says in a field that there is no value, as ``n/a`` does."""
    return not text or says_nothing(text, _KIND_OF_FILE.get(field.kind, field.kind))


def _number(field: Field, text: str) -> float | None:
    high = min(field.high, LARGEST)
    if _NUMBER.fullmatch(text):
        return value if field.low <= (value := float(text)) <= high else None
    found = read_number(text)
    is_share = math.isfinite(field.high)
    if found is None or (found.currency if is_share else found.percent):
        return None
    by = field.high / 100 if found.percent else 1.0
    both = [one * by for one in (found.point, found.comma) if one is not None]
    values = sorted({one for one in both if field.low <= one <= high})
    if len(values) > 1:
        raise _either(text, [typed(one) for one in values])
    return values[0] if values else None


def typed(value: float) -> str:
    """A number as it can be typed for any field, without any doubt: 12.345 with a further 0."""
    text = written(value)
    return f"{text}0" if _GROUPED.fullmatch(text) else text


def _check_amount(field: Field, text: str, currency: str) -> None:
    """Raise `EditError` for an amount that is too high, in another currency, or may be two amounts."""
    found = read_number(text)
    if found is None or found.percent:
        return
    theirs = found.currency
    same = theirs in (None, currency) or (theirs == DOLLAR and currency in DOLLARS)
    if currency and not same:
        raise EditError(f"{text!r} is not in {currency} as the plan is; type the {field.name} in {currency}")
    values = sorted({one for one in (found.point, found.comma) if one is not None})
    if values[0] > LARGEST:
        raise EditError(f"{text!r} is above 10^15, which no {field.name} is; type {_wanted(field)}")
    if len(values) > 1 and _GROUPED.fullmatch(text):
        raise _either(text, [typed(one) for one in values])


def _whole(field: Field, text: str) -> int | None:
    value = _number(field, text)
    return None if value is None or value != int(value) else int(value)


def _date(_field: Field, text: str) -> date | None:
    days = possible_days(text) if len(text) <= _MAX_DAY else ()
    if len(days) > 1:
        raise _either(text, [one.isoformat() for one in sorted(days)])
    return days[0] if days else None


def _either(text: str, readings: list[str]) -> EditError:
    return EditError(f"{text!r} may be {' or '.join(readings)}; type which of them is meant")


def _text(_field: Field, text: str) -> str | None:
    return text if len(text) <= _MAX_TEXT and text.isprintable() else None


def _word(*words: str) -> Any:
    return lambda _field, text: text.casefold() if text.casefold() in words else None


def _flag(_field: Field, text: str) -> bool | None:
    return {"yes": True, "no": False}.get(text.casefold())


_READERS: Final[dict[Kind, Any]] = {
    "number": _number, "whole": _whole, "date": _date, "text": _text, "flag": _flag,
    "touch": _word(*TOUCH_LEVELS), "grade": _word(*GRADES), "csm": _text,
}  # fmt: skip


def _wanted(field: Field) -> str:
    words = {
        "date": "it as 2026-03-31",
        "touch": f"one of {', '.join(TOUCH_LEVELS)}",
        "grade": f"one of {', '.join(GRADES)}",
        "flag": "yes or no",
        "csm": "the id or the name of a CSM",
        "text": f"at most {_MAX_TEXT} printable characters",
    }
    if field.kind in words:
        return words[field.kind]
    if not math.isfinite(field.high):
        return f"a number of {field.low:g} or more, such as 12500.5 or 12.5k"
    between = f"from {field.low:g} to {field.high:g}"
    if field.kind == "whole":
        return f"a whole number {between}"
    return f"a number {between}, such as {field.high * _WITHIN:g}"
