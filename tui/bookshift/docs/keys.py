"""The made part of docs/keys.md: every command with its keys, in groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Final

from bookshift.commands import COMMANDS
from bookshift.keys import label

_WHERE: Final = {
    "app": "everywhere",
    "plan": "Plan screen",
    "grid": "tables",
    "policy": "Policy screen",
    "scenarios": "scenario list",
    "start": "first start",
    "import": "import",
    "reimport": "fresh export",
    "compare": "Compare",
    "curve": "move limits",
    "findings": "data findings",
    "ax": "AX rules",
    "load": "load",
}


def commands() -> str:
    """One table a group, in the order of the help screen."""
    tables = []
    for group, members in groupby(COMMANDS, key=lambda one: one.group):
        rows = [
            f"| {' '.join(f'`{label(key)}`' for key in one.keys)} | {one.title} | {one.help} "
            f"| {_WHERE[one.context]} | `{one.id}` |"
            for one in members
        ]
        head = ["| keys | command | does | where | id |", "|---|---|---|---|---|"]
        tables.append("\n".join([f"## {group}", "", *head, *rows]))
    return "\n\n".join(tables)


PARTS: Final[Mapping[str, Callable[[], str]]] = {"commands": commands}
