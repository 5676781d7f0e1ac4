"""How many accounts change hands in a plan, and how many it places that nobody had: two things, never one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from bookshift_model.explain.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bookshift_model.portfolio import Portfolio


class _Move(Protocol):
    @property
    def csm_from(self) -> int: ...


class Moved(NamedTuple):
    """What budgets of moves count, and what they do not: nobody loses an account that is placed."""

    moves: int
    """Accounts that leave a CSM of the roster."""
    placed: int
    """Accounts that get a CSM and have none on the roster before."""

    @classmethod
    def of(cls, moves: Sequence[_Move]) -> Self:
        """The moves of a scorecard or a diff."""
        placed = sum(one.csm_from < 0 for one in moves)
        return cls(len(moves) - placed, placed)

    @classmethod
    def of_plan(cls, accounts: Iterable[str], portfolio: Portfolio) -> Self:
        """A plan by the ids of the accounts that it gives to another CSM than today; others are passed by."""
        roster, index, placed, moves = portfolio.csm_index, portfolio.account_index, 0, 0
        for one in accounts:
            if one in index:
                free = portfolio.accounts[index[one]].owner not in roster
                placed, moves = placed + free, moves + (not free)
        return cls(moves, placed)

    def __str__(self) -> str:
        """`29 moves`, `29 moves + 20 placed`, `20 placed`."""
        placed = f"{self.placed:,} placed"
        if self.placed and not self.moves:
            return placed
        return count(self.moves, "move") + (f" + {placed}" if self.placed else "")
