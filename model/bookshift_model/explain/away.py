"""Who is on leave just when a plan would be carried out, and how many accounts go to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bookshift_model.explain.words import count, listed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from bookshift_model.portfolio import Csm, Portfolio

_QUARTER: Final = 91
"""Days ahead: away for most of them is away, as far as a plan that starts now goes."""
_SAME_YEAR: Final = timedelta(days=270)
"""How far ahead a day and a month do without a year."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Away:
    """A leave, first and last day, seen from the day of the data."""

    first: date
    last: date
    as_of: date

    @property
    def until(self) -> str:
        """The last day: `28 Feb`."""
        return self._written(self.last)

    @property
    def when(self) -> str:
        """In a column: `to 28 Feb`, or `1 Dec – 28 Feb` where it has not begun."""
        since = f"{self._written(self.first)} –" if self.first > self.as_of else "to"
        return f"{since} {self.until}"

    def __str__(self) -> str:
        """`away until 28 Feb`, or `away from 1 Dec until 28 Feb` where it has not begun."""
        since = f" from {self._written(self.first)}" if self.first > self.as_of else ""
        return f"away{since} until {self.until}"

    def _written(self, day: date) -> str:
        year = "" if abs(day - self.as_of) < _SAME_YEAR else f" {day.year}"
        return f"{day.day} {day:%b}{year}"


def away(csm: Csm, as_of: date) -> Away | None:
    """The leave of a CSM who is away on the day of the data, or for most of the 91 days from it on.

    Periods that meet or overlap are one leave.
    """
    joined: list[tuple[date, date]] = []
    for first, last in sorted(csm.leave):
        if joined and first <= joined[-1][1] + _DAY:
            joined[-1] = joined[-1][0], max(last, joined[-1][1])
        else:
            joined.append((first, last))
    end = as_of + (_QUARTER - 1) * _DAY
    for first, last in joined:
        days = (min(last, end) - max(first, as_of)).days + 1
        if first <= as_of <= last or 2 * days > _QUARTER:
            return Away(first, last, as_of)
    return None


def handover_waits(portfolio: Portfolio, csm: int) -> list[str]:
    """The sentence that a CSM (position, −1 for nobody) who is away cannot take an account over now."""
    gone = None if csm < 0 else away(portfolio.csms[csm], portfolio.as_of)
    if gone is None:
        return []
    return [f"{portfolio.csm_names[csm]} is {gone}: until then somebody else has to look after it."]


def all_away(portfolio: Portfolio) -> dict[int, Away]:
    """The CSMs (positions) who are away."""
    found = {j: away(csm, portfolio.as_of) for j, csm in enumerate(portfolio.csms)}
    return {j: one for j, one in found.items() if one is not None}


def taken_away(portfolio: Portfolio, takers: Iterable[int]) -> Counter[int]:
    """How many accounts go to each CSM (position) who is away.

    `takers`: position of the new CSM of each account that moves, −1 for nobody.
    """
    gone = all_away(portfolio)
    return Counter(one for one in takers if one in gone)


def sent_away(portfolio: Portfolio, takers: Iterable[int]) -> str:
    """`4 accounts go to somebody who is away: Farid Haddad (4, until 28 Feb).`, or nothing; see above."""
    gone, accounts = all_away(portfolio), taken_away(portfolio, takers)
    if not accounts:
        return ""
    who = [
        f"{portfolio.csm_names[j]} ({number:,}, {str(gone[j]).removeprefix('away ')})"
        for j, number in sorted(accounts.items(), key=lambda one: (-one[1], one[0]))
    ]
    total = accounts.total()
    verb = "goes" if total == 1 else "go"
    return f"{count(total, 'account')} {verb} to somebody who is away: {listed(who, 5)}."
