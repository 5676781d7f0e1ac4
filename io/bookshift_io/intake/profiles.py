"""Exports that were imported before: known again by their columns, with what was decided about them."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bookshift_io.intake import as_of
from bookshift_io.intake.became import Became
from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.mapping import ColumnMapping, from_document
from bookshift_io.intake.vocabulary import normal
from bookshift_model.explain.words import count

ALIKE: Final = 0.75
"""Share of columns in common from which a file may be the same export with a column more or less."""
USE: Final = "use"
ANEW: Final = "anew"
_NOT_KEPT: Final = ("profile",)
_SHAPE: Final = ("encoding", "delimiter")
"""Topics of answers that are needed before a file's columns are known."""
_SHOWN: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What was decided about an export."""

    table: str
    file: str
    """Name of the file that it was decided on."""
    saved: date
    headers: tuple[str, ...]
    decided: tuple[str, ...]
    """Columns that a person decided about; the others were recognised by their names."""
    mapping: ColumnMapping
    shared: bool = True
    """Whether it is of the workspace that the file is for; otherwise it is only proposed."""

    @property
    def fingerprint(self) -> str:
        """What files of this export have in common."""
        return fingerprint(self.table, self.headers)

    @property
    def matters(self) -> bool:
        """Whether it says anything that the columns' names do not."""
        own = self.mapping
        return bool(self.decided or own.answers or own.values or own.units or own.rates or own.nulls)

    @property
    def told(self) -> str:
        """What it decides, in a few words."""
        own = self.mapping
        parts = [
            (len(self.decided), "column"),
            (len(own.answers), "answer"),
            (sum(map(len, own.values.values())), "word"),
            (len(own.rates), "rate"),
        ]
        return ", ".join(count(number, what) for number, what in parts if number) or "nothing but names"

    def to_toml(self) -> str:
        """Return the profile as a mapping document with a part about itself."""
        own = {
            "table": self.table,
            "file": self.file,
            "saved": self.saved.isoformat(),
            "headers": list(self.headers),
            "decided": list(self.decided),
        }
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in own.items()]
        return self.mapping.to_toml() + "\n[profile]\n" + "\n".join(lines).replace("\x7f", "\\u007f") + "\n"


def profile_from_toml(text: str) -> Profile:
    """Read a profile; raises `IntakeError` where it is none."""
    try:
        document = tomllib.loads(text)
        own = document.pop("profile")
        return Profile(
            table=str(own["table"]),
            file=str(own["file"]),
            saved=date.fromisoformat(own["saved"]),
            headers=tuple(map(str, own["headers"])),
            decided=tuple(map(str, own["decided"])),
            mapping=from_document(document, text),
        )
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise IntakeError(f"this is no profile of an export ({error}); delete it") from error


def fingerprint(table: str, headers: Iterable[str]) -> str:
    """Return 16 characters that depend on the table and the set of its normalised column names."""
    text = "\n".join([table, *sorted(set(map(normal, headers)))])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def made(table: str, file: str, saved: date, columns: Sequence[Became], mapping: ColumnMapping) -> Profile:
    """Return the profile of a file that was read: its part of the mapping and of the answers."""
    headers = tuple(one.header for one in columns)
    fields = {one.field for one in columns}
    answers = {
        key: answer
        for key, answer in mapping.answers.items()
        if key.startswith(f"{table}.")
        and key.partition(".")[2] not in _NOT_KEPT
        # The next export is of another day, but may state it in the same place.
        and (key != as_of.KEY or answer in (as_of.STATED, as_of.TODAY))
    }
    own = ColumnMapping(
        accounts=mapping.accounts if table == "accounts" else {},
        csms=mapping.csms if table == "csms" else {},
        nulls=mapping.nulls,
        answers=answers,
        values={name: texts for name, texts in mapping.values.items() if name in fields},
        units={name: units for name, units in mapping.units.items() if name == table},
        rates=mapping.rates if table == "accounts" else {},
    )
    decided = tuple(one.header for one in columns if one.decided)
    return Profile(table=table, file=file, saved=saved, headers=headers, decided=decided, mapping=own)


def shape_answers(profiles: Sequence[Profile], table: str) -> dict[str, str]:
    """Return what was answered about encoding and delimiter of such files, the latest answer to each."""
    keys = {f"{table}.{topic}" for topic in _SHAPE}
    found: dict[str, str] = {}
    for one in sorted((one for one in profiles if one.shared), key=lambda one: one.saved):
        found |= {key: answer for key, answer in one.mapping.answers.items() if key in keys}
    return found


def known_export(profiles: Sequence[Profile], headers: Sequence[str], log: Log) -> Profile | None:
    """Return the profile of the export that a file is: the same columns, or nearly if so answered."""
    own = [one for one in profiles if one.table == log.table]
    mark = fingerprint(log.table, headers)
    same = [one for one in own if one.fingerprint == mark]
    found = max(same, key=lambda one: (one.shared, one.saved), default=None)
    if found is not None and (found.shared or not found.matters):
        if found.matters:
            log.add(
                "info",
                f"its columns are those of {found.file} of {found.saved}: "
                f"{found.told} decided then are in force",
            )
        return found
    columns = set(map(normal, headers))
    near = found or max(own, key=lambda one: (_alike(columns, one), one.saved), default=None)
    if near is None or not near.matters or _alike(columns, near) < ALIKE:
        return None
    likeness = f"nearly those ({_difference(headers, near)})" if near is not found else "those"
    answer = log.ask(
        "profile",
        f"its columns are {likeness} of {near.file} of {near.saved}; "
        f"use what was decided then ({near.told})?",
        (USE, ANEW),
    )
    return near if answer == USE else None


def drop_idle(logs: Iterable[Log], given: Mapping[str, str]) -> None:
    """Do not ask whether a file is like one of before where all else that it asks is answered already."""
    for log in logs:
        asked = {one.key for one in log.questions}
        if asked == {f"{log.table}.profile"} and any(key in given for key in log.asked - asked):
            log.questions.clear()


def merged(given: ColumnMapping, profile: Profile, headers: Sequence[str]) -> ColumnMapping:
    """Return a mapping with what the profile adds to it; what is given goes before what was decided."""
    was = profile.mapping.of(profile.table)
    decided = {one: was[one] for one in profile.decided if one in was and one in headers}
    own = replace(
        profile.mapping,
        accounts=decided if profile.table == "accounts" else {},
        csms=decided if profile.table == "csms" else {},
    )
    return given.over(own)


def _alike(columns: set[str], one: Profile) -> float:
    own = set(map(normal, one.headers))
    return len(columns & own) / len(columns | own) if columns | own else 0.0


def _difference(headers: Sequence[str], one: Profile) -> str:
    before, now = set(map(normal, one.headers)), set(map(normal, headers))
    parts: Mapping[str, list[str]] = {
        "new": [header for header in headers if normal(header) not in before],
        "gone": [header for header in one.headers if normal(header) not in now],
    }
    return "; ".join(
        f"{word}: {', '.join(names[:_SHOWN])}{' …' if len(names) > _SHOWN else ''}"
        for word, names in parts.items()
        if names
    )
