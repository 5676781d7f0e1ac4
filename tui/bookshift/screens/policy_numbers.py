"""Numbers of a policy as a person writes and reads them: 25, 1.5M, 15%, 75–85%."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from bookshift_model.policy import PolicyError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

Kind: TypeAlias = Literal["number", "whole", "percent", "money", "days"]

_NUMBER: Final = re.compile(
    r"(?P<sign>[-−]?)(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?P<decimals>\.[0-9]+)?(?P<unit>[kKmM%]?)"
)
_FACTORS: Final = {"": 1.0, "k": 1e3, "m": 1e6, "%": 0.01}
_MILLION: Final = 1e6
_THOUSAND: Final = 1e3
_ENDLESS: Final = 1e12
"""An end so far away that it is not worth naming."""


def written(value: float, kind: Kind) -> str:
    """The value as it is shown, and as `read` takes it."""
    if kind == "percent":
        return f"{100 * value:.4g}%"
    if kind == "days":
        return f"{value:g} days"
    if kind == "money":
        for unit, letter in ((_MILLION, "M"), (_THOUSAND, "k")):
            if value >= unit and round(value / unit, 2) * unit == value:
                return f"{value / unit:.10g}{letter}"
        return f"{value:,.0f}" if value == round(value) else f"{value:,}"
    return f"{value:,.0f}" if value == round(value) else f"{value:.10g}"


def read(text: str, kind: Kind) -> float:
    """What was typed; raises `PolicyError` with what to type instead."""
    cleaned = text.strip().removesuffix("days" if kind == "days" else "").replace(" ", "")
    found = _NUMBER.fullmatch(cleaned)
    if found is None or (found["digits"] is None and found["decimals"] is None):
        raise PolicyError(f"“{text.strip()}” is no number; type {_example(kind)}")
    unit = found["unit"].lower()
    if unit and (unit == "%") != (kind == "percent"):
        raise PolicyError(f"“{text.strip()}” has the wrong unit here; type {_example(kind)}")
    number = float((found["digits"] or "0").replace(",", "") + (found["decimals"] or ""))
    number = -number if found["sign"] else number
    if kind == "percent" and not unit:
        if 0 < abs(number) <= 1:
            raise PolicyError(f"{number:g} could be {number:.4g}% or {100 * number:.4g}%; write the % sign")
        unit = "%"
    if kind in {"whole", "days"} and number != round(number):
        raise PolicyError(f"{number:g} is no whole number; type {_example(kind)}")
    # Seven places: a percentage must not come back as 0.15000000000000002.
    return round(number * _FACTORS[unit], 12)


def read_range(text: str) -> tuple[float, float]:
    """Two percentages, such as 75–85%; raises `PolicyError`."""
    parts = [one for one in re.split(r"[-–\s]+|to", text.strip().replace("%", " ")) if one]
    if len(parts) != 2:  # noqa: PLR2004 - from and to
        raise PolicyError(f"“{text.strip()}” is no range; type two percentages such as 75–85%")
    low, high = (read(f"{one}%", "percent") for one in parts)
    if low > high:
        raise PolicyError(f"{parts[0]}% is above {parts[1]}%; type the lower end first")
    return low, high


def ends(field: FieldInfo) -> dict[str, float]:
    """The ends of what a field takes: `ge` or `gt`, and `le` or `lt`, those that it has."""
    return {
        name: getattr(one, name)
        for one in field.metadata
        for name in ("ge", "gt", "le", "lt")
        if getattr(one, name, None) is not None
    }


def within(name: str, number: float, kind: Kind, field: FieldInfo) -> float:
    """The number, if the field takes it; raises `PolicyError` with what to type instead."""
    found = ends(field)
    above, low = "gt" in found, found.get("ge", found.get("gt"))
    below, high = "lt" in found, found.get("le", found.get("lt"))
    if low is not None and (number < low or (above and number == low)):
        wrong = f"is not more than {written(low, kind)}" if above else f"is less than {written(low, kind)}"
    elif high is not None and (number > high or (below and number == high)):
        wrong = f"is more than the {written(high, kind)} allowed"
        if below:
            wrong = f"is not less than {written(high, kind)}"
    else:
        return number
    start = f"more than {written(low or 0, kind)}" if above else f"from {written(low or 0, kind)}"
    most = "" if high is None or high >= _ENDLESS else f" to {written(high, kind)}"
    raise PolicyError(f"{name}: {written(number, kind)} {wrong}; type a number {start}{most}")


def _example(kind: Kind) -> str:
    return {
        "number": "a number such as 12.5",
        "whole": "a whole number such as 12",
        "percent": "a percentage such as 15%",
        "money": "an amount such as 1.5M or 250k",
        "days": "a whole number of days such as 60",
    }[kind]
