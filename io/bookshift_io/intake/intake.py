"""What came out of an import: a portfolio or questions, and an account of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bookshift_io.intake.became import Became
from bookshift_io.intake.findings import Finding, Question
from bookshift_io.intake.joins.step import Joined
from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.intake.rejects import rejects_csv
from bookshift_io.intake.scan import Reject
from bookshift_model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class Counts:
    """The conservation report of one file: ``rows_read = accepted + rejected + blank + totals``; and ARR."""

    rows_read: int = 0
    accepted: int = 0
    rejected: int = 0
    blank: int = 0
    """Rows without data: blank lines and repeated headers. Preamble and footer lines are findings only."""
    totals: int = 0
    """Rows that sum up others."""
    arr_read: float = 0.0
    """Every ARR that could be read; one unreadable or below 0 is a finding and a rejected row."""
    arr_accepted: float = 0.0
    arr_unread: int = 0
    """Rejected rows whose ARR is in neither sum."""
    sha256: str = ""
    """Hash of the very bytes that were read; the file may be another one by now."""

    @property
    def arr_rejected(self) -> float:
        """ARR read in rows that were rejected."""
        return self.arr_read - self.arr_accepted


@dataclass(frozen=True, slots=True)
class Intake:
    """What came out of an import."""

    portfolio: Portfolio | None
    """``None`` while a question is open or when a file was refused."""
    as_of: date
    """The day of the data; while it is asked, the one that is proposed."""
    findings: tuple[Finding, ...]
    """Errors first, and of one severity what is rare first."""
    questions: tuple[Question, ...]
    refused: bool
    """A file cannot be used; answering questions will not help."""
    accounts: Counts
    csms: Counts
    mapping: ColumnMapping
    """What was used: save it to have the next import recognise the same columns and know the answers."""
    rejects: Mapping[str, tuple[tuple[str, ...], tuple[Reject, ...]]]
    """Headers and rejected rows of each file: accounts, csms, and further ones by the name of their step."""
    columns: Mapping[str, tuple[Became, ...]]
    """What each column of a file became; none of a file that could not be opened."""
    joins: tuple[Joined, ...] = ()
    """The conservation reports of further files."""
    asked: frozenset[str] = frozenset()
    """Keys that an answer was looked for under, whether there was one or not."""
    lines: tuple[int, ...] = ()
    """Row of the accounts' file for each account of the portfolio, in its order."""

    def rejects_csv(self, table: str) -> str:
        """Return the rejected rows of one file as CSV text: which and why."""
        headers, rows = self.rejects[table]
        return rejects_csv(headers, rows)
