"""One further file on its way to the accounts: its columns, the account of each row, what became of a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from bookshift_io.intake.columns import Columns, recognise
from bookshift_io.intake.fields import Values, read_fields
from bookshift_io.intake.findings import Log
from bookshift_io.intake.joins.declared import KINDS, MATCHES, WINS, Join, Wins, pattern
from bookshift_io.intake.joins.keys import Found, Keys, Way
from bookshift_io.intake.joins.kinds import FIELDS, look_like, named_keys
from bookshift_io.intake.mapping import IGNORE, ColumnMapping
from bookshift_io.intake.scan import Reject
from bookshift_io.intake.tables import Table
from bookshift_model.portfolio import Account

NO: Final = "none"
"""The answer that a file is not to be joined."""
_SAMPLE: Final = 2_000
"""Rows by which the key of an undeclared file is found."""
_MOST: Final = 0.5
"""Share of rows that a column not named as a key must find accounts for."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The conservation report of one further file.

    ``rows_read == used + left_out + unmatched + rejected + blank`` and
    ``arr_live == arr_joined + arr_overruled + arr_unmatched``; ARR is 0 but for contracts.
    """

    name: str
    kind: str
    file: str
    sha256: str
    rows_read: int
    used: int
    left_out: int
    """Rows that count for nothing: ended, replaced, repeated, not yet begun."""
    unmatched: int
    """Rows whose account is not in the accounts file."""
    rejected: int
    blank: int
    accounts: int
    """Accounts that a row was joined to."""
    accounts_without: int
    arr_live: float = 0.0
    """Yearly amount of the rows that are in force on the day of the data."""
    arr_joined: float = 0.0
    arr_overruled: float = 0.0
    """Of accounts whose ARR in the accounts file was declared to be right."""
    arr_unmatched: float = 0.0


@dataclass(slots=True)
class Step:
    """A further file as text in columns, then typed and matched."""

    join: Join
    table: Table
    sha256: str
    log: Log
    declared: bool
    name: str
    """As its join is called, with a number from the second file of that join on."""
    columns: Columns = field(default_factory=lambda: Columns({}, (), ()))
    read: Mapping[str, Values] = field(default_factory=dict)
    at: list[int | None] = field(default_factory=list)
    """By row the position of its account."""
    rejected: dict[int, str] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    unmatched: dict[int, str] = field(default_factory=dict)

    def value(self, name: str, row: int) -> Any:
        """Return a cell's value; ``None`` where the file has no such column."""
        one = self.read.get(name)
        return None if one is None else one.values[row]

    def text(self, name: str, row: int) -> str:
        """Return a cell as it stands, trimmed; empty where the file has no such column."""
        one = self.read.get(name)
        return "" if one is None else one.cells[row]

    def header(self, name: str) -> str | None:
        """Return the column of a field."""
        i = self.columns.position.get(name)
        return None if i is None else self.table.headers[i]

    def rows(self) -> list[int]:
        """Return the rows that are neither rejected nor left out, whether they found an account or not."""
        return [
            row for row in range(self.table.rows) if row not in self.rejected and row not in self.left_out
        ]

    def wins(self, name: str, samples: Sequence[str], text: str, accounts: str) -> Wins | None:
        """Return who is right about a field that the file of the `accounts` states otherwise.

        Where that is unknown it asks for the file; the words of a mapping are an answer, too.
        """
        rule = self.join.conflict.get(name)
        if rule is not None:
            return rule
        files: dict[str, Wins] = {self.log.file: "join", accounts: "accounts"}
        meant: dict[str, Wins] = {one: one for one in WINS}
        choices: tuple[str, ...] = WINS
        # Two files of one name are told apart by the words alone.
        if len(files) == len(WINS):
            meant, choices = {**meant, **files}, tuple(files)
        answer = self.log.ask(f"conflict.{name}", text, choices, tuple(samples)[:5], unsaid=WINS)
        winner = meant.get(answer or "")
        if winner is not None:
            self.join = replace(self.join, conflict={**self.join.conflict, name: winner})
        return winner

    def reject(self, row: int, reason: str, name: str | None = None) -> None:
        """Leave a row out because of a fault in it."""
        self.rejected[row] = reason
        self.log.add(
            "error",
            f"row rejected: {reason}",
            row=self.table.lines[row],
            column=self.header(name) if name else None,
            value=self.text(name, row) if name else None,
            kind=f"row rejected: {reason.partition(';')[0]}",
        )

    def leave_out(self, row: int, reason: str, kind: str | None = None) -> None:
        """Leave a row out because it counts for nothing; `kind` is the reason without what only it names."""
        self.left_out[row] = reason
        self.log.add(
            "info",
            f"the row counts for nothing: {reason}",
            row=self.table.lines[row],
            kind=f"the row counts for nothing: {kind or reason}",
        )

    def settle(self) -> None:
        """Say which of the rows that count have no account."""
        for row in [one for one in self.unmatched if one in self.rejected or one in self.left_out]:
            del self.unmatched[row]
        header = self.join.key or None
        for row, why in self.unmatched.items():
            self.log.add(
                "warning",
                f"the row was not joined: {why}; add the account, or correct the key",
                row=self.table.lines[row],
                column=header,
                kind="the row was not joined to an account",
            )

    def report(self, accounts: int, **arr: float) -> Joined:
        """Return the conservation report; `accounts` is the number of all accounts."""
        rejected = len(self.rejected) + len(self.table.rejects)
        there = {at for row, at in enumerate(self.at) if row not in self.rejected} - {None}
        return Joined(
            name=self.name,
            kind=self.join.kind,
            file=self.log.file,
            sha256=self.sha256,
            rows_read=self.table.rows + len(self.table.rejects) + self.table.blank,
            used=self.table.rows - len(self.rejected) - len(self.left_out) - len(self.unmatched),
            left_out=len(self.left_out),
            unmatched=len(self.unmatched),
            rejected=rejected,
            blank=self.table.blank,
            accounts=len(there),
            accounts_without=accounts - len(there),
            **arr,
        )

    def rejects(self) -> tuple[Reject, ...]:
        """Return the rows that could not be used or joined, with the reason, by their lines."""
        found = {**self.unmatched, **self.rejected}
        own = tuple(Reject(self.table.lines[row], self.table.cells(row), why) for row, why in found.items())
        return tuple(sorted(self.table.rejects + own, key=lambda one: one.line))


