"""Recognises the columns of a table: by the mapping given, by name, by nearly the name, or by asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from rapidfuzz import fuzz, process

from bookshift_io.export.marker import PLAN_COLUMNS, SOURCE
from bookshift_io.intake.candidates import can_be_id, is_monthly, possible_arr, possible_ids, samples
from bookshift_io.intake.findings import Log
from bookshift_io.intake.mapping import EXTRA, IGNORE
from bookshift_io.intake.tables import Table
from bookshift_io.intake.vocabulary import Field, label, readings_of

NEARLY: Final = 92.0
"""Similarity, of 100, from which a misspelt column name is recognised: one letter in a word of seven.

"Renewal rate" and "renewal date" are 91.7 alike.
"""
NONE: Final = "none"
"""The answer that a file has no such column."""
YEARLY: Final = " times 12"
"""After a column's name in an answer: it holds an amount a month."""

_NOT_NEARLY: Final = frozenset({"branch", "segments"})
"""Words of their own that are one letter off the name of a field: an office, lists a customer is on."""
_CHOICES: Final = 30

How = Literal["mapping", "name", "nearly", "answer", "asked", "extra"]


class Reason(NamedTuple):
    """Why a column is read as it is: what decided, and a sentence part."""

    how: How
    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the fields of a table are: field name to column position, and the further columns."""

    position: Mapping[str, int]
    extra: tuple[int, ...]
    ignored: tuple[int, ...]
    why: Mapping[int, Reason] = field(default_factory=dict)
    """By column; one that is not among them is a further column without a meaning."""
    units: Mapping[str, str] = field(default_factory=dict)
    """Units by header that an answer stated, such as ``times 12``."""

    def effective(self, table: Table) -> dict[str, str]:
        """Return header to field as a mapping file would say it."""
        named = {table.headers[i]: IGNORE for i in self.ignored} | {
            table.headers[i]: EXTRA for i in self.extra
        }
        for name, i in self.position.items():
            if named.get(table.headers[i], EXTRA) in (EXTRA, IGNORE):
                named[table.headers[i]] = name
        return {header: named[header] for header in table.headers}


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
        self._why = {i: Reason("name", "it speaks of a plan, not of the account") for i in self._settled}
        for i in (i for i, name in enumerate(table.headers) if name.startswith(SOURCE)):
            self._settled[i] = EXTRA
            self._why[i] = Reason("extra", "an export of a plan returned it as a column without a meaning")
        self._units: dict[str, str] = {}
        self._asked: set[str] = set()
        self._own = [readings_of(name, account=log.table != "csms") for name in table.repeats]

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
            self._why[i] = Reason("mapping", "the mapping says so")
            if meaning not in (EXTRA, IGNORE):
                self._position[meaning] = i

    def take_named(self) -> None:
        for one in self._fields:
            if one.name not in self._position:
                self._take(one)

    def _take(self, one: Field) -> None:
        free = [i for i in range(len(self._own)) if i not in self._settled]
        tiers = {i: tier for i in free for tier in [_tier(one, self._own[i])] if tier is not None}
        if one.kind == "id" and len(tiers) > 1:  # an id that hardly any row has is another system's
            tiers = {i: tier for i, tier in tiers.items() if can_be_id(self._table.columns[i])} or tiers
        best = min(tiers.values(), default=one.firm)
        chosen = [i for i, tier in tiers.items() if tier == best]
        if not chosen and one.name == "arr":
            return  # `require` asks, with whatever may be an amount
        rivals = [i for i in free if i not in tiers and one.maybe & set(self._own[i])]
        if best < one.firm and chosen:
            rivals = []
        if rivals or len({self._table.columns[i] for i in chosen}) > 1:
            self._asked.add(one.name)
            self._ask(one.name, [*chosen, *rivals], none=one.name not in ("id", "name"))
        elif chosen:
            self._settle(one.name, chosen[0], Reason("name", f"its name means {label(one.name)}"))
            self._note_others(one, tiers, chosen[0])

    def _note_others(self, one: Field, tiers: Mapping[int, int], taken: int) -> None:
        for other in tiers:
            if other != taken and other not in self._settled:
                told = f"{label(one.name)} is read from column {self._table.headers[taken]!r}"
                self._log.add("info", f"{told}; this one is kept", column=self._table.headers[other])
                self._why.setdefault(other, Reason("extra", told))

    def take_nearly_named(self) -> None:
        open_fields = [
            one for one in self._fields if one.name not in self._position and one.name not in self._asked
        ]
        names = {text: one.name for one in open_fields for text in one.names}
        for i, own in enumerate(self._own):
            if i in self._settled or not own or _NOT_NEARLY & set(own) or self._is_claimed(own):
                continue
            hits = {
                names[text]
                for mine in own
                for text, _, _ in process.extract(mine, list(names), scorer=fuzz.ratio, score_cutoff=NEARLY)
            } - set(self._position)
            header = self._table.headers[i]
            if len(hits) == 1:
                name = hits.pop()
                self._settle(name, i, Reason("nearly", f"its name is nearly one of {label(name)}"))
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
                    samples(self._table, i),
                )
                if answer in hits:
                    self._settle(answer, i, Reason("answer", "as was answered"))

    def require(self, name: str) -> None:
        if name in self._position or name in self._asked:
            return
        candidates = self._candidates(name)[:_CHOICES]
        if not candidates and name != "arr":
            self._log.refuse(f"no column can be the {label(name)}; add one, or name it in the mapping")
            return
        self._ask(name, candidates, none=name == "arr")

    def columns(self) -> Columns:
        used = set(self._position.values())
        rest = [i for i in range(len(self._table.headers)) if i not in used]
        ignored = tuple(i for i in rest if self._settled.get(i) == IGNORE)
        return Columns(
            self._position,
            tuple(i for i in rest if i not in ignored),
            ignored,
            self._why,
            self._units,
        )

    def _settle(self, name: str, i: int, why: Reason) -> None:
        self._position[name] = i
        self._settled[i] = name
        self._why[i] = why

    def _ask(self, name: str, columns: Sequence[int], *, none: bool) -> None:
        """Ask which column is the field; an amount a month can be taken twelve times."""
        headers = self._table.headers
        choices = {headers[i]: (i, "") for i in columns}
        if name == "arr":
            monthly = [i for i in columns if is_monthly(self._own[i])]
            choices |= {headers[i] + YEARLY: (i, YEARLY.strip()) for i in monthly}
        shown = tuple(f"{headers[i]}: {', '.join(samples(self._table, i))}" for i in columns[:5])
        answer = self._log.ask(
            f"column.{name}",
            f"which column is the {label(name)}?",
            (*choices, *([NONE] if none and NONE not in choices else ())),
            shown,
        )
        if answer is None:
            for i in columns:
                self._why.setdefault(
                    i, Reason("asked", f"it may be the {label(name)}: a question says which")
                )
            return
        if answer not in choices:
            return
        i, unit = choices[answer]
        self._position[name] = i
        self._settled.setdefault(i, name)
        self._why[i] = Reason("answer", "as was answered")
        if unit:
            self._units[headers[i]] = unit

    def _is_claimed(self, own: Sequence[str]) -> bool:
        return any(set(own) & (one.names | one.maybe) for one in self._fields)

    def _candidates(self, name: str) -> list[int]:
        free = [i for i in range(len(self._table.headers)) if self._settled.get(i) != IGNORE]
        if name == "id":
            kinds = {one.name: one.kind for one in self._fields}
            of = {i: kinds.get(self._settled.get(i, ""), "id") for i in free}
            return possible_ids(self._table, free, of, self._own)
        if name == "name":
            return [i for i in free if any(map(str.strip, self._table.columns[i]))]
        maybe = next(one.maybe for one in self._fields if one.name == name)
        return possible_arr(self._table, [i for i in free if i not in self._settled], self._own, maybe)


def _tier(one: Field, own: Sequence[str]) -> int | None:
    """Return the first tier that names the column; a fuller name of it goes before a shorter one."""
    return next((t for mine in own for t, known in enumerate(one.tiers) if mine in known), None)
