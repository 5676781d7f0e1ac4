"""How an import knows files of our own: those made for people, and the columns that a plan adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

PEOPLE_MARKER: Final = "Bookshift (for people)"
"""Header of the first column of every file of the *people* profile; the column numbers the rows."""

WORKBOOK_KEYWORD: Final = "bookshift-people"
"""Keyword in the properties of our workbooks and reports; an import refuses a workbook that has it."""

SOURCE: Final = "source: "
"""Before a further column of plan.csv whose name would be taken for a field or for a column of the plan."""

PLAN_COLUMNS: Final = (
    "plan_owner_name",
    "previous_owner_id",
    "previous_owner_name",
    "plan_moved",
    "plan_reason",
    "plan_held",
    "plan_hours",
    "plan_churn",
    "plan_touch_level",
    "plan_imputed",
    "plan_corrected",
)
"""Headers that plan.csv has besides an account's own columns; they say nothing about the account itself."""


def is_for_people(headers: Iterable[str]) -> bool:
    """Whether a header row is that of a file made for people, whose cells are not exact."""
    return any(one.strip("\ufeff' \t") == PEOPLE_MARKER for one in headers)
