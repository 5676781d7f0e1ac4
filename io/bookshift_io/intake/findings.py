"""What an import has to say: findings about the data and questions only the planner can answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Severity = Literal["error", "warning", "info"]
_SEVERITIES: Final = ("error", "warning", "info")

SHOWN_PER_KIND: Final = 100
"""Findings of one kind in one column that are listed one by one; the rest are counted."""
_POSITIVE: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
SHOWN_VALUE: Final = 120
"""Characters of an offending value that a finding keeps."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed in a file. `row` is the row that a spreadsheet shows, counted from 1."""

    severity: Severity
    file: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    """What is wrong and what to do; the place is in the other fields."""
    kind: str = ""
    """The message without details that differ from cell to cell."""
    count: int = 1
    """How many findings it stands for."""

    @property
    def group(self) -> tuple[str, str, str | None, str]:
        """What findings of one kind in one column have in common."""
        return self.severity, self.file, self.column, self.kind or self.message

    def __str__(self) -> str:
        """Return the place and the message as one line."""
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column!r}"
        value = f"{self.value!r} " if self.value is not None else ""
        return f"{place}: {value}{self.message}"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the file does not prove. `--answer KEY=VALUE` or a saved mapping answers it."""

    key: str
    text: str
    choices: tuple[str, ...]
    samples: tuple[str, ...] = ()
    """Values from the file that show what is at stake."""
    form: str = ""
    """What to write, where there are no choices: ``a number such as 1.08``."""


class IntakeError(ValueError):
    """A file that cannot be read at all; nothing of it is used."""

    def __init__(self, message: str, *, row: int | None = None) -> None:
        """Say what is wrong and what to do, and in which row of the file."""
        super().__init__(message)
        self.row = row


@dataclass(slots=True)
class Log:
    """Collects the findings and questions of one file.

    A fault repeated down a column is listed `SHOWN_PER_KIND` times and then counted, so that fifty
    thousand unusable dates make one hundred and one findings.
    """

    table: str
    file: str
    answers: Mapping[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    used_answers: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    """Keys of all questions, also of those that an answer was known to."""
    refused: bool = False
    _kinds: Counter[tuple[Severity, str | None, str]] = field(default_factory=Counter)

    def add(
        self,
        severity: Severity,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        kind: str | None = None,
    ) -> None:
        """Note one finding; `kind` groups messages that differ only in their details."""
        key = (severity, column, kind or message)
        self._kinds[key] += 1
        if self._kinds[key] <= SHOWN_PER_KIND:
            shown = value if value is None or len(value) <= SHOWN_VALUE else value[: SHOWN_VALUE - 1] + "…"
            self.findings.append(Finding(severity, self.file, row, column, shown, message, kind or message))

    def refuse(self, message: str, *, row: int | None = None, column: str | None = None) -> None:
        """Note a fault that makes the whole file unusable."""
        self.refused = True
        self.findings.append(Finding("error", self.file, row, column, None, message))

    def ask(
        self,
        topic: str,
        text: str,
        choices: tuple[str, ...],
        samples: tuple[str, ...] = (),
        *,
        unsaid: tuple[str, ...] = (),
    ) -> str | None:
        """Return the answer to ``<table>.<topic>``, or put the question and return ``None``.

        A topic such as ``dates.renewal`` is also answered by ``accounts.dates``, for all date columns.
        What is `unsaid` is an answer, too, but not proposed.
        """
        key = f"{self.table}.{topic}"
        self.asked.add(key)
        for candidate in (key, key.rpartition(".")[0]):
            answer = self.answers.get(candidate)
            if answer is not None and answer in (*choices, *unsaid):
                self.used_answers[candidate] = answer
                return answer
            if answer is not None:
                self.add(
                    "error", f"is no answer to {candidate}; choose one of {', '.join(choices)}", value=answer
                )
        self.questions.append(Question(key, f"{self.file}: {text}", choices, samples))
        return None

    def ask_number(self, topic: str, text: str, samples: tuple[str, ...] = ()) -> float | None:
        """Return the number above 0 that answers ``<table>.<topic>``, or put the question."""
        key = f"{self.table}.{topic}"
        self.asked.add(key)
        answer = self.answers.get(key)
        if answer is not None:
            if _POSITIVE.fullmatch(answer) and float(answer) > 0:
                self.used_answers[key] = answer
                return float(answer)
            self.add("error", f"is no answer to {key}; write a number such as 1.08", value=answer)
        form = "a number such as 1.08"
        self.questions.append(Question(key, f"{self.file}: {text}", (), samples, form))
        return None

    def fork(self) -> Log:
        """Return an empty log of the same file for a part of the work, which `absorb` takes in."""
        return Log(self.table, self.file, self.answers)

    def absorb(self, part: Log) -> None:
        """Take in what a part of the work has collected, and how it has named the file."""
        self.file = part.file
        self.findings += part.findings
        self.questions += part.questions
        self.used_answers |= part.used_answers
        self.asked |= part.asked
        self.refused = self.refused or part.refused
        self._kinds.update(part._kinds)

    def finish(self) -> tuple[Finding, ...]:
        """Return the findings, with a count for each kind of which not all are listed."""
        more = [
            Finding(severity, self.file, None, column, None, f"{more} more of: {kind}", kind, more)
            for (severity, column, kind), count in self._kinds.items()
            if (more := count - SHOWN_PER_KIND) > 0
        ]
        return (*self.findings, *more)


def by_weight(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by severity, then the rare ones first, each kind together as it was found.

    What stands once is easily overlooked among a hundred like each other, and more often matters.
    """
    found = tuple(findings)
    sizes: Counter[tuple[str, str, str | None, str]] = Counter()
    for one in found:
        sizes[one.group] += one.count
    first = {group: at for at, group in enumerate(sizes)}
    return tuple(
        sorted(found, key=lambda one: (_SEVERITIES.index(one.severity), sizes[one.group], first[one.group]))
    )
