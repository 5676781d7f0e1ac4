"""Exports to a portfolio: the whole way in, with an account of every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from bookshift_io.intake import as_of as days
from bookshift_io.intake import currencies
from bookshift_io.intake.accounts import Accounts, build_accounts
from bookshift_io.intake.became import what_became
from bookshift_io.intake.csms import build_csms
from bookshift_io.intake.findings import IntakeError, Log, by_weight
from bookshift_io.intake.intake import Intake
from bookshift_io.intake.joins.apply import Outcome, Stated, apply
from bookshift_io.intake.joins.reading import Further
from bookshift_io.intake.mapping import CURRENCY, ColumnMapping
from bookshift_io.intake.memo import Memo
from bookshift_io.intake.misplaced import look_misplaced
from bookshift_io.intake.opening import bytes_of, label_of, open_file
from bookshift_io.intake.owners import Roster
from bookshift_io.intake.parsed import (
    Parsed,
    became_of,
    converted,
    counts_of,
    names_of,
    parse,
    rejects_of,
    renewals_of,
    units_of,
)
from bookshift_io.intake.profiles import Profile, drop_idle, known_export, merged, shape_answers
from bookshift_io.intake.progress import Progress, unheard
from bookshift_io.intake.scan import Reject
from bookshift_io.intake.swapped import look_swapped
from bookshift_model.portfolio import Csm, Portfolio

TableName = Literal["accounts", "csms"]


def read_portfolio(
    accounts: Path | bytes,
    csms: Path | bytes,
    *,
    mapping: ColumnMapping | None = None,
    answers: Mapping[str, str] | None = None,
    as_of: date | None = None,
    currency: str | None = None,
    also: Sequence[Path] = (),
    profiles: Sequence[Profile] = (),
    memo: Memo | None = None,
    progress: Progress = unheard,
) -> Intake:
    """Read two files into a portfolio: CSV, workbooks or JSON, or one workbook with a sheet for each.

    Args:
        accounts: file, or its bytes, with a row for each account.
        csms: file, or its bytes, with a row for each CSM.
        mapping: columns that the planner has named before; the others are recognised.
        answers: answers to questions by key, in addition to those of the mapping.
        as_of: the day that the data describes; if ``None`` what was answered, else today, and asked where
            the file states another day or most renewals are over.
        currency: three-letter code, or ``None`` for what the file proves, else USD.
        also: contracts, tickets, usage and the like, which are joined to the accounts as the mapping says;
            what it does not know is asked.
        profiles: exports that were imported before; one of the same columns is read as it was then.
        memo: results of reading these very files before, so that a changed answer costs little.
        progress: hears now and then which file is read and how many of its rows were; what it raises,
            such as `Cancelled`, ends the reading.

    Returns:
        The portfolio, or ``None`` with the questions or the findings that say why. Never raises for
        what is in the files; a file that cannot be opened is a finding, too.

    """
    wanted = currency or (answers or {}).get(CURRENCY)
    given = (mapping or ColumnMapping()).into(wanted)
    given = replace(given, answers={**given.answers, **(answers or {})})
    wanted = wanted or given.answers.get(CURRENCY)
    today = datetime.now().astimezone().date()
    sources: dict[TableName, Path | bytes] = {"accounts": accounts, "csms": csms}
    logs = {
        name: Log(name, label_of(source, f"{name}.csv"), {**shape_answers(profiles, name), **given.answers})
        for name, source in sources.items()
    }
    rosters = open_file(csms, logs["csms"], given, memo, progress)
    books = open_file(accounts, logs["accounts"], given, memo, progress)
    if rosters and books and look_swapped(books.table.headers, rosters.table.headers, given):
        logs["accounts"].refuse(
            f"the two files look swapped: this one lists CSMs and {logs['csms'].file} lists accounts; "
            "give them the other way round"
        )
        rosters = books = None
    if books and (found := look_misplaced(logs["accounts"].file, books.table, given, given.answers)):
        logs["accounts"].refuse(
            f"this looks like {found}, not like a list of accounts; give the accounts here, and this file "
            "with --also (J on the import screen), which joins it to them"
        )
        books = None
    for opened, log in ((rosters, logs["csms"]), (books, logs["accounts"])):
        known = known_export(profiles, opened.table.headers, log) if opened and profiles else None
        if known is not None and opened is not None:
            known = replace(known, mapping=known.mapping.into(wanted))
            given = merged(given, known, opened.table.headers)
    for log in logs.values():
        log.answers = given.answers
    settled = days.settle(as_of, today, books, logs["accounts"])
    day = settled.day
    further = _further(also, given, day, logs["accounts"])
    people = parse(rosters, logs["csms"], given, day, memo) if rosters else None
    customers = parse(books, logs["accounts"], given, day, memo, elsewhere=further.tells) if books else None
    days.look_past(settled, renewals_of(customers), logs["accounts"])
    money, people, customers = _in_one_currency(
        people, customers, currency, given.rates, logs, joined=further.currency
    )
    further.convert(money, given.rates)

    roster: tuple[Csm, ...] = ()
    csm_rejects: tuple[Reject, ...] = ()
    if people is not None and people.usable:
        roster, csm_rejects = build_csms(people.table, people.columns, people.values, logs["csms"])
        if not roster:
            logs["csms"].refuse("no row is a usable CSM; correct the rejected rows")
    built, joined = Accounts((), (), 0.0, 0.0), Outcome((), ())
    if customers is not None and customers.usable:
        built = build_accounts(
            customers.table,
            customers.columns,
            customers.values,
            Roster(roster) if roster else None,
            logs["accounts"],
            joined=further.tells,
        )
        known_csms = Roster(roster) if roster else None
        stated = Stated(logs["accounts"].file, frozenset(customers.values))
        joined = apply(further.steps, built.accounts, stated, known_csms, day)
        if not built.accounts:
            logs["accounts"].refuse("no row is a usable account; correct the rejected rows")

    drop_idle(logs.values(), given.answers)
    every = (*logs.values(), *further.logs)
    questions = tuple({one.key: one for log in every for one in log.questions}.values())
    refused = any(log.refused for log in every)
    portfolio = (
        None
        if questions or refused
        else Portfolio(accounts=joined.accounts, csms=roster, as_of=day, currency=money.currency)
    )
    return Intake(
        portfolio=portfolio,
        as_of=day,
        findings=by_weight(finding for log in every for finding in log.finish()),
        questions=questions,
        refused=refused,
        accounts=counts_of(customers, built.rejects, built),
        csms=counts_of(people, csm_rejects, None),
        mapping=further.saved_in(_used(given, customers, people, logs)),
        columns={
            "accounts": became_of(customers, memo),
            "csms": became_of(people, memo),
            **{one.name: what_became(one.table, one.columns, one.read) for one in further.steps},
        },
        rejects={
            "accounts": rejects_of(customers, built.rejects),
            "csms": rejects_of(people, csm_rejects),
            **{one.name: (one.table.headers, one.rejects()) for one in further.steps},
        },
        joins=joined.reports,
        asked=frozenset(key for log in every for key in (*log.asked, *log.used_answers)),
        lines=built.lines,
    )


def _further(also: Sequence[Path], given: ColumnMapping, as_of: date, log: Log) -> Further:
    """Return the further files in typed columns; in `log` those that were expected."""
    further = Further(given.joins, given.answers)
    for one in also:
        try:
            data = bytes_of(one)
        except IntakeError as error:
            further.refuse(one.name, str(error))
        else:
            further.add(one.name, data)
    further.parse(given, as_of)
    further.note_missing(log)
    return further


def _in_one_currency(
    people: Parsed | None,
    customers: Parsed | None,
    given: str | None,
    rates: Mapping[str, float],
    logs: Mapping[TableName, Log],
    *,
    joined: str | None,
) -> tuple[currencies.Money, Parsed | None, Parsed | None]:
    """Return the portfolio's currency, and both files with their amounts in it.

    Where the accounts file names none, it is that of what is `joined`.
    """
    money = currencies.Money(given or currencies.ASSUMED, {}, currencies.ASSUMED)
    if customers is None or not customers.usable:
        return money, people, customers
    found = currencies.seen(customers.table, customers.columns, customers.values)
    given = given or (None if found else joined)
    money = currencies.settle(found, given, rates, logs["accounts"])
    if money.rates:  # which are of no use without it
        logs["accounts"].used_answers[CURRENCY] = money.currency
    customers = converted(customers, money)
    if people is not None:
        theirs = currencies.seen(people.table, people.columns, people.values)
        if theirs:
            known = {**rates, **money.rates}
            people = converted(people, currencies.settle(theirs, money.currency, known, logs["csms"]))
    return money, people, customers


def _used(
    given: ColumnMapping,
    customers: Parsed | None,
    people: Parsed | None,
    logs: Mapping[TableName, Log],
) -> ColumnMapping:
    """Return the mapping that reads these files as they were read, without a question."""
    used = replace(
        given,
        accounts=names_of(customers, given.accounts),
        csms=names_of(people, given.csms),
        units={
            **given.units,
            **{
                name: units
                for name, one in (("accounts", customers), ("csms", people))
                if (units := units_of(one))
            },
        },
    )
    return used.with_answers({**logs["accounts"].used_answers, **logs["csms"].used_answers})
