"""What an action of a person is: its public name, its words, its keys, and where they are in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Context: TypeAlias = Literal[
    "app",
    "plan",
    "grid",
    "policy",
    "scenarios",
    "start",
    "import",
    "reimport",
    "compare",
    "findings",
    "ax",
    "curve",
    "load",
]


@dataclass(frozen=True, slots=True)
class Command:
    """One action of a person."""

    id: str
    """Public name, for key maps; dots become underscores in the screen's method ``action_<id>``."""
    title: str
    """Two or three words, for hints and the palette."""
    help: str
    """A sentence."""
    keys: tuple[str, ...]
    """Textual key names; a sequence is written with a blank, "g d"."""
    group: str
    context: Context = "plan"
    """app: everywhere; grid: whichever table has the cursor; the others: the screen of that name."""

    @property
    def action(self) -> str:
        """Name of the Textual action."""
        return self.id.replace(".", "_")


def of(group: str, context: Context, *rows: tuple[str, ...]) -> Iterator[Command]:
    """Commands of one group and context, each written as id, title, help, and its keys."""
    for id_, title, help_, *keys in rows:
        yield Command(id_, title, help_, tuple(keys), group, context)
