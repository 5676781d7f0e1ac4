"""A file as text in columns, remembered as long as nothing about its shape is decided anew."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from bookshift_io.given import read_given
from bookshift_io.intake.decode import MAX_BYTES
from bookshift_io.intake.fields import remembered
from bookshift_io.intake.findings import IntakeError, Log
from bookshift_io.intake.full_names import with_full_names
from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.intake.memo import Memo
from bookshift_io.intake.progress import Progress
from bookshift_io.intake.tables import Table, read_table
from bookshift_io.intake.vocabulary import means
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS


@dataclass(frozen=True, slots=True)
class Opened:
    """One file as text in columns."""

    table: Table
    sha256: str


def label_of(source: Path | bytes, otherwise: str) -> str:
    """Return what a file is called in findings."""
    return otherwise if isinstance(source, bytes) else source.name


def bytes_of(source: Path | bytes) -> bytes:
    """Return what is in a file, at most a byte over the limit; raises `IntakeError` where it has none."""
    if isinstance(source, bytes):
        return source
    try:
        return read_given(source, MAX_BYTES + 1)
    except OSError as error:
        raise IntakeError(
            f"the file cannot be opened ({error.strerror}); check its name and rights"
        ) from error


def open_file(
    source: Path | bytes, log: Log, given: ColumnMapping, memo: Memo | None, progress: Progress
) -> Opened | None:
    """Return one file as text in columns, or ``None`` when it is refused or its shape is an open question."""
    named = frozenset(header.strip() for header in given.of(log.table))

    heard = _heard(memo, progress)

    def rival(text: str) -> bool:
        return _means(text, "csms" if log.table == "accounts" else "accounts")

    def opened(headers: frozenset[str], into: Log) -> Opened | None:
        def known(text: str) -> bool:
            return text in headers or _means(text, log.table)

        def read(part: Log) -> Opened | None:
            try:
                data = bytes_of(source)
                table = read_table(data, part, known, rival, heard)
            except IntakeError as error:
                part.refuse(str(error), row=error.row)
                return None
            if table is None:
                return None
            whole = with_full_names(table) if log.table == "csms" else table
            return Opened(whole, hashlib.sha256(data).hexdigest())

        shape = tuple(item for item in log.answers.items() if item[0].count(".") == 1)
        return remembered(memo, ("open", log.table, source, headers, shape), read, into)

    if memo is not None and named:
        # A decision about a column that is there already does not move the header.
        part = log.fork()
        found = opened(frozenset(), part)
        if found is not None and named <= set(found.table.headers):
            log.absorb(part)
            return found
    return opened(named, log)


def _heard(memo: Memo | None, progress: Progress) -> Progress:
    """Return a progress that also ends the reading where nobody waits for it any more."""

    def heard(file: str, rows: int) -> None:
        if memo is not None:
            memo.look()
        progress(file, rows)

    return heard


def _means(text: str, table: str) -> bool:
    accounts = table == "accounts"
    return means(text, ACCOUNT_FIELDS if accounts else CSM_FIELDS, account=accounts)
