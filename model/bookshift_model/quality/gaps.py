"""What is not in the data, or could not be read: for each field what the model makes of its absence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from bookshift_model.correctable import FIELDS
from bookshift_model.explain.words import part
from bookshift_model.portfolio import ORIGINAL
from bookshift_model.quality.group import Detail, Group, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.portfolio import Account
    from bookshift_model.quality.group import Ground


class Assumption(NamedTuple):
    """What the model does where a field is empty."""

    severity: Severity
    says: str
    """A clause after the field's name and a colon."""


ASSUMED: Final[dict[str, Assumption]] = {
    "arr": Assumption("error", "counts as 0, so that no goal about ARR or churn sees the account"),
    "renewal": Assumption(
        "warning", "churn counts at mid-horizon, renewal work over the whole year, and no freeze protects it"
    ),
    "health": Assumption(
        "warning", "counts as good for hours, says nothing about churn, and makes no account high-risk"
    ),
    "touch": Assumption("info", "the touch level is derived by the AX rules of the policy"),
    "complexity": Assumption("info", "counts as 3 of 5"),
    "segment": Assumption("info", "the AX rules go by the rest"),
    "industry": Assumption("info", "every CSM counts as knowing it"),
    "region": Assumption("info", "every CSM counts as fitting; travel only where a location is stated"),
    "owner_since": Assumption("info", "the relationship counts as neither new nor strong"),
    "usage": Assumption("info", "says nothing about churn or expansion"),
}  # fmt: skip
"""By field; the fields that most figures depend on. A missing value is never made up and stored."""


def unknown(account: Account, field: str) -> bool:
    """Whether the data does not say it, or the import had to fill it in."""
    return field in account.imputed or getattr(account, field) in (None, "")


def assumed(account: Account) -> Iterator[tuple[str, str]]:
    """(field, what the model assumes) for what is unknown about one account."""
    for name, one in ASSUMED.items():
        if unknown(account, name):
            yield name, one.says


def checks(ground: Ground) -> Iterator[Group]:
    """Findings about missing and unreadable values."""
    total = float(sum(one.arr for one in ground.accounts)) or 1.0
    for name, one in ASSUMED.items():
        missing = ground.where(
            lambda a, name=name: unknown(a, name) and ORIGINAL + name not in a.extra  # type: ignore[misc]  # mypy infers no lambda with a default
        )
        if not missing:
            continue
        called = FIELDS[name].name
        share = part(len(missing) / len(ground.accounts))
        arr = part(sum(ground.accounts[i].arr for i in missing) / total)
        everywhere = len(missing) == len(ground.accounts)
        worth = f", {arr} of ARR" if name != "arr" else ""
        where = "for every account" if everywhere else f"for {share} of accounts{worth}"
        yield Group(
            f"missing:{name}",
            "info" if everywhere and one.severity == "info" else one.severity,
            f"no {called} {where}", name, f"The model goes on without: {one.says}.",
            "Add it in the CRM and import again, or type it here.",
            missing, lambda _: Detail("", "not stated"),
        )  # fmt: skip
    yield from _unreadable(ground)


def _unreadable(ground: Ground) -> Iterator[Group]:
    for name, field in FIELDS.items():
        if field.kind == "text":
            continue
        key = ORIGINAL + name
        found = ground.where(lambda a, key=key: key in a.extra)  # type: ignore[misc]  # mypy infers no lambda with a default
        if not found:
            continue
        says = ASSUMED[name].says if name in ASSUMED else "the cell counts as empty"

        def detail(i: int, key: str = key, name: str = name, called: str = field.name) -> Detail:
            text = ground.accounts[i].extra[key]
            return Detail(text, f"this is no {called} that can be read", _near(name, text))

        yield Group(
            f"unreadable:{name}", "warning", f"{field.name} that cannot be read", name,
            f"Until it is corrected: {says}.", "Type what was meant, or correct the file and import again.",
            found, detail,
        )  # fmt: skip


def _near(name: str, text: str) -> str:
    """What an unreadable number probably meant: one with a zero too many."""
    field, digits = FIELDS[name], text.strip().rstrip("%").strip()
    if field.kind not in {"number", "whole"} or not digits.isascii() or not digits.isdigit():
        return ""
    value = int(digits[:12])
    while value > field.high and value % 10 == 0:
        value //= 10
    return str(value) if field.low <= value <= field.high and name != "arr" else ""
