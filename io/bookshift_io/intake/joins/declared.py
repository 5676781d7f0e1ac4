"""A join as a planner declares it in mapping.toml: which file, by which column, to which accounts."""

from __future__ import annotations

import glob
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Any, Final, Literal, get_args

from bookshift_io.intake.findings import IntakeError

JoinKind = Literal["contracts", "tickets", "usage", "opportunities", "contacts"]
Match = Literal["id", "name", "parent", "column"]
Wins = Literal["join", "accounts"]

KINDS: Final[tuple[JoinKind, ...]] = get_args(JoinKind)
MATCHES: Final[tuple[Match, ...]] = get_args(Match)
WINS: Final[tuple[Wins, ...]] = get_args(Wins)
_TEXTS: Final = ("name", "kind", "file", "key", "match", "column")
_TABLES: Final = ("columns", "conflict")
_DATES: Final = re.compile(r"[0-9]+(?:[-_. ]*[0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """One saved step: rows of a further file, summed up by account."""

    name: str
    """First part of its questions' keys, such as ``contracts.conflict.arr``."""
    kind: JoinKind
    file: str
    """Pattern of the file's name without its ending: ``contracts_*``."""
    key: str = ""
    """Column of the file that says which account a row is about; found by its values where empty."""
    match: Match = "id"
    """What the key is: the account's id (15 or 18 characters), its name, its family, or a further column."""
    column: str = ""
    """Column of the accounts file that holds the key, with `match` = ``column``."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column to field, for columns that are not recognised by their names."""
    conflict: Mapping[str, Wins] = field(default_factory=dict)
    """Who is right where the accounts file holds another value: field to ``join`` or ``accounts``."""

    def is_for(self, file: str, headers: Sequence[str]) -> bool:
        """Tell whether a file is this step's: by its name, or because it has every column declared."""
        if fnmatchcase(stem(file), self.file.casefold()):
            return True
        named = {self.key, *self.columns} - {""}
        return len(named) > 1 and named <= set(headers)

    def to_toml(self) -> list[str]:
        """Return the lines of its part of the mapping."""
        lines = ["", "[[join]]"]
        lines += [f"{one} = {_quoted(getattr(self, one))}" for one in _TEXTS if getattr(self, one)]
        for one in _TABLES:
            if entries := getattr(self, one):
                lines += ["", f"[join.{one}]"]
                lines += [f"{_quoted(key)} = {_quoted(value)}" for key, value in entries.items()]
        return lines


def stem(file: str) -> str:
    """Return the name of a file without its ending, in lower case."""
    return PurePath(file).stem.casefold()


def pattern(file: str) -> str:
    """Return the pattern that a file and its later editions share: their dates and numbers may differ."""
    return _DATES.sub("*", glob.escape(stem(file)))


def step_name(file: str) -> str:
    """Return what a file's step is called: its name without dates, as one word."""
    found = re.sub(r"[\W_]+", "_", _DATES.sub(" ", stem(file))).strip("_") or "joined"
    return f"{found}_joined" if found in ("accounts", "csms") else found


def joins_from(document: Mapping[str, Any]) -> tuple[Join, ...]:
    """Read the ``[[join]]`` parts of a mapping document.

    Raises:
        IntakeError: a part that cannot be used; the message names it.

    """
    parts = document.get("join", [])
    if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        raise IntakeError("join in the mapping must be written as [[join]], once for each file")
    found = tuple(map(_join_from, parts))
    names = [one.name for one in found]
    twice = {one for one in names if names.count(one) > 1}
    if twice:
        raise IntakeError(f"the mapping has two joins called {min(twice)!r}; give each a name of its own")
    return found


def _join_from(part: Mapping[str, Any]) -> Join:
    unknown = set(part) - {*_TEXTS, *_TABLES}
    if unknown:
        raise IntakeError(f"a join in the mapping has {min(unknown)!r}; use {', '.join((*_TEXTS, *_TABLES))}")
    texts = {one: part[one] for one in _TEXTS if one in part}
    tables = {one: part[one] for one in _TABLES if one in part}
    if not all(isinstance(one, str) for one in texts.values()) or not all(
        isinstance(one, dict) and all(isinstance(text, str) for text in one.values())
        for one in tables.values()
    ):
        raise IntakeError('a join in the mapping must hold texts, such as kind = "contracts"')
    if "kind" not in texts or "file" not in texts:
        raise IntakeError('a join in the mapping needs kind and file, such as file = "contracts_*"')
    _one_of("kind", texts["kind"], KINDS)
    _one_of("match", texts.get("match", "id"), MATCHES)
    for name, winner in tables.get("conflict", {}).items():
        _one_of(f"conflict about {name}", winner, WINS)
    if texts.get("match") == "column" and not texts.get("column"):
        raise IntakeError('a join with match = "column" needs column, a column of the accounts file')
    return Join(**{"name": step_name(texts["file"].replace("*", " ")), **texts, **tables})


def _one_of(what: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise IntakeError(f"a join in the mapping has the {what} {value!r}; use one of {', '.join(known)}")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
