"""Which column is read as which field, as a planner can save, edit and give again (TOML)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bookshift_io.intake.findings import IntakeError
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS

IGNORE: Final = "ignore"
"""In place of a field: the column is not read at all."""
EXTRA: Final = "extra"
"""In place of a field: the column is kept as a further column."""
MAX_TOML: Final = 1_000_000

_FIELDS: Final = {
    "accounts": frozenset(one.name for one in ACCOUNT_FIELDS),
    "csms": frozenset(one.name for one in CSM_FIELDS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """Column headers to field names for both files, with what counts as empty and answers given before."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    csms: Mapping[str, str] = field(default_factory=dict)
    nulls: tuple[str, ...] = ()
    """Cell texts that mean "no value", besides the empty cell; never applied to ids and names."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers to questions by key, such as ``accounts.dates = "day-first"``."""

    def of(self, table: str) -> Mapping[str, str]:
        """Return the columns of ``accounts`` or ``csms``."""
        return self.accounts if table == "accounts" else self.csms

    def to_toml(self) -> str:
        """Return the mapping as a TOML document that `from_toml` reads back equal."""
        lines = [
            "# Which column is read as which field.",
            f'# A column may also be "{EXTRA}" (kept as it is) or "{IGNORE}" (not read).',
            "# Texts that mean no value, besides the empty cell; ids and names are never among them:",
            f"nulls = [{', '.join(_quoted(one) for one in self.nulls)}]",
        ]
        for name, entries in (("accounts", self.accounts), ("csms", self.csms), ("answers", self.answers)):
            lines += [
                "",
                f"[{name}]",
                *(f"{_quoted(key)} = {_quoted(value)}" for key, value in entries.items()),
            ]
        return "\n".join(lines) + "\n"


def from_toml(text: str) -> ColumnMapping:
    """Read a mapping document.

    Raises:
        IntakeError: not TOML, too large, or an entry that means nothing; the message names it.

    """
    if len(text) > MAX_TOML:
        raise IntakeError("the mapping is larger than 1 MB; it needs one line a column")
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not TOML, a number of thousands of digits, or too deep
        raise IntakeError(f"the mapping is not TOML ({error}); correct that line") from error
    unknown = set(document) - {"accounts", "csms", "nulls", "answers"}
    if unknown:
        raise IntakeError(f"the mapping has a part {min(unknown)!r}; use accounts, csms, nulls or answers")
    nulls = document.get("nulls", [])
    if not isinstance(nulls, list) or not all(isinstance(one, str) for one in nulls):
        raise IntakeError('nulls in the mapping must be a list of texts, such as ["n/a", "-"]')
    columns = {name: _texts(document, name) for name in ("accounts", "csms", "answers")}
    for table, fields in _FIELDS.items():
        for column, meaning in columns[table].items():
            if meaning not in fields | {IGNORE, EXTRA}:
                allowed = ", ".join(sorted(fields))
                raise IntakeError(
                    f"the mapping reads column {column!r} of {table} as {meaning!r}, which is no field; "
                    f"use {EXTRA}, {IGNORE} or one of {allowed}"
                )
    return ColumnMapping(
        accounts=columns["accounts"], csms=columns["csms"], nulls=tuple(nulls), answers=columns["answers"]
    )


def _texts(document: dict[str, Any], name: str) -> dict[str, str]:
    part = document.get(name, {})
    if not isinstance(part, dict) or not all(isinstance(one, str) for one in part.values()):
        raise IntakeError(f'[{name}] in the mapping must hold lines such as "Column" = "text"')
    return part


def _quoted(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
