"""Recognises the columns of a table: by the mapping given, by name, by nearly the name, or by asking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from bookshift_io.export.marker import PLAN_COLUMNS
from bookshift_io.intake.findings import Log
from bookshift_io.intake.mapping import EXTRA, IGNORE
from bookshift_io.intake.tables import Table
from bookshift_io.intake.vocabulary import Field, label, normal

NEARLY: Final = 92.0
"""Similarity, of 100, from which a misspelt column name is recognised: one letter in a word of seven.

"Renewal rate" and "renewal date" are 91.7 alike.
"""
NONE: Final = "none"
"""The answer that a file has no such column."""

_PERHAPS_ARR: Final = re.compile(
    r"\b(revenue|amount|acv|arr|contract|value|subscription|\w*umsatz|\w*betrag|vertragswert)\b"
)
_PERHAPS_ID: Final = re.compile(r"\b(id|no|number|code|key|nr|\w*nummer|\w+nr)\b")
_ID_KINDS: Final = ("id", "owner", "text")
"""Kinds of fields whose column can be the id as well."""
_KEY_SHARE: Final = 0.5
"""Share of rows with a value of their own above which a column can be the id.

Not all of them: it is for the import to reject a duplicate, and to ask about the column it stands in.
"""
_NOT_NEARLY: Final = frozenset({"branch"})
"""Words of their own that are one letter off the name of a field: an office, and German for an industry."""
_NUMBER: Final = re.compile(r"[^0-9]{0,4}[0-9][0-9.,' ]*[^0-9]{0,4}")
_CHOICES: Final = 30


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the fields of a table are: field name to column position, and the further columns."""

    position: Mapping[str, int]
    extra: tuple[int, ...]
    ignored: tuple[int, ...]

    def effective(self, table: Table) -> dict[str, str]:
        """Return header to field as a mapping file would say it."""
        named = {table.headers[i]: IGNORE for i in self.ignored} | {
            table.headers[i]: EXTRA for i in self.extra
        }
        for name, i in self.position.items():
            if named.get(table.headers[i], EXTRA) in (EXTRA, IGNORE):
                named[table.headers[i]] = name
        return {header: named[header] for header in table.headers}


def known_names(fields: Iterable[Field]) -> frozenset[str]:
    """Return every column name, in normal form, that means one of the fields."""
    return frozenset().union(*(one.names for one in fields))


def recognise(
    table: Table,
    fields: Sequence[Field],
    required: Sequence[str],
    given: Mapping[str, str],
    log: Log,
) -> Columns:
    """Return where each field is; questions that stay open are in the log.

    A column named in `given` is read as that says. Then names count, then names nearly right. Revenue
    or an amount is never taken for ARR unasked.
    """
    finder = _Finder(table, fields, log)
    finder.take_given(given)
    finder.take_named()
    finder.take_nearly_named()
    for name in required:
        finder.require(name)
    return finder.columns()


