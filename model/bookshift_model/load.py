"""Month by month for a year: what each book takes, what the moves of a plan take, what each CSM can give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from bookshift_model.ax import touch_places
from bookshift_model.capacity import monthly_capacity
from bookshift_model.columns import overlap
from bookshift_model.portfolio import TOUCH_LEVELS
from bookshift_model.workload import average, monthly_book_hours, monthly_hours

if TYPE_CHECKING:
    from bookshift_model.data import Data
    from bookshift_model.formulas import Formulas
    from bookshift_model.terms import Floats, Indices

MONTHS: Final = 12
_HALF_A_MONTH: Final = timedelta(days=15)


@dataclass(frozen=True, eq=False, slots=True)
class Load:
    """Hours of each book in each of `MONTHS` months from the day of the data, (12, m) each."""

    as_of: date
    work: Floats
    """What the accounts take."""
    outgoing: Floats
    """What handing moved accounts over takes from those who had them."""
    incoming: Floats
    """What taking moved accounts over takes from those who get them."""
    capacity: Floats
    """What the CSM can give, ramp and leave taken off, handoffs not."""

    @property
    def hours(self) -> Floats:
        """(12, m) work and handoffs."""
        return self.work + self.outgoing + self.incoming

    @property
    def utilisation(self) -> Floats:
        """(12, m) hours / capacity; infinite for hours without capacity, NaN where there is neither."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.hours / self.capacity, dtype=np.float64)

    @property
    def months(self) -> tuple[date, ...]:
        """First day of the calendar month in which most of each month lies.

        Months are 30.4 days from the day of the data, so that all are equally long.
        """
        first = self.as_of + _HALF_A_MONTH
        ahead = (first.month - 1 + at for at in range(MONTHS))
        return tuple(date(first.year + one // 12, one % 12 + 1, 1) for one in ahead)

    @property
    def team(self) -> Load:
        """All books as one, (12, 1)."""
        parts = (self.work, self.outgoing, self.incoming, self.capacity)
        return Load(self.as_of, *(one.sum(axis=1, keepdims=True) for one in parts))


class Year:
    """A portfolio's accounts and CSMs over the year, whoever has which account; made once for many plans."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._formulas = data.formulas.model_copy(update={"horizon_months": MONTHS})

    def load(self, assignment: Indices) -> Load:
        """The load under an assignment (n,), −1 for nobody; moves away from today's books need handoffs."""
        data = self._data
        owned = np.flatnonzero(assignment >= 0)
        extra = np.zeros(data.n)
        extra[owned] = data.hours[owned, assignment[owned]] - self._average[owned]
        outgoing, incoming = handoffs(data, assignment)
        return Load(
            as_of=data.as_of,
            work=monthly_book_hours(self._monthly, extra, assignment, data.m),
            outgoing=outgoing,
            incoming=incoming,
            capacity=self._capacity,
        )

    @cached_property
    def _monthly(self) -> Floats:
        """(12, n) hours with a CSM who fits."""
        return monthly_hours(self._data.portfolio, self._formulas)

    @cached_property
    def _average(self) -> Floats:
        """(n,) their mean over the planning horizon, which is the one in `Data.hours`."""
        if self._data.formulas.horizon_months == MONTHS:
            return average(self._monthly)
        return average(monthly_hours(self._data.portfolio, self._data.formulas))

    @cached_property
    def _capacity(self) -> Floats:
        """(12, m) capacity."""
        return monthly_capacity(self._data.portfolio, self._formulas)


def handoffs(data: Data, assignment: Indices) -> tuple[Floats, Floats]:
    """(12, m) hours of handing over, and (12, m) of taking over, for the moves away from today's books.

    An account that nobody had is taken over, one that nobody gets is handed over.
    """
    moved = np.flatnonzero(assignment != data.owner)
    touch = touch_places([data.accounts[i] for i in moved.tolist()], data.formulas.ax)
    months = data.formulas.handoffs.months
    spread = overlap(0.0, months, MONTHS) / months
    sides = []
    for side, csms in (("outgoing", data.owner[moved]), ("incoming", assignment[moved])):
        each, known = handoff_hours(data.formulas, side)[touch], csms >= 0
        total = np.bincount(csms[known], weights=each[known], minlength=data.m)
        sides.append(spread[:, None] * total)
    return sides[0], sides[1]


def handoff_hours(formulas: Formulas, side: str) -> Floats:
    """Hours of one move at each of `TOUCH_LEVELS`, for the `outgoing` or the `incoming` CSM."""
    return np.array([getattr(formulas.handoffs, f"{side}_{level}") for level in TOUCH_LEVELS])
