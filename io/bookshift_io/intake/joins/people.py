"""Opportunities and contacts to what they say of an account: an open deal, the owner, a lost champion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from bookshift_io.intake.joins.step import Step
from bookshift_io.intake.owners import Roster
from bookshift_io.intake.vocabulary import names, normal

_CLOSED_STAGES: Final = ("closed", "won", "lost", "gewonnen", "verloren", "abandoned", "omitted")
_LEFT: Final = names(
    "left, left company, inactive, departed, former, former employee, no longer with company, bounced",
    "no longer at company, ausgeschieden, inaktiv",
)


def opportunities(
    steps: Sequence[Step], accounts: int, roster: Roster | None, *, owners: bool
) -> dict[int, dict[str, Any]]:
    """Return by account whether a deal is open and, with `owners`, the owner of the latest opportunity.

    The latest is the one created last, or closing last where the file has no such date; rows without a
    date go before the others.
    """
    if not any(at is not None for step in steps for at in step.at):
        return {}
    found: dict[int, dict[str, Any]] = {at: {"open_deal": False} for at in range(accounts)}
    latest: dict[int, date] = {}
    seen: set[str] = set()
    for step in steps:
        by_number = (step.header("opportunity") or "").casefold().endswith("id")
        for row in range(step.table.rows):
            number = step.text("opportunity", row) if by_number else ""
            if number and number in seen:
                step.leave_out(row, f"it repeats opportunity {number!r}", "it repeats an opportunity")
                continue
            seen.add(number)
            at = step.at[row] if step.at else None
            if at is None:
                continue
            if _is_open(step, row):
                found[at]["open_deal"] = True
            owner = step.text("owner", row)
            day = step.value("created", row) or step.value("close", row) or date.min
            if owners and owner and day >= latest.get(at, date.min):
                latest[at] = day
                found[at]["owner"] = (roster.find(owner) if roster else None) or owner
    return found


def _is_open(step: Step, row: int) -> bool:
    if "is_closed" in step.read:
        return not step.value("is_closed", row)
    stage = normal(step.text("stage", row)).split()
    return bool(stage) and not any(word in _CLOSED_STAGES for word in stage)


def contacts(steps: Sequence[Step]) -> dict[int, dict[str, Any]]:
    """Return by account whether it has lost its champion: it had some, and all of them have left."""
    there: dict[int, list[bool]] = {}
    for step in steps:
        for row in range(step.table.rows):
            at = step.at[row] if step.at else None
            champion = step.value("champion", row) or "champion" in normal(step.text("role", row))
            if not champion:
                step.leave_out(row, "it is no champion")
            elif at is not None:
                left = step.value("left", row) or normal(step.text("status", row)) in _LEFT
                there.setdefault(at, []).append(not left)
    return {at: {"champion_lost": not any(stay)} for at, stay in there.items()}
