"""Cells that a spreadsheet shows and does not run, and the way back."""

from __future__ import annotations

import re
from typing import Final

_RUNS: Final = re.compile(r"'*[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")


def guard(cell: str) -> str:
    """Return a cell that is text in a spreadsheet: ``=1+1`` gets a leading apostrophe.

    A cell that looks guarded already gets one more, so that `unguard` restores every text exactly.
    """
    return "'" + cell if _RUNS.match(cell) else cell


def unguard(cell: str) -> str:
    """Return what `guard` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell
