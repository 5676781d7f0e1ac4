"""The made parts of docs/files.md: columns with what they hold, and fields as a mapping file names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bookshift_io.export.records import ACCOUNT_HEADERS, CSM_HEADERS
from bookshift_io.intake.holds import holds
from bookshift_io.intake.joins.kinds import FIELDS


def fields() -> str:
    """Field and column wherever they differ, for both files."""
    lines = []
    for table, headers in (("accounts", ACCOUNT_HEADERS), ("csms", CSM_HEADERS)):
        others = ", ".join(f"`{name}` ({column})" for name, column in headers.items() if name != column)
        lines.append(f"- `[{table}]`: {others}")
    return "\n".join(lines)


def account_columns() -> str:
    """The columns of an accounts file."""
    return _columns("accounts", ACCOUNT_HEADERS)


def csm_columns() -> str:
    """The columns of a file of CSMs."""
    return _columns("csms", CSM_HEADERS)


def _columns(table: str, headers: Mapping[str, str]) -> str:
    known = holds(table)
    lines = ["| column | also recognised | holds |", "|---|---|---|"]
    for name, column in headers.items():
        examples, meaning = known[name]
        others = ", ".join(f"`{one}`" for one in examples.split(", "))
        lines.append(f"| `{column}` | {others} | {meaning} |")
    return "\n".join(lines)


def joined_fields() -> str:
    """What is read from each kind of further file, with a few names of columns."""
    lines = []
    for kind, known in FIELDS.items():
        named = "; ".join(f"{one.name} ({', '.join(sorted(one.tiers[0])[:_EXAMPLES])})" for one in known)
        lines.append(f"- `{kind}`: {named}")
    return "\n".join(["Fields of `[join.columns]`, with names that are recognised:", "", *lines])


_EXAMPLES: Final = 2
PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "account columns": account_columns,
    "csm columns": csm_columns,
    "fields": fields,
    "joined fields": joined_fields,
}
