"""Where the accounts of a data set stand in their file, in few numbers: rows follow each other, mostly."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence


def runs_of(lines: Sequence[int]) -> list[list[int]]:
    """Return [position, row] of each account that does not stand in the row after the one before."""
    runs: list[list[int]] = []
    for at, line in enumerate(lines):
        if not runs or line - runs[-1][1] != at - runs[-1][0]:
            runs.append([at, line])
    return runs


def line_of(runs: Sequence[Sequence[int]], account: int) -> int | None:
    """Return the row of the account at a position; ``None`` where no run begins before it."""
    at = bisect_right(runs, account, key=lambda run: run[0]) - 1
    return None if at < 0 else runs[at][1] + account - runs[at][0]
