"""One file of accounts or CSMs up to its typed columns, and what the account of the reading says of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bookshift_io.intake import currencies
from bookshift_io.intake.accounts import Accounts
from bookshift_io.intake.became import Became, what_became
from bookshift_io.intake.columns import Columns, recognise
from bookshift_io.intake.fields import Values, read_fields, remembered
from bookshift_io.intake.findings import Log
from bookshift_io.intake.intake import Counts
from bookshift_io.intake.mapping import ColumnMapping
from bookshift_io.intake.memo import Memo
from bookshift_io.intake.opening import Opened
from bookshift_io.intake.scan import Reject
from bookshift_io.intake.subtotals import without_subtotals
from bookshift_io.intake.tables import Table
from bookshift_io.intake.vocabulary_accounts import ACCOUNT_FIELDS
from bookshift_io.intake.vocabulary_csms import CSM_FIELDS

_REQUIRED: Final = {"accounts": ("id", "name", "arr"), "csms": ("id", "name")}


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file up to its typed columns."""

    table: Table
    columns: Columns
    values: dict[str, Values]
    sha256: str

    @property
    def usable(self) -> bool:
        """Whether ids and names are known, so that records can be built."""
        return {"id", "name"} <= set(self.values)


def parse(
    opened: Opened,
    log: Log,
    given: ColumnMapping,
    as_of: date,
    memo: Memo | None,
    *,
    elsewhere: Collection[str] = (),
) -> Parsed:
    """Return one file's typed columns; none where it has no rows, which refuses it.

    A field that stands `elsewhere` need not have a column here.
    """
    table = opened.table
    if table.rows == 0:
        log.refuse("the file has a header but no row that can be used; export it again")
        return Parsed(table, Columns({}, (), ()), {}, opened.sha256)
    fields = ACCOUNT_FIELDS if log.table == "accounts" else CSM_FIELDS
    required = [one for one in _REQUIRED[log.table] if one not in elsewhere]
    columns = recognise(table, fields, required, given.of(log.table), log)
    if log.table == "accounts":
        read = table
        table = remembered(
            memo,
            (
                "subtotals",
                id(read),
                columns.position.get("id"),
                columns.position.get("arr"),
                log.answers.get("accounts.totals"),
            ),
            lambda part: without_subtotals(read, columns, part),
            log,
        )
    values = read_fields(table, columns, fields, given=given, log=log, as_of=as_of, memo=memo)
    return Parsed(table, columns, values, opened.sha256)


def renewals_of(customers: Parsed | None) -> Sequence[date | None]:
    """Return each account's renewal, as far as the file states any."""
    renewals = None if customers is None else customers.values.get("renewal")
    return () if renewals is None else renewals.values


def converted(parsed: Parsed, money: currencies.Money) -> Parsed:
    """Return the same file with its amounts in the portfolio's currency."""
    return replace(parsed, values=currencies.convert(parsed.table, parsed.columns, parsed.values, money))


def names_of(parsed: Parsed | None, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the columns by field as they were read, or as given where the file could not be."""
    return parsed.columns.effective(parsed.table) if parsed and parsed.values else given


def units_of(parsed: Parsed | None) -> dict[str, str]:
    """Return by header the units that its values were read in."""
    if parsed is None:
        return {}
    at = parsed.columns.position
    return {parsed.table.headers[at[name]]: one.unit for name, one in parsed.values.items() if one.unit}


def became_of(parsed: Parsed | None, memo: Memo | None) -> tuple[Became, ...]:
    """Return what became of each column; nothing of a file without rows."""
    return what_became(parsed.table, parsed.columns, parsed.values, memo) if parsed and parsed.values else ()


def counts_of(parsed: Parsed | None, rejects: tuple[Reject, ...], built: Accounts | None) -> Counts:
    """Return how many rows were read, accepted and rejected, and the ARR in them."""
    if parsed is None:
        return Counts()
    rejected = len(rejects) + len(parsed.table.rejects)
    aside = parsed.table.blank + parsed.table.totals
    return Counts(
        rows_read=parsed.table.rows + len(parsed.table.rejects) + aside,
        accepted=parsed.table.rows - len(rejects),
        rejected=rejected,
        blank=parsed.table.blank,
        totals=parsed.table.totals,
        arr_read=built.arr_read if built else 0.0,
        arr_accepted=built.arr_accepted if built else 0.0,
        arr_unread=built.arr_unread if built else 0,
        sha256=parsed.sha256,
    )


def rejects_of(
    parsed: Parsed | None, rejects: tuple[Reject, ...]
) -> tuple[tuple[str, ...], tuple[Reject, ...]]:
    """Return the header and all rows that no record was made of, in the order of the file."""
    if parsed is None:
        return (), ()
    return parsed.table.headers, tuple(sorted(parsed.table.rejects + rejects, key=lambda one: one.line))
