"""The made parts of docs/files.md: fields by the names that a mapping file gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bookshift_io.export.records import ACCOUNT_HEADERS, CSM_HEADERS
from bookshift_io.intake.joins.kinds import FIELDS


def fields() -> str:
    """Field and column wherever they differ, for both files."""
    lines = []
    for table, headers in (("accounts", ACCOUNT_HEADERS), ("csms", CSM_HEADERS)):
        others = ", ".join(f"`{name}` ({column})" for name, column in headers.items() if name != column)
        lines.append(f"- `[{table}]`: {others}")
    return "\n".join(lines)


def joined_fields() -> str:
    """What is read from each kind of further file, with a few names of columns."""
    lines = []
    for kind, known in FIELDS.items():
        named = "; ".join(f"{one.name} ({', '.join(sorted(one.tiers[0])[:_EXAMPLES])})" for one in known)
        lines.append(f"- `{kind}`: {named}")
    return "\n".join(["Fields of `[join.columns]`, with names that are recognised:", "", *lines])


_EXAMPLES: Final = 2
PARTS: Final[Mapping[str, Callable[[], str]]] = {"fields": fields, "joined fields": joined_fields}
