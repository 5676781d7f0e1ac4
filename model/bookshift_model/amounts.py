"""Amounts of all pairs as what they are made of: a few sheets, weighed by account, spelled out where read.

A plan of 50,000 accounts × 500 CSMs has 25 million pairs; spelled out, the amounts of every goal and rule
would take 200 MB each. They have few shapes: what a match or a forecast says of a pair, times something of
the account; the same whoever has it, except today's owner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.int64]

_LITTLE: Final = 10_000
"""Pairs that are spelled out once and for all."""
_BLOCK: Final = 100_000
"""Pairs that are spelled out together: few enough for a processor's cache."""


@dataclass(frozen=True, eq=False)
class Shared:
    """A sheet (n, m) whose accounts share few rows: it is indexed as an array, and spelled out by `[:]`."""

    rows: Floats
    """(p, m)"""
    of: NDArray[np.intp]
    """(n,) the row of each account."""

    @property
    def shape(self) -> tuple[int, int]:
        """How many accounts and CSMs."""
        return len(self.of), self.rows.shape[1]

    def __getitem__(self, where: Any) -> Any:
        """Numbers of some pairs; of all CSMs where only accounts are said."""
        if isinstance(where, tuple):
            i, j = where
            return self.rows[self.of[i], j]
        return self.rows[self.of[where]]


Sheet: TypeAlias = NDArray[Any] | Shared


@dataclass(frozen=True, eq=False)
class Amounts:
    """`base_i + Σ_k weight_ki · sheet_k[i,j]` for n accounts and m CSMs; 0 where j is the spared CSM of i.

    It is indexed as an array: by rows, by a row and a CSM, or by rows and CSMs of the same shape.
    """

    base: Floats
    """(n,)"""
    m: int
    parts: tuple[tuple[Floats, Sheet], ...] = ()
    """Weights (n,) and sheets (n, m) of numbers or booleans."""
    spared: Indices | None = None
    """(n,) the CSM that costs nothing, −1 for none."""

    @classmethod
    def of(cls, sheet: Sheet, weight: Floats | float = 1.0) -> Amounts:
        """One sheet (n, m), weighed by account (n,) or as it is."""
        n, m = sheet.shape
        return cls(np.zeros(n), m, ((np.broadcast_to(np.asarray(weight, dtype=np.float64), n), sheet),))

    def sparing(self, owner: Indices) -> Amounts:
        """The same with nothing for a CSM (n,) of each account; −1 for none. One that was spared counts."""
        return replace(self, spared=owner)

    @property
    def shape(self) -> tuple[int, int]:
        """How many accounts and CSMs."""
        return len(self.base), self.m

    @property
    def ndim(self) -> int:
        """Two, as of the array it stands for."""
        return 2

    def __getitem__(self, where: Any) -> Any:
        """Numbers of some pairs; of all CSMs where only accounts are said."""
        if self._spelled_out is not None:
            return self._spelled_out[where]
        if isinstance(where, tuple):
            i, j = where
            found = self.base[i]
            for weight, sheet in self.parts:
                found = found + weight[i] * sheet[i, j]
            return found if self.spared is None else np.where(self.spared[i] == j, 0.0, found)
        if isinstance(where, (int, np.integer)):
            return self[[where]][0]
        return self._rows(where)

    def dense(self) -> Floats:
        """(n, m) all of it spelled out."""
        return self._rows(slice(None))

    def blocks(self) -> Iterator[tuple[Indices | slice, Floats]]:
        """Accounts whose amounts are not all 0, some at a time, with what they are."""
        some: Indices | slice
        if self._spelled_out is not None:
            yield slice(None), self._spelled_out
            return
        # Of all accounts slices: to pick rows one by one takes several times as long.
        for some in (
            _slices(len(self.base), self.m) if self.parts else in_blocks(np.flatnonzero(self.base), self.m)
        ):
            yield some, self._rows(some)

    @cached_property
    def _spelled_out(self) -> Floats | None:
        """(n, m) all of it, where that is little: it is read again and again."""
        if len(self.base) * self.m > _LITTLE:
            return None
        made = self.dense()
        made.flags.writeable = False
        return made

    @cached_property
    def least(self) -> Floats:
        """(n,) the least of each account."""
        return self._ends[0]

    @cached_property
    def most(self) -> Floats:
        """(n,) the most of each account."""
        return self._ends[1]

    @cached_property
    def spread(self) -> Floats:
        """(n,) how much more the most is than the least."""
        return self.most - self.least

    @cached_property
    def _ends(self) -> tuple[Floats, Floats]:
        if not self.parts and self.m > 1:
            one = self.base if self.spared is None else np.where(self.spared >= 0, 0.0, self.base)
            return np.minimum(one, self.base), np.maximum(one, self.base)
        least, most = np.zeros(len(self.base)), np.zeros(len(self.base))
        for rows, amounts in self.blocks():
            least[rows] = amounts.min(axis=1, initial=np.inf)
            most[rows] = amounts.max(axis=1, initial=-np.inf)
        return least, most

    def _rows(self, rows: Any) -> Floats:
        base = self.base[rows]
        found = np.empty((len(base), self.m))
        found[:] = base[:, None]
        for weight, sheet in self.parts:
            found += weight[rows][:, None] * sheet[rows]
        if self.spared is not None:
            spared = self.spared[rows]
            at = np.flatnonzero(spared >= 0)
            found[at, spared[at]] = 0.0
        return found


def in_blocks(rows: Indices, m: int) -> Iterator[Indices]:
    """Accounts, so many at a time that their pairs with m CSMs fit into a processor's cache."""
    return (rows[some] for some in _slices(len(rows), m))


def _slices(number: int, m: int) -> Iterator[slice]:
    step = max(1, _BLOCK // max(1, m))
    return (slice(begin, begin + step) for begin in range(0, number, step))
