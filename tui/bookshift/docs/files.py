"""The made part of docs/files.md: fields that a mapping file names otherwise than the columns are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from bookshift_io.export.records import ACCOUNT_HEADERS, CSM_HEADERS


def fields() -> str:
    """Field and column wherever they differ, for both files."""
    lines = []
    for table, headers in (("accounts", ACCOUNT_HEADERS), ("csms", CSM_HEADERS)):
        others = ", ".join(f"`{name}` ({column})" for name, column in headers.items() if name != column)
        lines.append(f"- `[{table}]`: {others}")
    return "\n".join(lines)


PARTS: Final[Mapping[str, Callable[[], str]]] = {"fields": fields}