def declared_for(file: str, headers: Sequence[str], joins: Iterable[Join]) -> Join | None:
    """Return the declared step that a file belongs to.

    Many systems call all their exports alike (``report1712345678.csv``), so that a name is not enough where
    the columns are those of another kind.
    """
    own = [one for one in joins if one.is_for(file, headers)]
    kinds = look_like(file, headers)
    decided = [one for one in own if not kinds or not one.columns.keys().isdisjoint(headers)]
    alike = [one for kind in kinds for one in own if one.kind == kind]
    return next(iter([*decided, *alike]), None)


def propose(table: Table, log: Log) -> Join | None:
    """Return the step that a file looks like, which is asked; ``None`` where it is not to be joined.

    While the question is open the proposal is used, so that what else has to be asked is asked at once.
    """
    found = look_like(log.file, table.headers)
    choices = (*found, *(one for one in KINDS if one not in found), NO)
    what = f"it looks like {found[0]}" if found else "its columns do not say what it holds"
    answer = log.ask(
        "kind", f"as what shall it be joined to the accounts? {what}", choices, table.headers[:8]
    )
    kind = next((one for one in KINDS if one == answer), None)
    if answer is None:
        kind = found[0] if found else None
    if kind is None:
        return None
    return Join(name=log.table, kind=kind, file=pattern(log.file))


def parse(step: Step, given: ColumnMapping, as_of: date) -> None:
    """Read the columns of the step's fields."""
    join = step.join
    meant = {header: meaning for header, meaning in join.columns.items() if header in step.table.headers}
    if join.key in step.table.headers:
        meant.setdefault(join.key, IGNORE)
    else:
        named = named_keys(step.table.headers)
        meant |= {step.table.headers[i]: IGNORE for i in named if step.table.headers[i] not in meant}
    fields = FIELDS[join.kind]
    known = {one.name for one in fields}
    for header, meaning in meant.items():
        if meaning not in known and meaning != IGNORE:
            step.log.refuse(
                f"the mapping reads this column as {meaning!r}, which is no field of {join.kind}; "
                f"use one of {', '.join(sorted(known))}",
                column=header,
            )
            return
    step.columns = recognise(step.table, fields, (), meant, step.log)
    # Words that mean something in the accounts file mean nothing here.
    own = ColumnMapping(nulls=given.nulls, units=given.units)
    step.read = read_fields(step.table, step.columns, fields, given=own, log=step.log, as_of=as_of)


def match(step: Step, accounts: Sequence[Account], keys: Keys) -> None:
    """Find the account of each row, by the column and the way declared, or else by those that find most."""
    headers = step.table.headers
    chosen = _declared_key(step) or _best_key(step, keys)
    if chosen is None:
        answer = step.log.ask("key", "which column says which account a row is about?", headers)
        if answer is None:
            return
        i = headers.index(answer)
        chosen = i, max(keys.ways(), key=lambda way: _share(keys.find(way, _cells(step, i))))
    i, way = chosen
    step.join = replace(step.join, key=headers[i], match=way.match, column=way.column)
    found = keys.find(way, _cells(step, i))
    step.at = [one.at for one in found]
    step.unmatched = {row: one.why_not for row, one in enumerate(found) if one.at is None}
    step.log.add("info", f"its column is taken as {way}", column=headers[i])
    if accounts and step.table.rows and len(step.unmatched) == step.table.rows:
        step.log.add("error", "no row names an account of the accounts file", column=headers[i])


def _declared_key(step: Step) -> tuple[int, Way] | None:
    join = step.join
    if not step.declared or not join.key:
        return None
    if join.key not in step.table.headers:
        step.log.refuse(
            f"the mapping joins this file by column {join.key!r}, which it does not have; correct the mapping"
        )
        return None
    return step.table.headers.index(join.key), Way(join.match, join.column)


def _best_key(step: Step, keys: Keys) -> tuple[int, Way] | None:
    named = named_keys(step.table.headers)
    taken = set(step.columns.position.values())
    other = [i for i in range(len(step.table.headers)) if i not in named and i not in taken]
    for columns, least in ((named, _MOST), (other, _MOST), (named, 0.0)):
        shares = [
            (_share(keys.find(way, _cells(step, i)[:_SAMPLE])), -MATCHES.index(way.match), i, way)
            for i in columns
            for way in keys.ways()
        ]
        # The surest way of those that find about as many: an id says more than a name.
        best = max((share for share, *_ in shares), default=0.0)
        good = [one for one in shares if one[0] > least and one[0] >= best - 0.02]
        if good:
            _, _, i, way = max(good, key=lambda one: (one[1], one[0], -one[2]))
            return i, way
    return None


def _cells(step: Step, i: int) -> list[str]:
    return [cell.strip() for cell in step.table.columns[i]]


def _share(found: Sequence[Found]) -> float:
    return sum(one.at is not None for one in found) / len(found) if found else 0.0
