"""A line of the policy screen: what it shows, what may be typed, and which policy comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bookshift.panes.sheet import Row, heading, row
from bookshift.widgets.columns import Column
from bookshift.widgets.grid import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bookshift.screens.policy_figures import Figures
    from bookshift_model.policy import Policy

COLUMNS: Final = (
    Column("name", "", 27, share=4, priority=0),
    Column("setting", "Set to", 8, align="right", priority=0),
    Column("limit", "Limit", 11, align="right", priority=1),
    Column("today", "Today", 7, align="right", priority=2),
    Column("plan", "Plan", 7, align="right", priority=2),
    Column("unit", "Unit", 12, share=3, priority=4),
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A policy to put in force, and what to call the change."""

    policy: Policy
    label: str


class Entry:
    """A line; those that have nothing to type, step or cycle answer None."""

    edits: str = ""
    """Key of the column in which a number is typed."""

    def __init__(self, key: str) -> None:
        self.key = key

    def cells(self, policy: Policy, figures: Figures | None) -> Sequence[Cell | str]:
        """One cell for each of `COLUMNS`."""
        raise NotImplementedError

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """What to know about it."""
        raise NotImplementedError

    def written(self, policy: Policy) -> str:
        """The number as it is typed; empty where there is none."""
        return ""

    def typed(self, policy: Policy, text: str) -> Edit | None:
        """What becomes of the policy; raises `PolicyError` with what to type instead."""
        return None

    def stepped(self, policy: Policy, steps: int) -> Edit | None:
        """A step up or down."""
        return None

    def cycled(self, policy: Policy) -> Edit | None:
        """The next of a few values."""
        return None


class Heading(Entry):
    """The title of a part of the policy."""

    def __init__(self, title: str, heads: tuple[str, str, str, str], says: str = "") -> None:
        super().__init__(f"part {title}")
        self._title = title
        self._heads = heads
        self._says = says

    def cells(self, policy: Policy, figures: Figures | None) -> Sequence[Cell | str]:
        """The title, and what the columns mean here."""
        return [Cell(self._title.upper(), "strong"), *(Cell(one, "dim") for one in self._heads), ""]

    def about(self, policy: Policy, figures: Figures | None) -> list[Row]:
        """What the part is for."""
        return [heading(self._title), row(self._says)]


def formula(mathematics: str) -> str:
    """The mathematics of a goal or rule on one line."""
    return " ".join(mathematics.replace("`", "").split())


def word(value: Any) -> str:
    """A value of a setting as it is shown."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def low(name: str) -> str:
    """A name in the middle of a sentence; ARR stays ARR."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
