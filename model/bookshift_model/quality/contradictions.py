"""Dates and grades that cannot be as they stand, or that speak against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bookshift_model.columns import renewal_day
from bookshift_model.correctable import FIELDS, written
from bookshift_model.quality.group import Detail, Group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bookshift_model.quality.group import Ground

_PAST: Final = ("owner_since", "customer_since", "last_moved")
_GOOD, _POOR = 80.0, 40.0


def checks(ground: Ground) -> Iterator[Group]:
    """Findings about dates in the wrong half of time, and about health against risk."""
    accounts, today = ground.accounts, ground.portfolio.as_of
    past = ground.where(lambda a: a.renewal is not None and a.renewal < today)
    if past:

        def detail(i: int) -> Detail:
            day = accounts[i].renewal
            days = (today - day).days if day else 0
            return Detail(
                written(day), f"{days} days before the day of the data", written(renewal_day(day, today))
            )

        yield Group(
            "renewal_past", "warning", "renewal date in the past", "renewal",
            "Each is taken as renewed every 12 months since.",
            "Take what is proposed where it renewed for a year, else type the true date.", past, detail,
        )  # fmt: skip
    for name in _PAST:
        future = ground.where(
            lambda a, name=name: (day := getattr(a, name)) is not None and day > today  # type: ignore[misc]  # mypy infers no lambda with a default
        )
        if future:
            called = FIELDS[name].name if name in FIELDS else name.replace("_", " ")
            yield Group(
                f"future:{name}", "warning", f"{called} in the future", name,
                "The relationship counts as brand-new.", "Correct the date, or the day of the data.", future,
                lambda i, name=name: Detail(written(getattr(accounts[i], name)), "not yet"),  # type: ignore[misc]  # as above
            )  # fmt: skip
    rosy = ground.where(lambda a: a.risk == "low" and a.health is not None and a.health < _POOR)
    grim = ground.where(lambda a: a.risk == "high" and a.health is not None and a.health >= _GOOD)
    for id_, found, word in (("risk_low", rosy, "low"), ("risk_high", grim, "high")):
        if found:
            yield Group(
                id_, "info", f"risk is {word}, but health says otherwise", "risk",
                "The model believes each of the two half.",
                "Ask which of the two is newer, and correct the other.", found,
                lambda i: Detail(accounts[i].risk or "", f"health is {written(accounts[i].health)}"),
            )  # fmt: skip
    late = ground.where(
        lambda a: (
            a.owner_since is not None and a.customer_since is not None and a.owner_since < a.customer_since
        )
    )
    if late:
        yield Group(
            "owner_first", "info", "an owner from before the customer's first day", "owner_since",
            "The relationship counts as older than the contract.", "Correct one of the two dates.", late,
            lambda i: Detail(
                written(accounts[i].owner_since), f"customer since {written(accounts[i].customer_since)}"
            ),
        )  # fmt: skip