class _Finder:
    def __init__(self, table: Table, fields: Sequence[Field], log: Log) -> None:
        self._table = table
        self._fields = fields
        self._log = log
        self._position: dict[str, int] = {}
        self._settled = {i: IGNORE for i, name in enumerate(table.headers) if name in PLAN_COLUMNS}
        self._asked: set[str] = set()
        self._normal = [
            {normal(name), normal(re.sub(r"[(\[].*?[)\]]", " ", name))} - {""} for name in table.repeats
        ]

    def take_given(self, given: Mapping[str, str]) -> None:
        for header, meaning in given.items():
            if header not in self._table.headers:
                self._log.add(
                    "info", "the mapping names this column, but the file does not have it", column=header
                )
                continue
            i = self._table.headers.index(header)
            if meaning not in (EXTRA, IGNORE) and meaning in self._position:
                self._log.refuse(f"the mapping reads two columns as {meaning}; keep one", column=header)
                continue
            self._settled[i] = meaning
            if meaning not in (EXTRA, IGNORE):
                self._position[meaning] = i

    def take_named(self) -> None:
        claims: dict[str, list[tuple[int, int]]] = {}
        for one in self._fields:
            claims[one.name] = [
                (tier, i)
                for i, names in enumerate(self._normal)
                if i not in self._settled
                for tier in [next((t for t, known in enumerate(one.tiers) if names & known), None)]
                if tier is not None
            ]
        for name, found in claims.items():
            if name in self._position or not found:
                continue
            best = min(found)[0]
            first = [i for tier, i in found if tier == best]
            same = len(first) == 1 or len({self._table.columns[i] for i in first}) == 1
            i = first[0] if same else self._choose(name, first)
            if i is None:
                self._asked.add(name)
                continue
            self._settle(name, i)
            for other in {j for _, j in found} - {i}:
                if other not in self._settled:
                    self._log.add(
                        "info",
                        f"{label(name)} is read from column {self._table.headers[i]!r}; this one is kept",
                        column=self._table.headers[other],
                    )

    def take_nearly_named(self) -> None:
        open_fields = [
            one for one in self._fields if one.name not in self._position and one.name not in self._asked
        ]
        names = {text: one.name for one in open_fields for text in one.names}
        for i, own in enumerate(self._normal):
            if i in self._settled or not own or own & _NOT_NEARLY or self._is_claimed(own):
                continue
            hits = {
                names[text]
                for mine in own
                for text, _, _ in process.extract(mine, list(names), scorer=fuzz.ratio, score_cutoff=NEARLY)
            } - set(self._position)
            header = self._table.headers[i]
            if len(hits) == 1:
                name = hits.pop()
                self._settle(name, i)
                self._log.add(
                    "warning",
                    f"the column is read as {label(name)}; correct its name or the mapping",
                    column=header,
                )
            elif hits:
                answer = self._log.ask(
                    f"column_{i + 1}",
                    f"what does column {header!r} hold?",
                    (*sorted(hits), EXTRA),
                    self._samples(i),
                )
                if answer in hits:
                    self._settle(answer, i)

    def require(self, name: str) -> None:
        if name in self._position or name in self._asked:
            return
        candidates = self._candidates(name)
        choices = [self._table.headers[i] for i in candidates][:_CHOICES]
        if name == "arr":
            choices.append(NONE)
        if not choices:
            self._log.refuse(f"no column can be the {label(name)}; add one, or name it in the mapping")
            return
        samples = tuple(f"{self._table.headers[i]}: {', '.join(self._samples(i))}" for i in candidates[:5])
        answer = self._log.ask(
            f"column.{name}", f"which column is the {label(name)}?", tuple(choices), samples
        )
        if answer is not None and answer != NONE:
            self._position[name] = self._table.headers.index(answer)
            self._settled.setdefault(self._position[name], name)

    def columns(self) -> Columns:
        used = set(self._position.values())
        rest = [i for i in range(len(self._table.headers)) if i not in used]
        ignored = tuple(i for i in rest if self._settled.get(i) == IGNORE)
        return Columns(self._position, tuple(i for i in rest if i not in ignored), ignored)

    def _settle(self, name: str, i: int) -> None:
        self._position[name] = i
        self._settled[i] = name

    def _choose(self, name: str, columns: list[int]) -> int | None:
        headers = tuple(self._table.headers[i] for i in columns)
        samples = tuple(f"{self._table.headers[i]}: {', '.join(self._samples(i))}" for i in columns)
        answer = self._log.ask(f"column.{name}", f"which column is the {label(name)}?", headers, samples)
        return None if answer is None else self._table.headers.index(answer)

    def _is_claimed(self, own: set[str]) -> bool:
        return any(own & one.names for one in self._fields)

    def _candidates(self, name: str) -> list[int]:
        free = [i for i in range(len(self._table.headers)) if self._settled.get(i) != IGNORE]
        if name == "id":
            return self._possible_ids(free)
        if name == "name":
            return [i for i in free if any(map(str.strip, self._table.columns[i]))]
        free = [i for i in free if i not in self._settled]
        likely = [i for i in free if any(_PERHAPS_ARR.search(one) for one in self._normal[i])]
        return likely or [i for i in free if self._is_numeric(self._table.columns[i])]

    def _possible_ids(self, free: list[int]) -> list[int]:
        """Return the columns that can be the id: those called so first, then by how few values repeat."""
        kinds = {one.name: one.kind for one in self._fields}
        shares = {
            i: self._share_of_own_values(self._table.columns[i])
            for i in free
            if kinds.get(self._settled.get(i, ""), "id") in _ID_KINDS
        }
        return sorted(
            (i for i, share in shares.items() if share > _KEY_SHARE),
            key=lambda i: (not any(map(_PERHAPS_ID.search, self._normal[i])), -shares[i]),
        )

    @staticmethod
    def _share_of_own_values(column: Sequence[str]) -> float:
        return len({cell.strip() for cell in column} - {""}) / len(column)

    @staticmethod
    def _is_numeric(column: Sequence[str]) -> bool:
        cells = [cell.strip() for cell in column if cell.strip()]
        return bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)

    def _samples(self, i: int) -> tuple[str, ...]:
        found = dict.fromkeys(cell.strip()[:40] for cell in self._table.columns[i] if cell.strip())
        return tuple(found)[:3]
