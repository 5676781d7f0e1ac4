"""Opening further files: which declared step each belongs to, or what it looks like."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Final

from bookshift_io.intake import currencies
from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.joins.declared import Join, step_name
from bookshift_io.intake.joins.kinds import ACCOUNT_KEYS, FIELDS
from bookshift_io.intake.joins.step import Step, declared_for, parse, propose
from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.intake.tables import read_table
from bookshift_io.intake.vocabulary import readings_of

_NAMES: Final = frozenset().union(*ACCOUNT_KEYS, *(one.names for fields in FIELDS.values() for one in fields))

_IN_STEP: Final = ("kind", "key", "conflict")
"""Topics of answers that a saved step holds itself."""


@dataclass(slots=True)
class Further:
    """Further files with what each has to say."""

    declared: Sequence[Join]
    answers: Mapping[str, str]
    steps: list[Step] = field(default_factory=list)
    logs: list[Log] = field(default_factory=list)
    _new: dict[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)
    """Names of new steps, by the one wanted and the columns."""

    def refuse(self, file: str, why: str) -> None:
        """Note a file that cannot be opened."""
        log = Log(step_name(file), file, self.answers)
        self.logs.append(log)
        log.refuse(why)

    def add(self, file: str, data: bytes) -> None:
        """Open one file; what is wrong with it, and what has to be asked, is in its log."""
        log = Log(step_name(file), file, self.answers)
        self.logs.append(log)
        known = {header for one in self.declared for header in (*one.columns, one.key)}
        try:
            table = read_table(data, log, lambda text: text in known or bool(_NAMES & set(readings_of(text))))
        except IntakeError as error:
            log.refuse(str(error), row=error.row)
            return
        if table is None:
            return
        if table.rows == 0:
            log.refuse("the file has a header but no row that can be used; export it again")
            return
        join = declared_for(log.file, table.headers, self.declared)
        log.table = join.name if join is not None else self._new_name(log.table, table.headers)
        proposed = join or propose(table, log)
        if proposed is not None:
            sha256 = hashlib.sha256(data).hexdigest()
            name = _numbered(proposed.name, {one.name for one in self.steps})
            self.steps.append(Step(proposed, table, sha256, log, declared=join is not None, name=name))

    def _new_name(self, wanted: str, headers: Sequence[str]) -> str:
        """Return a name for a step; files of one name and the same columns share it, with their answers."""
        taken = {*self._new.values(), *(one.name for one in self.declared)}
        return self._new.setdefault((wanted, tuple(headers)), _numbered(wanted, taken))

    @property
    def contracts(self) -> bool:
        """Whether a file says what accounts are worth, so that the accounts file need not."""
        return any(one.join.kind == "contracts" for one in self.steps)

    def saved_in(self, mapping: ColumnMapping) -> ColumnMapping:
        """Return a mapping with the steps as they were used, and the answers that the steps do not hold."""
        used = {one.join.name: one.join for one in self.steps if not _open_kind(one)}
        joins = (*(used.pop(one.name, one) for one in self.declared), *used.values())
        answers = {key: text for log in self.logs for key, text in log.used_answers.items()}
        with_answers = mapping.with_answers(answers)
        own = {f"{log.table}.{topic}" for log in self.logs for topic in _IN_STEP}
        kept = {
            key: text
            for key, text in with_answers.answers.items()
            if not any(key == one or key.startswith(f"{one}.") for one in own)
        }
        return replace(with_answers, answers=kept, joins=joins)

    @property
    def tells(self) -> frozenset[str]:
        """Return the fields of accounts that the files may tell of where the accounts file has none."""
        owners = any("owner" in one.read for one in self.steps)
        return frozenset({"arr"} if self.contracts else ()) | frozenset({"owner"} if owners else ())

    def note_missing(self, log: Log) -> None:
        """Say which declared steps no file was given for: their figures are not in this import."""
        there = {one.join.name for one in self.steps}
        for one in self.declared:
            if one.name not in there:
                log.add(
                    "warning",
                    f"the mapping joins {one.kind} from a file {one.file!r}, and none was given with --also; "
                    "their figures are not in this import",
                    value=one.name,
                )

    def parse(self, given: ColumnMapping, as_of: date) -> None:
        """Read the columns of every file."""
        for one in self.steps:
            parse(one, given, as_of)

    def convert(self, money: currencies.Money, rates: Mapping[str, float]) -> None:
        """Bring the amounts of contracts into the portfolio's currency; unknown rates are asked."""
        for one in self.steps:
            found = currencies.seen(one.table, one.columns, one.read) if one.join.kind == "contracts" else {}
            if found:
                own = currencies.settle(found, money.currency, {**rates, **money.rates}, one.log)
                one.read = currencies.convert(one.table, one.columns, one.read, own)

    @property
    def currency(self) -> str | None:
        """Return the one currency that contracts name; ``None`` where they name none, or several."""
        found = {
            code
            for one in self.steps
            if one.join.kind == "contracts"
            for code in currencies.seen(one.table, one.columns, one.read)
        }
        return found.pop() if len(found) == 1 else None


def _numbered(name: str, taken: Collection[str]) -> str:
    return next(one for n in count(1) if (one := name if n == 1 else f"{name}_{n}") not in taken)


def _open_kind(step: Step) -> bool:
    return any(one.key == f"{step.log.table}.kind" for one in step.log.questions)
