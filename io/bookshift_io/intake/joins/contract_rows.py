"""The rows of a contracts file: in force or not, and what each is worth a year."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeAlias

from bookshift_io.intake.joins.step import Step
from bookshift_io.intake.text import id_key
from bookshift_io.intake.vocabulary import names, normal

MONTHS: Final = 12
_FACTORS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("month", "months", "monthly", "per month", "m", "mtl", "monatlich", "monat"), 12.0),
    **dict.fromkeys(("quarter", "quarterly", "per quarter", "q", "quartal", "vierteljahrlich"), 4.0),
    **dict.fromkeys(
        ("semi annual", "semiannual", "semi annually", "half yearly", "half year", "halbjahrlich"), 2.0
    ),
    **dict.fromkeys(
        ("year", "annual", "annually", "yearly", "per year", "per annum", "a", "y", "jahrlich", "jahr"), 1.0
    ),
    **dict.fromkeys(("one time", "once", "onetime", "non recurring", "einmalig"), 0.0),
}
"""Times a year that an amount falls due; what falls due once is no recurring revenue."""
_TERM: Final = ("total", "term", "whole term", "total term", "full term", "upfront", "prepaid")
_LIVE: Final = names(
    "active, activated, live, signed, current, in effect, in force, valid, aktiv, laufend, renewed, open",
    "executed, ongoing, won, closed won, non renewing, cancels at period end, notice given, in notice",
)
_ENDED: Final = names(
    "cancelled, canceled, terminated, expired, draft, in approval, in approval process, pending",
    "pending approval, churned, lost, closed lost, inactive, closed, superseded, replaced, void, voided",
    "rejected, declined, deleted, ended, completed, gekundigt, beendet, abgelaufen, entwurf, storniert",
    "trial, trialing, paused, suspended, unpaid, incomplete",
)
_NAMED: Final = re.compile(r"name|^(contract|subscription|vertrag)$", re.IGNORECASE)
"""Columns that may hold what is sold, and so the same for many accounts."""
_TERM_CELL: Final = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,2})?)\s*([a-z]*)\.?", re.IGNORECASE)
_TERM_UNITS: Final[Mapping[str, float]] = {
    **dict.fromkeys(("day", "days", "d", "tag", "tage", "tagen"), 12 / 365),
    **dict.fromkeys(("week", "weeks", "wk", "wks", "w", "woche", "wochen"), 12 / 52),
    **dict.fromkeys(("month", "months", "mo", "mos", "mth", "mths", "m", "monat", "monate", "monaten"), 1.0),
    **dict.fromkeys(("quarter", "quarters", "q", "quartal", "quartale"), 3.0),
    **dict.fromkeys(("year", "years", "yr", "yrs", "y", "a", "j", "jahr", "jahre", "jahren"), 12.0),
}
"""Months of a unit; a year has 365 days or 52 weeks where a contract counts in them."""
_PERIOD: Final = re.compile(r"([0-9]{1,3}) (month|year)s?")
_AMOUNTS: Final = ("per year", "per month", "per quarter", "whole term")

Key: TypeAlias = tuple[int | None, str]


@dataclass(slots=True)
class Contract:
    """One row."""

    step: Step
    row: int
    account: int | None
    id: str
    scope: int | None
    """The account within which `id` is unique, where it is a name; ``None`` where it is a number."""
    line: str
    start: date | None
    end: date | None
    renewal: date | None
    auto: bool
    dead: bool
    annual: float
    followed: bool = False
    """A successor is signed and has not begun."""
    live: bool = False

    @property
    def key(self) -> Key:
        """What no other contract has."""
        return self.scope, self.id

    def other(self, name: str) -> Key:
        """Return the key of the contract that a column names."""
        return self.scope, id_key(self.step.text(name, self.row))

    @property
    def content(self) -> tuple[object, ...]:
        """What two rows of one contract that say the same have in common."""
        return self.account, self.start, self.end, self.dead, self.annual


def contracts_of(step: Step) -> list[Contract]:
    """Return the rows that can be used; the others are rejected or left out of the step."""
    _reject_unreadable(step)
    dead = _dead_words(step)
    yearly = _Yearly(step)
    named = _NAMED.search(step.header("contract") or "") is not None
    found: list[Contract] = []
    for row in step.rows():
        annual = yearly.of(row)
        if annual is None:
            continue
        account = step.at[row] if step.at else None
        found.append(
            Contract(
                step=step,
                row=row,
                account=account,
                id=id_key(step.text("contract", row)),
                scope=account if named else None,
                line=step.text("line", row),
                start=step.value("start", row),
                end=step.value("end", row),
                renewal=step.value("renewal", row),
                auto=bool(step.value("auto_renew", row)),
                dead=normal(step.text("status", row)) in dead,
                annual=annual,
            )
        )
    return found


def _reject_unreadable(step: Step) -> None:
    for name in ("start", "end", "annual", "monthly", "quarterly", "total", "amount"):
        for row, expected in step.read[name].bad.items() if name in step.read else ():
            if row not in step.rejected:
                step.reject(row, expected, name)


def _dead_words(step: Step) -> frozenset[str]:
    """Return the statuses that mean a contract has ended; one that nobody knows is asked about."""
    dead = set(_ENDED)
    texts = step.read["status"].cells if "status" in step.read else ()
    for word, number in Counter(normal(text) for text in texts if text).most_common():
        if word in _LIVE | _ENDED:
            continue
        answer = step.log.ask(
            f"status.{word.replace(' ', '_')}",
            f"is a contract with the status {word!r} in force? {number} rows have it",
            ("live", "ended"),
        )
        if answer == "ended":
            dead.add(word)
    return frozenset(dead)


class _Yearly:
    """The yearly amount of a row, by whichever of its columns states one."""

    def __init__(self, step: Step) -> None:
        self._step = step
        self._amount = self._asked() if "amount" in step.read and "period" not in step.read else None
        words = normal(step.header("term") or "").split()
        self._term_unit = next(
            (_TERM_UNITS[one] for one in words if len(one) > 1 and one in _TERM_UNITS), 1.0
        )

    def of(self, row: int) -> float | None:
        """Return it to the cent, 0 where none is stated; ``None`` where the row was rejected or left out."""
        step = self._step
        for name, times in (("annual", 1.0), ("monthly", 12.0), ("quarterly", 4.0)):
            if step.value(name, row) is not None:
                return self._checked(row, name, step.value(name, row) * times)
        if step.value("total", row) is not None:
            return self._of_term(row, "total")
        if step.value("amount", row) is not None:
            return self._of_amount(row)
        step.log.add("warning", "the contract states no amount; it counts as 0", row=step.table.lines[row])
        return 0.0

    def _asked(self) -> str | None:
        billing = ("per billing period",) if "billing" in self._step.read else ()
        return self._step.log.ask(
            "amount",
            f"what is the amount in column {self._step.header('amount')!r} for?",
            (*_AMOUNTS, *billing),
            tuple(dict.fromkeys(cell for cell in self._step.read["amount"].cells if cell))[:3],
        )

    def _of_amount(self, row: int) -> float | None:
        step, how = self._step, self._amount
        if how == "whole term":
            return self._of_term(row, "amount")
        if how in _AMOUNTS or (how is None and "period" not in step.read):
            asked = {"per month": 12.0, "per quarter": 4.0}.get(how or "", 1.0)
            return self._checked(row, "amount", step.value("amount", row) * asked)
        name = "billing" if how == "per billing period" else "period"
        word = normal(step.text(name, row))
        if word in _TERM:
            return self._of_term(row, "amount")
        times = _times_a_year(word)
        if times is None:
            step.reject(row, "expected monthly, quarterly, yearly or total; correct the cell", name)
            return None
        if times == 0:
            step.leave_out(row, "it is paid once, which is no recurring revenue")
            return None
        return self._checked(row, "amount", step.value("amount", row) * times)

    def _of_term(self, row: int, name: str) -> float | None:
        months = self._months(row)
        if not months:
            self._step.reject(
                row, "an amount for the whole term needs the term, or start and end; complete the row", name
            )
            return None
        return self._checked(row, name, self._step.value(name, row) * MONTHS / months)

    def _months(self, row: int) -> float | None:
        found = _TERM_CELL.fullmatch(self._step.text("term", row))
        unit = _TERM_UNITS.get(found[2].casefold()) if found and found[2] else self._term_unit
        if found and unit is not None:
            return float(found[1].replace(",", ".")) * unit
        start, end = self._step.value("start", row), self._step.value("end", row)
        if start is None or end is None or end <= start:
            return None
        after = end + timedelta(days=1)
        whole = (after.year - start.year) * MONTHS + after.month - start.month
        if whole and after.day == start.day:
            return float(whole)
        whole = (end.year - start.year) * MONTHS + end.month - start.month
        if whole and end.day == start.day:  # some count the anniversary itself as the last day
            return float(whole)
        return float((after - start).days * MONTHS / 365.25)

    def _checked(self, row: int, name: str, annual: float) -> float | None:
        if annual < 0:
            self._step.reject(row, "the amount is below 0; correct the cell", name)
            return None
        return round(annual, 2)


def _times_a_year(word: str) -> float | None:
    """Return how often an amount falls due: ``monthly``, ``per quarter``, ``6 months``."""
    found = _PERIOD.fullmatch(word)
    if found and int(found[1]):
        return (MONTHS if found[2] == "month" else 1) / int(found[1])
    return _FACTORS.get(word)
