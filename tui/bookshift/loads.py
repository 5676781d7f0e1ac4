"""The load month by month in words, cells and plain values: for the screen, the page and programs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from bookshift.reports import table
from bookshift.text import UNKNOWN, count, hours, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bookshift_model.load import Load
    from bookshift_model.portfolio import Portfolio

_IDLE, _ACT, _FULL = 0.60, 0.90, 1.00
_MOST: Final = 999
NONE: Final = "none"
"""Stands where there are hours but no capacity."""
LEGEND: Final = f"% of capacity: ! over 100, + from 90, - under 60; {NONE}: no capacity"
HANDOFFS: Final = "handoffs: the policy's hours for each move (assumed), not part of capacity"
_MONTH: Final = "%b"


def tone_of(utilisation: float) -> str:
    """The tone for a utilisation; its symbol says the same."""
    if math.isnan(utilisation) or utilisation < _IDLE:
        return "dim"
    return "bad" if _rounded(utilisation) > _FULL else "warn" if _rounded(utilisation) >= _ACT else ""


def written(utilisation: float) -> str:
    """A utilisation in four cells: ``!131``, ``+95``, ``80``, ``-52``."""
    if math.isnan(utilisation):
        return UNKNOWN
    if math.isinf(utilisation):
        return NONE
    whole = _rounded(utilisation)
    sign = "!" if whole > _FULL else "+" if whole >= _ACT else "-" if whole < _IDLE else ""
    return f"{sign}{min(_MOST, whole * 100):.0f}"


def months(load: Load) -> list[str]:
    """Short names of the months."""
    return [one.strftime(_MONTH) for one in load.months]


def rows(load: Load, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Name and utilisation in each month, all CSMs together first."""
    yield "All", *map(written, load.team.utilisation[:, 0].tolist())
    for name, utilisation in zip(names, load.utilisation.T.tolist(), strict=True):
        yield name, *map(written, utilisation)


def page(today: Load, plan: Load, names: Sequence[str]) -> str:
    """Both as tables, the overloads of the plan in words, and what the figures are."""
    head = "CSM", *months(plan)
    parts = [
        f"Load month by month from {plan.as_of}, {LEGEND}", "",
        f"Today: {in_short(today)}", table(head, rows(today, names)), "",
        f"Plan: {in_short(plan)}", table(head, rows(plan, names)), "",
    ]  # fmt: skip
    parts += [
        f"! {plain(name)}: {'; '.join(found)}"
        for j, name in enumerate(names)
        if (found := overloads(plan, j))
    ]
    return "\n".join([*parts, HANDOFFS.capitalize()])


def overloads(load: Load, csm: int) -> list[str]:
    """The months in which a CSM has more hours than capacity: ``March: 131 h of 105 h``."""
    return [
        f"{month:%B}: {hours(done)} h of {hours(room)} h"
        + (f", {hours(handed)} h of it handoffs" if handed else "")
        for month, done, room, handed, used in zip(
            load.months,
            load.hours[:, csm].tolist(),
            load.capacity[:, csm].tolist(),
            (load.outgoing + load.incoming)[:, csm].tolist(),
            load.utilisation[:, csm].tolist(),
            strict=True,
        )
        if used > _FULL
    ]


def in_short(load: Load) -> str:
    """How many CSMs are overloaded in how many months, and what the handoffs take."""
    over = load.utilisation > _FULL
    who, of = int(over.any(axis=0).sum()), over.shape[1]
    says = (
        f"{count(who)} of {count(of)} CSMs over 100 % in some month, {count(int(over.sum()))} in all"
        if who
        else "nobody over 100 % in any month"
    )
    out, taken = float(load.outgoing.sum()), float(load.incoming.sum())
    return says + (f"; handoffs {hours(out)} h out, {hours(taken)} h in" if out or taken else "")


def record(load: Load, portfolio: Portfolio) -> dict[str, Any]:
    """Hours by CSM and month as JSON values; utilisation is None without capacity."""
    return {
        "from": load.as_of.isoformat(),
        "months": [f"{one:%Y-%m}" for one in load.months],
        "csms": {
            csm.id: {
                "name": name,
                "accounts": load.work[:, j].tolist(),
                "handoffs_out": load.outgoing[:, j].tolist(),
                "handoffs_in": load.incoming[:, j].tolist(),
                "capacity": load.capacity[:, j].tolist(),
                "utilisation": [
                    one if math.isfinite(one) else None for one in load.utilisation[:, j].tolist()
                ],
            }
            for j, (csm, name) in enumerate(zip(portfolio.csms, portfolio.csm_names, strict=True))
        },
    }


def _rounded(utilisation: float) -> float:
    """As it is written, so that 100 % is never an overload nor 90 % none; a shade over 100 % is 101 %."""
    whole = round(utilisation, 2)
    return whole + 0.01 if utilisation > _FULL >= whole else whole
